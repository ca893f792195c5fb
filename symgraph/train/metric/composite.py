"""`CompositeEvalMetric`: several metrics as one; and `create`, which makes one of whatever stands for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.errors import OpAttributeError, boundary, counted
from symgraph.registry import get_create_func
from symgraph.train.metric.base import EvalMetric, alias, register
from symgraph.train.metric.custom import CustomMetric

_create = get_create_func(EvalMetric, "metric")


@boundary
def create(metric: Any, *args: Any, **kwargs: Any) -> EvalMetric:
    """Make a metric.

    Args:
        metric: its name; a function ``f(label, pred)`` of NumPy arrays; a metric, which is returned; JSON text; or a list
            of these, which become a `CompositeEvalMetric`.
        args, kwargs: arguments of the metric, or of each.

    Raises:
        RegistryError: nothing is registered under the name.

    >>> import symgraph as mx
    >>> mx.metric.create(["acc", lambda label, pred: 1.0]).get()[0]
    ['accuracy', 'custom(<lambda>)']
    """
    if callable(metric):
        return CustomMetric(metric, *args, **kwargs)
    if isinstance(metric, list):
        composite = CompositeEvalMetric()
        for child in metric:
            composite.add(create(child, *args, **kwargs))
        return composite
    return _create(metric, *args, **kwargs)


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Several metrics that see the same labels and predictions.

    Args:
        metrics: a list of what `create` takes.
        name, output_names, label_names: see `EvalMetric`.

    >>> import symgraph as mx
    >>> metric = mx.metric.CompositeEvalMetric(["acc", mx.metric.Accuracy(name="again")])
    >>> metric.update([mx.nd.array([1])], [mx.nd.array([[0.5, 0.5]])])
    >>> metric.get_name_value()
    [('accuracy', 0.0), ('again', 0.0)]
    """

    def __init__(
        self,
        metrics: Sequence[Any] | None = None,
        name: str = "composite",
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
    ):
        super().__init__(name, output_names, label_names, has_global_stats=True)
        if isinstance(metrics, str):
            raise OpAttributeError(
                f"CompositeEvalMetric needs a list of metrics, as in [{metrics!r}], given {metrics!r}."
            )
        self.metrics = [create(metric) for metric in metrics or ()]

    def add(self, metric: Any) -> None:
        """Add a metric, or what `create` makes one of."""
        self.metrics.append(create(metric))

    def get_metric(self, index: int) -> EvalMetric:
        """The metric at a position.

        Raises:
            OpAttributeError: there are not so many.
        """
        if not -len(self.metrics) <= index < len(self.metrics):
            raise OpAttributeError(
                f"Metric index {index} is out of range: there {'is' if len(self.metrics) == 1 else 'are'} "
                f"{counted(len(self.metrics), 'metric')}."
            )
        return self.metrics[index]

    def update_dict(self, labels: Mapping[str, Any], preds: Mapping[str, Any]) -> None:
        if self.label_names is not None:
            labels = OrderedDict((name, array) for name, array in labels.items() if name in self.label_names)
        if self.output_names is not None:
            preds = OrderedDict((name, array) for name, array in preds.items() if name in self.output_names)
        for metric in self.metrics:
            metric.update_dict(labels, preds)

    def update(self, labels: Any, preds: Any) -> None:
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self) -> None:
        for metric in getattr(self, "metrics", ()):  # the base class resets before there are any
            metric.reset()

    def reset_local(self) -> None:
        for metric in getattr(self, "metrics", ()):
            metric.reset_local()

    def get(self) -> tuple[list[str], list[Any]]:
        """Names and values of all."""
        return _joined([metric.get() for metric in self.metrics])

    def get_global(self) -> tuple[list[str], list[Any]]:
        """Names and values of all since the last `reset`."""
        return _joined([metric.get_global() for metric in self.metrics])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "metrics": [metric.get_config() for metric in self.metrics]}


def _joined(told: list[tuple[Any, Any]]) -> tuple[list[str], list[Any]]:
    names: list[str] = []
    values: list[Any] = []
    for name, value in told:
        names.extend(name if isinstance(name, list) else [name])
        values.extend(value if isinstance(value, list) else [value])
    return names, values
