"""Normalization, by moving statistics or within each example."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.export.python_source.functions.arrays import along


def batch_norm(
    x: jax.Array,
    gamma: jax.Array | None,
    beta: jax.Array,
    mean: jax.Array,
    var: jax.Array,
    *,
    eps: float = 0.001,
    axis: int = 1,
) -> jax.Array:
    """x with moving mean (c,) and variance (c,) made 0 and 1, then scaled and shifted."""
    scale = lax.rsqrt(var + eps)
    if gamma is not None:
        scale = gamma * scale
    y = (x - along(mean, axis, x.ndim)) * along(scale, axis, x.ndim) + along(beta, axis, x.ndim)
    return y.astype(x.dtype)


def standardized(x: jax.Array, axes: tuple, eps: float) -> jax.Array:
    """x with mean 0 and variance 1 over axes."""
    centered = x - jnp.mean(x, axes, keepdims=True)
    return centered * lax.rsqrt(jnp.mean(jnp.square(centered), axes, keepdims=True) + eps)


def layer_norm(
    x: jax.Array,
    gamma: jax.Array,
    beta: jax.Array,
    *,
    axis: int = -1,
    eps: float = 1e-05,
) -> jax.Array:
    """x with mean 0 and variance 1 along an axis, then scaled and shifted."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    y = standardized(wide, (axis,), eps) * along(gamma, axis, x.ndim) + along(beta, axis, x.ndim)
    return y.astype(x.dtype)


def group_norm(
    x: jax.Array,
    gamma: jax.Array,
    beta: jax.Array,
    *,
    groups: int = 1,
    eps: float = 1e-05,
) -> jax.Array:
    """x (n, c, ...) with mean 0 and variance 1 in each group of channels; gamma, beta (groups,)."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32)).reshape(x.shape[0], groups, -1)
    y = standardized(wide, (2,), eps) * gamma[:, None] + beta[:, None]
    return y.reshape(x.shape).astype(x.dtype)


def instance_norm(
    x: jax.Array,
    gamma: jax.Array,
    beta: jax.Array,
    *,
    eps: float = 0.001,
) -> jax.Array:
    """x (n, c, ...) with mean 0 and variance 1 in each channel, then scaled and shifted."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    y = standardized(wide, tuple(range(2, x.ndim)), eps)
    return (y * along(gamma, 1, x.ndim) + along(beta, 1, x.ndim)).astype(x.dtype)


def l2_norm(x: jax.Array, axes: tuple, *, eps: float = 1e-10) -> jax.Array:
    """x divided by its Euclidean norm over axes."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    norm = jnp.sqrt(jnp.sum(jnp.square(wide), axes, keepdims=True) + eps)
    return (wide / norm).astype(x.dtype)


def response_norm(
    x: jax.Array,
    size: int,
    *,
    alpha: float = 0.0001,
    beta: float = 0.75,
    knorm: float = 2.0,
) -> jax.Array:
    """x (n, c, ...) normalized by the squares of neighbouring channels."""
    half, ones = (size - 1) // 2, (1,) * (x.ndim - 2)
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    borders = ((0, 0), (half, half), *((0, 0) for _ in ones))
    extent = (1, 2 * half + 1, *ones)
    near = lax.reduce_window(wide * wide, 0.0, lax.add, extent, (1, 1, *ones), borders)
    return (wide * (knorm + alpha / size * near) ** -beta).astype(x.dtype)
