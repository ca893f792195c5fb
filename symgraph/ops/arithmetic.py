"""Functions of two numbers, with MXNet's values and derivatives at ties, zeros and NaN.

The element-wise, broadcasting and scalar operators all use these. The result need not have the arguments' dtype.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from symgraph.ops.family import Array, derivatives


def _is_integer(x: Array) -> bool:
    return bool(jnp.issubdtype(x.dtype, jnp.integer))


def divide(x: Array, y: Array) -> Array:
    """x / y; the quotient of integers is truncated towards zero."""
    if _is_integer(x) and _is_integer(y):
        return jax.lax.div(*jnp.broadcast_arrays(x, y))
    return jnp.divide(x, y)


@derivatives(lambda x, y: 1, lambda x, y: -jnp.floor(x / y))
def modulo(x: Array, y: Array) -> Array:
    """x - y ⌊x / y⌋, which has the sign of y; 0 where y is 0."""
    zero = y == 0
    return jnp.where(zero, 0, jnp.mod(x, jnp.where(zero, 1, y)))


@derivatives(lambda x, y: y * jnp.power(x, y - 1), lambda x, y: jnp.log(x) * jnp.power(x, y))
def _real_power(x: Array, y: Array) -> Array:
    return jnp.power(x, y)


def power(x: Array, y: Array) -> Array:
    """x ** y; the derivatives are the textbook's, NaN where a factor of them is not finite."""
    if not _is_integer(x) or not _is_integer(y):
        return _real_power(x, y)
    whole = jnp.power(x, jnp.abs(y))
    return jnp.where((y >= 0) | (jnp.abs(x) == 1), whole, 0)


@derivatives(lambda x, y: x >= y, lambda x, y: x < y)
def maximum(x: Array, y: Array) -> Array:
    """The larger number; a tie's gradient goes to x, and NaN has none."""
    return jnp.maximum(x, y)


@derivatives(lambda x, y: x <= y, lambda x, y: x > y)
def minimum(x: Array, y: Array) -> Array:
    """The smaller number; a tie's gradient goes to x, and NaN has none."""
    return jnp.minimum(x, y)


@derivatives(lambda x, y: x / jnp.hypot(x, y), lambda x, y: y / jnp.hypot(x, y))
def _real_hypot(x: Array, y: Array) -> Array:
    return jnp.hypot(x, y)


def hypot(x: Array, y: Array) -> Array:
    """√(x² + y²); the gradient at the origin is NaN."""
    if _is_integer(x) and _is_integer(y):
        x, y = x.astype(jnp.float64), y.astype(jnp.float64)
    return _real_hypot(x, y)


def logical_and(x: Array, y: Array) -> Array:
    """Whether both are non-zero."""
    return (x != 0) & (y != 0)


def logical_or(x: Array, y: Array) -> Array:
    """Whether one of both is non-zero."""
    return (x != 0) | (y != 0)


def logical_xor(x: Array, y: Array) -> Array:
    """Whether exactly one of both is non-zero."""
    return (x != 0) ^ (y != 0)
