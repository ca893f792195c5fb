"""SqueezeNet, after Iandola et al.: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters (2016)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import conv, global_pool, pool, relu

SQUEEZED = (16, 16, 32, 32, 48, 48, 64, 64)
"""Filters to which each of the Fire modules 2 to 9 squeezes; either half of its expansion has four times as many."""


def build(mx: Any, classes: int = 1000) -> Any:
    """Version 1.0: a convolution, eight Fire modules, and a convolution with dropout in place of dense layers.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)
    """
    net = _convolution(mx, mx.sym.Variable("data"), "conv1", 96, 7, stride=2, pad=(0, 0))
    for i, filters in enumerate(SQUEEZED, 2):
        if i in (2, 5, 9):
            net = pool(mx, net, f"pool{i - 1}", 3, 2, pooling_convention="full")
        net = _fire(mx, net, f"fire{i}", filters)
    net = mx.sym.Dropout(net, p=0.5, name="drop9")
    net = _convolution(mx, net, "conv10", classes, 1)
    return mx.sym.SoftmaxOutput(mx.sym.Flatten(global_pool(mx, net, "pool10"), name="flatten"), name="softmax")


def _fire(mx: Any, data: Any, name: str, filters: int) -> Any:
    """1×1 convolution to few filters, then 1×1 and 3×3 convolutions to many, joined."""
    net = _convolution(mx, data, f"{name}_squeeze1x1", filters, 1)
    expanded = [_convolution(mx, net, f"{name}_expand{k}x{k}", 4 * filters, k) for k in (1, 3)]
    return mx.sym.Concat(*expanded, name=f"{name}_concat")


def _convolution(mx: Any, data: Any, name: str, filters: int, kernel: int, **options: Any) -> Any:
    """Convolution and ReLU."""
    return relu(mx, conv(mx, data, name, filters, kernel, **options), f"{name}_relu")
