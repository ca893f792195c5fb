"""Shape and type inference as MXNet's API spells it: by position or name, 0 and () for what is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from symgraph.errors import (
    ArgumentValueError,
    BindError,
    DTypeError,
    MXNetError,
    ShapeError,
    UnknownArgumentError,
    brief,
    counted,
    listed,
    suggestion,
)
from symgraph.ir import shape as shapes
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.labels import label_takers
from symgraph.ir.source import warn_user

Kind = Literal["shape", "type"]
Results = tuple[list, list, list]
"""Of all arguments, outputs and auxiliary states."""


@dataclass(frozen=True)
class _Spelling:
    read: Callable[[Any], Any]
    infer: Callable[[Graph, Mapping[Node, Any]], Any]
    write: Callable[[Any], Any]
    is_known: Callable[[Any], bool]
    legend: str = ""


def read_shape(value: Any) -> shapes.MaybeShape:
    """A shape as a user gives it.

    Raises:
        ShapeError: it is no tuple or list of integers, or a dimension is negative.
    """
    try:
        if isinstance(value, (tuple, list)):
            return shapes.from_mxnet([operator.index(dim) for dim in value])
    except TypeError:
        pass
    raise ShapeError(f"{brief(value)} is no shape; give a tuple of integers, 0 for an unknown dimension.")


_SPELLINGS: dict[str, _Spelling] = {
    "shape": _Spelling(read_shape, infer_shapes, shapes.to_mxnet, shapes.is_known, " (0 is an unknown dimension)"),
    "type": _Spelling(as_dtype, infer_dtypes, lambda d: None if d is None else d.type, lambda d: d is not None),
}


def infer(graph: Graph, kind: Kind, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Results:
    """What follows from the given values, in MXNet's spelling."""
    return _written(kind, _infer(graph, kind, args, kwargs))


def infer_complete(
    graph: Graph, kind: Kind, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Results | tuple[None, None, None]:
    """`infer` if everything follows from the given values, else three times ``None`` and a warning that lists the rest."""
    results = _infer(graph, kind, args, kwargs)
    spelling = _SPELLINGS[kind]
    is_known = spelling.is_known
    written = _written(kind, results)
    if all(is_known(value) for group in results for value in group):
        return written
    unknown = [
        f"\n\t{node.name}: {text}"
        for node, value, text in zip(graph.arguments, results[0], written[0], strict=True)
        if not is_known(value)
    ]
    warn_user(
        f"Cannot decide {kind} for the following arguments{spelling.legend}. "
        f"Consider providing them as input:{''.join(unknown) or ' none; an output stays open'}"
    )
    return None, None, None


def _infer(graph: Graph, kind: Kind, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Results:
    spelling = _SPELLINGS[kind]
    known = {}
    for node, value in _by_variable(graph, kind, args, kwargs).items():
        try:
            known[node] = spelling.read(value)
        except MXNetError as error:
            raise type(error)(f"infer_{kind}: argument '{node.name}': {error}") from None
    inferred = spelling.infer(graph, known)
    return (
        [inferred.of(node) for node in graph.arguments],
        inferred.heads(),
        [inferred.of(node) for node in graph.auxiliary],
    )


def _written(kind: Kind, results: Results) -> Results:
    write = _SPELLINGS[kind].write
    arguments, outputs, auxiliary = ([write(value) for value in group] for group in results)
    return arguments, outputs, auxiliary


def _by_variable(graph: Graph, kind: Kind, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[Node, Any]:
    if args and isinstance(args[0], Mapping):
        raise UnknownArgumentError(f"infer_{kind}: given a dict; unpack it with two stars, infer_{kind}(**{kind}s).")
    if args and kwargs:
        raise ArgumentValueError(f"infer_{kind}: give {kind}s either by position or by name, not both.")
    if len(args) > len(graph.arguments):
        raise UnknownArgumentError(
            f"infer_{kind}: {counted(len(args), kind)} given, but the symbol has {counted(len(graph.arguments), 'argument')}."
        )
    if args:
        return {node: value for node, value in zip(graph.arguments, args, strict=False) if value is not None}
    variables = graph.arguments + graph.auxiliary
    known = {node: kwargs[node.name] for node in variables if kwargs.get(node.name) is not None}
    unknown = kwargs.keys() - {node.name for node in variables}
    if unknown:
        names = [node.name for node in variables]
        name = min(unknown)
        hint = suggestion(name, names)
        raise UnknownArgumentError(
            f"infer_{kind}: the symbol has no argument '{name}'.{hint} Arguments: {listed(names)}."
        )
    return known


def all_shapes(graph: Graph, what: str, given: Mapping[str, Any], form: str = "") -> dict[Node, tuple[int, ...]]:
    """Shapes of all variables from those of some, by name.

    Args:
        form: how a caller gives a shape, such as ``"{}=(32, ...)"``, for the message.

    Raises:
        ShapeError: shapes contradict each other; `what` begins the message.
        BindError: they do not determine all others.
    """
    nodes = graph.arguments + graph.auxiliary
    known = {}
    for node in nodes:
        if node.name in given:
            try:
                known[node] = read_shape(given[node.name])
            except ShapeError as error:
                raise ShapeError(f"{what}: argument '{node.name}': {error}") from None
    inferred = infer_shapes(graph, known)
    unknown = [node for node in nodes if not shapes.is_known(inferred.of(node))]
    if unknown:
        names = [node.name for node in nodes]
        astray = next((name for name in given if name not in names), None)
        advice = (
            _give(graph, unknown, form) if astray is None else f"There is no '{astray}'.{suggestion(astray, names)}"
        )
        shown = "; ".join(f"{node.name}: {shapes.show(inferred.of(node))}" for node in unknown)
        raise BindError(
            f"{what} cannot decide the shapes of these arguments (? is an unknown dimension): {shown}. "
            f"Given: {dict(given)}. {advice}"
        )
    return {node: inferred.of(node) for node in nodes}


def _give(graph: Graph, unknown: Sequence[Node], form: str) -> str:
    """Which shapes to give: those of variables that no layer made for itself, and that are no labels."""
    made = {source for node in graph.order for source in node.own_variables()}
    labels = label_takers(graph)
    inputs = [node.name for node in unknown if node not in made and node.name not in labels]
    if not inputs:
        return "Provide more shapes."
    example = f", as in {form.format(inputs[0])}" if form else ""
    return f"Give the {'shape' if len(inputs) == 1 else 'shapes'} of {listed(inputs)}{example}."


def all_dtypes(graph: Graph, given: Mapping[str, Any]) -> dict[Node, np.dtype]:
    """Dtypes of all variables; those that nothing determines become float32, one after the other where need be."""
    nodes = graph.arguments + graph.auxiliary
    known = {node: as_dtype(given[node.name]) for node in nodes if node.name in given}
    inferred = infer_dtypes(graph, known)
    open_nodes = [node for node in nodes if inferred.of(node) is None]
    try:
        inferred = infer_dtypes(graph, {**known, **dict.fromkeys(open_nodes, FLOAT32)})
    except DTypeError:
        for node in open_nodes:
            if inferred.of(node) is None:
                known[node] = FLOAT32
                inferred = infer_dtypes(graph, known)
    return {node: inferred.of(node) for node in nodes}
