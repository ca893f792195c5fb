"""The error tree of symgraph: one root, and one class per kind of mistake.

Every class also derives from the built-in exception that MXNet (or Python) raises for the same mistake, so that an old
script's ``except ValueError`` keeps working. A message names operator, node and slot, says what was given and what was
expected, and ends with what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """``" Did you mean 'x'?"`` for the known name nearest to a misspelled one; empty if none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""


def alternatives(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: ``"; did you mean x or y?"``, or a full stop if none is near."""
    near = difflib.get_close_matches(name, list(known), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else "."


class MXNetError(RuntimeError):
    """Root of all errors raised by symgraph; MXNet's own error type is spelled the same."""


class OpAttributeError(MXNetError, ValueError):
    """An operator attribute is unknown, missing, of the wrong type, or out of range."""


class CompositionError(MXNetError, TypeError):
    """Symbols were put together in a way that makes no graph."""


class ShapeError(MXNetError, ValueError):
    """Shapes contradict each other, or an operator cannot work on a given shape."""


class DTypeError(MXNetError, TypeError):
    """Data types contradict each other, or an operator does not support one."""


class BindError(MXNetError, ValueError):
    """Arrays and a symbol's arguments do not fit together."""


class UnknownArgumentError(MXNetError, TypeError, ValueError):
    """A name was given that the symbol or executor does not have."""


class FormatError(MXNetError, ValueError):
    """A file or text (symbol JSON, ``.params``) is truncated, corrupted or of an unknown kind."""


class DeviceError(MXNetError):
    """A device was asked for that this machine does not have."""


class GradientError(MXNetError):
    """A gradient was asked for that does not exist, or cannot be computed yet."""


class RenderError(MXNetError):
    """A picture cannot be drawn: no Graphviz, a format it does not know, or a graph it cannot lay out."""


class CustomOpError(MXNetError):
    """The Python code of a custom operator raised, or broke its contract."""


class NotImplementedForSymbol(MXNetError, NotImplementedError):  # noqa: N818 - MXNet's name
    """An NDArray-only function was called on a Symbol, which holds no values."""

    def __init__(self, function: str, remedy: str = "bind or eval the symbol and read its outputs"):
        super().__init__(f"{function} needs values, and a Symbol has none until it runs: {remedy}.")
