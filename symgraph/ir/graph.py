"""The graph: nodes, and orderings and views computed from a tuple of heads.

A `Node` is an operator applied to entries, or a variable; an *entry* is one output of a node. `Graph` adds what is
derived: the execution order (which also fixes ``list_arguments`` and JSON ids as MXNet orders them), the split into
arguments and auxiliary states, and a frozen networkx view for passes and pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from symgraph.errors import CompositionError
from symgraph.ir.op import Op
from symgraph.ir.source import shown_place

if TYPE_CHECKING:
    import networkx as nx

Source = tuple[str, int]
"""File and line of user code that made a node."""


class Node:
    """An operator application (``op``) or a variable (``op is None``). Compared by identity.

    Nothing changes once it is made but `attrs`, which is replaced as a whole, and only to add ``__hidden__`` entries,
    as MXNet allows: no operator reads those.

    Attributes:
        attrs: attribute strings as the user or a file gave them, operator attributes and ``__hidden__`` ones alike.
        inputs: one entry (node, output index) per input slot of the operator.
        source: where in the user's code the node was made, if known.
    """

    __slots__ = ("__weakref__", "attrs", "inputs", "name", "op", "source")

    def __init__(
        self,
        op: Op | None,
        name: str,
        attrs: Mapping[str, str] | None = None,
        inputs: tuple[Entry, ...] = (),
        source: Source | None = None,
    ):
        self.op = op
        self.name = name
        self.attrs: Mapping[str, str] = attrs or {}
        self.inputs = inputs
        self.source = source
        if op is not None and (slots := op.state_slots()):
            self._check_states(op.auxiliary(), slots)

    def _check_states(self, names: Sequence[str], slots: Sequence[int]) -> None:
        for name, slot in zip(names, slots, strict=True):
            source, _ = self.inputs[slot]
            if source.op is not None:
                raise CompositionError(
                    f"{self.describe()}: input '{name}' is an auxiliary state, which must be a variable, "
                    f"given {source.describe()}."
                )

    @property
    def is_variable(self) -> bool:
        return self.op is None

    def states(self) -> list[Entry]:
        """The inputs that are auxiliary states."""
        return [] if self.op is None else [self.inputs[slot] for slot in self.op.state_slots()]

    def output_names(self) -> list[str]:
        """Full name of each output; a variable's only output has the variable's name."""
        if self.op is None:
            return [self.name]
        return [f"{self.name}_{output}" if self.name else output for output in self.op.outputs()]

    def own_variables(self) -> list[Node]:
        """The inputs that are variables called as those that a layer makes for itself, ``<name>_<slot>``."""
        if self.op is None:
            return []
        pairs = zip(self.op.inputs(), self.inputs, strict=True)
        return [source for slot, (source, _) in pairs if source.is_variable and source.name == f"{self.name}_{slot}"]

    def replace(self, *, name: str | None = None, inputs: tuple[Entry, ...] | None = None) -> Node:
        """A copy with another name or other inputs."""
        return Node(
            self.op,
            self.name if name is None else name,
            self.attrs,
            self.inputs if inputs is None else inputs,
            self.source,
        )

    def describe(self, beside: Node | None = None) -> str:
        """How messages call this node: operator, name, and the line that made it, unless it made `beside` as well."""
        kind = "variable" if self.op is None else self.op.name
        is_said = beside is not None and beside.source == self.source
        where = f" (made at {shown_place(*self.source)})" if self.source and not is_said else ""
        return f"{kind} '{self.name}'{where}"

    def __repr__(self) -> str:
        return f"<Node {self.describe()}>"


Entry = tuple[Node, int]


def connect(
    op: Op, name: str, attrs: Mapping[str, str], given: Mapping[str, Entry], source: Source | None = None
) -> Node:
    """An operator node; input slots without an entry in `given` get a variable ``<name>_<slot>`` of their own.

    As in MXNet, such a variable inherits all attributes of the node, and a variable in a slot for which the operator
    names an initializer gets it, unless it has one.
    """
    slots = op.inputs()
    inputs = tuple([given.get(slot) or (Node(None, f"{name}_{slot}", attrs, (), source), 0) for slot in slots])
    for slot, init in op.input_inits.items():
        variable = inputs[slots.index(slot)][0] if slot in slots else None
        if variable is not None and variable.is_variable and "__init__" not in variable.attrs:
            variable.attrs = {**variable.attrs, "__init__": init}
    return Node(op, name, attrs, inputs, source)


def post_order(heads: Iterable[Entry]) -> list[Node]:
    """Depth-first post-order, inputs in slot order: the order MXNet gives nodes. Iterative, for graphs of any depth.

    On the stack, a node is one to enter; a node under ``None`` has been entered and is left when its inputs are done.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[Node | None] = [head for head, _ in reversed(tuple(heads))]
    while stack:
        node = stack.pop()
        if node is None:
            order.append(cast(Node, stack.pop()))
        elif node not in seen:
            seen.add(node)
            if node.inputs:
                stack += (node, None)
                stack += [source for source, _ in reversed(node.inputs) if source not in seen]
            else:
                order.append(node)
    return order


class Graph:
    """What can be said of the nodes that lead to `heads`. Immutable; everything is computed on first use."""

    def __init__(self, heads: Sequence[Entry], variables: tuple[list[Node], list[Node]] | None = None):
        self.heads: tuple[Entry, ...] = tuple(heads)
        self._variables = variables
        self.derived: dict[Any, Any] = {}
        """What other layers compute from this graph and keep as long as it lives, under keys of their own (compiled
        programs under their device)."""

    @cached_property
    def order(self) -> list[Node]:
        """All nodes, inputs before users."""
        arguments, auxiliary = self._variables or ([], [])
        return post_order([*((node, 0) for node in arguments + auxiliary), *self.heads])

    @cached_property
    def node_ids(self) -> dict[Node, int]:
        """Position of each node in `order`."""
        return {node: i for i, node in enumerate(self.order)}

    @cached_property
    def offsets(self) -> list[int]:
        """Number of the first output of each node, counting the outputs of all nodes in order; the total comes last."""
        offsets = [0]
        for node in self.order:
            offsets.append(offsets[-1] + (1 if node.op is None else len(node.op.outputs())))
        return offsets

    @cached_property
    def starts(self) -> dict[Node, int]:
        """Entry number of each node's first output."""
        return dict(zip(self.order, self.offsets, strict=False))

    @cached_property
    def wiring(self) -> list[tuple[Op | None, tuple[int, ...], int, int]]:
        """Each node as plain numbers: operator, entry numbers of its inputs, first and past-the-last own entry."""
        offsets, starts = self.offsets, self.starts
        return [
            (
                node.op,
                tuple([starts[source] + index for source, index in node.inputs]) if node.inputs else (),
                offsets[i],
                offsets[i + 1],
            )
            for i, node in enumerate(self.order)
        ]

    @cached_property
    def owners(self) -> list[int]:
        """Per entry, the position of its node."""
        return [i for i, (_, _, first, last) in enumerate(self.wiring) for _ in range(first, last)]

    @cached_property
    def head_entries(self) -> tuple[int, ...]:
        """Entry number of each head."""
        return tuple(self.starts[node] + index for node, index in self.heads)

    @cached_property
    def auxiliary(self) -> list[Node]:
        """Variables that some operator updates, in order."""
        if self._variables is not None:
            return self._variables[1]
        updated = {
            source for node in self.order if node.op is not None and node.op.auxiliary() for source, _ in node.states()
        }
        return [node for node in self.order if node.op is None and node in updated]

    @cached_property
    def arguments(self) -> list[Node]:
        """Variables that are not auxiliary states, in order."""
        if self._variables is not None:
            return self._variables[0]
        auxiliary = set(self.auxiliary)
        return [node for node in self.order if node.op is None and node not in auxiliary]

    @cached_property
    def nx(self) -> nx.MultiDiGraph:
        """Frozen networkx view: nodes are `Node` objects; an edge's key is the input slot it feeds, its ``index`` the
        output it comes from. ``x + x`` is two edges."""
        import networkx as nx  # a tenth of the time that symgraph takes to import, for those who look at this view

        view = nx.MultiDiGraph()
        view.add_nodes_from(self.order)
        for node in self.order:
            for slot, (source, index) in enumerate(node.inputs):
                view.add_edge(source, node, key=slot, index=index)
        return nx.freeze(view)

    def with_heads(self, heads: Sequence[Entry], arguments: Sequence[Node] = ()) -> Graph:
        """A graph that computes other heads from the same arguments and auxiliary states, whether it uses them or not, and
        from further `arguments` that come after them."""
        return Graph(heads, ([*self.arguments, *arguments], self.auxiliary))

    def alike(self, heads: Sequence[Entry]) -> Graph:
        """A graph of nodes that stand in place of this one's, one for each: everything is in the same order."""
        return Graph(heads, self._variables)

    def output_names(self) -> list[str]:
        """Name of each head."""
        return [node.output_names()[index] for node, index in self.heads]


def rewrite(
    heads: Sequence[Entry], replace: Callable[[Node, tuple[Entry, ...]], Node | Sequence[Entry] | None]
) -> list[Entry]:
    """Heads of a graph in which nodes are replaced; what does not change is shared, not copied.

    `replace` sees each node, inputs first, with its already rewritten inputs. It returns a node, or one entry per output
    to stand in its place; ``None`` keeps the node (copied only when its inputs changed).
    """
    done: dict[Node, Node | Sequence[Entry]] = {}

    def current(entry: Entry) -> Entry:
        node, index = entry
        new = done[node]
        return (new, index) if isinstance(new, Node) else new[index]

    for node in post_order(heads):
        inputs = tuple([current(entry) for entry in node.inputs])
        new = replace(node, inputs)
        if new is None:
            new = node if inputs == node.inputs else node.replace(inputs=inputs)
        done[node] = new
    return [current(head) for head in heads]


def substitute(heads: Sequence[Entry], replacements: Mapping[str, Entry], name: str | None = None) -> list[Entry]:
    """Heads of a graph in which entries stand in place of the variables of these names, its first node renamed."""
    first = heads[0][0]

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Node | list[Entry] | None:
        if node.is_variable and node.name in replacements:
            return [replacements[node.name]]
        return node.replace(name=name, inputs=inputs) if name and node is first else None

    return rewrite(heads, replace)


def without_precision_casts(graph: Graph) -> Graph:
    """`graph` without the casts that mixed-precision conversion added; the same graph if it has none.

    A head that is a cast stays one, but what else used it uses its input.
    """
    casts = {node for node in graph.order if node.op is not None and node.op.is_precision_cast}
    if not casts:
        return graph

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Sequence[Entry] | None:
        return inputs if node in casts else None

    below = [entry for node, i in graph.heads for entry in (node.inputs if node in casts else [(node, i)])]
    bypassed = iter(rewrite(below, replace))
    kept: dict[Node, Node] = {}
    heads: list[Entry] = []
    for node, i in graph.heads:
        entries = tuple(next(bypassed) for _ in (node.inputs if node in casts else [node]))
        heads.append((kept.setdefault(node, node.replace(inputs=entries)), i) if node in casts else entries[0])
    return Graph(heads)
