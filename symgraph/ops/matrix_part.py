"""Diagonals and triangles of matrices: taken out, put in, and summed up."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, PartialShape, merge, merge_dim, show
from symgraph.ops.family import Array
from symgraph.ops.matrices import OnMatrices, per_matrix, square

Positions = tuple[np.ndarray, np.ndarray]


@shared_attributes
class _Part(OnMatrices):
    """Entries of square matrices, given by a rule for their number and their positions."""

    offset: int = 0

    def count(self, n: int) -> int:
        """How many entries of an n x n matrix belong to the part."""
        raise NotImplementedError

    def length_of(self, count: int) -> int:
        """The inverse of `count`: the number of rows of the matrix."""
        raise NotImplementedError

    def positions(self, n: int) -> Positions:
        """Rows and columns of these entries."""
        raise NotImplementedError


@shared_attributes
class _Diagonal(_Part):
    """The entries (i, i + offset)."""

    def count(self, n: int) -> int:
        return n - abs(self.offset)

    def length_of(self, count: int) -> int:
        return count + abs(self.offset)

    def positions(self, n: int) -> Positions:
        first = np.arange(n - abs(self.offset))
        return first + max(-self.offset, 0), first + max(self.offset, 0)


@shared_attributes
class _Triangle(_Part):
    """The entries on one side of a diagonal, which itself is included: row by row, or column by column of an upper one."""

    lower_: bool = True

    def count(self, n: int) -> int:
        side = n - abs(self.offset)
        return side * (side + 1) // 2 if side > 0 else 0

    def length_of(self, count: int) -> int:
        side = (math.isqrt(8 * count + 1) - 1) // 2
        if side * (side + 1) // 2 != count:
            raise ShapeError(
                f"A has {count} entries along its last axis, which fill no triangle; a triangle of k rows has "
                f"k (k + 1) / 2, such as {side * (side + 1) // 2} or {(side + 1) * (side + 2) // 2}."
            )
        return side + abs(self.offset)

    def positions(self, n: int) -> Positions:
        rows, columns = np.tril_indices(n, -abs(self.offset))
        is_lower = self.offset < 0 or (self.offset == 0 and self.lower_)
        return (rows, columns) if is_lower else (columns, rows)


class _Extract(_Part):
    """From matrices to a part of them."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, out = square("A", ins[0]), outs[0]
        if a is None:
            return [None if out is None else (*out[:-1], None, None)], outs
        n = a[-1]
        if n is not None and self.count(n) <= 0:
            raise ShapeError(f"offset={self.offset} lies outside of A, whose shape is {show(a)}.")
        out = merge(out, (*a[:-2], None if n is None else self.count(n))) or ()
        return [(*out[:-1], n, n)], [out]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        return (a[(..., *self.positions(a.shape[-1]))],)


class _Make(_Part):
    """From a part to matrices that are 0 elsewhere."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, out = self._vectors(ins[0]), square("output", outs[0])
        if a is None and out is None:
            return ins, outs
        n, batch = None, None
        if out is not None:
            n, batch = out[-1], out[:-2]
        if a is not None:
            batch = merge(batch, a[:-1])
            n = merge_dim(n, None if a[-1] is None else self.length_of(a[-1]))
        count = None if n is None or self.count(n) <= 0 else self.count(n)
        return [(*(batch or ()), count)], [(*(batch or ()), n, n)]

    @staticmethod
    def _vectors(shape: MaybeShape) -> PartialShape | None:
        if shape == ():
            raise ShapeError("A must be a vector or a stack of vectors, but it is a scalar.")
        return shape

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        n = self.length_of(a.shape[-1])
        return (jnp.zeros((*a.shape[:-1], n, n), a.dtype).at[(..., *self.positions(n))].set(a),)


@register("_linalg_extractdiag", "linalg_extractdiag")
class ExtractDiag(_Extract, _Diagonal):
    """A diagonal of square matrices.

    A (..., n, n) -> output (..., n - |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.

    >>> import symgraph as mx
    >>> mx.nd.linalg.extractdiag(mx.nd.array([[1, 2], [3, 4]]), offset=1).asnumpy().tolist()
    [2.0]
    """


@register("_linalg_makediag", "linalg_makediag")
class MakeDiag(_Make, _Diagonal):
    """Square matrices with given values on a diagonal and 0 elsewhere.

    A (..., m) -> output (..., m + |offset|, m + |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.

    >>> import symgraph as mx
    >>> mx.nd.linalg.makediag(mx.nd.array([1, 2])).asnumpy().tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """


@register("_linalg_extracttrian", "linalg_extracttrian")
class ExtractTrian(_Extract, _Triangle):
    """A triangle of square matrices: row by row if it is a lower one, column by column if an upper one.

    A (..., n, n) -> output (..., k (k + 1) / 2), with k = n - |offset|

    Attributes:
        offset: the triangle ends at the diagonal so far above the main one, and is an upper triangle; negative below,
            and is a lower one.
        lower: for offset 0, the lower rather than the upper triangle.

    >>> import symgraph as mx
    >>> mx.nd.linalg.extracttrian(mx.nd.array([[1, 2], [3, 4]])).asnumpy().tolist()
    [1.0, 3.0, 4.0]
    """


@register("_linalg_maketrian", "linalg_maketrian")
class MakeTrian(_Make, _Triangle):
    """Square matrices with given values in a triangle, in the order of `linalg.extracttrian`, and 0 elsewhere.

    A (..., k (k + 1) / 2) -> output (..., n, n), with n = k + |offset|

    Attributes:
        offset, lower: as of `linalg.extracttrian`.

    >>> import symgraph as mx
    >>> mx.nd.linalg.maketrian(mx.nd.array([1, 2, 3])).asnumpy().tolist()
    [[1.0, 0.0], [2.0, 3.0]]
    """


@register("_linalg_sumlogdiag", "linalg_sumlogdiag")
class SumLogDiag(OnMatrices):
    """Sum of the logarithms of the diagonal of square matrices; of a Cholesky factor, half the log-determinant.

    A (..., n, n) -> output (...), (1,) of a single matrix; the logarithm of a negative entry is NaN

    >>> import symgraph as mx
    >>> mx.nd.linalg.sumlogdiag(mx.nd.array([[1, 2], [3, 1]])).asnumpy().tolist()
    [0.0]
    """

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a = square("A", ins[0])
        return [a], [None if a is None else per_matrix(a[:-2])]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        logarithms = jnp.log(jnp.diagonal(a, axis1=-2, axis2=-1))
        return (jnp.sum(logarithms, -1).reshape(per_matrix(a.shape[:-2])),)
