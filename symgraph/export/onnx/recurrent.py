"""RNN: stacked recurrent layers, each as one LSTM, GRU or RNN of ONNX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from symgraph.export.onnx.site import Site, longs


class _Kind(NamedTuple):
    """What ONNX calls a layer, and where each of its gates is among MXNet's."""

    name: str
    gates: tuple[int, ...]
    activation: str | None = None


_KINDS = {
    "lstm": _Kind("LSTM", (0, 3, 1, 2)),  # i, o, f, g of i, f, g, o
    "gru": _Kind("GRU", (1, 0, 2)),  # z, r, n of r, z, n
    "rnn_relu": _Kind("RNN", (0,), "Relu"),
    "rnn_tanh": _Kind("RNN", (0,), "Tanh"),
}


class _Weights(NamedTuple):
    """Of one layer: input (D, G·H, features) · recurrent (D, G·H, H) · bias (D, 2·G·H)."""

    input: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray


def _layers(at: Site, parameters: np.ndarray, kind: _Kind) -> Iterator[_Weights]:
    """The parameter vector cut into layers: all weights come first, then all biases."""
    op = at.op
    directions, hidden, gates = 1 + op.bidirectional, op.state_size, len(kind.gates)
    position = 0

    def take(rows: int, columns: int) -> np.ndarray:
        """A matrix with its gates in ONNX's order."""
        nonlocal position
        start, position = position, position + gates * rows * columns
        return parameters[start:position].reshape(gates, rows, columns)[list(kind.gates)].reshape(-1, columns)

    weights = []
    for layer in range(op.num_layers):
        features = directions * hidden if layer else at.shape[2]
        weights.append([(take(hidden, features), take(hidden, hidden)) for _ in range(directions)])
    for of_layer in weights:
        bias = [np.concatenate([take(hidden, 1), take(hidden, 1)])[:, 0] for _ in range(directions)]
        inputs, products = zip(*of_layer, strict=True)
        yield _Weights(np.stack(inputs), np.stack(products), np.stack(bias))


def _check(at: Site) -> np.ndarray:
    """The parameters, if the layers can be written."""
    op = at.op
    if op.projection_size or op.lstm_state_clip_min is not None:
        what = "projects its state" if op.projection_size else "clips its cell"
        at.refuse(f"{what}, which ONNX's LSTM cannot", "write the layer with mx.rnn.LSTMCell, unrolled")
    parameters = at.known(1)
    if parameters is None:
        at.refuse(
            "takes its parameters from an input or from what is computed of one, but ONNX has them in another order",
            "give them in params",
        )
    return parameters


def _parts(at: Site, value: str, layers: int, directions: int) -> list[str]:
    """The states of each layer."""
    return [value] if layers == 1 else at.several(layers, "Split", value, longs([directions] * layers), axis=0)


def recurrent(at: Site) -> list[str]:
    """Layer after layer; a bidirectional one has its directions along an axis of their own, which are then merged."""
    op, kind = at.op, _KINDS[at.op.mode]
    layers, directions = op.num_layers, 1 + op.bidirectional
    parameters = _check(at)
    steps, batch, _ = at.shape
    count = 2 if op.mode == "lstm" else 1
    starts = [_parts(at, value, layers, directions) for value in at.ins[2 : 2 + count]]
    lengths = at.cast(at.ins[-1], np.int32) if op.use_sequence_length else ""
    attributes: dict[str, Any] = {
        "hidden_size": op.state_size,
        "direction": ("forward", "bidirectional")[op.bidirectional],
    }
    if op.mode == "gru":
        attributes["linear_before_reset"] = 1
    if kind.activation:
        attributes["activations"] = [kind.activation] * directions
    data, ends = at.x, []
    for layer, weights in enumerate(_layers(at, parameters, kind)):
        start = [states[layer] for states in starts]
        hidden, *last = at.several(1 + count, kind.name, data, *weights, lengths, *start, **attributes)
        apart = (steps, directions, batch, op.state_size)
        if directions == 1:
            data = at("Squeeze", hidden, longs([1]))
        else:
            merged = (steps, batch, directions * op.state_size)
            moved = at("Transpose", hidden, perm=[0, 2, 1, 3])
            data = at.reshaped(moved, tuple(apart[i] for i in (0, 2, 1, 3)), merged)
        ends.append(last)
    if not op.state_outputs:
        return [data]
    states = zip(*ends, strict=True)
    return [data, *(parts[0] if layers == 1 else at("Concat", *parts, axis=0) for parts in states)]


OPERATORS = {"RNN": recurrent}
