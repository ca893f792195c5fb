"""What functions of NumPy once took, and take in programs that were written then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from types import GeneratorType
from typing import Any

import numpy as np

from symgraph.interop.old_numpy.callers import asked_by_library

Function = Callable[..., Any]

_KEYWORDS = {
    **dict.fromkeys(("percentile", "quantile", "nanpercentile", "nanquantile"), ("interpolation", "method")),
    "histogram": ("normed", "density"),
    "reshape": ("newshape", "shape"),
}
"""Keywords by function, and what they are called now."""

_OF_SEQUENCES = ("stack", "vstack", "hstack", "dstack", "column_stack")


def old_functions() -> dict[str, Function]:
    """Functions of NumPy by name, which also take what they once did."""
    found = {name: _renaming(getattr(np, name), *keywords) for name, keywords in _KEYWORDS.items()}
    found |= {name: _listing(getattr(np, name)) for name in _OF_SEQUENCES}
    found |= {name: _making(getattr(np, name)) for name in ("array", "asarray", "asanyarray")}
    return {**found, "sum": _adding(np.sum), "fromstring": _reading(np.fromstring)}


def _renaming(function: Function, old: str, new: str) -> Function:
    @wraps(function)
    def renamed(*args: Any, **kwargs: Any) -> Any:
        if old in kwargs:
            kwargs[new] = kwargs.pop(old)
        return function(*args, **kwargs)

    return renamed


def _listing(function: Function) -> Function:
    """Of several arrays, which may come from an iterator: that is what ``map`` gives since Python 3."""

    @wraps(function)
    def listed(tup: Any, *args: Any, **kwargs: Any) -> Any:
        return function(list(tup) if isinstance(tup, Iterator) else tup, *args, **kwargs)

    return listed


def _adding(function: Function) -> Function:
    @wraps(function)
    def added(a: Any, *args: Any, **kwargs: Any) -> Any:
        return sum(a) if isinstance(a, GeneratorType) else function(a, *args, **kwargs)

    return added


def _making(function: Function) -> Function:
    """An array of rows of different lengths holds lists; ``copy=False`` copies if it must; numbers too large wrap around."""

    @wraps(function)
    def made(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(a, dtype, *args, **kwargs)
        except ValueError as error:
            if kwargs.get("copy") is False and "avoid copy" in str(error) and not asked_by_library():
                return made(a, dtype, *args, **{**kwargs, "copy": True})
            if dtype is not None or "inhomogeneous" not in str(error) or asked_by_library():
                raise
            return function(a, object, *args, **kwargs)
        except OverflowError as error:
            if "out of bounds" not in str(error) or asked_by_library():
                raise
            return function(function(a).astype(dtype), dtype, *args, **kwargs)

    return made


def _reading(function: Function) -> Function:
    @wraps(function)
    def read(string: Any, dtype: Any = float, count: int = -1, *, sep: str = "", **kwargs: Any) -> Any:
        if sep:
            return function(string, dtype, count, sep=sep, **kwargs)
        content = string.encode("latin-1") if isinstance(string, str) else string
        return np.frombuffer(content, dtype, count).copy()

    return read
