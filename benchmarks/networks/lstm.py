"""Long short-term memory, after Hochreiter, Schmidhuber (1997): as one operator, unrolled, and in a language model."""

from __future__ import annotations

from typing import Any


def fused(mx: Any, hidden: int, layers: int) -> Any:
    """The operator RNN.

    data (t, n, d) · lstm_parameters · lstm_state, lstm_state_cell (layers, n, hidden) -> (t, n, hidden)
    """
    return mx.sym.RNN(mx.sym.Variable("data"), state_size=hidden, num_layers=layers, mode="lstm", name="lstm")


def unrolled(mx: Any, length: int, hidden: int, layers: int) -> Any:
    """The same, step by step out of dense layers, as cells of MXNet unroll.

    data (t, n, d) · l<i>_i2h_weight, ... · l<i>_begin_h, l<i>_begin_c (n, hidden) -> (t, n, hidden)
    """
    return mx.sym.stack(*_steps(mx, length, hidden, layers), axis=0, name="outputs")


def encoder(mx: Any, length: int, hidden: int, layers: int) -> Any:
    """What is known after the last step.

    data (t, n, d) · as for `unrolled` -> (n, hidden)
    """
    return _steps(mx, length, hidden, layers)[-1]


def classifier(mx: Any, length: int, hidden: int, layers: int, classes: int) -> Any:
    """What is known after the last step, to probabilities of classes. Each layer is a group, ``layer0`` and so on.

    data (n, t, d) · as for `unrolled` · softmax_label (n,) -> softmax_output (n, classes)
    """
    known = _steps(mx, length, hidden, layers, axis=1, grouped=True)[-1]
    with mx.AttrScope(ctx_group=f"layer{layers - 1}"):
        return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(known, num_hidden=classes, name="classes"), name="softmax")


def _steps(mx: Any, length: int, hidden: int, layers: int, axis: int = 0, grouped: bool = False) -> list[Any]:
    """The hidden states of the last layer."""
    data = mx.sym.Variable("data")
    steps = mx.sym.SliceChannel(data, num_outputs=length, axis=axis, squeeze_axis=True, name="steps")
    rows = [steps[t] for t in range(length)]
    for layer in range(layers):
        with mx.AttrScope(**({"ctx_group": f"layer{layer}"} if grouped else {})):
            rows = _layer(mx, rows, hidden, layer)
    return rows


def _layer(mx: Any, rows: list[Any], hidden: int, layer: int) -> list[Any]:
    """The hidden states of one layer."""
    weights = {f"{p}_{k}": mx.sym.Variable(f"l{layer}_{p}_{k}") for p in ("i2h", "h2h") for k in ("weight", "bias")}
    state = mx.sym.Variable(f"l{layer}_begin_h"), mx.sym.Variable(f"l{layer}_begin_c")
    found = []
    for t, row in enumerate(rows):
        state = _cell(mx, row, *state, weights, hidden, f"l{layer}_t{t}")
        found.append(state[0])
    return found


def _cell(mx: Any, data: Any, h: Any, c: Any, weights: dict[str, Any], hidden: int, name: str) -> tuple:
    """One step: the new hidden state and cell."""

    def dense(x: Any, part: str) -> Any:
        given = weights[f"{part}_weight"], weights[f"{part}_bias"]
        return mx.sym.FullyConnected(x, *given, num_hidden=4 * hidden, name=f"{name}_{part}")

    def act(x: Any, act_type: str, part: str) -> Any:
        return mx.sym.Activation(x, act_type=act_type, name=f"{name}_{part}")

    total = mx.sym.elemwise_add(dense(data, "i2h"), dense(h, "h2h"), name=f"{name}_gates")
    gates = mx.sym.SliceChannel(total, num_outputs=4, axis=1, name=f"{name}_slice")
    i, f, o = (act(gates[k], "sigmoid", part) for k, part in ((0, "i"), (1, "f"), (3, "o")))
    kept = mx.sym.elemwise_mul(f, c, name=f"{name}_kept")
    new = mx.sym.elemwise_mul(i, act(gates[2], "tanh", "g"), name=f"{name}_new")
    cell = mx.sym.elemwise_add(kept, new, name=f"{name}_c")
    return mx.sym.elemwise_mul(o, act(cell, "tanh", "c_tanh"), name=f"{name}_h"), cell


def language_model(mx: Any, vocabulary: int, hidden: int, layers: int) -> Any:
    """Words to the probabilities of the next ones, for sequences of any length.

    data (t, n), words by number · softmax_label (t * n,) -> softmax_output (t * n, vocabulary)
    """
    words = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=vocabulary, output_dim=hidden, name="embed")
    net = mx.sym.RNN(words, state_size=hidden, num_layers=layers, mode="lstm", name="lstm")
    net = mx.sym.Reshape(net, shape=(-1, hidden), name="rows")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=vocabulary, name="next"), name="softmax")
