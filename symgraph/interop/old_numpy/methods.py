"""Methods that arrays and numbers of NumPy once had, and what could be done with arrays of one element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symgraph.interop.old_numpy.callers import asked_by_library

Methods = dict[str, Callable[..., Any]]


def old_methods() -> dict[type, Methods]:
    """Methods by name, of arrays and of numbers."""
    common: Methods = {"ptp": _ptp, "newbyteorder": _newbyteorder}
    arrays: Methods = {"tostring": np.ndarray.tobytes, "itemset": _itemset, **common}
    numbers: Methods = {"tostring": np.generic.tobytes, **common}
    conversions: Methods = {
        name: _converting(getattr(np.ndarray, name)) for name in ("__float__", "__int__", "__complex__")
    }
    changed: Methods = {**conversions, "__bool__": _deciding(np.ndarray.__bool__), "__setitem__": _assigning()}
    return {np.ndarray: _missing(np.ndarray, arrays) | changed, np.generic: _missing(np.generic, numbers)}


def _missing(cls: type, methods: Methods) -> Methods:
    return {name: method for name, method in methods.items() if not hasattr(cls, name)}


def _ptp(self: Any, *args: Any, **kwargs: Any) -> Any:
    return np.ptp(self, *args, **kwargs)


def _newbyteorder(self: Any, new_order: str = "S") -> Any:
    return self.view(self.dtype.newbyteorder(new_order))


def _itemset(self: Any, *args: Any) -> None:
    *place, value = args
    index = place[0] if place else 0
    self[index if isinstance(index, tuple) else np.unravel_index(index, self.shape)] = value


def _converting(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """To a number of Python, whatever the number of axes."""

    def converted(self: Any) -> Any:
        return convert(self.reshape(()) if self.ndim and self.size == 1 else self)

    return converted


def _deciding(decide: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """An array without elements is false."""

    def decided(self: Any) -> bool:
        return bool(self.size) and decide(self)

    return decided


def _assigning() -> Callable[[Any, Any, Any], None]:
    """An element may be an array of one element; numbers too large for the dtype wrap around."""
    assign = np.ndarray.__setitem__

    def assigned(self: Any, key: Any, value: Any) -> None:
        try:
            assign(self, key, value)
        except ValueError:
            if not isinstance(value, np.ndarray) or value.size != 1 or asked_by_library():
                raise
            assign(self, key, value.reshape(()))
        except OverflowError as error:
            if "out of bounds" not in str(error) or asked_by_library():
                raise
            assign(self, key, np.asarray(value).astype(self.dtype))

    return assigned
