"""A graph as ONNX nodes: node by node, by the table, for inputs of known shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symgraph.export.onnx.sampling import values
from symgraph.export.onnx.site import Shape, Site, refuse
from symgraph.export.onnx.table import DECODING, OPERATORS, TRAINING, unread
from symgraph.ir.graph import Entry, Graph, Node


@dataclass(frozen=True)
class Facts:
    """What is known of a graph before it is written.

    Attributes:
        params: contents of the parameters, by name.
        shapes, dtypes: of all outputs of the nodes that are needed, by node.
    """

    graph: Graph
    params: Mapping[str, np.ndarray]
    shapes: Mapping[Node, Sequence[Shape]]
    dtypes: Mapping[Node, Sequence[np.dtype]]


def sources(node: Node) -> list[Entry | None]:
    """The entry that each input slot of a node reads; ``None`` for those whose contents its translation does not need."""
    skipped = frozenset() if node.op is None else unread(node.op)
    return [None if slot in skipped else entry for slot, entry in enumerate(node.inputs)]


def read_entries(graph: Graph) -> dict[Node, set[int]]:
    """The nodes that the heads need, with their outputs that somebody reads: labels, and what is made of them, are left out."""
    read: dict[Node, set[int]] = {}
    for node, index in graph.heads:
        read.setdefault(node, set()).add(index)
    for node in reversed(graph.order):
        if node in read:
            for entry in sources(node):
                if entry is not None:
                    read.setdefault(entry[0], set()).add(entry[1])
    return {node: read[node] for node in graph.order if node in read}


def _unique(name: str, taken: set[str]) -> str:
    """`name`, with a number at its end if it is taken; from now on it is."""
    unique, count = name, 0
    while unique in taken:
        count += 1
        unique = f"{name}_{count}"
    taken.add(unique)
    return unique


@dataclass
class Section:
    """What was written for one node: ONNX nodes and constants."""

    node: Node
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def same_as(self, other: Section) -> bool:
        """Whether both are written alike, names included."""
        return (
            [node.SerializeToString() for node in self.nodes] == [node.SerializeToString() for node in other.nodes]
            and self.constants.keys() == other.constants.keys()
            and all(np.array_equal(value, other.constants[name]) for name, value in self.constants.items())
        )


class Translator:
    """Writes the nodes of a graph.

    Attributes:
        read: the nodes that are needed, and their outputs that are read.
        names: the name of each entry that was written.
        sections: what was written, node by node.
        inputs: variables that are not parameters, by name.
    """

    def __init__(self, facts: Facts):
        self.facts = facts
        self.read = read_entries(facts.graph)
        self.names: dict[Entry, str] = {}
        self.sections: list[Section] = []
        self.inputs: dict[str, Node] = {}
        self._taken: set[str] = set()
        self._labels: set[str] = set()
        self._known: dict[Node, list[np.ndarray] | None] = {}
        for node in self.read:
            self._write(node)
        self.outputs = self._name_outputs()

    def fresh(self, name: str) -> str:
        """The name for a new value: `name`, with a number at its end if it is taken."""
        return _unique(name, self._taken)

    def _write(self, node: Node) -> None:
        if node.op is None:
            name = self.fresh(node.name)
            self.names[node, 0] = name
            if node.name in self.facts.params:
                self.sections.append(Section(node, [], {name: self.facts.params[node.name]}))
            else:
                self.inputs[name] = node
            return
        site = self._site(node)
        found = _translation(node)(site)
        written = [found] if isinstance(found, str) else list(found)
        self._rename(site, written)
        for index in self.read[node]:
            if index >= len(written):
                what = node.op.outputs()[index]
                refuse(node, f"has an output '{what}' that has no ONNX form", "leave it out of the symbol's outputs")
            self.names[node, index] = written[index]
        self.sections.append(Section(node, site.nodes, site.constants))

    def _site(self, node: Node) -> Site:
        facts, entries = self.facts, sources(node)
        ins = ["" if entry is None else self.names[entry] for entry in entries]
        shapes = [facts.shapes[source][index] for source, index in node.inputs]
        dtypes = [facts.dtypes[source][index] for source, index in node.inputs]
        wanted = [index in self.read[node] for index in range(len(facts.shapes[node]))]

        def known(slot: int) -> np.ndarray | None:
            source, index = node.inputs[slot]
            found = self._values(source)
            return None if found is None else found[index]

        described = (shapes, dtypes, facts.shapes[node], facts.dtypes[node])
        return Site(node, ins, described, wanted, known, self.fresh)

    def _rename(self, site: Site, written: list[str]) -> None:
        """Give the outputs of the node that were just written their names, and the last ONNX node that of the node."""
        new = {}
        names = site.node.output_names()
        own = {name for made in site.nodes for name in made.output}
        for index, name in enumerate(written):
            if (name in own or name in site.constants) and name not in new:
                new[name] = self.fresh(names[index])
                written[index] = new[name]
        for made in site.nodes:
            for group in (made.input, made.output):
                for i, name in enumerate(group):
                    group[i] = new.get(name, name)
        site.constants = {new.get(name, name): value for name, value in site.constants.items()}
        for made in site.nodes:
            made.name = _unique(site.node.name if written[0] in made.output else made.name, self._labels)

    def _values(self, node: Node) -> list[np.ndarray] | None:
        """The outputs of a node that is made of parameters alone."""
        if node not in self._known:
            found: list[np.ndarray] | None = None
            if node.op is None:
                found = [self.facts.params[node.name]] if node.name in self.facts.params else None
            else:
                parts = [(self._values(source), index) for source, index in node.inputs]
                arrays = [group[index] for group, index in parts if group is not None]
                if len(arrays) == len(parts) and not node.op.is_effectful and not node.op.draws(False):
                    found = values(node.op, *arrays)
            self._known[node] = found
        return self._known[node]

    def _name_outputs(self) -> list[str]:
        """Names of the heads. What has another name, or is a head already, gets a node of its own."""
        outputs: list[str] = []
        for entry, wanted in zip(self.facts.graph.heads, self.facts.graph.output_names(), strict=True):
            name = self.names[entry]
            if name != wanted or name in outputs:
                site = Site(entry[0], [name], ((), (), (), ()), (), lambda slot: None, self.fresh)
                copy = self.fresh(wanted)
                site("Identity", name)
                site.nodes[0].output[0] = copy
                site.nodes[0].name = _unique(copy, self._labels)
                self.sections.append(Section(entry[0], site.nodes))
                name = copy
            outputs.append(name)
        return outputs


def _translation(node: Node) -> Any:
    """The function that writes a node.

    Raises:
        MXNetError: its operator has no ONNX form.
    """
    op = node.op
    assert op is not None
    if op.draws(False):
        refuse(node, "draws random numbers, which ONNX cannot as MXNet does", "export the graph without it")
    if op.name in OPERATORS:
        return OPERATORS[op.name]
    if op.subgraphs:
        refuse(node, "holds graphs of its own, and is not written as ONNX", "unroll it")
    if op.is_effectful:
        refuse(node, "calls Python code, which ONNX cannot", "write it with operators of mx.sym")
    if op.name in TRAINING:
        refuse(node, f"{TRAINING[op.name]}, and no part of inference", _BEFORE)
    if op.name in DECODING:
        refuse(node, "makes boxes of what a detector says, for which ONNX has no operator", _BEFORE)
    refuse(node, "has no ONNX form", f"write it with other operators, or {_BEFORE}")


_BEFORE = "export the part before it, which symbol.get_internals() gives by the name of its output"
