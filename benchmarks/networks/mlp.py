"""Multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.networks.layers import classifier, relu


def build(mx: Any, hidden: Sequence[int] = (512, 256), classes: int = 10) -> Any:
    """Dense layers of the sizes `hidden` with ReLU between them, and a softmax loss.

    data (n, d) · softmax_label (n,) -> softmax_output (n, classes)
    """
    net = mx.sym.Variable("data")
    for i, size in enumerate(hidden, 1):
        net = mx.sym.FullyConnected(net, num_hidden=size, name=f"fc{i}")
        net = relu(mx, net, f"relu{i}")
    return classifier(mx, net, f"fc{len(hidden) + 1}", classes)
