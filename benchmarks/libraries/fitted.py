"""Networks as modules of symgraph or MXNet, whose parameters each step changes; in symgraph also on several devices."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.collectives import communicated
from benchmarks.problem import MOMENTUM, RATE, Problem


class Fitted:
    """One network as a module, whose parameters each step changes; arrays are its own."""

    def __init__(self, mx: Any, problem: Problem, **where: Any):
        values = problem.values()
        data = [name for name in problem.frozen if not name.endswith("label")]
        labels = [name for name in problem.frozen if name.endswith("label")]
        symbol = mx.sym.load_json(problem.symbol)
        self.module = mx.mod.Module(symbol, data_names=data, label_names=labels, **where)
        described = [[(name, values[name].shape) for name in names] for names in (data, labels)]
        self.module.bind(*described)
        known = {name: mx.nd.array(value) for name, value in values.items() if name not in problem.frozen}
        states = {name: known.pop(name) for name in problem.states}
        self.module.init_params(arg_params=known, aux_params=states)
        self.module.init_optimizer(None, "sgd", {"learning_rate": RATE, "momentum": MOMENTUM, "rescale_grad": 1.0})
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


class Divided(Fitted):
    """One network as a module of symgraph on several devices, which have parts of each batch, or groups of nodes."""

    def __init__(self, mx: Any, problem: Problem):
        self._mx = mx
        kind, count = mx.current_context().device_type, problem.devices
        contexts = [mx.Context(kind, i) for i in range(count)]
        if problem.groups:
            share = len(problem.groups) / count
            places = {group: contexts[int(i / share)] for i, group in enumerate(problem.groups)}
            super().__init__(mx, problem, context=contexts[0], group2ctxs=places)
        else:
            super().__init__(mx, problem, context=contexts)

    def run(self) -> None:
        """One step, whose outputs somebody reads; parameters stay where they are."""
        self.module.forward_backward(self.batch)
        self.module.update()
        for output in self.executor.outputs:
            output.wait_to_read()
        self._mx.nd.waitall()

    def plan(self) -> dict[str, int]:
        """`memory_plan`, and the bytes that devices add up or exchange in a step, by kind of operation."""
        return {**self.executor.memory_plan(True), **communicated(self.executor.as_text(True))}
