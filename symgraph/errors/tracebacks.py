"""Where errors leave the library: tracebacks that end at the user's line."""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, ModuleType, TracebackType
from typing import Any, TypeVar

from symgraph.errors.tree import MXNetError
from symgraph.errors.words import suggestion

TRACEBACK = "SYMGRAPH_TRACEBACK"
"""Environment variable: with ``full``, tracebacks show the library's own frames, too."""
_PACKAGE = __name__.partition(".")[0] + "."
PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
"""Where our code is."""
_BETWEEN = (contextlib.__file__, functools.__file__)
"""What of Python's library may be between two frames of ours."""
_SAFE = ("__eq__", "__hash__")
"""What raises no errors of ours, and is called so often, by dicts, that a boundary would be felt."""
_Function = TypeVar("_Function", bound=Callable[..., Any])
_Class = TypeVar("_Class", bound=type)


class _Boundary:
    """Where errors leave the library, as a context or a decorator.

    A traceback then ends at the line that made the mistake: the message names the cause, and how we found it is of interest
    to us only. Frames of others stay, such as those of a callback that `fit` called. Errors of other kinds are left alone: if
    one leaves the library, it may be a mistake of ours.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, MXNetError):
            _shorten(error)

    def __call__(self, function: _Function) -> _Function:
        kind, shorten, explain = MXNetError, _shorten, _explain_call

        def entered(*args: Any, **kwargs: Any) -> Any:
            try:  # which costs nothing where there is no error
                return function(*args, **kwargs)
            except kind as error:
                shorten(error)
                raise
            except TypeError as error:
                if error.__traceback__.tb_next is None:  # type: ignore[union-attr] # the call itself does not fit
                    explain(error, function, args, kwargs)
                    shorten(error)
                raise

        # By its globals doctest tells which module a function is of.
        at_home = FunctionType(entered.__code__, function.__globals__, closure=entered.__closure__)
        return functools.update_wrapper(at_home, function)  # type: ignore[return-value]


def _explain_call(
    error: TypeError, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Mend Python's error about arguments that a function does not take.

    A method is called by the class that users know, where a base defines it; of an unknown keyword, the text says which one
    is likely meant.
    """
    text = str(error)
    if "." in function.__qualname__ and args:
        owner = args[0] if isinstance(args[0], type) else type(args[0])
        text = text.replace(f"{function.__qualname__}()", f"{owner.__name__}.{function.__name__}()")
    known = inspect.signature(function).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values())
    unknown = None if takes_all else next((name for name in kwargs if name not in known), None)
    if unknown is not None and "Did you mean" not in text:  # as Python 3.13 says by itself
        text = f"{text.rstrip('.')}.{suggestion(unknown, known)}"
    error.args = (text,)


def _shorten(error: BaseException) -> None:
    """Take our frames out of the traceback; and the cause out of the error, if nobody but us had to do with it."""
    if os.environ.get(TRACEBACK) == "full":
        return
    error.__traceback__ = _without_ours(error.__traceback__)
    if error.__cause__ is not None:
        _shorten(error.__cause__)
        if error.__cause__.__traceback__ is None:
            error.__cause__ = None


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    """The traceback without frames of this package, nor those of contexts that it entered and properties that it keeps."""
    kept, is_ours = [], True
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        is_ours = file.startswith(PACKAGE_FOLDER) or (is_ours and file in _BETWEEN)
        if not is_ours:
            kept.append(trace)
        trace = trace.tb_next
    for entry in reversed(kept):
        trace = TracebackType(trace, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return trace


boundary = _Boundary()


_ENTERED = boundary(lambda: None).__code__


def is_boundary(function: Any) -> bool:
    """Whether a function is one that errors leave with a short traceback."""
    return isinstance(function, FunctionType) and function.__code__ is _ENTERED


def bounded(cls: _Class) -> _Class:
    """A class all of whose public methods, and what syntax calls, are a `boundary`, inherited ones aside."""
    for name, member in list(vars(cls).items()):
        if (name.startswith("_") and not name.startswith("__")) or name in _SAFE:
            continue
        if isinstance(member, (staticmethod, classmethod)) and not is_boundary(member.__func__):
            setattr(cls, name, type(member)(boundary(member.__func__)))
        elif isinstance(member, FunctionType) and not is_boundary(member):
            setattr(cls, name, boundary(member))
    return cls


def public_members(module: ModuleType) -> dict[str, Any]:
    """Functions and classes of ours that a module offers, by name: those of its ``__all__``, else those it defines."""
    content = vars(module)
    names = content.get("__all__", [name for name in content if not name.startswith("_")])
    place = _PACKAGE if "__all__" in content else module.__name__
    found = {name: content[name] for name in (*names, "__getattr__") if name in content}
    return {
        name: member
        for name, member in found.items()
        if isinstance(member, (type, FunctionType)) and member.__module__.startswith(place)
    }


def bound_module(module: ModuleType) -> None:
    """Make the functions and classes that a module offers a `boundary`, where they are defined; classes with their bases."""
    for name, member in public_members(module).items():
        if isinstance(member, type):
            for cls in member.__mro__:
                if cls.__module__.startswith(_PACKAGE) and not issubclass(cls, Exception):
                    bounded(cls)
        elif not is_boundary(member):
            home = vars(sys.modules[member.__module__])
            at_home: Any = home.get(member.__name__)
            shortened = at_home if getattr(at_home, "__wrapped__", None) is member else boundary(member)
            vars(module)[name] = shortened
            if at_home is member:  # pickle looks for it there
                home[member.__name__] = shortened
