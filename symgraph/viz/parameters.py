"""Which variables of a network are its parameters, and how many numbers each layer has of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import Inferred
from symgraph.ir.shape import size
from symgraph.viz.inputs import is_parameter_name

_PARAMETER_SLOTS = frozenset({"weight", "bias", "gamma", "beta", "parameters"})
_SIDE_SLOTS = ("label", "state", "length")


def roles(graph: Graph, shape: Mapping[str, Any] | None) -> tuple[list[Node], set[Node]]:
    """Parameters of the network, and the variables that carry its data; labels, states and lengths are neither.

    A parameter feeds a slot that layers keep for them, or has a parameter's name, or, once the inputs have been named,
    is none of these.
    """
    slots = defaultdict(set)
    for node in graph.order:
        if node.op is not None:
            for slot, (source, _) in zip(node.op.inputs(), node.inputs, strict=True):
                slots[source].add(slot)
    parameters, inputs = [], set()
    for node in graph.arguments:
        is_side = any(word in slot for slot in slots[node] for word in _SIDE_SLOTS)
        is_unnamed = shape is not None and node.name not in shape
        if slots[node] & _PARAMETER_SLOTS or is_parameter_name(node.name) or (is_unnamed and not is_side):
            parameters.append(node)
        elif not is_side:
            inputs.add(node)
    return parameters, inputs


def counts_of(graph: Graph, inferred: Inferred, parameters: Iterable[Node]) -> dict[Node, int | None]:
    """Number of parameters that each node is the first to use."""
    unused = set(parameters)
    counts = {}
    for node in graph.order:
        own = unused.intersection(source for source, _ in node.inputs)
        unused -= own
        counts[node] = total(size(inferred.of(variable)) for variable in own)
    return counts


def total(sizes: Iterable[int | None]) -> int | None:
    """The sum, not known unless all of it is."""
    known = list(sizes)
    return None if None in known else sum(known)  # type: ignore[arg-type]
