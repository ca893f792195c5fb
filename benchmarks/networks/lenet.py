"""LeNet, after LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition (1998)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, pool


def build(mx: Any, classes: int = 10, filters: tuple[int, int] = (20, 50), hidden: int = 500) -> Any:
    """Two convolutions with max pooling, two dense layers, tanh between them: the form in which MXNet teaches it.

    data (n, 1, 28, 28) · softmax_label (n,) -> softmax_output (n, classes)
    """
    net = mx.sym.Variable("data")
    for i, count in enumerate(filters, 1):
        net = conv(mx, net, f"conv{i}", count, 5, pad=(0, 0))
        net = mx.sym.Activation(net, act_type="tanh", name=f"tanh{i}")
        net = pool(mx, net, f"pool{i}", 2, 2)
    net = mx.sym.FullyConnected(mx.sym.Flatten(net, name="flatten"), num_hidden=hidden, name="fc1")
    return classifier(mx, mx.sym.Activation(net, act_type="tanh", name="tanh3"), "fc2", classes)
