"""Products of matrices and of stacks of them."""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32, WIDEST
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, merge_dim, show
from symgraph.ops.family import Array
from symgraph.ops.following import NotDifferentiable, of_rank
from symgraph.ops.join import Joined

Storage = Literal["csr", "default", "row_sparse"] | None


@register("dot", "_sparse_dot")
class Dot(Op):
    """Product of two arrays: the sum over the last axis of lhs and the first axis of rhs.

    lhs (a1, ..., ai, k) · rhs (k, b1, ..., bj) -> output (a1, ..., ai, b1, ..., bj); (1,) for two vectors.

    Attributes:
        transpose_a: sum over the first axis of lhs instead.
        transpose_b: sum over the last axis of rhs instead.
        forward_stype: storage of the output; accepted, and of no effect since all arrays are dense.

    >>> import symgraph as mx
    >>> mx.nd.dot(mx.nd.array([1, 2]), mx.nd.array([3, 4])).asnumpy().tolist()
    [11.0]
    >>> mx.nd.dot(mx.nd.zeros((2, 3)), mx.nd.zeros((4, 3)), transpose_b=True).shape
    (2, 4)
    """

    transpose_a: bool = False
    transpose_b: bool = False
    forward_stype: Storage = None

    precision = WIDEST
    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs, rhs = ins
        if lhs is None or rhs is None:
            return ins, outs
        if not lhs or not rhs:
            raise ShapeError(f"lhs {show(lhs)} and rhs {show(rhs)} need at least one axis each.")
        if len(lhs) == len(rhs) == 1 and (self.transpose_a or self.transpose_b):
            raise ShapeError(f"vectors {show(lhs)} and {show(rhs)} cannot be transposed; leave transpose_a and _b out.")
        a, b = (0 if self.transpose_a else len(lhs) - 1), (len(rhs) - 1 if self.transpose_b else 0)
        k = merge_dim(lhs[a], rhs[b])
        rows, columns = (*lhs[:a], *lhs[a + 1 :]), (*rhs[:b], *rhs[b + 1 :])
        out = merge(outs[0], (*rows, *columns) or (1,))
        if out is not None and (rows or columns):
            rows, columns = out[: len(rows)], out[len(rows) :]
        return [(*rows[:a], k, *rows[a:]), (*columns[:b], k, *columns[b:])], [out]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        out = jnp.tensordot(lhs, rhs, axes=(0 if self.transpose_a else -1, -1 if self.transpose_b else 0))
        return (out.reshape(out.shape or (1,)),)


@register("batch_dot", "_npx_batch_dot")
class BatchDot(Op):
    """Matrix products of two equally long stacks of matrices.

    lhs (n1, ..., ni, a, k) · rhs (n1, ..., ni, k, b) -> output (n1, ..., ni, a, b), with at least one axis n

    Attributes:
        transpose_a: the matrices of lhs are given as (k, a).
        transpose_b: the matrices of rhs are given as (b, k).
        forward_stype: storage of the output; accepted, and of no effect since all arrays are dense.

    >>> import symgraph as mx
    >>> mx.nd.batch_dot(mx.nd.zeros((5, 2, 3)), mx.nd.zeros((5, 3, 4))).shape
    (5, 2, 4)
    """

    transpose_a: bool = False
    transpose_b: bool = False
    forward_stype: Storage = None

    precision = WIDEST
    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs, rhs, out = *ins, outs[0]
        ranks = {len(shape) for shape in (lhs, rhs, out) if shape is not None}
        if not ranks:
            return ins, outs
        if len(ranks) > 1 or min(ranks) < 3:
            raise ShapeError(f"lhs {show(lhs)} and rhs {show(rhs)} must have the same number of axes, at least 3.")
        unknown = (None,) * ranks.pop()
        lhs, rhs, out = lhs or unknown, rhs or unknown, out or unknown
        batch = merge(merge(lhs[:-2], rhs[:-2]), out[:-2]) or ()
        a, left = lhs[-2:][:: -1 if self.transpose_a else 1]
        right, b = rhs[-2:][:: -1 if self.transpose_b else 1]
        a, k, b = merge_dim(a, out[-2]), merge_dim(left, right), merge_dim(b, out[-1])
        first, second = ((k, a) if self.transpose_a else (a, k)), ((b, k) if self.transpose_b else (k, b))
        return [(*batch, *first), (*batch, *second)], [(*batch, a, b)]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        if self.transpose_a:
            lhs = jnp.swapaxes(lhs, -1, -2)
        if self.transpose_b:
            rhs = jnp.swapaxes(rhs, -1, -2)
        return (jnp.matmul(lhs, rhs),)


@register("khatri_rao")
class KhatriRao(NotDifferentiable, Joined):
    """Column-wise Kronecker product of matrices (Khatri and Rao, 1968). As in MXNet, it has no gradient.

    inputs (mi, n) -> output (m1·...·mk, n), whose column j is the Kronecker product of the columns j of the inputs

    Attributes:
        num_args: number of inputs; counted for you.

    >>> import symgraph as mx
    >>> mx.nd.khatri_rao(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([[5, 6], [7, 8]])).asnumpy().tolist()
    [[5.0, 12.0], [7.0, 16.0], [15.0, 24.0], [21.0, 32.0]]
    """

    precision = IN_FLOAT32

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        matrices = [of_rank("each matrix", shape, 2) for shape in (*ins, *outs)]
        columns = None
        for _, n in matrices:
            columns = merge_dim(columns, n)
        rows: int | None = 1
        for m, _ in matrices[:-1]:
            rows = None if rows is None or m is None else rows * m
        return [(m, columns) for m, _ in matrices[:-1]], [(rows, columns)]

    def lower(self, ctx: LowerContext, *matrices: Array) -> tuple[Array, ...]:
        product = matrices[0]
        for matrix in matrices[1:]:
            product = (product[:, None, :] * matrix[None, :, :]).reshape(-1, matrix.shape[-1])
        return (product,)
