"""AlexNet, after Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional networks (2012)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, pool, relu


def build(mx: Any, classes: int = 1000, groups: int = 1) -> Any:
    """Five convolutions, the first two with local response normalization, and three dense layers with dropout.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)

    Args:
        groups: 2 splits convolutions 2, 4 and 5 as the paper did for its two GPUs.
    """

    def layer(data: Any, i: int, filters: int, kernel: int, **options: Any) -> Any:
        return relu(mx, conv(mx, data, f"conv{i}", filters, kernel, **options), f"relu{i}")

    def norm_pool(data: Any, i: int) -> Any:
        data = mx.sym.LRN(data, alpha=1e-4, beta=0.75, knorm=2, nsize=5, name=f"norm{i}")
        return pool(mx, data, f"pool{i}", 3, 2)

    net = layer(mx.sym.Variable("data"), 1, 96, 11, stride=4, pad=(2, 2))
    net = layer(norm_pool(net, 1), 2, 256, 5, num_group=groups)
    net = layer(norm_pool(net, 2), 3, 384, 3)
    net = layer(net, 4, 384, 3, num_group=groups)
    net = layer(net, 5, 256, 3, num_group=groups)
    net = mx.sym.Flatten(pool(mx, net, "pool5", 3, 2), name="flatten")
    for i in (6, 7):
        net = relu(mx, mx.sym.FullyConnected(net, num_hidden=4096, name=f"fc{i}"), f"relu{i}")
        net = mx.sym.Dropout(net, p=0.5, name=f"drop{i}")
    return classifier(mx, net, "fc8", classes)
