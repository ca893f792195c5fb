"""`Accuracy` and `TopKAccuracy`: how often the right class is predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.runtime.cell import cast
from symgraph.runtime.ndarray import NDArray, invoke_by_name
from symgraph.train.metric.base import EvalMetric, alias, check_label_shapes, host, register

INT32 = np.dtype(np.int32)


@register
@alias("acc")
class Accuracy(EvalMetric):
    """Share of the labels that are predicted: correct / all.

    labels (n,), or any shape · preds of the same shape, classes · or with another axis, of scores per class, the highest
    of which counts.

    Args:
        axis: the axis of scores.
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.Accuracy()
    >>> metric.update([mx.nd.array([0, 1, 1])], [mx.nd.array([[0.3, 0.7], [0, 1.0], [0.4, 0.6]])])
    >>> metric.get()
    ('accuracy', 0.6666666666666666)
    """

    def __init__(
        self,
        axis: int = 1,
        name: str = "accuracy",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names, axis=axis, has_global_stats=True)
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds, strict=True):
            classes = pred if pred.shape == label.shape else best(pred, self.axis)
            found = cast(host(classes), INT32).ravel()
            true = cast(host(label, "labels"), INT32).ravel()
            check_label_shapes(true, found)
            self._add(np.float64((found == true).sum()), len(found))


def best(scores: Any, axis: int) -> Any:
    """Number of the highest score along an axis, where the scores are."""
    if isinstance(scores, NDArray):
        return invoke_by_name("argmax", (scores,), {"axis": axis})
    return host(scores).argmax(axis)
