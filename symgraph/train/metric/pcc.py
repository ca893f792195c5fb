"""`PCC`: correlation of predictions and labels of any number of classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.runtime.copies import cast
from symgraph.train.metric.base import EvalMetric, paired, register, rows_fit
from symgraph.train.metric.reading import INT32, best, host


@register
class PCC(EvalMetric):
    """Correlation of predictions and labels, of their confusion matrix (Gorodkin 2004); with two classes, that of `MCC`.

    labels (n,), classes · preds (n, classes), scores; or of the labels' shape, classes.

    Args:
        name, output_names, label_names: see `EvalMetric`.
        has_global_stats: whether `get_global` tells more than `get`.

    >>> import symgraph as mx
    >>> metric = mx.metric.PCC()
    >>> metric.update([mx.nd.array([0, 1, 2])], [mx.nd.array([0, 1, 1])])
    >>> round(metric.get()[1], 3)
    0.612
    """

    def __init__(
        self,
        name: str = "pcc",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
        has_global_stats: bool = True,
    ):
        self.k = 2
        self.lcm = self.gcm = np.zeros((2, 2))
        super().__init__(name, output_names, label_names, has_global_stats=has_global_stats)

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            true = cast(host(label, "labels"), INT32).ravel()
            found = cast(host(pred) if pred.shape == label.shape else best(pred, 1), INT32).ravel()
            rows_fit(true, len(found), self)
            self._count(true, found)
        self.num_inst += 1
        self.global_num_inst += 1

    def _count(self, true: np.ndarray, found: np.ndarray) -> None:
        """Add pairs (predicted, true) to both matrices, which grow as classes turn up; negative ones count from the end."""
        if not len(true):
            return
        if (new := max(true.max(), found.max()) + 1 - self.k) > 0:
            self._grow(int(new))
        pairs = np.bincount(found.astype(np.int64) % self.k * self.k + true % self.k, minlength=self.k**2).reshape(
            self.k, self.k
        )
        self.lcm = self.lcm + pairs
        self.gcm = self.gcm + pairs

    def _grow(self, inc: int) -> None:
        """Make room for more classes."""
        self.lcm, self.gcm = (np.pad(matrix, ((0, inc), (0, inc))) for matrix in (self.lcm, self.gcm))
        self.k += inc

    def _calc_mcc(self, cmat: np.ndarray) -> float:
        """The correlation that a confusion matrix has; NaN if only one class was predicted, or is true."""
        count, found, true = cmat.sum(), cmat.sum(axis=1), cmat.sum(axis=0)
        spread = np.sum(found * (count - found)), np.sum(true * (count - true))
        if 0 in spread:
            return float("nan")
        return np.sum(cmat.diagonal() * count - found * true) / math.sqrt(spread[0] * spread[1])

    @property
    def sum_metric(self) -> Any:
        """The correlation, times the number of updates."""
        return self._calc_mcc(self.lcm) * self.num_inst

    @property
    def global_sum_metric(self) -> Any:
        """The same since the last `reset`."""
        return self._calc_mcc(self.gcm) * self.global_num_inst

    def reset(self) -> None:
        self.global_num_inst = 0.0
        self.gcm = np.zeros((self.k, self.k))
        self.reset_local()

    def reset_local(self) -> None:
        self.num_inst = 0.0
        self.lcm = np.zeros((self.k, self.k))
