"""symgraph and MXNet: the same program for both, through their common API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.libraries.graph import read
from benchmarks.problem import MOMENTUM, RATE, Problem
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


class Fitted:
    """One network as a module, whose parameters each step changes; arrays are its own."""

    def __init__(self, mx: Any, problem: Problem):
        values = problem.values()
        data = [name for name in problem.frozen if not name.endswith("label")]
        labels = [name for name in problem.frozen if name.endswith("label")]
        self.module = mx.mod.Module(mx.sym.load_json(problem.symbol), data_names=data, label_names=labels)
        described = [[(name, values[name].shape) for name in names] for names in (data, labels)]
        self.module.bind(*described)
        known = {name: mx.nd.array(value) for name, value in values.items() if name not in problem.frozen}
        states = {name: known.pop(name) for name in problem.states}
        self.module.init_params(arg_params=known, aux_params=states)
        self.module.init_optimizer(
            optimizer="sgd", optimizer_params={"learning_rate": RATE, "momentum": MOMENTUM, "rescale_grad": 1.0}
        )
        fed = [[mx.nd.array(values[name]) for name in names] for names in (data, labels)]
        self.batch = mx.io.DataBatch(*fed)
        self.executor = self.module._exec_group.execs[0]
        bound = {**self.executor.arg_dict, **self.executor.aux_dict}
        self.awaited = [bound[name] for name in (*known, *states)]
        self.names = list(self.module._param_names)

    def run(self) -> None:
        """One step, and wait for all that it gives."""
        self.module.forward_backward(self.batch)
        self.module.update()
        for array in (*self.executor.outputs, *self.awaited):
            array.wait_to_read()

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`, after one step: the momentum is then the gradient times the rate."""
        found = {f"output {i}": array.asnumpy() for i, array in enumerate(self.executor.outputs)}
        states = self.module._updater.states
        found |= {f"gradient {name}": states[i].asnumpy() / -RATE for i, name in enumerate(self.names)}
        return found | {f"state {name}": array.asnumpy() for name, array in self.executor.aux_dict.items()}


def use(mx: Any, device: str) -> str:
    """As `benchmarks.libraries.use`."""
    mx.Context(device).__enter__()
    if device == "cpu":
        return ""
    found = getattr(mx.current_context(), "jax_device", None)
    return str(mx.current_context()) if found is None else found.device_kind


def prepare(mx: Any, problems: Sequence[Problem]) -> Body:
    """The networks bound to common arrays."""
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
