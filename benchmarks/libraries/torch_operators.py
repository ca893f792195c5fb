"""MXNet's operators as functions of PyTorch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch.nn import functional

from benchmarks.libraries.graph import Node

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
    scale = gamma
    if node.get("fix_gamma", True):  # on a GPU, a shift without a scale has no gradient
        scale = torch.ones_like(gamma) if x.is_cuda else None
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


def deconvolution(run: Pass, node: Node, x: Tensor, weight: Tensor) -> Tensor:
    """x (n, k, h, w) · weight (k, c, ...) -> (n, c, ...)."""
    return functional.conv_transpose2d(x, weight, None, node.attributes["stride"], node.attributes["pad"])


def layer_norm(run: Pass, node: Node, x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """x (n, c), normalized along the last axis."""
    return functional.layer_norm(x, x.shape[-1:], gamma, beta, node.get("eps", 1e-5))


def slice_channel(run: Pass, node: Node, x: Tensor) -> tuple[Tensor, ...]:
    """x in equal parts along an axis, which goes with `squeeze_axis`."""
    axis = node.get("axis", 1)
    if node.get("squeeze_axis", False):
        return x.unbind(axis)
    return x.chunk(node.attributes["num_outputs"], axis)


OPERATORS: dict[str, Any] = {
    "Activation": activation,
    "BatchNorm": batch_norm,
    "Concat": lambda run, node, *xs: torch.cat(xs, node.get("dim", 1)),
    "Convolution": convolution,
    "Deconvolution": deconvolution,
    "Dropout": dropout,
    "Embedding": lambda run, node, index, weight: functional.embedding(index.long(), weight),
    "Flatten": lambda run, node, x: x.flatten(1),
    "FullyConnected": dense,
    "LRN": response_norm,
    "LayerNorm": layer_norm,
    "LeakyReLU": lambda run, node, x: functional.leaky_relu(x, node.attributes["slope"]),
    "Pooling": pooling,
    "RNN": lstm,
    "Reshape": lambda run, node, x: x.reshape(node.attributes["shape"]),
    "SliceChannel": slice_channel,
    "SoftmaxOutput": softmax_loss,
    "UpSampling": lambda run, node, x: functional.interpolate(x, scale_factor=node.attributes["scale"]),
    "argmax": lambda run, node, x: x.argmax(node.attributes["axis"]).to(x.dtype),
    "batch_dot": lambda run, node, x, y: x @ y,
    "broadcast_add": lambda run, node, x, y: x + y,
    "broadcast_mul": lambda run, node, x, y: x * y,
    "clip": lambda run, node, x: x.clamp(node.attributes["a_min"], node.attributes["a_max"]),
    "dot": lambda run, node, x, y: x @ y,
    "elemwise_add": lambda run, node, x, y: x + y,
    "elemwise_mul": lambda run, node, x, y: x * y,
    "exp": lambda run, node, x: x.exp(),
    "log_softmax": lambda run, node, x: x.log_softmax(-1),
    "max": lambda run, node, x: x.max(node.attributes["axis"])[0],
    "mean": lambda run, node, x: x.mean(node.attributes["axis"]),
    "norm": lambda run, node, x: x.norm().reshape(1),
    "one_hot": lambda run, node, x: functional.one_hot(x.long(), node.attributes["depth"]).float(),
    "pick": lambda run, node, x, index: x.gather(1, index.long()[:, None])[:, 0],
    "slice_axis": lambda run, node, x: x.narrow(
        node.attributes["axis"], node.attributes["begin"], node.attributes["end"] - node.attributes["begin"]
    ),
    "softmax": lambda run, node, x: x.softmax(-1),
    "sort": lambda run, node, x: x.sort(node.attributes["axis"])[0],
    "sqrt": lambda run, node, x: x.sqrt(),
    "stack": lambda run, node, *xs: torch.stack(xs, node.get("axis", 0)),
    "sum": lambda run, node, x: x.sum(node.attributes["axis"]),
    "take": lambda run, node, x, index: x[index.long()],
    "topk": lambda run, node, x: x.topk(node.attributes["k"])[0],
    "transpose": lambda run, node, x: x.permute(node.attributes["axes"]).contiguous(),
}
