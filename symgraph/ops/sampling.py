"""Reading maps at positions: what spatial transformers, regions of interest and deformable layers share.

A position (y, x) counts pixels from the first one's centre. Maps are (m, channels, height, width) and a read names its map
by number, so that images, groups and channels can be mixed in one read.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from symgraph.ops.family import Array


def bilinear(maps: Array, index: Array, y: Array, x: Array) -> Array:
    """Bilinear interpolation between the four nearest pixels, with zeros all around the map.

    maps (m, c, h, w) · index, y, x (broadcastable to *points) -> (c, *points). At a pixel's centre the derivative by the
    position is the one to its right and below. At NaN the value is NaN, and no pixel has a part in it.
    """
    return jnp.moveaxis(interpolated(bordered(maps), index, y, x), -1, 0)


def bordered(maps: Array) -> Array:
    """Maps to interpolate in, (m, c, h, w) -> (m, h + 2, w + 2, c): with a border of zeros the four pixels of every position
    are one window, and with channels last that is a few contiguous pieces of memory."""
    return jnp.pad(jnp.moveaxis(maps, 1, -1), [(0, 0), (1, 1), (1, 1), (0, 0)])


def interpolated(maps: Array, index: Array, y: Array, x: Array) -> Array:
    """`bilinear` in maps that are `bordered`, to (*points, c)."""
    top, below = _corner(y, maps.shape[1] - 2)
    left, right = _corner(x, maps.shape[2] - 2)
    windows = _windows(maps, index, top, left, 2)
    windows = jnp.where((jnp.isnan(y) | jnp.isnan(x))[..., None, None, None], 0, windows)
    # Four products rather than two of two: their derivative by the position is sums over channels that vectorize.
    shares = ((1 - below) * (1 - right), (1 - below) * right), (below * (1 - right), below * right)
    top_row, bottom_row = (
        windows[..., row, 0, :] * first[..., None] + windows[..., row, 1, :] * second[..., None]
        for row, (first, second) in enumerate(shares)
    )
    return top_row + bottom_row


def pixels(maps: Array, index: Array, y: Array, x: Array) -> Array:
    """Pixels at whole positions, the nearest one outside of the map.

    maps (m, c, h, w) · index, y, x (integers, broadcastable to *points) -> (c, *points)
    """
    return jnp.moveaxis(_windows(jnp.moveaxis(maps, 1, -1), index, y, x, 1)[..., 0, 0, :], -1, 0)


def held(position: Array, length: int, inside: Array) -> Array:
    """Positions beyond an axis moved to its nearest pixel; those that are not `inside` to where only zeros are read."""
    last = length - 1
    on_axis = jnp.where(position < last, jnp.where(position >= 0, position, 0), last)
    return jnp.where(inside, on_axis, -1)


def _corner(position: Array, length: int) -> tuple[Array, Array]:
    """Along one axis of a bordered map: the first of the two pixels around each position, and the share of the second."""
    near = jnp.where((position < -1) | (position >= length), -1, position)  # NaN stays NaN
    floor = jnp.floor(lax.stop_gradient(near))
    return floor.astype(jnp.int32) + 1, near - floor


def _windows(maps: Array, index: Array, y: Array, x: Array, extent: int) -> Array:
    """Square windows of maps (m, h, w, c) whose first pixel is (y, x) -> (*points, extent, extent, c)."""
    points = jnp.broadcast_shapes(index.shape, y.shape, x.shape)
    channels = maps.shape[3]
    if 0 in maps.shape[:3]:  # there is nothing to read, which a gather refuses
        return jnp.zeros((*points, extent, extent, channels), maps.dtype)
    starts = jnp.stack([jnp.broadcast_to(i.astype(jnp.int32), points) for i in (index, y, x)], axis=-1)
    rank = len(points)
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(rank, rank + 1, rank + 2), collapsed_slice_dims=(0,), start_index_map=(0, 1, 2)
    )
    return lax.gather(maps, starts, numbers, (1, extent, extent, channels), mode="clip")
