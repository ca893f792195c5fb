"""Activation functions as element-wise operators, and the Activation layer that selects one by name."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp
from jax.scipy import special

from symgraph.ir.op import LowerContext
from symgraph.ir.precision import ANYWHERE, Precision
from symgraph.ir.registry import register
from symgraph.ops.family import Array, Elementwise, derivatives, number, unary
from symgraph.ops.floating import Floating


@derivatives(lambda x: jnp.where(jnp.isnan(x), x, x > 0))
def rectify(x: Array) -> Array:
    """max(x, 0), with derivative 0 at 0 and NaN at NaN."""
    return jnp.maximum(x, 0)


@derivatives(lambda x: (x > 0) & (x < 1))
def _saturate(x: Array) -> Array:
    return jnp.clip(x, 0, 1)


@derivatives(lambda x: jnp.square(1 / (1 + jnp.abs(x))))
def _softsign(x: Array) -> Array:
    return jax.nn.soft_sign(x)


relu = unary("relu", rectify, "max(x, 0); gradient 0 at 0.", "_sparse_relu", precision=ANYWHERE)
sigmoid = unary("sigmoid", special.expit, "1 / (1 + exp(-x)).", "_sparse_sigmoid")
softsign = unary("softsign", _softsign, "x / (1 + |x|).")

_FUNCTIONS = {
    "relu": rectify,
    "sigmoid": special.expit,
    "softrelu": jax.nn.softplus,
    "softsign": _softsign,
    "tanh": jnp.tanh,
}


@register("Activation", "_npx_activation")
class Activation(Floating, Elementwise):
    """Element-wise activation chosen by name.

    data (any shape) -> output (same shape)

    Attributes:
        act_type: relu max(x, 0) · sigmoid 1/(1+exp(-x)) · softrelu log(1+exp(x)) · softsign x/(1+|x|) · tanh.

    >>> import symgraph as mx
    >>> mx.nd.Activation(mx.nd.array([-1, 2]), act_type="relu").asnumpy().tolist()
    [0.0, 2.0]
    """

    act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"]

    precision = Precision("any", "any", {"act_type": ("softrelu",)})
    is_pointwise = True
    picture = "activation"

    def picture_label(self) -> str:
        return f"{self.name}\n{self.act_type}"

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (_FUNCTIONS[self.act_type](data),)


@register("hard_sigmoid")
class HardSigmoid(Floating, Elementwise):
    """alpha · x + beta, limited to [0, 1]; the gradient is alpha strictly between the limits, else 0 (for NaN too).

    data (any shape) -> output (same shape)

    Attributes:
        alpha: slope.
        beta: value at 0.

    >>> import symgraph as mx
    >>> mx.nd.hard_sigmoid(mx.nd.array([-9, 0, 9])).asnumpy().tolist()
    [0.0, 0.5, 1.0]
    """

    alpha: float = 0.2
    beta: float = 0.5

    is_pointwise = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        line = data * number(self.alpha, data.dtype) + number(self.beta, data.dtype)
        return (_saturate(line),)
