"""The blocks of a network, read from the names of its layers: ``stage1_unit2_conv1`` stands in ``stage1_unit2``, in ``stage1``.

Names are people's. A first word that begins the names of one kind of layer only (``conv_3a_1x1``, ``relu_3a_1x1``) says what
the layer is, not where it stands, and is passed over. What shares a prefix is a block only if it hangs together: no way
leads out of it and in again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import Inferred
from symgraph.viz.inputs import is_parameter_name

Words = tuple[str, ...]


@dataclass(eq=False)
class Block:
    """Layers that share the first words of their names.

    Attributes:
        name: these words.
        nodes: its layers in the order of the graph, those of blocks inside of it included.
        blocks: the blocks inside of it, in the order of their first layers.
    """

    name: str
    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def walk(self) -> Iterator[Block]:
        """The blocks inside of it at any depth, outer ones first."""
        for block in self.blocks:
            yield block
            yield from block.walk()


def blocks_of(graph: Graph) -> Block:
    """The whole network as a block without a name."""
    places, named = _places(graph)
    members: dict[Words, list[Node]] = defaultdict(list)
    for node, words in places.items():
        for length in range(1, len(words) + 1):
            members[words[:length]].append(node)
    own = Counter(words[:length] for words in named for length in range(1, len(words) + 1))
    whole = Block("", list(places))
    made: dict[Words, Block] = {(): whole}
    for words in sorted(members, key=len):
        nodes = members[words]
        parent = next(made[words[:length]] for length in range(len(words) - 1, -1, -1) if words[:length] in made)
        if own[words] > 1 and _layers(nodes) < _layers(parent.nodes) and hangs_together(graph, nodes):
            made[words] = Block("_".join(words), nodes)
            parent.blocks.append(made[words])
    position = {node: i for i, node in enumerate(graph.order)}
    for block in made.values():
        block.blocks.sort(key=lambda inner: position[inner.nodes[0]])
    return whole


def _layers(nodes: Sequence[Node]) -> int:
    return sum(node.op is not None for node in nodes)


def hangs_together(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Whether the nodes are connected by edges among themselves, and no way leads from one to another past the rest."""
    inside = set(nodes)
    left: set[Node] = set()
    roots = {node: node for node in nodes}

    def root(node: Node) -> Node:
        while roots[node] is not node:
            node = roots[node]
        return node

    for node in graph.order:
        sources = [source for source, _ in node.inputs]
        if node not in inside:
            if any(source in inside or source in left for source in sources):
                left.add(node)
            continue
        if any(source in left for source in sources):
            return False
        for source in inside.intersection(sources):
            roots[root(source)] = root(node)
    return len({root(node) for node in nodes}) == 1


def runs_of_equals(graph: Graph, block: Block, shapes: Inferred | None) -> list[list[Block]]:
    """Neighbours inside of a block that compute the same, each from what the one before it gives."""
    runs: list[list[Block]] = []
    before: Any = None
    for inner in block.blocks:
        signature = _signature(inner, shapes)
        if runs and signature == before and hangs_together(graph, [*runs[-1][-1].nodes, *inner.nodes]):
            runs[-1].append(inner)
        else:
            runs.append([inner])
        before = signature
    return [run for run in runs if len(run) > 1]


def _signature(block: Block, shapes: Inferred | None) -> list[Any]:
    """What two blocks have in common if they compute the same: operators, attributes, connections, and shapes if known."""
    number = {node: i for i, node in enumerate(block.nodes)}
    return [
        (
            type(node.op),
            repr(node.op),
            None if shapes is None else shapes.of(node),
            [(number.get(source), output) for source, output in node.inputs],
        )
        for node in block.nodes
    ]


def _places(graph: Graph) -> tuple[dict[Node, Words], list[Words]]:
    """The words that say where a node stands; and those of the layers that have a name of their own.

    A layer without one stands where the last of its inputs does, a parameter where its layer does.
    """
    words = _passed_over(
        {node: tuple(re.findall(r"[^_/.:]+", node.name)) for node in graph.order if node.op is not None}
    )
    position = {node: i for i, node in enumerate(graph.order)}
    found: dict[Node, Words] = {}
    named = []
    for node in words:
        before = [source for source, _ in node.inputs if source.op is not None]
        if before and _is_unnamed(node):
            found[node] = found[max(before, key=position.__getitem__)]
        else:
            found[node] = words[node]
            named.append(words[node])
    users: dict[Node, set[Words]] = defaultdict(set)
    for node, place in found.items():
        for source, _ in node.inputs:
            if source.is_variable and is_parameter_name(source.name):
                users[source].add(place)
    alone = {variable: next(iter(places)) for variable, places in users.items() if len(places) == 1}
    everything = found | alone
    return {node: everything[node] for node in graph.order if node in everything}, named


def _is_unnamed(node: Node) -> bool:
    """Whether the name was made for the layer, so that it says nothing: ``_plus3``, ``activation0``."""
    kind = "" if node.op is None else node.op.name.lower()
    return node.name.startswith("_") or re.fullmatch(rf"{re.escape(kind)}\d+", node.name) is not None


def _passed_over(places: Mapping[Node, Words]) -> Mapping[Node, Words]:
    """Without first words that begin the names of one kind of layer only, as long as there are any."""
    while True:
        kinds: dict[str, set[type]] = defaultdict(set)
        for node, words in places.items():
            kinds[words[0] if words else ""].add(type(node.op))
        idle = {word for word, found in kinds.items() if len(found) == 1 and word.isalpha()}
        shorter = {n: words[1:] if len(words) > 1 and words[0] in idle else words for n, words in places.items()}
        if shorter == places:
            return places
        places = shorter
