"""Selection between tensors by a condition."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ir.shape import merge_all, show, size
from symgraph.ops.family import Array, relaid_alike


@register("where", "_sparse_where")
class Where(Op):
    """Elements of x where the condition is not 0, of y elsewhere; the condition has no gradient.

    condition (any shape) · x (same shape) · y (same shape) -> output (same shape);
    or condition of d1 elements, to select whole rows: x (d1, ..., dk) · y (same shape) -> output (same shape)

    >>> import symgraph as mx
    >>> x, y = mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([[5, 6], [7, 8]])
    >>> mx.nd.where(mx.nd.array([1, 0]), x, y).asnumpy().tolist()
    [[1.0, 2.0], [7.0, 8.0]]
    """

    precision = WIDEST
    tensors = ("condition", "x", "y")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        condition = ins[0]
        shape = merge_all((*ins[1:], *outs))
        count = size(condition)
        if count is None or shape is None or None in shape:
            return [condition, shape, shape], [shape]
        if condition != shape and count != shape[0]:
            raise ShapeError(
                f"condition {show(condition)} selects neither elements nor rows of x {show(shape)}; "
                f"give it shape {show(shape)} or {show(shape[:1])}."
            )
        return [condition, shape, shape], [shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = next((dtype for dtype in (*ins[1:], *outs) if dtype is not None), None)
        return [ins[0], known, known], [known]

    def lower(self, ctx: LowerContext, condition: Array, x: Array, y: Array) -> tuple[Array, ...]:
        if condition.shape != x.shape:
            condition = condition.reshape(-1, *(1,) * (x.ndim - 1))
        return (jnp.where(condition != 0, x, y),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        condition, *rest = shapes
        return relaid_alike(self, orders) if condition == rest[0] else None
