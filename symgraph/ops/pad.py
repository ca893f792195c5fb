"""Padding at the borders of an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.layout import Order, Relaid, stored
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, show
from symgraph.ops.family import Array, number, relaid_alike
from symgraph.ops.following import Forward


@register("Pad", "pad")
class Pad(Forward):
    """Adds elements before and after an array along its axes.

    data (d1, ..., dk) -> output (d1 + before1 + after1, ..., dk + beforek + afterk)

    Attributes:
        mode: what is added. constant: `constant_value` · edge: the outermost element again · reflect: the mirror image
            without the outermost element, so that the padding must be narrower than the axis.
        pad_width: (before1, after1, ..., beforek, afterk). MXNet pads 4 or 5 axes and never the first two; ours pads
            any.
        constant_value: what mode constant adds.

    >>> import symgraph as mx
    >>> x = mx.nd.array([1, 2, 3]).reshape((1, 1, 1, 3))
    >>> mx.nd.pad(x, mode="reflect", pad_width=(0, 0, 0, 0, 0, 0, 2, 1)).asnumpy().ravel().tolist()
    [3.0, 2.0, 1.0, 2.0, 3.0, 2.0]
    """

    mode: Literal["constant", "edge", "reflect"]
    pad_width: Shape
    constant_value: float = 0.0

    def output_shape(self, data: PartialShape) -> MaybeShape:
        widths = self._widths(len(data))
        for d, width in zip(data, widths, strict=True):
            if self.mode == "reflect" and d is not None and max(width) >= d:
                raise ShapeError(
                    f"mode='reflect' needs padding narrower than the axis, but data {show(data)} gets {width}."
                )
        return tuple(None if d is None else d + sum(width) for d, width in zip(data, widths, strict=True))

    def _widths(self, ndim: int) -> list[tuple[int, int]]:
        if len(self.pad_width) != 2 * ndim or min(self.pad_width, default=0) < 0:
            raise ShapeError(
                f"pad_width={self.pad_width} must have two numbers for each of the {ndim} axes of data, none of them "
                f"negative."
            )
        return list(zip(self.pad_width[::2], self.pad_width[1::2], strict=True))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        widths = self._widths(data.ndim)
        if self.mode == "constant":
            return (jnp.pad(data, widths, constant_values=number(self.constant_value, data.dtype)),)
        return (jnp.pad(data, widths, mode=self.mode),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        if order is None:
            return None
        widths = stored(self._widths(len(order)), order)
        return relaid_alike(replace(self, pad_width=tuple(chain(*widths))), orders)
