"""Callbacks and the calls that they get: cases of which real MXNet's log was recorded (``tests/golden/callbacks.json``)."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

BATCHES = {
    "speed": ("mx.callback.Speedometer(10, frequent=3)", "mx.metric.create('acc')", 8),
    "speed of two metrics": ("mx.callback.Speedometer(10, 3)", "mx.metric.create(['acc', 'ce'])", 8),
    "speed without metric": ("mx.callback.Speedometer(batch_size=10, frequent=3)", "None", 8),
    "speed of the whole epoch": (
        "mx.callback.Speedometer(10, 3, auto_reset=False)",
        "mx.metric.create(['acc', 'ce'])",
        8,
    ),
    "speed after every batch": ("mx.callback.Speedometer(10, 1)", "mx.metric.create('acc')", 4),
    "speed after 50 batches": ("mx.callback.Speedometer(10)", "mx.metric.create('acc')", 120),
    "speed of a metric of one's own": ("mx.callback.Speedometer(10, 2)", "mx.metric.np(lambda label, pred: 1)", 5),
    "metric": ("mx.callback.log_train_metric(3)", "mx.metric.create(['acc', 'ce'])", 8),
    "metric anew": ("mx.callback.log_train_metric(3, auto_reset=True)", "mx.metric.create('acc')", 8),
    "no metric": ("mx.callback.log_train_metric(3)", "None", 8),
    "validation": ("mx.callback.LogValidationMetricsCallback()", "mx.metric.create(['acc', 'ce'])", 2),
    "no validation": ("mx.callback.LogValidationMetricsCallback()", "None", 2),
    "bar": ("mx.callback.ProgressBar(total=7, length=20)", "None", 8),
    "long bar": ("mx.callback.ProgressBar(7)", "None", 3),
}
"""Callback, metric, and number of batches of the first epoch; the second has 5."""


class Clock:
    """In place of ``time``: a quarter of a second passes from look to look."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        self.now += 0.25
        return self.now


class Log(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()}")


def logged(mx: Any, case: str) -> list[str]:
    """What is logged in two epochs, and what the metric tells at the end of each."""
    callback, metric, batches = (eval(part, {"mx": mx}) if isinstance(part, str) else part for part in BATCHES[case])
    log, logger = Log(), logging.getLogger()
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.INFO)
    mx.callback.time = Clock()
    try:
        for epoch in range(2):
            for i in range(5 if epoch else batches):
                if metric is not None:
                    metric.update([mx.nd.array([1, i % 2])], [mx.nd.array([[0.1, 0.9], [0.75, 0.25]])])
                callback(SimpleNamespace(epoch=epoch, nbatch=i, eval_metric=metric, locals={}))
            if metric is not None:
                log.lines.append(" ".join(f"{name}={value:.6f}" for name, value in metric.get_name_value()))
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
    return log.lines
