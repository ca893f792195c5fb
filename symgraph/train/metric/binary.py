"""`F1` and `MCC`: how good predictions of two classes are, of which one may be rare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import OpAttributeError
from symgraph.train.metric.base import EvalMetric, paired, register
from symgraph.train.metric.counts import BinaryCounts


def checked_average(metric: str, average: str) -> dict[str, str]:
    """What a configuration tells of `average`: nothing if it is the default.

    Raises:
        OpAttributeError: it is neither ``"macro"`` nor ``"micro"``.
    """
    if average not in ("macro", "micro"):
        raise OpAttributeError(f"{metric}: average must be 'macro' or 'micro', given {average!r}.")
    return {} if average == "macro" else {"average": average}


class _Binary(EvalMetric):
    """What `F1` and `MCC` share: counts, and how values of batches become one."""

    _counts: BinaryCounts
    _mean: str

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            self._counts.update_binary_stats(label, pred)
        if self._mean == "macro":
            self._add(np.float64(self._value(False)), 1)
            self._counts.reset_stats()
            return
        self.num_inst = self._counts.total_examples
        self.sum_metric = np.float64(self._value(False) * self.num_inst)
        self.global_num_inst = self._counts.global_total_examples
        self.global_sum_metric = np.float64(self._value(True) * self.global_num_inst)

    def _value(self, use_global: bool) -> float:
        raise NotImplementedError

    def reset(self) -> None:
        super().reset()
        self._counts.reset_stats()

    def reset_local(self) -> None:
        super().reset_local()
        self._counts.local_reset_stats()


@register
class F1(_Binary):
    """Harmonic mean of precision and recall: 2 · precision · recall / (precision + recall).

    labels (n,) of 0 and 1 · preds (n, 2), scores of both.

    Args:
        name, output_names, label_names: see `EvalMetric`.
        average: ``"macro"``, the mean of what batches have, or ``"micro"``, the value of all their predictions.

    >>> import symgraph as mx
    >>> metric = mx.metric.F1()
    >>> metric.update([mx.nd.array([0, 1, 1])], [mx.nd.array([[0.3, 0.7], [0, 1.0], [0.4, 0.6]])])
    >>> metric.get()
    ('f1', 0.8)
    """

    def __init__(
        self,
        name: str = "f1",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
        average: str = "macro",
    ):
        told = checked_average("F1", average)
        self.average = self._mean = average
        self.metrics = self._counts = BinaryCounts()
        super().__init__(name, output_names, label_names, **told, has_global_stats=True)

    def _value(self, use_global: bool) -> float:
        return self.metrics.global_fscore if use_global else self.metrics.fscore


@register
class MCC(_Binary):
    """Correlation of predictions and labels of two classes (Matthews 1975): 1 if all are right, -1 if none, 0 by chance.

    labels (n,) of 0 and 1 · preds (n, 2), scores of both.

    Args:
        name, output_names, label_names, average: see `F1`.

    >>> import symgraph as mx
    >>> metric = mx.metric.MCC()
    >>> metric.update([mx.nd.array([0, 1])], [mx.nd.array([[0.7, 0.3], [0, 1.0]])])
    >>> metric.get()
    ('mcc', 1.0)
    """

    def __init__(
        self,
        name: str = "mcc",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
        average: str = "macro",
    ):
        told = checked_average("MCC", average)
        self._average = self._mean = average
        self._metrics = self._counts = BinaryCounts()
        super().__init__(name, output_names, label_names, **told, has_global_stats=True)

    def _value(self, use_global: bool) -> float:
        return self._metrics.matthewscc(use_global)
