"""Names that NumPy once had, for programs that were written then."""

from __future__ import annotations

import builtins
import math
import os
import sys
import warnings
from operator import attrgetter
from typing import Any

import numpy as np

_BUILTIN = {name: getattr(builtins, name) for name in ("bool", "int", "float", "complex", "object", "str")}
"""Types of Python that were also there under NumPy's name, until NumPy 1.24."""

_RENAMED = {
    "NaN": "nan",
    "NAN": "nan",
    "Inf": "inf",
    "Infinity": "inf",
    "PINF": "inf",
    "infty": "inf",
    "bool8": "bool_",
    "int0": "intp",
    "uint0": "uintp",
    "object0": "object_",
    "str0": "str_",
    "bytes0": "bytes_",
    "void0": "void",
    "float_": "float64",
    "complex_": "complex128",
    "cfloat": "complex128",
    "singlecomplex": "complex64",
    "longfloat": "longdouble",
    "longcomplex": "clongdouble",
    "clongfloat": "clongdouble",
    "string_": "bytes_",
    "unicode_": "str_",
    "unicode": "str_",
    "typeDict": "sctypeDict",
    "product": "prod",
    "cumproduct": "cumprod",
    "sometrue": "any",
    "alltrue": "all",
    "row_stack": "vstack",
    "round_": "round",
    "trapz": "trapezoid",
    "in1d": "isin",
    "mat": "asmatrix",
    "byte_bounds": "lib.array_utils.byte_bounds",
    "format_parser": "rec.format_parser",
    "AxisError": "exceptions.AxisError",
    "ComplexWarning": "exceptions.ComplexWarning",
    "ModuleDeprecationWarning": "exceptions.ModuleDeprecationWarning",
    "RankWarning": "exceptions.RankWarning",
    "TooHardError": "exceptions.TooHardError",
    "VisibleDeprecationWarning": "exceptions.VisibleDeprecationWarning",
}
"""What was called otherwise, until NumPy 2."""


def _asscalar(array: Any) -> Any:
    return array.item()


def _asfarray(array: Any, dtype: Any = np.float64) -> np.ndarray:
    return np.asarray(array, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _msort(array: Any) -> np.ndarray:
    return np.sort(array, axis=0)


def _issubclass(first: Any, second: Any) -> bool:
    return isinstance(first, type) and issubclass(first, second)


class _Casts(dict[Any, Any]):
    """``np.cast["float32"](x)``."""

    def __missing__(self, dtype: Any) -> Any:
        return lambda array: np.asarray(array).astype(dtype)


_SCTYPES = {
    "int": [np.int8, np.int16, np.int32, np.int64],
    "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    "float": [np.float16, np.float32, np.float64, np.longdouble],
    "complex": [np.complex64, np.complex128, np.clongdouble],
    "others": [bool, object, bytes, str, np.void],
}

_GONE = {
    "long": int,
    "NINF": -np.inf,
    "NZERO": -0.0,
    "PZERO": 0.0,
    "asscalar": _asscalar,
    "asfarray": _asfarray,
    "msort": _msort,
    "issubclass_": _issubclass,
    "cast": _Casts(),
    "sctypes": _SCTYPES,
    "math": math,
    "os": os,
    "sys": sys,
    "warnings": warnings,
}
"""What has no other name."""


def old_names() -> dict[str, Any]:
    """What this NumPy lacks of all that."""
    renamed = {}
    for old, new in _RENAMED.items():
        try:
            renamed[old] = attrgetter(new)(np)
        except AttributeError:
            continue
    return {name: value for name, value in {**_BUILTIN, **renamed, **_GONE}.items() if name not in vars(np)}
