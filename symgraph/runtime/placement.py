"""Where the nodes of a graph are, when groups of them are given contexts (``group2ctx``)."""

from __future__ import annotations

from collections.abc import Mapping

from symgraph.ir.graph import Graph, Node
from symgraph.runtime.context import Context


def placed(graph: Graph, contexts: Mapping[str, Context], default: Context) -> dict[Node, Context]:
    """The context of every node: that of its group (``ctx_group``), else that of its first input which has one.

    A program runs on one device. So only contexts that stand for the device of `default` count, as all CPU contexts of
    a usual process do; nodes that are left out are on `default`.
    """
    here = {group: context for group, context in contexts.items() if _same_device(context, default)}
    found: dict[Node, Context] = {}
    for node in graph.order:
        candidates = (here.get(node.attrs.get("__ctx_group__", "")), *(found.get(source) for source, _ in node.inputs))
        context = next((candidate for candidate in candidates if candidate is not None), None)
        if context is not None:
            found[node] = context
    return found


def _same_device(context: Context, other: Context) -> bool:
    if context.platform == other.platform == "cpu":
        return context.jax_device == other.jax_device
    return context == other
