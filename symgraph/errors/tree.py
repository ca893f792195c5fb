"""The error tree: one root, one class per kind of mistake.

Every class also derives from the built-in exception that MXNet (or Python) raises for the same mistake, so that an old
script's ``except ValueError`` keeps working.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from symgraph.errors.words import suggestion


class MXNetError(RuntimeError):
    """Root of all errors raised by symgraph; MXNet's own error type is spelled the same."""


class MissingAttributeError(MXNetError, AttributeError):
    """A module or object has no attribute of that name.

    Attributes:
        owner: what was asked for it, if the text is to suggest which of its names may be meant. That is found when the text is
            shown, as programs often ask whether there is an attribute, and don't look at the error. Python, which would
            suggest only for errors of its own class, or once more, is told of no object.
    """

    def __init__(self, message: str, name: str, owner: Any = None):
        AttributeError.__init__(self, message, name=name, obj=None)
        self.owner = owner

    def __str__(self) -> str:
        meant = suggestion(str(self.name), dir(self.owner)) if self.owner is not None else ""
        return f"{self.args[0]}.{meant}" if meant else str(self.args[0])


class ArgumentTypeError(MXNetError, TypeError):
    """A function was given a value of a type that it does not take."""


class ArgumentValueError(MXNetError, ValueError):
    """A function was given a value that it cannot work with."""


class NoSuchElementError(MXNetError, IndexError):
    """An index names no element of an array, or no output of a symbol."""


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


class OutOfMemoryError(MXNetError, MemoryError):
    """An array or a computation takes more memory than there is."""


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


ABSENCE_LISTENERS: list[Callable[[str], None]] = []
"""Are told of everything that a program asked for in vain, as the message that says so."""


def tell_absence(message: str) -> None:
    """Tell those who listen that something was asked for in vain."""
    for tell in ABSENCE_LISTENERS:
        tell(message)


def no_attribute(message: str, name: str, owner: Any = None) -> MissingAttributeError:
    """What a ``__getattr__`` of ours raises; it suggests a name of `owner`, if that is given."""
    if owner is None and not name.startswith("__"):  # Python itself looks for such
        tell_absence(message)
    return MissingAttributeError(message, name, owner)


def undefined(sign: str, instead: str) -> Callable[[Any, Any], NoReturn]:
    """The method for one of Python's binary operators that MXNet does not define; its message says what to use instead."""

    def method(self: Any, other: Any) -> NoReturn:
        raise CompositionError(f"{sign} is not defined for {type(self).__name__}s, as in MXNet; use {instead}.")

    return method
