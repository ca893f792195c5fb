"""Metrics: how good predictions are, accumulated over batches (``mx.metric``)."""

from symgraph.train.metric.accuracy import Accuracy
from symgraph.train.metric.base import EvalMetric, alias, check_label_shapes, register
from symgraph.train.metric.composite import CompositeEvalMetric, create
from symgraph.train.metric.custom import CustomMetric, np

__all__ = [
    "Accuracy",
    "CompositeEvalMetric",
    "CustomMetric",
    "EvalMetric",
    "alias",
    "check_label_shapes",
    "create",
    "np",
    "register",
]
