"""Sorting, the largest elements, and counting by size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.dtype import as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, show, size
from symgraph.ops.family import Array, first_known
from symgraph.ops.following import NotDifferentiable, checked_axis, of_rank

IndexType = Literal["float16", "float32", "float64", "int32", "int64", "uint8"]


def _sorting_indices(ctx: LowerContext, data: Array, axis: int, is_ascend: bool) -> Array:
    """Indices that sort data; equal elements stay in their order."""
    if ctx.platform != "cpu" or data.dtype.itemsize > 4:
        return jnp.argsort(data, axis=axis, stable=True, descending=not is_ascend)
    # One array of whole numbers sorts several times as fast as pairs: `python -m benchmarks ops --only sort/forward`.
    rank = _rank(data) if is_ascend else ~_rank(data)
    pairs = (rank.astype(jnp.int64) << 32) | lax.broadcasted_iota(jnp.int64, data.shape, axis)
    return lax.sort(pairs, dimension=axis, is_stable=False).astype(jnp.int32)


def _rank(data: Array) -> Array:
    """Elements of at most 32 bits as int32 in the same order; zeros of both signs are equal, and so are NaN, the largest."""
    if not jnp.issubdtype(data.dtype, jnp.floating):
        return data.astype(jnp.int32)
    x = data.astype(jnp.float32)
    plain = jnp.where(jnp.isnan(x), jnp.float32(jnp.nan), jnp.where(x == 0, jnp.float32(0), x))
    bits = lax.bitcast_convert_type(plain, jnp.int32)
    return bits ^ ((bits >> 31) & jnp.int32(0x7FFFFFFF))


def _take(data: Array, indices: Array, axis: int) -> Array:
    return jnp.take_along_axis(data, indices, axis=axis, mode="promise_in_bounds")


class Ordered(Op):
    """Operators that order the elements along one axis, or all of them."""

    axis: int | None
    is_ascend: bool

    def flat_if_no_axis(self, data: PartialShape) -> PartialShape:
        """`data`, flattened when there is no axis."""
        return (size(data),) if self.axis is None else data

    def lane(self, data: Array) -> tuple[Array, int]:
        """The array to order and the axis along which to do so."""
        return (data.reshape(-1), 0) if self.axis is None else (data, checked_axis(self.axis, data.ndim))


@dataclass(frozen=True, kw_only=True, eq=False)
class Sorted(Ordered):
    """Ordered as a whole: the outputs have the shape of data, or are flat."""

    axis: int | None = -1
    is_ascend: bool = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = ins[0]
        if data is None:
            return ins, outs
        if self.axis is not None:
            checked_axis(self.axis, len(data))
        return ins, [self.flat_if_no_axis(data)] * len(outs)


@register("sort", "_npi_sort")
class Sort(Sorted):
    """Sorts along one axis; equal elements stay in their order.

    data (any shape) -> output (same shape; flat when there is no axis). A hidden second output holds the indices,
    int32.

    The gradient goes back to the place each element came from (MXNet has none unless `axis` is given explicitly). NaN
    is larger than any number (in MXNet its place is undefined).

    Attributes:
        axis: the axis; negative counts from the end; None sorts all elements.
        is_ascend: smallest first.

    >>> import symgraph as mx
    >>> mx.nd.sort(mx.nd.array([3, 1, 2]), is_ascend=False).asnumpy().tolist()
    [3.0, 2.0, 1.0]
    """

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def visible_outputs(self) -> int:
        return 1

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], outs[0])
        return [known], [known, np.dtype(np.int32)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        data, axis = self.lane(data)
        indices = _sorting_indices(ctx, data, axis, self.is_ascend)
        return _take(data, indices, axis), indices.astype(jnp.int32)


@register("argsort", "_npi_argsort")
class Argsort(Sorted):
    """Indices that sort along one axis; equal elements stay in their order.

    data (any shape) -> output (same shape; flat when there is no axis). The gradient is zero.

    Attributes:
        axis: the axis; negative counts from the end; None sorts all elements.
        is_ascend: smallest first.
        dtype: dtype of the indices.

    >>> import symgraph as mx
    >>> mx.nd.argsort(mx.nd.array([3, 1, 2])).asnumpy().tolist()
    [1.0, 2.0, 0.0]
    """

    dtype: IndexType = "float32"

    precision = IN_FLOAT32
    blocks_gradient = True

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (_sorting_indices(ctx, *self.lane(data), self.is_ascend).astype(as_dtype(self.dtype)),)


@register("topk", "_npx_topk")
class TopK(Ordered):
    """The largest or smallest elements along one axis; of equal elements, the first come first.

    data (..., d, ...) -> values and indices (..., k, ...), or a mask (..., d, ...); with ``axis=None``, (k,) with
    indices into the flattened array. ``ret_typ="value"`` has the indices as hidden second output.

    The gradient of values goes back to the place they came from; indices and mask pass none.

    Attributes:
        axis: the axis; negative counts from the end; None looks at all elements.
        k: number of elements; less than 1 means all.
        ret_typ: value · indices · mask: 1 where an element is among them, else 0 · both: values and indices.
        is_ascend: the smallest elements, smallest first.
        dtype: dtype of the indices.

    >>> import symgraph as mx
    >>> values, indices = mx.nd.topk(mx.nd.array([[3, 1, 2], [4, 6, 5]]), k=2, ret_typ="both")
    >>> values.asnumpy().tolist(), indices.asnumpy().tolist()
    ([[3.0, 2.0], [6.0, 5.0]], [[0.0, 2.0], [1.0, 2.0]])
    """

    axis: int | None = -1
    k: int = 1
    ret_typ: Literal["both", "indices", "mask", "value"] = "indices"
    is_ascend: bool = False
    dtype: IndexType = "float32"

    precision = IN_FLOAT32

    @property
    def blocks_gradient(self) -> bool:  # type: ignore[override]
        """Only values have a gradient."""
        return self.ret_typ in ("indices", "mask")

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1") if self.ret_typ in ("both", "value") else ("output",)

    def visible_outputs(self) -> int:
        return 2 if self.ret_typ == "both" else 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = ins[0]
        if data is None:
            return ins, outs
        lane = self.flat_if_no_axis(data)
        axis = checked_axis(0 if self.axis is None else self.axis, len(lane))
        if self.ret_typ == "mask":
            return ins, [data]
        return ins, [(*lane[:axis], self._count(lane, axis), *lane[axis + 1 :])] * len(outs)

    def _count(self, lane: PartialShape, axis: int) -> int | None:
        length = lane[axis]
        if length is not None and self.k > length:
            raise ShapeError(f"k={self.k} is more than the {length} elements along axis {axis} of {show(lane)}.")
        return self.k if self.k > 0 else length

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        index = as_dtype(self.dtype)
        if self.ret_typ == "indices":
            return ins, [index]
        known = first_known(ins[0], outs[0])
        return [known], [known, index][: len(outs)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        shape = data.shape
        data, axis = self.lane(data)
        count = self.k if self.k > 0 else data.shape[axis]
        indices = self._indices(ctx, data, axis, count)
        if self.ret_typ == "indices":
            return (indices.astype(as_dtype(self.dtype)),)
        if self.ret_typ == "mask":
            mask = jnp.put_along_axis(jnp.zeros_like(data), indices, jnp.ones((), data.dtype), axis, inplace=False)
            return (mask.reshape(shape),)
        return _take(data, indices, axis), indices.astype(as_dtype(self.dtype))

    def _indices(self, ctx: LowerContext, data: Array, axis: int, count: int) -> Array:
        if self.is_ascend:
            return lax.slice_in_dim(_sorting_indices(ctx, data, axis, True), 0, count, axis=axis)
        return jnp.moveaxis(lax.top_k(jnp.moveaxis(data, axis, -1), count)[1], -1, axis)


@register("_histogram", "_npi_histogram")
class Histogram(NotDifferentiable):
    """Counts how many elements fall into each bin. As in MXNet, it has no gradient.

    data (any shape) · bins (n + 1,), ascending, only without `bin_cnt` -> output0 (n,), int64 counts · output1 (n +
    1,), the edges, in data's dtype. The last bin includes its upper edge; elements outside of all bins and NaN are not
    counted.

    Attributes:
        bin_cnt: number of equally wide bins; needs `range`.
        range: lower edge of the first and upper edge of the last bin.

    >>> import symgraph as mx
    >>> counts, edges = mx.nd._internal._histogram(mx.nd.array([0, 1, 3, 9]), bin_cnt=2, range=(0, 4))
    >>> counts.asnumpy().tolist(), edges.asnumpy().tolist()
    ([2, 1], [0.0, 2.0, 4.0])
    """

    bin_cnt: int | None = None
    range: tuple[float, ...] | None = None

    tensors = ("data", "bins")

    def arguments(self) -> tuple[str, ...]:
        return self.tensors if self.bin_cnt is None else ("data",)

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.bin_cnt is not None:
            self._check_range()
            return ins, [(self.bin_cnt,), (self.bin_cnt + 1,)]
        edges: MaybeShape = merge(of_rank("bins", ins[1], 1), outs[1])
        count = edges[0] if edges else None
        return [ins[0], edges], [(None if count is None else count - 1,), edges]

    def _check_range(self) -> tuple[float, ...]:
        if self.range is None or len(self.range) != 2 or self.range[0] >= self.range[1] or (self.bin_cnt or 0) < 1:
            raise ShapeError(f"bin_cnt={self.bin_cnt} must be positive and range={self.range} two ascending numbers.")
        return self.range

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], outs[1])
        return [known, *ins[1:]], [np.dtype(np.int64), known]

    def lower(self, ctx: LowerContext, data: Array, bins: Array | None = None) -> tuple[Array, ...]:
        if bins is None:
            low, high = self._check_range()
            bins = jnp.asarray(np.linspace(low, high, (self.bin_cnt or 0) + 1))
        edges = bins.astype(data.dtype)
        values, count = data.reshape(-1), edges.shape[0] - 1
        place = jnp.searchsorted(edges, values, side="right") - 1
        place = jnp.where(values == edges[-1], count - 1, place)
        inside = (values >= edges[0]) & (values <= edges[-1])
        counts = jnp.zeros(count, jnp.int64).at[jnp.where(inside, place, count)].add(1, mode="drop")
        return counts, edges
