"""Products of matrices as BLAS has them: general, symmetric and triangular, scaled and added."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge, merge_dim, show
from symgraph.ops.family import Array
from symgraph.ops.matrices import OnMatrices, matrices, square, transposed


@shared_attributes
class _General(OnMatrices):
    """alpha · op(A) op(B) of matrices whose rows lie along `axis` and whose columns lie along the last axis."""

    transpose_a: bool = False
    transpose_b: bool = False
    alpha: float = 1.0

    tensors: ClassVar[tuple[str, ...]] = ("A", "B")

    def _axis(self) -> int:
        raise NotImplementedError

    def _row_axis(self, ndim: int) -> int:
        axis = self._axis()
        row = axis + ndim if axis < 0 else axis
        if not 0 <= row < ndim - 1:
            raise ShapeError(
                f"axis={axis} cannot hold the rows of arrays with {ndim} axes: it must be one before the last, "
                f"which holds the columns; choose one of 0..{ndim - 2}."
            )
        return row

    def _split(self, shape: MaybeShape, is_transposed: bool) -> tuple[MaybeShape, int | None, int | None]:
        """The shape around the matrices, and the number of rows and columns of op(matrix)."""
        assert shape is not None
        row = self._row_axis(len(shape))
        around = (*shape[:row], *shape[row + 1 : -1])
        dims = (shape[-1], shape[row]) if is_transposed else (shape[row], shape[-1])
        return around, *dims

    def _join(self, around: MaybeShape, rows: int | None, columns: int | None, is_transposed: bool) -> MaybeShape:
        assert around is not None
        row = self._row_axis(len(around) + 2)
        rows, columns = (columns, rows) if is_transposed else (rows, columns)
        return (*around[:row], rows, *around[row:], columns)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, b = matrices("A", ins[0]), matrices("B", ins[1])
        out = merge(outs[0], ins[2]) if len(ins) > 2 else outs[0]
        ranks = {len(shape) for shape in (a, b, out) if shape is not None}
        if not ranks:
            return ins, outs
        if len(ranks) > 1:
            given = ", ".join(f"{name} {show(shape)}" for name, shape in zip(self.tensors, ins, strict=True))
            raise ShapeError(f"{given} and the output {show(out)} must have the same number of axes.")
        unknown = (None,) * ranks.pop()
        around_a, m, left = self._split(a or unknown, self.transpose_a)
        around_b, right, n = self._split(b or unknown, self.transpose_b)
        around_out, rows, columns = self._split(out or unknown, False)
        around = merge(merge(around_a, around_b), around_out)
        m, k, n = merge_dim(m, rows), merge_dim(left, right), merge_dim(n, columns)
        out = self._join(around, m, n, False)
        first, second = self._join(around, m, k, self.transpose_a), self._join(around, k, n, self.transpose_b)
        return [first, second, out][: len(ins)], [out]

    def _product(self, a: Array, b: Array) -> Array:
        axis = self._row_axis(a.ndim)
        a, b = jnp.moveaxis(a, axis, -2), jnp.moveaxis(b, axis, -2)
        product = jnp.matmul(transposed(a) if self.transpose_a else a, transposed(b) if self.transpose_b else b)
        return self.alpha * jnp.moveaxis(product, -2, axis)


@register("_linalg_gemm", "linalg_gemm")
class Gemm(_General):
    """Matrix product and sum: alpha · op(A) op(B) + beta · C, with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) · C (..., m, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        beta: factor of C.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.

    >>> import symgraph as mx
    >>> a, c = mx.nd.array([[1, 2], [3, 4]]), mx.nd.ones((2, 2))
    >>> mx.nd.linalg.gemm(a, a, c, transpose_b=True, beta=10).asnumpy().tolist()
    [[15.0, 21.0], [21.0, 35.0]]
    """

    beta: float = 1.0
    axis: int = -2

    tensors = ("A", "B", "C")

    def _axis(self) -> int:
        return self.axis

    def lower(self, ctx: LowerContext, a: Array, b: Array, c: Array) -> tuple[Array, ...]:
        return (self._product(a, b) + self.beta * c,)


@register("_linalg_gemm2", "linalg_gemm2")
class Gemm2(_General):
    """Matrix product alpha · op(A) op(B), with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.

    >>> import symgraph as mx
    >>> mx.nd.linalg.gemm2(mx.nd.zeros((2, 7, 3)), mx.nd.zeros((3, 7, 4)), axis=0).shape
    (2, 7, 4)
    """

    axis: int = -2

    def _axis(self) -> int:
        return self.axis

    def lower(self, ctx: LowerContext, a: Array, b: Array) -> tuple[Array, ...]:
        return (self._product(a, b),)


@register("_linalg_syrk", "linalg_syrk")
class Syrk(OnMatrices):
    """Product of matrices with their own transpose: alpha · A Aᵀ.

    A (..., m, n) -> output (..., m, m), or (..., n, n) if transposed

    Attributes:
        transpose: alpha · Aᵀ A instead.
        alpha: factor of the product.

    >>> import symgraph as mx
    >>> mx.nd.linalg.syrk(mx.nd.array([[1, 2], [3, 4]])).asnumpy().tolist()
    [[5.0, 11.0], [11.0, 25.0]]
    """

    transpose: bool = False
    alpha: float = 1.0

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, out = matrices("A", ins[0]), square("output", outs[0])
        if a is None:
            a = None if out is None else (None,) * len(out)
        if a is None:
            return ins, outs
        out = merge(out, (*a[:-2], *[a[-1] if self.transpose else a[-2]] * 2))
        assert out is not None
        return [(*out[:-2], a[-2], out[-1]) if self.transpose else (*out[:-2], out[-1], a[-1])], [out]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        return (self.alpha * (jnp.matmul(transposed(a), a) if self.transpose else jnp.matmul(a, transposed(a))),)


@shared_attributes
class _Triangular(OnMatrices):
    """A triangular matrix A, of which the other triangle is not read, at one side of a matrix B."""

    transpose: bool = False
    rightside: bool = False
    lower_: bool = True
    alpha: float = 1.0

    tensors = ("A", "B")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, b = square("A", ins[0]), matrices("B", merge(ins[1], outs[0]))
        if a is None and b is None:
            return ins, outs
        if a is not None and b is not None and len(a) != len(b):
            raise ShapeError(f"A {show(a)} and B {show(b)} must have the same number of axes.")
        a, b = a or (None,) * len(b or ()), b or (None,) * len(a or ())
        batch = merge(a[:-2], b[:-2]) or ()
        n = merge_dim(a[-1], b[-1] if self.rightside else b[-2])
        b = (*batch, b[-2], n) if self.rightside else (*batch, n, b[-1])
        return [(*batch, n, n), b], [b]


@register("_linalg_trmm", "linalg_trmm")
class Trmm(_Triangular):
    """Product of a triangular and a general matrix: alpha · op(A) B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: alpha · B op(A) instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of the product.

    >>> import symgraph as mx
    >>> mx.nd.linalg.trmm(mx.nd.array([[1, 9], [2, 3]]), mx.nd.array([[1], [1]])).asnumpy().tolist()
    [[1.0], [5.0]]
    """

    def lower(self, ctx: LowerContext, a: Array, b: Array) -> tuple[Array, ...]:
        a = jnp.tril(a) if self.lower_ else jnp.triu(a)
        a = transposed(a) if self.transpose else a
        return (self.alpha * (jnp.matmul(b, a) if self.rightside else jnp.matmul(a, b)),)


@register("_linalg_trsm", "linalg_trsm")
class Trsm(_Triangular):
    """Solution X of the triangular system op(A) X = alpha · B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: solve X op(A) = alpha · B instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of B.

    >>> import symgraph as mx
    >>> mx.nd.linalg.trsm(mx.nd.array([[1, 9], [2, 3]]), mx.nd.array([[1], [5]])).asnumpy().tolist()
    [[1.0], [1.0]]
    """

    def lower(self, ctx: LowerContext, a: Array, b: Array) -> tuple[Array, ...]:
        solution = lax.linalg.triangular_solve(
            a, self.alpha * b, left_side=not self.rightside, lower=self.lower_, transpose_a=self.transpose
        )
        return (solution,)
