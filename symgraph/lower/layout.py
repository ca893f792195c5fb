"""Layout: a graph whose layers compute on arrays with channels last, where they would rather do so.

Nothing changes at the borders: arguments come and outputs go in MXNet's order. Transpositions stand where an operator
that cannot tell (`Op.relaid`) meets one that did.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.layout import Order, Relaid, moved
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.registry import op_in_role
from symgraph.ir.shape import MaybeShape


def relaid(graph: Graph, ctx: LowerContext, shapes: Sequence[MaybeShape]) -> Graph:
    """`graph` with its operators replaced by what they are in other layouts; the same graph if none is.

    Args:
        ctx: the mode and platform to lower for.
        shapes: of every entry of the graph, in MXNet's order of axes.
    """
    layout = _Layout(shapes)
    for node, (op, ins, first, last) in zip(graph.order, graph.wiring, strict=True):
        layout.enter(node, op, ctx, ins, range(first, last))
    if not layout.is_changed:
        return graph
    return graph.with_heads([layout.fetch(entry, None) for entry in graph.head_entries])


class _Layout:
    """Where the value of each entry of the old graph is found in the new one, and in which order."""

    def __init__(self, shapes: Sequence[MaybeShape]):
        self._shapes = shapes
        self._placed: dict[int, tuple[Entry, Order]] = {}
        self._fetched: dict[tuple[int, Order], Entry] = {}
        self.is_changed = False

    def enter(self, node: Node, op: Op | None, ctx: LowerContext, ins: Sequence[int], outs: Sequence[int]) -> None:
        """Put a node of the old graph into the new one."""
        found = None
        if op is not None and all(shape is not None for shape in (self._shapes[e] for e in ins)):
            orders = [self._placed[e][1] for e in ins]
            found = op.relaid(ctx, [self._shapes[e] for e in ins], orders)
        if found is None:
            found = Relaid(op, (None,) * len(ins), (None,) * len(outs))
        else:
            self.is_changed = True
        inputs = [self.fetch(e, order) for e, order in zip(ins, found.inputs, strict=True)]
        for slot, preparation in found.preparations:
            source, _ = inputs[slot]
            inputs[slot] = Node(preparation, source.name, {}, (inputs[slot],), source.source), 0
        if found.op is not op or tuple(inputs) != node.inputs:
            node = Node(found.op, node.name, node.attrs, tuple(inputs), node.source)
        for index, (entry, order) in enumerate(zip(outs, found.outputs, strict=True)):
            self._placed[entry] = (node, index), order

    def fetch(self, entry: int, wanted: Order) -> Entry:
        """The value of an entry of the old graph in the order that is wanted."""
        found, present = self._placed[entry]
        shape = self._shapes[entry]
        axes = None if shape is None else moved(present, wanted, len(shape))
        if axes is None:
            return found
        made = self._fetched.get((entry, wanted))
        if made is None:
            source, _ = found
            permutation = op_in_role("permutation").from_values(axes=axes)
            made = self._fetched[entry, wanted] = Node(permutation, source.name, {}, (found,), source.source), 0
        return made
