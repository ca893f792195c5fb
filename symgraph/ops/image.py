"""Operators on images: as tensors for a network, cut out, mirrored. Those that change colours are in `photometric`.

An image is (height, width, channel), a tensor (channel, height, width).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError, counted
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, show
from symgraph.ops.family import Arithmetic, Array, require_numbers
from symgraph.ops.following import Forward

CHANNELS = (1, 3)
"""How many channels operators take that know what channels are: gray, or red, green and blue."""


class StraightThrough(Op):
    """MXNet hands the gradient of many image operators back as it comes, element by element in memory order.

    For operators that augment training data by chance this is an estimate, for others it is not the derivative; both are
    meant to stand at the input of a network, where nobody asks for it.
    """

    forward_mode = "transposed"

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array]:
        (data,), (cotangent,) = ins, cotangents
        return (truncated(cotangent.reshape(data.shape), data.dtype),)


def truncated(values: Array, dtype: Any) -> Array:
    """`values` in `dtype`; to an integer dtype by truncation, wrapped around where it is too narrow, as in C."""
    if jnp.issubdtype(dtype, jnp.integer) and jnp.issubdtype(values.dtype, jnp.floating):
        values = values.astype(jnp.int64)
    return values.astype(dtype)


def working_dtype(dtype: Any) -> Any:
    """The dtype to compute colours in: float64 stays, everything else is computed in float32."""
    return np.dtype(np.float64) if dtype == np.float64 else FLOAT32


def check_image(
    op: Op, shape: MaybeShape, ranks: tuple[int, ...], channels: tuple[int, ...] = (), axis: int = -1
) -> None:
    """Raise `ShapeError` unless `shape` has one of `ranks`, the shorter one without batch, and one of `channels`."""
    if shape is None:
        return
    layout = "height, width, channel" if axis == -1 else "channel, height, width"
    if len(shape) not in ranks:
        batch = f" or (batch, {layout})" if 4 in ranks else ""
        raise ShapeError(f"{op.name} takes an image ({layout}){batch}, given {show(shape)}; reshape it.")
    found = shape[axis]
    if channels and found is not None and found not in channels:
        wanted = " or ".join(map(str, channels))
        raise ShapeError(
            f"{op.name} takes images of {wanted} channels, but {show(shape)} read as ({layout}) has {found}; transpose or "
            f"slice it."
        )


class Photograph(Arithmetic):
    """One image of 1 or 3 channels, whose shape and dtype stay."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        check_image(self, merge(ins[0], outs[0]), (3,), CHANNELS)
        return super().infer_shape(ins, outs)


@register("_image_to_tensor", "_npx__image_to_tensor")
class ImageToTensor(StraightThrough, Forward):
    """Image with values from 0 to 255 to a tensor with values from 0 to 1: divided by 255, channels first.

    data (h, w, c) or (n, h, w, c), of any number type -> output (c, h, w) or (n, c, h, w), float32

    The gradient is the head gradient as it lies in memory, neither divided by 255 nor transposed, as in MXNet.

    >>> import symgraph as mx
    >>> mx.nd.image.to_tensor(mx.nd.array([[[0, 51, 255]]], dtype="uint8")).asnumpy().round(3).ravel().tolist()
    [0.0, 0.20000000298023224, 1.0]
    """

    def output_shape(self, data: PartialShape) -> PartialShape:
        check_image(self, data, (3, 4))
        return (*data[:-3], data[-1], *data[-3:-1])

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_numbers(self, ins)
        return ins, [FLOAT32]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.moveaxis(data.astype(jnp.float32) / 255, -1, -3),)


@register("_image_normalize", "_npx__image_normalize")
class ImageNormalize(Arithmetic):
    """Subtract a mean from each channel of a tensor and divide by a standard deviation.

    data (c, h, w) or (n, c, h, w), c 1 or 3 -> output (same shape)

    Attributes:
        mean: one number, or one for each channel. The default fits no image, as in MXNet: give both.
        std: one number, or one for each channel.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[[1, 3]]])
    >>> mx.nd.image.normalize(x, mean=(1,), std=(2,)).asnumpy().tolist()
    [[[0.0, 1.0]]]
    """

    mean: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge(ins[0], outs[0])
        check_image(self, shape, (3, 4), CHANNELS, axis=-3)
        channels = None if shape is None else shape[-3]
        for name in ("mean", "std"):
            given = len(getattr(self, name))
            if channels is not None and given not in (1, channels):
                raise ShapeError(
                    f"{self.name}: {name} has {counted(given, 'entry', 'entries')}, but data {show(shape)} has "
                    f"{counted(channels, 'channel')}; give one for all or one for each."
                )
        return super().infer_shape(ins, outs)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        wide = working_dtype(data.dtype)
        mean, std = (jnp.asarray(v, np.float32).astype(wide)[:, None, None] for v in (self.mean, self.std))
        return (truncated((data.astype(wide) - mean) / std, data.dtype),)


@register("_image_crop", "_npx__image_crop")
class ImageCrop(Forward, Arithmetic):
    """Cut a rectangle out of an image.

    data (h, w, c) or (n, h, w, c), c 1 or 3 -> output (height, width, c) or (n, height, width, c)

    Attributes:
        x: first column.
        y: first row.
        width: number of columns.
        height: number of rows.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[[1], [2], [3]], [[4], [5], [6]]])
    >>> mx.nd.image.crop(x, x=1, y=0, width=2, height=1).asnumpy().tolist()
    [[[2.0], [3.0]]]
    """

    x: int
    y: int
    width: int
    height: int

    def output_shape(self, data: PartialShape) -> PartialShape:
        check_image(self, data, (3, 4), CHANNELS)
        for start, length, whole, names in (
            (self.x, self.width, data[-2], "x, width"),
            (self.y, self.height, data[-3], "y, height"),
        ):
            if start < 0 or length < 1 or (whole is not None and start + length > whole):
                raise ShapeError(
                    f"{self.name}: ({names}) = ({start}, {length}) is not a part of data {show(data)}; start at 0 or "
                    f"later and end within the image."
                )
        return (*data[:-3], self.height, self.width, data[-1])

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data[..., self.y : self.y + self.height, self.x : self.x + self.width, :],)


def _flip(name: str, axis: int, doc: str, example: str) -> type[Op]:
    """Register the mirroring of one axis, and the same by chance."""

    def mirror(self: Op, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.flip(data, axis),)

    def toss(self: Op, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.where(jax.random.bernoulli(ctx.key), jnp.flip(data, axis), data),)

    shapes = (
        "data (h, w, c), c 1 or 3 -> output (same shape)\n\n"
        "The gradient is the head gradient, not mirrored, as in MXNet. In MXNet an odd axis keeps unset memory in its middle."
    )
    random_doc = f"{doc[:-1]} with probability 1/2, at inference, too.\n\n{shapes}"
    register(f"_image_random_{name}", f"_npx__image_random_{name}")(
        type(
            f"_image_random_{name}",
            (StraightThrough, Photograph),
            {"__doc__": random_doc, "lower": toss, "is_random": True},
        )
    )
    body = {"__doc__": f"{doc}\n\n{shapes}\n\n{example}", "lower": mirror}
    return register(f"_image_{name}", f"_npx__image_{name}")(
        type(f"_image_{name}", (StraightThrough, Photograph), body)
    )


flip_left_right = _flip(
    "flip_left_right",
    1,
    "Mirror an image left to right.",
    """>>> import symgraph as mx
    >>> mx.nd.image.flip_left_right(mx.nd.array([[[1], [2], [3]]])).asnumpy().ravel().tolist()
    [3.0, 2.0, 1.0]""",
)
flip_top_bottom = _flip(
    "flip_top_bottom",
    0,
    "Turn an image upside down.",
    """>>> import symgraph as mx
    >>> mx.nd.image.flip_top_bottom(mx.nd.array([[[1]], [[2]], [[3]]])).asnumpy().ravel().tolist()
    [3.0, 2.0, 1.0]""",
)
