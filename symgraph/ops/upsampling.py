"""UpSampling: enlarging images by a whole factor."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Annotated, Literal

import jax.numpy as jnp

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Range
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, merge_dim, show
from symgraph.ops.convolution import Deconvolution
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating
from symgraph.ops.orders import relaid_channels_last


@register("UpSampling")
class UpSampling(Floating):
    """Enlarge images by repeating pixels, or by a bilinear transposed convolution.

    nearest: arg0 (n, c0, h, w), arg1 (n, c1, h1, w1), ... -> output (n, c, scale h, scale w). Each input is enlarged to
    the output's size, a multiple of its own, and all are concatenated along channels or added.
    bilinear: data (n, c, h, w) · weight (num_filter, 1, k, k) -> output (n, c, scale h, scale w), where num_filter = c
    and k = 2 scale - scale mod 2; weight is a parameter, initialized to bilinear interpolation.

    Attributes:
        scale: the factor.
        num_filter: number of channels; bilinear only.
        sample_type: nearest · bilinear.
        multi_input_mode: concat · sum, when several inputs are given.
        num_args: number of inputs, counted by the front end.
        workspace: accepted for compatibility.

    >>> import symgraph as mx
    >>> mx.nd.UpSampling(mx.nd.array([[[[1, 2]]]]), scale=2, sample_type="nearest").asnumpy().tolist()
    [[[[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]]]]
    """

    scale: Count
    num_filter: int = 0
    sample_type: Literal["bilinear", "nearest"]
    multi_input_mode: Literal["concat", "sum"] = "concat"
    num_args: Count
    workspace: Annotated[int, Range(low=0)] = 512
    _is_channel_last: bool = False

    variadic = "num_args"
    # MXNet names an initializer for the second input by its position, even where that is an image.
    input_inits = {"weight": '["bilinear", {}]', "arg1": '["bilinear", {}]'}

    def __post_init__(self) -> None:
        if self.sample_type == "bilinear" and self.num_filter < 1:
            raise OpAttributeError(
                "operator UpSampling: sample_type='bilinear' needs num_filter, the number of channels."
            )

    def arguments(self) -> tuple[str, ...]:
        if self.sample_type == "bilinear":
            return ("data", "weight")
        return tuple(f"arg{i}" for i in range(self.num_args))

    def _deconvolution(self) -> Deconvolution:
        kernel, pad = 2 * self.scale - self.scale % 2, self.scale // 2
        return Deconvolution(
            kernel=(kernel, kernel),
            stride=(self.scale, self.scale),
            pad=(pad, pad),
            num_filter=self.num_filter,
            num_group=self.num_filter,
        )

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        for shape in ins:
            if shape is not None and len(shape) != 4:
                raise ShapeError(f"UpSampling takes data (batch, channel, height, width), given {show(shape)}.")
        if self.sample_type == "bilinear":
            return self._deconvolution().infer_shape(ins, outs)
        if ins[0] is None:
            return list(ins), [None]
        size = [None if n is None else n * self.scale for n in ins[0][2:]]
        for shape in ins[1:]:
            self._check_divides(size, shape)
        batch = functools.reduce(merge_dim, (s[0] for s in ins if s is not None))
        return list(ins), [(batch, self._channels(ins), *size)]

    def _check_divides(self, size: list[int | None], shape: MaybeShape) -> None:
        if shape is None:
            return
        known = [(n, part) for n, part in zip(size, shape[2:], strict=True) if n is not None and part is not None]
        if any(n % part for n, part in known) or len({n // part for n, part in known}) > 1:
            raise ShapeError(
                f"UpSampling: an input {show(shape)} cannot be enlarged by one whole factor to {show(tuple(size))}."
            )

    def _channels(self, ins: Shapes) -> int | None:
        counts = [None if s is None else s[1] for s in ins]
        if self.multi_input_mode == "concat":
            return None if None in counts else sum(c for c in counts if c is not None)
        return functools.reduce(merge_dim, counts)

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        if self.sample_type == "bilinear":
            return self._deconvolution().lower(ctx, *inputs)
        first = 1 if self._is_channel_last else 2
        height, width = (n * self.scale for n in inputs[0].shape[first : first + 2])
        enlarged = [_repeat(x, first, height // x.shape[first], width // x.shape[first + 1]) for x in inputs]
        if self.multi_input_mode == "sum":
            return (sum(enlarged[1:], enlarged[0]),)
        return (jnp.concatenate(enlarged, axis=3 if self._is_channel_last else 1),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        if self.sample_type == "bilinear":
            return self._deconvolution().relaid(ctx, shapes, orders)
        return relaid_channels_last(self, orders)


def _repeat(x: Array, first: int, rows: int, columns: int) -> Array:
    """Every pixel as a block of rows by columns pixels, the height being axis `first`."""
    lead, (h, w), rest = x.shape[:first], x.shape[first : first + 2], x.shape[first + 2 :]
    apart = x.reshape(*lead, h, 1, w, 1, *rest)
    return jnp.broadcast_to(apart, (*lead, h, rows, w, columns, *rest)).reshape(*lead, h * rows, w * columns, *rest)
