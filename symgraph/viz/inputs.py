"""What the caller of a picture or table says about a symbol's inputs, checked and turned into facts on its graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import (
    ArgumentTypeError,
    MXNetError,
    ShapeError,
    UnknownArgumentError,
    described,
    listed,
    suggestion,
)
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import Inferred, infer_shapes
from symgraph.ir.shape import from_mxnet, is_known

Shapes = Mapping[str, Sequence[int] | None]
"""Shapes of inputs by name; ``None`` is one that is not known."""

PARAMETER_SUFFIXES = (
    "_weight",
    "_bias",
    "_beta",
    "_gamma",
    "_moving_var",
    "_moving_mean",
    "_running_var",
    "_running_mean",
)
"""Ends of the names that mark a variable as a layer's parameter or statistic rather than an input of the network."""


def is_parameter_name(name: str) -> bool:
    """Whether a variable's name marks it as belonging to a layer."""
    return name.endswith(PARAMETER_SUFFIXES)


def graph_of(symbol: Any) -> Graph:
    """The graph of a symbol; ``TypeError`` for anything else."""
    graph = getattr(symbol, "graph", None)
    if not isinstance(graph, Graph):
        has_one = isinstance(getattr(getattr(symbol, "symbol", None), "graph", None), Graph)
        remedy = "; give its .symbol." if has_one else "."
        raise ArgumentTypeError(f"symbol must be a Symbol, given {type(symbol).__name__}{remedy}")
    return graph


def by_variable(graph: Graph, given: Mapping[str, Any], what: str) -> dict[Node, Any]:
    """`given`, keyed by input name, keyed by variable instead; variables that share a name share the value.

    Raises:
        TypeError: `given` is no mapping.
        UnknownArgumentError: the graph has no variable of a name.
    """
    if not isinstance(given, Mapping):
        raise ArgumentTypeError(
            f"{what} must map input names to values, as in {{'data': ...}}, given {type(given).__name__}."
        )
    variables = [node for node in graph.order if node.is_variable]
    names = list(dict.fromkeys(node.name for node in variables))
    for name in given:
        if name not in names:
            raise UnknownArgumentError(
                f"{what} names '{name}', which is no input of the symbol.{suggestion(str(name), names)} "
                f"Inputs: {listed(names)}."
            )
    return {node: given[node.name] for node in variables if node.name in given}


def shapes_of(graph: Graph, shape: Shapes | None) -> Inferred:
    """Shapes of all entries that follow from the given input shapes: all, unless none are given or one is ``None``.

    Raises:
        ShapeError: shapes contradict each other or are incomplete.
    """
    given = by_variable(graph, {} if shape is None else shape, "shape")
    inferred = infer_shapes(graph, {node: _as_shape(node, s) for node, s in given.items() if s is not None})
    if shape is not None and None not in shape.values():
        require_complete(inferred, "shape", is_known, ShapeError)
    return inferred


def how_to_see_sizes(graph: Graph, inputs: Collection[Node]) -> str:
    """What to do about sizes that no shape tells; `inputs` are the variables of the graph that carry its data."""
    names = list(dict.fromkeys(node.name for node in graph.arguments if node in inputs))
    return f"To see sizes, give the shape of {listed(names, 3)}."


def require_complete(inferred: Inferred, what: str, is_known: Callable[[Any], bool], error: type[MXNetError]) -> None:
    """Raise `error` when something about the graph is not known; the message names the inputs to tell about."""
    graph = inferred.graph
    spans = zip(graph.order, graph.offsets, graph.offsets[1:], strict=False)
    unknown = [node for node, start, end in spans if not all(map(is_known, inferred.values[start:end]))]
    if unknown:
        variables = [node.name for node in unknown if node.is_variable]
        names = [name for name in variables if not is_parameter_name(name)] or variables or [n.name for n in unknown]
        named = listed(dict.fromkeys(f"'{name}'" for name in names), limit=5)
        raise error(f"Input {what} is incomplete: nothing tells the {what} of {named}. Give it in {what}=.")


def _as_shape(node: Node, shape: Any) -> Any:
    is_shape = isinstance(shape, (tuple, list)) and all(isinstance(d, (int, np.integer)) for d in shape)
    if not is_shape:
        raise ArgumentTypeError(f"the shape of '{node.name}' must be a tuple of integers, given {described(shape)}.")
    return from_mxnet(shape)
