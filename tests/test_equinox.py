"""A symbol inside of a model of Equinox, trained with optax."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import symgraph as mx
from symgraph.frontend.pure import PureFunction

CLASSES, SIZE = 3, 5


class Features(eqx.Module):
    """What a symbol computes: its parameters are learned, its function and auxiliary states are not."""

    parameters: dict[str, jax.Array]
    function: PureFunction = eqx.field(static=True)

    def __init__(self, key: jax.Array):
        hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
        self.function = mx.sym.Activation(hidden, act_type="tanh", name="tanh1").to_jax()
        self.parameters, _ = self.function.init(key, {"data": (1, SIZE)}, mx.init.Xavier())

    def __call__(self, x: jax.Array) -> jax.Array:
        """x (SIZE,) -> (8,)"""
        return self.function({**self.parameters, "data": x[None]})[0][0][0]


class Model(eqx.Module):
    """A symbol, and on top of it a layer of Equinox."""

    features: Features
    head: eqx.nn.Linear

    def __init__(self, key: jax.Array):
        first, second = jax.random.split(key)
        self.features = Features(first)
        self.head = eqx.nn.Linear(8, CLASSES, key=second)

    def __call__(self, x: jax.Array) -> jax.Array:
        """x (SIZE,) -> logits (CLASSES,)"""
        return self.head(self.features(x))


def clouds() -> tuple[jax.Array, jax.Array]:
    """Points around as many centres as there are classes."""
    draw = np.random.RandomState(0)
    labels = draw.randint(0, CLASSES, 60)
    points = draw.normal(size=(60, SIZE)) + 3 * np.eye(CLASSES, SIZE)[labels]
    return jnp.asarray(points, jnp.float32), jnp.asarray(labels)


def loss(model: Model, x: jax.Array, y: jax.Array) -> jax.Array:
    return optax.softmax_cross_entropy_with_integer_labels(jax.vmap(model)(x), y).mean()


def test_trained() -> None:
    x, y = clouds()
    model = Model(jax.random.key(0))
    optimizer = optax.adam(0.05)
    state = optimizer.init(eqx.filter(model, eqx.is_inexact_array))

    @eqx.filter_jit
    def step(model: Model, state: Any) -> tuple[Model, Any, jax.Array]:
        value, grads = eqx.filter_value_and_grad(loss)(model, x, y)
        updates, state = optimizer.update(grads, state)
        return eqx.apply_updates(model, updates), state, value

    before = model.features.parameters
    values = []
    for _ in range(40):
        model, state, value = step(model, state)
        values.append(float(value))
    assert values[-1] < 0.2 * values[0]
    guesses = jax.vmap(model)(x).argmax(1)
    assert (guesses == y).mean() > 0.95
    assert all(not np.array_equal(before[name], new) for name, new in model.features.parameters.items())


def test_gradients_reach_the_parameters_of_the_symbol() -> None:
    x, y = clouds()
    model = Model(jax.random.key(1))
    grads = eqx.filter_grad(loss)(model, x, y).features.parameters
    name, step = "fc1_bias", 1e-2

    def moved(by: float) -> jax.Array:
        return loss(
            eqx.tree_at(lambda m: m.features.parameters[name], model, replace_fn=lambda b: b.at[2].add(by)), x, y
        )

    slope = (moved(step) - moved(-step)) / (2 * step)
    np.testing.assert_allclose(grads[name][2], slope, rtol=2e-2, atol=1e-4)
    assert {name: grad.shape for name, grad in grads.items()} == {"fc1_weight": (8, SIZE), "fc1_bias": (8,)}


def test_the_function_may_be_a_leaf() -> None:
    """Without ``static=True``, a function is what Equinox filters out of a tree: neither array nor learned."""
    function = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc").to_jax()
    parameters, _ = function.init(0, {"data": (1, SIZE)})
    model = {"function": function, "parameters": parameters}

    @eqx.filter_jit
    @eqx.filter_grad
    def slopes(model: dict[str, Any], x: jax.Array) -> jax.Array:
        return model["function"]({**model["parameters"], "data": x})[0][0].sum()

    found = slopes(model, jnp.ones((4, SIZE)))
    assert found["function"] is None
    np.testing.assert_array_equal(found["parameters"]["fc_bias"], [4, 4])


def test_normalization_in_training() -> None:
    """Auxiliary states are a value that goes in and out, as in ``eqx.nn.State``."""
    net = mx.sym.BatchNorm(mx.sym.Variable("data"), fix_gamma=False, momentum=0.5, name="bn")
    function = net.to_jax(is_train=True)
    parameters, states = function.init(0, {"data": (60, SIZE)})
    x, _ = clouds()
    apply = eqx.filter_jit(lambda parameters, states: function({**parameters, "data": x}, states)[1])
    new = apply(parameters, states)
    np.testing.assert_allclose(new["bn_moving_mean"], x.mean(0) / 2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("given", [{}, {"fc1_weight": jnp.ones((8, SIZE))}])
def test_what_is_missing_is_said(given: dict[str, jax.Array]) -> None:
    model = eqx.tree_at(lambda m: m.features.parameters, Model(jax.random.key(0)), given)
    with pytest.raises(mx.MXNetError, match="to_jax: args lacks .*fc1_bias; it needs data, fc1_weight, fc1_bias"):
        eqx.filter_jit(model)(jnp.ones(SIZE))
