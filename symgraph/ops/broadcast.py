"""Operators that broadcast: arithmetic of two inputs, and the repetition of axes of length 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import jax.numpy as jnp

from symgraph.errors import ShapeError, counted
from symgraph.ir.attrs import Shape
from symgraph.ir.layout import Order, Relaid, stored
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32, Precision
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, from_mxnet, normalize_axis, show
from symgraph.ops import arithmetic
from symgraph.ops.family import Array, broadcast, relaid_alike
from symgraph.ops.orders import relaid_along

truth = partial(broadcast, blocks_gradient=True)
"""As `broadcast`, for 0 or 1 by a condition, which has no slope."""

add = broadcast(
    "broadcast_add", jnp.add, "lhs + rhs", "_sparse_broadcast_add", "_sparse_broadcast_plus", "broadcast_plus"
)
sub = broadcast(
    "broadcast_sub", jnp.subtract, "lhs - rhs", "_sparse_broadcast_minus", "_sparse_broadcast_sub", "broadcast_minus"
)
mul = broadcast(
    "broadcast_mul", jnp.multiply, "lhs · rhs", "_sparse_broadcast_mul", precision=Precision("widest", "float32")
)
div = broadcast("broadcast_div", arithmetic.divide, "lhs / rhs", "_sparse_broadcast_div")
mod = broadcast("broadcast_mod", arithmetic.modulo, "Remainder of lhs / rhs with the sign of rhs")
power = broadcast("broadcast_power", arithmetic.power, "lhs to the power of rhs", precision=IN_FLOAT32)
maximum = broadcast(
    "broadcast_maximum", arithmetic.maximum, "The larger of both (gradient of ties: lhs)", "_npi_maximum"
)
minimum = broadcast(
    "broadcast_minimum", arithmetic.minimum, "The smaller of both (gradient of ties: lhs)", "_npi_minimum"
)
hypot = broadcast("broadcast_hypot", arithmetic.hypot, "√(lhs² + rhs²)", precision=IN_FLOAT32)

equal = truth("broadcast_equal", jnp.equal, "1 where lhs == rhs, else 0")
not_equal = truth("broadcast_not_equal", jnp.not_equal, "1 where lhs != rhs, else 0")
greater = truth("broadcast_greater", jnp.greater, "1 where lhs > rhs, else 0")
greater_equal = truth("broadcast_greater_equal", jnp.greater_equal, "1 where lhs >= rhs, else 0")
lesser = truth("broadcast_lesser", jnp.less, "1 where lhs < rhs, else 0")
lesser_equal = truth("broadcast_lesser_equal", jnp.less_equal, "1 where lhs <= rhs, else 0")
logical_and = truth("broadcast_logical_and", arithmetic.logical_and, "1 where both are non-zero, else 0")
logical_or = truth("broadcast_logical_or", arithmetic.logical_or, "1 where one is non-zero, else 0")
logical_xor = truth("broadcast_logical_xor", arithmetic.logical_xor, "1 where just one is non-zero, else 0")


def _stretched(data: PartialShape, target: PartialShape) -> PartialShape:
    """Shape of `data` broadcast to a `target` of the same rank.

    Raises:
        ShapeError: the ranks differ, or an axis to be stretched does not have length 1.
    """
    if len(data) != len(target):
        raise ShapeError(
            f"data {show(data)} cannot be broadcast to {show(target)}: both need {counted(len(data), 'axis', 'axes')}; "
            f"reshape one of them."
        )
    for have, want in zip(data, target, strict=True):
        if None not in (have, want) and have not in (1, want):
            raise ShapeError(
                f"data {show(data)} cannot be broadcast to {show(target)}: {have} is neither 1 nor {want}."
            )
    return tuple(target)


@register("broadcast_to")
class BroadcastTo(Op):
    """Repetition of axes of length 1 up to a given shape.

    data (d1, ..., dk) -> output (shape)

    Attributes:
        shape: length of every axis of the output; 0 keeps that of data.

    >>> import symgraph as mx
    >>> mx.nd.broadcast_to(mx.nd.array([[1, 2]]), shape=(2, 0)).asnumpy().tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """

    shape: Shape = ()

    is_cheap = True

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        return None if order is None else relaid_alike(replace(self, shape=stored(self.shape, order)), orders)

    def _target(self, data: PartialShape) -> PartialShape:
        if len(self.shape) != len(data):
            return tuple(self.shape)
        return tuple(d if s == 0 else s for d, s in zip(data, self.shape, strict=True))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        (data,) = ins
        if data is None:
            return ins, [from_mxnet(self.shape)]
        return ins, [_stretched(data, self._target(data))]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.broadcast_to(data, self._target(data.shape)),)


@register("broadcast_axis", "broadcast_axes")
class BroadcastAxis(Op):
    """Repetition of given axes, of length 1, to given lengths.

    data (d1, ..., dk) -> output (d1, ..., dk) with d[axis] = size

    Attributes:
        axis: the axes, counted from the front.
        size: their lengths in the output.

    >>> import symgraph as mx
    >>> mx.nd.broadcast_axis(mx.nd.array([[1], [2]]), axis=1, size=3).asnumpy().tolist()
    [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    """

    axis: Shape = ()
    size: Shape = ()

    is_cheap = True

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_along(self, orders, "axis")

    def _target(self, data: PartialShape) -> PartialShape:
        if len(self.axis) != len(self.size):
            raise ShapeError(f"axis={self.axis} and size={self.size} differ in length; give one size for each axis.")
        target = list(data)
        for axis, size in zip(self.axis, self.size, strict=True):
            if not 0 <= axis < len(data):
                raise ShapeError(f"axis {axis} is none of the axes 0..{len(data) - 1} of data {show(data)}.")
            if data[axis] not in (1, None):
                raise ShapeError(f"axis {axis} of data {show(data)} is to be broadcast to {size}, but is not 1.")
            target[axis] = size
        return tuple(target)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [None if ins[0] is None else self._target(ins[0])]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.broadcast_to(data, self._target(data.shape)),)


@register("broadcast_like")
class BroadcastLike(Op):
    """Repetition of axes of length 1 of lhs up to their length in rhs; only lhs has a gradient.

    lhs (d1, ..., dk) · rhs (e1, ..., ek) -> output (e1, ..., ek);
    with axes: output is lhs with d[lhs_axes[i]] = e[rhs_axes[i]], and rhs may have any rank

    Attributes:
        lhs_axes: the axes to repeat; None: all.
        rhs_axes: as many axes of rhs that give the lengths.

    >>> import symgraph as mx
    >>> mx.nd.broadcast_like(mx.nd.array([[1, 2]]), mx.nd.zeros((2, 2))).asnumpy().tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """

    lhs_axes: Shape | None = None
    rhs_axes: Shape | None = None

    is_cheap = True
    tensors = ("lhs", "rhs")

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        lhs, rhs = shapes
        if self.lhs_axes is not None and self.rhs_axes is not None:
            return None
        return relaid_alike(self, orders) if lhs is not None and rhs is not None and len(lhs) == len(rhs) else None

    def _target(self, lhs: PartialShape, rhs: PartialShape) -> PartialShape:
        if self.lhs_axes is None or self.rhs_axes is None:
            return tuple(rhs)
        if len(self.lhs_axes) != len(self.rhs_axes) or not self.lhs_axes:
            raise ShapeError(
                f"lhs_axes={self.lhs_axes} and rhs_axes={self.rhs_axes} must name equally many axes, at least one."
            )
        target = list(lhs)
        try:
            for left, right in zip(self.lhs_axes, self.rhs_axes, strict=True):
                target[normalize_axis(left, len(lhs))] = rhs[normalize_axis(right, len(rhs))]
        except ValueError as error:
            raise ShapeError(f"{error}.") from None
        return tuple(target)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs, rhs = ins
        output: MaybeShape = None
        if lhs is not None and rhs is not None:
            output = _stretched(lhs, self._target(lhs, rhs))
        return ins, [output]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        dtype = outs[0] if ins[0] is None else ins[0]
        return [dtype, ins[1]], [dtype]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (jnp.broadcast_to(lhs, self._target(lhs.shape, rhs.shape)),)
