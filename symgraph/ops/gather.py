"""Operators that read and write at positions given as coordinates or row numbers."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, merge, merge_dim, show
from symgraph.ops.family import Array, first_known
from symgraph.ops.following import FollowsFirst, as_indices, of_rank

Gradients = tuple[Array | None, ...]


def _read(data: Array, indices: Array) -> Array:
    """data[i0, i1, ...] for the coordinates that the rows of `indices` hold."""
    return data.at[tuple(as_indices(indices))].get(mode="clip")


def _gathered_shape(data: PartialShape, indices: PartialShape) -> PartialShape | None:
    """Shape of data[indices], None while the number of coordinates is unknown."""
    if len(indices) < 2:
        raise ShapeError(f"indices {show(indices)} must have at least two axes, the first for the coordinates.")
    coordinates = indices[0]
    if coordinates is None:
        return None
    if coordinates > len(data):
        raise ShapeError(f"indices {show(indices)} hold {coordinates} coordinates, more than {show(data)} has axes.")
    return (*indices[1:], *data[coordinates:])


@register("gather_nd", "_npi_gather_nd", "_npx_gather_nd")
class GatherND(FollowsFirst):
    """Reads an array at positions given by coordinates.

    data (d1, ..., dk) · indices (m, i1, ..., ij), of any dtype, m <= k -> output (i1, ..., ij, d(m+1), ..., dk), where
    output[i] = data[indices[0, i], ..., indices[m-1, i]]

    The gradient of data sums over equal positions; that of indices is zero. Negative coordinates count from the end,
    and those beyond an axis take its nearest element (MXNet raises an IndexError).

    >>> import symgraph as mx
    >>> mx.nd.gather_nd(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([[0, 1], [1, 0]])).asnumpy().tolist()
    [2.0, 3.0]
    """

    tensors = ("data", "indices")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, indices = ins
        if data is None or indices is None:
            return ins, outs
        return ins, [_gathered_shape(data, indices)]

    def lower(self, ctx: LowerContext, data: Array, indices: Array) -> tuple[Array, ...]:
        return (_read(data, indices),)


@register("scatter_nd")
class ScatterND(FollowsFirst):
    """Zeros, with values written at positions given by coordinates; the inverse of `gather_nd`.

    data (i1, ..., ij, d(m+1), ..., dk) · indices (m, i1, ..., ij), of any dtype -> output (d1, ..., dk) = `shape`

    The gradient of data reads the output's at these positions; that of indices is zero. For positions given twice, one
    of the values is kept.

    Attributes:
        shape: shape of the output.

    >>> import symgraph as mx
    >>> mx.nd.scatter_nd(mx.nd.array([5, 6]), mx.nd.array([[0, 1], [1, 0]]), shape=(2, 2)).asnumpy().tolist()
    [[0.0, 5.0], [6.0, 0.0]]
    """

    shape: Shape

    tensors = ("data", "indices")

    forward_mode = "transposed"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, indices = ins
        if indices is not None:
            data = merge(data, _gathered_shape(self.shape, indices))
        return [data, indices], [self.shape]

    def lower(self, ctx: LowerContext, data: Array, indices: Array) -> tuple[Array, ...]:
        return (jnp.zeros(self.shape, data.dtype).at[tuple(as_indices(indices))].set(data),)

    def grad(
        self, ctx: LowerContext, ins: Sequence[Array], outs: Sequence[Array], cotangents: Sequence[Array]
    ) -> Gradients:
        return _read(cotangents[0], ins[1]), None


@register("_scatter_set_nd", "_npi_scatter_set_nd")
class ScatterSetND(Op):
    """A copy of lhs with values written at positions given by coordinates.

    lhs (d1, ..., dk) = `shape` · rhs (i1, ..., ij, d(m+1), ..., dk) · indices (m, i1, ..., ij), of any dtype -> output
    (d1, ..., dk). MXNet defines no gradient; ours is the natural one.

    Attributes:
        shape: shape of lhs.

    >>> import symgraph as mx
    >>> x, row, at = mx.nd.zeros((2, 3)), mx.nd.array([7]), mx.nd.array([[1], [2]])
    >>> mx.nd._internal._scatter_set_nd(x, row, at, shape=(2, 3)).asnumpy().tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 7.0]]
    """

    shape: Shape

    tensors = ("lhs", "rhs", "indices")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        _, rhs, indices = ins
        if indices is not None:
            rhs = merge(rhs, _gathered_shape(self.shape, indices))
        return [self.shape, rhs, indices], [self.shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], ins[1], outs[0])
        return [known, known, ins[2]], [known]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array, indices: Array) -> tuple[Array, ...]:
        return (lhs.at[tuple(as_indices(indices))].set(rhs),)


@register("_contrib_index_copy")
class IndexCopy(Op):
    """A copy of an array with some of its rows replaced.

    old_tensor (n, ...) · index_vector (m,), the numbers of the rows, of any dtype · new_tensor (m, ...) -> output (n,
    ...)

    The gradient of old_tensor is zero in the replaced rows; that of new_tensor reads the output's at these rows.

    >>> import symgraph as mx
    >>> mx.nd.contrib.index_copy(mx.nd.zeros((3, 1)), mx.nd.array([2]), mx.nd.array([[7]])).asnumpy().tolist()
    [[0.0], [0.0], [7.0]]
    """

    tensors = ("old_tensor", "index_vector", "new_tensor")

    forward_mode = "transposed"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        old, index, new = merge(ins[0], outs[0]), of_rank("index_vector", ins[1], 1), ins[2]
        if new is not None:
            index = (merge_dim(index[0], new[0]),)
            old = merge(old, (None, *new[1:]))
        if old is not None:
            new = merge(new, (index[0], *old[1:]))
        return [old, index, new], [old]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], ins[2], outs[0])
        return [known, ins[1], known], [known]

    def lower(self, ctx: LowerContext, old_tensor: Array, index_vector: Array, new_tensor: Array) -> tuple[Array, ...]:
        return (old_tensor.at[as_indices(index_vector)].set(new_tensor),)

    def grad(
        self, ctx: LowerContext, ins: Sequence[Array], outs: Sequence[Array], cotangents: Sequence[Array]
    ) -> Gradients:
        rows, (ct,) = as_indices(ins[1]), cotangents
        return ct.at[rows].set(0), None, ct[rows]
