"""The JSON of a symbol, for libraries that do not read it themselves."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.problem import LOSSES


class MissingOperatorError(Exception):
    """The table of a library has no entry for an operator."""


@dataclass(frozen=True)
class Node:
    """An operator or a variable.

    Attributes:
        op: name of the operator; ``null`` for a variable.
        attributes: parsed, as far as they are Python values.
        inputs: number of a node and of its output, for each input.
        names: of the nodes that the inputs come from.
        producer: operator of the first input, if only this node reads what it makes; otherwise empty.
        finished: numbers of the nodes whose outputs nobody reads after this one.
    """

    op: str
    name: str
    attributes: Mapping[str, Any]
    inputs: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    producer: str
    finished: tuple[int, ...]

    def get(self, name: str, default: Any) -> Any:
        """An attribute, or what MXNet takes if it is not there."""
        value = self.attributes.get(name, default)
        return default if value == () else value


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which they can be computed, and which of their outputs are asked for."""

    nodes: tuple[Node, ...]
    heads: tuple[tuple[int, int], ...]

    def losses(self) -> list[bool]:
        """Per head, whether it is a loss."""
        return [self.nodes[i].op in LOSSES for i, _ in self.heads]

    def evaluate(self, operators: Mapping[str, Callable[..., Any]], run: Any, values: Mapping[str, Any]) -> list[Any]:
        """The heads.

        Args:
            operators: ``operator(run, node, *inputs) -> output``, or a tuple of outputs, by name.
            run: what operators need besides: whether it is training, a random key.
            values: of the variables.
        """
        results: dict[int, tuple] = {}
        for i, node in enumerate(self.nodes):
            if node.op == "null":
                results[i] = (values[node.name],)
                continue
            if node.op not in operators:
                raise MissingOperatorError(node.op)
            made = operators[node.op](run, node, *[results[k][j] for k, j in node.inputs])
            results[i] = made if isinstance(made, tuple) else (made,)
            for k in node.finished:
                del results[k]
        return [results[i][j] for i, j in self.heads]


def read(text: str) -> Graph:
    """The graph of a symbol's JSON."""
    document = json.loads(text)
    rows = document["nodes"]
    sources = [tuple((i, j) for i, j, *_ in row["inputs"]) for row in rows]
    heads = tuple((i, j) for i, j, *_ in document["heads"])
    uses: dict[int, int] = {}
    last: dict[int, int] = {}
    for k, entries in enumerate([*sources, heads]):
        for i, _ in entries:
            uses[i] = uses.get(i, 0) + 1
            last[i] = k
    nodes = []
    for k, (row, entries) in enumerate(zip(rows, sources, strict=True)):
        finished = tuple(i for i in {i for i, _ in entries} if last[i] == k)
        first = entries[0][0] if entries else 0
        producer = rows[first]["op"] if entries and uses[first] == 1 else ""
        names = tuple(rows[i]["name"] for i, _ in entries)
        attributes = {key: _parsed(value) for key, value in row.get("attrs", {}).items()}
        nodes.append(Node(row["op"], row["name"], attributes, entries, names, producer, finished))
    return Graph(tuple(nodes), heads)


def _parsed(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
