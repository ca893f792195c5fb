"""Transformations of optax as optimizers: the same steps as in a loop of their own, by every way a module takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.train.optimizer.optax_optimizer import OptaxOptimizer
from tests.optimizer_cases import Case
from tests.test_optimizers import train
from tests.training_blocks import batches, first_values, mlp

pytestmark = pytest.mark.filterwarnings("ignore:float16 sums up small updates badly")


class Transformation(NamedTuple):
    """What optax calls a GradientTransformation."""

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any], tuple[Any, Any]]


def limited_momentum(limit: float, decay: float, rate: float) -> Transformation:
    """Momentum of gradients whose common norm is limited; counts steps."""

    def init(params):
        return {"count": jnp.zeros([], jnp.int32), "trace": jax.tree.map(jnp.zeros_like, params)}

    def update(grads, state, params):
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(grads)))
        trace = jax.tree.map(lambda t, g: decay * t + g * jnp.minimum(1, limit / norm), state["trace"], grads)
        steps = jax.tree.map(lambda t: -rate / (1 + state["count"]) * t, trace)
        return steps, {"count": state["count"] + 1, "trace": trace}

    return Transformation(init, update)


def loop(transformation: Any, case: Case) -> dict[str, np.ndarray]:
    """The transformation by itself."""
    with jax.enable_x64(case.dtype == "float64"):
        params = {name: jnp.asarray(value) for name, value in case.weights().items()}
        state = transformation.init(params)
        for drawn in case.gradients():
            grads = {name: jnp.asarray(value) for name, value in drawn.items()}
            updates, state = transformation.update(grads, state, params)
            params = {name: (params[name] + updates[name]).astype(params[name].dtype) for name in params}
    return {name: np.asarray(value) for name, value in params.items()}


class OptaxCase(Case):
    """A training by a transformation."""

    def make(self, mx):
        names = dict(enumerate(self.shapes))
        return mx.optimizer.as_optimizer(
            self.options["transformation"], param_idx2name=names, **self.options["arguments"]
        )


def case_of(transformation: Any, what: str = "", dtype: str = "float32", **arguments: Any) -> OptaxCase:
    return OptaxCase("optax", what, {"transformation": transformation, "arguments": arguments}, dtype=dtype)


def assert_as_loop(transformation: Any, what: str, dtype: str = "float32", ways: tuple[bool, ...] = (True,)) -> None:
    case = case_of(transformation, what, dtype)
    expected = loop(transformation, case)
    for is_joined in ways:
        found = train(case, is_joined)
        for name, value in expected.items():
            tolerance = 1e-12 if dtype == "float64" else 2e-5
            np.testing.assert_allclose(found[f"20/{name}"], value, rtol=tolerance, atol=tolerance / 10, err_msg=name)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_by_hand(dtype):
    assert_as_loop(limited_momentum(0.5, 0.9, 0.1), "by hand", dtype, ways=(True, False))


OPTAX: dict[str, Callable[[Any], Any]] = {
    "sgd": lambda o: o.sgd(0.1, momentum=0.9, nesterov=True),
    "adam": lambda o: o.adam(0.1),
    "adamw by schedule": lambda o: o.adamw(o.warmup_cosine_decay_schedule(0.0, 0.1, 5, 20), weight_decay=0.1),
    "clipped by global norm": lambda o: o.chain(o.clip_by_global_norm(0.5), o.adam(0.1)),
    "lion": lambda o: o.lion(0.01),
    "adafactor": lambda o: o.adafactor(0.1, min_dim_size_to_factor=2),
    "lamb": lambda o: o.lamb(0.1),
    "rates that may change": lambda o: o.inject_hyperparams(o.sgd)(learning_rate=0.1, momentum=0.5),
    "every third step": lambda o: o.MultiSteps(o.adam(0.1), every_k_schedule=3),
    "if finite": lambda o: o.apply_if_finite(o.adam(0.1), 3),
    "noise": lambda o: o.chain(o.add_noise(0.1, 0.5, 3), o.sgd(0.1)),
    "masked by a function": lambda o: o.masked(o.adam(0.1), lambda params: jax.tree.map(lambda p: p.ndim > 1, params)),
    "masked by names": lambda o: o.masked(o.scale(-0.1), {n: n.endswith("weight") for n in Case("", "").shapes}),
    "by labels": lambda o: o.multi_transform(
        {"slow": o.sgd(0.01), "fast": o.adam(0.1)}, {n: "slow" if "bn" in n else "fast" for n in Case("", "").shapes}
    ),
}


@pytest.mark.parametrize("name", OPTAX)
def test_of_optax(name):
    optax = pytest.importorskip("optax")
    assert_as_loop(OPTAX[name](optax), name)


def test_of_optax_in_double_precision():
    optax = pytest.importorskip("optax")
    assert_as_loop(optax.adamw(optax.cosine_decay_schedule(0.1, 20)), "double", "float64")


def test_half_precision_with_a_copy():
    transformation = limited_momentum(0.5, 0.9, 0.1)
    case = case_of(transformation, "half", "float16", multi_precision=True)
    found, single = train(case, True), case_of(transformation, "half")
    for name, weight in single.weights().items():
        assert found[f"state/{name}/0"].dtype == "float32"
        assert found[f"20/{name}"].dtype == "float16"
        np.testing.assert_array_equal(found[f"20/{name}"], found[f"state/{name}/0"].astype("float16"))
        assert not np.allclose(found[f"20/{name}"], weight)
    alone = train(case_of(transformation, "half", "float16"), True)
    np.testing.assert_allclose(alone["20/fc_weight"], found["20/fc_weight"], atol=0.02)


def test_what_optimizers_have_acts_on_gradients_and_updates():
    """Rescaled gradients are limited; the rate and its multipliers are factors on updates."""
    scale = Transformation(lambda params: (), lambda grads, state, params: (jax.tree.map(lambda g: -g, grads), ()))
    scheduler = mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=1.0)
    optimizer = mx.optimizer.as_optimizer(
        scale, rescale_grad=0.5, clip_gradient=2, lr_scheduler=scheduler, param_idx2name={0: "a", 1: "b"}
    )
    optimizer.set_lr_mult({"b": 0.1})
    updater, weights = mx.optimizer.get_updater(optimizer), [mx.nd.zeros((2,)), mx.nd.zeros((2,))]
    for _ in range(2):
        updater([0, 1], [mx.nd.array([1, 10])] * 2, weights)
    np.testing.assert_allclose(weights[0].asnumpy(), [-0.5 - 0.25, -2 - 1])
    np.testing.assert_allclose(weights[1].asnumpy(), [-0.05 - 0.025, -0.2 - 0.1])
    assert optimizer.num_update == 2


def test_a_parameter_by_itself():
    """Its gradient is all that a limit of norms sees."""
    updater = mx.optimizer.get_updater(mx.optimizer.as_optimizer(limited_momentum(1.0, 0.0, 1.0)))
    weights = [mx.nd.zeros((2,)), mx.nd.zeros((2,))]
    for index, weight in enumerate(weights):
        updater(index, mx.nd.array([3, 4]), weight)
    np.testing.assert_allclose(weights[0].asnumpy(), [-0.6, -0.8], rtol=1e-6)
    updater([0, 1], [mx.nd.array([3, 4])] * 2, weights)
    np.testing.assert_allclose(weights[1].asnumpy(), [-0.6 * (1 + 0.5**1.5), -0.8 * (1 + 0.5**1.5)], rtol=1e-6)


def test_states_are_saved_and_training_goes_on():
    case = case_of(limited_momentum(0.5, 0.9, 0.1), "saved")
    weights = [{name: mx.nd.array(value) for name, value in case.weights().items()} for _ in range(2)]
    updaters = [mx.optimizer.get_updater(case.make(mx)) for _ in range(2)]
    for step, drawn in enumerate(case.gradients()):
        if step == 7:
            updaters[1] = mx.optimizer.get_updater(case.make(mx))
            updaters[1].set_states(updaters[0].get_states())
        grads = [mx.nd.array(value) for value in drawn.values()]
        for updater, arrays in zip(updaters, weights, strict=True):
            updater(list(range(len(grads))), grads, list(arrays.values()))
    for name, array in weights[0].items():
        np.testing.assert_array_equal(array.asnumpy(), weights[1][name].asnumpy())
    state = updaters[0].states[0]
    assert [(array.shape, array.dtype) for array in state] == [((), np.int32), (case.shapes["fc_weight"], np.float32)]


def test_in_a_module(tmp_path):
    def module():
        made = mx.mod.Module(mlp(mx))
        made.bind(data.provide_data, data.provide_label)
        made.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
        optimizer = mx.optimizer.as_optimizer(limited_momentum(0.5, 0.9, 0.5), rescale_grad=1 / 8)
        made.init_optimizer(optimizer=optimizer)
        return made

    data = batches(mx)
    one, other = module(), module()
    for epoch in range(2):
        data.reset()
        for batch in data:
            one.forward_backward(batch)
            one.update()
            if epoch == 0:
                other.forward_backward(batch)
                other.update()
        if epoch == 0:
            other.save_checkpoint(str(tmp_path / "x"), 1, save_optimizer_states=True)
    again = mx.mod.Module.load(str(tmp_path / "x"), 1, load_optimizer_states=True)
    again.bind(data.provide_data, data.provide_label)
    optimizer = mx.optimizer.as_optimizer(limited_momentum(0.5, 0.9, 0.5), rescale_grad=1 / 8)
    again.init_optimizer(optimizer=optimizer)
    data.reset()
    for batch in data:
        again.forward_backward(batch)
        again.update()
    for name, array in one.get_params()[0].items():
        np.testing.assert_allclose(again.get_params()[0][name].asnumpy(), array.asnumpy(), rtol=1e-5, atol=1e-7)


def test_as_optimizer():
    transformation = limited_momentum(0.5, 0.9, 0.1)
    assert type(mx.optimizer.as_optimizer(transformation, rescale_grad=0.5)) is OptaxOptimizer
    assert mx.optimizer.as_optimizer("nag", momentum=0.9).momentum == 0.9
    sgd = mx.optimizer.SGD()
    assert mx.optimizer.as_optimizer(sgd, rescale_grad=0.5) is sgd
    assert sgd.rescale_grad == 1


def module_of():
    module = mx.mod.Module(mx.sym.LinearRegressionOutput(mx.sym.Variable("data"), name="softmax"))
    module.bind([("data", (2, 3))])
    module.init_params()
    return module


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda t: mx.optimizer.as_optimizer(3),
            "an optimizer is an Optimizer, as mx.optimizer.SGD(), its name, or a transformation of optax, given 3 of type int.",
        ),
        (
            lambda t: mx.optimizer.as_optimizer(t, wd=0.1),
            "OptaxOptimizer: wd is the transformation's, given 0.1; chain it with optax.add_decayed_weights(0.1).",
        ),
        (
            lambda t: mx.optimizer.OptaxOptimizer("adam"),
            "OptaxOptimizer: a transformation has functions init and update, given 'adam' of type str.",
        ),
        (
            lambda t: mx.optimizer.as_optimizer(t, multi_precison=True),
            "OptaxOptimizer has no argument 'multi_precison'. Did you mean 'multi_precision'? Known: transformation, ",
        ),
        (
            lambda t: module_of().init_optimizer(optimizer=t, optimizer_params={"learning_rate": 10}),
            "init_optimizer: a transformation of optax has a learning rate of its own, as in optax.sgd(0.1); optimizer_params "
            "give another one, 10, which would multiply it. Leave that out.",
        ),
        (
            lambda t: mx.optimizer.as_optimizer(t, param_idx2name={0: "a", 1: "a"}).rule(
                [mx.nd.ones((1,))] * 2, [0, 1]
            ),
            "OptaxOptimizer: 2 parameters need as many names, each another one, given a, a.",
        ),
        (
            lambda t: mx.optimizer.as_optimizer(t).update(0, mx.nd.ones((2,)), mx.nd.ones((2,)), (mx.nd.ones((2,)),)),
            "OptaxOptimizer: the states of the parameters have numbers of arrays (0: 1) that are not those of this "
            "transformation, {'count': ",
        ),
        (
            lambda t: mx.optimizer.get_updater(mx.optimizer.as_optimizer(t)).get_states(dump_optimizer=True),
            "states of an optimizer: ",
        ),
    ],
)
def test_what_is_refused(call, text):
    with pytest.raises(mx.MXNetError, match=f"^{re.escape(text)}"):
        call(limited_momentum(0.5, 0.9, 0.1))
