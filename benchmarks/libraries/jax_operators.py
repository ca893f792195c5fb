"""MXNet's operators as one would write them in JAX by hand, in NCHW."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.libraries.graph import Node

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


def deconvolution(run: Pass, node: Node, x: Array, weight: Array) -> Array:
    """The gradient of a convolution with respect to its input, as a convolution of the dilated x."""
    kernel, stride, pad = (node.attributes[name] for name in ("kernel", "stride", "pad"))
    pads = [(k - 1 - p, k - 1 - p) for k, p in zip(kernel, pad, strict=True)]
    layout = "NCHW", "IOHW", "NCHW"
    flipped = weight[:, :, ::-1, ::-1]
    return lax.conv_general_dilated(x, flipped, (1, 1), pads, lhs_dilation=stride, dimension_numbers=layout)


def layer_norm(run: Pass, node: Node, x: Array, gamma: Array, beta: Array) -> Array:
    """x (n, c), normalized along the last axis."""
    mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(var + node.get("eps", 1e-5)) * gamma + beta


def _whole(x: Array) -> Array:
    return x.astype(jnp.int32)


def slice_channel(run: Pass, node: Node, x: Array) -> tuple[Array, ...]:
    """x in equal parts along an axis, which goes with `squeeze_axis`."""
    axis = node.get("axis", 1)
    parts = jnp.split(x, node.attributes["num_outputs"], axis)
    return tuple(part.squeeze(axis) for part in parts) if node.get("squeeze_axis", False) else tuple(parts)


def upsampling(run: Pass, node: Node, x: Array) -> Array:
    """x (n, c, h, w), every pixel repeated."""
    scale = node.attributes["scale"]
    return x.repeat(scale, 2).repeat(scale, 3)


OPERATORS: dict[str, Any] = {
    "Activation": activation,
    "BatchNorm": batch_norm,
    "Concat": lambda run, node, *xs: jnp.concatenate(xs, node.get("dim", 1)),
    "Convolution": convolution,
    "Deconvolution": deconvolution,
    "Dropout": dropout,
    "Embedding": lambda run, node, index, weight: weight[_whole(index)],
    "Flatten": lambda run, node, x: x.reshape(x.shape[0], -1),
    "FullyConnected": dense,
    "LRN": response_norm,
    "LayerNorm": layer_norm,
    "LeakyReLU": lambda run, node, x: jax.nn.leaky_relu(x, node.attributes["slope"]),
    "Pooling": pooling,
    "RNN": lstm,
    "Reshape": lambda run, node, x: x.reshape(node.attributes["shape"]),
    "SliceChannel": slice_channel,
    "SoftmaxOutput": softmax_loss,
    "UpSampling": upsampling,
    "argmax": lambda run, node, x: x.argmax(node.attributes["axis"]).astype(x.dtype),
    "batch_dot": lambda run, node, x, y: x @ y,
    "broadcast_add": lambda run, node, x, y: x + y,
    "broadcast_mul": lambda run, node, x, y: x * y,
    "clip": lambda run, node, x: x.clip(node.attributes["a_min"], node.attributes["a_max"]),
    "dot": lambda run, node, x, y: x @ y,
    "elemwise_add": lambda run, node, x, y: x + y,
    "elemwise_mul": lambda run, node, x, y: x * y,
    "exp": lambda run, node, x: jnp.exp(x),
    "log_softmax": lambda run, node, x: jax.nn.log_softmax(x),
    "max": lambda run, node, x: x.max(node.attributes["axis"]),
    "mean": lambda run, node, x: x.mean(node.attributes["axis"]),
    "norm": lambda run, node, x: jnp.sqrt((x * x).sum(keepdims=True)).reshape(1),
    "one_hot": lambda run, node, x: jax.nn.one_hot(_whole(x), node.attributes["depth"]),
    "pick": lambda run, node, x, index: jnp.take_along_axis(x, _whole(index)[:, None], axis=1)[:, 0],
    "slice_axis": lambda run, node, x: lax.slice_in_dim(
        x, node.attributes["begin"], node.attributes["end"], axis=node.attributes["axis"]
    ),
    "softmax": lambda run, node, x: jax.nn.softmax(x),
    "sort": lambda run, node, x: jnp.sort(x, axis=node.attributes["axis"]),
    "sqrt": lambda run, node, x: jnp.sqrt(x),
    "stack": lambda run, node, *xs: jnp.stack(xs, node.get("axis", 0)),
    "sum": lambda run, node, x: x.sum(node.attributes["axis"]),
    "take": lambda run, node, x, index: x[_whole(index)],
    "topk": lambda run, node, x: lax.top_k(x, node.attributes["k"])[0],
    "transpose": lambda run, node, x: x.transpose(node.attributes["axes"]),
}
