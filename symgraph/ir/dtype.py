"""Data types: MXNet's names and type codes, as NumPy dtypes.

``None`` stands for "not yet known" during inference. Codes are those of MXNet's JSON ``__dtype__`` and `.params` files.
"""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from symgraph.errors import DTypeError, brief

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOAT16 = np.dtype(np.float16)
FLOAT32 = np.dtype(np.float32)

TYPE_CODES: dict[np.dtype, int] = {
    np.dtype(np.float32): 0,
    np.dtype(np.float64): 1,
    np.dtype(np.float16): 2,
    np.dtype(np.uint8): 3,
    np.dtype(np.int32): 4,
    np.dtype(np.int8): 5,
    np.dtype(np.int64): 6,
    np.dtype(np.bool_): 7,
    BFLOAT16: 12,
}
FROM_CODE: dict[int, np.dtype] = {code: dtype for dtype, code in TYPE_CODES.items()}
DTYPE_NAMES: tuple[str, ...] = tuple(dtype.name for dtype in TYPE_CODES)
_BY_NAME: dict[str, np.dtype] = {dtype.name: dtype for dtype in TYPE_CODES}


def as_dtype(value: Any) -> np.dtype:
    """The supported dtype that `value` (name, NumPy type or dtype) means.

    Raises:
        DTypeError: `value` is no data type, or one that MXNet does not have.
    """
    if isinstance(value, str) and value in _BY_NAME:
        return _BY_NAME[value]
    try:
        dtype: np.dtype | None = np.dtype(value)
    except Exception:  # NumPy reads more than names, and raises what its parser does
        dtype = None
    if dtype is None or dtype not in TYPE_CODES:
        raise DTypeError(f"{brief(value)} is not a supported data type; choose one of {', '.join(DTYPE_NAMES)}.")
    return dtype


def dtype_name(value: Any) -> str:
    """MXNet's name of a data type, e.g. ``"float32"``."""
    return as_dtype(value).name


def is_float(dtype: np.dtype) -> bool:
    """Whether `dtype` is a floating-point type, bfloat16 included."""
    return dtype.kind == "f" or dtype == BFLOAT16
