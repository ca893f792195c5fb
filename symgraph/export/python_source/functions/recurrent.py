"""Recurrent layers, and sequences of different lengths."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.export.python_source.functions.arrays import along


def lstm_cell(given: jax.Array, added: jax.Array, h: jax.Array, c: jax.Array) -> tuple:
    """The next (h, c), from what the input and the state give to the gates, each (n, 4 k)."""
    i, f, g, o = jnp.split(given + added, 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def gru_cell(given: jax.Array, added: jax.Array, h: jax.Array, c: jax.Array) -> tuple:
    """The next (h, c), from what the input and the state give to the gates, each (n, 3 k)."""
    (r, z, n), (hr, hz, hn) = jnp.split(given, 3, axis=-1), jnp.split(added, 3, axis=-1)
    update = jax.nn.sigmoid(z + hz)
    return (1 - update) * jnp.tanh(n + jax.nn.sigmoid(r + hr) * hn) + update * h, c


def tanh_cell(given: jax.Array, added: jax.Array, h: jax.Array, c: jax.Array) -> tuple:
    """The next (h, c), from what the input and the state give, each (n, k)."""
    return jnp.tanh(given + added), c


def relu_cell(given: jax.Array, added: jax.Array, h: jax.Array, c: jax.Array) -> tuple:
    """The next (h, c), from what the input and the state give, each (n, k)."""
    return jax.nn.relu(given + added), c


def recurrent_weights(
    parameters: jax.Array,
    features: int,
    size: int,
    rows: int,
    layers: int,
    directions: int,
) -> list:
    """The vector of all parameters, cut for each layer and direction into the weights (rows, ...)
    of its input and of its state, and a bias (rows,) of both."""
    cuts, place = [], 0
    for i in range(layers * directions):
        width = features if i < directions else directions * size
        middle, end = place + rows * width, place + rows * (width + size)
        by_input = parameters[place:middle].reshape(rows, width)
        cuts.append((by_input, parameters[middle:end].reshape(rows, size)))
        place = end
    biases = parameters[place:].reshape(len(cuts), 2, rows)
    return [(*cut, *bias) for cut, bias in zip(cuts, biases, strict=True)]


def recurrent(
    cell,  # one of those above
    gates: int,
    x: jax.Array,
    parameters: jax.Array,
    state: jax.Array,
    memory: jax.Array | None = None,
    *,
    layers: int = 1,
    bidirectional: bool = False,
) -> tuple:
    """Recurrent layers: x (t, n, d) · state, memory (layers · directions, n, k)
    -> (output (t, n, directions · k), last state, last memory)."""
    directions, size = 2 if bidirectional else 1, state.shape[-1]
    memory = state if memory is None else memory
    weights = recurrent_weights(parameters, x.shape[-1], size, gates * size, layers, directions)
    ends: list = []
    for _ in range(layers):
        outputs = []
        for reverse in (False, True)[:directions]:
            i = len(ends)
            by_input, by_state, bias, state_bias = weights[i]

            def step(carry: tuple, given: jax.Array, w=by_state, b=state_bias) -> tuple:
                new = cell(given, carry[0] @ w.T + b, *carry)
                return new, new[0]

            given = x @ by_input.T + bias
            found: tuple = lax.scan(step, (state[i], memory[i]), given, reverse=reverse)
            ends.append(found[0])
            outputs.append(found[1])
        x = jnp.concatenate(outputs, axis=-1)
    return x, jnp.stack([h for h, _ in ends]), jnp.stack([c for _, c in ends])


def sequence_mask(
    x: jax.Array,
    lengths: jax.Array,
    *,
    value: float = 0,
    axis: int = 0,
) -> jax.Array:
    """x (time, batch, ...), or with axis 1 (batch, time, ...), with value after the end of each."""
    times = along(jnp.arange(x.shape[axis]), axis, x.ndim)
    return jnp.where(times < along(lengths, 1 - axis, x.ndim).astype(jnp.int32), x, value)


def sequence_last(x: jax.Array, lengths: jax.Array, *, axis: int = 0) -> jax.Array:
    """The last element of each sequence of x (time, batch, ...), with axis 1 (batch, time, ...)."""
    last = jnp.clip(lengths.astype(jnp.int32) - 1, 0, x.shape[axis] - 1)
    return jnp.take_along_axis(x, along(last, 1 - axis, x.ndim), axis=axis).squeeze(axis)


def sequence_reverse(x: jax.Array, lengths: jax.Array) -> jax.Array:
    """Each sequence of x (time, batch, ...) reversed; what comes after its end stays."""
    time = along(jnp.arange(x.shape[0]), 0, x.ndim)
    length = along(lengths, 1, x.ndim).astype(jnp.int32)
    place = jnp.where(time < length, length - 1 - time, time)
    return jnp.take_along_axis(x, place, axis=0, mode="clip")
