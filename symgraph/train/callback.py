"""Callbacks: what a training loop calls after a batch or an epoch (``mx.callback``). Everything is told by logging.

Those after a batch are called with a `symgraph.train.model.BatchEndParam`, those after an epoch with its number, the symbol
and the parameters.
"""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from symgraph.errors import OpAttributeError, described
from symgraph.train.checkpoint import save_checkpoint
from symgraph.train.curves import LossPlot

__all__ = [
    "LogValidationMetricsCallback",
    "LossPlot",
    "ProgressBar",
    "Speedometer",
    "do_checkpoint",
    "log_train_metric",
    "module_checkpoint",
]

EpochEnd = Callable[..., None]
BatchEnd = Callable[[Any], None]


def do_checkpoint(prefix: str, period: int = 1) -> EpochEnd:
    """Write a checkpoint at the end of an epoch, see `symgraph.train.model.save_checkpoint`.

    Args:
        prefix: of the files; that of the first epoch is ``prefix-0001.params``.
        period: after how many epochs to do so.
    """
    period = int(max(1, _number("do_checkpoint", "period", period)))

    def callback(iter_no: int, sym: Any, arg: Mapping[str, Any], aux: Mapping[str, Any]) -> None:
        if (iter_no + 1) % period == 0:
            save_checkpoint(prefix, iter_no + 1, sym, arg, aux)

    return callback


def module_checkpoint(mod: Any, prefix: str, period: int = 1, save_optimizer_states: bool = False) -> EpochEnd:
    """Let a module write a checkpoint at the end of an epoch.

    Args:
        mod: the module.
        prefix, period: as of `do_checkpoint`.
        save_optimizer_states: whether to write the optimizer's states, too, as is needed to go on training.
    """
    period = int(max(1, _number("module_checkpoint", "period", period)))

    def callback(iter_no: int, sym: Any = None, arg: Any = None, aux: Any = None) -> None:
        if (iter_no + 1) % period == 0:
            mod.save_checkpoint(prefix, iter_no + 1, save_optimizer_states)

    return callback


def log_train_metric(period: int, auto_reset: bool = False) -> BatchEnd:
    """Tell the values of the metric after a batch.

    Args:
        period: after how many batches to do so.
        auto_reset: start the local values anew each time.
    """
    period = _count("log_train_metric", "period", period)

    def callback(param: Any) -> None:
        if param.nbatch % period == 0 and param.eval_metric is not None:
            for name, value in param.eval_metric.get_name_value():
                logging.root.info("Iter[%d] Batch[%d] Train-%s=%f", param.epoch, param.nbatch, name, value)
            if auto_reset:
                param.eval_metric.reset_local()

    return callback


class Speedometer:
    """Tell after a batch how many samples per second are treated, and the values of the metric.

    Args:
        batch_size: samples in a batch.
        frequent: after how many batches to do so.
        auto_reset: tell the values of the batches since the last time, and not of the whole epoch.

    With two batches of 32 and ``frequent=1`` there is logged, for example:
    ``Epoch[0] Batch [0-1]	Speed: 1200.00 samples/sec	accuracy=0.750000``.
    """

    def __init__(self, batch_size: int, frequent: int = 50, auto_reset: bool = True):
        self.batch_size = _number("Speedometer", "batch_size", batch_size)
        self.frequent = _count("Speedometer", "frequent", frequent)
        self.init = False
        self.tic: float = 0
        self.last_count = 0
        self.auto_reset = auto_reset

    def __call__(self, param: Any) -> None:
        count = param.nbatch
        if self.last_count > count:  # another epoch
            self.init = False
        self.last_count = count
        if not self.init:
            self.init = True
            self.tic = time.time()
        elif count % self.frequent == 0:
            self._tell(param, count)
            self.tic = time.time()

    def _tell(self, param: Any, count: int) -> None:
        seconds = time.time() - self.tic
        speed = self.frequent * self.batch_size / seconds if seconds > 0 else math.inf
        if param.eval_metric is None:
            logging.root.info("Iter[%d] Batch [%d]\tSpeed: %.2f samples/sec", param.epoch, count, speed)
            return
        pairs = param.eval_metric.get_name_value()
        first = 0
        if self.auto_reset:
            param.eval_metric.reset_local()
            first = count - self.frequent
        text = "Epoch[%d] Batch [%d-%d]\tSpeed: %.2f samples/sec" + "\t%s=%f" * len(pairs)
        logging.root.info(text, param.epoch, first, count, speed, *(part for pair in pairs for part in pair))


class ProgressBar:
    """Show after a batch how far an epoch is.

    Args:
        total: batches in an epoch.
        length: signs in the bar.

    On a terminal, and with tqdm (``pip install tqdm``), that is a bar that stays in its line. Otherwise it is logged, as
    MXNet does: with ``length=8``, after one of four batches, ``[==------] 25%`` and a carriage return.
    """

    def __init__(self, total: int, length: int = 80):
        self.bar_len = length
        self.total = _count("ProgressBar", "total", total)
        self._bar: Any = None

    def __call__(self, param: Any) -> None:
        make = _bars_on_terminal()
        if make is None:
            self._log(param)
        else:
            self._draw(make, param)

    def _draw(self, make: Callable[..., Any], param: Any) -> None:
        done = min(param.nbatch + 1, self.total)
        if self._bar is not None and done <= self._bar.n:  # the next epoch
            self._close()
        if self._bar is None:
            self._bar = make(total=self.total, desc=f"epoch {param.epoch}", unit="batch", ncols=self.bar_len)
        self._bar.update(done - self._bar.n)
        if done == self.total:
            self._close()

    def _close(self) -> None:
        self._bar.close()
        self._bar = None

    def _log(self, param: Any) -> None:
        share = param.nbatch / float(self.total)
        filled = round(self.bar_len * share)
        bar = "=" * filled + "-" * (self.bar_len - filled)
        logging.root.info("[%s] %s%s\r", bar, math.ceil(100.0 * share), "%")


def _bars_on_terminal() -> Callable[..., Any] | None:
    """What draws bars, if there is somebody to look at them."""
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm


class LogValidationMetricsCallback:
    """Tell the values of the metric at the end of an evaluation."""

    def __call__(self, param: Any) -> None:
        for name, value in param.eval_metric.get_name_value() if param.eval_metric else ():
            logging.root.info("Epoch[%d] Validation-%s=%f", param.epoch, name, value)


def _number(where: str, name: str, value: Any) -> Any:
    try:
        return value + 0
    except TypeError:
        raise CountError(f"{where}: {name} must be a number, given {described(value)}.") from None


def _count(where: str, name: str, value: Any) -> Any:
    """`value`, or a `CountError` if it is not positive."""
    if not _number(where, name, value) > 0:
        raise CountError(f"{where}: {name} must be 1 or more, given {described(value)}.")
    return value


class CountError(OpAttributeError, TypeError, ZeroDivisionError):
    """How often something is to happen was not told as a positive number."""
