"""Cells of dense layers: Elman's, with long short-term memory, and with gated recurrent units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.initializer import LSTMBias
from symgraph.train.rnn.base import BaseRNNCell, States
from symgraph.train.rnn.params import RNNParams


class _DenseCell(BaseRNNCell):
    """A cell whose gates are dense layers of the input and of the hidden state."""

    def __init__(
        self,
        num_hidden: int,
        prefix: str,
        params: RNNParams | None,
        names: Sequence[str] = ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias"),
        **bias: Any,
    ):
        """Make the variables in the order of `names`; `bias` is said of that of the input."""
        super().__init__(prefix=prefix, params=params)
        self._require_count("num_hidden", num_hidden)
        self._num_hidden = num_hidden
        made = {name: self.params.get(name, **(bias if name == "i2h_bias" else {})) for name in names}
        self._iW, self._iB = made["i2h_weight"], made["i2h_bias"]
        self._hW, self._hB = made["h2h_weight"], made["h2h_bias"]

    def _dense(self, inputs: Symbol, hidden: Symbol, name: str) -> tuple[Symbol, Symbol]:
        """What the input and the hidden state give to all gates, (n, gates · units) each."""
        units = self._num_hidden * self._num_gates
        i2h = apply_op(
            "FullyConnected", data=inputs, weight=self._iW, bias=self._iB, num_hidden=units, name=f"{name}i2h"
        )
        h2h = apply_op(
            "FullyConnected", data=hidden, weight=self._hW, bias=self._hB, num_hidden=units, name=f"{name}h2h"
        )
        return i2h, h2h


class RNNCell(_DenseCell):
    """h' = act(Wx x + bx + Wh h + bh) (Elman 1990).

    Args:
        num_hidden: H, units.
        activation: name of an activation, or a function of a symbol and ``name=``.
        prefix, params: see `BaseRNNCell`.

    >>> import symgraph as mx
    >>> output, states = mx.rnn.RNNCell(4)(mx.sym.Variable("x"), [mx.sym.Variable("h")])
    >>> output.list_arguments()
    ['x', 'rnn_i2h_weight', 'rnn_i2h_bias', 'h', 'rnn_h2h_weight', 'rnn_h2h_bias']
    """

    def __init__(
        self,
        num_hidden: int,
        activation: str | Callable[..., Symbol] = "tanh",
        prefix: str = "rnn_",
        params: RNNParams | None = None,
    ):
        super().__init__(num_hidden, prefix, params)
        self._activation = activation

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": (0, self._num_hidden), "__layout__": "NC"}]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ("",)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        (hidden,) = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._dense(inputs, hidden, name)
        output = self._get_activation(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class LSTMCell(_DenseCell):
    """c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') with gates i, f, g, o (Hochreiter and Schmidhuber 1997).

    Args:
        num_hidden: H, units.
        prefix, params: see `BaseRNNCell`.
        forget_bias: first value of the bias of f, so that the cell remembers when training begins
            (Jozefowicz et al. 2015).

    >>> import symgraph as mx
    >>> outputs, states = mx.rnn.LSTMCell(4).unroll(2, mx.sym.Variable("data"))
    >>> [state.infer_shape(data=(8, 2, 3))[1] for state in states]
    [[(8, 4)], [(8, 4)]]
    """

    def __init__(
        self, num_hidden: int, prefix: str = "lstm_", params: RNNParams | None = None, forget_bias: float = 1.0
    ):
        names = ("i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias")
        super().__init__(num_hidden, prefix, params, names, init=LSTMBias(forget_bias=forget_bias))

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": (0, self._num_hidden), "__layout__": "NC"} for _ in range(2)]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_i", "_f", "_c", "_o"]

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        hidden, cell = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._dense(inputs, hidden, name)
        gates = apply_op("SliceChannel", i2h + h2h, num_outputs=self._num_gates, name=f"{name}slice")
        return memorize(gates, cell, lambda x, **kwargs: self._get_activation(x, "tanh", **kwargs), name)


def memorize(gates: Symbol, cell: Symbol, activate: Callable[..., Symbol], name: str) -> tuple[Symbol, States]:
    """A step of long short-term memory from its gates i, f, g, o: the output, and both states.

    Args:
        activate: what is done to g and to the new cell.
        name: what the names of nodes begin with.
    """
    keep_in = apply_op("Activation", gates[0], act_type="sigmoid", name=f"{name}i")
    forget = apply_op("Activation", gates[1], act_type="sigmoid", name=f"{name}f")
    candidate = activate(gates[2], name=f"{name}c")
    let_out = apply_op("Activation", gates[3], act_type="sigmoid", name=f"{name}o")
    kept, added = forget * cell, keep_in * candidate
    cell = apply_op("elemwise_add", kept, added, name=f"{name}state")
    hidden = apply_op("elemwise_mul", let_out, activate(cell), name=f"{name}out")
    return hidden, [hidden, cell]


class GRUCell(_DenseCell):
    """h' = (1 - σ(z)) tanh(nx + σ(r) nh) + σ(z) h with gates r, z, n (Cho et al. 2014, the reset gate after the product).

    Args:
        num_hidden: H, units.
        prefix, params: see `BaseRNNCell`.

    >>> import symgraph as mx
    >>> outputs, states = mx.rnn.GRUCell(4).unroll(2, mx.sym.Variable("data"), merge_outputs=True)
    >>> outputs.infer_shape(data=(8, 2, 3))[1]
    [(8, 2, 4)]
    """

    def __init__(self, num_hidden: int, prefix: str = "gru_", params: RNNParams | None = None):
        super().__init__(num_hidden, prefix, params)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": (0, self._num_hidden), "__layout__": "NC"}]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_r", "_z", "_o"]

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        (hidden,) = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._dense(inputs, hidden, f"{name}_")
        return gate(i2h, h2h, hidden, lambda x, **kwargs: self._get_activation(x, "tanh", **kwargs), name)


def gate(
    i2h: Symbol, h2h: Symbol, hidden: Symbol, activate: Callable[..., Symbol], name: str, **axis: int
) -> tuple[Symbol, States]:
    """A step of gated recurrent units from what the input and the hidden state give to r, z and n.

    Args:
        activate: what is done to the candidate.
        name: what the names of nodes begin with.
        **axis: axis of the gates, where it is not the second.
    """
    rx, zx, nx = apply_op("SliceChannel", i2h, num_outputs=3, name=f"{name}_i2h_slice", **axis)
    rh, zh, nh = apply_op("SliceChannel", h2h, num_outputs=3, name=f"{name}_h2h_slice", **axis)
    reset = apply_op("Activation", rx + rh, act_type="sigmoid", name=f"{name}_r_act")
    update = apply_op("Activation", zx + zh, act_type="sigmoid", name=f"{name}_z_act")
    candidate = activate(nx + reset * nh, name=f"{name}_h_act")
    new, old = (1.0 - update) * candidate, update * hidden
    output = apply_op("elemwise_add", new, old, name=f"{name}out")
    return output, [output]
