"""Optimizers where MXNet gives nothing to compare with: random steps, and what is a bug there."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from tests.optimizer_cases import Case, run
from tests.test_optimizers import join_update, network, train

N = 40_000


def langevin() -> mx.optimizer.Updater:
    return mx.optimizer.get_updater(
        mx.optimizer.SGLD(
            learning_rate=0.25, wd=0.5, rescale_grad=0.5, clip_gradient=0.4, param_idx2name={0: "x_weight"}
        )
    )


def assert_as_recorded(values: np.ndarray) -> None:
    """MXNet's mean is 0.8884 and its standard deviation 0.4981 for 200000 weights."""
    np.testing.assert_allclose(values.mean(), 1 - 0.25 / 2 * (0.4 + 0.5), atol=5 * 0.5 / np.sqrt(N))
    np.testing.assert_allclose(values.std(), 0.5, rtol=0.02)
    fourth = ((values - values.mean()) ** 4).mean() / values.var() ** 2
    np.testing.assert_allclose(fourth, 3, rtol=0.05)


def test_langevin_dynamics_of_one_weight():
    mx.random.seed(1)
    updater, weight, other = langevin(), mx.nd.ones((N,)), mx.nd.ones((N,))
    updater(0, mx.nd.ones((N,)), weight)
    updater("x_weight", mx.nd.ones((N,)), other)
    assert_as_recorded(weight.asnumpy())
    assert abs(np.corrcoef(weight.asnumpy(), other.asnumpy())[0, 1]) < 0.03
    mx.random.seed(1)
    again = mx.nd.ones((N,))
    langevin()(0, mx.nd.ones((N,)), again)
    np.testing.assert_array_equal(again.asnumpy(), weight.asnumpy())


def test_langevin_dynamics_of_all_weights_at_once():
    mx.random.seed(1)
    arrays = {name: mx.nd.ones((N,)) for name in ("x", "y", "x_grad", "y_grad")}
    grads = {name: mx.nd.zeros((N,)) for name in ("x", "y")}
    requests = {name: "write" if name in grads else "null" for name in arrays}
    executor = network(("x", "y")).bind(mx.current_context(), arrays, args_grad=grads, grad_req=requests)
    updater = langevin()
    updater.optimizer.set_wd_mult({0: 1, 1: 1})
    seen = []
    for _ in range(2):
        arrays["x"][:] = arrays["y"][:] = 1
        executor.forward(is_train=True)
        executor.backward_later()
        join_update(executor, updater, {"x": 0, "y": 1})
        seen += [arrays["x"].asnumpy(), arrays["y"].asnumpy()]
    for values in seen:
        assert_as_recorded(values)
    assert np.abs(np.corrcoef(seen) - np.eye(4)).max() < 0.03


def test_adamax_stays_where_gradients_are_zero():
    """MXNet's weights become NaN there."""
    updater, weight = mx.optimizer.get_updater(mx.optimizer.Adamax(learning_rate=0.5)), mx.nd.ones((2,))
    for _ in range(2):
        updater(0, mx.nd.array([3, 0]), weight)
    np.testing.assert_allclose(weight.asnumpy(), [0, 1], atol=1e-6)


def test_dcasgd_with_momentum():
    """MXNet takes no step."""
    case = Case("DCASGD", "momentum", {"learning_rate": 0.1, "momentum": 0.5, "lamda": 0.25, "wd": 0.125})
    found, joined = run(mx, case), train(case, is_joined=True)
    for name, weight in case.weights().items():
        weight = weight.astype("float64")
        moved, before = np.zeros_like(weight), weight
        wd = 0.125 if name.endswith(("weight", "gamma")) else 0
        for gradients in case.gradients():
            gradient = gradients[name].astype("float64")
            moved = 0.5 * moved - 0.1 * (gradient + wd * weight + 0.25 * gradient**2 * (weight - before))
            weight, before = weight + moved, weight
        np.testing.assert_allclose(found[f"20/{name}"], weight, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(joined[f"20/{name}"], weight, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found[f"state/{name}/0"], moved, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["Adamax", "Nadam", "AdaDelta", "AdaGrad", "DCASGD", "GroupAdaGrad"])
def test_a_negative_limit_is_none(name):
    """As of MXNet's optimizers that are operators; in its others, the limits are swapped."""
    shapes = {"x": (2, 3)}
    limited, free = (
        run(mx, Case(name, "negative", {"learning_rate": 0.1, "clip_gradient": limit}, shapes=shapes))
        for limit in (-1, None)
    )
    np.testing.assert_array_equal(limited["20/x"], free["20/x"])


def test_batches_are_averaged_though_gradients_come_in_one_array():
    """MXNet adds up in that array."""
    updater = mx.optimizer.get_updater(mx.optimizer.LBSGD(learning_rate=1, batch_scale=2, warmup_epochs=0))
    weight, grad = mx.nd.zeros((1,)), mx.nd.array([1])
    updater(0, grad, weight)
    grad[:] = 3
    updater(0, grad, weight)
    assert (weight.asscalar(), grad.asscalar()) == (-4, 3)


def test_gradients_are_left_alone():
    """MXNet's AdaDelta rescales them in place."""
    grad = mx.nd.array([1, 2])
    mx.optimizer.get_updater(mx.optimizer.AdaDelta(rescale_grad=0.5))(0, grad, mx.nd.ones((2,)))
    assert grad.asnumpy().tolist() == [1, 2]


def test_lars_corrects_the_momentum_of_all_weights():
    """MXNet that of the first one, or of the first four of a list."""
    scheduler = mx.lr_scheduler.MultiFactorScheduler([1, 2], 0.5, base_lr=0.5)
    updater = mx.optimizer.get_updater(mx.optimizer.LARS(momentum=0.5, eta=0.5, lr_scheduler=scheduler))
    weights = [mx.nd.array([3, 4]) for _ in range(6)]
    for _ in range(4):
        for index, weight in enumerate(weights):
            updater(index, mx.nd.array([1, -1]), weight)
    assert all((weight.asnumpy() == weights[0].asnumpy()).all() for weight in weights)
    assert (updater.optimizer.last_lr, updater.optimizer.cur_lr) == (0.125, 0.125)


def test_an_update_of_a_subclass_takes_place():
    """MXNet's updater does not call that of a subclass of SGD, NAG, LARS or LAMB."""

    class Doubled(mx.optimizer.SGD):
        def update(self, index, weight, grad, state):
            super().update(index, weight, grad * 2, state)

    updater, weights = mx.optimizer.get_updater(Doubled(learning_rate=0.5)), [mx.nd.ones((2,)), mx.nd.ones((2,))]
    assert Doubled().rule(weights) is None
    updater(0, mx.nd.ones((2,)), weights[0])
    updater([0, 1], [mx.nd.ones((2,))] * 2, weights)
    assert [weight.asnumpy().tolist() for weight in weights] == [[-1, -1], [0, 0]]


def test_bfloat16_is_half_precision_too():
    optimizer = mx.optimizer.SGD(learning_rate=0.25, momentum=0.5, multi_precision=True)
    updater, weight = mx.optimizer.get_updater(optimizer), mx.nd.ones((2,), dtype="bfloat16")
    for _ in range(2):
        updater(0, mx.nd.ones((2,), dtype="bfloat16"), weight)
    assert [array.dtype for array in updater.states[0]] == [np.float32, np.float32]
    assert updater.states[0][1].asnumpy().tolist() == [0.375, 0.375]
    assert weight.astype("float32").asnumpy().tolist() == [0.375, 0.375]


def test_rules_keep_no_arrays():
    """They stay with what was compiled of them."""
    optimizer = mx.optimizer.DCASGD()
    optimizer.weight_previous[0] = mx.nd.ones((2,))
    assert not any(isinstance(value, dict) for value in vars(optimizer.rule([mx.nd.ones((2,))]).optimizer).values())


def test_rules_are_equal_whatever_the_numbers():
    weights = [mx.nd.ones((2,))]
    one, other = mx.optimizer.SGD(0.9, learning_rate=1), mx.optimizer.SGD(0.5, wd=3)
    assert one.rule(weights) == other.rule(weights)
    assert hash(one.rule(weights)) == hash(other.rule(weights))
    assert one.rule(weights) != mx.optimizer.SGD().rule(weights)
    assert one.rule(weights) != mx.optimizer.SGD(0.9, clip_gradient=1).rule(weights)
    assert one.rule(weights) != mx.optimizer.NAG(0.9).rule(weights)


def test_names_of_mxnet_that_are_no_optimizers():
    out = mx.nd.zeros((2,))
    assert mx.optimizer.NDabs(mx.nd.array([-1, 2])).asnumpy().tolist() == [1, 2]
    assert mx.optimizer.NDabs(mx.nd.array([-1, 2]), out=out) is out
    assert out.asnumpy().tolist() == [1, 2]
