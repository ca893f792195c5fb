"""From the graph that the user declared to the one that is lowered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_shapes
from symgraph.ir.op import LowerContext
from symgraph.ir.shape import MaybeShape
from symgraph.lower.complete import complete
from symgraph.lower.fold import folded
from symgraph.lower.layout import relaid


def optimized(graph: Graph, ctx: LowerContext, args: Sequence[Any], aux: Sequence[Any], folds: bool = False) -> Graph:
    """A graph that computes the same from the same arguments, in the way that is fastest on a platform; if JAX is to
    differentiate it in any direction, in the plain way.

    Args:
        ctx: the mode and platform to lower for.
        folds: whether parameters may be changed first, so that layers need not be run. Not if gradients are taken.
        args, aux: arrays, or their stand-ins, for each of `Graph.arguments` and `Graph.auxiliary`.
    """
    graph = complete(graph, args, aux)
    if ctx.plain:
        return graph
    if folds:
        graph = folded(graph, ctx, _shapes(graph, args, aux))
    return relaid(graph, ctx, _shapes(graph, args, aux))


def _shapes(graph: Graph, args: Sequence[Any], aux: Sequence[Any]) -> Sequence[MaybeShape]:
    """The shape of every entry."""
    values = dict(zip(graph.arguments + graph.auxiliary, (*args, *aux), strict=True))
    return infer_shapes(graph, {node: tuple(value.shape) for node, value in values.items()}).values
