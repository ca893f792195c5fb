"""`Monitor`: looks at what a network computes, every few batches (``mx.mon``)."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from symgraph.errors import OpAttributeError, StateError, described
from symgraph.ir.dtype import is_float
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray


class Monitor:
    """Statistics of outputs of operators, of parameters and of auxiliary states, between `tic` and `toc`.

    Executors are watched in the batches that count only; the others run as if there were no monitor.

    Args:
        interval: every how many batches to look.
        stat_func: makes of an array (NDArray) what is told of it, an array or a list of such; by default the root of the
            mean square.
        pattern: which names to look at: those that begin with this regular expression.
        sort: tell statistics in the order of names, and not of the computation.
        monitor_all: look at inputs of operators, too.

    >>> import symgraph as mx
    >>> executor = mx.sym.exp(mx.sym.Variable("x"), name="exp").bind(mx.cpu(), {"x": mx.nd.zeros((2,))})
    >>> monitor = mx.mon.Monitor(interval=1, stat_func=lambda array: array.sum())
    >>> monitor.install(executor)
    >>> monitor.tic()
    >>> _ = executor.forward()
    >>> monitor.toc()
    [(1, 'exp_output', '2.0\\t'), (1, 'x', '0.0\\t')]
    """

    def __init__(
        self,
        interval: int,
        stat_func: Callable[[NDArray], Any] | None = None,
        pattern: str = ".*",
        sort: bool = False,
        monitor_all: bool = False,
    ):
        if not isinstance(interval, (int, np.integer)) or interval < 1:
            raise OpAttributeError(f"Monitor: interval must be an integer of 1 or more, given {described(interval)}.")
        if stat_func is not None and not callable(stat_func):
            raise OpAttributeError(f"Monitor: stat_func must be a function of an array, given {described(stat_func)}.")
        self.stat_func = stat_func or root_mean_square
        self.interval = interval
        self.activated = False
        self.queue: list[tuple[int, str, Any]] = []
        self.step = 0
        self.exes: list[Any] = []
        self.re_prog = re.compile(pattern)
        self.sort = sort
        self.monitor_all = monitor_all

    def stat_helper(self, name: str, array: NDArray) -> None:
        """What executors call with everything that they compute."""
        if self.activated and self.re_prog.match(name):
            self.queue.append((self.step, name, self.stat_func(array)))

    def install(self, exe: Any) -> None:
        """Watch an executor, besides those that are watched already."""
        if not callable(getattr(exe, "set_monitor_callback", None)):
            raise OpAttributeError(f"Monitor: install needs an executor, given {described(exe)}.")
        self.exes.append(exe)
        if self.activated:
            exe.set_monitor_callback(self.stat_helper, self.monitor_all)

    def tic(self) -> None:
        """Begin a batch."""
        if self.step % self.interval == 0:
            self.queue = []
            self.activated = True
            for exe in self.exes:
                exe.set_monitor_callback(self.stat_helper, self.monitor_all)
        self.step += 1

    def toc(self) -> list[tuple[int, str, str]]:
        """End a batch.

        Returns:
            number of the batch, name and statistic as text, of all that was seen; nothing in batches that do not count.
        """
        if not self.activated:
            return []
        for exe in self.exes:
            exe.set_monitor_callback(None)
            for names, arrays in (
                (exe._symbol.list_arguments(), exe.arg_arrays),
                (exe._symbol.list_auxiliary_states(), exe.aux_arrays),
            ):
                for name, value in zip(names, arrays, strict=True):
                    self.stat_helper(name, value)
        self.activated = False
        seen = sorted(self.queue, key=lambda entry: entry[1]) if self.sort else self.queue
        self.queue = []
        return [(step, name, _text(name, value)) for step, name, value in seen]

    def toc_print(self) -> None:
        """End a batch, and tell by logging what was seen."""
        for step, name, text in self.toc():
            logging.root.info("Batch: %7d %-30s %s", step, name, text)


def root_mean_square(x: NDArray) -> NDArray:
    """Root of the mean square of all elements, as an array of one."""
    values = x.asnumpy().ravel().astype(np.float64)
    dtype = np.dtype(x.dtype)
    mean = np.linalg.norm(values) / math.sqrt(max(values.size, 1))
    return array([mean], ctx=x.context, dtype=dtype if is_float(dtype) else None)


def _text(name: str, statistic: Any) -> str:
    """A statistic, or a list of such, for `Monitor.toc`."""
    parts = statistic if isinstance(statistic, list) else [statistic]
    for part in parts:
        if not isinstance(part, (NDArray, np.ndarray, np.generic, int, float)):
            raise StateError(
                f"Monitor: stat_func must return an array, or a list of arrays, but returned {described(part)} for '{name}'."
            )
    return "".join(f"{_shown(part)!s}\t" for part in parts)


def _shown(part: Any) -> Any:
    """What is printed of an array: its values, or its only one."""
    values = part.asnumpy() if isinstance(part, NDArray) else part
    return values[0] if isinstance(values, np.ndarray) and values.shape == (1,) else values
