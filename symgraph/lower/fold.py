"""Fold: layers that scale and shift channels, done by the layer before them.

At inference batch normalization is a scale and a shift per channel. A convolution can do that with other weights and
another bias, which are made once (`symgraph.lower.prepare`), so that the normalization costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symgraph.ir.graph import Entry, Graph, Node, rewrite
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.shape import MaybeShape


def folded(graph: Graph, ctx: LowerContext, shapes: Sequence[MaybeShape]) -> Graph:
    """`graph` with the layers folded that can be; the same graph if there are none.

    Args:
        ctx: the mode and platform to lower for.
        shapes: of every entry of the graph.
    """
    if ctx.is_train:
        return graph
    uses = Counter([*graph.head_entries, *(entry for _, ins, _, _ in graph.wiring for entry in ins)])
    plans: dict[Node, tuple[Op, Op, Op]] = {}
    for node, (op, ins, first, last) in zip(graph.order, graph.wiring, strict=True):
        if op is None or not ins or any(uses[entry] for entry in range(first + 1, last)):
            continue
        source, index = node.inputs[0]
        shape = shapes[ins[0]]
        if source.op is None or index or uses[ins[0]] > 1 or shape is None:
            continue
        found = op.as_scale_and_shift(ctx, len(shape))
        absorbing = found and source.op.absorbing(found[1])
        if found and absorbing and len(source.op.outputs()) == 1:
            plans[node] = found[0], absorbing[1], absorbing[0]

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Sequence[Entry] | None:
        if node.op is None or node not in plans:
            return None
        (source, _), *rest = inputs
        factor_op, parameter_op, layer_op = plans[node]
        factors = Node(factor_op, node.name, {}, tuple(rest), node.source)
        made = Node(parameter_op, node.name, {}, ((factors, 0), (factors, 1), *source.inputs[1:]), node.source)
        layer = Node(layer_op, source.name, source.attrs, (source.inputs[0], (made, 0), (made, 1)), source.source)
        return [(layer, 0)] * len(node.op.outputs())

    return graph.with_heads(rewrite(graph.heads, replace)) if plans else graph
