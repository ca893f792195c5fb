"""Factorizations of matrices, and what follows from a factor: Cholesky, LQ, eigenvectors, and the inverse."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, show
from symgraph.ops.family import Array
from symgraph.ops.matrices import OnMatrices, SquareToSquare, matrices, square, transposed


def _mirrored(lower: Array) -> Array:
    """The symmetric matrices with these lower triangles."""
    return jnp.tril(lower) + transposed(jnp.tril(lower, -1))


@register("_linalg_potrf", "linalg_potrf")
class Potrf(SquareToSquare):
    """Cholesky factor L of symmetric positive definite matrices A = L Lᵀ; only the lower triangle of A is read.

    A (..., n, n) -> output (..., n, n), lower triangular. The gradient is symmetric: an entry and its mirror image share
    it equally (Murray, "Differentiation of the Cholesky decomposition", 2016).

    MXNet raises when a matrix is not positive definite; here its factor is NaN, as a compiled program does not stop.

    >>> import symgraph as mx
    >>> mx.nd.linalg.potrf(mx.nd.array([[4, 2], [2, 10]])).asnumpy().tolist()
    [[2.0, 0.0], [1.0, 3.0]]
    """

    forward_mode = "derivative"

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        return (lax.linalg.cholesky(_mirrored(a), symmetrize_input=False),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (factor,), (cotangent,) = outs, cotangents
        inner = _mirrored(jnp.matmul(transposed(factor), cotangent))
        half = lax.linalg.triangular_solve(factor, inner, left_side=True, lower=True, transpose_a=True)
        return (0.5 * lax.linalg.triangular_solve(factor, half, left_side=False, lower=True),)


@register("_linalg_potri", "linalg_potri")
class Potri(SquareToSquare):
    """Inverse of L Lᵀ from its Cholesky factor L, of which only the lower triangle is read.

    A (..., n, n), the factor -> output (..., n, n). The gradient is lower triangular.

    MXNet raises when the factor has a 0 on its diagonal; here the result is infinite or NaN.

    >>> import symgraph as mx
    >>> mx.nd.linalg.potri(mx.nd.array([[1, 0], [1, 2]])).asnumpy().tolist()
    [[1.25, -0.25], [-0.25, 0.25]]
    """

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        identity = jnp.broadcast_to(jnp.eye(a.shape[-1], dtype=a.dtype), a.shape)
        inverse = lax.linalg.triangular_solve(a, identity, left_side=True, lower=True)
        return (jnp.matmul(transposed(inverse), inverse),)


@register("_linalg_inverse", "_npi_inv", "linalg_inverse")
class Inverse(SquareToSquare):
    """Inverse of matrices.

    A (..., n, n) -> output (..., n, n)

    MXNet raises when a matrix is singular; here its inverse is infinite or NaN.

    >>> import symgraph as mx
    >>> mx.nd.linalg.inverse(mx.nd.array([[1, 1], [0, 2]])).asnumpy().tolist()
    [[1.0, -0.5], [0.0, 0.5]]
    """

    forward_mode = "derivative"

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        return (jnp.linalg.inv(a),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        inverse = transposed(outs[0])
        return (-jnp.matmul(inverse, jnp.matmul(cotangents[0], inverse)),)


@register("_linalg_gelqf", "linalg_gelqf")
class Gelqf(OnMatrices):
    """LQ factorization A = L Q, with orthonormal rows in Q and L lower triangular.

    A (..., m, n) of full rank, m <= n -> output0 Q (..., m, n) · output1 L (..., m, m). Signs are those of Householder
    reflections, so that the diagonal of L may be negative.

    >>> import symgraph as mx
    >>> q, l = mx.nd.linalg.gelqf(mx.nd.array([[3, 4]]))
    >>> q.shape, abs(l).asnumpy().tolist()
    ((1, 2), [[5.0]])
    """

    forward_mode = "derivative"

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a, factor = matrices("A", merge(ins[0], outs[0])), square("output1", outs[1])
        if a is None:
            a = None if factor is None else (*factor[:-1], None)
        if a is None:
            return ins, outs
        a = merge(a, None if factor is None else (*factor[:-1], None)) or ()
        rows, columns = a[-2:]
        if rows is not None and columns is not None and rows > columns:
            raise ShapeError(f"A must have at most as many rows as columns, but its shape is {show(a)}; transpose it.")
        return [a], [a, (*a[:-1], rows)]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        q, r = jnp.linalg.qr(transposed(a))
        return transposed(q), transposed(r)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (q, factor), (q_cotangent, factor_cotangent) = outs, cotangents
        inner = jnp.matmul(transposed(factor), factor_cotangent) - jnp.matmul(q_cotangent, transposed(q))
        total = q_cotangent + jnp.matmul(_mirrored(inner), q)
        return (lax.linalg.triangular_solve(factor, total, left_side=True, lower=True, transpose_a=True),)


SMALLEST_GAP = {"float32": 1e-30, "float64": 1e-100}
"""The least difference that the gradient of `Syevd` takes eigenvalues to have."""


@register("_linalg_syevd")
class Syevd(OnMatrices):
    """Eigenvectors U, as rows, and eigenvalues λ of symmetric matrices A = Uᵀ diag(λ) U; the upper triangle is not read.

    A (..., n, n) -> output0 U (..., n, n) · output1 λ (..., n), ascending. The entry of largest magnitude in each
    eigenvector, the first of several, is positive. The gradient is symmetric, and large where eigenvalues are equal, as
    their eigenvectors are not unique.

    >>> import symgraph as mx
    >>> vectors, values = mx.nd.linalg.syevd(mx.nd.array([[3, 0], [0, 1]]))
    >>> vectors.asnumpy().tolist(), values.asnumpy().tolist()
    ([[0.0, 1.0], [1.0, 0.0]], [1.0, 3.0])
    """

    forward_mode = "derivative"

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        values = outs[1]
        a = square("A", merge(merge(ins[0], outs[0]), None if values is None else (*values, None)))
        return [a], [a, None if a is None else a[:-1]]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        columns, values = lax.linalg.eigh(a, lower=True, symmetrize_input=False)
        vectors = transposed(columns)
        if not a.shape[-1]:  # there is no largest entry
            return vectors, values
        magnitude = jnp.abs(vectors)
        # Entries that are equal but for rounding are ties, such as those of (1, -1) / √2.
        close = magnitude >= (1 - 8 * np.finfo(a.dtype).eps) * magnitude.max(-1, keepdims=True)
        largest = jnp.take_along_axis(vectors, jnp.argmax(close, -1, keepdims=True), -1)
        return jnp.where(largest < 0, -vectors, vectors), values

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (vectors, values), (vector_cotangent, value_cotangent) = outs, cotangents
        gap = jnp.maximum(values[..., :, None] - values[..., None, :], SMALLEST_GAP[values.dtype.name])
        weight = jnp.tril(1 / gap, -1)
        turned = jnp.matmul(vector_cotangent, transposed(vectors))
        inner = turned * (weight - transposed(weight))
        inner = 0.5 * (inner + transposed(inner)) + value_cotangent[..., None] * jnp.eye(
            values.shape[-1], dtype=values.dtype
        )
        return (jnp.matmul(transposed(vectors), jnp.matmul(inner, vectors)),)
