"""Contributed mathematics beyond the table of cases: what MXNet's CPU refuses, inference backwards, and messages."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils
from symgraph.errors import CompositionError, DTypeError, OpAttributeError, ShapeError
from symgraph.ir.registry import find_op

X, Y = mx.sym.Variable("x"), mx.sym.Variable("y")
RNG = np.random.RandomState(7)


def pairs(values: np.ndarray) -> np.ndarray:
    """Complex numbers as (real, imaginary) along the last axis."""
    return np.stack([values.real, values.imag], -1).reshape(*values.shape[:-1], -1)


@pytest.mark.parametrize("shape", [(2, 4), (2, 1, 3, 5), (3,)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_fft_is_numpys(shape: tuple[int, ...], dtype: str) -> None:
    x = RNG.normal(size=shape).astype(dtype)
    found = mx.nd.contrib.fft(mx.nd.array(x, dtype=dtype))
    assert np.dtype(found.dtype) == dtype
    np.testing.assert_allclose(found.asnumpy(), pairs(np.fft.fft(x.astype("float64"))), rtol=1e-2, atol=1e-2)
    back = mx.nd.contrib.ifft(found)
    np.testing.assert_allclose(back.asnumpy(), x * shape[-1], rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("function", [mx.sym.contrib.fft, mx.sym.contrib.ifft])
def test_gradient_of_fft_is_the_derivative(function: object) -> None:
    x = RNG.normal(size=(2, 6))
    test_utils.check_numeric_gradient(function(X), [x], dtype=np.float64)  # type: ignore[operator]


def test_count_sketch_adds_signed_entries_and_passes_them_back() -> None:
    x, places = RNG.normal(size=(2, 3, 5)).astype("float32"), np.array([[0, 3, 1, 3, 9]], "float32")
    signs = np.array([[1, -1, -1, 1, 1]], "float32")
    net = mx.sym.contrib.count_sketch(X, mx.sym.Variable("h"), mx.sym.Variable("s"), out_dim=4)
    arrays = {"x": mx.nd.array(x), "h": mx.nd.array(places), "s": mx.nd.array(signs)}
    executor = net.bind(mx.current_context(), arrays, args_grad={n: mx.nd.ones(a.shape) for n, a in arrays.items()})
    expected = np.zeros((2, 3, 4), "float32")
    for place, column in zip(places[0][:-1].astype(int), range(4), strict=True):
        expected[..., place] += signs[0, column] * x[..., column]
    np.testing.assert_allclose(executor.forward(is_train=True)[0].asnumpy(), expected, rtol=1e-5)
    head = RNG.normal(size=expected.shape).astype("float32")
    executor.backward(mx.nd.array(head))
    wanted = np.concatenate([head[..., [0, 3, 1, 3]] * signs[0, :4], np.zeros((2, 3, 1))], -1)
    np.testing.assert_allclose(executor.grad_dict["x"].asnumpy(), wanted, rtol=1e-5)
    assert not executor.grad_dict["h"].asnumpy().any()
    assert not executor.grad_dict["s"].asnumpy().any()


def test_what_mxnet_has_for_sparse_arrays_takes_dense_ones() -> None:
    x = np.array([[1, 0, 2], [0, 0, 3]], "float32")
    array = mx.nd.array(x)
    net = mx.sym._internal._square_sum(X, axis=-1, keepdims=True)
    assert net.eval(x=array)[0].asnumpy().tolist() == [[5], [9]]
    test_utils.check_numeric_gradient(net, [x])
    rows = mx.sym.contrib.SparseEmbedding(X, Y, input_dim=3, output_dim=2)
    test_utils.check_symbolic_backward(
        rows,
        [np.array([0, 2, 2]), np.ones((3, 2))],
        [np.ones((3, 2))],
        {"y": [[1, 1], [0, 0], [2, 2]]},
        grad_req={"y": "write", "x": "null"},
    )


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_batch_norm_with_relu_takes_any_float_and_rank(dtype: str) -> None:
    x = mx.nd.array(RNG.normal(size=(4, 3)), dtype=dtype)
    wide = "float32" if dtype == "float16" else dtype
    ones, zeros = mx.nd.ones((3,), dtype=wide), mx.nd.zeros((3,), dtype=wide)
    plain = mx.nd.BatchNorm(x, ones, zeros, zeros, ones).asnumpy()
    found = mx.nd.contrib.BatchNormWithReLU(x, ones, zeros, zeros, ones)
    np.testing.assert_array_equal(found.asnumpy(), np.maximum(plain, 0))
    assert np.dtype(found.dtype) == dtype


@pytest.mark.parametrize("dtype", ["float16", "float64", "bfloat16"])
def test_attention_takes_any_float(dtype: str) -> None:
    x = mx.nd.array(RNG.normal(size=(3, 2, 12)), dtype=dtype)
    scores = mx.nd.contrib.interleaved_matmul_selfatt_qk(x, heads=2)
    expected = mx.nd.contrib.interleaved_matmul_selfatt_qk(x.astype("float32"), heads=2).asnumpy()
    assert np.dtype(scores.dtype) == np.dtype(x.dtype)
    np.testing.assert_allclose(scores.astype("float32").asnumpy(), expected, rtol=0.05, atol=0.05)


def test_reset_arrays_sets_arrays_to_zero() -> None:
    arrays = [mx.nd.ones((2,)), mx.nd.ones((1, 3), dtype="float64")]
    assert mx.nd.reset_arrays(*arrays, num_arrays=2) == []
    assert [a.asnumpy().tolist() for a in arrays] == [[0, 0], [[0, 0, 0]]]
    with pytest.raises(DTypeError, match="reset_arrays computes in floating point, but was given int32"):
        mx.nd.reset_arrays(mx.nd.ones((2,), dtype="int32"), num_arrays=1)


BACKWARD = [
    ("_contrib_interleaved_matmul_selfatt_qk", "2", [(None, None, 12)], [(4, 5, None)], [(5, 2, 12)]),
    ("_contrib_interleaved_matmul_selfatt_valatt", "2", [None, None], [(5, 2, 4)], [(5, 2, 12), (4, 5, 5)]),
    ("_contrib_interleaved_matmul_encdec_qk", "2", [(3, 2, 8), (5, None, None)], [None], [(3, 2, 8), (5, 2, 16)]),
    ("_contrib_interleaved_matmul_encdec_valatt", "2", [None, (4, 3, 5)], [(None, None, 8)], [(5, 2, 16), (4, 3, 5)]),
    ("_contrib_fft", None, [None], [(2, 6)], [(2, 3)]),
    ("_contrib_ifft", None, [(None, 6)], [(2, None)], [(2, 6)]),
]


@pytest.mark.parametrize(("name", "heads", "ins", "outs", "expected"), BACKWARD)
def test_inference_works_backwards(name: str, heads: str | None, ins: list, outs: list, expected: list) -> None:
    op = find_op(name).from_strings({} if heads is None else {"heads": heads})
    assert list(op.infer_shape(tuple(ins), tuple(outs))[0]) == expected


def test_hawkes_infers_shapes_and_dtypes_from_two_inputs() -> None:
    net = mx.sym.contrib.hawkesll(name="op")
    args, outs, _ = net.infer_shape(op_state=(2, 3), op_lags=(2, 5))
    assert args == [(2, 3), (3,), (3,), (2, 3), (2, 5), (2, 5), (2,), (2,)]
    assert outs == [(2,), (2, 3)]
    types, _, _ = net.infer_type(op_lda="float64")
    assert [np.dtype(t).name for t in types] == ["float64"] * 5 + ["int32"] + ["float64"] * 2


MESSAGES = {
    "heads": (
        lambda: mx.sym.contrib.interleaved_matmul_selfatt_qk(X, heads=5, name="op").infer_shape(x=(4, 2, 12)),
        ShapeError,
        "queries_keys_values (4, 2, 12): an axis of length 12 cannot be divided among 3 projections of heads=5.",
    ),
    "attention": (
        lambda: mx.sym.contrib.interleaved_matmul_encdec_valatt(X, Y, heads=3).infer_shape(y=(4, 2, 2)),
        ShapeError,
        "attention (4, 2, 2): an axis of length 4 cannot be divided among heads=3.",
    ),
    "rank": (
        lambda: mx.sym.contrib.interleaved_matmul_selfatt_qk(X, heads=1).infer_shape(x=(4, 12)),
        ShapeError,
        "queries_keys_values must have 3 axes, but its shape is (4, 12).",
    ),
    "pairs": (
        lambda: mx.sym.contrib.ifft(X).infer_shape(x=(4, 3)),
        ShapeError,
        "data holds pairs (real, imaginary), so that its last axis cannot be 3 long.",
    ),
    "whole numbers": (
        lambda: mx.sym.multi_sum_sq(X, Y, num_arrays=2).infer_type(x="int32"),
        DTypeError,
        "computes in floating point, but was given int32 as 'array_0'; convert it first, a symbol with Cast("
        "dtype='float32'), an array with astype('float32').",
    ),
    "sparse storage": (
        lambda: mx.sym.cast_storage(X, stype="csr", name="op"),
        OpAttributeError,
        "node 'op': operator cast_storage: sparse storage is not part of symgraph, where all arrays are dense; use "
        "stype='default' in place of 'csr', or leave the operator out.",
    ),
    "an operator of MXNet's gradient graphs": (
        lambda: mx.sym.contrib.backward_quadratic(X, Y),
        AttributeError,
        "symgraph.sym.contrib has no operator or function 'backward_quadratic', on purpose: MXNet makes it while it "
        "differentiates a graph, and cannot bind it by itself; use Symbol.gradient.",
    ),
    "no output": (
        lambda: mx.sym.reset_arrays(X, Y, num_arrays=2),
        CompositionError,
        "reset_arrays has no output, only an effect on arrays; call mx.nd.reset_arrays on them.",
    ),
    "different shapes": (
        lambda: mx.nd.contrib.allclose(mx.nd.ones((2, 3)), mx.nd.ones((3,))),
        ShapeError,
        "_contrib_allclose: shapes of the inputs do not fit together (a (2, 3), b (3,)): (2, 3) and (3,) differ.",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_input_is_explained(case: str) -> None:
    call, error, text = MESSAGES[case]
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
