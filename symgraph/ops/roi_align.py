"""Pooling of regions by bilinear samples, upright and rotated."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import LowerContext
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator
from symgraph.ops.regions import Averaging, ChannelByChannel, Read, Scale, across, divided, image_of, largest
from symgraph.ops.sampling import bilinear, bordered, held, interpolated


class _Raster:
    """Samples in the bins of regions, along one axis.

    Attributes:
        counts: number of samples in a bin of each region, (r,); none in a region without end.
    """

    def __init__(self, start: Array, step: Array, bins: int, ratio: int):
        self.start, self.step, self.bins = start, step, bins
        own = jnp.ceil(jnp.where(jnp.isfinite(step), step, 0)).astype(jnp.int32)
        self.counts = jnp.full_like(own, ratio) if ratio > 0 else own

    def positions(self, number: Any) -> Array:
        """Where sample `number` of every bin is, (r, bins)"""
        middle = (number + 0.5) / jnp.maximum(self.counts, 1).astype(self.step.dtype)
        steps = jnp.arange(self.bins, dtype=self.step.dtype) + middle[:, None]
        return self.start[:, None] + steps * self.step[:, None]

    def weights(self, length: int) -> Array:
        """What every pixel of an axis adds to the mean of every bin, (r, bins, length)"""
        pixel = jnp.arange(length, dtype=self.step.dtype)

        def add_sample(i: Any, total: Array) -> Array:
            position = self.positions(i)
            inside = (position >= -1) & (position <= length) & (i < self.counts)[:, None]
            distance = jnp.abs(held(position, length, inside)[..., None] - pixel)
            return total + jnp.maximum(1 - distance, 0)

        start = jnp.zeros((*self.step.shape, self.bins, length), self.step.dtype)
        total = lax.fori_loop(0, largest(self.counts), add_sample, start)
        return total / jnp.maximum(self.counts, 1).astype(total.dtype)[:, None, None]


class _Aligning(ChannelByChannel, Averaging):
    """What both operators share: a raster of samples in every bin, placed in the image by `place`."""

    def ratio(self) -> int:
        """Samples in a bin, along each axis; not positive: as many as it has pixels."""
        raise NotImplementedError

    def frame(self, rois: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Start and extent of regions along their vertical and their horizontal axis, each (r,)."""
        raise NotImplementedError

    def place(self, rois: Array, y: Array, x: Array) -> tuple[Array, Array]:
        """Positions in the image of positions in the frames of regions."""
        return y, x

    def read(self, data: Array, image: Array, y: Array, x: Array) -> Array:
        """One sample of every bin: y, x (r, h, w) -> (r, h, w, c)"""
        return interpolated(data, image[:, None, None], y, x)

    def arranged(self, data: Array) -> Array:
        return bordered(data)

    def delivered(self, bins: Array) -> Array:
        return jnp.moveaxis(bins, -1, 1)

    def samples(self, data: Array, rois: Array) -> tuple[Any, Read]:
        images, _, height, width = data.shape
        vertical, horizontal = self.rasters(rois)
        rows, columns = vertical.counts, horizontal.counts
        widest = largest(columns)
        image, exists = image_of(rois, images)
        share = 1 / jnp.maximum(rows * columns, 1).astype(data.dtype)

        def read(data: Array, i: Any) -> Array:
            row, column = i // jnp.maximum(widest, 1), i % jnp.maximum(widest, 1)
            y, x = self.place(rois, *across(vertical.positions(row), horizontal.positions(column)))
            counts = exists & (row < rows) & (column < columns)
            inside = (y >= -1) & (y <= height) & (x >= -1) & (x <= width) & counts[:, None, None]
            values = self.read(data, image, held(y, height, inside), held(x, width, inside))
            return values * share[:, None, None, None]

        return largest(rows) * widest, read

    def rasters(self, rois: Array) -> tuple[_Raster, _Raster]:
        """Samples along the vertical and the horizontal axis of regions."""
        vertical, horizontal = (
            _Raster(start, divided(extent, bins), bins, self.ratio())
            for (start, extent), bins in zip(self.frame(rois), self.pooled(), strict=True)
        )
        return vertical, horizontal


@register("_contrib_ROIAlign")
class ROIAlign(_Aligning):
    """Averages of bilinear samples in the bins of regions (Mask R-CNN, He et al. 2017).

    data (n, c, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2) -> output (r, c, *pooled_size), or
    (r, c / bins, *pooled_size) with ``position_sensitive``

    Samples up to one pixel outside of the image take the nearest pixel, those farther away are 0; so is a region whose
    image does not exist, such as -1. The gradient of rois is zero.

    Attributes:
        pooled_size: number of bins, vertically and horizontally.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        sample_ratio: samples in a bin along each axis; not positive: one for every pixel, ceil(length of the bin).
        position_sensitive: every bin has channels of its own: bin number b of all in a region reads channel c bins + b.
        aligned: shift regions by half a pixel, so that pixel i covers i .. i + 1. Otherwise regions are at least one pixel
            high and wide.

    With ``aligned``, MXNet ends the program at a region without height or width; here it has no samples and gives 0. For
    an image that does not exist MXNet gives unset memory. NaN and infinities reach every bin of their channel when
    ``sample_ratio`` is not positive.

    >>> import symgraph as mx
    >>> data, rois = mx.nd.array([[[[1, 2], [3, 4]]]]), mx.nd.array([[0, 0, 0, 1, 1]])
    >>> mx.nd.contrib.ROIAlign(data, rois, pooled_size=(1, 2), spatial_scale=1.0).asnumpy().tolist()
    [[[[2.25, 2.75]]]]
    """

    pooled_size: Shape
    spatial_scale: Scale
    sample_ratio: int = -1
    position_sensitive: bool = False
    aligned: bool = False

    precision = WIDEST

    def ratio(self) -> int:
        return self.sample_ratio

    def channels(self, data: int | None) -> int | None:
        bins = self.pooled_size[0] * self.pooled_size[1]
        if data is None or not self.position_sensitive:
            return data
        if data % bins:
            raise ShapeError(
                f"position_sensitive=True takes a multiple of {bins} channels, one for each bin of "
                f"pooled_size={self.pooled_size}, but data has {data}."
            )
        return data // bins

    def frame(self, rois: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        x1, y1, x2, y2 = (self.scaled(rois[:, 1:]) - (0.5 if self.aligned else 0.0)).T
        least = -jnp.inf if self.aligned else 1.0
        return (y1, jnp.maximum(y2 - y1, least)), (x1, jnp.maximum(x2 - x1, least))

    def lower(self, ctx: LowerContext, data: Array, rois: Array) -> tuple[Array, ...]:
        if not self._is_separable():
            return super().lower(ctx, data, rois)
        return (self._products(data, rois),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        if not self._is_separable():
            return super().grad(ctx, ins, outs, cotangents)
        data, rois = ins
        return *jax.linear_transpose(lambda x: self._products(x, rois), data)(cotangents[0]), None

    def _is_separable(self) -> bool:
        """Whether to average by `_products`: it does not mind that the largest region of many needs many samples."""
        return self.sample_ratio <= 0 and not self.position_sensitive

    def _products(self, data: Array, rois: Array) -> Array:
        """Averages over rows and then columns, as products of each image with two matrices for each region."""
        if not data.shape[0]:  # no region has an image, and none can be taken
            return jnp.zeros((rois.shape[0], data.shape[1], *self.pooled()), data.dtype)
        dtype = accumulator(data.dtype)
        values = data.astype(dtype)
        vertical, horizontal = self.rasters(rois.astype(dtype))
        image, exists = image_of(rois, data.shape[0])
        rows = vertical.weights(data.shape[2]) * exists[:, None, None]
        columns = horizontal.weights(data.shape[3])

        def pool(region: tuple[Array, Array, Array]) -> Array:
            number, rows, columns = region
            by_column = jnp.einsum("cyx,qx->cyq", values[number], columns, precision="highest")
            return jnp.einsum("cyq,py->cpq", by_column, rows, precision="highest")

        return lax.map(pool, (image, rows, columns)).astype(data.dtype)

    def arranged(self, data: Array) -> Array:
        return data if self.position_sensitive else super().arranged(data)

    def delivered(self, bins: Array) -> Array:
        return bins if self.position_sensitive else super().delivered(bins)

    def read(self, data: Array, image: Array, y: Array, x: Array) -> Array:
        if not self.position_sensitive:
            return super().read(data, image, y, x)
        n, c, h, w = data.shape
        channel = jnp.arange(c).reshape(-1, *self.pooled_size)
        maps = data.reshape(n * c, 1, h, w)
        return bilinear(maps, image[:, None, None, None] * c + channel, y[:, None], x[:, None])[0]


@register("_contrib_RROIAlign")
class RROIAlign(_Aligning):
    """ROIAlign of rotated regions (Ma et al. 2018).

    data (n, c, h, w) · rois (r, 6), rows of (image, x, y, width, height, angle): centre, extents, and degrees by which
    the region is turned from its horizontal axis towards the top -> output (r, c, *pooled_size)

    Samples near and outside of the border, and missing images, are as for ROIAlign. The gradient of rois is zero.

    Attributes:
        pooled_size: number of bins, along the height and the width of the region.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        sampling_ratio: samples in a bin along each axis; not positive: one for every pixel, ceil(length of the bin).

    MXNet defines no gradient; ours is the natural one.

    >>> import symgraph as mx
    >>> data, rois = mx.nd.array([[[[1, 2], [3, 4]]]]), mx.nd.array([[0, 0.5, 0.5, 2, 1, 90]])
    >>> out = mx.nd.contrib.RROIAlign(data, rois, pooled_size=(1, 2), spatial_scale=1.0, sampling_ratio=1)
    >>> out.asnumpy().round(3).tolist()
    [[[[3.5, 1.5]]]]
    """

    pooled_size: Shape
    spatial_scale: Scale
    sampling_ratio: int = -1

    columns = 6

    def ratio(self) -> int:
        return self.sampling_ratio

    def frame(self, rois: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        width, height = jnp.maximum(self.scaled(rois[:, 3:5]), 1.0).T
        return (-height / 2, height), (-width / 2, width)

    def place(self, rois: Array, y: Array, x: Array) -> tuple[Array, Array]:
        centre_x, centre_y = self.scaled(rois[:, 1:3]).T[:, :, None, None]
        angle = rois[:, 5, None, None] * (jnp.pi / 180)
        cos, sin = jnp.cos(angle), jnp.sin(angle)
        return y * cos - x * sin + centre_y, x * cos + y * sin + centre_x
