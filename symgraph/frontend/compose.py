"""Making nodes: a call with symbols and attributes becomes an operator node and the variables it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.errors import CompositionError, MXNetError, advice, described, listed
from symgraph.ir.attrs import format_attrs
from symgraph.ir.graph import Entry, connect
from symgraph.ir.names import AttrScope, NameManager, own_attrs
from symgraph.ir.op import Op
from symgraph.ir.serialize import is_hidden
from symgraph.ir.signature import read_call
from symgraph.ir.source import user_line

OPTIONS = ("name", "attr", "out")
"""What functions of ``mx.sym`` understand besides tensors and attributes, in order; ``out`` has no meaning for symbols."""


def one_entry(symbol: Any, symbol_type: type[Any], where: str) -> Entry:
    """The only output of `symbol`; `where` says in messages what it was given for.

    Raises:
        CompositionError: it is no symbol, or has several outputs.
    """
    if not isinstance(symbol, symbol_type):
        raise CompositionError(f"{where} must be a Symbol, given {described(symbol)}{advice(symbol, symbol_type)}")
    heads = symbol.graph.heads
    if len(heads) != 1:
        raise CompositionError(
            f"{where} must have one output, but {symbol!r} has {len(heads)}: {listed(symbol.list_outputs())}; "
            f"choose one by index."
        )
    return heads[0]


def create(symbol_type: type, cls: type[Op], alias: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """A new operator node, as ``mx.sym.<alias>(*args, **kwargs)`` makes it.

    Inputs that are not given become variables called ``<node>_<input>``. The automatic name comes from `alias`.

    Raises:
        CompositionError: an input is no symbol with one output, or does not exist with these attributes.
        OpAttributeError: an attribute is unknown, missing or of the wrong type.
    """
    call = read_call(cls, args, kwargs, symbol_type, OPTIONS)
    given_name = call.options.get("name")
    if given_name is not None and not isinstance(given_name, str):
        hint = f" Its inputs are {', '.join(cls.tensors)}." if isinstance(given_name, symbol_type) else ""
        raise CompositionError(f"{cls.name}: 'name' must be a string, given {described(given_name)}.{hint}")
    name = NameManager.current.get(given_name, alias.lower())
    call.require_inputs(cls)
    try:
        # As in MXNet, `attr` and the scope win over keywords.
        attrs = own_attrs(format_attrs({**call.attrs, **AttrScope.current.get(call.options.get("attr"))}, cls.codecs))
        op = cls.from_strings({k: v for k, v in attrs.items() if not is_hidden(k)})
    except MXNetError as error:
        raise type(error)(f"node '{name}': {error}") from error.__cause__
    inputs = {
        slot: one_entry(symbol, symbol_type, f"{op.name} '{name}': input '{slot}'")
        for slot, symbol in call.by_slot(op).items()
    }
    if not op.outputs():
        raise CompositionError(f"{op.name} has no output, only an effect on arrays; call mx.nd.{op.name} on them.")
    node = connect(op, name, attrs, inputs, user_line())
    return symbol_type([(node, i) for i in range(op.visible_outputs())])
