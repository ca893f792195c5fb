"""Symbols as pure functions, under JAX's transformations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax import lax
from jax.sharding import Mesh, PartitionSpec

import symgraph as mx
from symgraph.errors import BindError, CustomOpError, DTypeError, ShapeError, UnknownArgumentError
from symgraph.initializer.base import InitializationError

KEY = jax.random.key(0)


def perceptron() -> mx.Symbol:
    """Smooth, without normalization."""
    hidden = mx.sym.Activation(
        mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc1"), act_type="tanh"
    )
    return mx.sym.FullyConnected(hidden, num_hidden=3, name="fc2")


def convolutional() -> mx.Symbol:
    """Convolution, normalization, both kinds of pooling, a recurrent layer."""
    x = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, pad=(1, 1), name="conv")
    x = mx.sym.Activation(mx.sym.BatchNorm(x, fix_gamma=False, name="bn"), act_type="softrelu")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(1, 1), pool_type="avg")
    cells = mx.sym.Variable("lstm_weight"), mx.sym.Variable("hidden"), mx.sym.Variable("cell")
    x = mx.sym.RNN(mx.sym.reshape(x, (-3, -2)), *cells, state_size=3, num_layers=1, mode="lstm", name="lstm")
    return mx.sym.FullyConnected(x, num_hidden=2, name="fc")


IMAGES = {"data": (2, 3, 6, 6), "hidden": (1, 2, 3), "cell": (1, 2, 3)}


def data(shape: tuple[int, ...], seed: int = 0) -> jax.Array:
    return jnp.asarray(np.random.RandomState(seed).normal(size=shape), jnp.float32)


def started(net: mx.Symbol, shapes: dict[str, tuple[int, ...]], **options: Any) -> tuple[Callable, dict, dict, dict]:
    """A function of a symbol, its parameters and states, and inputs for it."""
    function = net.to_jax(**options)
    parameters, states = function.init(KEY, shapes, mx.init.Uniform(0.5))
    return function, parameters, states, {name: data(shape) for name, shape in shapes.items()}


def objective(function: Callable, states: dict, inputs: dict) -> Callable:
    return lambda parameters: (function({**parameters, **inputs}, states)[0][0] ** 2).sum()


def test_it_computes_what_an_executor_does() -> None:
    net = convolutional()
    function, parameters, states, inputs = started(net, IMAGES, is_train=True)
    executor = net.simple_bind(mx.current_context(), **IMAGES)
    executor.copy_params_from(*({n: mx.nd.array(a) for n, a in d.items()} for d in (parameters, states)))
    expected = executor.forward(is_train=True, **{n: mx.nd.array(a) for n, a in inputs.items()})[0].asnumpy()
    executor.backward(mx.nd.ones(expected.shape))
    outputs, new = jax.jit(function)({**parameters, **inputs}, states)
    np.testing.assert_allclose(outputs[0], expected, 1e-4, 1e-5)
    for name, state in executor.aux_dict.items():
        np.testing.assert_allclose(new[name], state.asnumpy(), 1e-4, 1e-6)
    grads = jax.grad(lambda p: function({**p, **inputs}, states)[0][0].sum())(parameters)
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, executor.grad_dict[name].asnumpy(), 1e-3, 1e-5, err_msg=name)


def test_states_stay_in_inference() -> None:
    function, parameters, states, inputs = started(convolutional(), IMAGES)
    _, new = function({**parameters, **inputs}, states)
    assert new.keys() == states.keys()
    for name, state in states.items():
        np.testing.assert_array_equal(new[name], state)


@pytest.mark.parametrize("is_train", [False, True])
def test_forward_and_reverse_mode_agree(is_train: bool) -> None:
    function, parameters, states, inputs = started(convolutional(), IMAGES, is_train=is_train)
    loss = objective(function, states, inputs)
    grads = jax.grad(loss)(parameters)
    ahead, behind = jax.jacfwd(loss)(parameters), jax.jacrev(loss)(parameters)
    for name, grad in grads.items():
        np.testing.assert_allclose(ahead[name], grad, 1e-3, 1e-4, err_msg=name)
        np.testing.assert_allclose(behind[name], grad, 1e-5, 1e-6)


def test_no_gradient_flows_through_the_moments() -> None:
    """As in MXNet, whatever is made of them."""
    net = mx.sym.BatchNorm(mx.sym.Variable("data"), fix_gamma=False, output_mean_var=True, name="bn")
    function, parameters, states, inputs = started(net, {"data": (6, 3)}, is_train=True)

    def moment(args: dict, which: int) -> jax.Array:
        return function({**parameters, **args}, states)[0][which].sum()

    for which in (1, 2):
        assert not np.any(jax.grad(moment)(inputs, which)["data"])
        assert not np.any(jax.jacfwd(moment)(inputs, which)["data"])


def test_second_derivatives_of_normalization() -> None:
    """Forward over reverse mode, reverse over reverse, and differences of gradients."""
    net = mx.sym.Activation(mx.sym.BatchNorm(mx.sym.Variable("data"), fix_gamma=False, name="bn"), act_type="tanh")
    function, parameters, states, inputs = started(net, {"data": (6, 3)}, is_train=True)

    def loss(x: jax.Array) -> jax.Array:
        return objective(function, states, {"data": x})(parameters)

    slope, x = jax.grad(loss), inputs["data"]
    ahead, behind = jax.jacfwd(slope)(x), jax.jacrev(slope)(x)
    np.testing.assert_allclose(ahead, behind, 1e-3, 1e-4)
    step = jnp.zeros_like(x).at[2, 1].set(0.01)
    np.testing.assert_allclose(ahead[..., 2, 1], (slope(x + step) - slope(x - step)) / 0.02, 5e-2, 1e-2)


def test_the_lowerings_of_the_executor_give_the_same_gradients() -> None:
    plain = started(convolutional(), IMAGES, is_train=True)
    fast = started(convolutional(), IMAGES, is_train=True, reverse_only=True)
    grads, others = (jax.jit(jax.grad(objective(f, aux, inputs)))(args) for f, args, aux, inputs in (plain, fast))
    for name, grad in grads.items():
        np.testing.assert_allclose(others[name], grad, 1e-3, 1e-4, err_msg=name)


def test_a_gradient_per_example() -> None:
    function, parameters, states, _ = started(perceptron(), {"data": (1, 5)})
    batch = data((6, 5))

    def loss(parameters: dict, example: jax.Array) -> jax.Array:
        return objective(function, states, {"data": example[None]})(parameters)

    each = jax.jit(jax.vmap(jax.grad(loss), (None, 0)))(parameters, batch)
    whole = jax.grad(objective(function, states, {"data": batch}))(parameters)
    for name, grad in whole.items():
        assert each[name].shape == (6, *grad.shape)
        np.testing.assert_allclose(each[name].sum(0), grad, 1e-4, 1e-5)


def test_a_product_of_the_hessian_and_a_vector() -> None:
    function, parameters, states, inputs = started(perceptron(), {"data": (6, 5)})
    slope = jax.grad(objective(function, states, inputs))
    direction = jax.tree.map(jnp.ones_like, parameters)
    _, product = jax.jit(lambda p, v: jax.jvp(slope, (p,), (v,)))(parameters, direction)
    above, below = (slope(jax.tree.map(lambda p, step=step: p + step, parameters)) for step in (0.01, -0.01))
    for name, found in product.items():
        np.testing.assert_allclose(found, (above[name] - below[name]) / 0.02, 5e-2, 0.1, err_msg=name)


def test_checkpoint_and_scan() -> None:
    """A layer applied again and again, recomputed in the backward pass."""
    layer = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc"), act_type="tanh")
    function, parameters, _, inputs = started(layer, {"data": (2, 4)})

    def deep(parameters: dict, turn: Callable) -> jax.Array:
        return lax.scan(lambda x, _: (turn(parameters, x), None), inputs["data"], None, length=5)[0].sum()

    def turn(parameters: dict, x: jax.Array) -> jax.Array:
        return function({**parameters, "data": x})[0][0]

    grads, again = (jax.jit(jax.grad(partial(deep, turn=t)))(parameters) for t in (turn, jax.checkpoint(turn)))
    for name, grad in grads.items():
        np.testing.assert_allclose(again[name], grad, 1e-5)


def test_in_a_shard_map() -> None:
    function, parameters, _, inputs = started(perceptron(), {"data": (4, 5)})
    mesh = Mesh(np.array(jax.devices()[:1]), ("batch",))

    def local(parameters: dict, x: jax.Array) -> jax.Array:
        return function({**parameters, "data": x})[0][0]

    split = jax.shard_map(
        local, mesh=mesh, in_specs=(PartitionSpec(), PartitionSpec("batch")), out_specs=PartitionSpec("batch")
    )
    np.testing.assert_allclose(jax.jit(split)(parameters, inputs["data"]), local(parameters, inputs["data"]), 1e-5)


def test_trained_by_optax() -> None:
    """A classifier on two clouds of points, with the gradient of MXNet's loss layer."""
    net = mx.sym.SoftmaxOutput(perceptron(), name="softmax", normalization="batch")
    labels = np.random.RandomState(1).randint(0, 3, 60)
    points = np.random.RandomState(2).normal(size=(60, 5)) + 3 * np.eye(3, 5)[labels]
    inputs = {"data": jnp.asarray(points, jnp.float32), "softmax_label": jnp.asarray(labels, jnp.float32)}
    function = net.to_jax(is_train=True)
    parameters, _ = function.init(KEY, {name: array.shape for name, array in inputs.items()}, mx.init.Xavier())
    optimizer = optax.adam(0.05)

    @jax.jit
    def step(parameters: dict, state: Any) -> tuple:
        grads = jax.grad(lambda p: function({**p, **inputs})[0][0].sum())(parameters)
        updates, state = optimizer.update(grads, state)
        return optax.apply_updates(parameters, updates), state

    state = optimizer.init(parameters)
    for _ in range(60):
        parameters, state = step(parameters, state)
    guesses = net.to_jax()({**parameters, **inputs})[0][0].argmax(1)
    assert (np.asarray(guesses) == labels).mean() > 0.95


@pytest.mark.parametrize("is_wide", [False, True])
def test_with_64_bits_or_without(is_wide: bool) -> None:
    net = mx.sym.Group([perceptron(), mx.sym.argmax(mx.sym.Variable("data"), axis=1)])
    with jax.enable_x64(is_wide):
        shapes = zip(net.list_arguments(), net.infer_shape(data=(2, 5))[0], strict=True)
        args = {name: np.ones(shape) for name, shape in shapes}
        outputs, _ = jax.jit(net.to_jax())(args)
        assert {str(output.dtype) for output in outputs} == {"float64" if is_wide else "float32"}
        whole, _ = jax.jit(mx.sym.exp(mx.sym.Variable("n")).to_jax())({"n": np.array([0, 1, 2], np.int32)})
        assert (whole[0].dtype, whole[0].tolist()) == (np.int32, [1, 2, 7])


# -- random numbers ---------------------------------------------------------------------------------------------------

DROPOUT = mx.sym.Dropout(mx.sym.Variable("x"), p=0.5, name="drop")


def test_numbers_follow_from_the_key() -> None:
    function = jax.jit(DROPOUT.to_jax(is_train=True))
    args = {"x": jnp.ones(100)}
    first, again, other = (function(args, key=jax.random.key(seed))[0][0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert set(np.unique(first)) == {0.0, 2.0}
    raw = function(args, key=jax.random.PRNGKey(1))[0][0]
    np.testing.assert_array_equal(first, raw)


def test_a_key_is_needed_only_where_numbers_are_drawn() -> None:
    args = {"x": jnp.ones(3)}
    assert DROPOUT.to_jax()(args)[0][0].tolist() == [1, 1, 1]
    with pytest.raises(mx.MXNetError) as caught:
        DROPOUT.to_jax(is_train=True)(args)
    assert "Dropout 'drop'" in str(caught.value)
    assert str(caught.value).endswith("is random and needs a key, as key=jax.random.key(0); none was given.")


# -- first values -----------------------------------------------------------------------------------------------------


def test_first_values_follow_from_the_key_and_leave_other_random_numbers_alone() -> None:
    function = perceptron().to_jax()
    mx.random.seed(3)
    expected = mx.nd.random.uniform(shape=(2,)).asnumpy()
    mx.random.seed(3)
    first, again, other = (function.init(key, {"data": (2, 5)})[0] for key in (KEY, 0, 1))
    np.testing.assert_array_equal(mx.nd.random.uniform(shape=(2,)).asnumpy(), expected)
    assert list(first) == ["fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"]
    np.testing.assert_array_equal(first["fc1_weight"], again["fc1_weight"])
    assert not np.array_equal(first["fc1_weight"], other["fc1_weight"])
    assert not np.any(first["fc1_bias"])


def test_variables_say_how_they_begin() -> None:
    weight = mx.sym.Variable("w", init=mx.init.Constant(3))
    function = mx.sym.FullyConnected(mx.sym.Variable("data"), weight, num_hidden=2, no_bias=True).to_jax()
    assert function.init(KEY, {"data": (1, 2)})[0]["w"].tolist() == [[3, 3], [3, 3]]


# -- mistakes ---------------------------------------------------------------------------------------------------------


class Doubling(mx.operator.CustomOpProp):
    def create_operator(self, *_: Any) -> mx.operator.CustomOp:
        return mx.operator.CustomOp()


mx.operator.register("test_pure_doubling")(Doubling)

FUNCTION = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc").to_jax()
LOSS = mx.sym.SoftmaxOutput(
    mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, no_bias=True, name="fc"), name="s"
)
MADE = LOSS.graph.order[-1].describe()
ARGS = {"data": np.ones((2, 3)), "fc_weight": np.ones((4, 3)), "fc_bias": np.ones(4)}

MISTAKES: dict[str, tuple[Callable, type, str]] = {
    "missing": (
        lambda: FUNCTION({name: ARGS[name] for name in ("data", "fc_bias")}),
        BindError,
        "to_jax: args lacks fc_weight; it needs data, fc_weight, fc_bias.",
    ),
    "no label": (
        lambda: LOSS.to_jax()({name: array for name, array in ARGS.items() if name != "fc_bias"}),
        BindError,
        f"to_jax: args lacks s_label; it needs data, fc_weight, s_label. 's_label' is the label of {MADE}, of shape (2,); "
        f"symbol.get_internals()['fc_output'].to_jax() computes what goes into that loss, and needs none.",
    ),
    "a label of whole numbers": (
        lambda: LOSS.to_jax()({"data": ARGS["data"], "fc_weight": ARGS["fc_weight"], "s_label": np.ones(2, "int32")}),
        DTypeError,
        f"{MADE} computes in floating point, but was given int32 as 'label'; convert it first, a symbol with "
        f"Cast(dtype='float32'), an array with astype('float32').",
    ),
    "misspelled": (
        lambda: FUNCTION({**ARGS, "fc_wieght": 1}),
        UnknownArgumentError,
        "to_jax: args has fc_wieght, but of these the symbol has only data, fc_weight, fc_bias. Did you mean 'fc_weight'?",
    ),
    "no state": (
        lambda: FUNCTION(ARGS, {"mean": 1}),
        UnknownArgumentError,
        "to_jax: aux has mean, but of these the symbol has none.",
    ),
    "a list": (lambda: FUNCTION([1, 2]), BindError, "to_jax: args must be a dict of arrays by name, given "),
    "shapes": (
        lambda: FUNCTION({**ARGS, "fc_weight": np.ones((4, 5))}),
        ShapeError,
        "shape of input 'weight' (from variable 'fc_weight') is (4, 5), but (4, 3) is expected",
    ),
    "key": (
        lambda: FUNCTION(ARGS, key="seed"),
        BindError,
        "to_jax: key must be a random key, as jax.random.key(0), or an integer, given 'seed' of type str.",
    ),
    "Python code": (
        lambda: mx.sym.Custom(mx.sym.Variable("x"), op_type="test_pure_doubling", name="c").to_jax(),
        CustomOpError,
        "calls Python code, which a pure function cannot; write it with mx.operator.from_jax, or run the symbol with bind.",
    ),
    "a label without shape": (
        lambda: LOSS.to_jax().init(KEY, {"data": (2, 3)}),
        InitializationError,
        f"init: 's_label' is the label of {MADE}; give its shape with those of the inputs, {{'data': (2, 3), "
        f"'s_label': (2,)}}.",
    ),
    "a parameter without a rule": (
        lambda: (mx.sym.Variable("data") * mx.sym.Variable("x", shape=(3,))).to_jax().init(KEY, {"data": (3,)}),
        InitializationError,
        "init: if 'x' is an input, give its shape, {'data': (3,), 'x': (3,)}. If it is a parameter, say how to initialize it "
        "where it is made, as in mx.sym.Variable('x', init=mx.init.Zero()): Uniform has no rule for that name.",
    ),
    "no shape of the data": (
        lambda: LOSS.to_jax().init(KEY, {"s_label": (2,)}),
        BindError,
        "Given: {'s_label': (2,)}. Give the shape of data, as in {'data': (32, ...)}.",
    ),
    "no shapes": (lambda: FUNCTION.init(KEY, (2, 3)), BindError, "init: shapes must be a dict by name, as "),
    "no seed": (
        lambda: FUNCTION.init(None, {"data": (2, 3)}),
        BindError,
        "init: key must be a random key, as jax.random.key(0), or an integer, given None.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    action, kind, text = MISTAKES[name]
    with pytest.raises(kind) as caught:
        action()
    assert text in str(caught.value)


def test_forward_mode_is_refused_where_only_reverse_mode_was_asked_for() -> None:
    function, parameters, states, inputs = started(convolutional(), IMAGES, reverse_only=True)
    with pytest.raises(mx.MXNetError, match="forward-mode"):
        jax.jacfwd(objective(function, states, inputs))(parameters)
