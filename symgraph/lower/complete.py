"""Completion: what inference learnt, written into the operators that need it (`Op.complete`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.ir.graph import Entry, Graph, Node, rewrite
from symgraph.ir.infer import infer_dtypes, infer_shapes


def complete(graph: Graph, args: Sequence[Any], aux: Sequence[Any]) -> Graph:
    """`graph` for inputs of the shapes and dtypes of `args` and `aux`; the same graph if nothing is open in it."""
    if all(node.op is None or node.op.complete is None for node in graph.order):
        return graph
    values = dict(zip(graph.arguments + graph.auxiliary, (*args, *aux), strict=True))
    shapes = infer_shapes(graph, {node: tuple(value.shape) for node, value in values.items()}).values
    dtypes = infer_dtypes(graph, {node: np.dtype(value.dtype) for node, value in values.items()}).values
    entries = {node: slice(first, last) for node, (_, _, first, last) in zip(graph.order, graph.wiring, strict=True)}

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Node | None:
        if node.op is None or node.op.complete is None:
            return None
        own = entries[node]
        return Node(node.op.complete(shapes[own], dtypes[own]), node.name, node.attrs, inputs, node.source)

    return graph.alike(rewrite(graph.heads, replace))
