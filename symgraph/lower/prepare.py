"""Prepare: what a program makes of its parameters alone is made once, and kept until one of them changes.

Arrays are immutable, so "changed" means: another array. A program is split at the operators that prepare
(`Op.prepares`): one part makes the prepared values, the other one takes them as further arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symgraph.ir.graph import Entry, Graph, Node, rewrite


def split(graph: Graph) -> tuple[Graph, Graph] | None:
    """A graph of the prepared values, and one that takes them as arguments after its own; ``None`` if there are none."""
    prepared: set[Node] = set()
    for node in graph.order:
        is_fed_by_variables = all(source.is_variable or source in prepared for source, _ in node.inputs)
        if node.op is not None and node.op.prepares and is_fed_by_variables:
            prepared.add(node)
    users = [node.inputs for node in graph.order if node not in prepared]
    entries = dict.fromkeys(entry for inputs in (*users, graph.heads) for entry in inputs if entry[0] in prepared)
    if not entries:
        return None
    variables = {entry: Node(None, entry[0].output_names()[entry[1]]) for entry in entries}

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Sequence[Entry] | None:
        if node.op is None or node not in prepared:
            return None
        return [(variables.get((node, i), node), 0) for i in range(len(node.op.outputs()))]

    heads = rewrite(graph.heads, replace)
    return graph.with_heads(list(entries)), graph.with_heads(heads, list(variables.values()))


class Prepared:
    """A compiled program in two parts, called like one that takes ``(spare, args, aux, key)``.

    Args:
        prepare: takes the arrays of `from_args`, and those of `from_aux`, to the prepared values.
        run: takes ``(spare, args, aux, key, prepared values)``.
        from_args, from_aux: positions of the arrays that values are prepared from.
    """

    def __init__(self, prepare: Any, run: Any, from_args: Sequence[int], from_aux: Sequence[int]):
        self.run = run
        self._prepare: Callable[..., Any] = prepare
        self._from_args, self._from_aux = from_args, from_aux
        self._last: tuple[tuple[Any, ...], Any] | None = None

    @property
    def programs(self) -> tuple[Any, ...]:
        """What XLA has compiled, less the preparation."""
        return (self.run,)

    def __call__(self, spare: tuple[Any, ...], args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> Any:
        some_args, some_aux = tuple([args[i] for i in self._from_args]), tuple([aux[i] for i in self._from_aux])
        sources, last = some_args + some_aux, self._last
        if last is None or any(a is not b for a, b in zip(sources, last[0], strict=True)):
            last = self._last = sources, self._prepare(some_args, some_aux)
        return self.run(spare, args, aux, key, last[1])
