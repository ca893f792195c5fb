"""Element-wise operators, reductions, casts and constants: refusals, partial shapes, and what no recording can hold."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, OpAttributeError, ShapeError
from symgraph.ops import arithmetic


@pytest.fixture
def abc():
    return [mx.sym.Variable(name) for name in "abc"]


def partial_shapes(symbol, **known):
    args, outs, _ = symbol.infer_shape_partial(**known)
    return args, outs


REFUSED_SHAPES = [
    (lambda a, b: a + b, {"a": (2, 3), "b": (2, 4)}, r"\(2, 3\).*\(2, 4\)|\(2, 4\).*\(2, 3\)"),
    (mx.sym.broadcast_add, {"a": (2, 3), "b": (4,)}, "do not fit together"),
    (lambda a, b: mx.sym.broadcast_to(a, shape=(2, 4)), {"a": (2, 3)}, "3 is neither 1 nor 4"),
    (lambda a, b: mx.sym.broadcast_to(a, shape=(2, 3)), {"a": (3,)}, "2 axes|1 axis"),
    (lambda a, b: mx.sym.broadcast_axis(a, axis=1, size=4), {"a": (2, 3)}, "is not 1"),
    (lambda a, b: mx.sym.broadcast_axis(a, axis=-1, size=4), {"a": (2, 1)}, r"none of the axes 0\.\.1"),
    (lambda a, b: mx.sym.broadcast_axis(a, axis=0, size=(4, 5)), {"a": (1, 1)}, "one size for each axis"),
    (lambda a, b: mx.sym.broadcast_like(a, b, lhs_axes=(0,), rhs_axes=(2,)), {"a": (1, 2), "b": (3,)}, "axis 2"),
    (lambda a, b: mx.sym.sum(a, axis=2), {"a": (2, 3)}, r"axis 2 is outside .* -2\.\.1"),
    (lambda a, b: mx.sym.max(a, axis=(0, -2)), {"a": (2, 3)}, "twice"),
    (lambda a, b: mx.sym.argmax_channel(a), {"a": (3,)}, "axis 1"),
    (lambda a, b: mx.sym.moments(a)[0], {"a": (3,)}, "name all axes"),
    (lambda a, b: mx.sym.where(a, b, b), {"a": (3,), "b": (2, 3)}, "neither elements nor rows"),
]


@pytest.mark.parametrize(("build", "shapes", "message"), REFUSED_SHAPES)
def test_impossible_shapes_are_refused_with_their_reason(build, shapes, message, abc):
    symbol = build(*abc[:2])
    with pytest.raises(ShapeError, match=message):
        symbol.infer_shape(**{name: shapes[name] for name in symbol.list_arguments()})


REFUSED_DTYPES = [
    (mx.sym.exp, "bool", "takes numbers"),
    (lambda a: mx.sym.elemwise_add(a, a), "bool", "Cast it"),
    (lambda a: mx.sym.broadcast_maximum(a, a), "bool", "takes numbers"),
    (lambda a: mx.sym.Activation(a, act_type="relu"), "int32", "floating point"),
    (mx.sym.hard_sigmoid, "uint8", "floating point"),
]


@pytest.mark.parametrize(("build", "dtype", "message"), REFUSED_DTYPES)
def test_impossible_dtypes_are_refused_with_a_remedy(build, dtype, message, abc):
    with pytest.raises(DTypeError, match=message):
        build(abc[0]).infer_type(a=dtype)


def test_different_dtypes_do_not_mix(abc):
    with pytest.raises(DTypeError, match="float16"):
        mx.sym.broadcast_add(*abc[:2]).infer_type(a="float16", b="float32")


@pytest.mark.parametrize(
    ("attributes", "message"), [({"start": 5, "stop": 0}, "no number lies"), ({"start": 0, "step": 0}, "step is 0")]
)
def test_an_empty_range_is_refused(attributes, message):
    with pytest.raises(OpAttributeError, match=message):
        mx.sym._internal._arange(**attributes).infer_shape()


def test_a_constant_of_open_shape_cannot_run():
    with pytest.raises(
        ShapeError, match=r"_zeros: the shape of the output, \(\?, 3\), is not fully known; give a shape without zeros."
    ):
        mx.nd._internal._zeros(shape=(0, 3)).asnumpy()
    with pytest.raises(DTypeError, match="dtype of _zeros_without_dtype"):
        mx.nd._internal._zeros_without_dtype(shape=(2, 3)).asnumpy()


def test_what_is_known_flows_both_ways(abc):
    a, b, c = abc
    assert partial_shapes(a + b, a=(2, 0), b=(0, 3)) == ([(2, 3), (2, 3)], [(2, 3)])
    assert partial_shapes(mx.sym.exp(a) * 2 + c, c=(2, 3)) == ([(2, 3), (2, 3)], [(2, 3)])
    assert partial_shapes(mx.sym.broadcast_add(a, b), a=(2, 1), b=(0,)) == ([(2, 1), (0,)], [(2, 0)])
    assert partial_shapes(mx.sym.sum(a, axis=1), a=(0, 3)) == ([(0, 3)], [(0,)])
    assert partial_shapes(mx.sym.sum(a)) == ([()], [(1,)])
    assert partial_shapes(mx.sym.shape_array(a), a=(2, 0)) == ([(2, 0)], [(2,)])
    assert partial_shapes(mx.sym.where(a, b, c), c=(2, 3))[0][1:] == [(2, 3), (2, 3)]


def test_dtypes_flow_both_ways(abc):
    a, _, c = abc
    assert (mx.sym.exp(a) * 2 + c).infer_type(c="float64")[0] == [np.float64, np.float64]
    assert mx.sym.Cast(a, dtype="float16").infer_type(a="int32")[1] == [np.float16]


def test_the_dtype_of_a_softmax_is_that_of_its_input_if_that_is_unknown():
    """As in MXNet, the attribute decides for data of which nothing else is known."""
    for name in ("softmax", "softmin", "log_softmax"):
        symbol = getattr(mx.sym, name)(mx.sym.Variable("x"), dtype="float16")
        assert symbol.infer_type() == ([np.float16], [np.float16], [])
        assert symbol.infer_type(x="float64") == ([np.float64], [np.float16], [])


def test_mixed_precision_leaves_wide_floats_alone():
    symbol = mx.sym.amp_cast(mx.sym.Variable("x"), dtype="float16")
    assert symbol.infer_type(x="float64")[1] == [np.float64]
    assert symbol.infer_type(x="float32")[1] == [np.float16]


def test_a_cast_that_is_a_head_is_written_but_not_used():
    cast = mx.sym.amp_cast(mx.sym.amp_cast(mx.sym.Variable("x"), dtype="float16"), dtype="float32", name="cast")
    text = mx.sym.Group([mx.sym.relu(cast, name="relu"), cast]).tojson()
    assert [(node["name"], node["inputs"]) for node in json.loads(text)["nodes"]] == [
        ("x", []),
        ("relu", [[0, 0, 0]]),
        ("cast", [[0, 0, 0]]),
    ]


def test_no_dtype_is_what_numpy_makes_of_it():
    """MXNet's front end writes numpy.dtype(None).name."""
    assert mx.sym.softmax(mx.sym.Variable("x"), dtype=None).list_attr() == {"dtype": "float64"}
    assert mx.nd.one_hot(mx.nd.array([1]), depth=2, dtype=None).dtype == np.float64
    assert mx.nd.zeros((2,), dtype=None).dtype == np.float32


@pytest.mark.parametrize(("text", "value"), [("0.5f", 0.5), ("1e1F", 10), (".5", 0.5), ("-2.", -2), ("inf", np.inf)])
def test_numbers_are_written_as_in_c(text, value):
    assert mx.sym.clip(mx.sym.Variable("x"), a_min=text, a_max=1).graph.order[-1].op.a_min == value


@pytest.mark.parametrize("text", ["1e400", "1_0", "0x10", "0.5ff", "f", ""])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(OpAttributeError, match="clip: attribute a_min=.* is invalid; expected float"):
        mx.sym.clip(mx.sym.Variable("x"), a_min=text, a_max=1)


def test_half_precision_of_any_kind_stays_half():
    with jax.enable_x64(True):
        x = jnp.asarray([0.25, 0.5], jnp.bfloat16)
        for function in (arithmetic.modulo, arithmetic.power, arithmetic.maximum, arithmetic.hypot, arithmetic.divide):
            assert function(x, x).dtype == jnp.bfloat16


def test_a_constant_exponent_adds_nothing_to_the_tangent():
    """The partial derivative by the exponent is NaN for a negative base; nobody asked for it."""
    x = jnp.asarray([-2.0])
    _, tangent = jax.jvp(lambda x: arithmetic.power(x, jnp.float32(2)), (x,), (jnp.ones_like(x),))
    assert tangent.tolist() == [-4.0]
