"""VGG, after Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition (2014)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, pool, relu

CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
"""Number of convolutions in each of the five stages, by the number of layers with weights."""


def build(mx: Any, depth: int = 16, classes: int = 1000, batch_norm: bool = False) -> Any:
    """Stages of 3×3 convolutions, each halved by max pooling, and three dense layers with dropout.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)

    Args:
        depth: 11, 13, 16 or 19.
        batch_norm: normalize after every convolution.
    """
    net = mx.sym.Variable("data")
    for stage, (count, filters) in enumerate(zip(CONVOLUTIONS[depth], (64, 128, 256, 512, 512), strict=True), 1):
        for i in range(1, count + 1):
            net = conv(mx, net, f"conv{stage}_{i}", filters, 3)
            if batch_norm:
                net = mx.sym.BatchNorm(net, fix_gamma=False, name=f"bn{stage}_{i}")
            net = relu(mx, net, f"relu{stage}_{i}")
        net = pool(mx, net, f"pool{stage}", 2, 2)
    net = mx.sym.Flatten(net, name="flatten")
    for i in (6, 7):
        net = relu(mx, mx.sym.FullyConnected(net, num_hidden=4096, name=f"fc{i}"), f"relu{i}")
        net = mx.sym.Dropout(net, p=0.5, name=f"drop{i}")
    return classifier(mx, net, "fc8", classes)
