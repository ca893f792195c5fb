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
    def listed(*args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], Iterator):
            args = (list(args[0]), *args[1:])
        return function(*args, **kwargs)

    return listed


def _adding(function: Function) -> Function:
    @wraps(function)
    def added(*args: Any, **kwargs: Any) -> Any:
        return sum(args[0]) if args and isinstance(args[0], GeneratorType) else function(*args, **kwargs)

    return added


def _making(function: Function) -> Function:
    """An array of rows of different lengths holds lists; ``copy=False`` copies if it must; numbers too large wrap around."""

    @wraps(function)
    def made(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            if kwargs.get("copy") is False and "avoid copy" in str(error) and not asked_by_library():
                return made(*args, **{**kwargs, "copy": True})
            has_dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None) is not None
            if has_dtype or "inhomogeneous" not in str(error) or asked_by_library():
                raise
            return function(*args[:1], **{**kwargs, "dtype": object})
        except OverflowError as error:
            if "out of bounds" not in str(error) or not args or asked_by_library():
                raise
            dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None)
            return function(function(args[0]).astype(dtype), *args[1:], **kwargs)

    return made


def _reading(function: Function) -> Function:
    @wraps(function)
    def read(string: Any, dtype: Any = float, count: int = -1, *, sep: str = "", **kwargs: Any) -> Any:
        if sep:
            return function(string, dtype, count, sep=sep, **kwargs)
        content = string.encode("latin-1") if isinstance(string, str) else string
        return np.frombuffer(content, dtype, count).copy()

    return read
