"""PyTorch, eager and channels-last: the operators of `benchmarks.libraries.torch_operators`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from benchmarks.libraries.graph import read
from benchmarks.libraries.tensors import gradients, tensors
from benchmarks.libraries.torch_operators import OPERATORS, Pass
from benchmarks.problem import MOMENTUM, RATE, Problem
from benchmarks.workload import Body

Tensor: TypeAlias = torch.Tensor


class Eager:
    """One network, and the tensors it is called with."""

    def __init__(self, problem: Problem, known: dict[tuple, Any]):
        self.graph = read(problem.symbol)
        self.train = problem.train
        self.tensors = tensors(problem, self.graph, _tensor, known)
        self.values = {**self.tensors.learned, **self.tensors.inputs, **self.tensors.states}
        self.leaves = [t for v in self.tensors.learned.values() for t in (v if isinstance(v, list) else [v])]
        for leaf in self.leaves:
            leaf.requires_grad_(problem.train)
        heads = [_tensor(head) for head in problem.heads()] if problem.train else []
        self.heads = [head for head, is_loss in zip(heads, self.graph.losses(), strict=False) if not is_loss]
        self.optimizer = torch.optim.SGD(self.leaves, lr=RATE, momentum=MOMENTUM) if problem.update else None
        self.outputs: list[Tensor] = []
        self.grads: Sequence[Tensor | None] = ()

    def run(self) -> None:
        """One pass."""
        run = Pass(self.train)
        if not self.train:
            with torch.inference_mode():
                self.outputs = self.graph.evaluate(OPERATORS, run, self.values)
            return
        outputs = self.graph.evaluate(OPERATORS, run, self.values)
        others = [x for x, is_loss in zip(outputs, self.graph.losses(), strict=True) if not is_loss]
        starts = [*[None] * len(run.losses), *self.heads]
        if self.optimizer is not None:
            self.optimizer.zero_grad()
            torch.autograd.backward([*run.losses, *others], starts)
            self.optimizer.step()
            self.grads = [leaf.grad for leaf in self.leaves]
        else:
            self.grads = torch.autograd.grad([*run.losses, *others], self.leaves, starts, allow_unused=True)
        self.outputs = [x.detach() for x in outputs]

    def finish(self) -> None:
        """Wait for what has been asked of a GPU."""
        if self.outputs[0].is_cuda:
            torch.cuda.synchronize()

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`."""
        found = {f"output {i}": x.numpy(force=True) for i, x in enumerate(self.outputs)}
        if self.train:
            zipped = zip(self.leaves, self.grads, strict=True)
            grads = iter(
                [np.zeros(tuple(x.shape), np.float32) if g is None else g.numpy(force=True) for x, g in zipped]
            )
            learned = self.tensors.learned.items()
            found |= gradients(
                {n: [next(grads) for _ in v] if isinstance(v, list) else next(grads) for n, v in learned}
            )
        return found | {f"state {name}": x.numpy(force=True) for name, x in self.tensors.states.items()}


def _tensor(value: np.ndarray) -> Tensor:
    tensor = torch.from_numpy(value.copy()).to(torch.get_default_device())
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor


def use(library: Any, device: str) -> str:
    """As `benchmarks.libraries.use`."""
    torch.set_default_device("cuda" if device == "gpu" else device)
    return "" if device == "cpu" else torch.cuda.get_device_name()


def prepare(library: Any, problems: Sequence[Problem]) -> Body:
    """The networks with common tensors."""
    known: dict[tuple, Any] = {}
    eager = [Eager(problem, known) for problem in problems]

    def run() -> None:
        for one in eager:
            one.run()
        eager[-1].finish()

    return Body(run, results=eager[-1].results)
