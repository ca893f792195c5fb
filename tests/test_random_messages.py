"""What users are told who ask for random numbers that cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx

A = mx.sym.Variable("a")
ONES = mx.nd.ones((2,))

FRONT = [
    (
        lambda: mx.nd.random.uniform(ONES, 2),
        "uniform: 'low' is NDArray of shape (2,) and 'high' is 2 of type int; give all of them as numbers, or each as NDArray.",
    ),
    (
        lambda: mx.sym.random.normal(1, A),
        "normal: 'loc' is 1 of type int and 'scale' is <Symbol a> of type Symbol; give all of them as numbers, or each as "
        "Symbol.",
    ),
    (
        lambda: mx.nd.random.gamma(np.ones(2), np.ones(2)),
        "gamma: 'alpha' is ndarray of shape (2,), but must be a number or of type NDArray; make an NDArray of it with "
        "mx.nd.array.",
    ),
    (
        lambda: mx.nd.random.poisson(A),
        "poisson: 'lam' is <Symbol a> of type Symbol, but must be a number or of type NDArray; a Symbol has no values until it "
        "runs, so bind or eval it first.",
    ),
    (
        lambda: mx.sym.random.randint(A, A),
        "randint: 'low' is <Symbol a> of type Symbol, but must be a whole number.",
    ),
    (
        lambda: mx.nd.random.randint(3),
        "randint: missing a required argument: 'high'; it takes low, high, shape, dtype, ctx, out.",
    ),
    (lambda: mx.nd.random.exponential(0), "exponential: scale=0 must be positive."),
    (
        lambda: mx.nd.contrib.rand_zipfian([1], 4, 5),
        "rand_zipfian: 'true_classes' must be of type NDArray, given [1] of type list; make an NDArray of it with mx.nd.array.",
    ),
]
OPERATORS = [
    (lambda: mx.nd.random.uniform(3, 1), "_random_uniform: low=3.0 must not be above high=1.0; exchange them."),
    (
        lambda: mx.nd.random.normal(0, 0),
        "operator _random_normal: attribute scale='0' is invalid; expected float > 0.",
    ),
    (
        lambda: mx.nd.random.poisson(-1),
        "operator _random_poisson: attribute lam='-1' is invalid; expected float >= 0.",
    ),
    (
        lambda: mx.nd.random.randint(5, 5),
        "_random_randint: low=5 must be below high=5, which is not drawn itself.",
    ),
    (
        lambda: mx.nd.random.randint(0, 2**40),
        "_random_randint: numbers from 0 to 1099511627775 do not fit into int32; give dtype='int64'.",
    ),
    (
        lambda: mx.nd.random.randn(),
        "_random_normal: the shape of the output is unknown; give a shape without zeros.",
    ),
    (
        lambda: mx.nd.random.uniform(out=mx.nd.zeros((2,), dtype="int32")),
        "_random_uniform draws numbers of bfloat16, float16, float32, float64, but the output is to be int32.",
    ),
    (
        lambda: mx.nd.random.uniform(shape=3, out=ONES),
        "_random_uniform: 'out' has shape (2,) and dtype float32, but the output has (3,) and float32.",
    ),
    (
        lambda: mx.nd.sample_uniform(ONES, ONES, shape=(2, 0)),
        "_sample_uniform: shape=(2, 0) must consist of positive lengths.",
    ),
    (
        lambda: mx.nd.sample_uniform(ONES, mx.nd.ones((3,))),
        "_sample_uniform: shapes of the inputs do not fit together (low (2,), high (3,)): 2 and 3 differ.",
    ),
    (
        lambda: mx.nd.sample_poisson(mx.nd.ones((2,), dtype="bool")),
        "_sample_poisson takes numbers, but got bool; Cast it to a number type first.",
    ),
    (
        lambda: mx.nd._internal._sample_unique_zipfian(range_max=3, shape=(2, 5)),
        "_sample_unique_zipfian: 5 different classes per row were asked for, but there are range_max=3.",
    ),
    (
        lambda: mx.nd._internal._sample_unique_zipfian(range_max=3, shape=2),
        "_sample_unique_zipfian: shape=(2,) must have two axes: rows, and classes per row.",
    ),
    (
        lambda: mx.nd.random_pdf_normal(ONES, mx.nd.ones((2, 3)), mx.nd.ones((2, 3))),
        "_random_pdf_normal: mu, sigma of shape (2, 3) have more axes than sample of shape (2,); the shape of a parameter is a "
        "beginning of that of sample.",
    ),
    (
        lambda: mx.sym.random.uniform(3, 1, shape=2, name="u").infer_shape(),
        "low=3.0 must not be above high=1.0; exchange them.",
    ),
    (
        lambda: (mx.sym.random.uniform(A, A, shape=(2, 3), name="u") + mx.sym.Variable("b")).infer_shape(b=(3,)),
        "an output of shape (3,) cannot end with shape=(2, 3).",
    ),
    (
        lambda: mx.sym.shuffle(A, name="s").gradient(["a"]).eval(a=ONES)[0].asnumpy(),
        "has no gradient; request none (grad_req='null') or stop it with BlockGrad.",
    ),
]


@pytest.mark.cpu
@pytest.mark.parametrize(("call", "text"), FRONT + OPERATORS)
def test_messages(call, text):
    with pytest.raises(mx.MXNetError) as caught:
        call()
    assert text in str(caught.value)


@pytest.mark.parametrize(("call", "text"), FRONT)
def test_wrong_arguments_are_type_or_value_errors_too(call, text):
    with pytest.raises((TypeError, ValueError)):
        call()
