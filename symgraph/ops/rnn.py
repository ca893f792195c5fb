"""RNN: stacked recurrent layers as one operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

import jax
import jax.numpy as jnp

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Range
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import LOW_IN_FLOAT16
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, show
from symgraph.ops.dropout import Dropout
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import accumulator, require_float
from symgraph.ops.following import as_indices
from symgraph.ops.recurrence import Inputs, State, Step, Weights, product, recur

GATES = {"lstm": 4, "gru": 3, "rnn_relu": 1, "rnn_tanh": 1}


class _Parameters(NamedTuple):
    """What one layer has for one direction.

    Attributes:
        input: (G·H, features), from the layer's input to the gates.
        weights: of the products inside the recurrence.
        bias: (2, G·H), of the input and of the recurrent product.
    """

    input: Array
    weights: Weights
    bias: Array


@register("RNN", "_npx_rnn")
class RNN(Op):
    """Stacked recurrent layers over a batch of sequences.

    data (T, n, d), time first · parameters (size,) · state (L·D, n, P) · state_cell (L·D, n, H), LSTM only ·
    sequence_length (n,), of any dtype, only with `use_sequence_length` -> output (T, n, D·P) · with `state_outputs` also
    the last state (L·D, n, P) and, LSTM only, state_cell (L·D, n, H). Here H is `state_size`, P `projection_size` or else
    H, L `num_layers`, and D is 2 if `bidirectional`, else 1; layer l in direction j has the states l·D + j.

    Each step computes its gates from Wx x + bx and Wh h + bh, where σ is the logistic function:

    - rnn_relu, rnn_tanh: h' = act(Wx x + bx + Wh h + bh) (Elman 1990).
    - lstm: gates i, f, g, o of the sum of both; c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') (Hochreiter and
      Schmidhuber 1997); with projection the next step and layer see Wr h' instead (Sak et al. 2014).
    - gru: gates r, z, n; n' = tanh(nx + σ(r) nh), h' = (1 - σ(z)) n' + σ(z) h (Cho et al. 2014, with the reset gate after
      the product).

    parameters holds all weights, then all biases, each layer by layer and direction by direction: Wx (G·H, features), Wh
    (G·H, P) and Wr (P, H) one after the other, row by row; then bx and bh (G·H), with G gates in the order above.

    Attributes:
        state_size: H, units in each layer.
        num_layers: L, how many layers.
        bidirectional: also run every layer from the end, and hand the results of both to the next.
        mode: kind of layer.
        p: probability with which training drops what one layer gives to the next.
        state_outputs: whether the last states are outputs, too.
        projection_size: P, LSTM only.
        lstm_state_clip_min, lstm_state_clip_max: bounds to which an LSTM clips its cell c' in every step; both or neither.
        lstm_state_clip_nan: with bounds, a cell that is NaN becomes the lower one.
        use_sequence_length: sequences end earlier, as sequence_length says: later outputs are 0, the last states are
            those of the end, and the reverse direction starts there.

    MXNet's CPU kernels ignore p, the bounds and lengths in float32; in float64 they refuse bounds and lengths. They do not
    train projections.

    >>> import symgraph as mx
    >>> net = mx.sym.RNN(mx.sym.Variable("x"), state_size=4, num_layers=1, mode="lstm", name="lstm")
    >>> net.infer_shape(x=(5, 2, 3))
    ([(5, 2, 3), (144,), (1, 2, 4), (1, 2, 4)], [(5, 2, 4)], [])
    """

    state_size: Count
    num_layers: Count
    bidirectional: bool = False
    mode: Literal["gru", "lstm", "rnn_relu", "rnn_tanh"]
    p: Annotated[float, Range(low=0, high=1)] = 0.0
    state_outputs: bool = False
    projection_size: Count | None = None
    lstm_state_clip_min: float | None = None
    lstm_state_clip_max: float | None = None
    lstm_state_clip_nan: bool = False
    use_sequence_length: bool = False

    precision = LOW_IN_FLOAT16
    tensors = ("data", "parameters", "state", "state_cell", "sequence_length")
    is_random = True

    def __post_init__(self) -> None:
        low, high = self.lstm_state_clip_min, self.lstm_state_clip_max
        if self.mode != "lstm":
            for name in ("projection_size", "lstm_state_clip_min", "lstm_state_clip_max"):
                if getattr(self, name) is not None:
                    raise OpAttributeError(f"operator RNN: {name} is for mode='lstm' only, given mode={self.mode!r}.")
        if (low is None) != (high is None):
            raise OpAttributeError(
                "operator RNN: lstm_state_clip_min and lstm_state_clip_max go together; give both or neither."
            )
        if low is not None and high is not None and not low <= high:
            raise OpAttributeError(
                f"operator RNN: lstm_state_clip_min={low} must not exceed lstm_state_clip_max={high}."
            )

    def draws(self, is_train: bool) -> bool:
        return is_train and self.p > 0 and self.num_layers > 1

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _hidden_size(self) -> int:
        return self.projection_size or self.state_size

    @property
    def _is_lstm(self) -> bool:
        return self.mode == "lstm"

    def arguments(self) -> tuple[str, ...]:
        cell = ("state_cell",) if self._is_lstm else ()
        lengths = ("sequence_length",) if self.use_sequence_length else ()
        return (*self.tensors[:3], *cell, *lengths)

    def outputs(self) -> tuple[str, ...]:
        names = ("output", "state_output", "statecell_output")
        return names[: 1 + (1 + self._is_lstm) * self.state_outputs]

    # -- inference ---------------------------------------------------------------------------------------------------

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = self._of_rank_3("data", "(time, batch, features)", ins[0])
        out = self._of_rank_3("output", "(time, batch, units)", outs[0])
        count = 2 if self._is_lstm else 1
        states = [self._of_rank_3("a state", "(layers, batch, units)", s) for s in (*ins[2 : 2 + count], *outs[1:])]
        lengths = [s[0] for s in ins[2 + count :] if s]
        batch = first_known(data[1], out[1], *(s[1] for s in states), *lengths)
        data = (first_known(data[0], out[0]), batch, data[2])
        rows = self.num_layers * self._directions
        state = (rows, batch, self._hidden_size)
        both = [state, (rows, batch, self.state_size)][:count]
        output = (data[0], batch, self._directions * self._hidden_size)
        parameters = (None if data[2] is None else self._size(data[2]),)
        return [data, parameters, *both, (batch,)][: len(ins)], [output, *both][: len(outs)]

    def _of_rank_3(self, what: str, axes: str, shape: MaybeShape) -> PartialShape:
        if shape is None:
            return (None, None, None)
        if len(shape) != 3:
            raise ShapeError(f"RNN: {what} must have three axes {axes}, given {show(shape)}; reshape it.")
        return shape

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        count = len(ins) - self.use_sequence_length
        require_float(self, (*ins[:count], *outs))
        known = next((d for d in (*ins[:count], *outs) if d is not None), None)
        lengths = [known if dtype is None else dtype for dtype in ins[count:]]
        return [*[known] * count, *lengths], [known] * len(outs)

    # -- parameters --------------------------------------------------------------------------------------------------

    def _features(self, layer: int, data: int) -> int:
        """How many features a layer's input has."""
        return self._directions * self._hidden_size if layer else data

    def _size(self, features: int) -> int:
        """Length of the parameter vector for data of so many features."""
        gates = GATES[self.mode] * self.state_size
        projection = (self.projection_size or 0) * self.state_size
        inputs = sum(self._features(layer, features) for layer in range(self.num_layers))
        layers = self.num_layers * (gates * (self._hidden_size + 2) + projection)
        return self._directions * (gates * inputs + layers)

    def _unpack(self, parameters: Array, features: int) -> list[_Parameters]:
        """The parameter vector cut into its parts, layer by layer and direction by direction."""
        gates, hidden = GATES[self.mode] * self.state_size, self._hidden_size
        position = 0

        def take(*shape: int) -> Array:
            nonlocal position
            start, position = position, position + shape[0] * shape[1]
            return parameters[start:position].reshape(shape)

        products = []
        for layer in range(self.num_layers):
            for _ in range(self._directions):
                from_input, recurrent = take(gates, self._features(layer, features)), take(gates, hidden)
                projection = take(hidden, self.state_size) if self.projection_size else None
                products.append((from_input, Weights(recurrent, projection)))
        return [_Parameters(*part, take(2, gates)) for part in products]

    # -- computation -------------------------------------------------------------------------------------------------

    def lower(self, ctx: LowerContext, data: Array, parameters: Array, state: Array, *rest: Array) -> tuple[Array, ...]:
        cells = rest[0] if self._is_lstm else None
        alive = None
        if self.use_sequence_length:
            alive = (jnp.arange(data.shape[0])[:, None] < as_indices(rest[-1]))[:, :, None]
        layers = iter(zip(self._unpack(parameters, data.shape[2]), self._starts(state, cells), strict=True))
        last: list[State] = []
        for layer in range(self.num_layers):
            if layer:
                data = self._drop(ctx, layer, data)
            hidden = []
            for reverse in (False, True)[: self._directions]:
                parts, start = next(layers)
                found, end = self._run(data, parts, alive, start, reverse, ctx.plain)
                hidden.append(found)
                last.append(end)
            data = jnp.concatenate(hidden, axis=-1) if self.bidirectional else hidden[0]
        return data, *self._ends(last, data)

    def _starts(self, state: Array, cells: Array | None) -> Iterator[State]:
        for i, hidden in enumerate(state):
            yield State(hidden, None if cells is None else cells[i].astype(accumulator(state.dtype)))

    def _ends(self, last: list[State], data: Array) -> tuple[Array, ...]:
        """The last states of all layers, as far as they are outputs."""
        if not self.state_outputs:
            return ()
        parts = zip(*last, strict=True)
        return tuple(jnp.stack(part).astype(data.dtype) for part in parts if part[0] is not None)

    def _drop(self, ctx: LowerContext, layer: int, data: Array) -> Array:
        key = None if ctx.key is None else jax.random.fold_in(ctx.key, layer)
        return Dropout(p=self.p).lower(replace(ctx, key=key), data)[0]

    def _run(
        self, data: Array, parts: _Parameters, alive: Array | None, start: State, reverse: bool, plain: bool
    ) -> tuple[Array, State]:
        """One layer in one direction: its hidden states (T, n, P), and the last state."""
        steps, batch, _ = data.shape
        wide = accumulator(data.dtype)
        additive = self.mode != "gru"
        bias = parts.bias.astype(wide)
        gates = product(data, parts.input) + (bias.sum(0) if additive else bias[0])
        recurrent = None if additive else jnp.broadcast_to(bias[1], gates.shape)
        projected = None if parts.weights.projection is None else jnp.zeros((steps, batch, self._hidden_size), wide)
        step = Step(self._cell, additive, reverse, plain)
        hidden, last = recur(step, parts.weights, Inputs(gates, recurrent, projected), alive, start)
        return hidden if alive is None else jnp.where(alive, hidden, 0), last

    def _cell(self, gates: Array, recurrent: Array, state: State) -> tuple[Array, Array | None]:
        """The element-wise part of a step: the cell's output (n, H), and an LSTM's new cell (n, H)."""
        if state.cell is not None:
            i, f, g, o = jnp.split(gates, 4, axis=-1)
            cell = self._clip(jax.nn.sigmoid(f) * state.cell + jax.nn.sigmoid(i) * jnp.tanh(g))
            return jax.nn.sigmoid(o) * jnp.tanh(cell), cell
        if self.mode == "gru":
            (r, z, n), (hr, hz, hn) = (jnp.split(part, 3, axis=-1) for part in (gates, recurrent))
            update = jax.nn.sigmoid(z + hz)
            return (1 - update) * jnp.tanh(n + jax.nn.sigmoid(r + hr) * hn) + update * state.hidden, None
        return (jax.nn.relu if self.mode == "rnn_relu" else jnp.tanh)(gates), None

    def _clip(self, cell: Array) -> Array:
        low, high = self.lstm_state_clip_min, self.lstm_state_clip_max
        if low is None or high is None:
            return cell
        if self.lstm_state_clip_nan:
            cell = jnp.where(jnp.isnan(cell), jnp.asarray(low, cell.dtype), cell)
        return jnp.clip(cell, jnp.asarray(low, cell.dtype), jnp.asarray(high, cell.dtype))
