"""Symbols that are not made by an operator: variables, groups, and symbols from files."""

from __future__ import annotations

import numbers
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from symgraph.errors import (
    ArgumentTypeError,
    CompositionError,
    FormatError,
    MXNetError,
    OpAttributeError,
    ShapeError,
    boundary,
    brief,
    described,
    suggestion,
)
from symgraph.frontend.symbol import Symbol
from symgraph.ir.attrs import Shape, codec, format_value
from symgraph.ir.dtype import TYPE_CODES, as_dtype
from symgraph.ir.file_kinds import remark
from symgraph.ir.graph import Node
from symgraph.ir.names import AttrScope, own_attrs
from symgraph.ir.serialize import from_json, is_hidden
from symgraph.ir.sharding import RULE, rule_text
from symgraph.ir.source import user_line
from symgraph.runtime.atomic import read_whole


@boundary
def Variable(  # noqa: N802 - MXNet's name
    name: str,
    attr: dict[str, str] | None = None,
    shape: Sequence[int] | None = None,
    lr_mult: float | None = None,
    wd_mult: float | None = None,
    dtype: Any = None,
    init: Any = None,
    stype: str | None = None,
    **kwargs: Any,
) -> Symbol:
    """A free variable: an input, a parameter or a label.

    Args:
        attr: string attributes; those of the enclosing `AttrScope` are added.
        shape: its shape where known; 0 stands for an unknown dimension.
        lr_mult, wd_mult: factors on learning rate and weight decay.
        dtype: its data type.
        init: initializer, as an object with ``dumps()`` or as its JSON text.
        stype: storage type; only ``"default"`` exists.
        **kwargs: ``sharding``: how it lies on a mesh of devices: for each axis of its array, the name of the axis of the mesh
            that divides it, or ``None``. And further attributes, whose names begin and end with two underscores.

    >>> import symgraph as mx
    >>> mx.sym.Variable("w", shape=(3, 4), lr_mult=0.1).attr("lr_mult")
    '0.1'
    """
    if not isinstance(name, str):
        raise ArgumentTypeError(f"Expect a string for variable `name`, given {described(name)}.")
    given = {"shape": shape, "lr_mult": lr_mult, "wd_mult": wd_mult, "dtype": dtype, "init": init, "stype": stype}
    given["sharding"] = kwargs.pop("sharding", None)
    try:
        attrs = own_attrs(_strings(AttrScope.current.get(attr)))
        for key, value in given.items():
            if value is not None:
                stored, text = _STORED[key]
                attrs[stored] = text(key, value)
        attrs.update(_further(kwargs, given))
    except MXNetError as error:
        raise type(error)(f"variable '{name}': {error}") from None
    return Symbol([(Node(None, name, attrs, (), user_line()), 0)])


def _strings(attrs: dict[str, str]) -> dict[str, str]:
    for key, value in attrs.items():
        if not isinstance(value, str):
            raise OpAttributeError(f"attribute {key}={brief(value)} must be a string.")
    return attrs


def _further(attrs: Mapping[str, Any], known: Iterable[str]) -> dict[str, str]:
    """Attributes given by keywords that are none of the `known` ones."""
    for key in attrs:
        if not is_hidden(key):
            raise OpAttributeError(
                f"attribute {key} is not supported; additional attributes must begin and end with two underscores, as "
                f"in __{key}__.{suggestion(key, known)}"
            )
    return {key: str(value) for key, value in attrs.items()}


def _shape_text(key: str, shape: Any) -> str:
    text = format_value(shape)
    try:
        codec(Shape).parse(text)
    except ValueError:
        raise ShapeError(
            f"{key} must be a tuple of integers, 0 for an unknown dimension, given {described(shape)}."
        ) from None
    return text


def _factor_text(key: str, factor: Any) -> str:
    if not isinstance(factor, (str, numbers.Real)):
        raise OpAttributeError(f"{key} must be a number, given {described(factor)}.")
    return str(factor)


def _dtype_text(key: str, dtype: Any) -> str:
    return str(TYPE_CODES[as_dtype(dtype)])


def _init_text(key: str, init: Any) -> str:
    if isinstance(init, str):
        return init
    if not callable(getattr(init, "dumps", None)):
        raise OpAttributeError(
            f"{key} must be an initializer, which has a method dumps(), or the text that it returns, "
            f"given {described(init)}."
        )
    return init.dumps()


def _stype_text(key: str, stype: Any) -> str:
    if not (isinstance(stype, str) and stype == "default"):
        raise OpAttributeError(f"storage type {brief(stype)} does not exist here; arrays are dense ('default').")
    return "0"


_STORED: dict[str, tuple[str, Callable[[str, Any], str]]] = {
    "shape": ("__shape__", _shape_text),
    "lr_mult": ("__lr_mult__", _factor_text),
    "wd_mult": ("__wd_mult__", _factor_text),
    "dtype": ("__dtype__", _dtype_text),
    "init": ("__init__", _init_text),
    "stype": ("__storage_type__", _stype_text),
    "sharding": (RULE, lambda key, rule: rule_text(rule)),
}
"""Under which attribute, and as which text, a variable keeps what is said of it."""


@boundary
def Group(symbols: Iterable[Symbol]) -> Symbol:  # noqa: N802 - MXNet's name
    """One symbol with the outputs of all the given ones, in order.

    >>> import symgraph as mx
    >>> mx.sym.Group([mx.sym.Variable("a"), mx.sym.Variable("b")]).list_outputs()
    ['a', 'b']
    """
    if not isinstance(symbols, Iterable):
        raise CompositionError(f"Group: expected a list of symbols, given {described(symbols)}.")
    members = list(symbols)
    for i, symbol in enumerate(members):
        if not isinstance(symbol, Symbol):
            raise CompositionError(f"Group: expected a list of symbols, but entry {i} is {described(symbol)}.")
    if not members:
        raise CompositionError("Group: expected a list of symbols, given none; a group has at least one.")
    return Symbol([head for symbol in members for head in symbol._heads])


@boundary
def load_json(json_str: str) -> Symbol:
    """The symbol that a JSON text describes.

    Raises:
        FormatError: the text is truncated, corrupted, or no symbol.
        MXNetError: it uses an operator that is not registered.
    """
    if not isinstance(json_str, str):
        raise ArgumentTypeError(f"load_json: expected a string, given {type(json_str).__name__}.")
    return Symbol(from_json(json_str))


@boundary
def load(fname: str | os.PathLike[str]) -> Symbol:
    """The symbol saved in a file.

    Raises:
        FileError: there is no such file, it is a folder, or it may not be read.
        FormatError: see `load_json`; the message names the file.
    """
    try:
        content = read_whole(fname)
        text = content.decode()
    except UnicodeDecodeError:
        raise FormatError(f"symbol file '{fname}' is not text.{remark(content)}") from None
    try:
        return load_json(text)
    except MXNetError as error:
        raise type(error)(f"file '{fname}': {error}") from None
