"""`EvalMetric`: a value that is accumulated from the labels and predictions of one batch after the other.

Every metric counts twice: since `EvalMetric.reset`, and since `EvalMetric.reset_local`, as a progress report wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import (
    NotOverriddenError,
    ShapeError,
    UnknownArgumentError,
    counted,
    described,
    listed,
    suggestion,
)
from symgraph.registry import get_alias_func, get_register_func
from symgraph.runtime.ndarray import NDArray
from symgraph.train.metric.labels import remedy
from symgraph.train.metric.reading import MetricInputError, arrays


class EvalMetric:
    """Base of all metrics: a sum over instances, divided by their number.

    A metric of one's own is a subclass that overrides `update` to add to ``sum_metric`` and ``num_inst``. One that also
    adds to ``global_sum_metric`` and ``global_num_inst`` passes ``has_global_stats=True`` on to this class.

    Args:
        name: what the value is called.
        output_names: which outputs `update_dict` is to look at, in order; all by default.
        label_names: the same for labels.
        **kwargs: the arguments of the subclass, which `get_config` tells.

    >>> import symgraph as mx
    >>> class Count(mx.metric.EvalMetric):
    ...     def __init__(self):
    ...         super().__init__("count")
    ...     def update(self, labels, preds):
    ...         self.sum_metric += sum(pred.shape[0] for pred in preds)
    ...         self.num_inst += 1
    >>> count = Count()
    >>> count.update([], [mx.nd.ones((3, 2))])
    >>> count.get()
    ('count', 3.0)
    """

    num_inst: Any
    sum_metric: Any
    global_num_inst: Any
    global_sum_metric: Any

    def __init__(
        self,
        name: Any,
        output_names: Sequence[str] | None = None,
        label_names: Sequence[str] | None = None,
        **kwargs: Any,
    ):
        self.name = str(name)
        self.output_names = output_names
        self.label_names = label_names
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self) -> str:
        return f"EvalMetric: {dict(self.get_name_value())}"

    def get_config(self) -> dict[str, Any]:
        """The arguments that `create` makes an equal metric of."""
        return {
            **self._kwargs,
            "metric": type(self).__name__,
            "name": self.name,
            "output_names": self.output_names,
            "label_names": self.label_names,
        }

    def update_dict(self, label: Mapping[str, Any], pred: Mapping[str, Any]) -> None:
        """`update` with the labels and outputs that the metric is made for.

        Args:
            label: labels by name.
            pred: outputs by name.

        Raises:
            UnknownArgumentError: one that the metric asks for is not among them.
        """
        preds = self._chosen("output", pred, self.output_names)
        self.update(self._chosen("label", label, self.label_names), preds)

    def _chosen(self, what: str, given: Mapping[str, Any], names: Sequence[str] | None) -> list[Any]:
        if not isinstance(given, Mapping):
            raise MetricInputError(f"metric '{self.name}': {what}s must be a dict by name, given {described(given)}.")
        if names is None:
            return list(given.values())
        for name in names:
            if name not in given:
                raise UnknownArgumentError(
                    f"metric '{self.name}': there is no {what} '{name}', which its {what}_names ask for."
                    f"{suggestion(name, given)} Given: {listed(given)}."
                )
        return [given[name] for name in names]

    def update(self, labels: Sequence[NDArray], preds: Sequence[NDArray]) -> None:
        """Take a batch into account.

        Args:
            labels: what is true, an array per label.
            preds: what was predicted, an array per output.
        """
        raise NotOverriddenError(f"{type(self).__name__} must define update(self, labels, preds).")

    def reset(self) -> None:
        """Forget everything."""
        self.num_inst = 0
        self.sum_metric = np.float64(0)  # of NumPy, so that sums with float32 stay wide
        self.global_num_inst = 0
        self.global_sum_metric = np.float64(0)

    def reset_local(self) -> None:
        """Forget what `get` tells, and keep what `get_global` does."""
        self.num_inst = 0
        self.sum_metric = np.float64(0)

    def get(self) -> tuple[Any, Any]:
        """Name and value since the last reset of either kind; the value is NaN before the first update."""
        return self.name, ratio(self.sum_metric, self.num_inst)

    def get_global(self) -> tuple[Any, Any]:
        """Name and value since the last `reset`."""
        if not self._has_global_stats:
            return self.get()
        return self.name, ratio(self.global_sum_metric, self.global_num_inst)

    def get_name_value(self) -> list[tuple[str, Any]]:
        """What `get` tells, as pairs."""
        return pairs(*self.get())

    def get_global_name_value(self) -> list[tuple[str, Any]]:
        """What `get_global` tells, as pairs."""
        return pairs(*self.get_global()) if self._has_global_stats else self.get_name_value()

    def _add(self, total: Any, count: Any) -> None:
        """Add to both sums."""
        self.sum_metric += total
        self.num_inst += count
        self.global_sum_metric += total
        self.global_num_inst += count


def ratio(total: Any, count: Any) -> Any:
    """The mean; NaN of nothing."""
    return plain(total / count) if count else float("nan")


def plain(value: Any) -> Any:
    """A scalar of NumPy as a number of Python, which prints as such."""
    return value.item() if isinstance(value, np.generic) else value


def pairs(names: Any, values: Any) -> list[tuple[str, Any]]:
    """Pairs of names and values, of lists of these or of one."""
    names = names if isinstance(names, list) else [names]
    values = values if isinstance(values, list) else [values]
    return list(zip(names, values, strict=False))


register = get_register_func(EvalMetric, "metric")
alias = get_alias_func(EvalMetric, "metric")


def check_label_shapes(labels: Any, preds: Any, wrap: bool = False, shape: bool = False) -> tuple[Any, Any]:
    """Refuse labels and predictions that do not fit together.

    Args:
        labels, preds: lists of arrays, or arrays.
        wrap: return single arrays as lists of one.
        shape: compare shapes instead of lengths.

    Raises:
        ShapeError: they do not fit.
    """
    if shape and hasattr(labels, "shape") and hasattr(preds, "shape"):
        given = labels.shape, preds.shape
    else:
        given = _length("labels", labels), _length("predictions", preds)
    if given[0] != given[1]:
        why = "The data has no labels; give some, as in NDArrayIter(data, label). " if given[0] == 0 else ""
        end = f".{end}" if (end := remedy(*given) if isinstance(labels, np.ndarray) and not shape else "") else ""
        raise ShapeError(f"{why}Shape of labels {given[0]} does not match shape of predictions {given[1]}{end}")
    if wrap:
        labels = [labels] if isinstance(labels, NDArray) else labels
        preds = [preds] if isinstance(preds, NDArray) else preds
    return labels, preds


def paired(labels: Any, preds: Any) -> Iterator[tuple[Any, Any]]:
    """Labels and predictions, array by array.

    Raises:
        ShapeError: there are not as many of these as of those.
        MetricInputError: one is no array.
    """
    labels, preds = check_label_shapes(arrays(labels, "labels"), arrays(preds))
    return zip(labels, preds, strict=True)


def rows_fit(labels: np.ndarray, rows: int, metric: EvalMetric) -> None:
    """Raise `MetricInputError` unless there is a label for every row of predictions."""
    if len(labels) != rows:
        raise MetricInputError(
            f"metric '{metric.name}' was given {counted(len(labels), 'label')} for {counted(rows, 'row')} of predictions."
            f"{remedy(len(labels), rows)}"
        )


def _length(what: str, given: Any) -> int:
    try:
        return len(given)
    except TypeError:
        raise MetricInputError(f"a metric needs lists of arrays, given as {what} {described(given)}.") from None
