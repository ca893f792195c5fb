"""Symbols that are not made by an operator: variables, groups, and symbols from files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from symgraph.errors import CompositionError, FormatError, OpAttributeError
from symgraph.frontend.symbol import Symbol
from symgraph.ir.attrs import format_value
from symgraph.ir.dtype import TYPE_CODES, as_dtype
from symgraph.ir.graph import Node
from symgraph.ir.names import AttrScope, own_attrs
from symgraph.ir.serialize import from_json, is_hidden
from symgraph.ir.source import user_line


def Variable(  # noqa: N802 - MXNet's name
    name: str,
    attr: dict[str, str] | None = None,
    shape: Sequence[int] | None = None,
    lr_mult: float | None = None,
    wd_mult: float | None = None,
    dtype: Any = None,
    init: Any = None,
    stype: str | None = None,
    **kwargs: str,
) -> Symbol:
    """A free variable: an input, a parameter or a label.

    Args:
        attr: string attributes; those of the enclosing `AttrScope` are added.
        shape: its shape where known; 0 stands for an unknown dimension.
        lr_mult, wd_mult: factors on learning rate and weight decay.
        dtype: its data type.
        init: initializer, as an object with ``dumps()`` or as its JSON text.
        stype: storage type; only ``"default"`` exists.
        **kwargs: further attributes, whose names begin and end with two underscores.

    >>> import symgraph as mx
    >>> mx.sym.Variable("w", shape=(3, 4), lr_mult=0.1).attr("lr_mult")
    '0.1'
    """
    if not isinstance(name, str):
        raise TypeError(f"Expect a string for variable `name`, given {name!r} of type {type(name).__name__}.")
    attrs = AttrScope.current.get(attr)
    for key, value in attrs.items():
        if not isinstance(value, str):
            raise OpAttributeError(f"variable '{name}': attribute {key}={value!r} must be a string.")
    try:
        attrs = own_attrs(attrs)
    except OpAttributeError as error:
        raise OpAttributeError(f"variable '{name}': {error}") from None
    if shape is not None:
        attrs["__shape__"] = format_value(shape)
    if lr_mult is not None:
        attrs["__lr_mult__"] = str(lr_mult)
    if wd_mult is not None:
        attrs["__wd_mult__"] = str(wd_mult)
    if dtype is not None:
        attrs["__dtype__"] = str(TYPE_CODES[as_dtype(dtype)])
    if init is not None:
        attrs["__init__"] = init if isinstance(init, str) else init.dumps()
    if stype is not None:
        if stype != "default":
            raise OpAttributeError(
                f"variable '{name}': storage type {stype!r} does not exist here; arrays are dense ('default')."
            )
        attrs["__storage_type__"] = "0"
    for key, value in kwargs.items():
        if not is_hidden(key):
            raise OpAttributeError(
                f"variable '{name}': attribute {key} is not supported; additional attributes must begin and end with "
                f"two underscores, as in __{key}__."
            )
        attrs[key] = str(value)
    return Symbol([(Node(None, name, attrs, (), user_line()), 0)])


def Group(symbols: Sequence[Symbol]) -> Symbol:  # noqa: N802 - MXNet's name
    """One symbol with the outputs of all the given ones, in order.

    >>> import symgraph as mx
    >>> mx.sym.Group([mx.sym.Variable("a"), mx.sym.Variable("b")]).list_outputs()
    ['a', 'b']
    """
    symbols = list(symbols) if isinstance(symbols, (list, tuple)) else []
    if not symbols or any(not isinstance(symbol, Symbol) for symbol in symbols):
        raise CompositionError("Group: expected a list of symbols as input.")
    return Symbol([head for symbol in symbols for head in symbol._heads])


def load_json(json_str: str) -> Symbol:
    """The symbol that a JSON text describes.

    Raises:
        FormatError: the text is truncated, corrupted, or no symbol.
        MXNetError: it uses an operator that is not registered.
    """
    if not isinstance(json_str, str):
        raise TypeError(f"load_json: expected a string, given {type(json_str).__name__}.")
    return Symbol(from_json(json_str))


def load(fname: str | os.PathLike[str]) -> Symbol:
    """The symbol saved in a file; errors of `load_json` name the file."""
    if not isinstance(fname, (str, os.PathLike)):  # a number would be taken, and closed, as a file descriptor
        raise TypeError(f"load: the file name must be a string, given {fname!r}.")
    try:
        with open(fname, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise FormatError(f"cannot read symbol file '{fname}': {error.strerror}.") from error
    except UnicodeDecodeError:
        raise FormatError(f"symbol file '{fname}' is not text; is it a .params file?") from None
    try:
        return load_json(text)
    except FormatError as error:
        raise FormatError(f"file '{fname}': {error}") from None
