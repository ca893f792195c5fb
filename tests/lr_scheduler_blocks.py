"""Learning rates over 50 updates, what schedulers log meanwhile, and their attributes, as functions of the module `mx`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import Any

from tests.blocks import Blocks

block = BLOCKS = Blocks()
WARM = ({}, {"warmup_steps": 7}, {"warmup_steps": 7, "warmup_begin_lr": 0.005, "warmup_mode": "constant"})
STEPS = range(51)


class _Texts(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.texts: list[list[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append([record.name, record.levelname, record.getMessage()])


@contextmanager
def logged() -> Any:
    """The texts that are logged in this context, with logger and level."""
    root, handler = logging.getLogger(), _Texts()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def rates(scheduler: Callable[[int], float], steps: Iterable[int] = STEPS) -> list:
    """Rates, log and attributes."""
    with logged() as texts:
        values = [float(scheduler(n)) for n in steps]
    return [values, texts, vars(scheduler)]


def variants(mx: Any, name: str, *given: Any, **options: Any) -> list:
    return [rates(getattr(mx.lr_scheduler, name)(*given, **options, **warm)) for warm in WARM]


@block
def factor(mx: Any) -> list:
    return variants(mx, "FactorScheduler", 10, factor=0.5, base_lr=0.4)


@block
def factor_of_one(mx: Any) -> list:
    return variants(mx, "FactorScheduler", 10)


@block
def factor_stops(mx: Any) -> list:
    return variants(mx, "FactorScheduler", 6, 0.25, 0.005, 0.4)


@block
def factor_with_fractions(mx: Any) -> list:
    return variants(mx, "FactorScheduler", step=7.5, factor=0.9, base_lr=1)


@block
def multi_factor(mx: Any) -> list:
    return variants(mx, "MultiFactorScheduler", [5, 8, 30], factor=0.5, base_lr=0.4)


@block
def multi_factor_within_warm_up(mx: Any) -> list:
    return variants(mx, "MultiFactorScheduler", [1, 2, 7], 0.5, 0.4)


@block
def poly(mx: Any) -> list:
    return variants(mx, "PolyScheduler", 40, base_lr=0.4) + variants(mx, "PolyScheduler", 45, 0.4, 1, 0.1)


@block
def poly_of_other_powers(mx: Any) -> list:
    return variants(mx, "PolyScheduler", 40, pwr=0.5, base_lr=0.4) + variants(mx, "PolyScheduler", 40, pwr=0)


@block
def cosine(mx: Any) -> list:
    return variants(mx, "CosineScheduler", 40, base_lr=0.4) + variants(mx, "CosineScheduler", 45, 0.4, 0.1)


@block
def rises_to_the_last_rate(mx: Any) -> list:
    return variants(mx, "CosineScheduler", 40, 0.1, final_lr=0.4) + variants(mx, "PolyScheduler", 40, 0.1, final_lr=0.4)


@block
def starts_late(mx: Any) -> list:
    schedulers = [
        mx.lr_scheduler.FactorScheduler(10, 0.5),
        mx.lr_scheduler.MultiFactorScheduler([5, 8, 30], 0.5),
        mx.lr_scheduler.PolyScheduler(40),
        mx.lr_scheduler.CosineScheduler(40),
    ]
    return [rates(scheduler, range(25, 51, 5)) for scheduler in schedulers]


@block
def goes_back(mx: Any) -> list:
    schedulers = [
        mx.lr_scheduler.FactorScheduler(3, 0.5),
        mx.lr_scheduler.MultiFactorScheduler([5, 8, 30], 0.5),
        mx.lr_scheduler.PolyScheduler(10),
        mx.lr_scheduler.CosineScheduler(10, warmup_steps=5),
    ]
    return [rates(scheduler, (0, 9, 3, 12, 2, 1)) for scheduler in schedulers]


@block
def base_lr_is_changed(mx: Any) -> list:
    found = []
    for scheduler in (
        mx.lr_scheduler.FactorScheduler(3, 0.5, warmup_steps=4),
        mx.lr_scheduler.MultiFactorScheduler([5, 8, 30], 0.5),
        mx.lr_scheduler.PolyScheduler(20, warmup_steps=4),
        mx.lr_scheduler.CosineScheduler(20),
    ):
        found.append(rates(scheduler, range(2)))
        scheduler.base_lr = 1.0
        found.append(rates(scheduler, range(2, 12)))
        scheduler.warmup_final_lr = scheduler.base_lr_orig = 3.0
        found.append(rates(scheduler, range(2, 25)))
    return found


@block
def steps_and_factors_are_changed(mx: Any) -> list:
    factor = mx.lr_scheduler.FactorScheduler(3, 0.5)
    multi = mx.lr_scheduler.MultiFactorScheduler([5, 8, 30], 0.5)
    found = [rates(factor, range(8)), rates(multi, range(8))]
    factor.step, factor.factor = 5, 2
    multi.step, multi.factor = [5, 8, 10], 0.1
    return [*found, rates(factor), rates(multi)]


@block
def of_the_warm_up_alone(mx: Any) -> list:
    found = []
    for warm in WARM[1:]:
        scheduler = mx.lr_scheduler.LRScheduler(0.4, **warm)
        found.append([[float(scheduler.get_warmup_lr(n)) for n in range(-1, 7)], vars(scheduler)])
    return found


@block
def of_an_optimizer(mx: Any) -> list:
    found = []
    for options in ({}, {"learning_rate": 0.4}, {"begin_num_update": 12}):
        scheduler = mx.lr_scheduler.FactorScheduler(3, 0.5, base_lr=0.01)
        optimizer = mx.optimizer.SGD(lr_scheduler=scheduler, **options)
        found.append([optimizer.lr, optimizer.learning_rate, scheduler.base_lr])
        for index in (0, 0, 0, 0, 1, 0, 1):
            optimizer._update_count(index)
            found.append([optimizer.num_update, optimizer._get_lr(index), optimizer.learning_rate])
    return found


@block
def written_by_a_user(mx: Any) -> list:
    class Triangle(mx.lr_scheduler.LRScheduler):
        def __init__(self, period: int, **options: Any):
            super().__init__(**options)
            self.period = period

        def __call__(self, num_update: int) -> float:
            if num_update < self.warmup_steps:
                return self.get_warmup_lr(num_update)
            return self.base_lr * abs(1 - num_update % self.period * 2 / self.period)

    return [rates(Triangle(10, base_lr=0.4, **warm)) for warm in WARM]
