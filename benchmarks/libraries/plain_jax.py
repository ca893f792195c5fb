"""JAX without symgraph: each operator as one would write it by hand, in NCHW, with `jax.grad` and `jax.jit`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.libraries.graph import Node, read
from benchmarks.libraries.tensors import gradients, tensors
from benchmarks.problem import Problem
from benchmarks.workload import Body

Array = jax.Array


@dataclass
class Pass:
    """What operators see of the pass they are in, and leave behind.

    Attributes:
        key: random key, if the pass is a training step.
        losses: sums of the losses so far.
        states: new auxiliary states.
    """

    train: bool
    key: Array | None = None
    losses: list[Array] = field(default_factory=list)
    states: dict[str, Array] = field(default_factory=dict)

    def next_key(self) -> Array:
        """A key that was not used before."""
        assert self.key is not None
        self.key, key = jax.random.split(self.key)
        return key


def convolution(run: Pass, node: Node, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """x (n, c, ...) · weight (k, c / groups, ...) -> (n, k, ...)."""
    rank = x.ndim - 2
    ones = (1,) * rank
    layout = "NC" + "DHW"[-rank:], "OI" + "DHW"[-rank:], "NC" + "DHW"[-rank:]
    y = lax.conv_general_dilated(
        x,
        weight,
        node.get("stride", ones),
        [(p, p) for p in node.get("pad", (0,) * rank)],
        rhs_dilation=node.get("dilate", ones),
        dimension_numbers=layout,
        feature_group_count=node.get("num_group", 1),
    )
    return y if bias is None else y + bias.reshape(-1, *ones)


def dense(run: Pass, node: Node, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """x (n, ...) · weight (k, c) -> (n, k)."""
    if node.get("flatten", True):
        x = x.reshape(x.shape[0], -1)
    y = x @ weight.T
    return y if bias is None else y + bias


def batch_norm(run: Pass, node: Node, x: Array, gamma: Array, beta: Array, mean: Array, var: Array) -> Array:
    """x (n, c, ...), with the moments of the batch in training, which then move `mean` and `var`."""
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    shape = (1, -1, *[1] * (x.ndim - 2))
    if run.train:
        momentum = node.get("momentum", 0.9)
        moments = x.mean(axes), x.var(axes)
        for name, old, new in zip(node.names[3:], (mean, var), moments, strict=True):
            run.states[name] = momentum * old + (1 - momentum) * lax.stop_gradient(new)
        mean, var = moments
    scale = lax.rsqrt(var + node.get("eps", 1e-3))
    if not node.get("fix_gamma", True):
        scale = scale * gamma
    return (x - mean.reshape(shape)) * scale.reshape(shape) + beta.reshape(shape)


def activation(run: Pass, node: Node, x: Array) -> Array:
    """x, element by element."""
    functions = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "softrelu": jax.nn.softplus}
    return functions[node.attributes["act_type"]](x)


def pooling(run: Pass, node: Node, x: Array) -> Array:
    """x (n, c, ...) -> (n, c, ...)."""
    rank = x.ndim - 2
    kind = node.get("pool_type", "max")
    if node.get("global_pool", False):
        axes = tuple(range(2, x.ndim))
        return (x.mean if kind == "avg" else x.max)(axes, keepdims=True)
    kernel = node.attributes["kernel"]
    stride, pad = node.get("stride", (1,) * rank), node.get("pad", (0,) * rank)
    rounded = math.ceil if node.get("pooling_convention", "valid") == "full" else math.floor
    pads = [(0, 0), (0, 0)]
    for size, k, s, p in zip(x.shape[2:], kernel, stride, pad, strict=True):
        out = rounded((size + 2 * p - k) / s) + 1
        pads.append((p, max(p, (out - 1) * s + k - size - p)))
    window, strides = (1, 1, *kernel), (1, 1, *stride)
    if kind == "max":
        return lax.reduce_window(x, -jnp.inf, lax.max, window, strides, pads)
    return lax.reduce_window(x, 0.0, lax.add, window, strides, pads) / math.prod(kernel)


def response_norm(run: Pass, node: Node, x: Array) -> Array:
    """x (n, c, h, w), normalized across neighbouring channels."""
    size, half = node.attributes["nsize"], node.attributes["nsize"] // 2
    pads = ((0, 0), (half, half), (0, 0), (0, 0))
    total = lax.reduce_window(x * x, 0.0, lax.add, (1, size, 1, 1), (1, 1, 1, 1), pads)
    return x * (node.get("knorm", 2.0) + node.get("alpha", 1e-4) / size * total) ** -node.get("beta", 0.75)


def dropout(run: Pass, node: Node, x: Array) -> Array:
    """x with elements set to zero, in training."""
    keep = 1 - node.get("p", 0.5)
    if not run.train or keep == 1:
        return x
    return jnp.where(jax.random.bernoulli(run.next_key(), keep, x.shape), x / keep, 0)


def softmax_loss(run: Pass, node: Node, logits: Array, label: Array) -> Array:
    """The sum of the cross-entropy, whose gradient is that of MXNet's SoftmaxOutput."""
    log = jax.nn.log_softmax(logits)
    run.losses.append(-jnp.take_along_axis(log, label.astype(jnp.int32)[:, None], axis=1).sum())
    return jnp.exp(log)


def lstm(run: Pass, node: Node, x: Array, parts: list[Array], hidden: Array, cell: Array) -> Array:
    """The product with the inputs of all steps first, then a scan over the steps."""
    for layer in range(node.attributes["num_layers"]):
        w_in, w_hidden, b_in, b_hidden = parts[4 * layer : 4 * layer + 4]

        def step(state: tuple, gates: Array, w_hidden: Array = w_hidden) -> tuple:
            h, c = state
            i, f, g, o = jnp.split(gates + h @ w_hidden.T, 4, axis=-1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        _, x = lax.scan(step, (hidden[layer], cell[layer]), x @ w_in.T + b_in + b_hidden)
    return x


OPERATORS: dict[str, Any] = {
    "Activation": activation,
    "BatchNorm": batch_norm,
    "Concat": lambda run, node, *xs: jnp.concatenate(xs, node.get("dim", 1)),
    "Convolution": convolution,
    "Dropout": dropout,
    "Embedding": lambda run, node, index, weight: weight[index.astype(jnp.int32)],
    "Flatten": lambda run, node, x: x.reshape(x.shape[0], -1),
    "FullyConnected": dense,
    "LRN": response_norm,
    "Pooling": pooling,
    "RNN": lstm,
    "SoftmaxOutput": softmax_loss,
    "elemwise_add": lambda run, node, x, y: x + y,
    "elemwise_mul": lambda run, node, x, y: x * y,
}


class Jitted:
    """One network as a jitted function, and what it is called with."""

    def __init__(self, problem: Problem, known: dict[tuple, Any]):
        self.graph = read(problem.symbol)
        self.train = problem.train
        values = tensors(problem, self.graph, jnp.asarray, known)
        self.learned, self.inputs, self.states = values.learned, values.inputs, values.states
        self.compiled = jax.jit(self.step if problem.train else self.infer)
        self.calls = 0
        self.found: Any = None

    def infer(self, learned: Any, inputs: Any, states: Any) -> list[Array]:
        """The outputs."""
        return self.graph.evaluate(OPERATORS, Pass(train=False), {**learned, **inputs, **states})

    def step(self, learned: Any, inputs: Any, states: Any, seed: Array) -> tuple:
        """Gradients, outputs and new states."""

        def objective(learned: Any) -> tuple[Array, tuple]:
            run = Pass(train=True, key=jax.random.key(seed))
            outputs = self.graph.evaluate(OPERATORS, run, {**learned, **inputs, **states})
            others = [x for x, is_loss in zip(outputs, self.graph.losses(), strict=True) if not is_loss]
            return sum(x.sum() for x in others) + sum(run.losses), (outputs, {**states, **run.states})

        return jax.grad(objective, has_aux=True)(learned)

    def run(self) -> None:
        """One pass, waited for."""
        if not self.train:
            self.found = jax.block_until_ready(self.compiled(self.learned, self.inputs, self.states))
            return
        self.calls += 1
        self.found = jax.block_until_ready(self.compiled(self.learned, self.inputs, self.states, np.uint32(self.calls)))
        self.states = self.found[1][1]

    def results(self) -> dict[str, np.ndarray]:
        """As in `Body.results`."""
        grads, (outputs, states) = self.found if self.train else ({}, (self.found, self.states))
        found = {f"output {i}": np.asarray(x) for i, x in enumerate(outputs)}
        found |= gradients(jax.tree.map(np.asarray, grads))
        return found | {f"state {name}": np.asarray(x) for name, x in states.items()}


def prepare(library: Any, problems: Sequence[Problem]) -> Body:
    """The networks as jitted functions."""
    known: dict[tuple, Any] = {}
    jitted = [Jitted(problem, known) for problem in problems]

    def run() -> None:
        for one in jitted:
            one.run()

    return Body(run, results=jitted[-1].results)
