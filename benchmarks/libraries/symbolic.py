"""symgraph and MXNet: the same program for both, through their common API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.libraries.fitted import Divided, Fitted
from benchmarks.libraries.graph import read
from benchmarks.problem import Problem
from benchmarks.workload import Body


class Arrays:
    """Arrays that networks share: those of the same name and shape."""

    def __init__(self, mx: Any):
        self._mx = mx
        self._known: dict[tuple, Any] = {}

    def get(self, role: str, name: str, value: np.ndarray) -> Any:
        """The array in a role (value or gradient) for an argument."""
        key = role, name, value.shape
        if key not in self._known:
            self._known[key] = self._mx.nd.array(value)
        return self._known[key]


class Bound:
    """One network bound to arrays."""

    def __init__(self, mx: Any, problem: Problem, arrays: Arrays):
        symbol = mx.sym.load_json(problem.symbol)
        values = problem.values()
        arguments, states = symbol.list_arguments(), symbol.list_auxiliary_states()
        self.train = problem.train
        learned = [name for name in arguments if problem.train and name not in problem.frozen]
        grads = {name: arrays.get("gradient", name, np.zeros_like(values[name])) for name in learned}
        self.aux = {name: arrays.get("value", name, values[name]) for name in states}
        self.executor = symbol.bind(
            mx.current_context(),
            {name: arrays.get("value", name, values[name]) for name in arguments},
            grads,
            {name: "write" if name in grads else "null" for name in arguments},
            self.aux,
        )
        self.grads = grads
        starts_itself = all(read(problem.symbol).losses())
        self.heads = [] if starts_itself else [mx.nd.array(head) for head in problem.heads()]
        self.awaited = [*grads.values(), *(self.aux.values() if problem.train else ())]

    def run(self) -> None:
        """One pass, and wait for all that it gives."""
        executor = self.executor
        executor.forward(is_train=self.train)
        if self.grads:
            executor.backward(self.heads) if self.heads else executor.backward()
        for array in executor.outputs:
            array.wait_to_read()
        for array in self.awaited:
            array.wait_to_read()

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`."""
        found = {f"output {i}": array.asnumpy() for i, array in enumerate(self.executor.outputs)}
        found |= {f"gradient {name}": array.asnumpy() for name, array in self.grads.items()}
        return found | {f"state {name}": array.asnumpy() for name, array in self.aux.items()}


def use(mx: Any, device: str) -> str:
    """As `benchmarks.libraries.use`."""
    mx.Context(device).__enter__()
    if device == "cpu":
        return ""
    found = getattr(mx.current_context(), "jax_device", None)
    return str(mx.current_context()) if found is None else found.device_kind


def prepare(mx: Any, problems: Sequence[Problem]) -> Body:
    """The networks bound to common arrays."""
    if problems[-1].devices:
        divided = Divided(mx, problems[-1])
        return Body(divided.run, results=divided.results, plan=divided.plan)
    if problems[-1].update:
        fitted = Fitted(mx, problems[-1])
        return Body(fitted.run, results=fitted.results)
    arrays = Arrays(mx)
    bound = [Bound(mx, problem, arrays) for problem in problems]

    def run() -> None:
        for one in bound:
            one.run()

    def plan() -> dict[str, int]:
        plans = [one.executor.memory_plan(one.train) for one in bound]
        return {kind: max(plan[kind] for plan in plans) for kind in plans[0]}

    return Body(run, results=bound[-1].results, plan=plan if hasattr(bound[0].executor, "memory_plan") else None)
