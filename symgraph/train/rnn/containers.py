"""Cells made of other cells: one on top of the other, or one for each direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symgraph.errors import described
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.runtime.ndarray import NDArray
from symgraph.train.rnn.base import Arrays, BaseRNNCell, States, StepError
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import CellError, normalize_sequence


def require_cell(cell: Any, where: str) -> None:
    """Raise an error that says where a cell was expected, if something else was given."""
    if not isinstance(cell, BaseRNNCell):
        raise CellError(f"{where} needs a recurrent cell, such as mx.rnn.LSTMCell(100), given {described(cell)}.")


class _CompositeCell(BaseRNNCell):
    """A cell made of others, whose states are theirs, one after the other."""

    def __init__(self, params: RNNParams | None):
        super().__init__(prefix="", params=params)
        self._override_cell_params = params is not None
        self._cells: list[BaseRNNCell] = []

    def _take(self, cell: BaseRNNCell) -> None:
        """One more cell, and its variables."""
        name = type(self).__name__
        require_cell(cell, name)
        if self._override_cell_params:
            if not cell._own_params:
                raise CellError(
                    f"{name}: give params to it or to the cells in it, not both; {cell._described()} has variables already."
                )
            cell.params._params.update(self.params._params)
        self.params._params.update(cell.params._params)
        self._cells.append(cell)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [info for cell in self._cells for info in cell.state_info]

    def begin_state(self, **kwargs: Any) -> States:  # type: ignore[override] # as in MXNet, by keywords only
        """First states of all cells, see `BaseRNNCell.begin_state`."""
        self._require_unmodified()
        return [state for cell in self._cells for state in cell.begin_state(**kwargs)]

    def _apart(self, states: Any) -> list[States]:
        """The states of each cell."""
        rest = self._own_states(states)
        found = []
        for cell in self._cells:
            count = len(cell.state_info)
            found.append(rest[:count])
            rest = rest[count:]
        return found

    def unpack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        found = dict(args)
        for cell in self._cells:
            found = cell.unpack_weights(found)
        return found

    def pack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        found = dict(args)
        for cell in self._cells:
            found = cell.pack_weights(found)
        return found


class SequentialRNNCell(_CompositeCell):
    """Cells on top of each other: each takes what the one below gives.

    Args:
        params: variables for all cells, which then must have none of their own.

    >>> import symgraph as mx
    >>> stack = mx.rnn.SequentialRNNCell()
    >>> stack.add(mx.rnn.LSTMCell(4, prefix="l0_"))
    >>> stack.add(mx.rnn.DropoutCell(0.5))
    >>> stack.add(mx.rnn.GRUCell(3, prefix="l1_"))
    >>> outputs, states = stack.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
    >>> outputs.infer_shape(data=(8, 2, 5))[1], len(states)
    ([(8, 2, 3)], 3)
    """

    def __init__(self, params: RNNParams | None = None):
        super().__init__(params)

    @property
    def _takes_steps(self) -> bool:
        return all(cell._takes_steps for cell in self._cells)

    def add(self, cell: BaseRNNCell) -> None:
        """Put a cell on top."""
        self._take(cell)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        if not self._takes_steps:
            unable = next(cell for cell in self._cells if not cell._takes_steps)
            raise StepError(f"SequentialRNNCell cannot be stepped, as its {unable._described()} cannot: use unroll.")
        self._counter += 1
        last: States = []
        for cell, own in zip(self._cells, self._apart(states), strict=True):
            inputs, after = cell(inputs, own)
            last += after
        return inputs, last

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """See `BaseRNNCell.unroll`; each cell is unrolled by itself, from the lowest to the highest."""
        self.reset()
        states = self._apart(self.begin_state() if begin_state is None else begin_state)
        last: States = []
        for i, (cell, own) in enumerate(zip(self._cells, states, strict=True)):
            merge = merge_outputs if i == len(self._cells) - 1 else None
            inputs, after = cell.unroll(length, inputs=inputs, begin_state=own, layout=layout, merge_outputs=merge)
            last += after
        return inputs, last


class BidirectionalCell(_CompositeCell):
    """Two cells, of which one reads the sequence from its end; their outputs are joined (Schuster and Paliwal 1997).

    Args:
        l_cell, r_cell: from the beginning, and from the end.
        params: variables for both, which then must have none of their own.
        output_prefix: what the names of outputs begin with.

    >>> import symgraph as mx
    >>> cell = mx.rnn.BidirectionalCell(mx.rnn.GRUCell(4, prefix="l_"), mx.rnn.GRUCell(4, prefix="r_"))
    >>> outputs, states = cell.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
    >>> outputs.infer_shape(data=(8, 2, 5))[1]
    [(8, 2, 8)]
    """

    def __init__(
        self,
        l_cell: BaseRNNCell,
        r_cell: BaseRNNCell,
        params: RNNParams | None = None,
        output_prefix: str = "bi_",
    ):
        super().__init__(params)
        self._output_prefix = output_prefix
        self._take(l_cell)
        self._take(r_cell)

    @property
    def _takes_steps(self) -> bool:
        return False

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        raise StepError("BidirectionalCell cannot be stepped, as it reads from the end, too: use unroll.")

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """See `BaseRNNCell.unroll`; the last states are two lists, one for each cell."""
        self.reset()
        steps, axis = normalize_sequence(length, inputs, layout, False)
        states = self._apart(self.begin_state() if begin_state is None else begin_state)
        both, last = [], []
        for cell, own, sequence in zip(self._cells, states, (steps, steps[::-1]), strict=True):
            outputs, after = cell.unroll(
                length, inputs=sequence, begin_state=own, layout=layout, merge_outputs=merge_outputs
            )
            both.append(outputs)
            last.append(after)
        if merge_outputs is None:
            merge_outputs = all(isinstance(outputs, Symbol) for outputs in both)
        forward, backward = both
        if merge_outputs:
            forward, backward = (normalize_sequence(length, outputs, layout, True)[0] for outputs in both)
            return self._joined(forward, backward, axis), last
        return self._paired(forward, backward, length, axis), last

    def _joined(self, forward: Symbol, backward: Symbol, axis: int) -> Symbol:
        """Outputs as one symbol, out of one for each direction."""
        backward = apply_op("reverse", backward, axis=axis)
        return apply_op("Concat", forward, backward, dim=2, name=f"{self._output_prefix}out")

    def _paired(self, forward: Any, backward: Any, length: int, axis: int) -> list[Symbol]:
        """Outputs as a list."""
        forward, backward = (
            list(apply_op("SliceChannel", outputs, axis=axis, num_outputs=length, squeeze_axis=1))
            if isinstance(outputs, Symbol)
            else outputs
            for outputs in (forward, backward)
        )
        return [
            apply_op("Concat", left, right, dim=1, name=f"{self._output_prefix}t{i}")
            for i, (left, right) in enumerate(zip(forward, backward[::-1], strict=True))
        ]
