"""`Symbol.gradient`: the gradient of a symbol as a symbol."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import GradientError


def executed(symbol: mx.Symbol, names: list[str], values: dict, states: dict) -> dict[str, np.ndarray]:
    """Gradients as an executor computes them, with head gradients of one."""
    args = {n: mx.nd.array(v) for n, v in values.items()}
    grads = {n: mx.nd.zeros(args[n].shape) for n in names}
    executor = symbol.bind(
        mx.current_context(), args, grads, aux_states={n: mx.nd.array(v) for n, v in states.items()} or None
    )
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones(o.shape) for o in executor.outputs])
    return {n: g.asnumpy() for n, g in grads.items()}


def network() -> mx.Symbol:
    net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), pad=(1, 1), num_filter=4, name="conv")
    net = mx.sym.BatchNorm(net, fix_gamma=False, name="bn")
    net = mx.sym.Activation(net, act_type="tanh", name="act")
    net = mx.sym.Flatten(net + net * 0.5)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=3, name="fc"), name="softmax")


def values_of(symbol: mx.Symbol, **shapes: tuple) -> tuple[dict, dict]:
    rng = np.random.RandomState(0)
    args, _, aux = symbol.infer_shape(**shapes)
    values = {n: rng.normal(size=s).astype("float32") for n, s in zip(symbol.list_arguments(), args, strict=True)}
    if "softmax_label" in values:
        values["softmax_label"] = np.array([0, 2], "float32")
    return values, {n: np.ones(s, "float32") for n, s in zip(symbol.list_auxiliary_states(), aux, strict=True)}


def test_it_is_what_backward_computes() -> None:
    net = network()
    names = ["data", "conv_weight", "bn_gamma", "fc_bias"]
    values, states = values_of(net, data=(2, 2, 4, 4))
    expected = executed(net, names, values, states)
    gradient = net.gradient(names)
    arrays = {n: mx.nd.array(v) for n, v in values.items()}
    executor = gradient.bind(
        mx.current_context(),
        {n: arrays[n] for n in gradient.list_arguments()},
        aux_states={n: mx.nd.array(states[n]) for n in gradient.list_auxiliary_states()},
    )
    results = executor.forward(is_train=True)
    for name, actual in zip(names, results, strict=True):
        np.testing.assert_allclose(actual.asnumpy(), expected[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_shapes_follow_without_running() -> None:
    gradient = network().gradient(["conv_weight", "fc_bias"])
    _, shapes, _ = gradient.infer_shape(data=(2, 2, 4, 4))
    assert shapes == [(4, 2, 3, 3), (3,)]


def test_composed_saved_and_differentiated_again() -> None:
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    slope = (x * x * y).gradient("x")
    slope = mx.sym.load_json(slope.tojson())
    point = {"x": mx.nd.array([3.0]), "y": mx.nd.array([5.0])}
    assert (2 * slope).eval(**point)[0].asscalar() == 60
    assert slope.gradient("y").eval(**point)[0].asscalar() == 6
    assert slope.gradient("x").gradient("y").eval(**point)[0].asscalar() == 2
    assert slope(x=mx.sym.Variable("z")).eval(z=mx.nd.array([1.0]), y=point["y"])[0].asscalar() == 10


def test_a_gradient_can_be_trained_through() -> None:
    """The gradient of |∇f|² for f = sum(x³): 36 x³."""
    x = mx.sym.Variable("x")
    slope = (x**3).gradient("x")
    executor = mx.sym.square(slope).bind(mx.current_context(), {"x": mx.nd.array([2.0])}, {"x": mx.nd.zeros((1,))})
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((1,)))
    assert executor.grad_dict["x"].asscalar() == 36 * 8


def test_random_nodes_and_their_gradients_draw_the_same_numbers() -> None:
    x = mx.sym.Variable("x")
    dropped = mx.sym.Dropout(x, p=0.5, name="drop")
    both = mx.sym.Group([dropped, dropped.gradient("x")])
    out, slope = both.bind(mx.current_context(), {"x": mx.nd.ones((100,))}).forward(is_train=True)
    np.testing.assert_array_equal(out.asnumpy(), slope.asnumpy())
    twice = mx.sym.Dropout(dropped, p=0.5, name="drop")
    with pytest.raises(GradientError, match="two random nodes are named 'drop'"):
        twice.gradient("x")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_a_gradient_among_random_nodes_of_one_name_draws_the_numbers_of_its_own(order: tuple) -> None:
    other, x = mx.sym.Variable("other"), mx.sym.Variable("x")
    square = mx.sym.square(mx.sym.Dropout(x, p=0.5, name="drop"))
    slope = square.gradient("x")
    parts = [mx.sym.Dropout(other, p=0.5, name="drop"), square, slope, slope.gradient("x")]
    ones = mx.nd.ones(100)
    results = (
        mx.sym.Group([parts[i] for i in order])
        .bind(mx.current_context(), {"x": ones, "other": ones})
        .forward(is_train=True)
    )
    first, values, slopes, curvatures = (results[order.index(i)].asnumpy() for i in range(4))
    np.testing.assert_array_equal(slopes, 2 * values)
    np.testing.assert_array_equal(curvatures, 2 * values)
    assert (first != 0).tolist() != (values != 0).tolist()


def test_an_argument_without_influence_has_gradient_zero() -> None:
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    gradient = mx.sym.Group([x * 2, mx.sym.BlockGrad(y)]).gradient(["y", "x"])
    values = gradient.eval(x=mx.nd.ones((2,)), y=mx.nd.ones((2,)))
    assert [v.asnumpy().tolist() for v in values] == [[0, 0], [2, 2]]


@pytest.mark.parametrize("stop", [mx.sym.BlockGrad, mx.sym.argmax])
def test_a_loss_keeps_its_gradient_below_what_passes_none_back(stop: Callable[..., mx.Symbol]) -> None:
    """As in `Executor.backward`, which follows MXNet."""
    x = mx.sym.Variable("x")
    net = mx.sym.Group([stop(mx.sym.make_loss(x * x)), stop(mx.sym.sin(x)), 3 * x])
    values = {"x": np.array([[1.0, 2.0]], "float32")}
    gradient = mx.sym.load_json(net.gradient("x").tojson())
    actual = gradient.eval(x=mx.nd.array(values["x"]))[0].asnumpy()
    np.testing.assert_array_equal(actual, executed(net, ["x"], values, {})["x"])
    assert actual.tolist() == [[5, 7]]


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("params", "{", "attribute params='{' is invalid; expected a JSON object of strings"),
        ("params", "[]", "attribute params='\\[\\]' is invalid; expected a JSON object of strings"),
        ("wanted", "(1,)", "attribute wanted=\\(1,\\) is invalid; the operator .* has 1 input, and each is named once"),
        (
            "given",
            "(0, 0)",
            "attribute given=\\(0, 0\\) is invalid; the operator .* has 1 output, and each is named once",
        ),
        ("operator", "squar", "Operator squar is not registered; did you mean square"),
    ],
)
def test_a_damaged_file_is_explained(key: str, text: str, message: str) -> None:
    document = json.loads(mx.sym.square(mx.sym.Variable("x"), name="s").gradient("x").tojson())
    (node,) = (node for node in document["nodes"] if node["op"] == "_gradient")
    node["attrs"][key] = text
    with pytest.raises(mx.MXNetError, match=f"node 's_backward': .*{message}"):
        mx.sym.load_json(json.dumps(document))


def test_messages() -> None:
    with pytest.raises(GradientError, match="no argument named 'wieght'. Did you mean 'weight'\\? Arguments: weight"):
        mx.sym.Variable("weight").gradient("wieght")
    for wrong in ([], None, mx.sym.Variable("x"), [mx.sym.Variable("x")]):
        with pytest.raises(GradientError, match="wrt must be an argument's name or a list of names, given"):
            mx.sym.Variable("x").gradient(wrong)
    with pytest.raises(GradientError, match="the symbol has no argument named 'z'. Arguments: x"):
        mx.sym.Variable("x").gradient("z")
    doubled = mx.sym.Variable("x") * mx.sym.Variable("x")
    with pytest.raises(GradientError, match="has 2 arguments named 'x'"):
        doubled.gradient(["x"])
