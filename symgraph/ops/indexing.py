"""Operators that pick elements or rows by their number."""

from __future__ import annotations

from typing import Annotated, Literal

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import MXNetError, ShapeError
from symgraph.ir.attrs import Count, Range
from symgraph.ir.dtype import as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, merge_dim, show, size
from symgraph.ops.family import Array, first_known, number
from symgraph.ops.following import FollowsFirst, NotDifferentiable, as_classes, as_indices, checked_axis, of_rank

ValueType = Literal["bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"]


def _inside(index: Array, length: int, mode: str) -> Array:
    """`index` brought into [0, length): clipped or wrapped around."""
    index = as_indices(index)
    return index % length if mode == "wrap" else jnp.clip(index, 0, length - 1)


def _checked(ctx: LowerContext, index: Array, length: int) -> Array:
    """`index`, which must be in [0, length): the host looks at the first that is not, while the program runs."""
    index = as_indices(index)
    if index.size == 0:
        return index
    outside = (index < 0) | (index >= length)
    suspect = jnp.where(outside.any(), index.reshape(-1)[jnp.argmax(outside)], 0)

    def check(value: np.ndarray) -> tuple[np.ndarray]:
        if not 0 <= value < length:
            raise MXNetError(
                f"take '{ctx.node}': index {value} is outside of an axis of length {length}; "
                f"correct it, or choose mode='clip' or 'wrap'."
            )
        return (np.zeros((), np.int32),)

    suspect = jnp.clip(suspect, -(2**31), 2**31 - 1).astype(jnp.int32)
    if ctx.host is not None:
        (zero,) = ctx.host.call(check, [((), np.dtype(np.int32))], suspect)
    else:
        zero = jax.pure_callback(lambda value: check(value)[0], jax.ShapeDtypeStruct((), jnp.int32), suspect)
    return index + zero


@register("take", "_npi_take")
class Take(FollowsFirst):
    """Takes slices of an array by their numbers along one axis.

    a (..., d, ...) · indices (i1, ..., ik), of any dtype -> output (..., i1, ..., ik, ...)

    The gradient of a sums over equal indices; that of indices is zero.

    Attributes:
        axis: the axis to take along; negative counts from the end.
        mode: what to do with numbers outside of [0, d). clip: take the nearest (so negative ones are 0) · wrap: count
            around · raise: an error when the program runs.

    >>> import symgraph as mx
    >>> mx.nd.take(mx.nd.array([[1, 2], [3, 4], [5, 6]]), mx.nd.array([2, -1]), mode="wrap").asnumpy().tolist()
    [[5.0, 6.0], [5.0, 6.0]]
    """

    axis: int = 0
    mode: Literal["clip", "raise", "wrap"] = "clip"

    tensors = ("a", "indices")

    @property
    def is_effectful(self) -> bool:  # type: ignore[override]
        return self.mode == "raise"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, indices = ins
        if a is None or indices is None:
            return ins, outs
        axis = checked_axis(self.axis, len(a))
        return ins, [(*a[:axis], *indices, *a[axis + 1 :])]

    def lower(self, ctx: LowerContext, a: Array, indices: Array) -> tuple[Array, ...]:
        index = _checked(ctx, indices, a.shape[self.axis]) if self.mode == "raise" else as_indices(indices)
        return (jnp.take(a, index, axis=self.axis, mode="wrap" if self.mode == "wrap" else "clip"),)


@register("batch_take")
class BatchTake(NotDifferentiable):
    """Takes one element of each row. As in MXNet, it has no gradient: `pick` does the same and has one.

    a (d1, ..., dk, n) · indices (d1·…·dk elements in any shape), int32 -> output (shape of indices)

    >>> import symgraph as mx
    >>> mx.nd.batch_take(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([1, 0], dtype="int32")).asnumpy().tolist()
    [2.0, 3.0]
    """

    tensors = ("a", "indices")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, indices = ins[0], merge(ins[1], outs[0])
        rows = None if a is None else size(a[:-1])
        if rows is not None and size(indices) not in (None, rows):
            raise ShapeError(f"a {show(a)} has {rows} rows, but there are {size(indices)} indices: {show(indices)}.")
        return [a, indices], [indices]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], outs[0])
        return [known, np.dtype(np.int32)], [known]

    def lower(self, ctx: LowerContext, a: Array, indices: Array) -> tuple[Array, ...]:
        columns = _inside(indices.reshape(-1, 1), a.shape[-1], "clip")
        taken = jnp.take_along_axis(a.reshape(-1, a.shape[-1]), columns, axis=1, mode="promise_in_bounds")
        return (taken.reshape(indices.shape),)


@register("pick", "choose_element_0index", "_npx_pick")
class Pick(FollowsFirst):
    """Picks one element along an axis for every position on the other axes.

    data (..., d, ...) · index (data's shape without the axis, or with length 1 there), of any dtype -> output (data's
    shape without the axis; (1,) for a vector)

    The gradient of index is zero.

    Attributes:
        axis: the axis to pick along; negative counts from the end.
        keepdims: keep the axis, with length 1.
        mode: what to do with numbers outside of [0, d). clip: take the nearest · wrap: count around.

    >>> import symgraph as mx
    >>> mx.nd.pick(mx.nd.array([[1, 2, 3], [4, 5, 6]]), mx.nd.array([0, 2])).asnumpy().tolist()
    [1.0, 6.0]
    """

    axis: int | None = -1
    keepdims: bool = False
    mode: Literal["clip", "wrap"] = "clip"

    tensors = ("data", "index")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, index = ins
        if data is None:
            return ins, outs
        reduced, kept = self._forms(data, self._checked_axis(len(data)))
        form = kept if index is not None and len(index) == len(data) else reduced
        return [data, merge(index, form)], [kept if self.keepdims else reduced]

    def _checked_axis(self, ndim: int) -> int:
        if self.axis is None:
            raise ShapeError("axis=None is not supported; name the axis to pick along.")
        return checked_axis(self.axis, ndim)

    @staticmethod
    def _forms(data: PartialShape, axis: int) -> tuple[PartialShape, PartialShape]:
        """Shape of data without the axis, and with length 1 there."""
        before, after = data[:axis], data[axis + 1 :]
        return (*before, *after) or (1,), (*before, 1, *after)

    def lower(self, ctx: LowerContext, data: Array, index: Array) -> tuple[Array, ...]:
        axis = self._checked_axis(data.ndim)
        reduced, kept = self._forms(data.shape, axis)
        numbers = _inside(index, data.shape[axis], self.mode).reshape(kept)
        picked = jnp.take_along_axis(data, numbers, axis=axis, mode="promise_in_bounds")
        return (picked if self.keepdims else picked.reshape(reduced),)


@register("fill_element_0index")
class FillElement(FollowsFirst):
    """A copy of a matrix with one element of each row replaced.

    lhs (n, m) · mhs (n,), the new elements · rhs (n,), their columns -> output (n, m); columns outside of [0, m) are
    ignored

    >>> import symgraph as mx
    >>> mx.nd.fill_element_0index(mx.nd.zeros((2, 2)), mx.nd.array([5, 6]), mx.nd.array([1, 0])).asnumpy().tolist()
    [[0.0, 5.0], [6.0, 0.0]]
    """

    tensors = ("lhs", "mhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        matrix = of_rank("lhs", merge(ins[0], outs[0]), 2)
        n = matrix[0]
        for vector in ins[1:]:
            n = merge_dim(n, of_rank("mhs and rhs", vector, 1)[0])
        return [(n, matrix[1]), (n,), (n,)], [(n, matrix[1])]

    def lower(self, ctx: LowerContext, lhs: Array, mhs: Array, rhs: Array) -> tuple[Array, ...]:
        columns = as_indices(rhs)
        columns = jnp.where(columns < 0, lhs.shape[1], columns)
        return (lhs.at[jnp.arange(lhs.shape[0]), columns].set(mhs.astype(lhs.dtype), mode="drop"),)


@register("_onehot_encode")
class OneHotEncode(NotDifferentiable):
    """The oldest form of `one_hot`: rows that are 1 at the place of an index and 0 elsewhere; it has no gradient.

    lhs (n,), the indices · rhs (n, m), only its shape is used -> output (n, m)

    >>> import symgraph as mx
    >>> mx.nd._internal._onehot_encode(mx.nd.array([1, 0]), mx.nd.zeros((2, 3))).asnumpy().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """

    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        n, m = of_rank("rhs", merge(ins[1], outs[0]), 2)
        n = merge_dim(n, of_rank("lhs", ins[0], 1)[0])
        return [(n,), (n, m)], [(n, m)]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return ((as_indices(lhs)[:, None] == jnp.arange(rhs.shape[1])).astype(rhs.dtype),)


@register("one_hot", "_npx_one_hot")
class OneHot(Op):
    """Vectors that are `on_value` at the place of an index and `off_value` elsewhere; all off for an index outside.

    indices (i1, ..., ik), of any dtype -> output (i1, ..., ik, depth). The gradient is zero.

    Attributes:
        depth: length of the vectors.
        on_value, off_value: the two values, cut to whole ones for an integer dtype.
        dtype: dtype of the output.

    >>> import symgraph as mx
    >>> mx.nd.one_hot(mx.nd.array([1, 0, 5]), depth=2).asnumpy().tolist()
    [[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
    """

    depth: Annotated[int, Range(low=0)]
    on_value: float = 1.0
    off_value: float = 0.0
    dtype: ValueType = "float32"

    tensors = ("indices",)

    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        indices = merge(ins[0], outs[0][:-1] if outs[0] else None)
        return [indices], [None if indices is None else (*indices, self.depth)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def lower(self, ctx: LowerContext, indices: Array) -> tuple[Array, ...]:
        on, off = (number(value, as_dtype(self.dtype)) for value in (self.on_value, self.off_value))
        hot = as_classes(indices)[..., None] == jnp.arange(self.depth)
        return (jnp.where(hot, on, off),)


@register("Embedding", "_sparse_Embedding", "_npx_embedding")
class Embedding(Op):
    """Looks up a trained vector for each number, such as one for each word.

    data (i1, ..., ik), of any dtype · weight (input_dim, output_dim) -> output (i1, ..., ik, output_dim)

    Numbers outside of [0, input_dim) take the nearest row. The gradient of weight sums over equal numbers; that of data
    is zero (MXNet raises when it is asked for).

    Attributes:
        input_dim: number of vectors.
        output_dim: length of each.
        dtype: dtype of weight, unless weight is given with another.
        sparse_grad: accepted, and of no effect since all gradients are dense.

    >>> import symgraph as mx
    >>> net = mx.sym.Embedding(mx.sym.Variable("words"), input_dim=1000, output_dim=8, name="embed")
    >>> net.infer_shape(words=(2, 5))
    ([(2, 5), (1000, 8)], [(2, 5, 8)], [])
    """

    input_dim: Count
    output_dim: Count
    dtype: ValueType = "float32"
    sparse_grad: bool = False

    is_cheap = True
    tensors = ("data", "weight")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data: MaybeShape = merge(ins[0], outs[0][:-1] if outs[0] else None)
        weight: PartialShape = (self.input_dim, self.output_dim)
        return [data, weight], [None if data is None else (*data, self.output_dim)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[1], outs[0], as_dtype(self.dtype))
        return [ins[0], known], [known]

    def lower(self, ctx: LowerContext, data: Array, weight: Array) -> tuple[Array, ...]:
        return (jnp.take(weight, as_indices(data), axis=0, mode="clip"),)


@register("_contrib_SparseEmbedding")
class SparseEmbedding(Embedding):
    """`Embedding`, of which MXNet makes a sparse gradient; here all gradients are dense.

    data (i1, ..., ik), of any dtype · weight (input_dim, output_dim) -> output (i1, ..., ik, output_dim)

    Attributes:
        input_dim, output_dim, dtype, sparse_grad: as of `Embedding`.

    >>> import symgraph as mx
    >>> words, vectors = mx.nd.array([1, 0]), mx.nd.array([[1, 2], [3, 4]])
    >>> mx.nd.contrib.SparseEmbedding(words, vectors, input_dim=2, output_dim=2).asnumpy().tolist()
    [[3.0, 4.0], [1.0, 2.0]]
    """
