"""`Accuracy` and `TopKAccuracy`: how often the right class is predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import RegistryError
from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.train.metric.base import EvalMetric, alias, check_label_shapes, paired, register
from symgraph.train.metric.labels import LabelReader
from symgraph.train.metric.reading import INT32, MetricInputError, among_best, best, host


@register
@alias("acc")
class Accuracy(EvalMetric, LabelReader):
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
        for label, pred in paired(labels, preds):
            are_classes = pred.shape == label.shape
            found = cast(host(pred) if are_classes else best(pred, self.axis), INT32).ravel()
            labels_there = host(label, "labels")
            true = cast(labels_there, INT32).ravel()
            check_label_shapes(true, found)
            if are_classes:
                self._look_for_one_hot(labels_there, self.axis, self.name)
            else:
                self._look(true, pred, pred.shape[self.axis], self.name)
            self._add(np.float64((found == true).sum()), len(found))


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric, LabelReader):
    """Share of the labels whose score is among the k highest.

    labels (n,) · preds (n, classes), scores; or (n,), classes, which must then be right.

    Args:
        top_k: k, 2 or more.
        name, output_names, label_names: see `EvalMetric`; the name gets k at its end.

    >>> import symgraph as mx
    >>> metric = mx.metric.TopKAccuracy(2)
    >>> metric.update([mx.nd.array([0, 1])], [mx.nd.array([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7]])])
    >>> metric.get()
    ('top_k_accuracy_2', 0.5)
    """

    def __init__(
        self,
        top_k: int = 1,
        name: str = "top_k_accuracy",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names, top_k=top_k, has_global_stats=True)
        self.top_k = top_k
        if not top_k > 1:
            raise RegistryError(f"Please use Accuracy if top_k is no more than 1, given top_k={top_k!r}.")
        self.name += f"_{top_k}"

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            true = cast(host(label, "labels"), INT32).ravel()
            if len(pred.shape) > 2:
                raise MetricInputError(
                    f"Predictions should be no more than 2 dims: rows of scores, given {show(pred.shape)}."
                )
            check_label_shapes(true, pred)
            are_classes = len(pred.shape) == 1
            if not are_classes:
                self._look(true, pred, pred.shape[1], self.name)
            right = cast(host(pred), INT32) == true if are_classes else among_best(pred, true, self.top_k)
            self._add(np.float64(right.sum()), len(true))
