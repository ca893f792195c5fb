"""Mirroring: which results of the forward pass the backward pass is to compute again, rather than find kept.

Backward goes through the nodes from the last to the first. What is kept until then decides how much memory a training step
takes; what can be computed again from something else that is kept need not be (Chen, Xu, Zhang, Guestrin: Training deep nets
with sublinear memory cost, 2016). MXNet calls that mirroring. A `Plan` says which nodes are run `again`, and where the graph
is cut into segments: what crosses a cut is kept, so that one segment at a time is computed again (`symgraph.lower.recompute`).
"""

from __future__ import annotations

import math
import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from symgraph.errors import MXNetError, OpAttributeError
from symgraph.ir.attrs import codec
from symgraph.ir.graph import Graph, Node
from symgraph.ir.op import Op

Choice = Literal["none", "marked", "cheap"]
"""Which nodes are computed again: none; those that the user marked (``force_mirroring``); those, and all cheap ones."""

SWITCH = "MXNET_BACKWARD_DO_MIRROR"
_MARK, _STAGE = "__force_mirroring__", "__mirror_stage__"
_BOOL = codec(bool)


def asked_for(graph: Graph) -> Choice:
    """What the user wants computed again, by marks on nodes and by an environment variable, which is read here.

    Raises:
        MXNetError: the variable is no integer.
        OpAttributeError: a mark is no bool.
    """
    marked = [node for node in graph.order if _is_marked(node)]
    text = os.environ.get(SWITCH, "0")
    try:
        takes_all = int(text) != 0
    except ValueError:
        raise MXNetError(f"environment variable {SWITCH}={text!r} is invalid; expected 0 or 1.") from None
    return "cheap" if takes_all else "marked" if marked else "none"


def _is_marked(node: Node) -> bool:
    text = node.attrs.get(_MARK)
    if text is None or node.op is None:
        return False
    try:
        return bool(_BOOL.parse(text))
    except ValueError:
        complaint = _BOOL.complaint("force_mirroring", text)
        raise OpAttributeError(f"{node.describe()}: {complaint}") from None


def _ends_stage(node: Node) -> bool:
    """Whether the user marked the end of a segment. MXNet reads no such mark; what others read takes any text but these."""
    return node.op is not None and node.attrs.get(_STAGE, "").lower() not in ("", "0", "false")


@dataclass(frozen=True)
class Plan:
    """What is computed again.

    Attributes:
        again: positions of the nodes that are run again.
        affected: positions of those, and of the nodes that take an output of theirs, so that their gradient is made ready
            in the backward pass only.
        kept: entries of nodes in `again` that are kept: outputs of the graph, and what crosses a cut.
        order: all positions in the order in which backward comes to them, from its end; empty: their own order.
        cuts: places in that order at which a new segment begins.
    """

    again: frozenset[int] = frozenset()
    affected: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    order: tuple[int, ...] = ()
    cuts: tuple[int, ...] = ()

    @cached_property
    def _places(self) -> dict[int, int]:
        return {position: place for place, position in enumerate(self.order)}

    def place(self, position: int) -> int:
        """Where in the order a node is."""
        return self._places.get(position, position)

    def segment(self, position: int) -> int:
        """Number of the segment that a node is in."""
        return bisect_right(self.cuts, self.place(position))


NOTHING = Plan()


def planned(graph: Graph, choice: Choice) -> Plan:
    """Which nodes are run again; `in_segments` has the rest of the plan."""
    if choice == "none":
        return NOTHING
    uses = Counter(state for node in graph.order for state, _ in node.states())
    fixed = {i for i, node in enumerate(graph.order) if _runs_once(node) or any(uses[s] > 1 for s, _ in node.states())}
    again = {
        i
        for i, node in enumerate(graph.order)
        if i not in fixed and not _is_kept(node) and (_is_marked(node) or (choice == "cheap" and _is_cheap(node.op)))
    }
    made = {entry for i in again for entry in _outputs(graph, i)}
    takers = {i for i, (_, ins, _, _) in enumerate(graph.wiring) if not made.isdisjoint(ins)}
    kept = made & {*graph.head_entries, *(entry for i in fixed for entry in graph.wiring[i][1])}
    return Plan(frozenset(again), frozenset(again | (takers - fixed)), frozenset(kept))


def _runs_once(node: Node) -> bool:
    return node.op is None or node.op.is_effectful


def _is_kept(node: Node) -> bool:
    """Whether to compute the outputs again gains nothing, as those of a loss, or the user says so."""
    return (node.op is not None and node.op.ignores_head_grad()) or _ends_stage(node)


def in_segments(graph: Graph, plan: Plan, sizes: Sequence[int]) -> Plan:
    """The plan with cuts: after nodes that the user marked as the end of a stage; without such marks, where little crosses,
    about every √n of n nodes that are run again.

    Args:
        sizes: bytes of each entry.
    """
    order = _deepest_first(graph)
    plan = replace(plan, order=tuple(order))
    stages = [place + 1 for place, i in enumerate(order) if _ends_stage(graph.order[i])]
    plan = replace(plan, cuts=tuple(stages or _narrow_places(graph, plan, sizes)))
    return replace(plan, kept=plan.kept | _crossing(graph, plan))


def _deepest_first(graph: Graph) -> list[int]:
    """An order in which each node comes as late as the nodes allow that take most steps to reach: what enters at a step of
    an unrolled network then belongs to the step, and not to the beginning."""
    depths: list[int] = []
    inputs: list[list[int]] = []
    for _, ins, _, _ in graph.wiring:
        sources = {graph.owners[entry] for entry in ins}
        inputs.append(sorted(sources, key=lambda i: (depths[i], i)))
        depths.append(1 + max((depths[i] for i in sources), default=0))
    order: list[int] = []
    entered: set[int] = set()
    stack = [(i, False) for i in sorted(range(len(depths)), key=lambda i: (depths[i], i))]
    while stack:
        i, is_left = stack.pop()
        if is_left:
            order.append(i)
        elif i not in entered:
            entered.add(i)
            stack.append((i, True))
            stack += [(source, False) for source in inputs[i] if source not in entered]
    return order


def _narrow_places(graph: Graph, plan: Plan, sizes: Sequence[int]) -> list[int]:
    """Places for cuts among the nodes that are run again, at distances of about √n."""
    again = [place for place, i in enumerate(plan.order) if i in plan.again]
    length = math.isqrt(len(again))
    last_use: dict[int, int] = {}
    for place, i in enumerate(plan.order):
        last_use.update(dict.fromkeys(graph.wiring[i][1], place))
    made = [[(last_use.get(e, -1), sizes[e]) for e in _outputs(graph, plan.order[place])] for place in again]
    cuts: list[int] = []
    start = 0
    while start + length < len(again):
        window = range(start + max(length // 2, 1), min(start + length + length // 2 + 1, len(again)))

        def crossing(end: int, begin: int = start) -> int:
            return sum(size for entries in made[begin:end] for use, size in entries if use >= again[end])

        start = min(reversed(window), key=crossing)
        cuts.append(again[start])
    return cuts


def _outputs(graph: Graph, position: int) -> range:
    _, _, first, last = graph.wiring[position]
    return range(first, last)


def _is_cheap(op: Op | None) -> bool:
    return op is not None and op.is_cheap


def _crossing(graph: Graph, plan: Plan) -> set[int]:
    """Entries of nodes computed again that a later segment uses. What cheap nodes make of arguments alone is not kept."""
    found: set[int] = set()
    at_hand = {i for i, node in enumerate(graph.order) if node.is_variable}
    for i in plan.order or range(len(graph.order)):
        op, ins, _, _ = graph.wiring[i]
        if i in plan.again and _is_cheap(op) and all(graph.owners[e] in at_hand for e in ins):
            at_hand.add(i)
        segment = plan.segment(i)
        found |= {
            e
            for e in ins
            if graph.owners[e] in plan.again
            and graph.owners[e] not in at_hand
            and plan.segment(graph.owners[e]) < segment
        }
    return found
