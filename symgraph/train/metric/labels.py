"""Labels that are no classes of the predictions: a metric goes on, as in MXNet, and says so the first time."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.errors import listed
from symgraph.ir.shape import show
from symgraph.ir.source import warn_user

COUNTED = "classes are counted from 0"
AS_CLASSES = "labels.argmax(axis=1) makes classes of one-hot labels"


class LabelReader:
    """Something that takes labels for numbers of classes."""

    _is_told = False

    def _look(self, classes: np.ndarray, scores: Any, count: int, name: str) -> None:
        """Warn, the first time, of labels that are none of the classes which scores are given for.

        Args:
            classes: labels, of any shape.
            scores: predictions of `count` classes.
            name: what the metric is called.
        """
        if self._is_told or not classes.size:
            return
        ends = int(classes.min()), int(classes.max())
        wrong = [label for label in dict.fromkeys(ends) if not 0 <= label < count]
        if wrong:
            self._is_told = True
            warn_user(
                f"metric '{name}': {'labels' if wrong[1:] else 'label'} {listed(wrong)} {'are' if wrong[1:] else 'is'} outside "
                f"of the {count} classes that predictions of {show(scores.shape)} have; {COUNTED}."
            )

    def _look_for_one_hot(self, labels: np.ndarray, axis: int, name: str) -> None:
        """Warn, the first time, of labels that are compared with predictions of the same shape and look one-hot."""
        if self._is_told or labels.ndim < 2 or not -labels.ndim <= axis < labels.ndim or labels.shape[axis] < 2:
            return
        if labels.size and ((labels == 0) | (labels == 1)).all() and (labels.sum(axis) == 1).all():
            self._is_told = True
            warn_user(
                f"metric '{name}': labels of {show(labels.shape)} look one-hot, and are compared with predictions of the same "
                f"shape element by element; {AS_CLASSES}."
            )


def remedy(labels: int, rows: int) -> str:
    """The end of a message about that many labels for rows of predictions, if they may be one-hot."""
    return f" {AS_CLASSES}." if rows and labels > rows and labels % rows == 0 else ""
