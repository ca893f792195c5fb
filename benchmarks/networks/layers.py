"""Layers that several networks share. Needs nothing but the library it is given: symgraph or MXNet."""

from __future__ import annotations

from typing import Any


def conv(mx: Any, data: Any, name: str, filters: int, kernel: int, stride: int = 1, **options: Any) -> Any:
    """A square convolution, padded so that stride 1 keeps the size.

    Args:
        **options: further attributes, such as ``no_bias`` or another ``pad``.
    """
    options.setdefault("pad", (kernel // 2, kernel // 2))
    return mx.sym.Convolution(
        data, num_filter=filters, kernel=(kernel, kernel), stride=(stride, stride), name=name, **options
    )


def pool(mx: Any, data: Any, name: str, kernel: int, stride: int, pool_type: str = "max", **options: Any) -> Any:
    """A square pooling layer."""
    return mx.sym.Pooling(
        data, kernel=(kernel, kernel), stride=(stride, stride), pool_type=pool_type, name=name, **options
    )


def global_pool(mx: Any, data: Any, name: str) -> Any:
    """The mean over all positions. MXNet asks for a kernel, and ignores it."""
    return mx.sym.Pooling(data, kernel=(1, 1), global_pool=True, pool_type="avg", name=name)


def relu(mx: Any, data: Any, name: str) -> Any:
    """max(x, 0)."""
    return mx.sym.Activation(data, act_type="relu", name=name)


def classifier(mx: Any, data: Any, name: str, classes: int) -> Any:
    """Dense layer and softmax loss; the label is ``softmax_label``."""
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(data, num_hidden=classes, name=name), name="softmax")
