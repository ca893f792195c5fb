"""Element-wise operators of networks that were saved with MXNet's NumPy interface, as those of mx.sym are on floats.

They are for floating-point numbers of one dtype: MXNet converts others as NumPy does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax.scipy import special

from symgraph.ir.op import Op
from symgraph.ir.precision import ANYWHERE, IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ops.activation import rectify
from symgraph.ops.family import Array, Broadcasting, WithScalar, back_to, scalar, unary
from symgraph.ops.floating import Floating


def _broadcast(name: str, function: Callable[[Array, Array], Array], doc: str) -> type[Op]:
    def lower(self: Op, ctx: Any, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (back_to(lhs.dtype, function(lhs, rhs)),)

    doc = f"{doc}, broadcast.\n\nlhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)"
    return register(name)(type(name, (Floating, Broadcasting), {"__doc__": doc, "lower": lower}))


def _division(name: str, function: Callable[[Array, Any], Array], doc: str) -> type[Op]:
    doc = f"{doc}\n\ndata (any shape) -> output (same shape)\n\nAttributes:\n    scalar: the number.\n    is_int: any."
    body = {"__doc__": doc, "function": staticmethod(function), "precision": IN_FLOAT32}
    return register(name)(type(name, (Floating, WithScalar), body))


add = _broadcast("_npi_add", jnp.add, "lhs + rhs")
subtract = _broadcast("_npi_subtract", jnp.subtract, "lhs - rhs")
multiply = _broadcast("_npi_multiply", jnp.multiply, "lhs · rhs")
true_divide = _broadcast("_npi_true_divide", jnp.divide, "lhs / rhs")

add_scalar = scalar("_npi_add_scalar", jnp.add, "data + scalar.")
subtract_scalar = scalar("_npi_subtract_scalar", jnp.subtract, "data - scalar.")
rsubtract_scalar = scalar("_npi_rsubtract_scalar", lambda data, number: number - data, "scalar - data.")
multiply_scalar = scalar("_npi_multiply_scalar", jnp.multiply, "data · scalar.")
power_scalar = scalar("_npi_power_scalar", jnp.power, "data to the power of scalar.", precision=IN_FLOAT32)

true_divide_scalar = _division("_npi_true_divide_scalar", jnp.divide, "data / scalar.")
rtrue_divide_scalar = _division("_npi_rtrue_divide_scalar", lambda data, number: number / data, "scalar / data.")

copy = unary("_np_copy", jnp.positive, "The same content.")
relu = unary("_npx_relu", rectify, "max(x, 0); gradient 0 at 0.", precision=ANYWHERE)
sigmoid = unary("_npx_sigmoid", special.expit, "1 / (1 + exp(-x)).")
exp = unary("_npi_exp", jnp.exp, "eˣ.", precision=IN_FLOAT32)
log = unary("_npi_log", jnp.log, "Natural logarithm.", precision=IN_FLOAT32)
negative = unary("_npi_negative", jnp.negative, "-x.")
sqrt = unary("_npi_sqrt", jnp.sqrt, "√x.", precision=ANYWHERE)
square = unary("_npi_square", jnp.square, "x².", precision=IN_FLOAT32)
tanh = unary("_npi_tanh", jnp.tanh, "Hyperbolic tangent.", precision=ANYWHERE)
