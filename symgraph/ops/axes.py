"""Operators that permute, reverse, repeat or extract along the axes of an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count, Range, Shape
from symgraph.ir.layout import Order, Relaid, as_order, stored
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, show, size
from symgraph.ops.family import Array, Elementwise, relaid_alike
from symgraph.ops.following import Forward, checked_axis, of_rank
from symgraph.ops.identity import Identity
from symgraph.ops.orders import relaid_along


class Permutation(Op):
    """The output's axes are those of data in another order."""

    is_cheap = True

    def order(self, ndim: int) -> tuple[int, ...]:
        """Which axis of data each axis of the output is."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = ins[0], outs[0]
        known = data if data is not None else out
        if known is None:
            return [data], [out]
        order = self.order(len(known))
        if data is not None:
            out = merge(out, tuple(data[axis] for axis in order))
        if out is not None:
            data = tuple(out[order.index(axis)] for axis in range(len(order)))
        return [data], [out]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.transpose(data, self.order(data.ndim)),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        """The array stays as it is, and its axes get other numbers."""
        (order,) = orders
        if order is None:
            return None
        permutation = self.order(len(order))
        return Relaid(Identity(), (order,), (as_order([permutation.index(axis) for axis in order]),))


@register("transpose")
class Transpose(Permutation):
    """Permutes the axes of an array.

    data (d1, ..., dk) -> output with the same dimensions in another order

    Attributes:
        axes: for each axis of the output, the axis of data it is, counted from the front; empty reverses them all.

    >>> import symgraph as mx
    >>> mx.nd.transpose(mx.nd.zeros((2, 3, 4)), axes=(1, 0, 2)).shape
    (3, 2, 4)
    """

    axes: Shape = ()

    role = "permutation"

    def order(self, ndim: int) -> tuple[int, ...]:
        if not self.axes:
            return tuple(reversed(range(ndim)))
        if sorted(self.axes) != list(range(ndim)):
            raise ShapeError(f"axes={self.axes} must name each of the {ndim} axes of data once, from 0 to {ndim - 1}.")
        return self.axes


@register("SwapAxis", "swapaxes", "_npi_swapaxes")
class SwapAxis(Permutation):
    """Exchanges two axes.

    data (d1, ..., dk) -> output with axes `dim1` and `dim2` exchanged

    Attributes:
        dim1, dim2: the two axes; negative ones count from the end.

    >>> import symgraph as mx
    >>> mx.nd.swapaxes(mx.nd.zeros((2, 3, 4)), dim1=0, dim2=2).shape
    (4, 3, 2)
    """

    dim1: int = 0
    dim2: int = 0

    def order(self, ndim: int) -> tuple[int, ...]:
        a, b = (checked_axis(axis, ndim) for axis in (self.dim1, self.dim2))
        order = list(range(ndim))
        order[a], order[b] = b, a
        return tuple(order)


@register("reverse", "flip")
class Reverse(Elementwise):
    """Reverses the order of elements along axes.

    data (any shape) -> output (same shape)

    Attributes:
        axis: the axes, counted from the front: as in MXNet, negative numbers are refused.

    >>> import symgraph as mx
    >>> mx.nd.reverse(mx.nd.array([[1, 2], [3, 4]]), axis=1).asnumpy().tolist()
    [[2.0, 1.0], [4.0, 3.0]]
    """

    axis: Shape

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        ins, outs = super().infer_shape(ins, outs)
        for axis in self.axis:
            if axis < 0 or (ins[0] is not None and axis >= len(ins[0])):
                raise ShapeError(
                    f"axis {axis} is no axis of data of shape {show(ins[0])}; count from the front, from 0 on."
                )
        return ins, outs

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        for axis in self.axis:
            data = jnp.flip(data, axis)
        return (data,)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_along(self, orders, "axis")


def _times(d: int | None, factor: int) -> int | None:
    return None if d is None else d * factor


@register("tile", "_npi_tile")
class Tile(Forward):
    """Lays copies of the whole array side by side.

    data (d1, ..., dk) -> output (reps1·d1, ..., repsk·dk); the shorter of shape and `reps` is filled with 1 in front.

    Attributes:
        reps: number of copies along each axis.

    >>> import symgraph as mx
    >>> mx.nd.tile(mx.nd.array([1, 2]), reps=(2, 2)).asnumpy().tolist()
    [[1.0, 2.0, 1.0, 2.0], [1.0, 2.0, 1.0, 2.0]]
    """

    reps: tuple[Annotated[int, Range(low=0)], ...]

    is_cheap = True

    def output_shape(self, data: PartialShape) -> MaybeShape:
        ndim = max(len(data), len(self.reps))
        padded, reps = (1,) * (ndim - len(data)) + data, (1,) * (ndim - len(self.reps)) + self.reps
        return tuple(_times(d, r) for d, r in zip(padded, reps, strict=True))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.tile(data, self.reps),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        if order is None or len(self.reps) > len(order):
            return None
        reps = (1,) * (len(order) - len(self.reps)) + self.reps
        return relaid_alike(replace(self, reps=stored(reps, order)), orders)


@register("repeat", "_np_repeat")
class Repeat(Forward):
    """Repeats each element, one copy right after the other.

    data (any shape) -> output (data's shape with axis `axis` `repeats` times as long; flat when there is no axis, and
    (0,) when there are no copies)

    Attributes:
        repeats: number of copies of each element.
        axis: the axis along which to repeat; by default data is flattened first.

    >>> import symgraph as mx
    >>> mx.nd.repeat(mx.nd.array([[1, 2], [3, 4]]), repeats=2, axis=1).asnumpy().tolist()
    [[1.0, 1.0, 2.0, 2.0], [3.0, 3.0, 4.0, 4.0]]
    """

    repeats: Annotated[int, Range(low=0)]
    axis: int | None = None

    is_cheap = True

    def output_shape(self, data: PartialShape) -> MaybeShape:
        axis = None if self.axis is None else checked_axis(self.axis, len(data))
        if axis is None or self.repeats == 0:
            return (_times(size(data), self.repeats),)
        return (*data[:axis], _times(data[axis], self.repeats), *data[axis + 1 :])

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.repeat(data, self.repeats, axis=self.axis if self.repeats else None),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return None if self.axis is None or self.repeats == 0 else relaid_along(self, orders, "axis")


@register("diag")
class Diag(Forward):
    """Reads a diagonal, or makes a matrix of one.

    data (n,) -> output (n + |k|, n + |k|), zero off the k-th diagonal · data with more axes -> output without axes
    `axis1` and `axis2`, and the diagonal as its last axis.

    Attributes:
        k: which diagonal; 0 is the main one, positive lies above.
        axis1, axis2: the axes that span the matrices, for data with more than one axis.

    >>> import symgraph as mx
    >>> mx.nd.diag(mx.nd.array([[1, 2, 3], [4, 5, 6]]), k=1).asnumpy().tolist()
    [2.0, 6.0]
    """

    k: int = 0
    axis1: int = 0
    axis2: int = 1

    def output_shape(self, data: PartialShape) -> MaybeShape:
        if len(data) == 1:
            side = None if data[0] is None else data[0] + abs(self.k)
            return (side, side)
        rows, columns = self._axes(len(data))
        rest = tuple(d for axis, d in enumerate(data) if axis not in (rows, columns))
        height, width = data[rows], data[columns]
        if height is None or width is None:
            return (*rest, None)
        length = min(height + min(self.k, 0), width - max(self.k, 0))
        if length < 0:
            raise ShapeError(f"matrices {show((height, width))} have no diagonal k={self.k}; give one that is nearer.")
        return (*rest, length)

    def _axes(self, ndim: int) -> tuple[int, int]:
        rows, columns = (checked_axis(axis, ndim) for axis in (self.axis1, self.axis2))
        if rows == columns:
            raise ShapeError(f"axis1={self.axis1} and axis2={self.axis2} are the same axis; name two.")
        return rows, columns

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        if data.ndim == 1:
            return (jnp.diag(data, self.k),)
        return (jnp.diagonal(data, self.k, *self._axes(data.ndim)),)


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockMove(Forward):
    """Moves square blocks between the channel axis and the two spatial axes of an NCHW array."""

    block_size: Count

    def checked(self, data: PartialShape) -> PartialShape:
        """`data`, which must have four axes."""
        return of_rank("data", data, 4)

    def quotient(self, data: PartialShape, axis: int, divisor: int) -> int | None:
        """Length of `axis` divided by `divisor`, which must divide it."""
        d = data[axis]
        if d is not None and d % divisor:
            raise ShapeError(
                f"block_size={self.block_size} needs axis {axis} of data {show(data)} to be a multiple of {divisor}."
            )
        return None if d is None else d // divisor


@register("depth_to_space")
class DepthToSpace(BlockMove):
    """Spreads groups of channels over square blocks of pixels; the inverse of `space_to_depth`.

    data (n, c·b², h, w) -> output (n, c, h·b, w·b), with b = `block_size`

    Attributes:
        block_size: edge of a square, in pixels.

    >>> import symgraph as mx
    >>> mx.nd.depth_to_space(mx.nd.array([[[[1]], [[2]], [[3]], [[4]]]]), block_size=2).asnumpy().tolist()
    [[[[1.0, 2.0], [3.0, 4.0]]]]
    """

    def output_shape(self, data: PartialShape) -> MaybeShape:
        n, _, h, w = self.checked(data)
        b = self.block_size
        return (n, self.quotient(data, 1, b * b), _times(h, b), _times(w, b))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        (n, c, h, w), b = data.shape, self.block_size
        blocks = data.reshape(n, b, b, c // (b * b), h, w)
        return (blocks.transpose(0, 3, 4, 1, 5, 2).reshape(n, c // (b * b), h * b, w * b),)


@register("space_to_depth")
class SpaceToDepth(BlockMove):
    """Gathers square blocks of pixels into groups of channels; the inverse of `depth_to_space`.

    data (n, c, h·b, w·b) -> output (n, c·b², h, w), with b = `block_size`

    Attributes:
        block_size: edge of a square, in pixels.

    >>> import symgraph as mx
    >>> mx.nd.space_to_depth(mx.nd.zeros((1, 1, 4, 6)), block_size=2).shape
    (1, 4, 2, 3)
    """

    def output_shape(self, data: PartialShape) -> MaybeShape:
        n, c, _, _ = self.checked(data)
        b = self.block_size
        return (n, _times(c, b * b), self.quotient(data, 2, b), self.quotient(data, 3, b))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        (n, c, h, w), b = data.shape, self.block_size
        blocks = data.reshape(n, c, h // b, b, w // b, b)
        return (blocks.transpose(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b),)
