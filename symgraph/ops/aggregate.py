"""Numbers that sum up whole arrays: are they finite, how long are they, are they equal."""

from __future__ import annotations

import functools

import jax.numpy as jnp
import numpy as np

from symgraph.ir.attrs import Count
from symgraph.ir.dtype import FLOAT32, is_float
from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge
from symgraph.ops.family import Array, first_known, require_numbers
from symgraph.ops.floating import accumulator, require_float
from symgraph.ops.following import NotDifferentiable


def _is_finite(x: Array) -> Array:
    return jnp.isfinite(x).all()


class _Finite(NotDifferentiable):
    """Whether every element of all inputs is finite, as one number."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(1,)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, ins, names_slot=True)
        return ins, [FLOAT32]

    def lower(self, ctx: LowerContext, *arrays: Array) -> tuple[Array, ...]:
        return (functools.reduce(jnp.logical_and, map(_is_finite, arrays)).astype(FLOAT32).reshape(1),)


@register("all_finite")
class AllFinite(_Finite):
    """1 if all elements are finite, 0 if one is infinite or NaN; it has no gradient.

    data (any shape) -> output (1,), float32

    Attributes:
        init_output: accepted, and of no effect: MXNet takes False for "and with what the output array holds".

    >>> import symgraph as mx
    >>> mx.nd.all_finite(mx.nd.array([1, float("nan")])).asnumpy().tolist()
    [0.0]
    """

    init_output: bool = True


class _OfSeveral(NotDifferentiable):
    """Any number of arrays."""

    num_arrays: Count

    variadic = "num_arrays"

    def arguments(self) -> tuple[str, ...]:
        return tuple(f"array_{i}" for i in range(self.num_arrays))


@register("multi_all_finite")
class MultiAllFinite(_OfSeveral, _Finite):
    """1 if all elements of all arrays are finite, 0 if one is infinite or NaN; it has no gradient.

    array_0 (any shape) · array_1 (any shape) · ... -> output (1,), float32

    Attributes:
        num_arrays: number of arrays; counted when left out.
        init_output: accepted, and of no effect: MXNet takes False for "and with what the output array holds".

    >>> import symgraph as mx
    >>> mx.nd.multi_all_finite(mx.nd.ones((2,)), mx.nd.zeros((3, 4)), num_arrays=2).asnumpy().tolist()
    [1.0]
    """

    num_arrays: Count = 1
    init_output: bool = True


@register("multi_sum_sq")
class MultiSumSq(_OfSeveral):
    """Sum of squares of each of several arrays, as for a common gradient norm; it has no gradient.

    array_0 (any shape) · array_1 (any shape) · ..., of the same dtype -> output (num_arrays,), float32

    Attributes:
        num_arrays: number of arrays; counted when left out.

    >>> import symgraph as mx
    >>> mx.nd.multi_sum_sq(mx.nd.array([3, 4]), mx.nd.ones((2, 3)), num_arrays=2).asnumpy().tolist()
    [25.0, 6.0]
    """

    num_arrays: Count

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(self.num_arrays,)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, ins, names_slot=True)
        return [first_known(*ins)] * len(ins), [FLOAT32]

    def lower(self, ctx: LowerContext, *arrays: Array) -> tuple[Array, ...]:
        sums = [jnp.sum(jnp.square(x.astype(accumulator(x.dtype)))) for x in arrays]
        return (jnp.stack(sums).astype(FLOAT32),)


@register("_contrib_allclose")
class AllClose(NotDifferentiable):
    """1 if two arrays are equal up to a tolerance, |a - b| <= atol + rtol · |b| everywhere, else 0; it has no gradient.

    a (any shape) · b (same shape), of the same dtype -> output (), uint8

    Attributes:
        rtol: tolerance relative to b; as in MXNet anything is close to an infinite b, if rtol is not 0.
        atol: absolute tolerance.
        equal_nan: whether two NaN are equal.

    >>> import symgraph as mx
    >>> mx.nd.contrib.allclose(mx.nd.array([1, 2]), mx.nd.array([1, 2.01]), rtol=0.1).asnumpy().item()
    1
    """

    rtol: float = 1e-5
    atol: float = 1e-8
    equal_nan: bool = True

    tensors = ("a", "b")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return [merge(*ins)] * 2, [()]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_numbers(self, ins)
        return [first_known(*ins)] * 2, [np.dtype(np.uint8)]

    def lower(self, ctx: LowerContext, a: Array, b: Array) -> tuple[Array, ...]:
        wide = accumulator(a.dtype) if is_float(a.dtype) else np.dtype(np.float64)
        a, b = a.astype(wide), b.astype(wide)
        close = (a == b) | (jnp.abs(a - b) <= self.atol + self.rtol * jnp.abs(b))
        if self.equal_nan:
            close |= jnp.isnan(a) & jnp.isnan(b)
        return (close.all().astype(jnp.uint8),)
