"""Operators whose gradient is set apart from their value: straight-through estimators, and a factor for gradients."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from symgraph.ir.op import LowerContext
from symgraph.ir.registry import register
from symgraph.ops.family import Arithmetic, Array, number, scalar
from symgraph.ops.identity import Passing
from symgraph.ops.unary import round_half_away, sign_of


class _StraightThrough(Arithmetic):
    """A step function with the gradient of the identity (Bengio et al. 2013)."""

    forward_mode = "transposed"

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        return tuple(cotangents)


@register("_contrib_round_ste", "_sparse__contrib_round_ste")
class RoundSTE(_StraightThrough):
    """Nearest whole number, halves away from zero; the gradient passes through as if nothing had been rounded.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd.contrib.round_ste(mx.nd.array([-1.5, 0.4, 2.5])).asnumpy().tolist()
    [-2.0, 0.0, 3.0]
    """

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (round_half_away(data),)


@register("_contrib_sign_ste", "_sparse__contrib_sign_ste")
class SignSTE(_StraightThrough):
    """-1, 0 or 1 by the sign, 0 for NaN; the gradient passes through as if the input itself had been returned.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd.contrib.sign_ste(mx.nd.array([-1.5, 0, 2.5])).asnumpy().tolist()
    [-1.0, 0.0, 1.0]
    """

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (sign_of(data).astype(data.dtype),)


@register("_contrib_gradientmultiplier")
class GradientMultiplier(Passing):
    """The input itself, with its gradient multiplied by a number, such as -1 for adversarial training (Ganin 2015).

    data (any shape) -> output (same shape)

    Attributes:
        scalar: the factor; for an integer tensor it is truncated.
        is_int: accepted, and of no effect.

    >>> import symgraph as mx
    >>> net = mx.sym.contrib.gradientmultiplier(mx.sym.Variable("x"), scalar=-2)
    >>> executor = net.bind(mx.cpu(), {"x": mx.nd.ones((1,))}, args_grad={"x": mx.nd.zeros((1,))})
    >>> executor.forward(is_train=True)[0].asscalar().item()
    1.0
    >>> executor.backward(mx.nd.ones((1,)))
    >>> executor.grad_dict["x"].asscalar().item()
    -2.0
    """

    scalar: float = 1.0
    is_int: bool = True

    forward_mode = "transposed"

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        return (cotangents[0] * number(self.scalar, cotangents[0].dtype),)


backward_gradientmultiplier = scalar(
    "_contrib_backward_gradientmultiplier",
    jnp.multiply,
    "The gradient of `gradientmultiplier`: the input times a number.",
)
