"""Element-wise operators of a tensor and a number: what Python's ``x + 1``, ``2 / x``, ``x > 0`` become.

Names with an r have the number on the left: ``_rminus_scalar`` is ``scalar - data``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax.numpy as jnp

from symgraph.ir.precision import IN_FLOAT32
from symgraph.ops import arithmetic
from symgraph.ops.family import Array, scalar


def _swapped(function: Callable[[Any, Any], Array]) -> Callable[[Array, Any], Array]:
    return lambda data, number: function(number, data)


truth = partial(scalar, blocks_gradient=True)
"""As `scalar`, for 0 or 1 by a condition, which has no slope."""

plus = scalar("_plus_scalar", jnp.add, "data + scalar.", "_PlusScalar")
minus = scalar("_minus_scalar", jnp.subtract, "data - scalar.", "_MinusScalar")
rminus = scalar("_rminus_scalar", _swapped(jnp.subtract), "scalar - data.", "_RMinusScalar")
mul = scalar("_mul_scalar", jnp.multiply, "data · scalar.", "_MulScalar")
div = scalar("_div_scalar", arithmetic.divide, "data / scalar.", "_DivScalar")
rdiv = scalar("_rdiv_scalar", _swapped(arithmetic.divide), "scalar / data.", "_RDivScalar", precision=IN_FLOAT32)
mod = scalar("_mod_scalar", arithmetic.modulo, "Remainder of data / scalar, with scalar's sign.", "_ModScalar")
rmod = scalar(
    "_rmod_scalar", _swapped(arithmetic.modulo), "Remainder of scalar / data, with data's sign.", "_RModScalar"
)
power = scalar("_power_scalar", arithmetic.power, "data to the power of scalar.", "_PowerScalar", precision=IN_FLOAT32)
rpower = scalar(
    "_rpower_scalar", _swapped(arithmetic.power), "scalar to the power of data.", "_RPowerScalar", precision=IN_FLOAT32
)
scatter_plus = scalar("_scatter_plus_scalar", jnp.add, "data + scalar, at the stored elements of data.")
scatter_minus = scalar("_scatter_minus_scalar", jnp.subtract, "data - scalar, at the stored elements of data.")

maximum = scalar(
    "_maximum_scalar",
    arithmetic.maximum,
    "The larger of data and scalar; a tie's gradient goes to data.",
    "_MaximumScalar",
    "_npi_maximum_scalar",
)
minimum = scalar(
    "_minimum_scalar",
    arithmetic.minimum,
    "The smaller of data and scalar; a tie's gradient goes to data.",
    "_MinimumScalar",
    "_npi_minimum_scalar",
)
hypot = scalar(
    "_hypot_scalar", arithmetic.hypot, "√(data² + scalar²).", "_HypotScalar", "_npi_hypot_scalar", precision=IN_FLOAT32
)

equal = truth("_equal_scalar", jnp.equal, "1 where data == scalar, else 0.", "_EqualScalar")
not_equal = truth("_not_equal_scalar", jnp.not_equal, "1 where data != scalar, else 0.", "_NotEqualScalar")
greater = truth("_greater_scalar", jnp.greater, "1 where data > scalar, else 0.", "_GreaterScalar")
greater_equal = truth(
    "_greater_equal_scalar", jnp.greater_equal, "1 where data >= scalar, else 0.", "_GreaterEqualScalar"
)
lesser = truth("_lesser_scalar", jnp.less, "1 where data < scalar, else 0.", "_LesserScalar")
lesser_equal = truth("_lesser_equal_scalar", jnp.less_equal, "1 where data <= scalar, else 0.", "_LesserEqualScalar")
logical_and = truth(
    "_logical_and_scalar", arithmetic.logical_and, "1 where data and scalar are non-zero, else 0.", "_LogicalAndScalar"
)
logical_or = truth(
    "_logical_or_scalar", arithmetic.logical_or, "1 where data or scalar is non-zero, else 0.", "_LogicalOrScalar"
)
logical_xor = truth(
    "_logical_xor_scalar", arithmetic.logical_xor, "1 where just one is non-zero, else 0.", "_LogicalXorScalar"
)
