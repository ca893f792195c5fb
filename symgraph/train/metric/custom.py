"""`CustomMetric`: a metric that a function computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from symgraph.errors import NotOverriddenError, described
from symgraph.train.metric.base import EvalMetric, check_label_shapes, register
from symgraph.train.metric.reading import MetricInputError, arrays, copied


@register
class CustomMetric(EvalMetric):
    """What a function makes of labels and predictions, averaged over calls or over the instances that it counts.

    Args:
        feval: called with a label and a prediction as NumPy arrays; returns a number, which counts as one instance, or a
            pair of a sum and the number of instances in it.
        name: by default the function's, in ``custom(...)`` if it has none of its own.
        allow_extra_outputs: whether there may be more predictions than labels; the rest is not looked at.
        output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.CustomMetric(lambda label, pred: abs(label - pred).max(), name="worst")
    >>> metric.update([mx.nd.array([1, 2])], [mx.nd.array([1.5, 4])])
    >>> metric.get()
    ('worst', 2.0)
    """

    def __init__(
        self,
        feval: Callable[[Any, Any], Any],
        name: str | None = None,
        allow_extra_outputs: bool = False,
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        if not callable(feval):
            raise MetricInputError(
                f"a CustomMetric needs a function of a label and a prediction, as NumPy arrays, given {described(feval)}."
            )
        if name is None:
            name = getattr(feval, "__name__", type(feval).__name__)
            if "<" in name:
                name = f"custom({name})"
        super().__init__(
            name, output_names, label_names, feval=feval, allow_extra_outputs=allow_extra_outputs, has_global_stats=True
        )
        self._feval = feval
        self._allow_extra_outputs = allow_extra_outputs

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = arrays(labels, "labels"), arrays(preds)
        if not self._allow_extra_outputs:
            check_label_shapes(labels, preds)
        for label, pred in zip(labels, preds, strict=False):
            result = self._feval(copied(label, "labels"), copied(pred))
            total, count = result if isinstance(result, tuple) and len(result) == 2 else (result, 1)
            if total is None or isinstance(total, (list, tuple, dict, str)):
                raise MetricInputError(
                    f"metric '{self.name}': its function must return a number, or a pair of a sum and the number of "
                    f"instances in it, given {described(result)}."
                )
            self._add(total, count)

    def get_config(self) -> dict[str, Any]:
        raise NotOverriddenError("a CustomMetric holds a function, which no configuration can tell.")


def np(
    numpy_feval: Callable[[numpy.ndarray, numpy.ndarray], Any],
    name: str | None = None,
    allow_extra_outputs: bool = False,
) -> CustomMetric:
    """A `CustomMetric` of a function of NumPy arrays, with the function's own name."""

    def feval(label: numpy.ndarray, pred: numpy.ndarray) -> Any:
        return numpy_feval(label, pred)

    feval.__name__ = numpy_feval.__name__
    return CustomMetric(feval, name, allow_extra_outputs)
