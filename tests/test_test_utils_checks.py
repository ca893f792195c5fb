"""Checks of symbols and of random generators in ``mx.test_utils``. Numbers are those of MXNet 1.9.1."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils as tu
from symgraph.errors import BindError, UnknownArgumentError
from tests.test_test_utils import F32, NAN, message, table

# -- symbols ----------------------------------------------------------------------------------------------------------

A, B = mx.sym.Variable("a"), mx.sym.Variable("b")
PRODUCT = mx.sym.elemwise_mul(A, B, name="product")
ONES, THREES = np.ones(2), np.full(2, 3.0)


def norm() -> mx.Symbol:
    return mx.sym.BatchNorm(A, name="bn", fix_gamma=False)


def test_simple_forward() -> None:
    assert tu.simple_forward(PRODUCT, a=ONES, b=[2, 3]).tolist() == [2.0, 3.0]
    first, second = tu.simple_forward(mx.sym.Group([A, B]), ctx=mx.cpu(1), a=ONES, b=np.ones(1, "int32"))
    assert (first.dtype, second.dtype) == (F32, F32)
    assert tu.simple_forward(mx.sym.Dropout(A, p=0.999999), is_train=True, a=ONES).tolist() == [0, 0]


def test_forward_is_checked() -> None:
    check = tu.check_symbolic_forward
    (out,) = check(PRODUCT, [ONES, np.array([2, 3], "int32")], [np.array([2, 3])])
    assert isinstance(out, mx.NDArray)
    assert out.dtype == np.float32
    (exact,) = check(PRODUCT, [ONES.astype("int32")] * 2, {"product_output": ONES}, dtype="asnumpy")
    assert exact.dtype == np.int32
    check(mx.sym.Group([A, B]), {"a": mx.nd.ones((2,)), "b": THREES}, [ONES])
    check(PRODUCT, [ONES * NAN, ONES], [ONES * NAN], equal_nan=True)
    check(PRODUCT, [ONES, ONES], [ONES * 1.05], rtol={F32: 0.1}, ctx=mx.cpu(1))
    images = np.array([[1.0], [3.0]])
    states = {"bn_moving_mean": ONES[:1], "bn_moving_var": ONES[:1]}
    for aux in (states, list(states.values())):
        check(norm(), [images, ONES[:1], ONES[:1]], [images], aux_states=aux, rtol=1e-2)


@pytest.mark.parametrize("request_", ["write", "add"])
def test_backward_is_checked(request_: str) -> None:
    check = functools.partial(tu.check_symbolic_backward, PRODUCT, [ONES, THREES], grad_req=request_)
    grads = check([ONES * 2], [THREES * 2, ONES * 2])
    assert list(grads) == ["a", "b"]
    assert isinstance(grads["a"], mx.NDArray)
    check({"product_output": mx.nd.array(ONES)}, {"b": ONES}, grad_stypes={"b": "default"})
    check(ONES, [THREES.astype(int)], dtype=np.float64, ctx=mx.cpu(1))
    with pytest.raises(AssertionError, match="largest error at"):
        check([ONES], {"a": ONES})


def test_backward_checks_what_each_argument_asks_for() -> None:
    check = functools.partial(tu.check_symbolic_backward, PRODUCT, [ONES, THREES], [ONES])
    check([THREES, None], grad_req={"a": "add"})
    check([THREES, None], grad_req=["write", "null"])
    tu.check_symbolic_backward(mx.sym.MakeLoss(A * 2), [ONES], None, [ONES * 2])


def test_numeric_grad() -> None:
    values = np.array([0.5, 1.5])
    for dtype, rtol in (("float32", 1e-5), ("float64", 1e-7)):
        executor = (mx.sym.sin(A) * 2).bind(mx.current_context(), {"a": mx.nd.zeros((2,), dtype=dtype)})
        for location in ({"a": values}, [values]):
            gradient = tu.numeric_grad(executor, location, eps=1e-2, dtype=dtype)["a"]
            np.testing.assert_allclose(gradient, [1.75515781, 0.14147381], rtol=rtol * 10)
            assert gradient.dtype == dtype
        assert executor.arg_dict["a"].asnumpy().tolist() == values.tolist()


def test_numeric_gradients_agree() -> None:
    check = tu.check_numeric_gradient
    check(PRODUCT, [ONES, THREES])
    check(PRODUCT, {"a": 1.5, "b": 2.5}, dtype=np.float64, numeric_eps=1e-3)
    check(mx.sym.Group([PRODUCT, mx.sym.sin(A)]), [ONES, THREES], grad_nodes={"a": "add", "b": "null"})
    check(mx.sym.Embedding(A, B, input_dim=3, output_dim=2), [np.array([0, 2]), np.ones((3, 2))], grad_nodes=["b"])
    check(
        mx.sym.cast(A, "float32") * B,
        [mx.nd.array([1, 2], dtype="int32"), ONES],
        grad_nodes=["b"],
        ctx=mx.current_context(),
    )
    x = np.random.RandomState(0).normal(size=(4, 2))
    states = {"bn_moving_mean": ONES, "bn_moving_var": THREES}
    for train in (True, False):
        net = norm() if train else mx.sym.BatchNorm(A, name="bn", fix_gamma=False, use_global_stats=True)
        check(net, [x, ONES, ONES], states, use_forward_train=train, dtype=np.float64, rtol=1e-4, atol=1e-6)


LOSS = mx.sym.MakeLoss(A * 2, name="loss")
STARTING = "largest error at (0,): "
FAILURES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "forward": (
        lambda: tu.check_symbolic_forward(PRODUCT, [ONES, THREES], [THREES - 1]),
        AssertionError,
        STARTING + "expected product_output = 2.0, output product_output = 3.0",
    ),
    "backward": (
        lambda: tu.check_symbolic_backward(PRODUCT, [ONES, THREES], [ONES], {"a": ONES}),
        AssertionError,
        STARTING + "expected gradient of a = 1.0, gradient of a = 3.0",
    ),
    "shape of an expected gradient": (
        lambda: tu.check_symbolic_backward(PRODUCT, [ONES, THREES], [ONES], {"a": THREES[:1]}),
        AssertionError,
        "expected gradient of a and gradient of a differ in shape: (1,) and (2,).",
    ),
    "no derivative": (
        lambda: tu.check_numeric_gradient(mx.sym.BlockGrad(A) * B, [ONES, THREES]),
        AssertionError,
        "numeric gradient of a and gradient of a differ by more than rtol=0.0001, atol=0.001 allow in 2 of 2 elements",
    ),
    "unknown input": (
        lambda: tu.check_symbolic_forward(PRODUCT, {"a": ONES, "bb": ONES}, [ONES]),
        UnknownArgumentError,
        "location 'bb' is unknown. Did you mean 'b'? Known: a, b.",
    ),
    "missing input": (
        lambda: tu.check_symbolic_forward(PRODUCT, [ONES], [ONES]),
        BindError,
        "`b` is missing in `args`",
    ),
    "input that is no list": (
        lambda: tu.check_symbolic_forward(PRODUCT, ONES, [ONES]),
        BindError,
        "location must be a list or a dict by name, given ndarray of shape ",
    ),
    "missing state": (
        lambda: tu.check_symbolic_forward(norm(), [ONES.reshape(2, 1), ONES[:1], ONES[:1]], [], aux_states=[ONES[:1]]),
        BindError,
        "`bn_moving_var` is missing in `aux_states`",
    ),
    "too many expected": (
        lambda: tu.check_symbolic_forward(PRODUCT, [ONES, ONES], [ONES, ONES]),
        BindError,
        "expected has 2 entries, but there are only 1: product_output.",
    ),
    "sparse gradient": (
        lambda: tu.check_symbolic_backward(PRODUCT, [ONES, ONES], [ONES], [ONES], grad_stypes={"a": "row_sparse"}),
        mx.MXNetError,
        "gradient of 'a': sparse storage is not part of symgraph; use stype 'default'",
    ),
    "small step": (
        lambda: tu.check_numeric_gradient(PRODUCT, [ONES, THREES], numeric_eps=1e-6),
        ValueError,
        "numeric_eps=1e-06 is too small for float32; take 1e-05 or more.",
    ),
    "step that vanishes": (
        lambda: tu.check_numeric_gradient(A * 2, [THREES * 1000], dtype=np.float16),
        ValueError,
        "numeric_eps=0.015625 vanishes beside 'a'[0] = 3000.0 in float16; take a larger step or a wider dtype.",
    ),
    "names in a string": (
        lambda: tu.check_numeric_gradient(PRODUCT, [ONES, THREES], grad_nodes="a"),
        ValueError,
        "grad_nodes must be a list or a dict of names, given 'a'.",
    ),
    "unknown kind of speed": (
        lambda: tu.check_speed(PRODUCT, a=(2,), b=(2,), typ="backward"),
        ValueError,
        "typ must be 'whole' or 'forward', given 'backward'.",
    ),
}


@pytest.mark.cpu
@table(FAILURES)
def test_failures_say_what_is_wrong(case: tuple[Callable[[], Any], type[Exception], str]) -> None:
    function, error, text = case
    assert text in message(error, function)


def test_a_check_that_fails_leaves_its_arrays_as_they_were() -> None:
    point = mx.nd.array([3000.0], dtype="float16")
    with pytest.raises(ValueError, match="vanishes"):
        tu.check_numeric_gradient(A * 2, [point], dtype=np.float16)
    assert point.asnumpy().tolist() == [3000]


# -- consistency and speed --------------------------------------------------------------------------------------------

SCALED = mx.sym.elemwise_mul(mx.sym.sin(A), B, name="scaled")


def settings(*dtypes: str, **more: Any) -> list[dict]:
    return [{"ctx": mx.cpu(i), "a": (2,), "type_dict": {"a": d}, **more} for i, d in enumerate(dtypes)]


def test_consistency_is_checked_with_mxnets_inputs() -> None:
    dense = mx.sym.FullyConnected(A, B, num_hidden=2, no_bias=True, name="fc")
    np.random.seed(5)
    inputs: dict[str, Any] = {}
    truth = tu.check_consistency(dense, settings("float32", "float64", a=(1, 2)), arg_params=inputs)
    expected = {
        "fc_output": [[1.155933, -0.475233]],
        "a": [[2.757718, -1.043449]],
        "b": [[0.510029, -0.382464], [-0.209686, 0.15724]],
    }
    assert list(inputs) == ["a", "b"]
    assert list(truth) == list(expected)
    for name, value in expected.items():
        assert truth[name].dtype == np.float64
        np.testing.assert_allclose(truth[name].asnumpy(), value, atol=1e-6)
    again = tu.check_consistency(
        dense, settings("float16", "float32", a=(1, 2)), arg_params=inputs, ground_truth=truth, atol=0.01
    )
    assert again == truth


def test_consistency_by_mxnets_rules() -> None:
    np.random.seed(5)
    truth = tu.check_consistency(
        SCALED,
        settings("float16", "float32", "float64"),
        scale=2,
        use_uniform=True,
        rand_type="float16",
        grad_req={"a": "add"},
    )
    np.testing.assert_allclose(truth["scaled_output"].asnumpy(), [0.92145, 1.50731], atol=1e-5)
    np.testing.assert_allclose(truth["a"].asnumpy(), [-0.51745, 0.47589], atol=1e-5)
    assert truth["b"] is None
    tu.check_consistency([norm(), norm()], settings("float32", "float64", a=(4, 2)), scale=3)
    tu.check_consistency(SCALED, settings("float32", "float32"), grad_req="null", aux_params={})


def inconsistent(**options: Any) -> Any:
    other = mx.sym.elemwise_mul(mx.sym.sin(A), B * 1.1, name="scaled")
    values = {"a": ONES, "b": THREES}
    return tu.check_consistency([SCALED, other], settings("float32", "float64"), arg_params=values, **options)


def test_inconsistency_is_raised_or_warned_of() -> None:
    text = message(AssertionError, inconsistent)
    assert text.startswith(
        "output scaled_output in an inference pass: ctx_list[0] (float32 on cpu(0)) and ctx_list[1] (float64 on cpu(1)) "
        "differ by more than rtol=0.0001, atol=0.001 allow in 2 of 2 elements (100%)."
    )
    assert "largest error at (0,): ctx_list[0] (float32 on cpu(0)) = 2.52" in text
    with pytest.warns(UserWarning, match="differ by more than") as warnings:
        inconsistent(raise_on_err=False)
    assert [str(w.message).split(":")[0] for w in warnings] == [
        "output scaled_output in an inference pass",
        "output scaled_output in a training pass",
        "gradient of a in a training pass",
        "gradient of b in a training pass",
    ]
    assert all(w.filename == __file__ for w in warnings)


@table(
    {
        "one setting": (settings("float32"), {}, "compares at least two settings, and ctx_list has 1."),
        "symbols": (settings("float32", "float64"), {"sym": [A]}, "1 symbols given for 2 settings in ctx_list."),
        "arguments": (
            settings("float32", "float64"),
            {"sym": [SCALED, mx.sym.sin(A, name="scaled")]},
            "symbol 1 has the arguments ['a'], and symbol 0 has ['a', 'b'].",
        ),
        "outputs": (
            settings("float32", "float64"),
            {"sym": [SCALED, PRODUCT]},
            "symbol 1 has the outputs ['product_output'], and symbol 0 has ['scaled_output'].",
        ),
        "truth": (
            settings("float32", "float64"),
            {"ground_truth": {"a": ONES}},
            "ground_truth needs all outputs, and lacks scaled_output.",
        ),
    }
)
def test_what_cannot_be_compared(case: tuple[list, dict, str]) -> None:
    ctx_list, options, text = case
    assert text in message(BindError, tu.check_consistency, **{"sym": SCALED, "ctx_list": ctx_list, **options})


def test_all_settings_are_compared_with_a_given_truth() -> None:
    text = message(
        AssertionError,
        tu.check_consistency,
        SCALED,
        settings("float64", "float32"),
        grad_req="null",
        arg_params={"a": ONES * 0, "b": ONES},
        ground_truth={"scaled_output": ONES},
    )
    assert text.startswith(
        "output scaled_output in an inference pass: ctx_list[0] (float64 on cpu(0)) and ground_truth"
    )


@pytest.mark.parametrize("typ", ["whole", "forward"])
def test_speed_is_in_seconds(typ: str) -> None:
    assert 0 < tu.check_speed(PRODUCT, {"a": ONES, "b": THREES}, N=2, typ=typ) < 60
    assert 0 < tu.check_speed(norm(), N=2, typ=typ, grad_req="add", ctx=mx.cpu(1), a=(2, 3)) < 60


def test_every_forward_pass_is_run_when_speed_is_measured() -> None:
    runs = []

    class Counting(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            runs.append(is_train)
            self.assign(out_data[0], req[0], in_data[0])

    @mx.operator.register("test_counting")
    class CountingProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Counting()

    tu.check_speed(mx.sym.Custom(A, op_type="test_counting"), a=(2,), N=5, typ="forward")
    assert len(runs) >= 6


def test_dummy_iter_repeats_the_first_batch() -> None:
    class Batches:
        provide_data, provide_label, batch_size = [("data", (2, 3))], [("label", (2,))], 2

        def __init__(self) -> None:
            self.left = iter(["first", "second"])

        def __next__(self) -> str:
            return next(self.left)

    batches = tu.DummyIter(Batches())
    batches.reset()
    assert [next(iter(batches)), batches.next(), next(batches)] == ["first"] * 3
    assert (batches.provide_data, batches.batch_size) == ([("data", (2, 3))], 2)


# -- random generators ------------------------------------------------------------------------------------------------


def normal(n: int) -> np.ndarray:
    return np.random.RandomState(n).normal(1, 2, n)


def test_moments_of_a_generator() -> None:
    assert tu.mean_check(normal, 1, 2, 10000) is True
    assert tu.var_check(normal, 2, 10000) is True
    assert tu.mean_check(lambda n: mx.nd.array(normal(n)), 1.2, 2, 10000) is False
    assert tu.var_check(normal, 2.1, 10000) is False


def test_chi_square_of_a_generator() -> None:
    buckets, probs = tu.gen_buckets_probs_with_ppf(lambda p: 4 * p, 4)
    assert (buckets, probs) == ([(0, 1), (1, 2), (2, 3), (3, 4)], [0.25] * 4)
    p, found, expected = tu.chi_square_check(lambda n: np.arange(n) % 4, buckets, probs, 1000)
    assert (p, found.tolist(), expected.tolist()) == (1, [250] * 4, [250] * 4)
    samples = np.repeat([0, 1, 2], [30, 14, 16])  # chi2 = 7.6 with two degrees of freedom: p = exp(-3.8)
    p, found, _ = tu.chi_square_check(lambda n: samples, [0, 1, 2], [1 / 3] * 3, 60)
    assert (p, found.tolist()) == (pytest.approx(np.exp(-3.8)), [30, 14, 16])


def test_generators_are_verified() -> None:
    streams = iter(range(100))
    buckets, probs = tu.gen_buckets_probs_with_ppf(lambda p: p, 5)
    uniform = functools.partial(lambda power, n: np.random.RandomState(next(streams)).uniform(size=n) ** power)
    values = tu.verify_generator(lambda n: uniform(1, n), buckets, probs, nsamples=1000)
    assert len(values) == 5
    text = message(
        AssertionError, tu.verify_generator, lambda n: uniform(2, n), buckets, probs, nsamples=1000, nrepeat=2
    )
    assert text.startswith("the generator does not follow the distribution: 0 of 2 chi-square tests passed, p values ")


@table(
    {
        "count": ([0, 1], [1.0], "2 buckets and 1 probabilities given: each needs one."),
        "order": ([(1, 2), (0, 1)], [0.5, 0.5], "intervals must ascend and not overlap, given [(1, 2), (0, 1)]."),
    }
)
def test_refused_buckets(case: tuple[list, list, str]) -> None:
    buckets, probs, text = case
    assert message(ValueError, tu.chi_square_check, normal, buckets, probs, 10) == text


def test_without_scipy_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    assert message(ImportError, tu.chi_square_check, normal, [0], [1.0], 1) == (
        "the chi-square test needs SciPy: pip install scipy."
    )
