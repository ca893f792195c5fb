"""`Loss`: the mean of what a network gives out as its loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.train.metric.base import EvalMetric, register
from symgraph.train.metric.reading import arrays, total


@register
class Loss(EvalMetric):
    """Mean over all elements of all outputs; labels are not looked at.

    Args:
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.Loss()
    >>> metric.update(None, [mx.nd.array([1, 2]), mx.nd.array([6])])
    >>> metric.get()
    ('loss', 3.0)
    """

    def __init__(
        self,
        name: str = "loss",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def update(self, _: Any, preds: Any) -> None:
        for array in arrays(preds):
            self._add(np.float64(total(array)), math.prod(array.shape))


@register
class Torch(Loss):
    """`Loss` of criteria from Torch."""

    def __init__(
        self,
        name: str = "torch",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names)


@register
class Caffe(Loss):
    """`Loss` of criteria from Caffe."""

    def __init__(
        self,
        name: str = "caffe",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names)
