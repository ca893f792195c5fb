"""Layers that learn where to look: deformable convolution, and deformable pooling of regions."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count, Range, Shape
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, show
from symgraph.ops.convolution import Sliding
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator, along
from symgraph.ops.following import of_rank
from symgraph.ops.regions import Regional, Scale, divided, image_of
from symgraph.ops.roi_pooling import channel_of_bin, check_groups, outer_corners
from symgraph.ops.sampling import bilinear, held

Layout = Literal["NCHW", "NCW", "NCDHW"]


class _Deformable(Sliding):
    """A convolution in two dimensions, each of whose taps is moved; `tensors` end in weight and bias."""

    kernel: Shape
    num_deformable_group: Count

    maps: ClassVar[tuple[int, ...]]
    """Between data and weight, numbers per tap: 2 of a displacement, 1 of a factor."""

    def arguments(self) -> tuple[str, ...]:
        return self.tensors[:-1] if self.no_bias else self.tensors

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        count = len(self.maps)
        (data, *filters), (out,) = super().infer_shape([ins[0], *ins[1 + count :]], outs)
        groups = self.num_deformable_group
        if data is not None and data[1] is not None and data[1] % groups:
            raise ShapeError(f"{data[1]} input channels cannot be divided into num_deformable_group={groups} groups.")
        taps = groups * self.kernel[0] * self.kernel[1]
        out = merge(out, (None,) * 4) or ()
        return [data, *((out[0], taps * numbers, *out[2:]) for numbers in self.maps), *filters], [out]

    def __post_init__(self) -> None:
        self.check((2,), stride=1, dilate=1, pad=0)

    def positions(self, offset: Array) -> tuple[Array, Array]:
        """Where every tap reads, in pixels: offset (n, g·k·2, y, x) -> y and x, each (n·g, k, y, x)"""
        n, _, rows, columns = offset.shape
        by_tap = offset.reshape(n * self.num_deformable_group, *self.kernel, 2, rows, columns)
        moved = []
        for axis, (kernel, stride, dilate, pad) in enumerate(self.geometry()):
            window = np.arange(offset.shape[2 + axis]) * stride - pad
            tap = np.arange(kernel) * dilate
            shape = [kernel if i == axis else 1 for i in range(2)], [-1 if i == axis else 1 for i in range(2)]
            regular = tap.reshape(*shape[0], 1, 1) + window.reshape(1, 1, *shape[1])
            moved.append(by_tap[:, :, :, axis] + jnp.asarray(regular, offset.dtype))
        taps = self.kernel[0] * self.kernel[1]
        y, x = (p.reshape(p.shape[0], taps, rows, columns) for p in moved)
        return y, x

    def convolve(self, columns: Array, weight: Array, bias: Array | None) -> Array:
        """columns (n, c, k, y, x), what the taps read -> output (n, num_filter, y, x)"""
        n, _, _, *size = columns.shape
        per_group = self.num_filter // self.num_group
        filters = weight.reshape(self.num_group, per_group, weight.shape[1], weight.shape[2] * weight.shape[3])
        grouped = columns.reshape(n, self.num_group, filters.shape[2], filters.shape[3], *size)
        out = jnp.einsum("ngckyx,gfck->ngfyx", grouped, filters.astype(columns.dtype))
        out = out.reshape(n, self.num_filter, *size)
        return out if bias is None else out + along(bias.astype(out.dtype), 1, 4)

    def read(self, data: Array, y: Array, x: Array) -> Array:
        """data (n, c, h, w) at y, x (n·g, k, y, x) -> (n, c, k, y, x)"""
        n, c, h, w = data.shape
        groups = self.num_deformable_group
        maps = jnp.arange(n * groups)[:, None, None, None]
        values = bilinear(data.reshape(n * groups, c // groups, h, w), maps, y, x)
        return jnp.moveaxis(values, 0, 1).reshape(n, c, *y.shape[1:])


@register("_contrib_DeformableConvolution")
class DeformableConvolution(_Deformable):
    """Convolution whose taps are displaced by learned offsets (Dai et al. 2017).

    data (n, c, h, w) · offset (n, 2 g k, y, x) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y, x), where k is the number of taps of the kernel, by rows, g = num_deformable_group, and y
    and x are as for Convolution. Channels 2 i and 2 i + 1 of offset move tap i vertically and horizontally, in pixels.

    Taps between pixels are interpolated; those before the first pixel or a whole pixel behind the last one read 0, those
    just behind it the last pixel.

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias: as for Convolution, in two dimensions.
        num_deformable_group: channels are split into so many groups with offsets of their own.
        workspace, layout: accepted for compatibility; the layout is NCHW.

    >>> import symgraph as mx
    >>> data, offset = mx.sym.Variable("data"), mx.sym.Variable("offset")
    >>> net = mx.sym.contrib.DeformableConvolution(data, offset, kernel=(3, 3), num_filter=8, name="conv")
    >>> net.infer_shape(data=(2, 4, 10, 10))[0]
    [(2, 4, 10, 10), (2, 18, 8, 8), (8, 4, 3, 3), (8,)]
    """

    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()
    num_filter: Count
    num_group: Count = 1
    num_deformable_group: Count = 1
    workspace: Annotated[int, Range(low=0)] = 1024
    no_bias: bool = False
    layout: Layout | None = None

    precision = IN_FLOAT32
    tensors = ("data", "offset", "weight", "bias")
    maps = (2,)

    def lower(
        self, ctx: LowerContext, data: Array, offset: Array, weight: Array, bias: Array | None = None
    ) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        y, x = self.positions(offset.astype(dtype))
        height, width = data.shape[2:]
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        columns = self.read(data.astype(dtype), held(y, height, inside), held(x, width, inside))
        return (self.convolve(columns, weight, bias).astype(data.dtype),)


@register("_contrib_ModulatedDeformableConvolution")
class ModulatedDeformableConvolution(_Deformable):
    """Deformable convolution whose taps have learned factors, too (version 2, Zhu et al. 2019).

    data (n, c, h, w) · offset (n, 2 g k, y, x) · mask (n, g k, y, x) · weight (num_filter, c / num_group, *kernel) ·
    bias (num_filter,) -> output (n, num_filter, y, x); names are as for DeformableConvolution. Channel i of mask multiplies
    what tap i reads. All around the image are zeros, towards which taps are interpolated.

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias: as for Convolution, in two dimensions.
        num_deformable_group: channels are split into so many groups with offsets and masks of their own.
        workspace, im2col_step, layout: accepted for compatibility; the layout is NCHW.

    MXNet's CPU build has no gradient; ours is the derivative.

    >>> import symgraph as mx
    >>> inputs = [mx.sym.Variable(name) for name in ("data", "offset", "mask")]
    >>> net = mx.sym.contrib.ModulatedDeformableConvolution(*inputs, kernel=(3, 3), num_filter=8, no_bias=True, name="conv")
    >>> net.infer_shape(data=(2, 4, 10, 10))[0]
    [(2, 4, 10, 10), (2, 18, 8, 8), (2, 9, 8, 8), (8, 4, 3, 3)]
    """

    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()
    num_filter: Count
    num_group: Count = 1
    num_deformable_group: Count = 1
    workspace: Annotated[int, Range(low=0)] = 1024
    no_bias: bool = False
    im2col_step: Count = 64
    layout: Layout | None = None

    tensors = ("data", "offset", "mask", "weight", "bias")
    maps = (2, 1)

    def lower(
        self,
        ctx: LowerContext,
        data: Array,
        offset: Array,
        mask: Array,
        weight: Array,
        bias: Array | None = None,
    ) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        y, x = self.positions(offset.astype(dtype))
        n, c = data.shape[:2]
        columns = self.read(data.astype(dtype), y, x)
        groups = self.num_deformable_group
        factor = mask.astype(dtype).reshape(n, groups, 1, *y.shape[1:])
        columns = (columns.reshape(n, groups, c // groups, *y.shape[1:]) * factor).reshape(columns.shape)
        return (self.convolve(columns, weight, bias).astype(data.dtype),)


@register("_contrib_DeformablePSROIPooling")
class DeformablePSROIPooling(Regional):
    """Position-sensitive averages over the bins of regions, each bin displaced by a learned offset (Dai et al. 2017).

    data (n, output_dim·g·g, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2) · trans (r, 2 k, part, part) -> output
    (r, output_dim, pooled_size, pooled_size), with g = group_size

    Regions, bins and the channels they read are as for PSROIPooling, but half a pixel up and left; each bin averages a
    raster of bilinear samples, leaving out those more than half a pixel outside of the image. Output channels are split
    into k classes; the bins at (i, j) of class l are displaced horizontally by trans[:, 2 l] and vertically by
    trans[:, 2 l + 1] at (floor(i part / pooled_size), floor(j part / pooled_size)), times trans_std and the region's size.

    The gradient of rois is zero; so is that of trans by a sample at whole pixels.

    Attributes:
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        output_dim: number of output channels.
        group_size: bins are split into g × g groups that read channels of their own.
        pooled_size: number of bins along each axis.
        part_size: height and width of trans; 0 means pooled_size.
        sample_per_part: samples in a bin along each axis.
        trans_std: factor of trans, 0 to 1.
        no_trans: leave out trans.

    A region whose image does not exist gives 0, and data with too few channels is refused; MXNet reads outside of memory.

    >>> import symgraph as mx
    >>> data, rois = mx.nd.array([[[[1, 2], [3, 4]]]]), mx.nd.array([[0, 0, 0, 1, 1]])
    >>> sizes = {"output_dim": 1, "group_size": 1, "pooled_size": 1, "sample_per_part": 2}
    >>> mx.nd.contrib.DeformablePSROIPooling(data, rois, spatial_scale=1.0, no_trans=True, **sizes).asnumpy().tolist()
    [[[[1.75]]]]
    """

    spatial_scale: Scale
    output_dim: Count
    group_size: Count
    pooled_size: Count
    part_size: Annotated[int, Range(low=0)] = 0
    sample_per_part: Count = 1
    trans_std: Annotated[float, Range(0, 1)] = 0.0
    no_trans: bool = False

    precision = IN_FLOAT32
    tensors = ("data", "rois", "trans")
    workspaces = ("top_count",)

    def arguments(self) -> tuple[str, ...]:
        return self.tensors[:2] if self.no_trans else self.tensors

    def pooled(self) -> tuple[int, int]:
        return self.pooled_size, self.pooled_size

    def channels(self, data: int | None) -> int | None:
        check_groups(self, data, self.output_dim, self.group_size)
        return self.output_dim

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        ins, outs = super().infer_shape(ins, outs)
        if self.no_trans:
            return ins, outs
        data, rois, trans = ins[0], ins[1], of_rank("trans", ins[2], 4)
        self._check_classes(trans)
        part = self.part_size or self.pooled_size
        regions: MaybeShape = (None,) if rois is None else rois[:1]
        return [data, rois, (*(regions or ()), trans[1], part, part)], outs

    def _check_classes(self, trans: PartialShape) -> None:
        count = trans[1]
        if count is not None and (count % 2 or count == 0 or self.output_dim % (count // 2)):
            raise ShapeError(
                f"trans {show(trans)} must have two channels for each of some classes into which "
                f"output_dim={self.output_dim} can be divided."
            )

    def lower(self, ctx: LowerContext, data: Array, rois: Array, trans: Array | None = None) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        n, c, height, width = data.shape
        regions = lax.stop_gradient(rois.astype(dtype))
        x1, y1, x2, y2 = self.scaled(outer_corners(regions)) - 0.5
        image, exists = image_of(regions, n)
        y, x = (
            self._samples(y1, y2, trans, 1, dtype)[..., :, None],
            self._samples(x1, x2, trans, 0, dtype)[..., None, :],
        )
        inside = (y >= -0.5) & (y <= height - 0.5) & (x >= -0.5) & (x <= width - 0.5)
        inside &= exists.reshape(-1, *[1] * 5)
        channel = channel_of_bin(self.output_dim, self.pooled_size, self.group_size)
        maps = (image.reshape(-1, 1, 1, 1) * c + channel)[..., None, None]
        y, x = (held(_settled(p), length, inside) for p, length in ((y, height), (x, width)))
        values = bilinear(data.astype(dtype).reshape(n * c, 1, height, width), maps, y, x)[0]
        mean = jnp.sum(values, (-2, -1)) / jnp.maximum(jnp.sum(inside, (-2, -1)), 1).astype(dtype)
        return self.with_workspaces(mean.astype(data.dtype))

    def _samples(self, start: Array, end: Array, trans: Array | None, axis: int, dtype: np.dtype) -> Array:
        """Positions of samples along one axis, 0 for the horizontal one: (r, output_dim, bins, bins, samples)"""
        bins, count = self.pooled_size, self.sample_per_part
        extent = jnp.maximum(end - start, 0.1)
        step = divided(extent, bins).reshape(-1, 1, 1, 1, 1)
        number = jnp.arange(bins, dtype=dtype).reshape((1, bins, 1) if axis == 0 else (bins, 1, 1))
        sample = jnp.arange(count, dtype=dtype) / count
        position = start.reshape(-1, 1, 1, 1, 1) + (number + sample) * step
        if trans is not None:
            part = np.arange(bins) * (self.part_size or bins) // bins
            by_class = trans.astype(dtype)[:, axis::2, part[:, None], part] * self.trans_std
            shift = jnp.repeat(by_class, self.output_dim // by_class.shape[1], 1) * extent.reshape(-1, 1, 1, 1)
            position = position + shift[..., None]
        return jnp.broadcast_to(position, (start.shape[0], self.output_dim, bins, bins, count))


def _settled(position: Array) -> Array:
    """Positions, of which whole ones are constants: MXNet's derivative there is zero."""
    return jnp.where(position == jnp.floor(position), lax.stop_gradient(position), position)
