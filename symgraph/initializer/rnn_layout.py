"""Where the weights and biases of recurrent layers lie in the one vector that the fused operator takes.

First all weights, layer by layer and direction by direction, of the input before those of the recurrence; then all biases
in the same order. Each is cut further into its gates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from symgraph.errors import OpAttributeError, ShapeError, listed

GATES = {"rnn_relu": ("",), "rnn_tanh": ("",), "lstm": ("_i", "_f", "_c", "_o"), "gru": ("_r", "_z", "_o")}
"""What the gates are called, in the order in which they lie."""


class LayoutError(ShapeError, AssertionError):
    """A vector of parameters does not fit the layers; MXNet asserts that it does."""


class Layout(NamedTuple):
    """Stacked recurrent layers, as the fused operator has them.

    Attributes:
        num_hidden: H, units of each layer and direction.
        num_layers: how many layers.
        mode: kind of layer.
        bidirectional: whether there is a second direction.
    """

    num_hidden: int
    num_layers: int
    mode: str
    bidirectional: bool = False

    @property
    def gates(self) -> tuple[str, ...]:
        """What the gates of one layer are called."""
        if self.mode not in GATES:
            raise OpAttributeError(f"mode of a recurrent layer must be one of {listed(GATES)}, given {self.mode!r}.")
        return GATES[self.mode]

    @property
    def directions(self) -> str:
        """A letter for each direction: from the left, and from the right."""
        return "lr" if self.bidirectional else "l"

    def size(self, num_input: int) -> int:
        """Length of the vector for inputs of so many features."""
        return sum(math.prod(part.shape) for part in self.parts(num_input))

    def num_input(self, size: int) -> int:
        """How many features the input has, for a vector of that length.

        Raises:
            LayoutError: there is no vector of that length.
        """
        per_feature = len(self.directions) * len(self.gates) * self.num_hidden
        features, rest = divmod(size - self.size(0), per_feature)
        if rest or features < 1:
            raise LayoutError(
                f"{size} parameters do not fit {self.num_layers} {self.mode} layers of {self.num_hidden} units in "
                f"{len(self.directions)} directions: there must be {self.size(0)} + n · {per_feature}, with n features."
            )
        return features

    def parts(self, num_input: int, prefix: str = "") -> Iterator[Part]:
        """The weights and biases one after the other, gate by gate."""
        start = 0
        for kind in ("weight", "bias"):
            for layer in range(self.num_layers):
                features = len(self.directions) * self.num_hidden if layer else num_input
                for direction in self.directions:
                    for source, width in (("i2h", features), ("h2h", self.num_hidden)):
                        shape = (self.num_hidden, width) if kind == "weight" else (self.num_hidden,)
                        for gate in self.gates:
                            yield Part(f"{prefix}{direction}{layer}_{source}{gate}_{kind}", start, shape)
                            start += math.prod(shape)


class Part(NamedTuple):
    """One matrix or bias: its name, where it starts, and its shape."""

    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def place(self) -> slice:
        """Where it lies in the vector."""
        return slice(self.start, self.start + math.prod(self.shape))
