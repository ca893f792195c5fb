"""JAX without symgraph: the operators of `benchmarks.libraries.jax_operators` under `jax.grad` and `jax.jit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.libraries.graph import read
from benchmarks.libraries.jax_operators import OPERATORS, Pass
from benchmarks.libraries.tensors import gradients, tensors
from benchmarks.problem import MOMENTUM, RATE, Problem
from benchmarks.workload import Body


class Jitted:
    """One network as a jitted function, and what it is called with."""

    def __init__(self, problem: Problem, known: dict[tuple, Any]):
        self.graph = read(problem.symbol)
        self.train = problem.train
        values = tensors(problem, self.graph, jnp.asarray, known)
        self.learned, self.inputs, self.states = values.learned, values.inputs, values.states
        losses = self.graph.losses()
        heads = problem.heads() if problem.train else []
        self.heads = [None if is_loss else jnp.asarray(head) for is_loss, head in zip(losses, heads, strict=False)]
        self.momenta = jax.tree.map(jnp.zeros_like, self.learned) if problem.update else None
        self.compiled = jax.jit(self.step if problem.train else self.infer)
        self.updating = jax.jit(self.update, donate_argnums=(0, 1))
        self.calls = 0
        self.found: Any = None

    def forward(
        self, values: Mapping[str, Any], states: Any, key: jax.Array | None
    ) -> tuple[Any, list[jax.Array], Any]:
        """Outputs, what is minimized besides them, and auxiliary states that have changed; `key` is one of training."""
        run = Pass(train=key is not None, key=key)
        outputs = self.graph.evaluate(OPERATORS, run, {**values, **states})
        return outputs, run.losses, run.states

    def infer(self, learned: Any, inputs: Any, states: Any) -> Any:
        """The outputs."""
        return self.forward({**learned, **inputs}, states, None)[0]

    def step(self, learned: Any, inputs: Any, states: Any, heads: Any, seed: jax.Array) -> tuple:
        """Gradients, outputs and new states."""

        def objective(learned: Any) -> tuple[jax.Array, tuple]:
            outputs, losses, new = self.forward({**learned, **inputs}, states, jax.random.key(seed))
            others = [(x * head).sum() for x, head in zip(outputs, heads, strict=True) if head is not None]
            return sum(others) + sum(losses), (outputs, {**states, **new})

        return jax.grad(objective, has_aux=True)(learned)

    def update(self, learned: Any, momenta: Any, *given: Any) -> tuple:
        """New values and momenta, outputs and new states."""
        grads, found = self.step(learned, *given)
        momenta = jax.tree.map(lambda m, g: MOMENTUM * m - RATE * g, momenta, grads)
        return jax.tree.map(jnp.add, learned, momenta), momenta, found

    def lowered(self) -> Any:
        """The program of a pass, not compiled yet."""
        training = (self.heads, np.uint32(0)) if self.train else ()
        return self.compiled.lower(self.learned, self.inputs, self.states, *training)

    def run(self) -> None:
        """One pass, waited for."""
        if not self.train:
            self.found = jax.block_until_ready(self.compiled(self.learned, self.inputs, self.states))
            return
        self.calls += 1
        others = self.inputs, self.states, self.heads, np.uint32(self.calls)
        if self.momenta is None:
            self.found = jax.block_until_ready(self.compiled(self.learned, *others))
        else:
            new = jax.block_until_ready(self.updating(self.learned, self.momenta, *others))
            self.learned, *self.found = new
            self.momenta = self.found[0]
        self.states = self.found[1][1]

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`."""
        grads, (outputs, states) = self.found if self.train else ({}, (self.found, self.states))
        if self.momenta is not None:  # after one step, the gradient times the rate
            grads = jax.tree.map(lambda momentum: momentum / -RATE, grads)
        found = {f"output {i}": np.asarray(x) for i, x in enumerate(outputs)}
        found |= gradients(jax.tree.map(np.asarray, grads))
        return found | {f"state {name}": np.asarray(x) for name, x in states.items()}


def use(library: Any, device: str) -> str:
    """As `benchmarks.libraries.use`."""
    chosen = jax.devices(device)[0]
    jax.config.update("jax_default_device", chosen)
    return "" if device == "cpu" else chosen.device_kind


def prepare(library: Any, problems: Sequence[Problem]) -> Body:
    """The networks as jitted functions."""
    known: dict[tuple, Any] = {}
    jitted = [Jitted(problem, known) for problem in problems]

    def run() -> None:
        for one in jitted:
            one.run()

    return Body(run, results=jitted[-1].results)
