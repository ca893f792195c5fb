"""Streams of random numbers: each random node of a graph has one of its own, by name.

Names rather than positions, so that a gradient node finds the numbers of the node it differentiates, which may be in
another program.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import jax

from symgraph.errors import MXNetError
from symgraph.ir.graph import Graph, Node

Array = jax.Array

_STREAM = "__random_stream__"
"""Attribute of a node that was cut out of a graph: the name of its stream there."""


def node_keys(graph: Graph, key: Array | None, is_train: bool) -> dict[Node, Array]:
    """A key of its own for every random node, from the name of its random stream.

    Raises:
        MXNetError: there is no key, and a node draws numbers.
    """
    random_nodes = _random_nodes(graph)
    if key is None:
        for node in random_nodes:
            if node.op is not None and node.op.draws(is_train):
                raise MXNetError(
                    f"{node.describe()} is random and needs a key, as key=jax.random.key(0); none was given."
                )
        return {}
    return {node: jax.random.fold_in(key, zlib.crc32(name.encode())) for node, name in stream_names(graph).items()}


def stream_names(graph: Graph) -> dict[Node, str]:
    """The name of each random node's stream.

    Nodes of the same name get numbered streams; a gradient node has the inputs of the one it means. What counts of a number
    at the end of a name is its rank, so that a network that is built again, whose automatic names have counted on, draws
    the same.
    """
    streams = {node: node.op.random_stream(node.name) for node in _random_nodes(graph) if node.op is not None}
    owners: dict[str, list[Node]] = {}
    for node, stream in streams.items():
        if stream == node.name:
            owners.setdefault(stream, []).append(node)
    found, names = {}, _recounted(set(streams.values()))
    for node, stream in streams.items():
        meant = [i for i, owner in enumerate(owners.get(stream, ())) if owner is node or _draws_for(node, owner)]
        number = f"#{meant[0] + 1}" if meant and meant[0] > 0 else ""
        found[node] = node.attrs.get(_STREAM, names[stream] + number)
    return found


def with_stream(node: Node, name: str) -> Node:
    """A copy of a random node that draws from the stream of this name, whatever graph it is in."""
    return Node(node.op, node.name, {**node.attrs, _STREAM: name}, node.inputs, node.source)


def _random_nodes(graph: Graph) -> list[Node]:
    return [node for node in graph.order if node.op is not None and node.op.is_random]


def _recounted(names: Iterable[str]) -> dict[str, str]:
    """Names by themselves, with the numbers at the end of those that are else alike replaced by 0, 1, 2, ..."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(name.rstrip("0123456789"), []).append(name)
    found = {}
    for stem, group in alike.items():
        numbered = sorted((name for name in group if name != stem), key=lambda name: (int(name[len(stem) :]), name))
        found.update({name: f"{stem}{rank}" for rank, name in enumerate(numbered)})
        found.update({name: name for name in group if name == stem})
    return found


def _draws_for(node: Node, owner: Node) -> bool:
    """Whether a gradient node may be that of `owner`: its inputs begin with the same ones."""
    return node.name != owner.name and node.inputs[: len(owner.inputs)] == owner.inputs
