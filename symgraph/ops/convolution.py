"""Convolution and its transpose, in one to three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import jax.numpy as jnp
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Range, Shape
from symgraph.ir.layout import Order, Relaid, channels_last
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32, LOW, LOW_IN_FLOAT16
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape
from symgraph.ops.convolution_channels_last import ChannelsLastConvolution, ChannelsLastDeconvolution
from symgraph.ops.convolve import Geometry, convolve, with_idle_taps
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import Floating, along
from symgraph.ops.folding import ScaledParameters, Stored
from symgraph.ops.window import (
    channels_first,
    check_window,
    is_channel_last,
    require_fit,
    require_spatial_rank,
    to_layout,
    window_label,
)

Layout = Literal["NCW", "NCHW", "NCDHW", "NHWC", "NDHWC"]
CudnnTune = Literal["off", "limited_workspace", "fastest"]


def _divisible(op: Floating, what: str, channels: int, groups: int) -> None:
    if channels % groups:
        raise ShapeError(f"{op.name}: {channels} {what} cannot be divided into num_group={groups} groups.")


def _dimension_numbers(rank: int, layout: str | None) -> lax.ConvDimensionNumbers:
    spatial = "DHW"[-rank:]
    data, weight = (f"N{spatial}C", f"O{spatial}I") if is_channel_last(layout) else (f"NC{spatial}", f"OI{spatial}")
    return lax.conv_dimension_numbers((1,) * (rank + 2), (1,) * (rank + 2), (data, weight, data))


class Filtering(Floating):
    """What Convolution and its transpose share: their inputs, and what their attributes must agree on."""

    kernel: Shape
    num_filter: Count
    num_group: Count
    no_bias: bool
    layout: str | None

    tensors: ClassVar[tuple[str, ...]] = ("data", "weight", "bias")

    @property
    def library_kernels(self) -> frozenset[str]:  # type: ignore[override]
        """Convolutions are faster without, and so are the products that those of one tap are."""
        return frozenset({"reduction"} if set(self.kernel) == {1} else {"reduction", "product"})

    def arguments(self) -> tuple[str, ...]:
        return self.tensors[:2] if self.no_bias else self.tensors

    def as_channels_last(self, op: Op) -> Relaid:
        """`op`, which takes data with channels last, and weight (*kernel, channels of a group, filters)."""
        rank, count = len(self.kernel) + 2, len(self.arguments())
        if is_channel_last(self.layout):
            return Relaid(op, (None,) * count, (None,), ((1, Stored((*range(1, rank), 0))),))
        last = channels_last(rank)
        return Relaid(op, (last, None, None)[:count], (last,), ((1, Stored((*range(2, rank), 1, 0))),))

    def check(self, ranks: tuple[int, ...], **minima: int) -> None:
        check_window(self, ranks, **minima)
        if self.num_filter % self.num_group:
            raise OpAttributeError(
                f"operator {self.name}: num_filter={self.num_filter} is not divisible by num_group={self.num_group}."
            )

    def check_ranks(self, data: PartialShape, weight: PartialShape, out: PartialShape) -> None:
        require_spatial_rank(self, data, layout=self.layout)
        require_spatial_rank(self, weight, "weight")
        require_spatial_rank(self, out, "output", self.layout)


class Sliding(Filtering):
    """What layers share that slide filters over the spatial axes of data, with or without deforming them."""

    kernel: Shape
    stride: Shape
    dilate: Shape
    pad: Shape

    picture = "affine"

    def picture_label(self) -> str:
        return f"{self.name}\n{window_label(self.kernel, self.stride)}, {self.num_filter}"

    def geometry(self) -> list[Geometry]:
        """The filter along each spatial axis."""
        rank = len(self.kernel)
        ones, zeros = (1,) * rank, (0,) * rank
        return list(map(Geometry, self.kernel, self.stride or ones, self.dilate or ones, self.pad or zeros))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        rank = len(self.kernel)
        unknown = (None,) * (rank + 2)
        data, weight, out = (unknown if s is None else s for s in (ins[0], ins[1], outs[0]))
        self.check_ranks(data, weight, out)
        filters = self.geometry()
        require_fit(self, [filter.span for filter in filters], data, self.layout)
        data, weight, out = (channels_first(s, self.layout) for s in (data, weight, out))
        batch = first_known(data[0], out[0])
        channels = first_known(data[1], None if weight[1] is None else weight[1] * self.num_group)
        sizes = [self._axis(x, y, g) for x, y, g in zip(data[2:], out[2:], filters, strict=True)]
        per_group = None
        if channels is not None:
            _divisible(self, "input channels", channels, self.num_group)
            per_group = channels // self.num_group
        new_data: MaybeShape = None
        if ins[0] is not None:
            new_data = to_layout((batch, channels, *(x for x, _ in sizes)), self.layout)
        new_weight = to_layout((self.num_filter, per_group, *self.kernel), self.layout)
        new_out = to_layout((batch, self.num_filter, *(y for _, y in sizes)), self.layout)
        return [new_data, new_weight, (self.num_filter,)][: len(ins)], [new_out]

    @staticmethod
    def _axis(size: int | None, out: int | None, filter: Geometry) -> tuple[int | None, int | None]:
        """Input and output length along one axis, as far as they follow from each other."""
        if size is not None:
            return size, filter.count(size)
        if out is not None and filter.stride == 1:
            size = out + filter.span - 1 - 2 * filter.pad
        return size, out


@register("Convolution", "_npx_convolution")
class Convolution(Sliding):
    """Cross-correlation with a bank of filters, the layer of convolutional networks (LeCun et al. 1989).

    With k spatial axes: data (n, c, x1, ..., xk) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y1, ..., yk), where y = floor((x + 2 pad - dilate (kernel - 1) - 1) / stride) + 1.
    A layout that ends in C moves the channel axis of data and output to the end, and makes weight
    (num_filter, *kernel, c / num_group).

    Attributes:
        kernel: extent of the filters, one entry per spatial axis (1 to 3).
        stride, dilate, pad: step between windows, distance between taps (Yu and Koltun 2016), zeros at both borders.
        num_filter: number of filters.
        num_group: channels and filters are split into so many groups that do not see each other.
        no_bias: leave out ``bias``.
        layout: order of the axes; by default batch, channel, spatial.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility; XLA plans by itself.

    MXNet's CPU build refuses the channel-last layouts and float16; here they work everywhere.

    >>> import symgraph as mx
    >>> net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=8, pad=(1, 1), name="conv")
    >>> net.infer_shape(data=(2, 3, 28, 28))
    ([(2, 3, 28, 28), (8, 3, 3, 3), (8,)], [(2, 8, 28, 28)], [])
    """

    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()
    num_filter: Count
    num_group: Count = 1
    workspace: Annotated[int, Range(low=0)] = 1024
    no_bias: bool = False
    cudnn_tune: CudnnTune | None = None
    cudnn_off: bool = False
    layout: Layout | None = None

    ranks: ClassVar[tuple[int, ...]] = (1, 2, 3)

    precision = LOW

    def __post_init__(self) -> None:
        self.check(self.ranks, stride=1, dilate=1, pad=0)

    def lower(self, ctx: LowerContext, data: Array, weight: Array, bias: Array | None = None) -> tuple[Array, ...]:
        numbers = _dimension_numbers(len(self.kernel), self.layout)
        out = convolve(data, weight, self.geometry(), self.num_group, numbers)
        return (_with_bias(out, bias, self.layout),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        if ctx.platform != "cpu":
            return None
        return self.as_channels_last(ChannelsLastConvolution(tuple(self.geometry()), self.num_group, self.arguments()))

    def absorbing(self, axis: int) -> tuple[Op, Op] | None:
        if axis != (len(self.kernel) + 1 if is_channel_last(self.layout) else 1):
            return None
        return replace(self, no_bias=False), ScaledParameters(0, not self.no_bias)


def _with_bias(out: Array, bias: Array | None, layout: str | None) -> Array:
    if bias is None:
        return out
    return out + along(bias, out.ndim - 1 if is_channel_last(layout) else 1, out.ndim)


@register("Convolution_v1")
class ConvolutionV1(Convolution):
    """The Convolution of MXNet's first releases; two and three dimensions only, otherwise the same.

    data (n, c, *x) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,) -> output (n, num_filter, *y)

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias, layout: as for Convolution.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility.

    >>> import symgraph as mx
    >>> net = mx.sym.Convolution_v1(mx.sym.Variable("data"), kernel=(3, 3), num_filter=8, pad=(1, 1), name="conv")
    >>> net.infer_shape(data=(1, 3, 6, 6))
    ([(1, 3, 6, 6), (8, 3, 3, 3), (8,)], [(1, 8, 6, 6)], [])
    """

    layout: Literal["NCHW", "NCDHW", "NHWC", "NDHWC"] | None = None

    precision = IN_FLOAT32
    ranks = (2, 3)


@register("Deconvolution", "_npx_deconvolution")
class Deconvolution(Filtering):
    """Transposed convolution, the gradient of Convolution by its data, used to enlarge (Zeiler et al. 2010).

    With k spatial axes: data (n, c, x1, ..., xk) · weight (c, num_filter / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y1, ..., yk), where y = stride (x - 1) + dilate (kernel - 1) + 1 - 2 pad + adj.
    A layout that ends in C moves the channel axis of data and output to the end, and makes weight
    (c, *kernel, num_filter / num_group).

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, layout: as for Convolution, of which this is the transpose.
        adj: elements added at the end of each output axis, less than stride.
        target_shape: spatial shape of the output; overrides ``pad`` and ``adj``. All zeros is as if not given.
        no_bias: leave out ``bias``; True by default.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility; XLA plans by itself.

    >>> import symgraph as mx
    >>> net = mx.sym.Deconvolution(mx.sym.Variable("data"), kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=8)
    >>> net.infer_shape(data=(2, 3, 7, 7))[1]
    [(2, 8, 14, 14)]
    """

    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()
    adj: Shape = ()
    target_shape: Shape = ()
    num_filter: Count
    num_group: Count = 1
    workspace: Annotated[int, Range(low=0)] = 512
    no_bias: bool = True
    cudnn_tune: CudnnTune | None = None
    cudnn_off: bool = False
    layout: Layout | None = None

    precision = LOW_IN_FLOAT16

    def __post_init__(self) -> None:
        self.check((1, 2, 3), stride=1, dilate=1, pad=0, adj=0, target_shape=int(self._has_target()))
        if not self._has_target() and any(a >= s for a, s in zip(self.adj, self.stride or (1,) * 3, strict=False)):
            raise OpAttributeError(f"operator {self.name}: adj={self.adj} must be less than stride={self.stride}.")

    def _has_target(self) -> bool:
        return any(self.target_shape)

    def _span(self, axis: int) -> int:
        """Extent of the dilated kernel."""
        return (self.dilate[axis] if self.dilate else 1) * (self.kernel[axis] - 1) + 1

    def _stride(self, axis: int) -> int:
        return self.stride[axis] if self.stride else 1

    def _border(self, axis: int, size: int) -> tuple[int, int]:
        """Elements cut off at both ends, and elements added at the end, of the output for `size` input elements."""
        if not self._has_target():
            return self.pad[axis] if self.pad else 0, self.adj[axis] if self.adj else 0
        longest = self._stride(axis) * (size - 1) + self._span(axis)
        excess = longest - self.target_shape[axis]
        if excess < 0:
            raise ShapeError(
                f"{self.name}: target_shape={self.target_shape} asks for {self.target_shape[axis]} elements along an "
                f"axis where at most {longest} can be made; use a larger stride or kernel."
            )
        if excess % 2 >= self._stride(axis):
            raise ShapeError(
                f"{self.name}: target_shape={self.target_shape} cuts {excess} elements off an axis, which with stride=1 "
                f"must be an even number; ask for one element more or less."
            )
        return (excess + 1) // 2, excess % 2

    def _length(self, axis: int, size: int | None) -> int | None:
        """Output length along one spatial axis."""
        if size is None:
            return self.target_shape[axis] if self._has_target() else None
        pad, adj = self._border(axis, size)
        length = self._stride(axis) * (size - 1) + self._span(axis) - 2 * pad + adj
        if length < 0:
            raise ShapeError(
                f"{self.name}: pad={self.pad} cuts off more than the {length + 2 * pad} elements that {size} of the input "
                f"make; use less pad."
            )
        return length

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        rank = len(self.kernel)
        unknown = (None,) * (rank + 2)
        data, weight, out = (unknown if s is None else s for s in (ins[0], ins[1], outs[0]))
        self.check_ranks(data, weight, out)
        data, weight, out = (channels_first(s, self.layout) for s in (data, weight, out))
        batch, channels = first_known(data[0], out[0]), first_known(data[1], weight[0])
        if channels is not None:
            _divisible(self, "input channels", channels, self.num_group)
        sizes = [self._length(axis, size) for axis, size in enumerate(data[2:])]
        new_data = None if ins[0] is None else to_layout((batch, channels, *data[2:]), self.layout)
        new_weight = to_layout((channels, self.num_filter // self.num_group, *self.kernel), self.layout)
        new_out = to_layout((batch, self.num_filter, *sizes), self.layout)
        return [new_data, new_weight, (self.num_filter,)][: len(ins)], [new_out]

    def lower(self, ctx: LowerContext, data: Array, weight: Array, bias: Array | None = None) -> tuple[Array, ...]:
        rank = len(self.kernel)
        padding = []
        sizes = channels_first(data.shape, self.layout)[2:]
        for axis, size in enumerate(sizes):
            pad, adj = self._border(axis, size)
            margin = self._span(axis) - 1 - pad
            padding.append((margin, margin + adj))
        is_short = any(size < taps for size, taps in zip(sizes, self.kernel, strict=True))
        idle = []
        for axis, (size, border) in enumerate(zip(sizes, padding, strict=True)):
            # The gradient for weight slides the cotangent over data, which makes that a filter.
            has_two_taps = (is_short and self._span(axis) == 2) or self._length(axis, size) == 2
            idle.append(self._stride(axis) == 2 and border == (0, 0) and has_two_taps)
        numbers = _dimension_numbers(rank, self.layout)
        filters = _transposed_filter(weight, self.num_group, self.layout)
        filters, padding = with_idle_taps(filters, padding, idle, numbers.rhs_spec[2:])
        out = lax.conv_general_dilated(
            data,
            filters,
            window_strides=(1,) * rank,
            padding=padding,
            lhs_dilation=self.stride or (1,) * rank,
            rhs_dilation=self.dilate or (1,) * rank,
            dimension_numbers=numbers,
            feature_group_count=self.num_group,
        )
        return (_with_bias(out, bias, self.layout),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        sizes = channels_first(shapes[0] or (), self.layout)[2:]
        extents = tuple(self._length(axis, size) or 0 for axis, size in enumerate(sizes))
        if ctx.platform != "cpu" or not all(extents):
            return None
        axes = [
            Geometry(taps, self._stride(axis), self.dilate[axis] if self.dilate else 1, self._border(axis, size)[0])
            for axis, (taps, size) in enumerate(zip(self.kernel, sizes, strict=True))
        ]
        return self.as_channels_last(ChannelsLastDeconvolution(tuple(axes), self.num_group, self.arguments(), extents))


def _transposed_filter(weight: Array, groups: int, layout: str | None) -> Array:
    """The filter that, slid over dilated data, transposes the convolution with `weight`.

    weight (c, f / groups, *kernel) -> (f, c / groups, *kernel) with the kernel reversed; in a channel-last layout both
    have their second axis at the end.
    """
    last = is_channel_last(layout)
    channels_first_weight = jnp.moveaxis(weight, -1, 1) if last else weight
    c, f, *kernel = channels_first_weight.shape
    grouped = channels_first_weight.reshape(groups, c // groups, f, *kernel)
    swapped = jnp.swapaxes(grouped, 1, 2).reshape(groups * f, c // groups, *kernel)
    mirrored = jnp.flip(swapped, range(2, swapped.ndim))
    return jnp.moveaxis(mirrored, 1, -1) if last else mirrored
