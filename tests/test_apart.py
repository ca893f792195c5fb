"""Parts of a program that are compiled by themselves."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.ops.apart import apart

X = np.linspace(-1, 2, 12, dtype=np.float32).reshape(3, 4)


def _sum_of_neighbours(x: jax.Array) -> jax.Array:
    padded = jnp.pad(x, ((0, 0), (1, 1)))
    return jnp.where(x > 0, padded[:, :-2] + padded[:, 2:], 0)


def _together(x: jax.Array) -> jax.Array:
    return jnp.exp(_sum_of_neighbours(jnp.tanh(x)))


def _divided(x: jax.Array) -> jax.Array:
    return jnp.exp(apart(_sum_of_neighbours, jnp.tanh(x)))


def test_value_and_derivatives_are_those_of_the_function() -> None:
    np.testing.assert_allclose(_divided(X), _together(X), rtol=1e-6)
    for transform in (
        lambda f: jax.grad(lambda x: f(x).sum()),
        lambda f: jax.hessian(lambda x: f(x).sum()),
        lambda f: jax.vmap(lambda row: f(row[None])),
        jax.jit,
    ):
        np.testing.assert_allclose(transform(_divided)(X), transform(_together)(X), rtol=1e-5, atol=1e-6)


def test_it_is_one_call_in_the_compiled_program() -> None:
    """Neither inlined, nor divided further at the calls that jax.numpy makes within."""
    (entry,) = jax.jit(_divided).lower(X).compile().as_text().split("ENTRY")[1:]
    assert entry.count(" call(") == 1
    whole = jax.jit(_divided).lower(X).compile().as_text()
    assert whole.count(" call(") == 1


def test_several_results() -> None:
    total, mean = apart(lambda a, b: (a + b, (a + b) / 2), jnp.ones(3), jnp.zeros(3))
    np.testing.assert_array_equal(total, 2 * np.asarray(mean))
