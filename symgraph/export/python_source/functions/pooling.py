"""Numbers for each window of the spatial axes."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax


def windows(
    sizes: tuple,
    kernel: tuple,
    stride: tuple,
    pad: tuple,
    count: str,
    channels_last: bool,
) -> tuple:
    """Extent, stride and borders of the windows of an array (n, c, *sizes), for lax.reduce_window.

    By count there are as many as fit ("valid"), those that stick out at the end, too ("full"),
    or one every stride ("same").
    """
    strides, borders = stride or (1,) * len(kernel), []
    for size, k, s, p in zip(sizes, kernel, strides, pad or (0,) * len(kernel), strict=True):
        free = size + 2 * p - k
        number = {"valid": free // s, "full": -(-free // s), "same": -(-size // s) - 1}[count] + 1
        borders.append((p, max((number - 1) * s + k - size - p, 0)))
    if channels_last:
        return (1, *kernel, 1), (1, *strides, 1), ((0, 0), *borders, (0, 0))
    return (1, 1, *kernel), (1, 1, *strides), ((0, 0), (0, 0), *borders)


def max_pool(
    x: jax.Array,
    kernel: tuple,
    *,
    stride: tuple = (),
    pad: tuple = (),
    count: str = "valid",
    channels_last: bool = False,
) -> jax.Array:
    """The largest number of every window of the spatial axes of x (n, c, ...); NaN is none."""
    sizes = x.shape[1:-1] if channels_last else x.shape[2:]
    cells = windows(sizes, kernel, stride, pad, count, channels_last)
    numbers = jnp.where(jnp.isnan(x), -jnp.inf, x)
    largest = lax.reduce_window(numbers, -jnp.inf, lax.max, *cells)
    return jnp.maximum(largest, jnp.finfo(x.dtype).min)


def sum_pool(
    x: jax.Array,
    kernel: tuple,
    *,
    stride: tuple = (),
    pad: tuple = (),
    count: str = "valid",
    channels_last: bool = False,
) -> jax.Array:
    """The sum of every window of the spatial axes of x (n, c, ...)."""
    sizes = x.shape[1:-1] if channels_last else x.shape[2:]
    cells = windows(sizes, kernel, stride, pad, count, channels_last)
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    return lax.reduce_window(wide, 0.0, lax.add, *cells).astype(x.dtype)


def mean_pool(
    x: jax.Array,
    kernel: tuple,
    *,
    stride: tuple = (),
    pad: tuple = (),
    count: str = "valid",
    counts_pad: bool = True,
    channels_last: bool = False,
) -> jax.Array:
    """The mean of every window of the spatial axes of x (n, c, ...)."""
    sizes = x.shape[1:-1] if channels_last else x.shape[2:]
    extent, strides, borders = windows(sizes, kernel, stride, pad, count, channels_last)
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    total = lax.reduce_window(wide, 0.0, lax.add, extent, strides, borders)
    for axis, (size, (before, _)) in enumerate(zip(x.shape, borders, strict=True)):
        if extent[axis] > 1 or strides[axis] > 1:
            start = jnp.arange(total.shape[axis]) * strides[axis] - before
            end = jnp.minimum(start + extent[axis], size + before)
            inside = jnp.minimum(end, size) - jnp.maximum(start, 0)
            number = jnp.maximum(end - start if counts_pad else inside, 1)
            shape = [-1 if i == axis else 1 for i in range(x.ndim)]
            total = total / number.astype(total.dtype).reshape(shape)
    return total.astype(x.dtype)
