"""`MAE`, `MSE` and `RMSE`: how far predicted numbers are from the true ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.ir.shape import show
from symgraph.train.metric.base import EvalMetric, paired, register
from symgraph.train.metric.reading import MetricInputError, host


class _Distance(EvalMetric):
    """A distance of labels and predictions, averaged over arrays."""

    def __init__(self, name: str, output_names: Sequence[str] | None, label_names: Sequence[str] | None):
        super().__init__(name, output_names, label_names, has_global_stats=True)

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            self._add(np.float64(self._distance(self._difference(label, pred))), 1)

    def _difference(self, label: Any, pred: Any) -> np.ndarray:
        """Labels minus predictions; vectors are columns."""
        true, found = (_columns(host(x)) for x in (label, pred))
        try:
            return true - found
        except ValueError:
            raise MetricInputError(
                f"metric '{self.name}': labels of shape {show(label.shape)} and predictions of shape {show(pred.shape)} "
                f"cannot be subtracted."
            ) from None

    def _distance(self, difference: np.ndarray) -> Any:
        raise NotImplementedError


def _columns(values: np.ndarray) -> np.ndarray:
    """A vector as a column; truth values as numbers."""
    values = values.reshape(-1, 1) if values.ndim == 1 else values
    return values.astype(np.int32) if values.dtype == np.bool_ else values


@register
class MAE(_Distance):
    """Mean absolute error, averaged over batches.

    labels and preds of the same shape; (n,) and (n, 1) are the same.

    Args:
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.MAE()
    >>> metric.update([mx.nd.array([3, -0.5])], [mx.nd.array([2.5, 0])])
    >>> metric.get()
    ('mae', 0.5)
    """

    def __init__(
        self,
        name: str = "mae",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names)

    def _distance(self, difference: np.ndarray) -> Any:
        return np.abs(difference).mean()


@register
class MSE(_Distance):
    """Mean squared error, averaged over batches; see `MAE`."""

    def __init__(
        self,
        name: str = "mse",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names)

    def _distance(self, difference: np.ndarray) -> Any:
        return (difference**2.0).mean()


@register
class RMSE(_Distance):
    """Root of the mean squared error of a batch, averaged over batches; see `MAE`."""

    def __init__(
        self,
        name: str = "rmse",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names)

    def _distance(self, difference: np.ndarray) -> Any:
        return np.sqrt((difference**2.0).mean())
