"""Conversion of a symbol, and of a model, to mixed precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.amp.lists import low_dtype
from symgraph.errors import CompositionError, OpAttributeError, UnknownArgumentError, described, listed, suggestion
from symgraph.frontend.symbol import Symbol
from symgraph.ir.dtype import FROM_CODE
from symgraph.ir.graph import Node
from symgraph.ir.op import Op
from symgraph.ir.precision import Treatment
from symgraph.ir.registry import find_op
from symgraph.lower.precision import mixed
from symgraph.runtime.arrays import warn_unknown
from symgraph.runtime.ndarray import NDArray

Conditions = Sequence[tuple[str, str, Sequence[str]]]
Arrays = Mapping[str, NDArray]


def convert_symbol(
    sym: Symbol,
    target_dtype: Any = "float16",
    target_dtype_ops: Sequence[str] | None = None,
    fp32_ops: Sequence[str] | None = None,
    conditional_fp32_ops: Conditions | None = None,
    excluded_sym_names: Sequence[str] | None = None,
    data_names: Sequence[str] | None = None,
    cast_optional_params: bool = False,
) -> Symbol:
    """The symbol with casts, so that layers with weights compute in a low precision; inputs and outputs stay float32.

    Args:
        target_dtype: ``"float16"`` or ``"bfloat16"``.
        target_dtype_ops, fp32_ops: names of operators to compute in the low precision and in float32, in place of those
            of `list_lp16_ops` and `list_fp32_ops`.
        conditional_fp32_ops: operators to compute in float32 for some values of an attribute: ``(operator, attribute,
            values)``, in place of `list_conditional_fp32_ops`.
        excluded_sym_names: names of nodes to compute in float32.
        data_names: names of inputs; by default those without a declared dtype. All others are parameters, and get one.
        cast_optional_params: declare parameters that are used in the low precision only to have it, instead of casts.

    Raises:
        OpAttributeError: an operator is in several lists.
        UnknownArgumentError: an input is not known.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, no_bias=True, name="fc")
    >>> mx.contrib.amp.convert_symbol(net, "bfloat16").get_internals().list_outputs()[1:]
    ['data_amp_cast_bfloat16_output', 'fc_weight', 'fc_weight_amp_cast_bfloat16_output', 'fc_output', \
'fc_output_amp_cast_float32_output']
    """
    if not isinstance(sym, Symbol):
        raise CompositionError(f"amp: a Symbol is to be converted, given {described(sym)}.")
    low = low_dtype(target_dtype)
    excluded = frozenset(_names("excluded_sym_names", excluded_sym_names or ()))
    warn_unknown(excluded, [node.name for node in sym.graph.order], "amp: excluded_sym_names: node")
    treatment = _treatments(
        low,
        None if target_dtype_ops is None else _operators("target_dtype_ops", target_dtype_ops),
        None if fp32_ops is None else _operators("fp32_ops", fp32_ops),
        _conditions(conditional_fp32_ops),
    )

    def of_node(node: Node) -> Treatment:
        return "float32" if node.name in excluded else treatment(node)

    heads = mixed(sym.graph, low, of_node, _parameters(sym, data_names), bool(cast_optional_params))
    return Symbol(heads)


def convert_model(
    sym: Symbol,
    arg_params: Arrays,
    aux_params: Arrays,
    target_dtype: Any = "float16",
    target_dtype_ops: Sequence[str] | None = None,
    fp32_ops: Sequence[str] | None = None,
    conditional_fp32_ops: Conditions | None = None,
    excluded_sym_names: Sequence[str] | None = None,
    cast_optional_params: bool = False,
) -> tuple[Symbol, dict[str, NDArray], dict[str, NDArray]]:
    """`convert_symbol` for a symbol whose parameters are at hand, and these in the dtypes that it then declares."""
    for what, given in (("arg_params", arg_params), ("aux_params", aux_params)):
        if not isinstance(given, Mapping):
            raise CompositionError(f"amp: {what} must be a dict of arrays by name, given {described(given)}.")
    if not isinstance(sym, Symbol):
        raise CompositionError(f"amp: a Symbol is to be converted, given {described(sym)}.")
    data = [name for name in sym.list_inputs() if name not in arg_params and name not in aux_params]
    lists = target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names
    converted = convert_symbol(sym, target_dtype, *lists, data, cast_optional_params)
    declared = {node.name: node.attrs["__dtype__"] for node in converted.graph.order if "__dtype__" in node.attrs}
    return converted, _declared(arg_params, declared), _declared(aux_params, declared)


def _declared(params: Arrays, declared: Mapping[str, str]) -> dict[str, NDArray]:
    return {
        name: array.astype(FROM_CODE[int(declared[name])]) if name in declared else array
        for name, array in params.items()
    }


def _names(what: str, given: Any) -> list[str]:
    if not isinstance(given, (list, tuple)) or not all(isinstance(name, str) for name in given):
        raise OpAttributeError(f"amp: {what} must be a list of names, given {described(given)}.")
    return list(given)


def _operators(what: str, given: Any) -> set[type[Op]]:
    return {find_op(name) for name in _names(what, given)}


def _conditions(given: Any) -> Mapping[type[Op], Mapping[str, Sequence[str]]] | None:
    """Values of attributes, by operator."""
    if given is None:
        return None
    found: dict[type[Op], dict[str, Sequence[str]]] = {}
    for one in given if isinstance(given, (list, tuple)) else [given]:
        if not (isinstance(one, (list, tuple)) and len(one) == 3 and all(isinstance(part, str) for part in one[:2])):
            raise OpAttributeError(
                f"amp: conditional_fp32_ops must be a list of (operator, attribute, list of values), given {described(one)}."
            )
        name, key, values = one
        op = find_op(name)
        if key not in op.fields:
            raise OpAttributeError(f"amp: conditional_fp32_ops: operator {name} has no attribute '{key}'.")
        found.setdefault(op, {})[key] = _names("values in conditional_fp32_ops", values)
    return found


def _treatments(
    low: np.dtype,
    lows: set[type[Op]] | None,
    singles: set[type[Op]] | None,
    conditions: Mapping[type[Op], Mapping[str, Sequence[str]]] | None,
) -> Callable[[Node], Treatment]:
    """What is done with a node, by what its operator says unless the user says otherwise."""
    for (one, ours), (other, theirs) in (
        (("target_dtype_ops", lows), ("fp32_ops", singles)),
        (("target_dtype_ops", lows), ("conditional_fp32_ops", conditions)),
        (("fp32_ops", singles), ("conditional_fp32_ops", conditions)),
    ):
        if both := sorted(op.name for op in (ours or ()) if op in (theirs or ())):
            raise OpAttributeError(f"amp: {listed(both)} can be in one list only, but {one} and {other} have it.")
    given = dict.fromkeys(singles or (), "float32") | dict.fromkeys(lows or (), "low")

    def treatment(node: Node) -> Treatment:
        op = node.op
        if op is None:
            return "any"
        values = op.precision.float32_for if conditions is None else conditions.get(type(op), {})
        if any(str(op.attributes()[key]) in texts for key, texts in values.items()):
            return "float32"
        if type(op) in given:
            return given[type(op)]  # type: ignore[return-value]
        own = op.precision.treatment(low)
        is_replaced = (own == "low" and lows is not None) or (own == "float32" and singles is not None)
        return "any" if is_replaced else own

    return treatment


def _parameters(sym: Symbol, data_names: Sequence[str] | None) -> set[str]:
    inputs = sym.list_inputs()
    if data_names is None:
        return {name for name, attrs in sym.attr_dict().items() if name in inputs and "__dtype__" in attrs}
    for name in _names("data_names", data_names):
        if name not in inputs:
            raise UnknownArgumentError(f"amp: data_names: the symbol has no input '{name}'.{suggestion(name, inputs)}")
    return set(inputs) - set(data_names)
