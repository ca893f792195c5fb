"""Element-wise operators of two inputs of the same shape (no broadcasting), and sums of any number of inputs."""

from __future__ import annotations

from functools import partial

import jax.numpy as jnp

from symgraph.ir.attrs import Count
from symgraph.ir.op import LowerContext
from symgraph.ir.precision import ANY, IN_FLOAT32, WIDEST
from symgraph.ir.registry import register
from symgraph.ops import arithmetic
from symgraph.ops.family import Arithmetic, Array, Elementwise, binary

truth = partial(binary, blocks_gradient=True)
"""As `binary`, for 0 or 1 by a condition, which has no slope."""

elemwise_add = binary("elemwise_add", jnp.add, "lhs + rhs.", "_Plus", "_add", "_plus", "_sparse_elemwise_add")
elemwise_sub = binary("elemwise_sub", jnp.subtract, "lhs - rhs.", "_Minus", "_minus", "_sparse_elemwise_sub", "_sub")
elemwise_mul = binary("elemwise_mul", jnp.multiply, "lhs · rhs.", "_Mul", "_mul", "_sparse_elemwise_mul")
elemwise_div = binary("elemwise_div", arithmetic.divide, "lhs / rhs.", "_Div", "_div", "_sparse_elemwise_div")
grad_add = binary("_grad_add", jnp.add, "lhs + rhs, for two gradients of one variable.", precision=ANY)
scatter_elemwise_div = binary("_scatter_elemwise_div", arithmetic.divide, "lhs / rhs, at the stored elements of lhs.")

power = binary("_power", arithmetic.power, "lhs to the power of rhs.", "_Power", precision=IN_FLOAT32)
maximum = binary("_maximum", arithmetic.maximum, "The larger of both; a tie's gradient goes to lhs.", "_Maximum")
minimum = binary("_minimum", arithmetic.minimum, "The smaller of both; a tie's gradient goes to lhs.", "_Minimum")
hypot = binary("_hypot", arithmetic.hypot, "√(lhs² + rhs²).", "_Hypot", precision=IN_FLOAT32)
mod = binary("_mod", arithmetic.modulo, "Remainder with the sign of rhs; 0 where rhs is 0.", "_Mod")

equal = truth("_equal", jnp.equal, "1 where lhs == rhs, else 0.", "_Equal")
not_equal = truth("_not_equal", jnp.not_equal, "1 where lhs != rhs, else 0.", "_Not_Equal")
greater = truth("_greater", jnp.greater, "1 where lhs > rhs, else 0.", "_Greater")
greater_equal = truth("_greater_equal", jnp.greater_equal, "1 where lhs >= rhs, else 0.", "_Greater_Equal")
lesser = truth("_lesser", jnp.less, "1 where lhs < rhs, else 0.", "_Lesser")
lesser_equal = truth("_lesser_equal", jnp.less_equal, "1 where lhs <= rhs, else 0.", "_Lesser_Equal")
logical_and = truth("_logical_and", arithmetic.logical_and, "1 where both are non-zero, else 0.", "_Logical_And")
logical_or = truth("_logical_or", arithmetic.logical_or, "1 where one is non-zero, else 0.", "_Logical_Or")
logical_xor = truth("_logical_xor", arithmetic.logical_xor, "1 where just one is non-zero, else 0.", "_Logical_Xor")


@register("add_n", "ElementWiseSum", "_sparse_ElementWiseSum", "_sparse_add_n")
class AddN(Arithmetic):
    """Sum of any number of inputs, from left to right.

    arg0 (any shape) · arg1 (same shape) · ... -> output (same shape)

    Attributes:
        num_args: number of inputs; counted when left out.

    >>> import symgraph as mx
    >>> a, b = mx.nd.array([1, 2]), mx.nd.array([3, 4])
    >>> mx.nd.add_n(a, b, b).asnumpy().tolist()
    [7.0, 10.0]
    """

    num_args: Count

    precision = WIDEST
    variadic = "num_args"
    role = "sum"
    is_pointwise = True

    def arguments(self) -> tuple[str, ...]:
        return tuple(f"arg{i}" for i in range(self.num_args))

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        return (sum(inputs[1:], start=inputs[0]),)


@register("_identity_with_attr_like_rhs")
class IdentityLike(Elementwise):
    """lhs, of any dtype, known to have shape and dtype of rhs; only lhs has a gradient.

    lhs (any shape) · rhs (same shape) -> output (same shape)

    >>> import symgraph as mx
    >>> like = mx.sym._internal._identity_with_attr_like_rhs(mx.sym.Variable("lhs"), mx.sym.Variable("rhs"))
    >>> like.infer_shape(rhs=(2, 3))
    ([(2, 3), (2, 3)], [(2, 3)], [])
    """

    tensors = ("lhs", "rhs")
    is_pointwise = True

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (lhs,)
