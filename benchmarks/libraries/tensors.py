"""The tensors of a problem, as a library without MXNet's API holds them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.libraries.graph import Graph, Node
from benchmarks.problem import Problem


@dataclass(frozen=True)
class Tensors:
    """A library's own tensors by name.

    Attributes:
        learned: what a training step takes gradients of. The weights of an RNN, which MXNet has in one vector, are a list.
        inputs: the other arguments.
        states: auxiliary states.
    """

    learned: Mapping[str, Any]
    inputs: Mapping[str, Any]
    states: Mapping[str, Any]


def tensors(problem: Problem, graph: Graph, convert: Callable[[np.ndarray], Any], known: dict[tuple, Any]) -> Tensors:
    """The values of a problem.

    Args:
        convert: makes a tensor of the library.
        known: what has been converted, by name and shape: problems share it.
    """
    lstms = {node.names[1]: node for node in graph.nodes if node.op == "RNN"}

    def tensor(name: str, value: np.ndarray) -> Any:
        key = name, value.shape
        if key not in known:
            parts = lstm_parts(lstms[name], value) if name in lstms else None
            known[key] = convert(value) if parts is None else [convert(part) for part in parts]
        return known[key]

    values = {name: tensor(name, value) for name, value in problem.values().items()}
    others = {*problem.frozen, *problem.states}
    return Tensors(
        {name: value for name, value in values.items() if name not in others},
        {name: values[name] for name in problem.frozen},
        {name: values[name] for name in problem.states},
    )


def gradients(found: Mapping[str, np.ndarray | list[np.ndarray]]) -> dict[str, np.ndarray]:
    """Gradients under the names of `Body.results`; those of an RNN as one vector again."""
    return {f"gradient {n}": lstm_vector(g) if isinstance(g, list) else g for n, g in found.items()}


def lstm_parts(node: Node, vector: np.ndarray) -> list[np.ndarray]:
    """The weights of an RNN node as separate arrays, in the order Wx, Wh, bx, bh, layer after layer."""
    hidden, layers = int(node.attributes["state_size"]), int(node.attributes["num_layers"])
    features = vector.size // (4 * hidden) - (hidden + 2) - (layers - 1) * (2 * hidden + 2)
    shapes: list[tuple[int, ...]] = []
    for layer in range(layers):
        shapes += [(4 * hidden, hidden if layer else features), (4 * hidden, hidden)]
    shapes += [(4 * hidden,)] * (2 * layers)
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    pieces = [piece.reshape(shape) for piece, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)]
    weights, biases = pieces[: 2 * layers], pieces[2 * layers :]
    return [part for i in range(0, 2 * layers, 2) for part in (*weights[i : i + 2], *biases[i : i + 2])]


def lstm_vector(parts: Sequence[np.ndarray]) -> np.ndarray:
    """The inverse of `lstm_parts`."""
    weights = [part for i, part in enumerate(parts) if i % 4 < 2]
    biases = [part for i, part in enumerate(parts) if i % 4 >= 2]
    return np.concatenate([part.ravel() for part in [*weights, *biases]])
