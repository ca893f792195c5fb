"""``mx.operator``: operators of one's own."""

from symgraph.frontend.custom import get_all_registered_operators, register
from symgraph.frontend.custom_op import CustomOp, CustomOpProp
from symgraph.frontend.from_jax import from_jax
from symgraph.frontend.legacy_ops import NDArrayOp, NumpyOp, PythonOp

__all__ = [
    "CustomOp",
    "CustomOpProp",
    "NDArrayOp",
    "NumpyOp",
    "PythonOp",
    "from_jax",
    "get_all_registered_operators",
    "register",
]
