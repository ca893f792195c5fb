"""Which arguments of a network are labels, rather than data or parameters."""

from __future__ import annotations

from collections import defaultdict

from symgraph.ir.graph import Graph, Node


def label_takers(graph: Graph) -> dict[str, Node]:
    """The names of arguments that layers take as labels and nothing takes as anything else, each with such a layer.

    A label may go through operators of one input on its way, as through a Reshape; others would make labels of parameters.
    """
    takers: dict[Node, list[Node | None]] = defaultdict(list)
    for node in reversed(graph.order):
        if node.op is None:
            continue
        passes_on = len(node.inputs) == 1 and takers[node] and None not in takers[node]
        beyond = takers[node][0] if passes_on else None
        for slot, (source, _) in zip(node.op.inputs(), node.inputs, strict=True):
            takers[source].append(node if slot == "label" else beyond)
    return {
        node.name: found[0] for node in graph.arguments if (found := takers[node]) and None not in found and found[0]
    }


def labels_of(graph: Graph) -> list[str]:
    """The names of arguments that are labels: layers take them as such, or their names end so."""
    taken = label_takers(graph)
    return [node.name for node in graph.arguments if node.name in taken or node.name.endswith("label")]
