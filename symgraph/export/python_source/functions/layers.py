"""Layers that multiply by weights."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.export.python_source.functions.arrays import along


def dense(x: jax.Array, weight: jax.Array, bias: jax.Array | None = None) -> jax.Array:
    """x (..., c) · weight (k, c) · bias (k,) -> (..., k)."""
    y = x @ weight.T
    return y if bias is None else y + bias


def convolution(
    x: jax.Array,
    weight: jax.Array,
    bias: jax.Array | None = None,
    *,
    stride: tuple = (),
    pad: tuple = (),
    dilate: tuple = (),
    groups: int = 1,
    channels_last: bool = False,
) -> jax.Array:
    """x (n, c, ...) · weight (k, c / groups, ...) · bias (k,) -> (n, k, ...)."""
    rank = x.ndim - 2
    spatial = "DHW"[-rank:]
    layout = ("NC" + spatial, "OI" + spatial, "NC" + spatial)
    if channels_last:
        layout = (f"N{spatial}C", f"O{spatial}I", f"N{spatial}C")
    y = lax.conv_general_dilated(
        x,
        weight,
        stride or (1,) * rank,
        [(p, p) for p in pad or (0,) * rank],
        rhs_dilation=dilate or (1,) * rank,
        dimension_numbers=layout,
        feature_group_count=groups,
    )
    if bias is None:
        return y
    return y + (bias if channels_last else bias.reshape(-1, *(1,) * rank))


def deconvolution(
    x: jax.Array,
    weight: jax.Array,
    bias: jax.Array | None = None,
    *,
    stride: tuple = (),
    pad: tuple = (),
    dilate: tuple = (),
    extra: tuple = (),
    groups: int = 1,
) -> jax.Array:
    """The transpose of a convolution: x (n, c, ...) · weight (c, k / groups, ...) -> (n, k, ...)."""
    (channels, filters, *kernel), rank = weight.shape, x.ndim - 2
    dilate = dilate or (1,) * rank
    pad, extra = pad or (0,) * rank, extra or (0,) * rank
    borders, idle_taps = [], []
    for size, d, p, e in zip(kernel, dilate, pad, extra, strict=True):
        border = d * (size - 1) - p
        idle = int(border == 0 and d * (size - 1) == 1)  # XLA fails on two taps without a border
        borders.append((border, border + e + idle))
        idle_taps.append((0, idle))
    flipped = jnp.flip(weight, tuple(range(2, weight.ndim)))
    flipped = jnp.pad(flipped, ((0, 0), (0, 0), *idle_taps))
    taps = flipped.shape[2:]
    grouped = flipped.reshape(groups, channels // groups, filters, *taps).swapaxes(1, 2)
    spatial = "DHW"[-rank:]
    y = lax.conv_general_dilated(
        x,
        grouped.reshape(groups * filters, channels // groups, *taps),
        (1,) * rank,
        borders,
        lhs_dilation=stride or (1,) * rank,
        rhs_dilation=dilate,
        dimension_numbers=("NC" + spatial, "OI" + spatial, "NC" + spatial),
        feature_group_count=groups,
    )
    return y if bias is None else y + bias.reshape(-1, *(1,) * rank)


def prelu(x: jax.Array, gamma: jax.Array) -> jax.Array:
    """x (n, c, ...) where it is positive, elsewhere times gamma, of c numbers, one, or x's shape."""
    if gamma.ndim == 1 < x.ndim and gamma.shape != (1,):
        gamma = along(gamma, 1, x.ndim)
    return jnp.where(x > 0, x, gamma * x)
