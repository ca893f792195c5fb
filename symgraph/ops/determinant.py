"""Determinants, by LU factorization; as in MXNet the factors are hidden outputs, from which the gradient is computed."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ops.family import Array
from symgraph.ops.matrices import OnMatrices, per_matrix, square
from symgraph.ops.unary import sign_of

INT32 = np.dtype(np.int32)


class _Determinant(OnMatrices):
    """One or two numbers for each matrix, followed by its LU factors and the permutation of its rows."""

    forward_mode = "derivative"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        a = square("A", ins[0])
        if a is None:
            return ins, outs
        return [a], [*[per_matrix(a[:-2])] * (len(outs) - 2), a, a[:-1]]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        (data,), found = super().infer_dtype(ins, outs[:-1])
        return [data], [*found, INT32]

    def visible_outputs(self) -> int:
        return len(self.outputs()) - 2


def _factored(a: Array) -> tuple[Array, Array, Array, Array]:
    """LU factors, permutation, and the sign of the permutation and the diagonal, whose product is the determinant."""
    factors, pivots, permutation = lax.linalg.lu(a)
    swaps = jnp.sum(pivots != jnp.arange(a.shape[-1], dtype=pivots.dtype), -1, dtype=INT32)
    diagonal = jnp.diagonal(factors, axis1=-2, axis2=-1)
    return factors, permutation.astype(INT32), (1 - 2 * (swaps % 2)).astype(a.dtype), diagonal


def _scaled_inverse(scale: Array, factors: Array, permutation: Array) -> Array:
    """scale · A⁻ᵀ, and 0 where the matrix is singular, from the LU factors of A."""
    identity = jnp.broadcast_to(jnp.eye(factors.shape[-1], dtype=factors.dtype), factors.shape)
    half = lax.linalg.triangular_solve(factors, identity, left_side=True, lower=False, transpose_a=True)
    rows = lax.linalg.triangular_solve(factors, half, left_side=True, lower=True, transpose_a=True, unit_diagonal=True)
    inverse = jnp.take_along_axis(rows, jnp.argsort(permutation, -1)[..., None], -2)
    diagonal = jnp.diagonal(factors, axis1=-2, axis2=-1)
    scale = scale.reshape(factors.shape[:-2])[..., None, None]
    return jnp.where((diagonal == 0).any(-1)[..., None, None], 0, scale * inverse)


@register("_linalg_det", "_npi_det", "linalg_det")
class Det(_Determinant):
    """Determinant of matrices.

    A (..., n, n) -> output0 (...), (1,) of a single matrix. The gradient of a singular matrix is 0.

    >>> import symgraph as mx
    >>> mx.nd.linalg.det(mx.nd.array([[1, 2], [3, 4]])).asnumpy().round(4).tolist()
    [-2.0]
    """

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1", "output2")

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        factors, permutation, sign, diagonal = _factored(a)
        return (sign * jnp.prod(diagonal, -1)).reshape(per_matrix(a.shape[:-2])), factors, permutation

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        det, factors, permutation = outs
        return (_scaled_inverse(cotangents[0] * det, factors, permutation),)


@register("_linalg_slogdet", "_npi_slogdet", "linalg_slogdet")
class SLogDet(_Determinant):
    """Sign of the determinant of matrices, and logarithm of its magnitude: 0 and -inf of a singular matrix.

    A (..., n, n) -> output0 sign (...), (1,) of a single matrix · output1 logarithm (as output0). The sign passes no
    gradient, and the gradient of a singular matrix is 0.

    >>> import symgraph as mx
    >>> sign, logarithm = mx.nd.linalg.slogdet(mx.nd.array([[0, 1], [1, 0]]))
    >>> sign.asnumpy().tolist(), logarithm.asnumpy().tolist()
    ([-1.0], [0.0])
    """

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1", "output2", "output3")

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        factors, permutation, sign, diagonal = _factored(a)
        shape = per_matrix(a.shape[:-2])
        sign = sign * jnp.prod(sign_of(diagonal).astype(a.dtype), -1)
        logarithm = jnp.sum(jnp.log(jnp.abs(diagonal)), -1)
        return sign.reshape(shape), logarithm.reshape(shape), factors, permutation

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        _, _, factors, permutation = outs
        return (_scaled_inverse(cotangents[1], factors, permutation),)
