"""Mixed precision: a graph whose layers compute in float16 or bfloat16 where that is safe and worth it.

Casts are put between nodes that want different dtypes, as MXNet puts them: parameters and inputs stay float32, and so do
the outputs. What an operator wants is its `Op.precision`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from symgraph.errors import MXNetError
from symgraph.ir.dtype import FLOAT32, TYPE_CODES
from symgraph.ir.graph import Entry, Graph, Node, rewrite
from symgraph.ir.infer import infer_dtypes
from symgraph.ir.op import Op
from symgraph.ir.precision import Treatment
from symgraph.ir.registry import op_in_role

Dtype = np.dtype | None
_DTYPE = "__dtype__"


def mixed(
    graph: Graph, low: np.dtype, treatment: Callable[[Node], Treatment], parameters: Collection[str], casts: bool
) -> list[Entry]:
    """Heads of the graph in mixed precision.

    Args:
        low: the low precision.
        treatment: of each node with an operator.
        parameters: names of variables that get an attribute ``__dtype__``.
        casts: whether that is `low` for those that nobody needs in float32.
    """
    takers: dict[Node, set[Treatment]] = defaultdict(set)
    for node in graph.order:
        for source, _ in node.inputs:
            takers[source].add(treatment(node))
    mixing = _Mixing(low)
    for node in graph.order:
        if node.op is None:
            mixing.enter_variable(node, casts and node.name in parameters and takers[node] == {"low"})
        else:
            mixing.enter(node, node.op, treatment(node))
    heads = [mixing.cast(mixing.placed[head], FLOAT32) for head in graph.heads]
    return _declared(heads, low, parameters)


def _declared(heads: Sequence[Entry], low: np.dtype, parameters: Collection[str]) -> list[Entry]:
    """The heads of a graph whose parameters have a declared dtype: the low one where operators take no other."""
    graph = Graph(heads)
    given = {
        node: FLOAT32 for node in graph.order if node.is_variable and node.name not in parameters and not _dtype(node)
    }
    found = infer_dtypes(graph, given).values if parameters else ()

    def declare(node: Node, inputs: tuple[Entry, ...]) -> Node | None:
        if node.op is not None or node.name not in parameters:
            return None
        is_low = found[graph.starts[node]] == low
        code = str(TYPE_CODES[low]) if is_low else _dtype(node) or str(TYPE_CODES[FLOAT32])
        return Node(None, node.name, {**node.attrs, _DTYPE: code}, (), node.source)

    return rewrite(heads, declare)


def _dtype(node: Node) -> str | None:
    return node.attrs.get(_DTYPE)


@dataclass
class _Mixing:
    """Where each entry of the old graph is found in the new one, and what is known of the dtypes there.

    Attributes:
        dtypes: of entries of the new graph; of variables only if they are `low`, as a file may hold anything.
        casts: entries in other dtypes.
    """

    low: np.dtype
    placed: dict[Entry, Entry] = field(default_factory=dict)
    dtypes: dict[Entry, Dtype] = field(default_factory=dict)
    casts: dict[tuple[Entry, np.dtype], Entry] = field(default_factory=dict)

    def enter_variable(self, node: Node, is_low: bool) -> None:
        """Put a variable into the new graph."""
        new = (
            Node(None, node.name, {**node.attrs, _DTYPE: str(TYPE_CODES[self.low])}, (), node.source)
            if is_low
            else node
        )
        self.placed[node, 0] = new, 0
        if is_low:
            self.dtypes[new, 0] = self.low

    def enter(self, node: Node, op: Op, treatment: Treatment) -> None:
        """Put an operator's node into the new graph, behind the casts it needs."""
        arguments, states = op.split([self.placed[entry] for entry in node.inputs])
        wanted: Dtype = None
        if treatment == "low":
            arguments, wanted = [self.cast(entry, self.low) for entry in arguments], self.low
        elif treatment == "float32":  # of variables MXNet takes it for granted
            arguments = [entry if entry[0].is_variable else self.cast(entry, FLOAT32) for entry in arguments]
            wanted = FLOAT32
        elif treatment == "widest" or self._contradict(op, op.join(arguments, states)):
            arguments, wanted = self._widest(arguments)
        inputs = tuple(op.join(arguments, states))
        new = node if inputs == node.inputs else node.replace(inputs=inputs)
        # Integers count as the float32 they were made of: casts leave them as they are.
        is_given = treatment in ("low", "float32")
        found = [wanted] * len(op.outputs()) if is_given else self._inferred(op, inputs, wanted)
        for i, dtype in enumerate(found):
            self.placed[node, i] = new, i
            self.dtypes[new, i] = dtype

    def _contradict(self, op: Op, inputs: Sequence[Entry]) -> bool:
        """Whether the operator takes no such dtypes together."""
        known = [self.dtypes.get(entry) for entry in inputs]
        proposed, _ = _rule(op, known)
        return any(None not in pair and pair[0] != pair[1] for pair in zip(known, proposed, strict=True))

    def _inferred(self, op: Op, inputs: Sequence[Entry], wanted: Dtype) -> Sequence[Dtype]:
        """Dtypes of the outputs, if anything is known of the inputs."""
        return _rule(op, [self.dtypes.get(entry) if wanted is None else wanted for entry in inputs])[1]

    def cast(self, entry: Entry, dtype: np.dtype) -> Entry:
        """The entry in a dtype."""
        if self.dtypes.get(entry) == dtype:
            return entry
        if (entry, dtype) not in self.casts:
            attrs = {"dtype": dtype.name}
            node = Node(
                op_in_role("cast").from_strings(attrs), f"{_name(entry)}_amp_cast_{dtype.name}", attrs, (entry,)
            )
            self.casts[entry, dtype] = node, 0
            self.dtypes[node, 0] = dtype
        return self.casts[entry, dtype]

    def _widest(self, entries: Sequence[Entry]) -> tuple[list[Entry], Dtype]:
        """Entries in one dtype; where it is not known which that is, a node finds out when dtypes are inferred."""
        known = [FLOAT32 if (entry, FLOAT32) in self.casts else self.dtypes.get(entry) for entry in entries]
        if None in known:
            attrs = {"num_outputs": str(len(entries))}
            op = op_in_role("common cast").from_strings(attrs)
            node = Node(op, f"{_name(entries[0])}_amp_multicast", attrs, tuple(entries))
            return [(node, i) for i in range(len(entries))], None
        if FLOAT32 in known:
            return [self.cast(entry, FLOAT32) for entry in entries], FLOAT32
        return list(entries), self.low


def _name(entry: Entry) -> str:
    node, index = entry
    return node.output_names()[index]


def _rule(op: Op, known: Sequence[Dtype]) -> tuple[Sequence[Dtype], Sequence[Dtype]]:
    """What an operator proposes for its inputs and outputs; nothing from nothing, nor where binding is to complain."""
    blank: list[Dtype] = [None] * len(op.outputs())
    if all(dtype is None for dtype in known):
        return known, blank
    try:
        return op.infer_dtype(known, blank)
    except MXNetError:
        return known, blank
