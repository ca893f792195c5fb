"""MobileNet, after Howard et al.: MobileNets: efficient convolutional neural networks for mobile vision applications (2017)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, global_pool, relu

UNITS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
"""Filters of each separable convolution, and the stride of its depthwise half."""


def build(mx: Any, classes: int = 1000) -> Any:
    """A convolution and thirteen separable ones: 3×3 on each channel by itself, then 1×1 across the channels.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)
    """
    net, channels = _unit(mx, mx.sym.Variable("data"), "conv1", 32, 3, stride=2), 32
    for i, (filters, stride) in enumerate(UNITS, 2):
        net = _unit(mx, net, f"conv{i}_dw", channels, 3, stride=stride, num_group=channels)
        net, channels = _unit(mx, net, f"conv{i}_sep", filters, 1), filters
    return classifier(mx, mx.sym.Flatten(global_pool(mx, net, "pool"), name="flatten"), "fc", classes)


def _unit(mx: Any, data: Any, name: str, filters: int, kernel: int, **options: Any) -> Any:
    """Convolution, batch normalization, ReLU."""
    net = conv(mx, data, name, filters, kernel, no_bias=True, **options)
    net = mx.sym.BatchNorm(net, fix_gamma=False, eps=1e-5, momentum=0.9, name=f"{name}_bn")
    return relu(mx, net, f"{name}_relu")
