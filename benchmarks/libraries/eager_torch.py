"""PyTorch, eager and channels-last: each operator as the function of `torch` for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import torch
from torch.nn import functional

from benchmarks.libraries.graph import Node, read
from benchmarks.libraries.tensors import gradients, tensors
from benchmarks.problem import Problem
from benchmarks.workload import Body

Tensor: TypeAlias = torch.Tensor


@dataclass
class Pass:
    """What operators see of the pass they are in, and leave behind: sums of the losses so far."""

    train: bool
    losses: list[Tensor] = field(default_factory=list)


def convolution(run: Pass, node: Node, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x (n, c, ...) · weight (k, c / groups, ...) -> (n, k, ...)."""
    function = {3: functional.conv1d, 4: functional.conv2d, 5: functional.conv3d}[x.ndim]
    stride, pad, dilate = node.get("stride", 1), node.get("pad", 0), node.get("dilate", 1)
    return function(x, weight, bias, stride, pad, dilate, node.get("num_group", 1))


def dense(run: Pass, node: Node, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x (n, ...) · weight (k, c) -> (n, k)."""
    return functional.linear(x.flatten(1) if node.get("flatten", True) else x, weight, bias)


def batch_norm(run: Pass, node: Node, x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor) -> Tensor:
    """Updates `mean` and `var` in place."""
    scale = None if node.get("fix_gamma", True) else gamma
    momentum, eps = 1 - node.get("momentum", 0.9), node.get("eps", 1e-3)
    return functional.batch_norm(x, mean, var, scale, beta, run.train, momentum, eps)


KEEPS_NO_OUTPUT = ("BatchNorm", "Convolution", "FullyConnected", "elemwise_add")


def activation(run: Pass, node: Node, x: Tensor) -> Tensor:
    """In place where torchvision's networks do it: nobody else reads the input."""
    kind = node.attributes["act_type"]
    if kind == "relu":
        return functional.relu(x, inplace=node.producer in KEEPS_NO_OUTPUT)
    return {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "softrelu": functional.softplus}[kind](x)


def pooling(run: Pass, node: Node, x: Tensor) -> Tensor:
    """x (n, c, ...) -> (n, c, ...)."""
    kind = node.get("pool_type", "max")
    if node.get("global_pool", False):
        axes = tuple(range(2, x.ndim))
        return x.mean(axes, keepdim=True) if kind == "avg" else x.amax(axes, keepdim=True)
    function = functional.max_pool2d if kind == "max" else functional.avg_pool2d
    ceil = node.get("pooling_convention", "valid") == "full"
    return function(x, node.attributes["kernel"], node.get("stride", 1), node.get("pad", 0), ceil_mode=ceil)


def response_norm(run: Pass, node: Node, x: Tensor) -> Tensor:
    """x (n, c, h, w), normalized across neighbouring channels."""
    alpha, beta, knorm = node.get("alpha", 1e-4), node.get("beta", 0.75), node.get("knorm", 2.0)
    return functional.local_response_norm(x, node.attributes["nsize"], alpha, beta, knorm)


def dropout(run: Pass, node: Node, x: Tensor) -> Tensor:
    """x with elements set to zero, in training."""
    return functional.dropout(x, node.get("p", 0.5), run.train)


def softmax_loss(run: Pass, node: Node, logits: Tensor, label: Tensor) -> Tensor:
    """The sum of the cross-entropy, whose gradient is that of MXNet's SoftmaxOutput."""
    log = functional.log_softmax(logits, 1)
    run.losses.append(functional.nll_loss(log, label.long(), reduction="sum"))
    return log.detach().exp()


def lstm(run: Pass, node: Node, x: Tensor, parts: list[Tensor], hidden: Tensor, cell: Tensor) -> Tensor:
    """What `torch.nn.LSTM` calls."""
    return torch.lstm(x, (hidden, cell), parts, True, node.attributes["num_layers"], 0.0, run.train, False, False)[0]


OPERATORS: dict[str, Any] = {
    "Activation": activation,
    "BatchNorm": batch_norm,
    "Concat": lambda run, node, *xs: torch.cat(xs, node.get("dim", 1)),
    "Convolution": convolution,
    "Dropout": dropout,
    "Embedding": lambda run, node, index, weight: functional.embedding(index.long(), weight),
    "Flatten": lambda run, node, x: x.flatten(1),
    "FullyConnected": dense,
    "LRN": response_norm,
    "Pooling": pooling,
    "RNN": lstm,
    "SoftmaxOutput": softmax_loss,
    "elemwise_add": lambda run, node, x, y: x + y,
    "elemwise_mul": lambda run, node, x, y: x * y,
}


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
        objectives = [*run.losses, *others]
        starts = [torch.ones_like(x) for x in objectives]
        self.grads = torch.autograd.grad(objectives, self.leaves, starts, allow_unused=True)
        self.outputs = [x.detach() for x in outputs]

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`."""
        found = {f"output {i}": x.numpy() for i, x in enumerate(self.outputs)}
        if self.train:
            zipped = zip(self.leaves, self.grads, strict=True)
            grads = iter([np.zeros(tuple(x.shape), np.float32) if g is None else g.numpy() for x, g in zipped])
            learned = self.tensors.learned.items()
            found |= gradients(
                {n: [next(grads) for _ in v] if isinstance(v, list) else next(grads) for n, v in learned}
            )
        return found | {f"state {name}": x.numpy() for name, x in self.tensors.states.items()}


def _tensor(value: np.ndarray) -> Tensor:
    tensor = torch.from_numpy(value.copy())
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor


def prepare(library: Any, problems: Sequence[Problem]) -> Body:
    """The networks with common tensors."""
    known: dict[tuple, Any] = {}
    eager = [Eager(problem, known) for problem in problems]

    def run() -> None:
        for one in eager:
            one.run()

    return Body(run, results=eager[-1].results)
