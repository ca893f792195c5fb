"""symgraph's `Symbol.to_jax` in the place of what one would write by hand: all else is `benchmarks.libraries.plain_jax`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax

import symgraph as mx
from benchmarks.libraries.plain_jax import Jitted
from benchmarks.problem import Problem


class Embedded(Jitted):
    """One network as a jitted function around `to_jax`."""

    def __init__(self, problem: Problem, known: dict[tuple, Any]):
        super().__init__(problem, known)
        self.function = mx.sym.load_json(problem.symbol).to_jax(is_train=problem.train)

    def forward(
        self, values: Mapping[str, Any], states: Any, key: jax.Array | None
    ) -> tuple[Any, list[jax.Array], Any]:
        """As in `Jitted`: loss layers bring their gradient, whatever is done with their output."""
        args = {name: values[name] for name in self.function.arguments}
        outputs, new = self.function(args, states, key=key)
        losses = [x.sum() for x, is_loss in zip(outputs, self.graph.losses(), strict=True) if is_loss and self.train]
        return outputs, losses, new
