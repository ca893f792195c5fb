"""`CrossEntropy`, `NegativeLogLikelihood` and `Perplexity`: how probable the labels are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.runtime.ndarray import NDArray
from symgraph.train.metric.base import EvalMetric, alias, paired, ratio, register, rows_fit
from symgraph.train.metric.labels import LabelReader, remedy
from symgraph.train.metric.reading import INT64, MetricInputError, host, picked, require_rows


class _LogProbability(EvalMetric):
    """Minus the mean logarithm of the labels' probabilities."""

    def __init__(self, eps: float, name: str, output_names: Sequence[str] | None, label_names: Sequence[str] | None):
        super().__init__(name, output_names, label_names, eps=eps, has_global_stats=True)
        self.eps = eps

    def update(self, labels: Any, preds: Any) -> None:
        for label, pred in paired(labels, preds):
            classes = cast(host(label, "labels"), INT64).ravel()
            require_rows(pred)
            rows_fit(classes, pred.shape[0], self)
            self._add(np.float64((-np.log(picked(pred, classes) + self.eps)).sum()), len(classes))


@register
@alias("ce")
class CrossEntropy(_LogProbability):
    """Cross entropy of predicted probabilities relative to the labels: -Σ log(p(label) + eps) / n.

    labels (n,), classes · preds (n, classes), probabilities.

    Args:
        eps: added to every probability, so that 0 has a logarithm.
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.CrossEntropy()
    >>> metric.update([mx.nd.array([0, 1])], [mx.nd.array([[0.5, 0.5], [0, 1]])])
    >>> round(metric.get()[1], 4)  # log(2) / 2
    0.3466
    """

    def __init__(
        self,
        eps: float = 1e-12,
        name: str = "cross-entropy",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(eps, name, output_names, label_names)


@register
@alias("nll_loss")
class NegativeLogLikelihood(_LogProbability):
    """Negative logarithm of the likelihood of the labels, per label: the same as `CrossEntropy`."""

    def __init__(
        self,
        eps: float = 1e-12,
        name: str = "nll-loss",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(eps, name, output_names, label_names)


@register
class Perplexity(EvalMetric, LabelReader):
    """Among how many classes a model is undecided, on average: exp(-Σ log(p(label)) / n), with p no less than 1e-10.

    labels of any shape, classes · preds (labels, classes), probabilities, or with the axes of the labels instead of one.

    Args:
        ignore_label: label that does not count, such as that of padding; ``None``: all do.
        axis: the axis of classes.
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.Perplexity(ignore_label=0)
    >>> metric.update([mx.nd.array([1, 2, 0])], [mx.nd.array([[0, 0.5, 0.5], [0, 0.5, 0.5], [1, 0, 0]])])
    >>> round(metric.get()[1], 4)
    2.0
    """

    def __init__(
        self,
        ignore_label: int | None,
        axis: int = -1,
        name: str = "perplexity",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        told = {} if axis == -1 else {"axis": axis}
        super().__init__(name, output_names, label_names, ignore_label=ignore_label, **told, has_global_stats=True)
        self.ignore_label = ignore_label
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        loss, count = np.float64(0), 0
        for label, pred in paired(labels, preds):
            values = host(label, "labels").ravel()
            scores = self._rows(pred, label)
            classes = cast(values, INT64)
            counting = classes if self.ignore_label is None else classes[values != self.ignore_label]
            self._look(counting, pred, scores.shape[1], self.name)
            found = picked(scores, np.clip(classes, 0, scores.shape[1] - 1))
            count += len(found)
            if self.ignore_label is not None:
                ignored = cast(values, found.dtype) == self.ignore_label
                count -= int(ignored.sum())
                with np.errstate(invalid="ignore"):  # infinity that is ignored is NaN, as in MXNet
                    found = found * (1 - ignored).astype(found.dtype) + ignored.astype(found.dtype)
            loss -= np.log(np.maximum(found.dtype.type(1e-10), found)).sum()
        self._add(loss, count)

    def _rows(self, pred: Any, label: Any) -> Any:
        """Predictions as rows of scores, one for each label."""
        shape = pred.shape
        if not -len(shape) <= self.axis < len(shape):
            raise MetricInputError(f"metric '{self.name}': predictions have no axis {self.axis}, given {show(shape)}.")
        axis = self.axis % len(shape)
        count = math.prod(shape) // max(shape[axis], 1)
        if math.prod(label.shape) != count:
            raise MetricInputError(
                f"metric '{self.name}': shape mismatch: {show(label.shape)} vs. {show(shape)}; there must be a label for "
                f"each of the {count} places along the axes other than {self.axis}, that of classes."
                f"{remedy(math.prod(label.shape), count)}"
            )
        if not shape[axis]:
            raise MetricInputError(f"metric '{self.name}': predictions of shape {show(shape)} have no classes.")
        if axis != len(shape) - 1:
            pred = np.moveaxis(host(pred), axis, -1)
        elif isinstance(pred, NDArray) and len(shape) == 2:
            return pred
        return pred.reshape((-1, shape[axis]))

    def get(self) -> tuple[str, float]:
        return self.name, _exp(ratio(self.sum_metric, self.num_inst))

    def get_global(self) -> tuple[str, float]:
        return self.name, _exp(ratio(self.global_sum_metric, self.global_num_inst))


def _exp(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(value))
