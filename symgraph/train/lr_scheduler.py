"""Learning rates that follow from the number of updates so far (``mx.lr_scheduler``)."""

from __future__ import annotations

import logging
import math
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

from symgraph.errors import MXNetError, NotOverriddenError, described, listed

_MODES = ("linear", "constant")


class LRScheduler:
    """Base of all schedulers; called with the number of updates, it gives the learning rate.

    Subclasses define ``__call__``, and ask `get_warmup_lr` while there are fewer updates than `warmup_steps`.

    Args:
        base_lr: the learning rate to start from. An optimizer that is given a learning rate of its own sets it.
        warmup_steps: number of updates of the warm-up.
        warmup_begin_lr: the learning rate that the warm-up starts from; `base_lr` at construction is where it ends.
        warmup_mode: ``"linear"``: it grows; ``"constant"``: it stays at `warmup_begin_lr`.

    Raises:
        ScheduleError: the warm-up would shrink the rate, has a negative number of updates or an unknown mode.
        StepTypeError: `warmup_steps` is no integer.

    >>> import symgraph as mx
    >>> scheduler = mx.lr_scheduler.LRScheduler(base_lr=0.5, warmup_steps=4)
    >>> [scheduler.get_warmup_lr(n) for n in range(4)]
    [0.0, 0.125, 0.25, 0.375]
    """

    def __init__(
        self,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ):
        _require_number("base_lr", base_lr)
        _require_number("warmup_begin_lr", warmup_begin_lr)
        _require_integer("warmup_steps", warmup_steps)
        if warmup_begin_lr > base_lr:
            raise ScheduleError(
                f"warmup_begin_lr is where the learning rate starts to grow to base_lr = {base_lr}, given {warmup_begin_lr}."
            )
        if warmup_steps < 0:
            raise ScheduleError(f"warmup_steps is a number of updates, at least 0, given {warmup_steps}.")
        if warmup_mode not in _MODES:
            raise ScheduleError(f"warmup_mode is one of {listed(_MODES)}, given {described(warmup_mode)}.")
        self.base_lr = base_lr
        self.warmup_steps = warmup_steps
        self.warmup_begin_lr = warmup_begin_lr
        self.warmup_final_lr = base_lr
        self.warmup_mode = warmup_mode

    def get_warmup_lr(self, num_update: int) -> float:
        """The learning rate after `num_update` updates, fewer than `warmup_steps`."""
        if num_update >= self.warmup_steps:
            raise WarmupEndError(
                f"get_warmup_lr: the warm-up ends after {self.warmup_steps} updates, given number {num_update}."
            )
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        return self.warmup_begin_lr + (self.warmup_final_lr - self.warmup_begin_lr) * num_update / self.warmup_steps

    def __call__(self, num_update: int) -> float:
        """The learning rate after `num_update` updates."""
        raise NotOverriddenError(f"{type(self).__name__} has no method __call__(num_update), which gives the rate.")


class FactorScheduler(LRScheduler):
    """The rate is multiplied by a factor every `step` updates; never below a limit.

    Args:
        step: number of updates between two changes.
        factor: at most 1.
        stop_factor_lr: the least rate.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: see `LRScheduler`.

    Raises:
        ScheduleError: `step` is below 1, or `factor` above 1.

    >>> import symgraph as mx
    >>> scheduler = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.5)
    >>> [scheduler(n) for n in (1, 2, 3, 4, 5)]
    [0.5, 0.5, 0.25, 0.25, 0.125]
    """

    def __init__(
        self,
        step: int,
        factor: float = 1,
        stop_factor_lr: float = 1e-8,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        _require_number("step", step, "; MultiFactorScheduler takes a list" if isinstance(step, list) else "")
        if step < 1:
            raise ScheduleError(f"step is the number of updates between two changes, at least 1, given {step}.")
        _require_factor(factor)
        self.step = step
        self.factor = factor
        self.stop_factor_lr = stop_factor_lr
        self.count = 0

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while num_update > self.count + self.step:
            self.count += self.step
            self.base_lr *= self.factor
            if self.base_lr < self.stop_factor_lr:
                self.base_lr = self.stop_factor_lr
                logging.root.info(
                    "Update[%d]: now learning rate arrived at %0.5e, will not change in the future",
                    num_update,
                    self.base_lr,
                )
            else:
                logging.root.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class MultiFactorScheduler(LRScheduler):
    """The rate is multiplied by a factor after each of given numbers of updates.

    Args:
        step: these numbers, a list that grows.
        factor: at most 1.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: see `LRScheduler`.

    Raises:
        StepTypeError: `step` is no list with an element.
        ScheduleError: it does not grow, or holds a number below 1; or `factor` is above 1.

    >>> import symgraph as mx
    >>> scheduler = mx.lr_scheduler.MultiFactorScheduler(step=[1, 3], factor=0.5, base_lr=0.5)
    >>> [scheduler(n) for n in (1, 2, 3, 4, 5)]
    [0.5, 0.25, 0.25, 0.125, 0.125]
    """

    def __init__(
        self,
        step: list[int],
        factor: float = 1,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        _require_steps(step)
        _require_factor(factor)
        self.step = step
        self.cur_step_ind = 0
        self.factor = factor
        self.count = 0

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while self.cur_step_ind < len(self.step) and num_update > self.step[self.cur_step_ind]:
            self.count = self.step[self.cur_step_ind]
            self.cur_step_ind += 1
            self.base_lr *= self.factor
            logging.root.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class _Falling(LRScheduler):
    """Base of schedules that end after a number of updates: a subclass says what share of the fall is left."""

    def __init__(self, max_update: int, final_lr: float, *warmup: Any):
        super().__init__(*warmup)
        _require_updates(max_update)
        self.base_lr_orig = self.base_lr
        self.max_update = max_update
        self.final_lr = final_lr
        self.max_steps = self.max_update - self.warmup_steps

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        if num_update <= self.max_update and self.max_steps != 0:
            left = self._left((num_update - self.warmup_steps) / self.max_steps)
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * left
        return self.base_lr

    def _left(self, progress: float) -> float:
        """The share of the fall that is left, where `progress` goes from 0 to 1."""
        raise NotImplementedError


class PolyScheduler(_Falling):
    """The rate falls as a power of the share of updates that remain: final + (base - final) (1 - n / max_update)ᵖ.

    Args:
        max_update: number of updates, warm-up included, after which the rate stays.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: see `LRScheduler`.
        pwr: p, the power.
        final_lr: the last rate.

    Raises:
        StepTypeError: `max_update` is no integer.
        ScheduleError: it is below 1.

    >>> import symgraph as mx
    >>> scheduler = mx.lr_scheduler.PolyScheduler(max_update=4, base_lr=1, pwr=1)
    >>> [scheduler(n) for n in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        pwr: float = 2,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ):
        super().__init__(max_update, final_lr, base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if pwr < 0:
            raise ScheduleError(f"pwr is a power, at least 0, given {pwr}.")
        self.power = pwr

    def _left(self, progress: float) -> float:
        return (1 - progress) ** self.power


class CosineScheduler(_Falling):
    """The rate falls along half a cosine: final + (base - final) (1 + cos(π n / max_update)) / 2.

    Args:
        max_update: number of updates, warm-up included, after which the rate stays.
        base_lr, warmup_steps, warmup_begin_lr, warmup_mode: see `LRScheduler`.
        final_lr: the last rate.

    Raises:
        StepTypeError: `max_update` is no integer.
        ScheduleError: it is below 1.

    Source: Loshchilov, Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts".

    >>> import symgraph as mx
    >>> scheduler = mx.lr_scheduler.CosineScheduler(max_update=4, base_lr=1)
    >>> [round(scheduler(n), 3) for n in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ):
        super().__init__(max_update, final_lr, base_lr, warmup_steps, warmup_begin_lr, warmup_mode)

    def _left(self, progress: float) -> float:
        return (1 + math.cos(math.pi * progress)) / 2


class ScheduleError(MXNetError, ValueError):
    """A schedule that cannot be followed."""


class StepTypeError(MXNetError, AssertionError, TypeError):
    """Updates are told in something else than integers; MXNet asserts that."""


class RateTypeError(MXNetError, TypeError):
    """A rate or a factor is no number."""


class WarmupEndError(MXNetError, AssertionError):
    """The rate of a warm-up was asked for after its end; MXNet asserts that."""


def _require_number(name: str, value: Any, advice: str = "") -> None:
    if not isinstance(value, Real):
        raise RateTypeError(f"{name} is a number, given {described(value)}{advice}.")


def _require_integer(name: str, value: Any) -> None:
    if not isinstance(value, Integral):
        raise StepTypeError(f"{name} is a number of updates, an int, given {described(value)}.")


def _require_updates(max_update: int) -> None:
    _require_integer("max_update", max_update)
    if max_update < 1:
        raise ScheduleError(f"max_update is the number of updates of the schedule, at least 1, given {max_update}.")


def _require_factor(factor: float) -> None:
    _require_number("factor", factor)
    if factor > 1.0:
        raise ScheduleError(f"factor must make the learning rate smaller, at most 1, given {factor}.")


def _require_steps(step: Any) -> None:
    if not isinstance(step, list) or not step or not all(isinstance(number, Real) for number in step):
        raise StepTypeError(f"step is a list of numbers of updates, such as [100, 200], given {described(step)}.")
    if step[0] < 1 or any(after <= before for before, after in pairwise(step)):
        raise ScheduleError(f"step is a list of numbers of updates that grow, from 1 on, given {step}.")
