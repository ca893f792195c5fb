"""`FusedRNNCell`: stacked recurrent layers over a whole sequence as one operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symgraph.errors import ShapeError, described, listed
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.initializer import FusedRNN
from symgraph.initializer.rnn_layout import GATES, Layout
from symgraph.runtime.creation import concatenate
from symgraph.runtime.ndarray import NDArray
from symgraph.train.rnn.base import Arrays, BaseRNNCell, States, StepError
from symgraph.train.rnn.containers import BidirectionalCell, SequentialRNNCell
from symgraph.train.rnn.gated import GRUCell, LSTMCell, RNNCell
from symgraph.train.rnn.modifiers import DropoutCell
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import CellError, normalize_sequence


class FusedRNNCell(BaseRNNCell):
    """Stacked layers of one kind as a single operator, ``mx.sym.RNN``; it takes sequences only.

    Args:
        num_hidden: H, units of each layer and direction.
        num_layers: L, how many layers.
        mode: kind of layer: ``"rnn_relu"``, ``"rnn_tanh"``, ``"lstm"`` or ``"gru"``.
        bidirectional: also run every layer from the end, and hand the results of both to the next.
        dropout: probability with which training drops what one layer gives to the next.
        get_next_state: whether `unroll` gives the last states; otherwise it gives none.
        forget_bias: first value of the bias of an LSTM's forget gate.
        prefix: what names begin with, by default the mode.
        params: see `BaseRNNCell`.

    >>> import symgraph as mx
    >>> cell = mx.rnn.FusedRNNCell(4, num_layers=2, bidirectional=True, get_next_state=True)
    >>> outputs, states = cell.unroll(5, mx.sym.Variable("data"), layout="TNC")
    >>> mx.sym.Group([outputs, *states]).infer_shape(data=(5, 8, 3))[1]
    [(5, 8, 8), (4, 8, 4), (4, 8, 4)]
    """

    def __init__(
        self,
        num_hidden: int,
        num_layers: int = 1,
        mode: str = "lstm",
        bidirectional: bool = False,
        dropout: float = 0.0,
        get_next_state: bool = False,
        forget_bias: float = 1.0,
        prefix: str | None = None,
        params: RNNParams | None = None,
    ):
        super().__init__(prefix=f"{mode}_" if prefix is None else prefix, params=params)
        self._require_count("num_hidden", num_hidden)
        self._require_count("num_layers", num_layers)
        if mode not in GATES:
            raise CellError(f"FusedRNNCell: mode must be one of {listed(GATES)}, given {described(mode)}.")
        self._layout = Layout(num_hidden, num_layers, mode, bidirectional)
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._dropout = dropout
        self._get_next_state = get_next_state
        self._directions = list(self._layout.directions)
        initializer = FusedRNN(None, num_hidden, num_layers, mode, bidirectional, forget_bias)
        self._parameter = self.params.get("parameters", init=initializer)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        shape = (len(self._directions) * self._num_layers, 0, self._num_hidden)
        return [{"shape": shape, "__layout__": "LNC"} for _ in self._slots]

    @property
    def _slots(self) -> Sequence[str]:
        """What the operator calls its states."""
        return ("state", "state_cell")[: 2 if self._mode == "lstm" else 1]

    @property
    def _gate_names(self) -> Sequence[str]:
        return self._layout.gates

    @property
    def _takes_steps(self) -> bool:
        return False

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        raise StepError(
            f"{self._described()} cannot be stepped: use unroll, or unfuse(), which gives cells that take single steps."
        )

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """See `BaseRNNCell.unroll`; outputs stay one symbol unless ``merge_outputs=False``."""
        self.reset()
        data, axis = normalize_sequence(length, inputs, layout, True)
        if axis not in (0, 1):
            raise CellError(f"{self._described()}: layout {layout!r} is not supported; use 'TNC' or 'NTC'.")
        if axis == 1:
            data = apply_op("swapaxes", data, dim1=0, dim2=1)
        states = self._own_states(self.begin_state() if begin_state is None else begin_state)
        outputs = apply_op(
            "RNN",
            data=data,
            parameters=self._parameter,
            state_size=self._num_hidden,
            num_layers=self._num_layers,
            bidirectional=self._bidirectional,
            p=self._dropout,
            state_outputs=self._get_next_state,
            mode=self._mode,
            name=f"{self._prefix}rnn",
            attr={"__layout__": "LNC"} if self._get_next_state else None,
            **dict(zip(self._slots, states, strict=True)),
        )
        outputs, *last = outputs
        if axis == 1:
            outputs = apply_op("swapaxes", outputs, dim1=0, dim2=1)
        merged, _ = normalize_sequence(length, outputs, layout, merge_outputs)
        return merged, last

    # -- weights ---------------------------------------------------------------------------------------------------------

    def _slice_weights(self, arr: NDArray, li: int, lh: int) -> Arrays:
        """Views of the weights and biases in a vector, for `li` features and `lh` units."""
        return dict(self._views(arr, self._layout._replace(num_hidden=lh), li))

    def _views(self, arr: NDArray, layout: Layout, num_input: int) -> Iterator[tuple[str, NDArray]]:
        for part in layout.parts(num_input, self._prefix):
            yield part.name, arr[part.place].reshape(part.shape)

    def unpack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        """Parameters with weights and biases of each layer, direction and gate apart, as `unfuse` gives cells for.

        ``lstm_parameters`` becomes ``lstm_l0_i2h_i_weight`` and so on; to pack them for the cells of `unfuse`, use
        ``pack_weights`` of that.
        """
        found = dict(args)
        vector = self._taken(found, f"{self._prefix}parameters")
        num_input = self._layout.num_input(vector.size)
        found.update((name, view.copy()) for name, view in self._views(vector, self._layout, num_input))
        return found

    def pack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        """The reverse of `unpack_weights`."""
        found = dict(args)
        first = next(self._layout.parts(1, self._prefix)).name
        weight = self._taken(dict(args), first)
        if len(weight.shape) != 2:
            raise self._wrong_shape(first, weight, (self._num_hidden, "features"))
        num_input = weight.shape[1]
        pieces = []
        for part in self._layout.parts(num_input, self._prefix):
            array = self._taken(found, part.name)
            if array.shape != part.shape:
                raise self._wrong_shape(part.name, array, part.shape)
            pieces.append(array.astype(weight.dtype, copy=False).reshape((-1,)))
        found[f"{self._prefix}parameters"] = concatenate(pieces)
        return found

    def _wrong_shape(self, name: str, given: NDArray, expected: Sequence[Any]) -> ShapeError:
        shape = f"({', '.join(map(str, expected))}{',' if len(expected) == 1 else ''})"
        return ShapeError(f"{self._described()}: '{name}' must have the shape {shape}, given {given.shape}.")

    # -- the same, layer by layer ----------------------------------------------------------------------------------------

    def unfuse(self) -> SequentialRNNCell:
        """The same network as a stack of cells, which can be stepped; weights: see `unpack_weights`.

        >>> import symgraph as mx
        >>> fused = mx.rnn.FusedRNNCell(2, prefix="a_")
        >>> fitting = {"a_parameters": mx.nd.arange(56)}
        >>> list(fused.unfuse().pack_weights(fused.unpack_weights(fitting)))
        ['a_l0_i2h_weight', 'a_l0_i2h_bias', 'a_l0_h2h_weight', 'a_l0_h2h_bias']
        """
        stack = SequentialRNNCell()
        for i in range(self._num_layers):
            cell = self._unfused(f"{self._prefix}l{i}_")
            if self._bidirectional:
                other = self._unfused(f"{self._prefix}r{i}_")
                cell = BidirectionalCell(cell, other, output_prefix=f"{self._prefix}bi_l{i}_")
            stack.add(cell)
            if self._dropout > 0 and i < self._num_layers - 1:
                stack.add(DropoutCell(self._dropout, prefix=f"{self._prefix}_dropout{i}_"))
        return stack

    def _unfused(self, prefix: str) -> BaseRNNCell:
        """One layer in one direction."""
        if self._mode == "lstm":
            return LSTMCell(self._num_hidden, prefix=prefix)
        if self._mode == "gru":
            return GRUCell(self._num_hidden, prefix=prefix)
        return RNNCell(self._num_hidden, activation=self._mode.removeprefix("rnn_"), prefix=prefix)
