"""How far apart two values of a data type may be and still count as equal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from symgraph.ir.dtype import BFLOAT16
from symgraph.test_utils.devices import get_cuda_compute_capability

Tolerance = float | Mapping[np.dtype, float] | None
"""A number, numbers by dtype, or ``None`` for the defaults."""

_FLOAT64 = np.dtype(np.float64)
_TENSOR_FLOAT_32 = 80
"""Compute capability from which on GPUs multiply float32 with the precision of float16."""


def default_dtype() -> type:
    """The dtype of checks that do not name one."""
    return np.float32


def default_rtols() -> dict[np.dtype, float]:
    """Relative tolerance by dtype; 0 for integers."""
    return _by_dtype(float16=1e-2, bfloat16=2e-2, float32=1e-4, float64=1e-5)


def default_atols() -> dict[np.dtype, float]:
    """Absolute tolerance by dtype; 0 for integers."""
    return _by_dtype(float16=1e-1, bfloat16=1e-1, float32=1e-3, float64=1e-20)


def default_numeric_eps() -> dict[np.dtype, float]:
    """Step of finite differences by dtype: powers of two, which adding to a number rounds least."""
    return {np.dtype(np.float16): 2.0**-6, np.dtype(np.float32): 2.0**-9, _FLOAT64: 2.0**-14}


def _by_dtype(float16: float, bfloat16: float, float32: float, float64: float) -> dict[np.dtype, float]:
    floats = {np.dtype(np.float16): float16, BFLOAT16: bfloat16, np.dtype(np.float32): float32, _FLOAT64: float64}
    exact = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64")
    return {**floats, **{np.dtype(name): 0.0 for name in exact}}


def get_rtol(rtol: float | None = None, dtype: np.dtype = _FLOAT64) -> float:
    """`rtol`, or the default of a dtype in place of ``None``."""
    return default_rtols()[np.dtype(dtype)] if rtol is None else rtol


def get_atol(atol: float | None = None, dtype: np.dtype = _FLOAT64) -> float:
    """`atol`, or the default of a dtype in place of ``None``."""
    return default_atols()[np.dtype(dtype)] if atol is None else atol


def get_etol(etol: float | None = None) -> float:
    """`etol`, the fraction of elements that may differ, or 0 in place of ``None``."""
    return 0.0 if etol is None else etol


def effective_dtype(dat: Any) -> np.dtype:
    """The dtype whose precision an array has: float16 for float32 on a GPU that multiplies in TensorFloat-32, else its own.

    >>> import symgraph as mx
    >>> mx.test_utils.effective_dtype(mx.nd.ones((2,)))
    dtype('float32')
    """
    dtype = np.dtype(dat.dtype) if hasattr(dat, "dtype") else np.asarray(dat).dtype
    context = getattr(dat, "context", None)
    if dtype != np.float32 or getattr(context, "device_type", None) != "gpu":
        return dtype
    rounds = get_cuda_compute_capability(context) >= _TENSOR_FLOAT_32 and os.environ.get("NVIDIA_TF32_OVERRIDE") != "0"
    return np.dtype(np.float16) if rounds else dtype


def get_tolerance(dat: Any, tol: Tolerance, default_tol: Mapping[np.dtype, float]) -> float:
    """The tolerance for comparing an array.

    Args:
        dat: the array.
        tol: a number, which is returned; numbers by dtype; or ``None``.
        default_tol: numbers by dtype for what `tol` leaves open; a dtype in neither has tolerance 0.
    """
    if tol is not None and not isinstance(tol, Mapping):
        return float(tol)
    dtype = effective_dtype(dat)
    return (tol or {}).get(dtype, default_tol.get(dtype, 0.0))


def get_tols(x: Any, y: Any, rtol: Tolerance, atol: Tolerance) -> tuple[float, float]:
    """Relative and absolute tolerance for comparing two arrays: those of the coarser one, where they are not given."""
    return (
        max(get_tolerance(x, rtol, default_rtols()), get_tolerance(y, rtol, default_rtols())),
        max(get_tolerance(x, atol, default_atols()), get_tolerance(y, atol, default_atols())),
    )
