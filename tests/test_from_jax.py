"""JAX functions as operators, inside compiled programs."""

from __future__ import annotations

import gc
import inspect
import re
import weakref
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils
from symgraph.errors import CompositionError, CustomOpError, OpAttributeError

from_jax = mx.operator.from_jax
X, Y = mx.sym.Variable("x"), mx.sym.Variable("y")


@from_jax("test_soft_clip", outputs=["clipped", "excess"])
def soft_clip(x, limit, sharpness=1.0):
    clipped = limit * jnp.tanh(sharpness * x / limit)
    return clipped, x - clipped


def test_a_jax_function_is_an_operator() -> None:
    x, limit = mx.sym.Variable("x"), mx.sym.Variable("limit")
    net = soft_clip(x, limit, sharpness=0.5, name="sc")
    assert net.list_outputs() == ["sc_clipped", "sc_excess"]
    assert net.infer_shape(x=(3, 2), limit=(1,)) == ([(3, 2), (1,)], [(3, 2), (3, 2)], [])
    rng = np.random.RandomState(0)
    location = {"x": rng.normal(size=(3, 2)), "limit": np.array([1.5])}
    test_utils.check_numeric_gradient(net, location, dtype=np.float64, rtol=1e-5)
    again = mx.sym.load_json(net.tojson())
    values = {name: mx.nd.array(value) for name, value in location.items()}
    for ours, theirs in zip(net.eval(**values), again.eval(**values), strict=True):
        np.testing.assert_array_equal(ours.asnumpy(), theirs.asnumpy())


def test_jax_operators_compose_and_differentiate_twice() -> None:
    @from_jax
    def cube(x):
        return x**3

    second = cube(mx.sym.Variable("x")).gradient("x").gradient("x")
    assert second.eval(x=mx.nd.array([2.0]))[0].asnumpy().tolist() == [12.0]


def test_annotations_fix_the_dtype_of_an_input() -> None:
    @from_jax("test_rows")
    def rows(table, index: jnp.int32):
        return table[index]

    net = rows(mx.sym.Variable("table"), mx.sym.Variable("index"))
    args = {"table": mx.nd.array([[1, 2], [3, 4]]), "index": mx.nd.array([1, 1], dtype="int32")}
    grads = {"table": mx.nd.zeros((2, 2))}
    executor = net.bind(mx.current_context(), args, grads)
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2, 2)))
    assert executor.outputs[0].asnumpy().tolist() == [[3, 4], [3, 4]]
    assert grads["table"].asnumpy().tolist() == [[0, 0], [2, 2]]


def test_an_input_of_integers_stays_one_where_all_gradients_are_taken() -> None:
    def pick(x, index: np.int32):
        return x[index]

    net = from_jax("test_pick")(pick)(X, mx.sym.Variable("i"))
    executor = net.simple_bind(mx.current_context(), x=(2,), i=(3,))
    executor.forward(is_train=True, x=mx.nd.array([5, 6]), i=int32(1, 0, 1))
    executor.backward(mx.nd.ones(3))
    assert [g.asnumpy().tolist() for g in executor.grad_arrays] == [[1, 2], [0, 0, 0]]


def test_jax_operators_leave_jax_global_configuration_alone() -> None:
    assert not jax.config.jax_enable_x64


def int32(*values: int) -> mx.nd.NDArray:
    return mx.nd.array(values, dtype="int32")


INTEGERS: dict[str, tuple[Callable, dict[str, Any], list]] = {
    "shift": (lambda x: x << 1, {"x": int32(1, 2)}, [2, 4]),
    "and": (lambda x, y: jnp.bitwise_and(x, y), {"x": int32(1, 3), "y": int32(1, 2)}, [1, 2]),
    "index": (lambda x, y: x[y], {"x": int32(5, 6, 7), "y": int32(0, 2)}, [5, 7]),
    "remainder": (lambda x: jax.lax.population_count(x), {"x": int32(7, 8)}, [3, 1]),
    "choose": (
        lambda x: jax.lax.select(x, jnp.zeros(x.shape), jnp.ones(x.shape)),
        {"x": mx.nd.array([1, 0], dtype="bool")},
        [False, True],
    ),
}


@pytest.mark.parametrize("name", INTEGERS)
def test_functions_of_integers(name: str) -> None:
    """Shapes are inferred while dtypes are unknown, so a function that only takes integers must not be asked with floats."""
    function, given, expected = INTEGERS[name]
    values = {key: value.as_in_context(mx.current_context()) for key, value in given.items()}
    net = from_jax("test_integers")(function)(*map(mx.sym.Variable, values), name="n")
    shapes = {key: value.shape for key, value in values.items()}
    assert net.infer_shape(**shapes)[1] == [(2,)]
    executor = net.simple_bind(
        mx.current_context(), type_dict={key: value.dtype for key, value in values.items()}, **shapes
    )
    assert executor.forward(**values)[0].asnumpy().tolist() == expected
    assert net.eval(**values)[0].asnumpy().tolist() == expected


@pytest.mark.parametrize("value", [2.5, 3, True, np.float32(2), np.ones((2, 1)), [4.0], (5,)], ids=str)
def test_numbers_are_arrays_without_axes(value: Any) -> None:
    net = from_jax("test_returned")(lambda x: value)(X)
    expected = np.asarray(value[0] if isinstance(value, (list, tuple)) else value, "float32")
    assert net.infer_shape(x=(2,))[1] == [expected.shape]
    np.testing.assert_array_equal(net.eval(x=mx.nd.ones(2))[0].asnumpy(), expected)


def test_what_an_earlier_registration_returned_keeps_its_function() -> None:
    """JSON holds the name alone, so what is loaded has the latest."""
    earlier, later = (from_jax("test_again")(lambda x, factor=factor: x * factor) for factor in (2, 3))
    net = earlier(X, name="n")
    ones = mx.nd.ones(1)
    assert [symbol.eval(x=ones)[0].asscalar() for symbol in (net, later(X), earlier(X))] == [2, 3, 2]
    assert mx.sym.load_json(net.tojson()).eval(x=ones)[0].asscalar() == 3
    executor = net.bind(mx.current_context(), {"x": ones}, {"x": mx.nd.zeros(1)})
    executor.forward(is_train=True)
    executor.backward(ones)
    assert executor.grad_dict["x"].asscalar() == 2
    for symbol, factor in ((net, 2), (later(X), 3)):
        assert symbol.gradient("x").eval(x=ones)[0].asscalar() == factor


ATTRIBUTES = [
    1,
    2.5,
    -1e-8,
    float("inf"),
    float("-inf"),
    True,
    None,
    "text",
    (1, 2),
    [1, 2.5],
    {"a": (1,)},
    np.float32(3),
]


@pytest.mark.parametrize("value", ATTRIBUTES, ids=str)
def test_attributes_reach_the_function_as_they_were(value: Any) -> None:
    seen = []

    @from_jax("test_attribute")
    def remember(x, value=0):
        seen.append(value)
        return x

    net = remember(X, value=value)
    for symbol in (net, mx.sym.load_json(net.tojson())):
        symbol.infer_shape(x=(2,))
    assert all(type(value) is not bool or type(got) is bool for got in seen)
    assert seen == [value] * len(seen)
    assert len(seen) >= 1


def test_an_attribute_whose_default_is_text_stays_text() -> None:
    net = from_jax("test_mode")(lambda x, mode="a": x * len(mode))(X, mode="10")
    assert net.eval(x=mx.nd.ones(1))[0].asscalar() == 2


def test_parameters_of_every_kind() -> None:
    @from_jax("test_kinds")
    def kinds(x, /, y, scale=1.0, *, z, shift=0):
        return x * scale + 10 * y + 100 * z + shift

    net = kinds(X, Y, mx.sym.Variable("z"), shift=0.5)
    values = {name: mx.nd.array([i + 1]) for i, name in enumerate("xyz")}
    assert net.eval(**values)[0].asscalar() == 321.5
    assert kinds(X, y=None, name="n").list_arguments() == ["x", "n_y", "n_z"]


def test_functions_of_jax_itself() -> None:
    for function in (jnp.sin, jax.nn.relu, jax.jit(jnp.cos)):
        result = from_jax(function)(X).eval(x=mx.nd.array([2.0]))[0].asscalar()
        np.testing.assert_allclose(result, function(2.0), rtol=1e-6)


def test_python_types_in_annotations_are_no_dtypes() -> None:
    @from_jax("test_annotated")
    def pick(x: float, index: "int32"):  # noqa: UP037
        return x[index]

    assert pick(X, Y).eval(x=mx.nd.array([1.5, 2.5]), y=int32(1))[0].asnumpy().tolist() == [2.5]


def test_pictures_call_the_operator_by_its_name() -> None:
    assert '"n" [label="test_soft_clip"' in mx.viz.plot_network(soft_clip(X, Y, name="n")).source


# -- messages ---------------------------------------------------------------------------------------------------------


def calls_numpy(x):
    return np.sin(x)


def asks(x):
    return x if x.sum() > 0 else -x


def loops(x):
    return [x for _ in range(x.sum().astype(int))]


def makes_number(x):
    return x * float(x[0])


def filters(x):
    return x[x > 0]


def misspells(x):
    return undefined_name  # noqa: F821


VALUES = {
    calls_numpy: "gives an input to NumPy{}, which has no values while the graph is compiled; use jax.numpy, or",
    asks: "asks whether an input is true{}, which has no values while the graph is compiled; "
    "use jnp.where or jax.lax.cond for if, or",
    loops: "uses an input as a Python integer{}, which has no values while the graph is compiled; "
    "index and count with jax.numpy, or",
    makes_number: "makes a Python number of an input{}, which has no values while the graph is compiled; "
    "compute with the array, or",
    filters: "picks elements by a condition{}, which has no values while the graph is compiled; "
    "use jnp.where, which keeps the shape, or",
}


def line_of(function: Callable) -> str:
    """The first line of a function's body, as messages write it."""
    return f"({__file__}:{inspect.getsourcelines(function)[1] + 1})"


@pytest.mark.parametrize("function", VALUES, ids=lambda function: function.__name__)
def test_functions_that_need_values_hear_what_to_do(function: Callable) -> None:
    net = from_jax("test_values")(function)(X, name="node")
    message = f"operator test_values: the JAX function {VALUES[function].format(' ' + line_of(function))} write an "
    with pytest.raises(CustomOpError, match=re.escape(message + "mx.operator.CustomOp")) as info:
        net.infer_shape(x=(2,))
    assert str(info.value).startswith(f"_from_jax 'node' (made at {__file__}:")
    with pytest.raises(CustomOpError, match=re.escape(message)):
        net.eval(x=mx.nd.ones(2))


RETURNS: dict[str, tuple[Any, Any, str]] = {
    "dict": (["output"], lambda x: {"a": x}, "returned a dict, but one array (output) is expected."),
    "None": (["output"], lambda x: None, "returned None, but one array (output) is expected."),
    "text": (["output"], lambda x: "x", "returned a str, but one array (output) is expected."),
    "nested": (
        ["a", "b"],
        lambda x: (x, (x, x)),
        "returned (array, (array, array)), but a tuple of 2 arrays (a, b) is",
    ),
    "complex": (
        ["output"],
        lambda x: jnp.fft.fft(x),
        "returned an array of dtype complex64 for output 'output', but arrays hold real numbers; return its real and",
    ),
    "too many": (
        ["output"],
        lambda x: (x, x),
        "returned 2 arrays for 1 output (output); name them: from_jax('test_returns', outputs=[...]).",
    ),
    "too few": (["a", "b"], lambda x: x, "returned 1 array for 2 outputs (a, b); name them: from_jax('test_returns', "),
}


@pytest.mark.parametrize("name", RETURNS)
def test_functions_that_return_no_arrays(name: str) -> None:
    outputs, function, message = RETURNS[name]
    net = from_jax("test_returns", outputs=outputs)(function)(X, name="node")
    message = f"operator test_returns: the JAX function {message}"
    with pytest.raises(CustomOpError, match="_from_jax 'node' .*" + re.escape(message)):
        net.infer_shape(x=(2,))


def test_functions_that_refuse_their_inputs() -> None:
    with pytest.raises(CustomOpError) as info:
        from_jax("test_matmul")(lambda x, y: x @ y)(X, Y).infer_shape(x=(2, 3), y=(2, 3))
    assert (
        "test_matmul: the JAX function does not take inputs float32[2, 3], float32[2, 3]: it raised TypeError"
        in str(info.value)
    )
    assert "int32" not in str(info.value), "what fails alike is told once"
    message = "does not take inputs float32[2], float32[3]: it raised TypeError: .*, nor int32[2], int32[3]: it raised"
    with pytest.raises(CustomOpError, match=re.escape(message).replace(r"\.\*", ".*")):
        from_jax("test_bits")(lambda x, y: jax.lax.population_count(x) + y)(X, Y).infer_shape(x=(2,), y=(3,))
    message = f"raised NameError: name 'undefined_name' is not defined {line_of(misspells)}"
    with pytest.raises(CustomOpError, match=re.escape(message)):
        from_jax(misspells)(X).infer_shape(x=(2,))


def test_a_dtype_that_is_refused_when_it_is_known() -> None:
    net = from_jax("test_floats")(lambda x: x << 1)(X, name="node")
    message = "node 'node': operator test_floats: the JAX function does not take inputs float32[2]: it raised TypeError"
    with pytest.raises(CustomOpError, match=re.escape(message)) as info:
        net.eval(x=mx.nd.ones(2))[0].asnumpy()
    assert "Annotate an input that must have a certain dtype, as in index: 'int32'." in str(info.value)


def scaled(x, weight=1.0, mode="same"):
    return x * weight


CALLS: dict[str, tuple[tuple, dict[str, Any], type[Exception], str]] = {
    "unknown attribute": (
        (X,),
        {"wieght": 2, "name": "node"},
        OpAttributeError,
        "node 'node': operator scaled: unknown attribute 'wieght'. Did you mean 'weight'? "
        "Known attributes: weight, mode.",
    ),
    "unknown input": ((X,), {"why": Y}, CompositionError, "scaled has no input 'why'. Inputs: x."),
    "too many": (
        (X, 2),
        {},
        CompositionError,
        "scaled takes 1 input (x), given 2 by position; give attributes by keyword.",
    ),
    "a number for an input": (
        (3,),
        {},
        CompositionError,
        "scaled: argument 0 must be a Symbol, but got 3 of type int; give attributes by keyword.",
    ),
    "an array for an input": (
        (),
        {"x": np.ones(2)},
        CompositionError,
        "scaled: input 'x' must be a Symbol, given ndarray of shape (2,).",
    ),
    "a function for an attribute": (
        (X,),
        {"weight": len},
        OpAttributeError,
        "operator scaled: attribute 'weight' must be a number, string, dtype or None, or a tuple, list or dict of these",
    ),
    "a class for an attribute": (
        (X,),
        {"weight": dict},
        OpAttributeError,
        "operator scaled: attribute 'weight' must be a number, string, dtype or None, or a tuple, list or dict of these, "
        "given <class 'dict'> of type type.",
    ),
    **{
        f"{kind} for an attribute": (
            (X,),
            {"weight": array},
            OpAttributeError,
            f"operator scaled: attribute 'weight' is {kind} of shape (2,), and attributes are saved as "
            f"text; make it an input, which is a parameter without default, or give numbers or a tuple of them.",
        )
        for kind, array in (("ndarray", np.ones(2)), ("a JAX array", jnp.ones(2)), ("NDArray", mx.nd.ones(2)))
    },
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_cannot_be(name: str) -> None:
    args, kwargs, kind, message = CALLS[name]
    with pytest.raises(kind, match=re.escape(message)):
        from_jax(scaled)(*args, **kwargs)


REGISTRATIONS: dict[str, tuple[Callable[[], Any], str]] = {
    "lambda": (lambda: from_jax(lambda x: x), "a lambda has no name of its own; give one: "),
    "no name": (lambda: from_jax(3), "the name of the operator must be a string, given 3 of type int."),
    "no function": (lambda: from_jax("n")(3), "'n' must be a function whose parameters are known: "),
    "no input": (lambda: from_jax("n")(lambda: 1), "function 'n' needs a parameter without default, its input."),
    "any number of inputs": (
        lambda: from_jax("n")(lambda *xs: xs),
        "function 'n' takes any number of 'xs'; name its inputs one by one.",
    ),
    "a parameter called name": (
        lambda: from_jax("n")(lambda x, name="": x),
        "parameter 'name' of function 'n' has another meaning in calls of operators; rename it.",
    ),
    "one output": (
        lambda: from_jax("n", outputs="y")(lambda x: x),
        "outputs must be a list of names, as in ['output'], given 'y' of type str.",
    ),
}


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_registrations_that_cannot_be(name: str) -> None:
    register, message = REGISTRATIONS[name]
    with pytest.raises(CustomOpError, match=re.escape(f"from_jax: {message}")):
        register()


def test_loading_what_is_not_registered() -> None:
    text = soft_clip(X, Y, name="node").tojson().replace("test_soft_clip", "test_soft_flip")
    message = (
        "node 'node': operator _from_jax: function 'test_soft_flip' is not registered; "
        "use @mx.operator.from_jax('test_soft_flip') or import the module that does so. Did you mean 'test_soft_clip'?"
    )
    with pytest.raises(OpAttributeError, match=re.escape(message)):
        mx.sym.load_json(text)


def test_the_signature_shows_inputs_and_attributes() -> None:
    @mx.operator.from_jax("test_signature")
    def scaled(x, shift, /, factor=2.0):
        return x * factor + shift

    assert str(inspect.signature(scaled)) == "(x=None, shift=None, *, factor=2.0, name=None, attr=None, out=None)"


@pytest.mark.parametrize(
    ("function", "dtype", "text"),
    [
        (
            np.sin,
            "float64",
            "RuntimeError: Incorrect output dtype for return value #0: Expected: float64, Actual: float32",
        ),
        (lambda a: {}["mine"], "float32", "KeyError: 'mine'"),
    ],
)
def test_an_exception_in_a_callback_is_told_without_the_text_around_it(function, dtype, text):
    @mx.operator.from_jax("calls_back")
    def calls_back(x):
        return jax.pure_callback(function, jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    out = calls_back(mx.sym.Variable("x")).eval(x=mx.nd.ones((2,), dtype=dtype))[0]
    with pytest.raises(mx.MXNetError) as caught:
        out.asnumpy()
    assert str(caught.value) == (
        f"the value of an NDArray of shape (2,) was not computed: a JAX callback in it failed with {text}. JAX passes no "
        f"64-bit numbers through callbacks here; an mx.operator.CustomOp takes them, and names the line that fails."
    )


def test_inference_keeps_no_function_alive() -> None:
    def function(x):
        return x + 1

    net = mx.sym.relu(from_jax("short_lived")(function)(mx.sym.Variable("x")))
    from_jax("short_lived")(lambda x: x)  # the registry holds the last function of a name
    assert net.infer_shape(x=(2,))[1] == [(2,)]
    is_alive = weakref.ref(function)
    del function, net
    gc.collect()
    assert is_alive() is None


@pytest.mark.parametrize("reads", [False, True])
def test_training_keeps_no_function_alive(reads: bool) -> None:
    @jax.custom_vjp
    def function(x):
        return x + 1

    function.defvjp(lambda x: (x + 1, x), lambda x, gradient: (gradient * x,))
    net = mx.sym.relu(from_jax("short_lived")(function)(mx.sym.Variable("x")))
    from_jax("short_lived")(lambda x: x)
    executor = net.simple_bind(mx.current_context(), x=(2,))
    executor.forward(is_train=True)
    if reads:
        executor.outputs[0].asnumpy()
    executor.backward(mx.nd.ones((2,)))
    executor.grad_dict["x"].asnumpy()
    is_alive = weakref.ref(function)
    del function, net, executor
    gc.collect()
    assert is_alive() is None
