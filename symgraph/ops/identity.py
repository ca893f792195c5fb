"""Operators that hand on their input, a constant of its shape, or the shape itself."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ops.family import Array, Elementwise


class Passing(Elementwise):
    """An operator that hands on its input."""

    is_pointwise = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data,)


@register("_copy", "identity")
class Identity(Passing):
    """The input itself.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd.identity(mx.nd.array([1, 2])).asnumpy().tolist()
    [1.0, 2.0]
    """


@register("BlockGrad", "_sparse_stop_gradient", "stop_gradient")
class BlockGrad(Passing):
    """The input itself, with a gradient of zero.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> x = mx.sym.Variable("x")
    >>> y = mx.sym.BlockGrad(x * 2) + x
    >>> executor = y.bind(mx.cpu(), {"x": mx.nd.ones((2,))}, args_grad={"x": mx.nd.zeros((2,))})
    >>> _ = executor.forward(is_train=True)
    >>> executor.backward(mx.nd.ones((2,)))
    >>> executor.grad_dict["x"].asnumpy().tolist()
    [1.0, 1.0]
    """

    blocks_gradient = True


@register("make_loss", "_sparse_make_loss")
class MakeLossOf(Passing):
    """The input itself, as a loss to be minimized: its gradient is 1, whatever the cotangent.

    data (any shape) -> loss (same shape)

    >>> import symgraph as mx
    >>> loss = mx.sym.make_loss(mx.sym.square(mx.sym.Variable("x")))
    >>> executor = loss.bind(mx.cpu(), {"x": mx.nd.array([3])}, args_grad={"x": mx.nd.zeros((1,))})
    >>> _ = executor.forward(is_train=True)
    >>> executor.backward()
    >>> executor.grad_dict["x"].asnumpy().tolist()
    [6.0]
    """

    precision = IN_FLOAT32

    def outputs(self) -> tuple[str, ...]:
        return ("loss",)

    def ignores_head_grad(self) -> bool:
        return True

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        return (jnp.ones_like(ins[0]),)


@register("ones_like")
class OnesLike(Elementwise):
    """Ones of the input's shape and dtype.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd.ones_like(mx.nd.array([3, 4])).asnumpy().tolist()
    [1.0, 1.0]
    """

    blocks_gradient = True
    is_pointwise = True
    role = "ones"

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.ones_like(data),)


@register("zeros_like", "_sparse_zeros_like")
class ZerosLike(Elementwise):
    """Zeros of the input's shape and dtype.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd.zeros_like(mx.nd.array([3, 4])).asnumpy().tolist()
    [0.0, 0.0]
    """

    blocks_gradient = True
    is_pointwise = True
    role = "zeros"

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.zeros_like(data),)


class _Measure(Op):
    """A vector of int64 that depends on nothing but the shape of the input."""

    blocks_gradient = True

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [np.dtype(np.int64)]


@register("shape_array", "_npx_shape_array")
class ShapeArray(_Measure):
    """The shape of the input as an array of int64.

    data (d1, ..., dk) -> output (k,)

    >>> import symgraph as mx
    >>> mx.nd.shape_array(mx.nd.zeros((2, 3))).asnumpy().tolist()
    [2, 3]
    """

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(None if ins[0] is None else len(ins[0]),)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.asarray(data.shape, dtype=jnp.int64),)


@register("size_array")
class SizeArray(_Measure):
    """The number of elements of the input as an array of int64.

    data (any shape) -> output (1,)

    >>> import symgraph as mx
    >>> mx.nd.size_array(mx.nd.zeros((2, 3))).asnumpy().tolist()
    [6]
    """

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(1,)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.asarray([data.size], dtype=jnp.int64),)
