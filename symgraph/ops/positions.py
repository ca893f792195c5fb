"""Operators that speak of positions: row-major numbers, coordinates, and ranges as long as an array."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count, Shape
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, merge_dim, show
from symgraph.ops.family import Array, number
from symgraph.ops.following import Forward, checked_axis, of_rank


@register("_ravel_multi_index", "ravel_multi_index")
class RavelMultiIndex(Op):
    """Numbers of elements, counted in row-major order, from their coordinates.

    data (k, n), one column for each element -> output (n,), of the same dtype. The gradient is zero.

    Attributes:
        shape: lengths of the k axes of the array in question; the first may be -1, as it is not needed.

    >>> import symgraph as mx
    >>> mx.nd.ravel_multi_index(mx.nd.array([[0, 2], [1, 3]]), shape=(3, 4)).asnumpy().tolist()
    [1.0, 11.0]
    """

    shape: Shape = ()

    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        rows, n = of_rank("data", ins[0], 2)
        if rows not in (None, len(self.shape)):
            raise ShapeError(f"data {show(ins[0])} must have one row for each of the axes in shape={self.shape}.")
        n = merge_dim(n, of_rank("output", outs[0], 1)[0])
        return [(len(self.shape), n)], [(n,)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        number = jnp.zeros(data.shape[1:], jnp.int64)
        for row, length in zip(data, self.shape, strict=True):
            number = number * length + row.astype(jnp.int64)
        return (number.astype(data.dtype),)


@register("_unravel_index", "unravel_index")
class UnravelIndex(Op):
    """Coordinates of elements from their numbers, counted in row-major order.

    data (n,) -> output (k, n), of the same dtype. The gradient is zero.

    Attributes:
        shape: lengths of the k axes of the array in question; the first may be -1, as it is not needed.

    >>> import symgraph as mx
    >>> mx.nd.unravel_index(mx.nd.array([1, 11]), shape=(3, 4)).asnumpy().tolist()
    [[0.0, 2.0], [1.0, 3.0]]
    """

    shape: Shape = ()

    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if not self.shape:
            raise ShapeError("the attribute shape is missing: the shape of the array whose elements are numbered.")
        n = merge_dim(of_rank("data", ins[0], 1)[0], of_rank("output", outs[0], 2)[1])
        return [(n,)], [(len(self.shape), n)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        number = data.astype(jnp.int64)
        coordinates = []
        for length in self.shape[:0:-1]:
            coordinates.append(lax.rem(number, jnp.int64(length)))
            number = lax.div(number, jnp.int64(length))
        return (jnp.stack([number, *coordinates[::-1]]).astype(data.dtype),)


@register("_contrib_arange_like", "_npx_arange_like")
class ArangeLike(Forward):
    """Evenly spaced numbers, as many as an array has elements, or as an axis of it is long.

    data (d1, ..., dk), only its shape and dtype are used -> output (d1, ..., dk), or (d,) for an axis. The gradient is
    zero.

    Attributes:
        start: first number.
        step: difference from one to the next; both are cut to whole numbers for an integer dtype.
        repeat: how often each number appears in a row.
        ctx: accepted, and of no effect: the output lies where data does.
        axis: the axis to take the length of; negative counts from the end.

    >>> import symgraph as mx
    >>> mx.nd.contrib.arange_like(mx.nd.zeros((2, 3)), start=1, step=0.5, axis=-1).asnumpy().tolist()
    [1.0, 1.5, 2.0]
    """

    start: float = 0.0
    step: float = 1.0
    repeat: Count = 1
    ctx: str = ""
    axis: int | None = None

    blocks_gradient = True

    def output_shape(self, data: PartialShape) -> MaybeShape:
        return data if self.axis is None else (data[checked_axis(self.axis, len(data))],)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        shape = data.shape if self.axis is None else (data.shape[self.axis],)
        count = (jnp.arange(math.prod(shape)) // self.repeat).astype(data.dtype)
        start, step = (number(value, data.dtype) for value in (self.start, self.step))
        return ((count * step + start).reshape(shape),)


@register("_contrib_index_array")
class IndexArray(Op):
    """The coordinates of every element of an array.

    data (d1, ..., dk), only its shape is used -> output (d1, ..., dk, k), int64; with m `axes`, (d1, ..., dk, m). The
    gradient is zero.

    Attributes:
        axes: which coordinates, in which order; negative counts from the end; default all.

    >>> import symgraph as mx
    >>> mx.nd.contrib.index_array(mx.nd.zeros((2, 2)), axes=(1, 0)).asnumpy().tolist()
    [[[0, 0], [1, 0]], [[0, 1], [1, 1]]]
    """

    axes: Shape | None = None

    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0][:-1] if outs[0] else None)
        return [data], [None if data is None else (*data, len(self._checked_axes(len(data))))]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [np.dtype(np.int64)]

    def _checked_axes(self, ndim: int) -> list[int]:
        return list(range(ndim)) if self.axes is None else [checked_axis(axis, ndim) for axis in self.axes]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axes = self._checked_axes(data.ndim)
        if not axes:
            return (jnp.zeros((*data.shape, 0), jnp.int64),)
        return (jnp.stack([lax.broadcasted_iota(jnp.int64, data.shape, axis) for axis in axes], axis=-1),)
