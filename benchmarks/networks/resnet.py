"""Residual networks: post-activation (v1; He, Zhang, Ren, Sun: Deep residual learning for image recognition, 2015) and
pre-activation (v2; the same: Identity mappings in deep residual networks, 2016)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, global_pool, pool, relu

UNITS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Number of residual units in each of the four stages, by the number of layers with weights."""


def build(mx: Any, depth: int = 50, classes: int = 1000, version: int = 2) -> Any:
    """ResNet for images of 224 × 224 (or any size from 32 on).

    data (n, 3, h, w) · softmax_label (n,) -> softmax_output (n, classes)

    Parameters have the names under which MXNet's model zoo stores them (``stage1_unit1_conv1_weight``).

    Args:
        depth: 18, 34, 50, 101 or 152; from 50 on, units are bottlenecks of three convolutions.
        version: 2, normalization and activation before each convolution; or 1, after it.
    """
    net = mx.sym.Variable("data")
    if version == 2:
        net = _norm(mx, net, "bn_data", fix_gamma=True)
    net = conv(mx, net, "conv0", 64, 7, stride=2, no_bias=True)
    net = relu(mx, _norm(mx, net, "bn0"), "relu0")
    net = pool(mx, net, "pooling0", 3, 2, pad=(1, 1))
    unit = _pre_activation if version == 2 else _post_activation
    widths = (256, 512, 1024, 2048) if depth >= 50 else (64, 128, 256, 512)
    for stage, (count, width) in enumerate(zip(UNITS[depth], widths, strict=True), 1):
        for i in range(1, count + 1):
            stride = 2 if stage > 1 and i == 1 else 1
            changes = i == 1 and (stride > 1 or depth >= 50 or version == 2)
            net = unit(mx, net, f"stage{stage}_unit{i}", _plan(width, stride, depth >= 50, version), changes)
    if version == 2:
        net = relu(mx, _norm(mx, net, "bn1"), "relu1")
    return classifier(mx, mx.sym.Flatten(global_pool(mx, net, "pool1"), name="flatten"), "fc1", classes)


def _plan(width: int, stride: int, bottleneck: bool, version: int) -> list[tuple[int, int, int]]:
    """Filters, kernel and stride of each convolution in a unit; v1 strides in the first one, v2 in the 3×3 one."""
    if not bottleneck:
        return [(width, 3, stride), (width, 3, 1)]
    first, second = (stride, 1) if version == 1 else (1, stride)
    return [(width // 4, 1, first), (width // 4, 3, second), (width, 1, 1)]


def _pre_activation(mx: Any, data: Any, name: str, plan: list[tuple[int, int, int]], changes: bool) -> Any:
    """A v2 unit; if the shape `changes`, the shortcut is a 1×1 convolution of the activated input."""
    net = shortcut = data
    for i, (filters, kernel, stride) in enumerate(plan, 1):
        net = relu(mx, _norm(mx, net, f"{name}_bn{i}"), f"{name}_relu{i}")
        if i == 1 and changes:
            shortcut = conv(mx, net, f"{name}_sc", plan[-1][0], 1, stride=_stride(plan), no_bias=True)
        net = conv(mx, net, f"{name}_conv{i}", filters, kernel, stride=stride, no_bias=True)
    return mx.sym.elemwise_add(net, shortcut, name=f"{name}_plus")


def _post_activation(mx: Any, data: Any, name: str, plan: list[tuple[int, int, int]], changes: bool) -> Any:
    """A v1 unit; if the shape `changes`, the shortcut is a normalized 1×1 convolution of the input."""
    net = shortcut = data
    for i, (filters, kernel, stride) in enumerate(plan, 1):
        net = conv(mx, net, f"{name}_conv{i}", filters, kernel, stride=stride, no_bias=True)
        net = _norm(mx, net, f"{name}_bn{i}")
        if i < len(plan):
            net = relu(mx, net, f"{name}_relu{i}")
    if changes:
        shortcut = conv(mx, data, f"{name}_sc", plan[-1][0], 1, stride=_stride(plan), no_bias=True)
        shortcut = _norm(mx, shortcut, f"{name}_sc_bn")
    return relu(mx, mx.sym.elemwise_add(net, shortcut, name=f"{name}_plus"), f"{name}_relu")


def _stride(plan: list[tuple[int, int, int]]) -> int:
    return max(stride for _, _, stride in plan)


def _norm(mx: Any, data: Any, name: str, fix_gamma: bool = False) -> Any:
    return mx.sym.BatchNorm(data, fix_gamma=fix_gamma, eps=2e-5, momentum=0.9, name=name)
