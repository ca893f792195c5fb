"""Activation functions as element-wise operators, and the Activation layer that selects one by name."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp

from symgraph.ir.op import LowerContext, register
from symgraph.ops.family import Array, Elementwise, unary


def _relu(x: Array) -> Array:
    return jnp.maximum(x, 0)


def _relu_grad(x: Array, y: Array, ct: Array) -> Array:
    return jnp.where(x > 0, ct, jnp.zeros_like(ct))


relu = unary("relu", _relu, "max(x, 0)", grad=_relu_grad)
sigmoid = unary("sigmoid", jax.nn.sigmoid, "1 / (1 + exp(-x))")
softsign = unary("softsign", jax.nn.soft_sign, "x / (1 + |x|)")

_FUNCTIONS = {
    "relu": _relu,
    "sigmoid": jax.nn.sigmoid,
    "softrelu": jax.nn.softplus,
    "softsign": jax.nn.soft_sign,
    "tanh": jnp.tanh,
}


@register("Activation")
class Activation(Elementwise):
    """Element-wise activation chosen by name.

    data (any shape) -> output (same shape)

    Attributes:
        act_type: relu max(x, 0) · sigmoid 1/(1+exp(-x)) · softrelu log(1+exp(x)) · softsign x/(1+|x|) · tanh.

    >>> import symgraph as mx
    >>> mx.nd.Activation(mx.nd.array([-1, 2]), act_type="relu").asnumpy().tolist()
    [0.0, 2.0]
    """

    act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (_FUNCTIONS[self.act_type](data),)
