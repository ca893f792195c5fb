"""Names that NumPy once had, for programs that were written then."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_BUILTIN = {name: getattr(builtins, name) for name in ("bool", "int", "float", "complex", "object", "str")}
"""Types of Python that were also there under NumPy's name, until NumPy 1.24."""

_RENAMED = {
    "NaN": "nan",
    "Inf": "inf",
    "Infinity": "inf",
    "PINF": "inf",
    "infty": "inf",
    "float_": "float64",
    "complex_": "complex128",
    "cfloat": "complex128",
    "singlecomplex": "complex64",
    "longfloat": "longdouble",
    "longcomplex": "clongdouble",
    "string_": "bytes_",
    "unicode_": "str_",
    "unicode": "str_",
    "product": "prod",
    "cumproduct": "cumprod",
    "sometrue": "any",
    "alltrue": "all",
    "row_stack": "vstack",
    "round_": "round",
    "trapz": "trapezoid",
    "in1d": "isin",
    "mat": "asmatrix",
}
"""What was called otherwise, until NumPy 2."""


def _asscalar(array: Any) -> Any:
    return array.item()


def _asfarray(array: Any, dtype: Any = np.float64) -> np.ndarray:
    return np.asarray(array, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


_GONE = {"long": int, "NINF": -np.inf, "NZERO": -0.0, "PZERO": 0.0, "asscalar": _asscalar, "asfarray": _asfarray}
"""What has no other name."""


def old_names() -> dict[str, Any]:
    """What this NumPy lacks of all that."""
    renamed = {old: getattr(np, new) for old, new in _RENAMED.items() if hasattr(np, new)}
    return {name: value for name, value in {**_BUILTIN, **renamed, **_GONE}.items() if name not in vars(np)}


@contextmanager
def with_old_names() -> Iterator[None]:
    """In this context, NumPy has its old names, too."""
    added = old_names()
    vars(np).update(added)
    try:
        yield
    finally:
        for name in added:
            vars(np).pop(name, None)
