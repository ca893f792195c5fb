"""Attributes added to a type that is written in C, for a while.

Python forbids it by the front door. A type's attributes are a dict all the same, and operators such as ``float(x)`` look into
tables of functions in the type. A class written in Python has functions there that look for ``__float__`` and so on among
the attributes; ``PyType_GetSlot`` tells which, and whether the tables lie where they are thought to: if not, as in a build of
Python without its lock, they are left alone.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import py_object
from typing import Any

_WORD = ctypes.sizeof(ctypes.c_void_p)

_TABLES = {"number": 12, "mapping": 14}
"""Where a type has the addresses of its tables, in words."""

_SLOTS = {
    "__float__": ("number", 18, 11),
    "__int__": ("number", 16, 26),
    "__bool__": ("number", 9, 9),
    "__setitem__": ("mapping", 2, 3),
}
"""Table, place in it, and number of the slot in ``typeslots.h``."""


def _get_slot(cls: type, slot: int) -> int | None:
    get = ctypes.pythonapi.PyType_GetSlot
    get.restype, get.argtypes = ctypes.c_void_p, (py_object, ctypes.c_int)
    return get(cls, slot)


def _place(cls: type, name: str) -> ctypes.c_void_p | None:
    """Where the type has its function for an operator, if there."""
    table, index, slot = _SLOTS[name]
    functions = ctypes.c_void_p.from_address(id(cls) + _TABLES[table] * _WORD).value
    if not functions:
        return None
    place = ctypes.c_void_p.from_address(functions + index * _WORD)
    return place if place.value == _get_slot(cls, slot) else None


def _looking(name: str) -> int | None:
    """The function that looks for a method among the attributes."""
    return _get_slot(type("Written", (), {name: lambda *_: None}), _SLOTS[name][2])


@contextmanager
def with_attributes(cls: type, attributes: dict[str, Callable[..., Any]]) -> Iterator[None]:
    """In this context, the type has these attributes."""
    (space,) = gc.get_referents(vars(cls))
    places = {name: place for name in attributes if name in _SLOTS and (place := _place(cls, name)) is not None}
    added = {name: value for name, value in attributes.items() if name not in _SLOTS or name in places}
    kept = {name: space[name] for name in added if name in space}
    functions = {name: place.value for name, place in places.items()}
    space.update(added)
    for name, place in places.items():
        place.value = _looking(name)
    ctypes.pythonapi.PyType_Modified(py_object(cls))
    try:
        yield
    finally:
        for name, place in places.items():
            place.value = functions[name]
        for name in added:
            del space[name]
        space.update(kept)
        ctypes.pythonapi.PyType_Modified(py_object(cls))
