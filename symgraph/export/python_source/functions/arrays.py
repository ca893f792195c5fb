"""What is done with arrays of any kind, and boxes around places."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax


def along(vector: jax.Array, axis: int, rank: int) -> jax.Array:
    """A vector, shaped to broadcast along one axis of an array of that rank."""
    return vector.reshape([-1 if i == axis % rank else 1 for i in range(rank)])


def remainder(x: jax.Array | float, y: jax.Array | float) -> jax.Array:
    """x - y ⌊x / y⌋, and 0 where y is 0."""
    zero = jnp.equal(y, 0)
    return jnp.where(zero, 0, jnp.mod(x, jnp.where(zero, 1, y)))


def to_integers(x: jax.Array, dtype: jax.typing.DTypeLike) -> jax.Array:
    """x without fractions; what is too large for a word, and NaN, becomes its least number."""
    word = jnp.int64 if jnp.dtype(dtype).itemsize == 8 else jnp.int32
    least = jnp.iinfo(word).min
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    inside = (wide >= least) & (wide < -float(least))
    return jnp.where(inside, wide, least).astype(word).astype(dtype)


def norm(
    x: jax.Array,
    axis: int | tuple | None = None,
    *,
    keepdims: bool = False,
) -> jax.Array:
    """The Euclidean norm along axes, of x scaled such that no square overflows or vanishes."""
    largest = jnp.max(jnp.abs(x), axis, keepdims=True)
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1)
    length = scale * jnp.sqrt(jnp.sum(jnp.square(x / scale), axis, keepdims=True))
    return length if keepdims else length.squeeze(axis)


def pick(x: jax.Array, index: jax.Array, axis: int, *, wraps: bool = False) -> jax.Array:
    """One element along an axis for every position on the others; the axis stays, 1 long."""
    length = x.shape[axis]
    index = index.reshape(*x.shape[:axis], 1, *x.shape[axis + 1 :]).astype(jnp.int32)
    inside = index % length if wraps else jnp.clip(index, 0, length - 1)
    return jnp.take_along_axis(x, inside, axis=axis)


def top_k(x: jax.Array, count: int, dtype: jax.typing.DTypeLike) -> tuple[jax.Array, jax.Array]:
    """The greatest elements along the last axis, and where they stand."""
    values, places = lax.top_k(x, count)
    return values, places.astype(dtype)


def enlarged(x: jax.Array, rows: int, columns: int) -> jax.Array:
    """x (n, c, h, w), every pixel as a block of rows by columns pixels."""
    return jnp.repeat(jnp.repeat(x, rows, axis=2), columns, axis=3)


def depth_to_space(x: jax.Array, block: int) -> jax.Array:
    """x (n, c · block², h, w) -> (n, c, h · block, w · block)."""
    n, c, h, w = x.shape
    parts = x.reshape(n, block, block, c // block**2, h, w).transpose(0, 3, 4, 1, 5, 2)
    return parts.reshape(n, c // block**2, h * block, w * block)


def space_to_depth(x: jax.Array, block: int) -> jax.Array:
    """x (n, c, h · block, w · block) -> (n, c · block², h, w)."""
    n, c, h, w = x.shape
    parts = x.reshape(n, c, h // block, block, w // block, block).transpose(0, 3, 5, 1, 2, 4)
    return parts.reshape(n, c * block**2, h // block, w // block)


def anchors(
    x: jax.Array,
    sizes: tuple,
    ratios: tuple,
    *,
    clip: bool = False,
    steps: tuple = (-1.0, -1.0),
    offsets: tuple = (0.5, 0.5),
) -> jax.Array:
    """Boxes around every place of x (n, c, h, w): (1, h·w·k, 4), as (left, top, right, bottom)."""
    height, width = x.shape[2:4]
    step_y, step_x = steps if min(steps) > 0 else (1 / max(height, 1), 1 / max(width, 1))
    y = (jnp.arange(height, dtype=jnp.float32) + offsets[0]) * step_y
    x = (jnp.arange(width, dtype=jnp.float32) + offsets[1]) * step_x
    y, x = jnp.meshgrid(y, x, indexing="ij")
    size = jnp.array([*sizes, *[sizes[0]] * (len(ratios) - 1)], jnp.float32)
    root = jnp.sqrt(jnp.array([*[ratios[0]] * len(sizes), *ratios[1:]], jnp.float32))
    half = jnp.stack([size * (height / max(width, 1)) * root, size / root], -1) / 2
    center = jnp.stack([x, y], -1).reshape(-1, 1, 2)
    boxes = jnp.concatenate([center - half, center + half], -1).reshape(1, -1, 4)
    return jnp.clip(boxes, 0, 1) if clip else boxes
