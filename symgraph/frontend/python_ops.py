"""What operators written in Python share: looking up what was registered, and saying where user code failed."""

from __future__ import annotations

import inspect
import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import jax
import numpy as np

from symgraph.errors import PACKAGE_FOLDER, UnregisteredOpError, listed, suggestion
from symgraph.ir.source import shown_place

T = TypeVar("T")

_OTHERS = (os.path.dirname(inspect.getfile(module)) + os.sep for module in (jax, np, os))
LIBRARIES = (PACKAGE_FOLDER, *_OTHERS, "<frozen")
"""Where code is that is not the user's: that of symgraph, JAX, NumPy and Python."""


def find_registered(definitions: Mapping[str, T], name: str, what: str, decorator: str) -> T:
    """What was registered last under `name`.

    Args:
        what: the operator and its attribute, as the message begins: ``"operator Custom: op_type"``.
        decorator: the function of ``mx.operator`` that registers.

    Raises:
        UnregisteredOpError: nothing was.
    """
    if name not in definitions:
        raise UnregisteredOpError(
            f"{what} '{name}' is not registered; use @mx.operator.{decorator}('{name}') or import the module that does so."
            f"{suggestion(name, definitions)} Registered: {listed(definitions)}."
        )
    return definitions[name]


def as_names(value: Any) -> tuple[str, ...] | None:
    """The names in a list of strings; ``None`` if it is none. A single string is not taken for a list of letters."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return None
    names = tuple(value)
    return names if all(isinstance(name, str) for name in names) else None


def raised(error: BaseException, function: Callable[..., Any] | None = None) -> str:
    """``"raised ValueError: text (user.py:12)"``: an exception of `function`, or of a module, and where it came from."""
    return f"raised {type(error).__name__}: {error}{origin(error, function)}"


def origin(error: BaseException, function: Callable[..., Any] | None) -> str:
    """``" (user.py:12)"``: the innermost line of the user's that an exception came from, else where `function` begins;
    empty if neither is the user's."""
    lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
    if code is not None:
        lines.insert(0, (code.co_filename, code.co_firstlineno))
    users = [f" ({shown_place(file, line)})" for file, line in lines if _is_users(file)]
    return users[-1] if users else ""


def _is_users(file: str) -> bool:
    return not file.startswith(LIBRARIES)
