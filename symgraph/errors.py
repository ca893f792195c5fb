"""The error tree of symgraph: one root, one class per kind of mistake, and words that messages share.

Every class also derives from the built-in exception that MXNet (or Python) raises for the same mistake, so that an old
script's ``except ValueError`` keeps working. A message names operator, node and slot, says what was given and what was
expected, and ends with what to do about it.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import inspect
import os
import reprlib
import shlex
from collections.abc import Callable, Iterable
from types import FunctionType, TracebackType
from typing import Any, NoReturn, TypeVar


def all_near(name: str, known: Iterable[str], limit: int) -> list[str]:
    """The known names nearest to a misspelled one; capitals do not count."""
    spelled: dict[str, str] = {}
    for known_name in known:
        spelled.setdefault(str(known_name).lower(), known_name)
    given = str(name).lower()
    near = difflib.get_close_matches(given, spelled, n=2 * limit)
    return [spelled[candidate] for candidate in near if _is_misspelling(given, candidate)][:limit]


def _is_misspelling(given: str, meant: str) -> bool:
    """Whether few letters are wrong: of the whole, or of what both have in common if one goes on before or behind it.

    The share of common letters, which finds candidates, calls ``foo`` a ``floor``.
    """
    wrong, inner, ends = 0, 0, set()
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, given, meant).get_opcodes():
        size = 0 if kind == "equal" else max(i2 - i1, j2 - j1)
        wrong += size
        if size and kind != "replace" and (i1 == 0 or i2 == len(given)):
            ends.add(kind)
        else:
            inner += size
    shorter = min(len(given), len(meant))
    is_part = len(ends) < 2 and inner <= shorter // 4
    return is_part or wrong <= max(1, shorter // 3) or sorted(given) == sorted(meant)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelled one most likely stands for; ``None`` if none is near."""
    return next(iter(all_near(name, known, 1)), None)


def suggestion(name: str, known: Iterable[str]) -> str:
    """``" Did you mean 'x'?"`` for the known name nearest to a misspelled one; empty if none is near."""
    near = nearest(name, known)
    return f" Did you mean '{near}'?" if near else ""


def alternatives(name: str, known: Iterable[str], otherwise: str = ".") -> str:
    """The end of a sentence about an unknown operator: ``"; did you mean x or y?"``, or `otherwise` if none is near.

    Names with a leading underscore are internal: they are offered only to those who began with one.
    """
    near = all_near(name, (k for k in known if name.startswith("_") or not k.startswith("_")), 3)
    return f"; did you mean {' or '.join(near)}?" if near else otherwise


def listed(names: Iterable[Any], limit: int = 12) -> str:
    """Names for the end of a message, such as ``"data, weight"``: a large network's are cut short, none are ``"none"``."""
    shown = [str(name) for name in names]
    more = f", ... ({len(shown) - limit} more)" if len(shown) > limit else ""
    return (", ".join(shown[:limit]) + more) or "none"


def counted(number: int, noun: str, several: str | None = None) -> str:
    """``"1 output"`` or ``"2 outputs"``; `several` is the plural of nouns that do not just take an s."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"


def pip_install(*requirements: str) -> str:
    """The line that installs packages, such as ``"pip install onnx"``.

    Messages name the packages themselves, as an extra of ours is known to pip only where it finds symgraph.
    """
    return f"pip install {shlex.join(requirements)}"


def is_array(value: Any) -> bool:
    """Whether a value is an array of some library."""
    return isinstance(getattr(value, "shape", None), tuple)


class _Brief(reprlib.Repr):
    """``repr`` that fits into a sentence: long values are cut, and arrays tell their shape instead of their elements."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80
        self.maxtuple = self.maxlist = 8

    def repr_instance(self, x: Any, level: int) -> str:
        if is_array(x) and x.shape:
            return f"{type(x).__name__} of shape {x.shape}"
        return super().repr_instance(x, level)

    def repr_function(self, x: Any, level: int) -> str:
        return f"function {x.__name__}"


_BRIEF = _Brief()


def brief(value: object) -> str:
    """A value for a message, on one line: ``"3"``, ``"'abc'"``, ``"NDArray of shape (2, 3)"``."""
    return " ".join(_BRIEF.repr(value).split())


def described(value: object) -> str:
    """`brief` with the type where that does not show: ``"3 of type int"``, ``"NDArray of shape (2, 3)"``, ``"None"``."""
    text, kind = brief(value), type(value).__name__
    return text if value is None or text.startswith(kind) else f"{text} of type {kind}"


_INSTEAD = {
    ("Symbol", "array"): "put a Variable in its place and bind the array to it",
    ("NDArray", "array"): "make an NDArray of it with mx.nd.array",
    ("NDArray", "Symbol"): "a Symbol has no values until it runs, so bind or eval it first",
}


def advice(value: object, wanted: type) -> str:
    """The end of a message about a value where a Symbol or an NDArray is `wanted`: what to do, if that can be said."""
    kind = "array" if isinstance(value, (list, tuple)) or is_array(value) else type(value).__name__
    text = _INSTEAD.get((wanted.__name__, kind))
    return f"; {text}." if text else "."


ABSENCE_LISTENERS: list[Callable[[str], None]] = []
"""Are told of everything that a program asked for in vain, as the message that says so."""


def tell_absence(message: str) -> None:
    """Tell those who listen that something was asked for in vain."""
    for tell in ABSENCE_LISTENERS:
        tell(message)


def no_attribute(message: str, name: str) -> AttributeError:
    """What a ``__getattr__`` of ours raises. Naming no object keeps Python from adding a second suggestion to ours."""
    if not name.startswith("__"):  # Python itself looks for such
        tell_absence(message)
    return AttributeError(message, name=name, obj=None)


def undefined(sign: str, instead: str) -> Callable[[Any, Any], NoReturn]:
    """The method for one of Python's binary operators that MXNet does not define; its message says what to use instead."""

    def method(self: Any, other: Any) -> NoReturn:
        raise CompositionError(f"{sign} is not defined for {type(self).__name__}s, as in MXNet; use {instead}.")

    return method


class MXNetError(RuntimeError):
    """Root of all errors raised by symgraph; MXNet's own error type is spelled the same."""


class OpAttributeError(MXNetError, ValueError):
    """An operator attribute is unknown, missing, of the wrong type, or out of range."""


class UnregisteredOpError(OpAttributeError):
    """An operator of the user's has a name that nothing is registered under, in this process."""


class CompositionError(MXNetError, TypeError):
    """Symbols were put together in a way that makes no graph."""


class ShapeError(MXNetError, ValueError):
    """Shapes contradict each other, or an operator cannot work on a given shape."""


class DTypeError(MXNetError, TypeError):
    """Data types contradict each other, or an operator does not support one."""


class BindError(MXNetError, ValueError):
    """Arrays and a symbol's arguments do not fit together."""


class UnknownArgumentError(MXNetError, TypeError, ValueError, KeyError):
    """A name was given that the symbol or executor does not have."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError shows its text in quotation marks


class StateError(MXNetError, AssertionError):
    """Something was asked of a module before it was bound, had parameters or an optimizer; MXNet asserts that."""


class NotOverriddenError(MXNetError, NotImplementedError):
    """A method was called that subclasses have to define, and this one does not."""


class RegistryError(MXNetError, ValueError, AssertionError):
    """No class is registered under a name, or one cannot be; MXNet raises one or the other of the built-in errors."""


class DataError(MXNetError, ValueError, TypeError, AssertionError):
    """An iterator cannot make batches of what it was given; MXNet raises one or another of the built-in errors."""


class FormatError(MXNetError, ValueError):
    """A file or text (symbol JSON, ``.params``) is truncated, corrupted or of an unknown kind."""


class FileError(MXNetError, OSError):
    """A file cannot be read or written; ``errno`` and ``filename`` are those of the operating system's error."""

    def __init__(self, message: str, cause: OSError | None = None):
        super().__init__(message)
        if cause is not None:
            self.errno, self.strerror, self.filename = cause.errno, cause.strerror, cause.filename

    def __str__(self) -> str:
        return str(self.args[0])


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file, or no folder to write it in."""


class ExistingFileError(FileError, FileExistsError):
    """A file is there already, and nobody has said that it may be replaced; or it is what is being read."""


class FolderError(FileError, IsADirectoryError):
    """A folder was given where a file is needed."""


class FilePermissionError(FileError, PermissionError):
    """The user may not read or write the file."""


class MissingPackageError(MXNetError, ImportError):
    """A package that this part of symgraph needs is not installed."""


class DeviceError(MXNetError):
    """A device was asked for that this machine does not have."""


class JobError(MXNetError):
    """Processes of a job do not come together, or one has left it."""


class GradientError(MXNetError):
    """A gradient was asked for that does not exist, or cannot be computed yet."""


def about(error: MXNetError, who: str, operator: str) -> MXNetError:
    """The error of an operator's rule, said of `who`, such as a node: in place of the operator, if the text names it first."""
    text = str(error)
    for name in (operator, f"operator {operator}"):
        if text.startswith((f"{name} ", f"{name}: ")):
            return type(error)(who + text.removeprefix(name))
    return type(error)(f"{who}: {text}")


def no_gradient(who: str) -> GradientError:
    """What is raised where the gradient of an operator that has none is asked for; `who` is the operator or its node."""
    return GradientError(f"{who} has no gradient; request none (grad_req='null') or stop it with BlockGrad.")


class ExportError(MXNetError):
    """A symbol cannot be said in another language: there is no form for an operator of it, or for a size left open."""


class RenderError(MXNetError, ValueError):
    """A picture or table cannot be drawn: no Graphviz, a format it does not know, a graph it cannot lay out, no columns."""


class CustomOpError(MXNetError):
    """The Python code of a custom operator raised, or broke its contract."""


class NotImplementedForSymbol(MXNetError, NotImplementedError, TypeError):  # noqa: N818 - MXNet's name
    """An NDArray-only function was called on a Symbol, which holds no values."""

    def __init__(self, function: str, remedy: str = "bind or eval the symbol and read its outputs"):
        super().__init__(f"{function} needs values, and a Symbol has none until it runs: {remedy}.")


TRACEBACK = "SYMGRAPH_TRACEBACK"
"""Environment variable: with ``full``, tracebacks show the library's own frames, too."""
_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
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
        kind, shorten, explain = MXNetError, _shorten, _explain_keyword

        def entered(*args: Any, **kwargs: Any) -> Any:
            try:  # which costs nothing where there is no error
                return function(*args, **kwargs)
            except kind as error:
                shorten(error)
                raise
            except TypeError as error:
                if error.__traceback__.tb_next is None:  # type: ignore[union-attr] # the call itself does not fit
                    explain(error, function, kwargs)
                    shorten(error)
                raise

        # By its globals doctest tells which module a function is of.
        at_home = FunctionType(entered.__code__, function.__globals__, closure=entered.__closure__)
        return functools.update_wrapper(at_home, function)  # type: ignore[return-value]


def _explain_keyword(error: TypeError, function: Callable[..., Any], given: Iterable[str]) -> None:
    """Add to Python's error about a keyword that a function does not take which one is likely meant."""
    known = inspect.signature(function).parameters
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None and "Did you mean" not in str(error):  # as Python 3.13 says by itself
        error.args = (f"{str(error).rstrip('.')}.{suggestion(unknown, known)}",)


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
    """The traceback without frames of this package, nor those of contexts that it entered."""
    kept, is_ours = [], True
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        is_ours = file.startswith(_PACKAGE) or (is_ours and file == contextlib.__file__)
        if not is_ours:
            kept.append(trace)
        trace = trace.tb_next
    for entry in reversed(kept):
        trace = TracebackType(trace, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return trace


boundary = _Boundary()


def bounded(cls: _Class) -> _Class:
    """A class all of whose public methods, and ``__init__``, are a `boundary`, inherited ones aside."""
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(member, FunctionType):
            setattr(cls, name, boundary(member))
        elif isinstance(member, staticmethod):
            setattr(cls, name, staticmethod(boundary(member.__func__)))
    return cls
