"""``mx.operator``: operators of one's own."""

from symgraph.frontend.custom import CustomOp, CustomOpProp, get_all_registered_operators, register
from symgraph.frontend.from_jax import from_jax

__all__ = ["CustomOp", "CustomOpProp", "from_jax", "get_all_registered_operators", "register"]
