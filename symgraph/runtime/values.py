"""What users give as values, shapes and axes: checked, and brought to one form."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from symgraph.errors import DTypeError, MXNetError, ShapeError, brief, described
from symgraph.ir.dtype import BFLOAT16


def host_values(source: Any) -> np.ndarray:
    """Numbers as a NumPy array; ``None`` is NaN.

    Raises:
        DTypeError: `source` is neither a number, nor a regular nested list of numbers, nor an array of them.
    """
    if isinstance(source, jax.core.Tracer):
        raise DTypeError(
            "a value inside of a JAX transformation (jit, grad, vmap ...) cannot become elements of an NDArray; a symbol "
            "compiles and differentiates itself, and mx.operator.from_jax brings a JAX function into it."
        )
    try:
        values = np.asarray(source)
        if values.dtype == object:
            values = values.astype(np.float64)
    except (TypeError, ValueError):
        values = np.empty(0, object)
    if values.dtype.kind in "fiub" or values.dtype == BFLOAT16:
        return values
    dtype = f" and dtype {source.dtype}" if isinstance(source, np.ndarray) else ""
    raise DTypeError(
        f"{described(source)}{dtype} cannot become elements of an NDArray; give numbers, or lists of them, nested regularly."
    )


def as_integers(given: Any, what: str) -> tuple[int, ...]:
    """An integer or a sequence of integers as a tuple.

    Args:
        what: what they stand for, in messages.

    Raises:
        ShapeError: `given` is something else.
    """
    try:
        return tuple(map(operator.index, given if isinstance(given, (Sequence, np.ndarray)) else (given,)))
    except (TypeError, ValueError):
        raise ShapeError(f"{what} must be an integer or a tuple of integers, given {described(given)}.") from None


def require_dense(stype: Any) -> None:
    """Raise `MXNetError` for a storage type of arrays other than ``"default"``."""
    if not (isinstance(stype, str) and stype == "default"):
        raise MXNetError(f"storage type {brief(stype)} is not supported: arrays are dense, use 'default'.")
