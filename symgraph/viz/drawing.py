"""A network as a DOT graph: one node per layer, one edge per tensor that flows between two layers, one frame per block.

Kind and text of a node come from its operator (`Op.picture`, `Op.picture_label`); a name is quoted whatever it contains,
and two nodes of the same name stay two nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pydot

from symgraph.errors import counted
from symgraph.ir.dtype import as_dtype
from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.infer import Inferred
from symgraph.ir.shape import show_example
from symgraph.viz.blocks import Block, runs_of_equals
from symgraph.viz.palette import COLOURS, FRAME, MARKS
from symgraph.viz.parameters import total
from symgraph.viz.quoting import quote

# Beyond so many crossed layers Graphviz's best layout takes minutes (an LSTM of 50 steps: three), a coarse one seconds.
_LARGE = 3000
_COARSE_LAYOUT = {"nslimit": "0.2", "splines": "line"}


@dataclass
class Drawing:
    """What is drawn, and how.

    Attributes:
        nodes: the nodes to show.
        whole: the network as a block; what is inside of it is framed.
        shapes, dtypes: what edges tell, if anything.
        counts: number of parameters of each node, which is told if there is one.
        style: Graphviz's attributes of all nodes.
        kept: names of those that no kind of layer may change, as the user gave them.
        has_ids: give each node, edge and frame an id by which it is found in an SVG: ``n3``, ``n3-n1-0`` and ``b2``; nodes
            by their order, edges by the nodes at their ends and a number, frames by their order in `framed`.
        framed: after drawing, the names of blocks that got a frame, behind that of the whole.
    """

    nodes: Sequence[Node]
    whole: Block
    shapes: Inferred | None = None
    dtypes: Inferred | None = None
    counts: Mapping[Node, int | None] | None = None
    style: Mapping[str, Any] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    has_ids: bool = False
    framed: list[str] = field(default_factory=list)
    _folds: dict[Node, _Fold] = field(default_factory=dict)

    def fold(self, graph: Graph) -> bool:
        """Draw blocks that do what the block before them does as one box; whether there are any."""
        for block in (self.whole, *self.whole.walk()):
            for first, *others in runs_of_equals(graph, block, self.shapes):
                fold = _Fold(block, first, others)
                for other in others:
                    self._folds.update(dict.fromkeys(other.nodes, fold))
        return bool(self._folds)

    def dot(self, title: str) -> Any:
        """The DOT graph of the nodes and of all edges between them."""
        ids = _identifiers(self.nodes)
        dot = pydot.Dot(quote(title), graph_type="digraph", bgcolor="white")
        if _extent(list(ids)) > _LARGE:
            dot.obj_dict["attributes"].update(_COARSE_LAYOUT)
        dot.set_node_defaults(**{key: quote(str(value)) for key, value in self.style.items()})
        frames = self._frames(dot)
        self.framed = list(frames)
        self._add_nodes(ids, frames)
        self._add_edges(dot, ids)
        return dot

    def _frames(self, dot: Any) -> dict[str, Any]:
        """A frame for each block with something to show, by its name; for the whole, the picture itself."""
        frames = {self.whole.name: dot}
        shown = {node for node in self.nodes if node not in self._folds}
        for block in (self.whole, *self.whole.walk()):
            for inner in block.blocks if block.name in frames else ():
                if not shown.isdisjoint(inner.nodes):
                    attrs = {key: quote(value) for key, value in FRAME.items()} | self._id(f"b{len(frames)}")
                    frames[inner.name] = pydot.Cluster(f"b{len(frames)}", label=quote(inner.name), **attrs)
                    frames[block.name].add_subgraph(frames[inner.name])
        return frames

    def _add_nodes(self, ids: dict[Node, str], frames: Mapping[str, Any]) -> None:
        """A box for each node and each fold; nodes that are folded get the identifier of their fold."""
        places = {node: block.name for block in (self.whole, *self.whole.walk()) for node in block.nodes}
        drawn = set()
        for i, (node, identifier) in enumerate(list(ids.items())):
            fold = self._folds.get(node)
            if fold is None:
                attrs = self._appearance(node) | self._id(f"n{i}")
                frames[places.get(node, self.whole.name)].add_node(pydot.Node(identifier, **attrs))
                continue
            ids[node] = quote(f"more like {fold.first.name}")
            if ids[node] not in drawn:
                drawn.add(ids[node])
                frames[fold.parent.name].add_node(pydot.Node(ids[node], **self._folded_appearance(fold)))

    def _add_edges(self, dot: Any, ids: Mapping[Node, str]) -> None:
        """An arrow for each input; of those that begin or end at a fold, one of each kind."""
        drawn = set()
        numbers = {node: i for i, node in enumerate(ids)}
        for node, identifier in ids.items():
            for slot, entry in enumerate(node.inputs):
                if entry[0] not in ids:
                    continue
                ends = identifier, ids[entry[0]]
                label = quote(_edge_label(entry, self.shapes, self.dtypes))
                is_folded = node in self._folds or entry[0] in self._folds
                if is_folded and (ends[0] == ends[1] or (ends, label) in drawn):
                    continue
                drawn.add((ends, label))
                key = self._id(f"n{numbers[node]}-n{numbers[entry[0]]}-{slot}")
                dot.add_edge(pydot.Edge(*ends, dir="back", arrowtail="open", label=label, **key))

    def _id(self, text: str) -> dict[str, Any]:
        return {"id": quote(text)} if self.has_ids else {}

    def _appearance(self, node: Node) -> dict[str, Any]:
        kind = kind_of(node)
        label = (node.op.picture_label() if node.op is not None else "") or node.name
        if self.counts is not None and node.op is not None:
            label = "\n".join([node.name, node.op.picture_label() or node.op.name, *_told(self.counts[node])])
        marks = {key: quote(value) for key, value in MARKS[kind].items() if key not in self.kept or key == "shape"}
        return {"label": quote(label), "fillcolor": quote(COLOURS[kind]), **marks}

    def _folded_appearance(self, fold: _Fold) -> dict[str, Any]:
        others = fold.others
        names = others[0].name if len(others) == 1 else f"{others[0].name} … {others[-1].name}"
        label = [f"{counted(len(others), 'more block')} like {fold.first.name}", names]
        if self.counts is not None:
            label += _told(total(self.counts[node] for block in others for node in block.nodes))
        return {"label": quote("\n".join(label)), "shape": "box3d", "fillcolor": "white"}


@dataclass(frozen=True)
class _Fold:
    """Blocks that are drawn as one box: `others`, which compute what `first` computes. All of them are in `parent`."""

    parent: Block
    first: Block
    others: list[Block]


def _told(count: int | None) -> list[str]:
    """A line about the number of parameters, if there are any."""
    if count is None:
        return ["? parameters"]
    return [f"{count:,} parameter{'' if count == 1 else 's'}"] if count else []


def kind_of(node: Node) -> str:
    """Kind of layer by which a node is drawn."""
    return "variable" if node.op is None else node.op.picture


def _extent(nodes: Sequence[Node]) -> int:
    """How many layers all edges cross together. The time of a layout grows with it, and with its square or worse."""
    depth: dict[Node, int] = {}
    users: dict[Node, list[int]] = {node: [] for node in nodes}
    for node in nodes:
        sources = [source for source, _ in node.inputs if source in users]
        depth[node] = 1 + max((depth[source] for source in sources if source.inputs), default=0)
        for source in sources:
            users[source].append(depth[node])
    starts = {node: depth[node] if node.inputs else min(users[node], default=1) - 1 for node in nodes}
    return sum(end - starts[node] for node in nodes for end in users[node])


def _identifiers(nodes: Sequence[Node]) -> dict[Node, str]:
    """A quoted DOT identifier per node: its name, numbered from the second node of that name on."""
    names = {node.name for node in nodes}
    taken: set[str] = set()
    ids = {}
    for node in nodes:
        name = node.name
        if name in taken:
            name = next(n for i in count(2) if (n := f"{node.name} ({i})") not in names and n not in taken)
        taken.add(name)
        ids[node] = quote(name)
    return ids


def _edge_label(entry: Entry, shapes: Inferred | None, dtypes: Inferred | None) -> str:
    """``64x32x32(float16)``: shape without the first dimension, and dtype, as far as they were asked for."""
    text = ""
    if shapes is not None:
        text = show_example(shapes.at(entry))
    if dtypes is not None:
        text += f"({as_dtype(dtypes.at(entry)).name})"
    return text
