"""``mx.test_utils``: the helpers of MXNet's own tests. Expected values and signatures are those of MXNet 1.9.1."""

from __future__ import annotations

import functools
import inspect
import os
import platform
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils as tu

SIGNATURES = """
almost_equal(a, b, rtol=None, atol=None, equal_nan=False, use_broadcast=True)
assert_allclose(a, b, rtol=1e-07, atol=0, equal_nan=True)
assert_almost_equal(a, b, rtol=None, atol=None, names=('a', 'b'), equal_nan=False, use_broadcast=True, mismatches=(10,
    10))
assert_almost_equal_ignore_nan(a, b, rtol=None, atol=None, names=('a', 'b'))
assert_almost_equal_with_err(a, b, rtol=None, atol=None, etol=None, names=('a', 'b'), equal_nan=False, mismatches=(10,
    10))
check_consistency(sym, ctx_list, scale=1.0, grad_req='write', arg_params=None, aux_params=None, rtol=None, atol=None,
    raise_on_err=True, ground_truth=None, equal_nan=False, use_uniform=False, rand_type=float64)
check_numeric_gradient(sym, location, aux_states=None, numeric_eps=None, rtol=None, atol=None, grad_nodes=None,
    use_forward_train=True, ctx=None, grad_stype_dict=None, dtype=float32)
check_speed(sym, location=None, ctx=None, N=20, grad_req=None, typ='whole', **kwargs)
check_symbolic_backward(sym, location, out_grads, expected, rtol=None, atol=None, aux_states=None, grad_req='write',
    ctx=None, grad_stypes=None, equal_nan=False, dtype=float32)
check_symbolic_forward(sym, location, expected, rtol=None, atol=None, aux_states=None, ctx=None, equal_nan=False,
    dtype=float32)
chi_square_check(generator, buckets, probs, nsamples=1000000)
compare_ndarray_tuple(t1, t2, rtol=None, atol=None)
compare_optimizer(opt1, opt2, shape, dtype, w_stype='default', g_stype='default', rtol=0.0001, atol=1e-05,
    compare_states=True, ntensors=1)
create_2d_tensor(rows, columns, dtype=int64)
create_vector(size, dtype=int64)
get_atol(atol=None, dtype=dtype('float64'))
get_etol(etol=None)
get_rtol(rtol=None, dtype=dtype('float64'))
locationError(a, b, index, names, maxError=False)
mean_check(generator, mu, sigma, nsamples=1000000)
numeric_grad(executor, location, aux_states=None, eps=0.0001, use_forward_train=True, dtype=float32)
rand_ndarray(shape, stype='default', density=None, dtype=None, modifier_func=None, shuffle_csr_indices=False,
    distribution=None, ctx=None)
rand_shape_2d(dim0=10, dim1=10, allow_zero_size=False)
rand_shape_3d(dim0=10, dim1=10, dim2=10, allow_zero_size=False)
rand_shape_nd(num_dim, dim=10, allow_zero_size=False)
simple_forward(sym, ctx=None, is_train=False, **inputs)
var_check(generator, sigma, nsamples=1000000)
verify_generator(generator, buckets, probs, nsamples=1000000, nrepeat=5, success_rate=0.2, alpha=0.05)
"""

F16, F32, F64, I64 = map(np.dtype, ("float16", "float32", "float64", "int64"))
NAN, INF = np.nan, np.inf


def table(cases: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases.values(), ids=list(cases))


def message(error: type[Exception], function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(error) as raised:
        function(*args, **kwargs)
    return str(raised.value)


# -- names ------------------------------------------------------------------------------------------------------------


def shown(function: Any) -> str:
    def one(p: inspect.Parameter) -> str:
        value = p.default.__name__ if isinstance(p.default, type) else repr(p.default)
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        return star + p.name + ("" if p.default is p.empty else f"={value}")

    return f"{function.__name__}({', '.join(map(one, inspect.signature(function).parameters.values()))})"


@pytest.mark.parametrize(
    "expected", re.sub(r"\n +", " ", SIGNATURES).strip().split("\n"), ids=lambda s: s.split("(")[0]
)
def test_signatures_are_mxnets(expected: str) -> None:
    assert shown(getattr(tu, expected.split("(")[0])) == expected


def test_a_star_import_brings_what_there_is() -> None:
    names: dict[str, Any] = {}
    exec("from symgraph.test_utils import *", names)
    assert set(tu.__all__) <= set(names)
    assert {"array", "current_context", "default_context", "check_consistency", "rand_shape_nd"} <= set(tu.__all__)


LEFT_OUT = {
    "rand_sparse_ndarray": ": sparse storage is not part of symgraph; arrays are dense.",
    "get_mnist": ": symgraph downloads nothing; fetch the file by other means.",
    "use_np": ": Gluon and MXNet's NumPy interface are not part of symgraph.",
    "rand_shape_4d": ". Did you mean 'rand_shape_",
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_says_why(name: str) -> None:
    assert f"symgraph.test_utils has no '{name}'{LEFT_OUT[name]}" in message(AttributeError, getattr, tu, name)
    assert not hasattr(tu, name)


# -- tolerances -------------------------------------------------------------------------------------------------------


@pytest.mark.cpu
@pytest.mark.parametrize(
    ("dtype", "rtol", "atol"),
    [("float16", 1e-2, 1e-1), ("float32", 1e-4, 1e-3), ("float64", 1e-5, 1e-20), ("int32", 0, 0), ("bool", 0, 0)],
)
def test_default_tolerances(dtype: str, rtol: float, atol: float) -> None:
    kind, x = np.dtype(dtype), np.ones(2, dtype)
    assert (tu.default_rtols()[kind], tu.default_atols()[kind]) == (rtol, atol)
    assert (tu.get_rtol(None, kind), tu.get_atol(None, kind)) == (rtol, atol)
    assert tu.get_tols(x, x, None, None) == (rtol, atol)
    assert tu.effective_dtype(x) == tu.effective_dtype(mx.nd.array(x, dtype=dtype)) == kind


@pytest.mark.parametrize(
    ("x", "y", "rtol", "atol", "expected"),
    [
        (np.ones(2, F16), np.ones(2, F32), None, None, (1e-2, 1e-1)),
        (np.ones(2, F64), np.ones(2, F32), None, None, (1e-4, 1e-3)),
        (np.ones(2, I64), np.ones(2, F32), None, None, (1e-4, 1e-3)),
        (2.0, 1, None, None, (1e-5, 1e-20)),
        (2.0, 1, {F64: 5}, 3, (5, 3)),
        (np.ones(2, F32), np.ones(2, F32), {F64: 5}, {F32: 7}, (1e-4, 7)),
        (np.ones(2, "int16"), np.ones(2, "int16"), None, None, (0, 0)),
    ],
)
def test_tolerances_of_a_pair(x: Any, y: Any, rtol: Any, atol: Any, expected: tuple[float, float]) -> None:
    assert tu.get_tols(x, y, rtol, atol) == expected


def test_other_defaults() -> None:
    assert tu.default_numeric_eps() == {F16: 2**-6, F32: 2**-9, F64: 2**-14}
    assert (tu.get_rtol(), tu.get_atol(), tu.get_etol(), tu.get_etol(0.5)) == (1e-5, 1e-20, 0, 0.5)
    assert tu.default_dtype() is np.float32


def test_float32_of_a_gpu_that_multiplies_in_tensor_float_32_counts_as_float16() -> None:
    device = types.SimpleNamespace(compute_capability="9.0")

    class Gpu(mx.Context):
        jax_device = property(lambda self: device)

    array = types.SimpleNamespace(dtype=F32, context=Gpu("gpu"))
    assert tu.get_cuda_compute_capability(array.context) == 90
    with tu.environment("NVIDIA_TF32_OVERRIDE", None):
        assert tu.effective_dtype(array) == F16
    with tu.environment("NVIDIA_TF32_OVERRIDE", "0"):
        assert tu.effective_dtype(array) == F32
    device.compute_capability = "7.5"
    assert tu.effective_dtype(array) == F32
    assert message(ValueError, tu.get_cuda_compute_capability, mx.cpu()) == (
        "only a GPU has a compute capability, given cpu(0)."
    )


# -- comparing --------------------------------------------------------------------------------------------------------

EQUAL: dict[str, tuple] = {
    "NumPy arrays broadcast": (np.ones((2, 3)), np.ones(3)),
    "NDArray and NumPy array broadcast": (mx.nd.ones((2, 3)), np.ones(3)),
    "NDArray and number": (mx.nd.ones((2, 3)), 1),
    "numbers": (1, 1.0),
    "lists": ([1, 2], [1.0, 2.0]),
    "infinities": ([INF, -INF], [INF, -INF]),
    "empty": (np.zeros((0, 3)), np.zeros((0, 3))),
    "NaN if wanted": ([NAN, 1], [NAN, 1], None, None, ("a", "b"), True),
    "tolerance of the coarser dtype": (np.float16(1), np.float32(1.1)),
    "tolerance by dtype": (np.float32(1), np.float32(1.05), {F32: 0.1}),
    "bfloat16": (mx.nd.array([1], dtype="bfloat16"), mx.nd.array([1.1], dtype="bfloat16")),
}

DIFFERENT: dict[str, tuple] = {
    "NaN": ([NAN, 1], [NAN, 1]),
    "NaN and number": ([NAN, 1], [1, 1], None, None, ("a", "b"), True),
    "infinities of both signs": ([INF], [-INF]),
    "infinity as expected value": ([5.0], [INF]),
    "integers": (np.array([1, 2]), np.array([1, 3])),
    "integers beyond float64": tuple(mx.nd.array(np.array([2**53 + i]), dtype="int64") for i in (0, 1)),
    "booleans, whatever the tolerance": (np.array([True, False]), np.array([True, True]), 5, 5),
    "tolerance of another dtype": (np.float32(1), np.float32(1.05), {F64: 0.1}),
    "relative to the second": (np.float64(1.1), np.float64(1.0), 0.095, 0),
    "shapes that do not broadcast": (np.ones((2, 3)), np.ones(2)),
    "shapes of two NDArrays": (mx.nd.ones((2, 3)), mx.nd.ones((3,))),
}


@table(EQUAL)
def test_almost_equal_arrays_pass(case: tuple) -> None:
    tu.assert_almost_equal(*case)


@table(DIFFERENT)
def test_different_arrays_fail(case: tuple) -> None:
    with pytest.raises(AssertionError):
        tu.assert_almost_equal(*case)


def test_almost_equal_takes_the_tolerance_of_float64() -> None:
    assert tu.almost_equal(np.float32(1), np.float32(1 + 2**-20))
    assert not tu.almost_equal(np.float32(1), np.float32(1 + 2e-5))
    assert not tu.almost_equal(np.float16(1), np.float16(1.001))
    assert tu.almost_equal([1.0], mx.nd.ones((1,)))
    assert tu.almost_equal(np.float32(1), np.float32(1.05), rtol=0.1)
    assert tu.almost_equal([NAN], [NAN], equal_nan=True)
    assert tu.almost_equal_ignore_nan([1, NAN, 3], [NAN, 2, 3])
    assert not tu.almost_equal_ignore_nan([1, NAN, 3], [NAN, 2, 4])


def test_same() -> None:
    assert tu.same(np.array([1]), np.array([1.0]))
    assert tu.same(mx.nd.ones((2,)), np.ones(2))
    assert not tu.same(np.array([1]), np.array([1, 1]))
    assert not tu.same(np.array([NAN]), np.array([NAN]))


def test_variants_of_assert_almost_equal() -> None:
    tu.assert_allclose(np.array([1, NAN]), np.array([1 + 1e-8, NAN]))
    tu.assert_almost_equal_ignore_nan(mx.nd.array([1, NAN, 3]), np.array([NAN, 2, 3]))
    tu.compare_ndarray_tuple((np.ones(1), (np.ones(2), None)), (np.ones(1), (np.ones(2), np.ones(3))))
    a, b = np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 3, 5])
    tu.assert_almost_equal_with_err(a, b, etol=0.25)
    for fails in (
        lambda: tu.assert_allclose(np.array([1.0]), np.array([1 + 1e-6])),
        lambda: tu.assert_almost_equal_ignore_nan(a, b),
        lambda: tu.compare_ndarray_tuple((a, (a,)), (a, (b,))),
        lambda: tu.compare_ndarray_tuple((a, a), (a,)),
        lambda: tu.assert_almost_equal_with_err(a, b, etol=0.2),
        lambda: tu.assert_almost_equal_with_err(a, b),
        lambda: tu.almost_equal(np.ones((2, 3)), np.ones(3), use_broadcast=False),
        lambda: tu.checkShapes(np.ones(1), np.ones(2)),
    ):
        with pytest.raises(AssertionError):
            fails()


def test_messages_of_comparisons() -> None:
    a, b = np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 2], [3.5, 8]])
    assert message(AssertionError, tu.assert_almost_equal, a, b, names=("X", "Y")) == (
        "X and Y differ by more than rtol=1e-05, atol=1e-20 allow in 2 of 4 elements (50%).\n"
        "largest error at (1, 1): X = 4.0, Y = 8.0\n"
        "error at (1, 0): X = 3.0, Y = 3.5\n"
        "X: array([[1., 2.],\n       [3., 4.]])\n"
        "Y: array([[1. , 2. ],\n       [3.5, 8. ]])"
    )
    few = message(AssertionError, tu.assert_almost_equal, a, b, mismatches=(1, 1))
    assert "2 of 4" in few
    assert few.count("error at") == 1
    assert message(AssertionError, tu.assert_almost_equal, np.ones((2, 3)), np.ones(2)) == (
        "a and b differ in shape, and do not broadcast: (2, 3) and (2,)."
    )
    assert message(AssertionError, tu.checkShapes, a, b[0]) == "a and b differ in shape: (2, 2) and (2,)."
    assert "2 of 2 elements" in message(AssertionError, tu.assert_almost_equal, np.zeros(2), 1.0)
    assert "a = 9007199254740992, b = 9007199254740993" in message(
        AssertionError, tu.assert_almost_equal, np.array([2**53]), np.array([2**53 + 1])
    )


def test_where_the_largest_violation_is() -> None:
    index, excess = tu.find_max_violation(np.array([1.0, 2, 9]), np.array([1.0, 3, 10]), 0.1, 0.01)
    assert index == (1,)
    assert excess == pytest.approx(3.2258064516129026)
    assert tu.find_max_violation([[1.0, NAN], [2, 3]], [[9.0, 1], [2, 3]]) == ((0, 1), INF)
    assert tu.locationError(np.ones(2), np.zeros(2), (1,), ("p", "q")) == "error at (1,): p = 1.0, q = 0.0"


def test_shared_memory_is_found_and_left_as_it_was() -> None:
    x = mx.nd.array([0.1, INF, NAN])
    assert tu.same_array(x, x)
    assert tu.same_array(x, x[:3])
    assert tu.same_array(x[1:], x[1:])
    assert not tu.same_array(x, x.copy())
    assert not tu.same_array(x, x.reshape((3, 1)))
    assert not tu.same_array(x[:2], x[1:])
    np.testing.assert_array_equal(x.asnumpy(), np.array([0.1, INF, NAN], F32))


def test_symbol_structure() -> None:
    a, b, c = map(mx.sym.Variable, "abc")
    assert tu.same_symbol_structure(a + b, b + c)
    assert not tu.same_symbol_structure(a + b, a * b)
    assert not tu.same_symbol_structure(a + b, (a + b) * 2)


# -- inputs -----------------------------------------------------------------------------------------------------------


def test_a_seed_gives_mxnets_numbers() -> None:
    np.random.seed(1)
    assert tu.rand_shape_2d() == (6, 9)
    assert tu.rand_shape_2d(3, 4, True) == (3, 1)
    assert tu.rand_shape_3d() == (6, 1, 1)
    assert tu.rand_shape_nd(4) == (2, 8, 7, 10)
    assert tu.rand_shape_nd(4, 3, True) == (2, 0, 2, 1)
    assert tu.rand_coord_2d(1, 5, 3, 9) == (3, 7)
    close = functools.partial(np.testing.assert_allclose, rtol=1e-6)
    close(tu.random_arrays((2,)), np.array([0.3190391, -0.24937038]))
    vector, scalar = tu.random_arrays((2,), ())
    close(vector, [1.4621079, -2.0601406])
    close(scalar, -0.3224172)
    assert (vector.dtype, scalar.shape, scalar.dtype) == (F32, (), F32)
    close(tu.random_uniform_arrays((2,), low=2, high=3), [[2.8007445, 2.9682615]])
    (wide,) = tu.random_uniform_arrays((2,), dtype="float64")
    close(wide, [0.31342418, 0.69232262])
    assert tu.random_sample([1, 2, 3, 4, 5], 3) == [3, 5, 4]
    close(tu.rand_ndarray((2,)).asnumpy(), [-0.38405436, -0.1724282])
    square = tu.rand_ndarray((2, 2), dtype="float64", ctx=mx.cpu(1))
    assert (square.dtype, square.context) == (np.float64, mx.cpu(1))
    close(square.asnumpy(), [[-0.8778584, 0.04221375], [0.58281523, -1.1006192]])


def test_refused_inputs() -> None:
    assert message(mx.MXNetError, tu.rand_ndarray, (2, 2), "row_sparse") == (
        "rand_ndarray: sparse storage is not part of symgraph; use stype 'default' in place of 'row_sparse'."
    )
    assert message(ValueError, tu.random_sample, [1], 2) == "random_sample: cannot choose k=2 elements of 1."


def test_regular_arrays() -> None:
    assert tu.create_vector(3).asnumpy().tolist() == [0, 1, 2]
    assert tu.create_vector(3).dtype == np.int64
    assert tu.create_2d_tensor(2, 3, "float32").asnumpy().tolist() == [[0.0] * 3, [1.0] * 3]
    assert tu.get_identity_mat(2).asnumpy().tolist() == [[1, 0], [0, 1]]
    assert tu.get_identity_mat_batch(3).asnumpy().tolist() == [np.eye(3).tolist()] * 2


@pytest.mark.parametrize("n", [1, 2, 9])
def test_matrices_have_the_properties_in_their_names(n: int) -> None:
    np.random.seed(n)
    q = tu.new_orthonormal_matrix_2d(n)
    np.testing.assert_allclose(q @ q.T, np.eye(n), atol=1e-12)
    s = tu.new_sym_matrix_with_real_eigvals_nd((2, n, n))
    np.testing.assert_allclose(s, s.swapaxes(1, 2), atol=1e-12)
    for matrix in (*tu.new_matrix_with_real_eigvals_nd((2, 1, n, n))[:, 0], *s):
        values, vectors = np.linalg.eig(matrix)
        assert np.abs(values.imag).max() == 0
        assert np.abs(values).max() <= 10
        assert np.linalg.cond(vectors) < 100
    assert tu.new_matrix_with_real_eigvals_nd((n, n)).shape == (n, n)


def test_reference_helpers() -> None:
    x = np.arange(24).reshape(2, 3, 4)
    assert tu.np_reduce(x, (0, -1), True, np.sum).tolist() == [[[60], [92], [124]]]
    assert tu.np_reduce(x, None, False, np.sum) == 276
    assert tu.np_reduce(x, 1, False, np.max).tolist() == [[8, 9, 10, 11], [20, 21, 22, 23]]
    assert tu.collapse_sum_like(x, (3, 1)).tolist() == [[60], [92], [124]]
    assert tu.collapse_sum_like(x, ()) == 276
    assert tu.collapse_sum_like(np.zeros((0, 3)), (1, 3)).tolist() == [[0, 0, 0]]
    assert tu.assign_each(np.arange(3), lambda v: 2 * v).tolist() == [0.0, 2.0, 4.0]
    assert tu.assign_each([1, 2], None).tolist() == [1, 2]
    assert tu.assign_each2(np.arange(3), np.ones(3), lambda v, w: v - w).tolist() == [-1.0, 0.0, 1.0]
    assert message(ValueError, tu.collapse_sum_like, np.zeros((2, 3)), (2, 2)) == (
        "collapse_sum_like: shape (2, 2) does not broadcast to (2, 3)."
    )
    assert message(ValueError, tu.assign_each2, [1], [1, 2], max) == "assign_each2: shapes (1,) and (2,) differ."


# -- surroundings -----------------------------------------------------------------------------------------------------


@pytest.fixture
def variables() -> Iterator[None]:
    before = dict(os.environ)
    os.environ["SYMGRAPH_SET"] = "old"
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("variables")
def test_environment_is_put_back() -> None:
    with tu.environment("SYMGRAPH_SET", "new"):
        assert os.environ["SYMGRAPH_SET"] == "new"
    with tu.environment({"SYMGRAPH_SET": None, "SYMGRAPH_NEW": ""}):
        assert tu.getenv("SYMGRAPH_SET") is None
        tu.setenv("SYMGRAPH_SET", "set")
        assert tu.getenv("SYMGRAPH_SET") == os.environ["SYMGRAPH_SET"] == "set"
        tu.setenv("SYMGRAPH_SET", None)
        assert "SYMGRAPH_SET" not in os.environ
        assert os.environ["SYMGRAPH_NEW"] == ""
    with pytest.raises(ZeroDivisionError), tu.environment("SYMGRAPH_SET", "new"):
        raise ZeroDivisionError
    assert os.environ["SYMGRAPH_SET"] == "old"
    assert "SYMGRAPH_NEW" not in os.environ
    with pytest.raises(TypeError), tu.environment({"SYMGRAPH_SET": "new", "SYMGRAPH_NEW": 2}):
        pass
    assert os.environ["SYMGRAPH_SET"] == "old"
    with pytest.raises(ValueError, match="environment takes the name and the value of a variable, or a dict of them."):
        tu.environment("SYMGRAPH_SET").__enter__()


def test_error_output_is_discarded(capfd: pytest.CaptureFixture) -> None:
    with tu.discard_stderr():
        os.write(2, b"from a library\n")
        sys.stderr.write("from Python\n")
    os.write(2, b"heard\n")
    sys.stderr.write("again\n")
    assert capfd.readouterr().err == "heard\nagain\n"


def test_retry() -> None:
    calls: list[int] = []

    @tu.retry(3)
    def chance(enough: int) -> str:
        calls.append(enough)
        assert len(calls) >= enough
        return "done"

    assert chance(3) == "done"
    calls.clear()
    with pytest.raises(AssertionError):
        chance(4)
    assert len(calls) == 3
    assert chance.__name__ == "chance"
    assert message(ValueError, tu.retry, 0) == "retry: a test runs at least once, given n=0."


def test_expected_exceptions() -> None:
    tu.assert_exception(int, ValueError, "x")
    tu.assert_exception(int, (KeyError, ValueError), "x", base=2)
    assert message(AssertionError, tu.assert_exception, int, ValueError, "1") == "int did not raise ValueError."
    assert message(AssertionError, tu.assert_exception, int, AssertionError) == "int did not raise AssertionError."
    assert "invalid literal" in message(ValueError, tu.assert_exception, int, KeyError, "x")


@pytest.mark.cpu
def test_default_context() -> None:
    assert tu.default_context() == mx.cpu(0)
    with mx.cpu(3):
        assert tu.default_context() == mx.cpu(3)
    try:
        tu.set_default_context(mx.cpu(2))
        assert tu.default_context() == mx.current_context() == tu.rand_ndarray((2,)).context == mx.cpu(2)
    finally:
        tu.set_default_context(mx.cpu(0))


def test_facts_about_machine_and_installation() -> None:
    assert tu.list_gpus() == list(range(mx.num_gpus()))
    assert (tu.is_op_runnable(), tu.has_tvm_ops()) == (True, False)
    assert tu.is_aarch64_run() == (platform.machine() == "aarch64")
    for value, expected in (("1", True), ("0", False), (None, False)):
        with tu.environment("CD_JOB", value):
            assert tu.is_cd_run() is expected
