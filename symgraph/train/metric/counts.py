"""`BinaryCounts`: how often two classes were predicted and true, and what is made of that."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symgraph.runtime.copies import cast
from symgraph.train.metric.base import check_label_shapes
from symgraph.train.metric.labels import LabelReader
from symgraph.train.metric.reading import INT32, MetricInputError, best, host, require_array


class BinaryCounts(LabelReader):
    """Right and wrong predictions of the classes 1 (positive) and 0 (negative), since both kinds of reset.

    The names of the attributes are MXNet's: ``true_positives`` ..., and ``global_true_positives`` ...
    """

    KINDS = ("true_positives", "false_negatives", "false_positives", "true_negatives")
    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int
    global_true_positives: int
    global_false_negatives: int
    global_false_positives: int
    global_true_negatives: int

    def __init__(self) -> None:
        self.reset_stats()

    def update_binary_stats(self, label: Any, pred: Any) -> None:
        """Count a batch.

        Args:
            label: the true classes (n,).
            pred: scores of both classes (n, 2).

        Raises:
            MetricInputError: there are more than two true classes.
        """
        true = cast(host(label, "labels"), INT32).ravel()
        found = best(require_array(pred), 1).ravel()
        check_label_shapes(true, found)
        if len(classes := np.unique(true)) > 2:
            raise MetricInputError(
                f"F1 and MCC currently only support binary classification: labels are 0 and 1, given {len(classes)} "
                f"classes from {classes[0]} to {classes[-1]}. Use PCC for more."
            )
        self._look(true, pred, 2, "f1 or mcc")
        positive, negative, is_true, is_false = found == 1, found == 0, true == 1, true == 0
        counted = (positive & is_true, negative & is_true, positive & is_false, negative & is_false)
        for kind, examples in zip(self.KINDS, counted, strict=True):
            number = int(examples.sum())
            for name in (kind, f"global_{kind}"):
                setattr(self, name, getattr(self, name) + number)

    def reset_stats(self) -> None:
        """Forget everything."""
        self.local_reset_stats()
        for kind in self.KINDS:
            setattr(self, f"global_{kind}", 0)

    def local_reset_stats(self) -> None:
        """Forget what was counted since the last reset of either kind."""
        for kind in self.KINDS:
            setattr(self, kind, 0)

    def _counts(self, use_global: bool) -> tuple[int, int, int, int]:
        prefix = "global_" if use_global else ""
        first, second, third, fourth = (getattr(self, prefix + kind) for kind in self.KINDS)
        return first, second, third, fourth

    @staticmethod
    def _share(part: int, rest: int) -> float:
        return part / (part + rest) if part + rest else 0.0

    @property
    def precision(self) -> float:
        """Share of what was predicted positive that is."""
        return self._share(self.true_positives, self.false_positives)

    @property
    def global_precision(self) -> float:
        """The same of everything."""
        return self._share(self.global_true_positives, self.global_false_positives)

    @property
    def recall(self) -> float:
        """Share of what is positive that was predicted so."""
        return self._share(self.true_positives, self.false_negatives)

    @property
    def global_recall(self) -> float:
        """The same of everything."""
        return self._share(self.global_true_positives, self.global_false_negatives)

    @property
    def fscore(self) -> float:
        """Harmonic mean of precision and recall; 0 if both are."""
        return _harmonic_mean(self.precision, self.recall)

    @property
    def global_fscore(self) -> float:
        """The same of everything."""
        return _harmonic_mean(self.global_precision, self.global_recall)

    def matthewscc(self, use_global: bool = False) -> float:
        """Correlation of what is predicted and what is true (Matthews 1975).

        Factors of the denominator that are 0 are left out, so that it is 0 where there is none.
        """
        tp, fn, fp, tn = self._counts(use_global)
        factors = [factor for factor in (tp + fp, tp + fn, tn + fp, tn + fn) if factor]
        return (tp * tn - fp * fn) / math.sqrt(math.prod(factors))

    @property
    def total_examples(self) -> int:
        """How many predictions were counted."""
        return sum(self._counts(False))

    @property
    def global_total_examples(self) -> int:
        """The same of everything."""
        return sum(self._counts(True))


def _harmonic_mean(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second > 0 else 0.0
