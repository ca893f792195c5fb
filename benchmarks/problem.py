"""A network with shapes and values: what is to be computed, for libraries that have nothing else in common.

Built from a Symbol in our own process; the workers get it as JSON and need NumPy only.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

LOSSES = ("SoftmaxOutput",)
"""Operators that define their own gradient: backward starts there without a head gradient."""

RATE, MOMENTUM = 1e-7, 0.9
"""Of updates: so small that values stay what they are however often a network is trained on its one batch."""

BLOCK = 1_000_003
"""Larger arrays repeat so many drawn values: drawing all 138 million of VGG would take longer than a step."""


@dataclass(frozen=True)
class Problem:
    """One network, of one size.

    Attributes:
        symbol: the network in MXNet's JSON.
        shapes: of arguments and auxiliary states, by name.
        states: which of them are auxiliary states.
        outputs: shapes of the outputs.
        train: forward and backward with all gradients, instead of forward at inference.
        frozen: arguments whose gradient is not taken.
        kinds: what the values of an argument are if its name does not tell, see `draw`.
        update: after that, change what is learned, by gradient descent with momentum.
        devices: on so many devices, in symgraph; 0: on the one where all work.
        groups: groups of nodes that are divided among the devices, in order; without, the batch is.
    """

    symbol: str
    shapes: Mapping[str, tuple[int, ...]]
    states: Sequence[str]
    outputs: Sequence[tuple[int, ...]]
    train: bool
    frozen: Sequence[str] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    update: bool = False
    devices: int = 0
    groups: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        symbol: Any,
        train: bool,
        shapes: Mapping[str, tuple[int, ...]],
        frozen: Sequence[str] = (),
        kinds: Mapping[str, str] | None = None,
    ) -> Problem:
        """The problem of a symbol for given input shapes."""
        args, outputs, aux = symbol.infer_shape(**shapes)
        states = symbol.list_auxiliary_states()
        known = dict(zip([*symbol.list_arguments(), *states], [*args, *aux], strict=True))
        return cls(symbol.tojson(), known, states, outputs, train, frozen, kinds or {})

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Problem:
        """The inverse of `to_json`."""
        shapes = {name: tuple(shape) for name, shape in given["shapes"].items()}
        return cls(**{**given, "shapes": shapes, "outputs": [tuple(shape) for shape in given["outputs"]]})

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    def comparable(self) -> Problem:
        """The network by which libraries are compared: nothing is dropped, so that they give the same gradients; and at
        inference what enters a loss comes out, for a softmax that is sure of itself is 1 whatever came before."""
        graph = json.loads(self.symbol)
        if self.train:
            for node in graph["nodes"]:
                if node["op"] == "Dropout":
                    node["attrs"]["p"] = "0"
        else:
            heads = [(graph["nodes"][head[0]], head) for head in graph["heads"]]
            graph["heads"] = [node["inputs"][0] if node["op"] in LOSSES else head for node, head in heads]
        return self if graph == json.loads(self.symbol) else replace(self, symbol=json.dumps(graph))

    def values(self) -> dict[str, np.ndarray]:
        """Arguments and auxiliary states: the same in every process, for they depend on name and shape only."""
        return {name: draw(name, shape, self.kinds.get(name, "")) for name, shape in self.shapes.items()}

    def heads(self) -> list[np.ndarray]:
        """Gradients of the objective with respect to the outputs; outputs that are losses do not look at them."""
        return [draw(f"head {i}", shape, "positive") for i, shape in enumerate(self.outputs)]


def draw(name: str, shape: tuple[int, ...], kind: str = "") -> np.ndarray:
    """Values in float32.

    Args:
        kind: ``real``, standard normal; ``positive``, uniform in [0.5, 1.5); ``zero``; ``below N``, whole numbers in
            [0, N); ``boxes N``, rows (0, x1, y1, x2, y2) within N × N pixels. By default what the name calls for: scales
            and variances are positive, and a weight is such that activations keep their size.
    """
    rng = np.random.RandomState(zlib.crc32(name.encode()))
    size = math.prod(shape)
    word, _, bound = kind.partition(" ")
    if word == "zero":
        return np.zeros(shape, np.float32)
    if word == "below":
        return rng.randint(0, int(bound), size=shape).astype(np.float32)
    if word == "boxes":
        return _boxes(rng, shape[0], int(bound))
    if word == "positive" or (not word and name.endswith(("gamma", "var"))):
        return np.resize(rng.uniform(0.5, 1.5, size=min(size, BLOCK)).astype(np.float32), shape)
    scale = 1.0
    if not word and name != "data":
        scale = math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 0.05
    return np.resize((scale * rng.normal(size=min(size, BLOCK))).astype(np.float32), shape)


def _boxes(rng: Any, count: int, size: int) -> np.ndarray:
    corners = np.sort(rng.uniform(0, size, size=(count, 2, 2)), axis=1).reshape(count, 4)
    return np.concatenate([np.zeros((count, 1)), corners], axis=1).astype(np.float32)
