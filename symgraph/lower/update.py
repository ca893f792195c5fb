"""Updates: what becomes of arguments once their gradients are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import jax

Array = jax.Array


class Rule(Protocol):
    """A pure function of arrays. Equal rules compute the same."""

    def __call__(
        self,
        weights: Sequence[Array],
        grads: Sequence[Array],
        states: Sequence[Sequence[Array]],
        numbers: Mapping[str, Array],
        key: Array | None,
        /,
    ) -> tuple[Sequence[Array], Sequence[Sequence[Array]]]:
        """New weights, and new states.

        Args:
            states: a list for each weight.
            numbers: by name, with one element for each weight.
        """

    def part(self, positions: Sequence[int]) -> Rule | None:
        """The rule for some of the weights alone; ``None`` if what becomes of one depends on others."""


@dataclass(frozen=True)
class Update:
    """An update of arguments.

    Attributes:
        arguments: position of each argument that is updated.
        gradients: which gradient array serves it.
        rule: what makes new arguments of it.
    """

    arguments: tuple[int, ...]
    gradients: tuple[int, ...]
    rule: Rule
