"""Arithmetic of NDArrays: dtypes, broadcasting, in-place operators. Expected values are what MXNet 1.9.1 gives."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import imperative

# dtype of x = [3, 5], expression, dtype and values of the result
SCALARS = [
    ("float32", lambda x: x + 1.7, "float32", [4.699999809265137, 6.699999809265137]),
    ("float32", lambda x: 1.7 + x, "float32", [4.699999809265137, 6.699999809265137]),
    ("float32", lambda x: x - 1.7, "float32", [1.2999999523162842, 3.299999952316284]),
    ("float32", lambda x: 1.7 - x, "float32", [-1.2999999523162842, -3.299999952316284]),
    ("float32", lambda x: x * 1.7, "float32", [5.100000381469727, 8.5]),
    ("float32", lambda x: x / 2, "float32", [1.5, 2.5]),
    ("float32", lambda x: 7 / x, "float32", [2.3333332538604736, 1.399999976158142]),
    ("float32", lambda x: x % 2, "float32", [1.0, 1.0]),
    ("float32", lambda x: 7 % x, "float32", [1.0, 2.0]),
    ("float32", lambda x: x**2, "float32", [9.0, 25.0]),
    ("float32", lambda x: 2**x, "float32", [8.0, 32.0]),
    ("float32", lambda x: -x, "float32", [-3.0, -5.0]),
    ("float32", lambda x: x > 2, "float32", [1.0, 1.0]),
    ("float32", lambda x: operator.gt(2, x), "float32", [0.0, 0.0]),
    ("float32", lambda x: x >= 3, "float32", [1.0, 1.0]),
    ("float32", lambda x: x < 3, "float32", [0.0, 0.0]),
    ("float32", lambda x: x <= 3, "float32", [1.0, 0.0]),
    ("float32", lambda x: x == 3, "float32", [1.0, 0.0]),
    ("float32", lambda x: x != 3, "float32", [0.0, 1.0]),
    ("float32", lambda x: x == 3.5, "float32", [0.0, 0.0]),
    ("float32", lambda x: x + True, "float32", [4.0, 6.0]),
    ("float32", lambda x: x + np.float32(1.5), "float32", [4.5, 6.5]),
    ("float32", lambda x: np.float32(1.5) + x, "float32", [4.5, 6.5]),
    ("float16", lambda x: x + 1.7, "float16", [4.69921875, 6.69921875]),
    ("float16", lambda x: 1.7 + x, "float16", [4.69921875, 6.69921875]),
    ("float16", lambda x: x - 1.7, "float16", [1.2998046875, 3.30078125]),
    ("float16", lambda x: 1.7 - x, "float16", [-1.2998046875, -3.30078125]),
    ("float16", lambda x: x * 1.7, "float16", [5.1015625, 8.5]),
    ("float16", lambda x: x / 2, "float16", [1.5, 2.5]),
    ("float16", lambda x: 7 / x, "float16", [2.333984375, 1.400390625]),
    ("float16", lambda x: x % 2, "float16", [1.0, 1.0]),
    ("float16", lambda x: 7 % x, "float16", [1.0, 2.0]),
    ("float16", lambda x: x**2, "float16", [9.0, 25.0]),
    ("float16", lambda x: 2**x, "float16", [8.0, 32.0]),
    ("float16", lambda x: -x, "float16", [-3.0, -5.0]),
    ("float16", lambda x: x > 2, "float16", [1.0, 1.0]),
    ("float16", lambda x: operator.gt(2, x), "float16", [0.0, 0.0]),
    ("float16", lambda x: x >= 3, "float16", [1.0, 1.0]),
    ("float16", lambda x: x < 3, "float16", [0.0, 0.0]),
    ("float16", lambda x: x <= 3, "float16", [1.0, 0.0]),
    ("float16", lambda x: x == 3, "float16", [1.0, 0.0]),
    ("float16", lambda x: x != 3, "float16", [0.0, 1.0]),
    ("float16", lambda x: x == 3.5, "float16", [0.0, 0.0]),
    ("float16", lambda x: x + True, "float16", [4.0, 6.0]),
    ("float16", lambda x: x + np.float32(1.5), "float16", [4.5, 6.5]),
    ("float16", lambda x: np.float32(1.5) + x, "float16", [4.5, 6.5]),
    ("int32", lambda x: x + 1.7, "int32", [4, 6]),
    ("int32", lambda x: 1.7 + x, "int32", [4, 6]),
    ("int32", lambda x: x - 1.7, "int32", [2, 4]),
    ("int32", lambda x: 1.7 - x, "int32", [-2, -4]),
    ("int32", lambda x: x * 1.7, "int32", [3, 5]),
    ("int32", lambda x: x / 2, "int32", [1, 2]),
    ("int32", lambda x: 7 / x, "int32", [2, 1]),
    ("int32", lambda x: x % 2, "int32", [1, 1]),
    ("int32", lambda x: 7 % x, "int32", [1, 2]),
    ("int32", lambda x: x**2, "int32", [9, 25]),
    ("int32", lambda x: 2**x, "int32", [8, 32]),
    ("int32", lambda x: -x, "int32", [-3, -5]),
    ("int32", lambda x: x > 2, "int32", [1, 1]),
    ("int32", lambda x: operator.gt(2, x), "int32", [0, 0]),
    ("int32", lambda x: x >= 3, "int32", [1, 1]),
    ("int32", lambda x: x < 3, "int32", [0, 0]),
    ("int32", lambda x: x <= 3, "int32", [1, 0]),
    ("int32", lambda x: x == 3, "int32", [1, 0]),
    ("int32", lambda x: x != 3, "int32", [0, 1]),
    ("int32", lambda x: x == 3.5, "int32", [1, 0]),
    ("int32", lambda x: x + True, "int32", [4, 6]),
    ("int32", lambda x: x + np.float32(1.5), "int32", [4, 6]),
    ("int32", lambda x: np.float32(1.5) + x, "int32", [4, 6]),
    ("uint8", lambda x: x + 1.7, "uint8", [4, 6]),
    ("uint8", lambda x: 1.7 + x, "uint8", [4, 6]),
    ("uint8", lambda x: x - 1.7, "uint8", [2, 4]),
    ("uint8", lambda x: 1.7 - x, "uint8", [254, 252]),
    ("uint8", lambda x: x * 1.7, "uint8", [3, 5]),
    ("uint8", lambda x: x / 2, "uint8", [1, 2]),
    ("uint8", lambda x: 7 / x, "uint8", [2, 1]),
    ("uint8", lambda x: x % 2, "uint8", [1, 1]),
    ("uint8", lambda x: 7 % x, "uint8", [1, 2]),
    ("uint8", lambda x: x**2, "uint8", [9, 25]),
    ("uint8", lambda x: 2**x, "uint8", [8, 32]),
    ("uint8", lambda x: -x, "uint8", [253, 251]),
    ("uint8", lambda x: x > 2, "uint8", [1, 1]),
    ("uint8", lambda x: operator.gt(2, x), "uint8", [0, 0]),
    ("uint8", lambda x: x >= 3, "uint8", [1, 1]),
    ("uint8", lambda x: x < 3, "uint8", [0, 0]),
    ("uint8", lambda x: x <= 3, "uint8", [1, 0]),
    ("uint8", lambda x: x == 3, "uint8", [1, 0]),
    ("uint8", lambda x: x != 3, "uint8", [0, 1]),
    ("uint8", lambda x: x == 3.5, "uint8", [1, 0]),
    ("uint8", lambda x: x + True, "uint8", [4, 6]),
    ("uint8", lambda x: x + np.float32(1.5), "uint8", [4, 6]),
    ("uint8", lambda x: np.float32(1.5) + x, "uint8", [4, 6]),
    ("bool", lambda x: x + 1.7, "int64", [2, 2]),
    ("bool", lambda x: 1.7 + x, "int64", [2, 2]),
    ("bool", lambda x: x - 1.7, "int64", [0, 0]),
    ("bool", lambda x: 1.7 - x, "int64", [0, 0]),
    ("bool", lambda x: x * 1.7, "int64", [1, 1]),
    ("bool", lambda x: x / 2, "int64", [0, 0]),
    ("bool", lambda x: 7 / x, "int64", [7, 7]),
    ("bool", lambda x: x % 2, "int64", [1, 1]),
    ("bool", lambda x: 7 % x, "int64", [0, 0]),
    ("bool", lambda x: x**2, "int64", [1, 1]),
    ("bool", lambda x: 2**x, "int64", [2, 2]),
    ("bool", lambda x: -x, "int64", [-1, -1]),
    ("bool", lambda x: x > 2, "int64", [0, 0]),
    ("bool", lambda x: operator.gt(2, x), "int64", [1, 1]),
    ("bool", lambda x: x >= 3, "int64", [0, 0]),
    ("bool", lambda x: x < 3, "int64", [1, 1]),
    ("bool", lambda x: x <= 3, "int64", [1, 1]),
    ("bool", lambda x: x == 3, "int64", [0, 0]),
    ("bool", lambda x: x != 3, "int64", [1, 1]),
    ("bool", lambda x: x == 3.5, "int64", [0, 0]),
    ("bool", lambda x: x + True, "int64", [2, 2]),
    ("bool", lambda x: x + np.float32(1.5), "int64", [2, 2]),
    ("bool", lambda x: np.float32(1.5) + x, "int64", [2, 2]),
]


LAST_DIGIT = 1.2e-7
"""Of float32, relatively: division on a GPU is off by that."""


@pytest.mark.parametrize(("dtype", "function", "result", "values"), SCALARS)
def test_array_and_number(dtype, function, result, values):
    y = function(mx.nd.array([3, 5], dtype=dtype))
    assert np.dtype(y.dtype).name == result
    np.testing.assert_allclose(y.asnumpy(), values, LAST_DIGIT)


# dtype of x = [[3], [5]] and y = [2, 3], expression, dtype and values of the result
ARRAYS = [
    ("float32", lambda x, y: x + y, "float32", [[5.0, 6.0], [7.0, 8.0]]),
    ("float32", lambda x, y: x - y, "float32", [[1.0, 0.0], [3.0, 2.0]]),
    ("float32", lambda x, y: x * y, "float32", [[6.0, 9.0], [10.0, 15.0]]),
    ("float32", lambda x, y: x / y, "float32", [[1.5, 1.0], [2.5, 1.6666666269302368]]),
    ("float32", lambda x, y: x % y, "float32", [[1.0, 0.0], [1.0, 2.0]]),
    ("float32", lambda x, y: x**y, "float32", [[9.0, 27.0], [25.0, 125.0]]),
    ("float32", lambda x, y: x > y, "float32", [[1.0, 0.0], [1.0, 1.0]]),
    ("float32", lambda x, y: x <= y, "float32", [[0.0, 1.0], [0.0, 0.0]]),
    ("float32", lambda x, y: x == y, "float32", [[0.0, 1.0], [0.0, 0.0]]),
    ("float32", lambda x, y: x != y, "float32", [[1.0, 0.0], [1.0, 1.0]]),
    ("int32", lambda x, y: x + y, "int32", [[5, 6], [7, 8]]),
    ("int32", lambda x, y: x - y, "int32", [[1, 0], [3, 2]]),
    ("int32", lambda x, y: x * y, "int32", [[6, 9], [10, 15]]),
    ("int32", lambda x, y: x / y, "int32", [[1, 1], [2, 1]]),
    ("int32", lambda x, y: x % y, "int32", [[1, 0], [1, 2]]),
    ("int32", lambda x, y: x**y, "int32", [[9, 27], [25, 125]]),
    ("int32", lambda x, y: x > y, "int32", [[1, 0], [1, 1]]),
    ("int32", lambda x, y: x <= y, "int32", [[0, 1], [0, 0]]),
    ("int32", lambda x, y: x == y, "int32", [[0, 1], [0, 0]]),
    ("int32", lambda x, y: x != y, "int32", [[1, 0], [1, 1]]),
    ("uint8", lambda x, y: x + y, "uint8", [[5, 6], [7, 8]]),
    ("uint8", lambda x, y: x - y, "uint8", [[1, 0], [3, 2]]),
    ("uint8", lambda x, y: x * y, "uint8", [[6, 9], [10, 15]]),
    ("uint8", lambda x, y: x / y, "uint8", [[1, 1], [2, 1]]),
    ("uint8", lambda x, y: x % y, "uint8", [[1, 0], [1, 2]]),
    ("uint8", lambda x, y: x**y, "uint8", [[9, 27], [25, 125]]),
    ("uint8", lambda x, y: x > y, "uint8", [[1, 0], [1, 1]]),
    ("uint8", lambda x, y: x <= y, "uint8", [[0, 1], [0, 0]]),
    ("uint8", lambda x, y: x == y, "uint8", [[0, 1], [0, 0]]),
    ("uint8", lambda x, y: x != y, "uint8", [[1, 0], [1, 1]]),
    ("int64", lambda x, y: x + y, "int64", [[5, 6], [7, 8]]),
    ("int64", lambda x, y: x - y, "int64", [[1, 0], [3, 2]]),
    ("int64", lambda x, y: x * y, "int64", [[6, 9], [10, 15]]),
    ("int64", lambda x, y: x / y, "int64", [[1, 1], [2, 1]]),
    ("int64", lambda x, y: x % y, "int64", [[1, 0], [1, 2]]),
    ("int64", lambda x, y: x**y, "int64", [[9, 27], [25, 125]]),
    ("int64", lambda x, y: x > y, "int64", [[1, 0], [1, 1]]),
    ("int64", lambda x, y: x <= y, "int64", [[0, 1], [0, 0]]),
    ("int64", lambda x, y: x == y, "int64", [[0, 1], [0, 0]]),
    ("int64", lambda x, y: x != y, "int64", [[1, 0], [1, 1]]),
    ("float64", lambda x, y: x + y, "float64", [[5.0, 6.0], [7.0, 8.0]]),
    ("float64", lambda x, y: x - y, "float64", [[1.0, 0.0], [3.0, 2.0]]),
    ("float64", lambda x, y: x * y, "float64", [[6.0, 9.0], [10.0, 15.0]]),
    ("float64", lambda x, y: x / y, "float64", [[1.5, 1.0], [2.5, 1.6666666666666667]]),
    ("float64", lambda x, y: x % y, "float64", [[1.0, 0.0], [1.0, 2.0]]),
    ("float64", lambda x, y: x**y, "float64", [[9.0, 27.0], [25.0, 125.0]]),
    ("float64", lambda x, y: x > y, "float64", [[1.0, 0.0], [1.0, 1.0]]),
    ("float64", lambda x, y: x <= y, "float64", [[0.0, 1.0], [0.0, 0.0]]),
    ("float64", lambda x, y: x == y, "float64", [[0.0, 1.0], [0.0, 0.0]]),
    ("float64", lambda x, y: x != y, "float64", [[1.0, 0.0], [1.0, 1.0]]),
]


@pytest.mark.parametrize(("dtype", "function", "result", "values"), ARRAYS)
def test_two_arrays(dtype, function, result, values):
    z = function(mx.nd.array([[3], [5]], dtype=dtype), mx.nd.array([2, 3], dtype=dtype))
    assert np.dtype(z.dtype).name == result
    np.testing.assert_allclose(z.asnumpy(), values, rtol=1e-6)


def test_integers_stay_exact():
    big = 2**60 + 1
    x = mx.nd.array(np.array([big]), dtype="int64")
    assert (x + 0).asnumpy().tolist() == [big]
    assert (mx.nd.array([0], dtype="int64") + big).asnumpy().tolist() == [big]
    assert (mx.nd.array([1.0], dtype="float64") + 1e-15).asnumpy()[0] == 1 + 1e-15


def test_unary():
    x = mx.nd.array([-3, 5])
    assert (-x).asnumpy().tolist() == [3, -5]
    assert abs(x).asnumpy().tolist() == [3, 5]
    assert (-mx.nd.array([3], dtype="uint8")).asnumpy().tolist() == [253]


IN_PLACE = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.imod]


@pytest.mark.parametrize("update", IN_PLACE)
@pytest.mark.parametrize("other", [2, 2.7, [2.0, 2.0], [2.0]], ids=str)
def test_in_place_operators_keep_the_cell(update, other):
    x = mx.nd.array([3, 5])
    y = x
    value = mx.nd.array(other) if isinstance(other, list) else other
    expected = update(np.array([3, 5], np.float32), np.float32(other))
    x = update(x, value)
    assert x is y
    np.testing.assert_allclose(x.asnumpy(), expected, rtol=1e-6)


def test_in_place_operators_keep_an_integer_dtype():
    x = mx.nd.array([3, 5], dtype="int32")
    x += 2.7
    x /= 2
    assert (x.dtype, x.asnumpy().tolist()) == (np.int32, [2, 3])


def test_power_is_not_in_place():
    x = y = mx.nd.array([3, 5])
    x **= 2
    assert x is not y


def test_in_place_operators_write_through_views():
    a = mx.nd.array([[1, 2], [3, 4]])
    b = a[0]
    b += 10
    a[1] *= 2
    a[:, 0] -= 100
    assert a.asnumpy().tolist() == [[-89, 12], [-94, 8]]


@pytest.mark.parametrize("update", IN_PLACE)
def test_in_place_operators_refuse_other_shapes_and_dtypes(update):
    x = mx.nd.array([3, 5])
    with pytest.raises(mx.MXNetError, match=r"'out' has shape \(2,\).*but the output has \(2, 2\)"):
        update(x, mx.nd.ones((2, 2)))
    with pytest.raises(TypeError, match=r"input 'rhs' has dtype int32, but float32 is expected.*astype"):
        update(x, mx.nd.ones((2,), dtype="int32"))
    assert x.asnumpy().tolist() == [3, 5]


def test_dtypes_are_not_mixed():
    with pytest.raises(TypeError, match="broadcast_add: input 'rhs' has dtype float64, but float32 is expected"):
        mx.nd.ones((2,)) + mx.nd.ones((2,), dtype="float64")


def test_shapes_that_do_not_broadcast():
    with pytest.raises(ValueError, match=r"broadcast_add: shapes of the inputs do not fit.*\(2, 3\).*\(4,\)"):
        mx.nd.ones((2, 3)) + mx.nd.ones((4,))


@pytest.mark.parametrize(
    ("other", "text"),
    [(np.ones(2), r"ndarray of shape \(2,\)"), ([1, 2], "of type list"), (None, "None"), ("a", "'a' of type str")],
    ids=str,
)
def test_other_operands_are_refused(other, text):
    x = mx.nd.ones((2,))
    for function in (lambda: x + other, lambda: other - x, lambda: x == other):
        with pytest.raises(TypeError, match=f"given .*{text}"):
            function()


FUNCTIONS = [
    ("maximum", ([1, 5], 3), [3, 5]),
    ("maximum", (3, [1, 5]), [3, 5]),
    ("maximum", (3, 4), 4),
    ("minimum", ([[1], [5]], [2, 3]), [[1, 1], [2, 3]]),
    ("add", (1, 2), 3),
    ("divide", (3, 2), 1.5),
    ("modulo", (-3, 2), 1),
    ("power", (2, [1, 3]), [2, 8]),
    ("power", (2, 3), 8),
    ("true_divide", (1, [2, 2]), [0.5, 0.5]),
    ("equal", (3, 3), 1),
    ("lesser", (2, [1, 3]), [0, 1]),
    ("greater_equal", (2, [1, 2, 3]), [1, 1, 0]),
    ("logical_and", ([0, 2], 3), [0, 1]),
    ("logical_and", (3, [0, 2]), [0, 1]),
    ("logical_and", (3, 0), 0),
    ("logical_xor", ([0, 2], [1, 1]), [1, 0]),
    ("logical_or", (0, 0), 0),
]


@pytest.mark.parametrize(("name", "operands", "expected"), FUNCTIONS)
def test_functions_of_two_operands(name, operands, expected):
    result = getattr(mx.nd, name)(*[mx.nd.array(x) if isinstance(x, list) else x for x in operands])
    if isinstance(result, mx.nd.NDArray):
        result = result.asnumpy().tolist()
    assert result == expected


def test_operands_by_name():
    assert mx.nd.power(base=mx.nd.array([2]), exp=3).asscalar() == 8
    assert mx.nd.maximum(lhs=2, rhs=3) == 3


def test_a_number_does_not_compile_a_program_of_its_own():
    """Numbers enter as rank-0 arrays: a thousand learning rates must not mean a thousand programs."""
    x = mx.nd.ones((7, 7))
    _ = x * 0.5
    programs = imperative._execute._cache_size()
    for rate in np.linspace(0, 1, 10):
        _ = x * float(rate)
    assert imperative._execute._cache_size() == programs
