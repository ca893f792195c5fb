"""What optimizers and updaters share, against real MXNet, and what is refused."""

from __future__ import annotations

import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.optimizer_blocks import BLOCKS

RECORDED = recorded("optimizer")


@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name):
    assert_equal(BLOCKS[name](mx), RECORDED[name], rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "kinds", "text"),
    [
        (
            lambda o: o.create("sgdd"),
            (ValueError,),
            "optimizer 'sgdd' is not registered. Did you mean 'sgd'? Known: ",
        ),
        (lambda o: o.create(o.SGD), (ValueError,), "an optimizer is created by its name, given <class "),
        (
            lambda o: o.create("sgd", momentun=0.9),
            (TypeError,),
            "SGD has no argument 'momentun'. Did you mean 'momentum'? Known: momentum, lazy_update, rescale_grad, "
            "param_idx2name, wd, ",
        ),
        (
            lambda o: o.create("nag", lr=0.9),
            (TypeError,),
            "NAG has no argument 'lr'. Did you mean 'learning_rate'? Known: momentum, rescale_grad, param_idx2name, wd, ",
        ),
        (
            lambda o: o.SGD(param_idx2name=["fc_weight"]),
            (AssertionError,),
            "param_idx2name should be a dict of param indexes to names, given ['fc_weight'] of type list.",
        ),
        (
            lambda o: o.SGD(learning_rate="0.1"),
            (TypeError, ValueError),
            "learning_rate of an optimizer is a number, given '0.1' of type str.",
        ),
        (
            lambda o: o.SGD(clip_gradient=[1]),
            (TypeError,),
            "clip_gradient of an optimizer is a number, given [1] of type list.",
        ),
        (
            lambda o: o.SGD().set_learning_rate(None),
            (TypeError,),
            "learning_rate of an optimizer is a number, given None.",
        ),
        (lambda o: step(o.SGD(momentum=None)), (TypeError,), "SGD: momentum is a number, given None."),
        (lambda o: step(o.Adam(epsilon="x")), (TypeError,), "Adam: epsilon is a number, given 'x' of type str."),
        (
            lambda o: o.SGD(lr_scheduler=mx.lr_scheduler.PolyScheduler(5)).set_learning_rate(0.1),
            (UserWarning,),
            "the learning rate follows from lr_scheduler; set lr_scheduler.base_lr, or lr_scheduler to None before.",
        ),
        (
            lambda o: o.SGD().set_lr_scale({}),
            (DeprecationWarning,),
            "set_lr_scale does not exist any more; use set_lr_mult({name: factor}).",
        ),
        (
            lambda o: step(o.Optimizer()),
            (NotImplementedError,),
            "Optimizer has no method update(index, weight, grad, state), which an optimizer must define.",
        ),
        (lambda o: o.register(int), (AssertionError,), "only a subclass of Optimizer can be registered as optimizer, "),
        (
            lambda o: o.SGD(sym=mx.sym.Variable("x", attr={"__lr_mult__": "slow"})),
            (ValueError,),
            "variable 'x': lr_mult is a number, given 'slow'.",
        ),
        (
            lambda o: o.LBSGD(batch_scale=0),
            (ValueError,),
            "LBSGD: batch_scale is a number of batches, at least 1, given 0.",
        ),
        (
            lambda o: step(o.contrib.GroupAdaGrad()),
            (AssertionError, ValueError),
            "GroupAdaGrad: weights are matrices (rows, columns), given one of shape (2,); use AdaGrad.",
        ),
        (
            lambda o: step(o.contrib.GroupAdaGrad(wd=0.5), (2, 2)),
            (AssertionError, ValueError),
            "GroupAdaGrad: weights do not decay, given wd = 0.5 for parameter 0; use AdaGrad.",
        ),
        (
            lambda o: o.get_updater(o.SGD())(0, mx.nd.ones((3,)), mx.nd.ones((2,))),
            (ValueError,),
            "SGD: weight 0 has shape (2,), given a gradient of shape (3,).",
        ),
        (
            lambda o: o.get_updater(o.SGD())([0, 1], [mx.nd.ones((2,))], [mx.nd.ones((2,))]),
            (ValueError, IndexError),
            "an Updater takes as many gradients and weights as indices, given 2 indices, 1 gradient and 1 weight.",
        ),
        (
            lambda o: step(o.Adam(beta1=1.0)),
            (ValueError,),
            "Adam: a number is divided by 0; averages need betas below 1.",
        ),
        (
            lambda o: o.get_updater(o.SGD())(0, None, mx.nd.ones((2,))),
            (TypeError,),
            "the gradient of parameter 0 must be an NDArray, given None.",
        ),
        (
            lambda o: o.get_updater("sgd"),
            (TypeError,),
            "an Updater needs an Optimizer, given 'sgd' of type str; mx.optimizer.create makes one of its name.",
        ),
    ],
)
def test_what_is_refused(call, kinds, text):
    with pytest.raises(mx.MXNetError) as info:
        call(mx.optimizer)
    assert str(info.value).startswith(text)
    assert str(info.value) == text or text.endswith((" ", ",")), "the whole text, or its beginning"
    assert all(isinstance(info.value, kind) for kind in kinds)


def step(optimizer, shape=(2,)):
    mx.optimizer.get_updater(optimizer)(0, mx.nd.ones(shape), mx.nd.ones(shape))


def test_ftrl_leaves_the_rate_of_a_scheduler_alone():
    """As in MXNet, where a `learning_rate` counts only without a scheduler."""
    scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5)
    optimizer = mx.optimizer.Ftrl(learning_rate=0.1, lr_scheduler=scheduler)
    assert (optimizer.lr, optimizer.learning_rate, scheduler.base_lr) == (0.1, 0.01, 0.01)
