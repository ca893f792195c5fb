"""Cells that change what goes in or out of another one: dropout, zoneout, residuals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symgraph.errors import described
from symgraph.frontend.helpers import zeros
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.runtime.ndarray import NDArray
from symgraph.train.rnn.base import Arrays, BaseRNNCell, States, StepError
from symgraph.train.rnn.containers import require_cell
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import CellError, normalize_sequence


class DropoutCell(BaseRNNCell):
    """Dropout between cells, without states (Srivastava et al. 2014).

    Args:
        dropout: probability with which an element becomes 0 in training.
        prefix, params: see `BaseRNNCell`.

    >>> import symgraph as mx
    >>> outputs, states = mx.rnn.DropoutCell(0.3).unroll(5, mx.sym.Variable("data"))
    >>> outputs.infer_shape(data=(2, 5, 3))[1], states
    ([(2, 5, 3)], [])
    """

    def __init__(self, dropout: float, prefix: str = "dropout_", params: RNNParams | None = None):
        super().__init__(prefix, params)
        if not isinstance(dropout, (int, float, np.generic)):
            raise CellError(f"DropoutCell: dropout must be a number, given {described(dropout)}.")
        self.dropout = dropout

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return []

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        if self.dropout > 0:
            inputs = apply_op("Dropout", data=inputs, p=self.dropout)
        return inputs, states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """See `BaseRNNCell.unroll`; a sequence that is one symbol stays one, with one node for all of its steps."""
        self.reset()
        inputs, _ = normalize_sequence(length, inputs, layout, merge_outputs)
        if isinstance(inputs, Symbol):
            return self(inputs, [])
        return super().unroll(length, inputs, begin_state, layout, merge_outputs)


class ModifierCell(BaseRNNCell):
    """Base of cells that change another one: they have its variables and its states, and stand in its place.

    A subclass defines ``__call__``, which calls `base_cell`.

    Args:
        base_cell: what is modified. It cannot be used by itself any more.

    >>> import symgraph as mx
    >>> class Doubled(mx.rnn.ModifierCell):
    ...     def __call__(self, inputs, states):
    ...         output, states = self.base_cell(inputs, states)
    ...         return 2 * output, states
    >>> outputs, states = Doubled(mx.rnn.RNNCell(4)).unroll(2, mx.sym.Variable("data"))
    >>> len(outputs), states
    (2, [<Symbol rnn_t1_out>])
    """

    def __init__(self, base_cell: BaseRNNCell):
        super().__init__()
        require_cell(base_cell, type(self).__name__)
        base_cell._modified = True
        self.base_cell = base_cell

    @property
    def params(self) -> RNNParams:
        """The variables of the cell that is modified."""
        self._own_params = False
        return self.base_cell.params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return self.base_cell.state_info

    @property
    def _takes_steps(self) -> bool:
        return self.base_cell._takes_steps

    def begin_state(  # type: ignore[override] # MXNet's name of the argument
        self, init_sym: Callable[..., Any] = zeros, **kwargs: Any
    ) -> States:
        """First states of the cell that is modified, see `BaseRNNCell.begin_state`.

        Args:
            init_sym: what is called ``func`` there, a name that works here, too.
        """
        self._require_unmodified()
        with self.base_cell._as_unmodified():
            return self.base_cell.begin_state(**{"func": init_sym, **kwargs})

    def unpack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        return self.base_cell.unpack_weights(args)

    def pack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        return self.base_cell.pack_weights(args)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        raise StepError(f"{type(self).__name__} does not define a step: override __call__(inputs, states).")


class ZoneoutCell(ModifierCell):
    """Elements of outputs and states that, with some probability, stay as they were a step before (Krueger et al. 2017).

    Args:
        base_cell: what is modified.
        zoneout_outputs, zoneout_states: probability for an element of the output, and of a state.

    >>> import symgraph as mx
    >>> cell = mx.rnn.ZoneoutCell(mx.rnn.LSTMCell(4), zoneout_states=0.1)
    >>> len(cell.unroll(2, mx.sym.Variable("data"))[1])
    2
    """

    def __init__(self, base_cell: BaseRNNCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0):
        if isinstance(base_cell, BaseRNNCell) and not base_cell._takes_steps:
            raise StepError(
                f"ZoneoutCell works step by step, and {base_cell._described()} takes whole sequences: put a "
                f"ZoneoutCell around each of the cells inside of it; those of a FusedRNNCell are given by unfuse()."
            )
        super().__init__(base_cell)
        self.zoneout_outputs = zoneout_outputs
        self.zoneout_states = zoneout_states
        self.prev_output: Symbol | None = None

    def reset(self) -> None:
        super().reset()
        self.prev_output = None

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        output, after = self.base_cell(inputs, states)
        before = zeros((0, 0)) if self.prev_output is None else self.prev_output
        if self.zoneout_outputs:
            output = _zoned_out(self.zoneout_outputs, output, before)
        if self.zoneout_states:
            after = [_zoned_out(self.zoneout_states, new, old) for new, old in zip(after, states, strict=False)]
        self.prev_output = output
        return output, after


def _zoned_out(probability: float, new: Symbol, old: Symbol) -> Symbol:
    """New values, but old ones where dropout makes a 1 a 0."""
    mask = apply_op("Dropout", apply_op("ones_like", new), p=probability)
    return apply_op("where", mask, new, old)


class ResidualCell(ModifierCell):
    """The input added to the output (He et al. 2016; in recurrent networks Wu et al. 2016).

    Args:
        base_cell: what is modified; its output has as many features as its input.

    >>> import symgraph as mx
    >>> outputs, states = mx.rnn.ResidualCell(mx.rnn.GRUCell(4)).unroll(2, mx.sym.Variable("data"))
    >>> outputs
    [<Symbol gru_t0_out_plus_residual>, <Symbol gru_t1_out_plus_residual>]
    """

    def __init__(self, base_cell: BaseRNNCell):
        super().__init__(base_cell)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        output, after = self.base_cell(inputs, states)
        return _plus(output, inputs), after

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """See `BaseRNNCell.unroll`; the cell that is modified is unrolled, and the sequences are added."""
        self.reset()
        with self.base_cell._as_unmodified():
            outputs, states = self.base_cell.unroll(
                length, inputs=inputs, begin_state=begin_state, layout=layout, merge_outputs=merge_outputs
            )
        merge = isinstance(outputs, Symbol) if merge_outputs is None else merge_outputs
        outputs, inputs = (normalize_sequence(length, each, layout, merge)[0] for each in (outputs, inputs))
        if merge:
            return _plus(outputs, inputs), states
        return [_plus(output, step) for output, step in zip(outputs, inputs, strict=True)], states


def _plus(output: Symbol, inputs: Symbol) -> Symbol:
    return apply_op("elemwise_add", output, inputs, name=f"{output.name}_plus_residual")
