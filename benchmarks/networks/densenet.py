"""DenseNet, after Huang, Liu, van der Maaten, Weinberger: Densely connected convolutional networks (2017)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, global_pool, pool, relu

BLOCKS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}
"""Number of layers in each dense block, by the number of layers with weights."""

GROWTH = 32
"""Feature maps that each layer adds to those before it."""


def build(mx: Any, depth: int = 121, classes: int = 1000) -> Any:
    """Four blocks in which each layer sees the outputs of all before it, with halving transitions between the blocks.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)

    Args:
        depth: 121, 169 or 201.
    """
    net, channels = conv(mx, mx.sym.Variable("data"), "conv0", 64, 7, stride=2, no_bias=True), 64
    net = pool(mx, _activate(mx, net, "conv0"), "pool0", 3, 2, pad=(1, 1))
    for block, count in enumerate(BLOCKS[depth], 1):
        for i in range(1, count + 1):
            net = _layer(mx, net, f"block{block}_layer{i}")
        channels += count * GROWTH
        if block < len(BLOCKS[depth]):
            channels //= 2
            net = conv(mx, _activate(mx, net, f"transition{block}"), f"transition{block}", channels, 1, no_bias=True)
            net = pool(mx, net, f"transition{block}_pool", 2, 2, pool_type="avg")
    net = global_pool(mx, _activate(mx, net, "last"), "pool")
    return classifier(mx, mx.sym.Flatten(net, name="flatten"), "fc", classes)


def _layer(mx: Any, data: Any, name: str) -> Any:
    """What comes in, joined by the feature maps of a 1×1 and a 3×3 convolution, each after normalization and ReLU."""
    net = conv(mx, _activate(mx, data, f"{name}_a"), f"{name}_conv1", 4 * GROWTH, 1, no_bias=True)
    net = conv(mx, _activate(mx, net, f"{name}_b"), f"{name}_conv2", GROWTH, 3, no_bias=True)
    return mx.sym.Concat(data, net, name=f"{name}_concat")


def _activate(mx: Any, data: Any, name: str) -> Any:
    """Batch normalization and ReLU."""
    net = mx.sym.BatchNorm(data, fix_gamma=False, eps=1e-5, momentum=0.9, name=f"{name}_bn")
    return relu(mx, net, f"{name}_relu")
