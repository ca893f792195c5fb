"""From the graph that the user declared to the one that is lowered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_shapes
from symgraph.ir.op import LowerContext
from symgraph.lower.complete import complete
from symgraph.lower.layout import relaid


def optimized(graph: Graph, is_train: bool, platform: str, args: Sequence[Any], aux: Sequence[Any]) -> Graph:
    """A graph that computes the same from the same arguments, in the way that is fastest on a platform.

    Args:
        args, aux: arrays, or their stand-ins, for each of `Graph.arguments` and `Graph.auxiliary`.
    """
    graph = complete(graph, args, aux)
    values = dict(zip(graph.arguments + graph.auxiliary, (*args, *aux), strict=True))
    shapes = infer_shapes(graph, {node: tuple(value.shape) for node, value in values.items()}).values
    return relaid(graph, LowerContext(is_train, platform), shapes)
