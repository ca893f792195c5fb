"""Pooling of regions over whole pixels: the maximum, and position-sensitive averages."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count, Shape
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ops.family import Array
from symgraph.ops.regions import (
    Averaging,
    ChannelByChannel,
    Read,
    Scale,
    across,
    divided,
    each,
    image_of,
    largest,
    rounded,
)
from symgraph.ops.sampling import pixels

Spans = tuple[Array, Array]
"""First pixel of every bin along an axis, and the one after its last; both (r, bins)."""


def _spans(start: Array, extent: Array, bins: int, length: int) -> Spans:
    """Whole pixels that the bins of regions touch, within an axis of data."""
    step = divided(extent, bins)[:, None]
    # The maximum changes nothing, but keeps XLA from fusing product and sum: rounded once, they may pass a whole number.
    edges = jnp.maximum(jnp.arange(bins + 1, dtype=start.dtype) * step, 0) + start[:, None]
    first, after = jnp.floor(edges[:, :-1]), jnp.ceil(edges[:, 1:])
    return tuple(jnp.clip(edge, 0, length).astype(jnp.int32) for edge in (first, after))  # type: ignore[return-value]


class _Walk:
    """All bins of all regions, one pixel at a time by rows, until the largest has been seen."""

    def __init__(self, rows: Spans, columns: Spans, exists: Array):
        self.rows, self.columns, self.exists = rows, columns, exists
        tallest, self.widest = (largest(after - first) for first, after in (rows, columns))
        self.steps = tallest * self.widest

    def sizes(self) -> Array:
        """Number of pixels of every bin, (r, h, w)"""
        heights, widths = (jnp.maximum(after - first, 0) for first, after in (self.rows, self.columns))
        return heights[:, :, None] * widths[:, None, :] * self.exists[:, None, None]

    def step(self, i: Any) -> tuple[Array, Array, Array]:
        """Pixel i of every bin as (y, x), and whether the bin has so many; (r, h, 1), (r, 1, w) and (r, h, w)"""
        widest = jnp.maximum(self.widest, 1)
        y, x = across(self.rows[0] + i // widest, self.columns[0] + i % widest)
        bottom, right = across(self.rows[1], self.columns[1])
        return y, x, (y < bottom) & (x < right) & self.exists[:, None, None]


@register("ROIPooling", "_npx_roi_pooling")
class ROIPooling(ChannelByChannel):
    """The maximum in every bin of regions (Fast R-CNN, Girshick 2015).

    data (n, c, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2), all pixels from corner to corner
    -> output (r, c, *pooled_size)

    Regions are rounded to whole pixels, at least one; bins overlap where they cannot be of equal size, and an empty one is
    0. The first of equal elements of a bin gets its gradient; that of rois is zero.

    Attributes:
        pooled_size: number of bins, vertically and horizontally.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.

    A region whose image does not exist gives 0; MXNet reads outside of memory.

    >>> import symgraph as mx
    >>> data, rois = mx.nd.array([[[[1, 2], [3, 4]]]]), mx.nd.array([[0, 0, 0, 1, 1]])
    >>> mx.nd.ROIPooling(data, rois, pooled_size=(1, 2), spatial_scale=1.0).asnumpy().tolist()
    [[[[3.0, 4.0]]]]
    """

    pooled_size: Shape
    spatial_scale: Scale

    workspaces = ("maxidx",)

    def lower(self, ctx: LowerContext, data: Array, rois: Array) -> tuple[Array, ...]:
        n, c, height, width = data.shape
        if 0 in data.shape:  # all bins are empty, and no maximum can be read
            return self.with_workspaces(jnp.zeros((rois.shape[0], c, *self.pooled()), data.dtype))
        corners = rounded(self.scaled(rois[:, 1:]))
        x1, y1, x2, y2 = lax.stop_gradient(corners).T
        image, exists = image_of(rois, n)
        rows = _region_spans(y1, y2, self.pooled_size[0], height)
        columns = _region_spans(x1, x2, self.pooled_size[1], width)
        position = _first_maximum(ctx, lax.stop_gradient(data), image, rows, columns, exists)
        # Where no element is greater than it, as for NaN, the smallest number is the maximum.
        absent = jnp.where(
            _Walk(rows, columns, exists).sizes() > 0, jnp.finfo(data.dtype).min, jnp.zeros((), data.dtype)
        )[:, None]
        flat = data.reshape(n, c, height * width)
        found = flat.at[image[:, None, None, None], jnp.arange(c)[:, None, None], position].get(mode="clip")
        return self.with_workspaces(jnp.where(position >= 0, found, absent))


def _region_spans(start: Array, end: Array, bins: int, length: int) -> Spans:
    """`_spans` of regions of whole pixels: those of a region's bins, moved to where it starts."""
    extent = jnp.maximum(end - start + 1, 1)
    step = divided(extent, bins)[:, None]
    edges = jnp.arange(bins + 1, dtype=start.dtype)
    first, after = jnp.floor(edges[:-1] * step), jnp.ceil(edges[1:] * step)
    return tuple(  # type: ignore[return-value]
        jnp.clip(edge + start[:, None], 0, length).astype(jnp.int32) for edge in (first, after)
    )


def _first_maximum(ctx: LowerContext, data: Array, image: Array, rows: Spans, columns: Spans, exists: Array) -> Array:
    """Where in its map (y w + x) the first maximum of every bin is, (r, c, h, w); -1 without one."""
    maps = jnp.moveaxis(data, 1, -1)
    shape = (rows[0].shape[1], columns[0].shape[1], data.shape[1])

    def pool(region: tuple[Array, Spans, Spans, Array]) -> Array:
        number, rows, columns, exists = region
        walk = _Walk(rows, columns, exists)

        def look(i: Any, best: tuple[Array, Array]) -> tuple[Array, Array]:
            value, position = best
            y, x, inside = (part[0] for part in walk.step(i))
            candidate = maps.at[number, y, x].get(mode="clip")
            greater = inside[..., None] & (candidate > value)
            place = jnp.broadcast_to((y * data.shape[3] + x)[..., None], shape)
            return jnp.where(greater, candidate, value), jnp.where(greater, place, position)

        start = jnp.full(shape, jnp.finfo(data.dtype).min, data.dtype), jnp.full(shape, -1, jnp.int32)
        return jnp.moveaxis(lax.fori_loop(0, walk.steps, look, start)[1], -1, 0)

    # `_Walk` is of many regions: of one here.
    one = jax.tree_util.tree_map(lambda part: part[:, None], (rows, columns, exists))
    return each(ctx, pool, (image, *one))


@register("_contrib_PSROIPooling")
class PSROIPooling(Averaging):
    """Averages over the bins of regions, where every bin has channels of its own (R-FCN, Dai et al. 2016).

    data (n, output_dim·g·g, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2)
    -> output (r, output_dim, pooled_size, pooled_size)

    The bins are those of a region from round(x1) to round(x2) + 1, scaled, and at least 0.1 long; one averages all pixels
    that it touches, or is 0 if there are none. Bin (i, j) belongs to group (floor(i g / pooled_size),
    floor(j g / pooled_size)) of g × g, and output channel c reads channel (c g + i) g + j of data. The gradient of rois is
    zero.

    Attributes:
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        output_dim: number of output channels.
        pooled_size: number of bins along each axis.
        group_size: g; 0 means pooled_size.

    A region whose image does not exist gives 0, and data with too few channels is refused; MXNet reads outside of memory.

    >>> import symgraph as mx
    >>> data, rois = mx.nd.arange(8).reshape((1, 4, 1, 2)), mx.nd.array([[0, 0, 0, 1, 0]])
    >>> mx.nd.contrib.PSROIPooling(data, rois, spatial_scale=1.0, output_dim=1, pooled_size=2).asnumpy().tolist()
    [[[[0.0, 3.0], [4.0, 7.0]]]]
    """

    spatial_scale: Scale
    output_dim: Count
    pooled_size: Count
    group_size: int = 0

    precision = WIDEST

    def pooled(self) -> tuple[int, int]:
        return self.pooled_size, self.pooled_size

    def channels(self, data: int | None) -> int | None:
        check_groups(self, data, self.output_dim, self.group_size or self.pooled_size)
        return self.output_dim

    def samples(self, data: Array, rois: Array) -> tuple[Any, Read]:
        n, c, height, width = data.shape
        x1, y1, x2, y2 = self.scaled(outer_corners(rois))
        rows = _spans(y1, jnp.maximum(y2 - y1, 0.1), self.pooled_size, height)
        columns = _spans(x1, jnp.maximum(x2 - x1, 0.1), self.pooled_size, width)
        image, exists = image_of(rois, n)
        walk = _Walk(rows, columns, exists)
        channel = channel_of_bin(self.output_dim, self.pooled_size, self.group_size or self.pooled_size)
        maps = image[:, None, None, None] * c + channel
        share = 1 / jnp.maximum(walk.sizes(), 1).astype(data.dtype)

        def read(data: Array, i: Any) -> Array:
            y, x, inside = walk.step(i)
            values = pixels(data.reshape(n * c, 1, height, width), maps, y[:, None], x[:, None])[0]
            return values * (share * inside)[:, None]

        return walk.steps, read


def check_groups(op: Op, channels: int | None, output_dim: int, groups: int) -> None:
    """Raise `ShapeError` when data has not a channel for every output channel and group."""
    needed = output_dim * groups**2
    if channels is not None and channels < needed:
        raise ShapeError(
            f"it needs {needed} channels, output_dim={output_dim} for each of {groups} x {groups} groups, but data "
            f"has {channels}."
        )


def channel_of_bin(output_dim: int, bins: int, groups: int) -> np.ndarray:
    """The channel of data that every output channel reads in every bin: (output_dim, bins, bins)"""
    group = np.arange(bins) * groups // bins
    outputs = np.arange(output_dim)[:, None, None]
    return (outputs * groups + group[:, None]) * groups + group


def outer_corners(rois: Array) -> Array:
    """x1, y1, x2, y2 (4, r) of regions that run from pixel to pixel, the second one included."""
    corners = rounded(rois[:, 1:])
    return jnp.concatenate([corners[:, :2], corners[:, 2:] + 1], 1).T
