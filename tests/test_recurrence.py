"""Recurrent layers with their own gradient, against JAX's derivative of one step after the other, in float64."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils

STEPS, BATCH, FEATURES, UNITS = 4, 3, 2, 5
LENGTHS = np.array([4.0, 1.0, 0.0])
GATES = {"lstm": 4, "gru": 3, "rnn_relu": 1, "rnn_tanh": 1}


def layers(mode, data, parameters, state, cells=None, lengths=None, num_layers=1, bidirectional=False, projection=None):
    """Outputs and last states, with nothing precomputed and one matrix product for each step and sequence."""
    directions, hidden = 2 if bidirectional else 1, projection or UNITS
    gates, position = GATES[mode] * UNITS, 0

    def take(*shape):
        nonlocal position
        size = int(np.prod(shape))
        position += size
        return parameters[position - size : position].reshape(shape)

    weights = []
    for layer in range(num_layers):
        for _ in range(directions):
            features = directions * hidden if layer else data.shape[2]
            wx, wh = take(gates, features), take(gates, hidden)
            weights.append((wx, wh, take(hidden, UNITS) if projection else None))
    weights = [(*group, take(gates), take(gates)) for group in weights]
    last = []
    for layer in range(num_layers):
        found = []
        for direction in range(directions):
            row = layer * directions + direction
            ends = [STEPS] * BATCH if lengths is None else lengths.astype(int)
            columns = [
                sequence(
                    mode,
                    data[:end, n],
                    weights[row],
                    state[row, n],
                    None if cells is None else cells[row, n],
                    direction,
                )
                for n, end in enumerate(ends)
            ]
            found.append(jnp.stack([column[0] for column in columns], 1))
            last.append([jnp.stack(part) for part in zip(*[column[1] for column in columns], strict=True)])
        data = jnp.concatenate(found, -1)
    return data, *(jnp.stack(part) for part in zip(*last, strict=True))


def sequence(mode, x, weights, h, c, reverse):
    """One layer over one sequence (steps, features): its hidden states, padded to all steps, and its last state."""
    wx, wh, wr, bx, bh = weights
    out = [jnp.zeros_like(h)] * STEPS
    for t in reversed(range(len(x))) if reverse else range(len(x)):
        given, recurrent = wx @ x[t] + bx, wh @ h + bh
        if mode == "lstm":
            i, f, g, o = jnp.split(given + recurrent, 4)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            h = h if wr is None else wr @ h
        elif mode == "gru":
            (r, z, n), (hr, hz, hn) = jnp.split(given, 3), jnp.split(recurrent, 3)
            z = jax.nn.sigmoid(z + hz)
            h = (1 - z) * jnp.tanh(n + jax.nn.sigmoid(r + hr) * hn) + z * h
        else:
            h = (jnp.tanh if mode == "rnn_tanh" else jax.nn.relu)(given + recurrent)
        out[t] = h
    return jnp.stack(out), [h] if c is None else [h, c]


CASES = [
    *(
        (mode, {"num_layers": count, "bidirectional": both, "use_sequence_length": ends})
        for mode in GATES
        for count, both, ends in ((1, False, False), (2, True, True))
    ),
    ("lstm", {"projection_size": 3, "num_layers": 2, "bidirectional": True}),
    ("lstm", {"projection_size": 3, "num_layers": 1, "use_sequence_length": True}),
]


def drawn(mode, attrs):
    symbol = mx.sym.RNN(mx.sym.Variable("x"), mode=mode, state_size=UNITS, state_outputs=True, name="rnn", **attrs)
    shapes, heads, _ = symbol.infer_shape(x=(STEPS, BATCH, FEATURES))
    rng = np.random.RandomState(7)
    values = {n: rng.normal(size=s) * 0.7 for n, s in zip(symbol.list_arguments(), shapes, strict=True)}
    if "rnn_sequence_length" in values:
        values["rnn_sequence_length"] = LENGTHS
    return symbol, values, [rng.normal(size=shape) for shape in heads]


@pytest.mark.parametrize(("mode", "attrs"), CASES, ids=str)
def test_values_and_gradients_are_those_of_single_steps(mode, attrs):
    symbol, values, heads = drawn(mode, attrs)
    plain = {"num_layers": attrs["num_layers"], "bidirectional": attrs.get("bidirectional", False)}
    lengths = values.get("rnn_sequence_length")

    def expected(*wanted):
        return layers(mode, *wanted, lengths=lengths, projection=attrs.get("projection_size"), **plain)

    names = [name for name in values if name != "rnn_sequence_length"]
    with jax.enable_x64(True):
        arrays = [jnp.asarray(values[name]) for name in names]
        outputs, pull = jax.vjp(expected, *arrays)
        grads = dict(zip(names, pull(tuple(jnp.asarray(head) for head in heads)), strict=True))
    test_utils.check_symbolic_forward(symbol, values, outputs, rtol=1e-10, atol=1e-12, dtype=np.float64)
    for some in (names, names[1:2]):
        test_utils.check_symbolic_backward(
            symbol,
            values,
            heads,
            {name: np.asarray(grads[name]) for name in some},
            rtol=1e-9,
            atol=1e-11,
            grad_req={name: "write" if name in some else "null" for name in values},
            dtype=np.float64,
        )


def test_the_features_of_both_directions_are_inferred_as_in_mxnet():
    """A bidirectional layer of Gluon does not know how many features its data has, and leaves two weights open."""

    def inferred(*shapes: tuple[int, int]) -> list[tuple[int, int]]:
        weights = [mx.sym.Variable(f"w{i}", shape=shape).reshape((-1,)) for i, shape in enumerate(shapes)]
        joined = mx.sym._internal._rnn_param_concat(*weights, dim=0) + mx.sym.Variable("all", shape=(300,))
        return joined.infer_shape_partial()[0][:-1]

    assert inferred((20, 0), (20, 5), (20, 0)) == [(20, 5)] * 3
    assert inferred((20, 0), (20, 5), (10, 0)) == [(20, 5), (20, 5), (10, 10)]
    assert inferred((20, 0), (20, 10)) == [(20, 5), (20, 10)]
    assert inferred((20, 0), (20, 0), (20, 0)) == [(20, 0)] * 3
