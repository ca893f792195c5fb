"""Functions to call while training."""

from __future__ import annotations

import logging
from typing import Any


class LogValidationMetricsCallback:
    """Logs the metrics of an evaluation."""

    def __call__(self, param: Any) -> None:
        for name, value in param.eval_metric.get_name_value() if param.eval_metric else ():
            logging.info("Epoch[%d] Validation-%s=%f", param.epoch, name, value)
