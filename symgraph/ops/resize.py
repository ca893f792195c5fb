"""Images of another size: adaptive average pooling, and bilinear resizing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Range, Shape
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge_dim, show
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import Floating, accumulator, require_float
from symgraph.ops.following import of_rank
from symgraph.ops.orders import relaid_channels_last
from symgraph.ops.taps import Taps, linear


def _blend_both(data: Array, first: int, rows: Taps, columns: Taps) -> Array:
    """Both axes of images, the height being axis `first`."""
    x = data.astype(accumulator(data.dtype))
    return columns.blend(rows.blend(x, first), first + 1).astype(data.dtype)


def _mean_taps(length: int, count: int) -> Taps:
    """Means over `count` windows that cover an axis of `length` elements as evenly as whole numbers can."""
    start = np.arange(count) * length // count
    end = -(-(np.arange(1, count + 1) * length) // count)
    step = np.arange((end - start).max(initial=0))
    # A short window repeats its own last element with no share, so that it sees no element of another one.
    positions = np.minimum(start[:, None] + step, end[:, None] - 1)
    shares = (start[:, None] + step < end[:, None]) / (end - start)[:, None]
    return Taps(positions, shares)


def _linear_taps(length: int, count: int, align_corners: bool) -> Taps:
    """Linear interpolation of `length` elements at `count` positions."""
    number = np.arange(count)
    if align_corners or count == 1:
        position = number * ((length - 1) / max(count - 1, 1))
    else:
        position = np.maximum((number + 0.5) * (length / max(count, 1)) - 0.5, 0)
    first = np.minimum(position.astype(np.int64), length - 1)
    return linear(first, position - first, length)


@register("_contrib_AdaptiveAvgPooling2D")
class AdaptiveAvgPooling2D(Floating):
    """Average pooling to a given size, over windows that cover the image as evenly as possible.

    data (n, c, h, w) -> output (n, c, y, x); window i of an axis of h elements runs from floor(i h / y) to
    ceil((i + 1) h / y).

    Attributes:
        output_size: (y, x), or one number for both; by default 1.

    >>> import symgraph as mx
    >>> mx.nd.contrib.AdaptiveAvgPooling2D(mx.nd.array([[[[1, 2, 3]]]]), output_size=(1, 2)).asnumpy().tolist()
    [[[[1.5, 2.5]]]]
    """

    output_size: Shape = ()
    _is_channel_last: bool = False

    picture = "pooling"

    def __post_init__(self) -> None:
        if len(self.output_size) > 2 or any(length < 1 for length in self.output_size):
            raise OpAttributeError(
                f"operator {self.name}: output_size={self.output_size} must be one or two numbers of at least 1."
            )

    def _size(self) -> tuple[int, int]:
        size = self.output_size or (1,)
        return size[0], size[-1]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = of_rank("data", ins[0], 4), of_rank("output", outs[0], 4)
        lead = (merge_dim(data[0], out[0]), merge_dim(data[1], out[1]))
        return [(*lead, *data[2:])], [(*lead, *self._size())]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        first = 1 if self._is_channel_last else 2
        lengths = data.shape[first : first + 2]
        taps = [_mean_taps(length, count) for length, count in zip(lengths, self._size(), strict=True)]
        return (_blend_both(data, first, *taps),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_channels_last(self, orders)


Mode = Literal["size", "odd_scale", "like", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"]


Positive = Annotated[float, Range(0)]


def _scaled(length: int, scale: float) -> int:
    """The product without its fraction, in MXNet's precision, which may decide on a whole number."""
    return int(np.float32(length) * np.float32(scale))


@register("_contrib_BilinearResize2D")
class BilinearResize2D(Floating):
    """Images of another size, by bilinear interpolation.

    data (n, c, h, w) · like (any, any, y, x) with ``mode="like"`` -> output (n, c, y, x)

    The gradient of like is zero.

    Attributes:
        height, width: size of the output, for mode size without scales.
        scale_height, scale_width: factors that decide on the size instead, both or none; fractions of the product are cut
            off.
        mode: size, by the attributes above · odd_scale, where an odd length l becomes 1 + scale (l - 1) and an even one
            scale l · like, the size of another image · to_even_down, to_even_up, to_odd_down, to_odd_up, the nearest
            even or odd length that is not larger or not smaller.
        align_corners: the outermost pixels stay where they are, so that the centres of the corners are aligned; with
            False, the outer edges of the image are. A single pixel always is the first one.

    >>> import symgraph as mx
    >>> mx.nd.contrib.BilinearResize2D(mx.nd.array([[[[1, 2]]]]), height=1, width=3).asnumpy().tolist()
    [[[[1.0, 1.5, 2.0]]]]
    """

    height: Count = 1
    width: Count = 1
    scale_height: Positive | None = None
    scale_width: Positive | None = None
    mode: Mode = "size"
    align_corners: bool = True
    _is_channel_last: bool = False

    tensors = ("data", "like")

    def __post_init__(self) -> None:
        given = [scale is not None for scale in (self.scale_height, self.scale_width)]
        if (self.mode == "size" and any(given) and not all(given)) or (self.mode == "odd_scale" and not all(given)):
            raise OpAttributeError(
                f"operator {self.name}: mode={self.mode!r} takes both scales, but got scale_height={self.scale_height} and "
                f"scale_width={self.scale_width}."
            )

    def arguments(self) -> tuple[str, ...]:
        return self.tensors if self.mode == "like" else self.tensors[:1]

    def _length(self, length: int | None, size: int, scale: float | None) -> int | None:
        """Length of an output axis, unless another image gives it; None while it follows from an unknown one."""
        if self.mode == "size" and scale is None:
            return size
        if length is None:
            return None
        odd = length % 2
        if scale is not None and self.mode == "size":
            return _scaled(length, scale)
        if scale is not None and self.mode == "odd_scale":
            return _scaled(length - odd, scale) + odd
        _, parity, direction = self.mode.split("_")
        if odd == (parity == "odd"):
            return length
        return length + (1 if direction == "up" else -1)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = of_rank("data", ins[0], 4), of_rank("output", outs[0], 4)
        lead = (merge_dim(data[0], out[0]), merge_dim(data[1], out[1]))
        if 0 in data[2:]:
            raise ShapeError(f"{self.name} takes images of at least one pixel, given {show(data)}.")
        new_data: PartialShape = (*lead, *data[2:])
        if self.mode == "like":
            like = of_rank("like", ins[1], 4)
            size = [merge_dim(a, b) for a, b in zip(like[2:], out[2:], strict=True)]
            return [new_data, (*like[:2], *size)], [(*lead, *size)]
        scales = ((self.height, self.scale_height), (self.width, self.scale_width))
        size = [self._length(length, *scale) for length, scale in zip(data[2:], scales, strict=True)]
        return [new_data], [(*lead, *size)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], outs[0], *ins[1:])
        require_float(self, (known,))
        return [known, *(first_known(like, known) for like in ins[1:])], [known]

    def lower(self, ctx: LowerContext, data: Array, like: Array | None = None) -> tuple[Array, ...]:
        last = self._is_channel_last
        shapes: list[MaybeShape] = [_image_shape(x, last) for x in (data, like) if x is not None]
        _, (out,) = self.infer_shape(shapes, [None])
        size = [length or 0 for length in of_rank("output", out, 4)[2:]]
        lengths = _image_shape(data, last)[2:]
        taps = [_linear_taps(x, y, self.align_corners) for x, y in zip(lengths, size, strict=True)]
        return (_blend_both(data, 1 if last else 2, *taps),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_channels_last(self, orders)


def _image_shape(images: Array, is_channel_last: bool) -> tuple[int, ...]:
    """(n, c, h, w)"""
    n, *rest = images.shape
    return (n, rest[2], *rest[:2]) if is_channel_last else images.shape
