"""Metrics (``mx.metric``): what is told of them, and how they are made."""

from __future__ import annotations

import math

import symgraph as mx

LABEL = mx.nd.array([1, 0, 0])
PRED = mx.nd.array([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]])


def test_two_counts_of_everything():
    metric = mx.metric.Accuracy()
    assert math.isnan(metric.get()[1])
    metric.update([LABEL], [PRED])
    metric.reset_local()
    assert math.isnan(metric.get()[1])
    assert metric.get_global_name_value() == [("accuracy", 2 / 3)]
    metric.update([LABEL], [PRED])
    assert metric.get() == metric.get_global() == ("accuracy", 2 / 3)
    assert (metric.num_inst, metric.global_num_inst) == (3, 6)
    metric.reset()
    assert math.isnan(metric.get_global()[1])
