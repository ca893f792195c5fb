"""Learning rates against real MXNet, and what is refused."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.lr_scheduler_blocks import BLOCKS

RECORDED = recorded("lr_scheduler")


@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name):
    assert_equal(BLOCKS[name](mx), RECORDED[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "kinds", "text"),
    [
        (
            lambda s: s.LRScheduler(0.1, warmup_begin_lr=0.2),
            (ValueError,),
            "warmup_begin_lr is where the learning rate starts to grow to base_lr = 0.1, given 0.2.",
        ),
        (
            lambda s: s.LRScheduler(warmup_steps=-1),
            (ValueError,),
            "warmup_steps is a number of updates, at least 0, given -1.",
        ),
        (
            lambda s: s.LRScheduler(warmup_steps=1.5),
            (AssertionError, TypeError),
            "warmup_steps is a number of updates, an int, given 1.5 of type float.",
        ),
        (
            lambda s: s.LRScheduler(warmup_mode="cosine"),
            (ValueError,),
            "warmup_mode is one of linear, constant, given 'cosine' of type str.",
        ),
        (
            lambda s: s.LRScheduler("0.1"),
            (TypeError,),
            "base_lr is a number, given '0.1' of type str.",
        ),
        (
            lambda s: s.LRScheduler(0.1, warmup_begin_lr=None),
            (TypeError,),
            "warmup_begin_lr is a number, given None.",
        ),
        (
            lambda s: s.LRScheduler(warmup_steps=3).get_warmup_lr(3),
            (AssertionError,),
            "get_warmup_lr: the warm-up ends after 3 updates, given number 3.",
        ),
        (
            lambda s: s.LRScheduler()(1),
            (NotImplementedError,),
            "LRScheduler has no method __call__(num_update), which gives the rate.",
        ),
        (
            lambda s: s.FactorScheduler(0),
            (ValueError,),
            "step is the number of updates between two changes, at least 1, given 0.",
        ),
        (
            lambda s: s.FactorScheduler([3]),
            (TypeError,),
            "step is a number, given [3] of type list; MultiFactorScheduler takes a list.",
        ),
        (
            lambda s: s.FactorScheduler(2, 1.5),
            (ValueError,),
            "factor must make the learning rate smaller, at most 1, given 1.5.",
        ),
        (lambda s: s.FactorScheduler(2, "0.5"), (TypeError,), "factor is a number, given '0.5' of type str."),
        (
            lambda s: s.MultiFactorScheduler((1, 2)),
            (AssertionError,),
            "step is a list of numbers of updates, such as [100, 200], given (1, 2) of type tuple.",
        ),
        (
            lambda s: s.MultiFactorScheduler([]),
            (AssertionError,),
            "step is a list of numbers of updates, such as [100, 200], given [] of type list.",
        ),
        (
            lambda s: s.MultiFactorScheduler([0, 3]),
            (ValueError,),
            "step is a list of numbers of updates that grow, from 1 on, given [0, 3].",
        ),
        (
            lambda s: s.MultiFactorScheduler([3, 3]),
            (ValueError,),
            "step is a list of numbers of updates that grow, from 1 on, given [3, 3].",
        ),
        (
            lambda s: s.MultiFactorScheduler(["a"]),
            (TypeError,),
            "step is a list of numbers of updates, such as [100, 200], given ['a'] of type list.",
        ),
        (
            lambda s: s.PolyScheduler(0),
            (ValueError,),
            "max_update is the number of updates of the schedule, at least 1, given 0.",
        ),
        (
            lambda s: s.PolyScheduler(2.5),
            (AssertionError,),
            "max_update is a number of updates, an int, given 2.5 of type float.",
        ),
        (lambda s: s.PolyScheduler(5, pwr=-1), (ValueError,), "pwr is a power, at least 0, given -1."),
        (
            lambda s: s.CosineScheduler("5"),
            (AssertionError,),
            "max_update is a number of updates, an int, given '5' of type str.",
        ),
    ],
)
def test_what_is_refused(call, kinds, text):
    with pytest.raises(mx.MXNetError, match=f"^{re.escape(text)}$") as info:
        call(mx.lr_scheduler)
    assert all(isinstance(info.value, kind) for kind in kinds)


def test_updates_are_counted_in_numpy_integers_too():
    assert mx.lr_scheduler.PolyScheduler(np.int64(4), 1.0, 1, warmup_steps=np.int32(2))(3) == 0.5


@pytest.mark.parametrize("kind", ["PolyScheduler", "CosineScheduler"])
def test_a_warm_up_may_last_to_the_end(kind):
    scheduler = getattr(mx.lr_scheduler, kind)(4, base_lr=1.0, warmup_steps=4)
    assert [scheduler(n) for n in range(7)] == [0, 0.25, 0.5, 0.75, 1, 1, 1]


def test_schedulers_are_pickled_with_where_they_are():
    scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0)
    scheduler(5)
    assert pickle.loads(pickle.dumps(scheduler))(6) == 0.25
