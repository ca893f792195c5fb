"""`PearsonCorrelation`: whether predicted numbers rise and fall with the true ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from symgraph.train.metric.base import EvalMetric, alias, check_label_shapes, paired, register
from symgraph.train.metric.binary import checked_average
from symgraph.train.metric.reading import host


class _Moments(NamedTuple):
    """Of pairs of numbers: how many, both means, sums of squared deviations, and sum of products of deviations."""

    number: int = 0
    means: tuple[float, float] = (0.0, 0.0)
    squares: tuple[float, float] = (0.0, 0.0)
    products: float = 0.0

    @classmethod
    def of(cls, first: np.ndarray, second: np.ndarray) -> _Moments:
        """Those of two arrays."""
        if not first.size:
            return cls()
        means = float(first.mean()), float(second.mean())
        first, second = first - means[0], second - means[1]
        return cls(first.size, means, (float(first @ first), float(second @ second)), float(first @ second))

    def merged(self, other: _Moments) -> _Moments:
        """Those of both together (Chan et al. 1983)."""
        count = self.number + other.number
        if not count:
            return self
        steps = other.means[0] - self.means[0], other.means[1] - self.means[1]
        weight = self.number * other.number / count
        return _Moments(
            count,
            (self.means[0] + steps[0] * other.number / count, self.means[1] + steps[1] * other.number / count),
            (
                self.squares[0] + other.squares[0] + steps[0] ** 2 * weight,
                self.squares[1] + other.squares[1] + steps[1] ** 2 * weight,
            ),
            self.products + other.products + steps[0] * steps[1] * weight,
        )

    @property
    def correlation(self) -> float:
        """Of the pairs; NaN if one of both does not change."""
        spread = math.sqrt(self.squares[0]) * math.sqrt(self.squares[1])
        return self.products / spread if spread else float("nan")


@register
@alias("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Pearson's correlation of labels and predictions: covariance / (deviation · deviation).

    labels and preds of the same shape.

    Args:
        name, output_names, label_names: see `EvalMetric`.
        average: ``"macro"``, the mean of what batches have, or ``"micro"``, the value of all their numbers.

    >>> import symgraph as mx
    >>> metric = mx.metric.PearsonCorrelation()
    >>> metric.update([mx.nd.array([1, 2, 3])], [mx.nd.array([2, 4, 6])])
    >>> round(metric.get()[1], 6)
    1.0
    """

    _local: _Moments
    _global: _Moments

    def __init__(
        self,
        name: str = "pearsonr",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
        average: str = "macro",
    ):
        told = checked_average("PearsonCorrelation", average)
        self.average = average
        super().__init__(name, output_names, label_names, **told, has_global_stats=True)

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            check_label_shapes(label, pred, False, True)
            values = [host(x).ravel().astype(np.float64) for x in (label, pred)]
            if self.average == "macro":
                self._add(np.float64(_Moments.of(*values).correlation), 1)
                continue
            self.num_inst += 1
            self.global_num_inst += 1
            self.update_cov(*values)

    def update_cov(self, label: np.ndarray, pred: np.ndarray) -> None:
        """Take numbers (n,) into account in what all of them have in common."""
        moments = _Moments.of(label, pred)
        self._local, self._global = self._local.merged(moments), self._global.merged(moments)
        self.sum_metric = self._local.correlation * self.num_inst
        self.global_sum_metric = self._global.correlation * self.global_num_inst

    def update_variance(self, new_values: np.ndarray, *aggregate: float) -> tuple[int, float, float]:
        """Number, mean and sum of squared deviations of numbers (n,) and those that `aggregate` tells the same of."""
        number, mean, squares = aggregate
        known = _Moments(int(number), (mean, mean), (squares, squares), squares)
        both = known.merged(_Moments.of(new_values, new_values))
        return both.number, both.means[0], both.squares[0]

    def reset(self) -> None:
        super().reset()
        self.reset_micro()

    def reset_micro(self) -> None:
        """Forget what all numbers have in common."""
        self._local = self._global = _Moments()

    def reset_local(self) -> None:
        super().reset_local()
        self._local = _Moments()
