"""What arrays say when something is wrong: what was given, what was expected, what to do; never a whole array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import CompositionError, DTypeError, MXNetError, OpAttributeError, OutOfMemoryError, ShapeError
from symgraph.ir.registry import find_op


def ones(*shape: int, dtype: str = "float32") -> mx.NDArray:
    return mx.nd.ones(shape, dtype=dtype)


def assign(key: Any, value: Any) -> None:
    ones(2, 3)[key] = value


def update(x: mx.NDArray, other: Any) -> None:
    x += other


A, B = mx.sym.Variable("a"), mx.sym.Variable("b")
X = ones(2, 3)

NO_ELEMENTS = " cannot become elements of an NDArray; give numbers, or lists of them, nested regularly."
NO_DTYPE = (
    " is not a supported data type; choose one of float32, float64, float16, uint8, int32, int8, int64, bool, bfloat16."
)
NO_INTEGERS = " must be an integer or a tuple of integers, given "
NO_INDEX = " cannot be an index; use integers, slices, '...', None, or arrays and lists of integers."
NO_OPERAND = " takes an NDArray and an NDArray or a number, given "
CONVERT = "; make an NDArray of it with mx.nd.array."

MESSAGES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # values and dtypes
    (lambda: mx.nd.array([[1, 2], [3]]), DTypeError, f"[[1, 2], [3]] of type list{NO_ELEMENTS}"),
    (lambda: mx.nd.array("abc"), DTypeError, f"'abc' of type str{NO_ELEMENTS}"),
    (lambda: mx.nd.array([A]), DTypeError, f"[<Symbol a>] of type list{NO_ELEMENTS}"),
    (lambda: mx.nd.array(np.array([1j])), DTypeError, f"ndarray of shape (1,) and dtype complex128{NO_ELEMENTS}"),
    (lambda: mx.nd.array([1], dtype="int23"), DTypeError, f"'int23'{NO_DTYPE}"),
    (lambda: mx.nd.array([1], dtype=np.ones((40, 40))), DTypeError, f"ndarray of shape (40, 40){NO_DTYPE}"),
    (lambda: mx.nd.array([1], dtype=X), DTypeError, f"NDArray of shape (2, 3){NO_DTYPE}"),
    (lambda: mx.nd.array([1], dtype="(1, 2"), DTypeError, f"'(1, 2'{NO_DTYPE}"),
    (
        lambda: mx.nd.from_numpy([1]),
        TypeError,
        "from_numpy needs a NumPy array, given [1] of type list; use mx.nd.array for other values.",
    ),
    (
        lambda: mx.nd.from_dlpack(3),
        CompositionError,
        "from_dlpack needs an array with __dlpack__, or a DLPack capsule that nobody has read yet, given 3 "
        "of type int.",
    ),
    (
        lambda: mx.nd.to_dlpack_for_read(3),
        CompositionError,
        "to_dlpack_for_read: the argument must be an NDArray, given 3 of type int.",
    ),
    # shapes
    (lambda: mx.nd.zeros("abc"), ShapeError, f"the shape of an array{NO_INTEGERS}'abc' of type str."),
    (lambda: mx.nd.zeros(None), ShapeError, f"the shape of an array{NO_INTEGERS}None."),
    (
        lambda: mx.nd.zeros((2, -1)),
        ShapeError,
        "the shape of an array consists of non-negative integers, given (2, -1).",
    ),
    (lambda: mx.nd.ones((2.5,)), ShapeError, f"the shape of an array{NO_INTEGERS}(2.5,) of type tuple."),
    (lambda: mx.nd.empty(X), ShapeError, f"the shape of an array{NO_INTEGERS}NDArray of shape (2, 3)."),
    (lambda: mx.nd.full((2,), "a"), DTypeError, f"'a' of type str{NO_ELEMENTS}"),
    (lambda: mx.nd.full((2,), X), ShapeError, "an array of shape (2, 3) cannot be assigned to a place of shape (2,)."),
    (lambda: mx.nd.full((2,), 1, out=3), CompositionError, "'out' must be an NDArray, given 3 of type int."),
    (
        lambda: mx.nd.zeros((2,), out=ones(3)),
        ShapeError,
        "_zeros: 'out' has shape (3,) and dtype float32, but the output has (2,) and float32.",
    ),
    (
        lambda: mx.nd.ones((2,), dtype="int32", out=ones(2)),
        DTypeError,
        "_ones: 'out' has shape (2,) and dtype float32, but the output has (2,) and int32.",
    ),
    (lambda: mx.nd.arange(0, 10, 0), OpAttributeError, "_arange: step is 0; the numbers would never reach stop."),
    (
        lambda: mx.nd.arange(X),
        CompositionError,
        "_arange: 'start' is an attribute, not a tensor, but got an NDArray. Inputs: none.",
    ),
    (
        lambda: mx.nd.eye(2.0),
        OpAttributeError,
        "operator _eye: attribute N='2.0' is invalid; expected int >= 0; make a float an integer with "
        "int(...), and divide with //.",
    ),
    (
        lambda: mx.nd.random.uniform(0, 1, 2, 3),
        OpAttributeError,
        "operator _random_uniform: attribute dtype='3' is invalid; expected one of 'None', 'bfloat16', 'float16', "
        "'float32', 'float64'; the lengths of a shape are given as one tuple.",
    ),
    (
        lambda: mx.nd.random.normal(0, 1, (2, 3), mx.cpu()),
        OpAttributeError,
        "operator _random_normal: attribute dtype='cpu(0)' is invalid; expected one of 'None', 'bfloat16', "
        "'float16', 'float32', 'float64'; a context is given by name, ctx=mx.cpu(0).",
    ),
    (
        lambda: X.reshape((4,)),
        ShapeError,
        "Reshape: an array of shape (2, 3) has 6 elements and cannot take shape (4,) of 4; give shapes with "
        "equally many elements.",
    ),
    (lambda: X.reshape(6.0), ShapeError, f"reshape: the shape{NO_INTEGERS}6.0 of type float."),
    (lambda: X.reshape("a"), ShapeError, f"reshape: the shape{NO_INTEGERS}'a' of type str."),
    (lambda: X.reshape(()), ShapeError, "reshape: an array of shape (2, 3) has 6 elements, shape () only one."),
    (lambda: X.reshape(np.ones((40, 2))), ShapeError, f"reshape: the shape{NO_INTEGERS}ndarray of shape (40, 2)."),
    (
        lambda: X.broadcast_to((2, 4)),
        ShapeError,
        "broadcast_to: data (2, 3) cannot be broadcast to (2, 4): 3 is neither 1 nor 4.",
    ),
    (lambda: X.broadcast_to(X), ShapeError, f"broadcast_to: the shape{NO_INTEGERS}NDArray of shape (2, 3)."),
    (
        lambda: X.broadcast_like(3),
        CompositionError,
        "broadcast_like: the argument must be an NDArray, given 3 of type int.",
    ),
    # operators
    (
        lambda: np.ones((3, 2)) @ X,
        CompositionError,
        "a @ b is not defined for NDArrays, as in MXNet; use mx.nd.dot(a, b).",
    ),
    (
        lambda: X // 2,
        CompositionError,
        "a // b is not defined for NDArrays, as in MXNet; use mx.nd.floor(a / b).",
    ),
    # elements
    (lambda: X["a"], ValueError, f"'a' of type str{NO_INDEX}"),
    (lambda: X[1.0], ValueError, f"1.0 of type float{NO_INDEX}"),
    (lambda: X[B], ValueError, f"<Symbol b> of type Symbol{NO_INDEX}"),
    (lambda: X[0, 1, 2], IndexError, "too many indices (3) for an array of 2 dimensions."),
    (lambda: ones(2)[0, 0], IndexError, "too many indices (2) for an array of 1 dimension."),
    (lambda: X[[0, 5]], IndexError, "index 5 is out of bounds for axis 0 with size 2."),
    (lambda: assign(0, ones(4)), ShapeError, "an array of shape (4,) cannot be assigned to a place of shape (3,)."),
    (lambda: assign(slice(None), [[1, 2], [3]]), DTypeError, f"[[1, 2], [3]] of type list{NO_ELEMENTS}"),
    (lambda: assign(slice(None), A), DTypeError, f"<Symbol a> of type Symbol{NO_ELEMENTS}"),
    (
        lambda: assign(slice(None), np.array(["a"] * 100)),
        DTypeError,
        f"ndarray of shape (100,) and dtype <U1{NO_ELEMENTS}",
    ),
    (lambda: X.asscalar(), ValueError, "an NDArray of shape (2, 3) is not a scalar; index one element first."),
    (
        lambda: bool(X),
        ValueError,
        "the truth value of an NDArray with several elements (shape (2, 3)) is ambiguous; reduce it first, "
        "e.g. with sum().",
    ),
    # operators
    (lambda: X + np.ones((40, 40)), DTypeError, f"broadcast_add{NO_OPERAND}ndarray of shape (40, 40){CONVERT}"),
    (lambda: X * [1, 2, 3], DTypeError, f"broadcast_mul{NO_OPERAND}[1, 2, 3] of type list{CONVERT}"),
    (lambda: mx.nd.equal(X, None), DTypeError, f"broadcast_equal{NO_OPERAND}None; ask for None with 'is None'."),
    (
        lambda: X + A,
        DTypeError,
        f"broadcast_add{NO_OPERAND}<Symbol a> of type Symbol; a Symbol has no values until it runs, so bind "
        f"or eval it first.",
    ),
    (
        lambda: X * jnp.ones((2, 3)),
        DTypeError,
        f"broadcast_mul{NO_OPERAND}a JAX array of shape (2, 3); make an NDArray of it with mx.nd.array, or give JAX the value "
        f"of an NDArray, its .jax.",
    ),
    *[
        (
            call,
            ValueError,
            "a function of JAX was given an NDArray, which is a place that holds a JAX array: give it what it holds, "
            "array.jax; for arrays by name, {name: array.jax for name, array in arrays.items()}.",
        )
        for call in (
            lambda: jnp.sum(X),
            lambda: jnp.dot(X, X),
            lambda: jax.jit(dict)({"x": X}),
            lambda: jax.grad(lambda x: x.sum())(X),
            lambda: jax.vmap(jnp.sin)(X),
        )
    ],
    (lambda: X * "a", DTypeError, f"broadcast_mul{NO_OPERAND}'a' of type str."),
    (
        lambda: mx.nd.add("a", "b"),
        CompositionError,
        "add takes NDArrays and numbers, given 'a' of type str and 'b' of type str; make NDArrays of other "
        "values with mx.nd.array.",
    ),
    (
        lambda: mx.nd.maximum([1], 2),
        CompositionError,
        "maximum takes NDArrays and numbers, given [1] of type list and 2 of type int; make NDArrays of "
        "other values with mx.nd.array.",
    ),
    (
        lambda: X + ones(4),
        ShapeError,
        "broadcast_add: shapes of the inputs do not fit together (lhs (2, 3), rhs (4,)): 3 and 4 differ.",
    ),
    (
        lambda: X + ones(2, 3, dtype="int32"),
        DTypeError,
        "broadcast_add: input 'rhs' has dtype int32, but float32 is expected from the other inputs; convert "
        "it with astype.",
    ),
    (
        lambda: update(X, ones(5, 2, 3)),
        ShapeError,
        "broadcast_add: 'out' has shape (2, 3) and dtype float32, but the output has (5, 2, 3) and float32.",
    ),
    # calls
    (
        lambda: mx.nd.concat(),
        CompositionError,
        "Concat takes one or more inputs, given none; give them by position, as in Concat(a, b).",
    ),
    (
        lambda: mx.nd.concat([X, X]),
        CompositionError,
        "Concat: argument 0 must be an NDArray, but got [NDArray of shape (2, 3), NDArray of shape (2, 3)] "
        "of type list; unpack it with a star, Concat(*list).",
    ),
    (
        lambda: mx.nd.concat(X, np.ones((40, 40))),
        CompositionError,
        f"Concat: argument 1 must be an NDArray, but got ndarray of shape (40, 40){CONVERT}",
    ),
    (
        lambda: mx.nd.concat(X, A, dim=0),
        CompositionError,
        "Concat: argument 1 must be an NDArray, but got <Symbol a> of type Symbol; a Symbol has no values "
        "until it runs, so bind or eval it first.",
    ),
    (
        lambda: mx.nd.concat(X, 3),
        CompositionError,
        "Concat: argument 1 must be an NDArray, but got 3 of type int; give attributes by keyword.",
    ),
    (
        lambda: mx.nd.concat(X, ones(3, 4), dim=0),
        ShapeError,
        "Concat: shapes of the inputs do not fit together (arg0 (2, 3), arg1 (3, 4)): 3 and 4 differ.",
    ),
    (
        lambda: mx.nd.concatenate(X),
        CompositionError,
        "concatenate needs a list of at least one NDArray, given NDArray of shape (2, 3).",
    ),
    (
        lambda: mx.nd.relu(np.ones((40, 40))),
        CompositionError,
        f"relu: argument 'data' must be an NDArray, but got ndarray of shape (40, 40){CONVERT}",
    ),
    (
        lambda: mx.nd.relu(X, X, "name", 3),
        CompositionError,
        "relu takes at most 3 positional arguments (data, out, name), given 4.",
    ),
    (lambda: mx.nd.relu(X, out=[X, X]), CompositionError, "relu: 'out' has 2 arrays, but the operator has 1 output."),
    (
        lambda: mx.nd.relu(X, out=np.ones((2, 3))),
        CompositionError,
        f"relu: 'out' must be an NDArray, given ndarray of shape (2, 3){CONVERT}",
    ),
    (
        lambda: mx.nd.relu(X, out=ones(3)),
        ShapeError,
        "relu: 'out' has shape (3,) and dtype float32, but the output has (2, 3) and float32.",
    ),
    (
        lambda: mx.nd.relu(X, out=ones(2, 3, dtype="int32")),
        DTypeError,
        "relu: 'out' has shape (2, 3) and dtype int32, but the output has (2, 3) and float32.",
    ),
    (
        lambda: mx.nd.sum(X, axis=np.ones((40, 40))),
        OpAttributeError,
        "operator sum: attribute axis is ndarray of shape (40, 40); expected tuple of int or None.",
    ),
    (
        lambda: mx.nd.sum(X, axes=1),
        OpAttributeError,
        "operator sum: unknown attribute 'axes'. Did you mean axis? Known attributes: axis (tuple of int or "
        "None), keepdims (bool), exclude (bool).",
    ),
    (
        lambda: mx.nd.moveaxis(X, 5, 0),
        ShapeError,
        "moveaxis: axis 5 is outside of a 2-dimensional array, whose axes are -2..1.",
    ),
    (lambda: mx.nd.moveaxis(X, "a", 0), ShapeError, f"moveaxis: an axis{NO_INTEGERS}'a' of type str."),
    (
        lambda: mx.nd.moveaxis(3, 0, 1),
        CompositionError,
        "moveaxis: the tensor must be an NDArray, given 3 of type int.",
    ),
    (lambda: mx.nd.split_v2(X, 2, axis=9), ShapeError, "split_v2: axis 9 is outside of an array of shape (2, 3)."),
    (lambda: mx.nd.split_v2(X, "a"), ShapeError, f"split_v2: indices_or_sections{NO_INTEGERS}'a' of type str."),
    (
        lambda: mx.nd.split_v2([1], 1),
        CompositionError,
        f"split_v2: the first argument must be an NDArray, given [1] of type list{CONVERT}",
    ),
    (
        lambda: mx.nd.histogram(X, -1),
        ShapeError,
        "histogram: bins must be a positive integer or an NDArray, given -1 of type int.",
    ),
    (
        lambda: mx.nd.histogram([1, 2], 3),
        CompositionError,
        f"histogram: the first argument must be an NDArray, given [1, 2] of type list{CONVERT}",
    ),
    (
        lambda: mx.nd.onehot_encode(3, X),
        CompositionError,
        "onehot_encode: 'indices' must be an NDArray, given 3 of type int.",
    ),
    (
        lambda: jax.jit(mx.nd.array)(np.ones(3)),
        DTypeError,
        "a value inside of a JAX transformation (jit, grad, vmap ...) cannot become elements of an NDArray; a symbol "
        "compiles and differentiates itself, and mx.operator.from_jax brings a JAX function into it.",
    ),
    (lambda: X.as_in_context(3), TypeError, "as_in_context needs a Context, given 3 of type int."),
    (
        lambda: X.tostype(X),
        MXNetError,
        "storage type NDArray of shape (2, 3) is not supported: arrays are dense, use 'default'.",
    ),
]


@pytest.mark.cpu
@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_message(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as info:
        call()
    assert str(info.value) == message


def test_a_value_that_does_not_fit_into_memory_is_an_error() -> None:
    data = ones(1, 1, 5, 5)
    array = mx.nd.Correlation(data, data, pad_size=10**7, stride1=10**7)
    for read in (array.asnumpy, array.wait_to_read):
        with pytest.raises(
            OutOfMemoryError,
            match=r"the value of an NDArray of shape .* was not computed: RESOURCE_EXHAUSTED.* Smaller batches",
        ):
            read()


HUGE = (10**7, 10**7)  # beyond the address space: no machine promises that
UNALLOCATED = "an NDArray of shape (10000000, 10000000) and float32 takes 400,000.0 GB, which cannot be allocated."


@pytest.mark.cpu
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: mx.nd.ones(HUGE), UNALLOCATED),
        (lambda: mx.sym.Variable("x").simple_bind(mx.cpu(), x=HUGE).arg_arrays[0].asnumpy(), UNALLOCATED),
        (
            lambda: mx.nd.broadcast_to(ones(1, 1), shape=HUGE).asnumpy(),
            "operator broadcast_to on shapes (1, 1) cannot be run: RESOURCE_EXHAUSTED: Out of memory allocating "
            "400000000000000 bytes. Smaller batches take less; Executor.memory_plan() tells how much before anything runs.",
        ),
    ],
)
def test_what_takes_more_memory_than_there_is(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(OutOfMemoryError) as info:
        make()
    assert str(info.value) == message


def test_what_no_rule_foresaw_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def lower(self: Any, ctx: Any, data: Any) -> None:
        raise TypeError("no such luck")

    monkeypatch.setattr(find_op("erfinv"), "lower", lower)
    with pytest.raises(mx.MXNetError) as caught:
        mx.nd.erfinv(mx.nd.zeros((2, 3, 5)))
    assert str(caught.value) == "operator erfinv on shapes (2, 3, 5) cannot be run: TypeError: no such luck"
