"""Operator attributes: typed Python values on one side, the strings of MXNet's JSON on the other.

An operator declares its attributes as annotated dataclass fields. `codec` turns such an annotation into a `Codec`, which
parses a string as MXNet's own parameter parser would and describes itself for error messages and documentation.
Nothing else in symgraph looks inside an attribute string, except `symgraph.ir.serialize`.

Annotations understood: ``int``, ``float``, ``bool``, ``str``, `DType`, ``Literal[...]``, ``tuple[T, ...]``, any of these
``| None``, and ``Annotated[T, Range(low, high)]``.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, NewType

import numpy as np

from symgraph.errors import DTypeError, OpAttributeError, brief, suggestion
from symgraph.ir.dtype import DTYPE_NAMES, dtype_name

DType = NewType("DType", str)
"""Annotation of an attribute that names a data type; its value is one of MXNet's dtype names, such as ``"float32"``."""

Shape = tuple[int, ...]
"""Annotation of a shape-like attribute. MXNet writes it ``(3, 3)``; ``[3, 3]``, ``(3L, 3L)`` and ``3`` are read too."""


@dataclass(frozen=True)
class Range:
    """Bounds of a number, `above` exclusive and the others inclusive; ``None`` leaves a side open."""

    low: float | None = None
    high: float | None = None
    above: float | None = None

    def __contains__(self, value: float) -> bool:
        if self.above is not None and not value > self.above:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.above is not None:
            return f"> {self.above}"
        if self.high is None:
            return f">= {self.low}"
        if self.low is None:
            return f"<= {self.high}"
        return f"in [{self.low}, {self.high}]"


Count = Annotated[int, Range(low=1)]
"""Annotation of a positive integer, such as a number of filters."""


_WHOLE_FLOAT = re.compile(r"\d\.0*\b")
_CONTEXT = re.compile(r"(cpu|gpu|tpu)\(")


@dataclass(frozen=True)
class Codec:
    """How one annotation is read from text (``ValueError`` if it cannot be) and described to people."""

    parse: Callable[[str], Any]
    description: str
    choices: tuple[str, ...] = ()

    def complaint(self, key: str, text: str) -> str:
        """What to say of a text that cannot be read."""
        hint = ""
        if re.search(r"\bint\b", self.description) and _WHOLE_FLOAT.search(text):
            hint = "; make a float an integer with int(...), and divide with //"
        elif key == "dtype" and text.isdigit():  # who writes uniform(0, 1, 2, 3) for an array of 2 by 3
            hint = "; the lengths of a shape are given as one tuple"
        elif key == "dtype" and _CONTEXT.match(text):
            hint = f"; a context is given by name, ctx=mx.{text}"
        return f"attribute {key}={brief(text)} is invalid; expected {self.description}{hint}.{suggestion(text, self.choices)}"


def format_attrs(attrs: Mapping[str, object], declared: Container[str] = ()) -> dict[str, str]:
    """Attributes as MXNet's Python front end would write them.

    A ``dtype`` among the `declared` attributes of an operator is named in full however it was spelled. None is float64,
    since MXNet asks NumPy.
    """
    named = {"dtype"} if "dtype" in declared else ()
    return {key: _format_dtype(value) if key in named else _format(key, value) for key, value in attrs.items()}


def _format(key: str, value: object) -> str:
    try:
        return format_value(value)
    except DTypeError:
        raise OpAttributeError(
            f"attribute {key}={brief(value)} is no text, number or data type; of a class that was registered, give the name."
        ) from None


def _format_dtype(value: object) -> str:
    try:
        return dtype_name(np.float64 if value is None else value)
    except DTypeError:
        return format_value(value)  # for the operator to refuse: its message says where


def format_value(value: object) -> str:
    """The string MXNet's Python front end would write for `value`: ``str(value)``, dtypes by name."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (tuple, list)):
        parts = [format_value(v) for v in value]
        if isinstance(value, list):
            return "[" + ", ".join(parts) + "]"
        return "(" + ", ".join(parts) + (",)" if len(parts) == 1 else ")")
    if isinstance(value, (np.dtype, type)):
        return dtype_name(value)
    if isinstance(value, np.ndarray):
        return format_value(tuple(value.tolist()) if value.ndim else value.item())
    return str(value)


_TRUE, _FALSE = {"true", "1"}, {"false", "0"}
_NUMBER = re.compile(r"[-+]?\d+$")
_REAL = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[fF]?$")


def _parse_int(text: str) -> int:
    text = text.strip()
    if text.endswith(("L", "l")):
        text = text[:-1]
    if not _NUMBER.match(text):
        raise ValueError(text)
    return int(text)


def _parse_float(text: str) -> float:
    """A number as in C, where a suffix f is allowed and overflow is an error; or a word (inf, nan) as in Python."""
    number = _REAL.match(text.strip())
    value = float(number[1] if number else text)
    if (math.isinf(value) and number) or "_" in text:
        raise ValueError(text)
    return value


def _parse_bool(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError(text)


def _parse_dtype(text: str) -> str:
    try:
        return dtype_name(text.strip())
    except DTypeError:
        raise ValueError(text) from None


def _parse_tuple(item: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        body = text.strip()
        if body[:1] in ("(", "["):
            if body[-1:] != {"(": ")", "[": "]"}[body[0]]:
                raise ValueError(text)
            body = body[1:-1].strip()
            if body.endswith(","):
                body = body[:-1]
        return tuple(item(part) for part in body.split(",")) if body.strip() else ()

    return parse


_PLAIN = {
    int: Codec(_parse_int, "int"),
    float: Codec(_parse_float, "float"),
    bool: Codec(_parse_bool, "bool"),
    str: Codec(str, "string"),
    DType: Codec(_parse_dtype, "dtype (" + ", ".join(DTYPE_NAMES) + ")"),
}


@cache
def codec(annotation: Any) -> Codec:
    """The `Codec` of a field annotation; ``TypeError`` for an annotation that attributes cannot have."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return _choice(args)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        item = codec(args[0])
        return Codec(_parse_tuple(item.parse), f"tuple of {item.description}")
    if origin in (typing.Union, types.UnionType) and type(None) in args:
        (inner,) = (a for a in args if a is not type(None))
        return _optional(codec(inner))
    if origin is Annotated:
        return _ranged(codec(args[0]), args[1])
    raise TypeError(f"an operator attribute cannot be annotated {annotation!r}")


def _choice(choices: tuple[str, ...]) -> Codec:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return Codec(parse, "one of " + ", ".join(map(repr, choices)), choices)


def _optional(inner: Codec) -> Codec:
    def parse(text: str) -> Any:
        return None if text.strip() == "None" else inner.parse(text)

    return Codec(parse, f"{inner.description} or None", inner.choices)


def _ranged(inner: Codec, bounds: Range) -> Codec:
    def parse(text: str) -> Any:
        value = inner.parse(text)
        if value not in bounds:
            raise ValueError(text)
        return value

    return Codec(parse, f"{inner.description} {bounds}", inner.choices)
