"""Laws of random numbers: they follow their distribution, never repeat unless seeded, and are seen alike by gradients."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import symgraph as mx
from symgraph.ir.registry import find_op
from symgraph.ops import random
from symgraph.runtime import imperative

COUNT = 20_000


@pytest.fixture(autouse=True)
def seeded():
    mx.random.seed(11)


def distance(samples, cdf):
    """The Kolmogorov-Smirnov statistic times √n, for continuous and discrete distributions: below 1.95 in 999 of 1000 runs."""
    values, counts = np.unique(samples.astype(np.float64), return_counts=True)
    after = np.cumsum(counts) / samples.size
    below = cdf(np.nextafter(values, -np.inf))
    return np.sqrt(samples.size) * max(
        np.abs(after - cdf(values)).max(), np.abs(after - counts / samples.size - below).max()
    )


def numbers(function, *parameters, dtype=None, **options):
    return function(*parameters, shape=COUNT, dtype=dtype or "float32", **options).asnumpy()


CONTINUOUS = [
    ("uniform", (-2, 3), stats.uniform(-2, 5)),
    ("normal", (1, 0.3), stats.norm(1, 0.3)),
    ("exponential", (2.5,), stats.expon(scale=2.5)),
    ("gamma", (0.1, 2), stats.gamma(0.1, scale=2)),
    ("gamma", (1, 2), stats.gamma(1, scale=2)),
    ("gamma", (7.5, 0.5), stats.gamma(7.5, scale=0.5)),
    ("gamma", (1e5, 1), stats.gamma(1e5)),
]
DISCRETE = [
    ("poisson", (0.05,), stats.poisson(0.05)),
    ("poisson", (4,), stats.poisson(4)),
    ("poisson", (100,), stats.poisson(100)),
    ("poisson", (1e4,), stats.poisson(1e4)),
    ("poisson", (1e6,), stats.poisson(1e6)),
    ("negative_binomial", (1, 0.5), stats.nbinom(1, 0.5)),
    ("negative_binomial", (20, 0.9), stats.nbinom(20, 0.9)),
    ("negative_binomial", (3, 0.001), stats.nbinom(3, 0.001)),
    ("generalized_negative_binomial", (4, 0.25), stats.nbinom(4, 0.5)),
    ("generalized_negative_binomial", (2, 3), stats.nbinom(1 / 3, 1 / 7)),
    ("generalized_negative_binomial", (2, 0), stats.poisson(2)),
]
LIMITS = [
    ("uniform", (3, 3), 3),
    ("poisson", (0,), 0),
    ("negative_binomial", (0, 0.5), 0),
    ("negative_binomial", (3, 1), 0),
    ("negative_binomial", (3, 1.5), 0),
    ("negative_binomial", (3, 0), np.inf),
    ("generalized_negative_binomial", (0, 1), 0),
]


@pytest.mark.parametrize(
    ("name", "parameters", "law", "dtype"),
    [
        *((*row, "float32") for row in CONTINUOUS + DISCRETE),
        *((*row, "float64") for row in (*CONTINUOUS[:5], *DISCRETE[2:5])),
    ],
)
def test_numbers_follow_their_distribution(name, parameters, law, dtype):
    drawn = numbers(getattr(mx.nd.random, name), *parameters, dtype=dtype)
    assert drawn.dtype == dtype
    assert distance(drawn, law.cdf) < 1.95
    assert abs(drawn.mean(dtype=np.float64) - law.mean()) < 5 * law.std() / np.sqrt(COUNT)
    # The standard deviation of a variance, from the kurtosis.
    spread = law.var() * np.sqrt((law.stats("k") + 2) / COUNT)
    assert abs(drawn.var(dtype=np.float64) - law.var()) < 6 * spread


@pytest.mark.parametrize(("name", "parameters", "law"), CONTINUOUS[:3] + DISCRETE[:2])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_narrow_numbers_follow_their_distribution(name, parameters, law, dtype):
    drawn = numbers(getattr(mx.nd.random, name), *parameters, dtype=dtype)
    assert drawn.dtype.name == dtype
    assert abs(drawn.mean(dtype=np.float64) - law.mean()) < 5 * law.std() / np.sqrt(COUNT)
    # Rounding moves a number by 1/512 of itself, and so adds to the statistic.
    assert distance(drawn, law.cdf) < 2.5


@pytest.mark.parametrize(("name", "parameters", "value"), LIMITS)
def test_limits(name, parameters, value):
    assert (getattr(mx.nd.random, name)(*parameters, shape=100).asnumpy() == value).all()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", "float64"])
def test_the_end_of_an_interval_is_not_drawn(dtype):
    drawn = mx.nd.random.uniform(0, 1, shape=200_000, dtype=dtype).asnumpy()
    assert drawn.min() >= 0
    assert drawn.max() < 1
    # In float32 there are 8 numbers between these two.
    drawn = mx.nd.random.uniform(1e6, 1e6 + 0.5, shape=1000).asnumpy()
    assert set(np.unique(drawn)) == set(np.linspace(1e6, 1e6 + 0.5, 8, endpoint=False, dtype=np.float32))


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [(-3, 4, "int32"), (0, 1, "int64"), (-(2**31), 2**31, "int32"), (-(2**63), 2**63 - 1, "int64")],
)
def test_whole_numbers_are_equally_likely(low, high, dtype):
    drawn = numbers(mx.nd.random.randint, low, high, dtype=dtype)
    assert drawn.dtype == dtype
    assert low <= drawn.min()
    assert drawn.max() < high
    width = float(high) - float(low)
    if width < 10:
        counts = np.bincount(drawn - low, minlength=int(width))
        assert stats.chisquare(counts).pvalue > 0.001 if width > 1 else counts[0] == COUNT
    else:
        assert distance(drawn, lambda x: (x - low) / width) < 1.95


def test_every_element_has_a_distribution_of_its_own():
    low, high = mx.nd.array([[0, 10], [-5, 3]]), mx.nd.array([[1, 11], [5, 3]])
    drawn = mx.nd.random.uniform(low, high, shape=(100, 50)).asnumpy()
    assert drawn.shape == (2, 2, 100, 50)
    for at in np.ndindex(2, 2):
        start, end = low.asnumpy()[at], high.asnumpy()[at]
        if start == end:
            assert (drawn[at] == start).all()
        else:
            assert distance(drawn[at], stats.uniform(start, end - start).cdf) < 1.95
    means = mx.nd.array([0, 0.5, 30, 5000, -1, np.inf], dtype="float64")
    counts = mx.nd.random.poisson(means, shape=5000, dtype="float64").asnumpy()
    for mean, row in zip(means.asnumpy()[1:4], counts[1:4], strict=True):
        assert distance(row, stats.poisson(mean).cdf) < 1.95
    assert not counts[[0, 4]].any()
    assert np.isinf(counts[5]).all()


def test_parameters_out_of_range_give_nan_or_a_limit():
    gamma = mx.nd.random.gamma(mx.nd.array([0, -1, np.nan]), mx.nd.ones((3,)), shape=4).asnumpy()
    np.testing.assert_array_equal(gamma, [[0] * 4, [np.nan] * 4, [np.nan] * 4])
    assert np.isnan(mx.nd.random.poisson(mx.nd.array([np.nan])).asnumpy()).all()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_categories_come_with_their_probabilities(dtype):
    weights = np.array([[0.1, 0, 0.6, 0.3], [0, 0.5, 0.5, 0]])
    drawn, logs = mx.nd.random.multinomial(mx.nd.array(weights, dtype=dtype), shape=COUNT, get_prob=True)
    for row, chosen in zip(weights, drawn.asnumpy(), strict=True):
        counts = np.bincount(chosen, minlength=4)
        assert not counts[row == 0].any()
        assert stats.chisquare(counts[row > 0], row[row > 0] * COUNT).pvalue > 0.001
    expected = np.log(np.take_along_axis(weights, drawn.asnumpy(), axis=1))
    np.testing.assert_allclose(logs.asnumpy(), expected, rtol=2e-3)
    assert logs.dtype == np.dtype(dtype)


def test_weights_need_not_add_up_to_one():
    drawn = mx.nd.random.multinomial(mx.nd.array([1, 0, 2]), shape=COUNT).asnumpy()
    assert stats.chisquare(np.bincount(drawn)[[0, 2]], [COUNT / 3, COUNT * 2 / 3]).pvalue > 0.001
    assert set(mx.nd.random.multinomial(mx.nd.zeros((3,)), shape=9).asnumpy()) <= {0, 1, 2}


def test_the_gradient_of_a_chosen_probability_is_its_inverse():
    net = mx.sym.random.multinomial(mx.sym.Variable("p"), shape=6, name="draw")
    p, grad = mx.nd.array([[0.3, 0.7], [0.5, 0.5]]), mx.nd.zeros((2, 2))
    executor = net.bind(mx.current_context(), {"p": p}, {"p": grad})
    drawn = executor.forward(is_train=True)[0].asnumpy()
    heads = np.arange(12.0).reshape(2, 6)
    executor.backward([mx.nd.zeros((2, 6), dtype="int32"), mx.nd.array(heads)])
    expected = [[heads[i][drawn[i] == k].sum() / p.asnumpy()[i, k] for k in range(2)] for i in range(2)]
    np.testing.assert_allclose(grad.asnumpy(), expected, rtol=1e-5)


def test_every_order_is_equally_likely():
    orders = [tuple(mx.nd.random.shuffle(mx.nd.arange(3)).asnumpy().astype(int)) for _ in range(600)]
    counts = [orders.count(order) for order in {*orders}]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.001


def test_shuffling_keeps_rows_together():
    rows = np.arange(12).reshape(4, 3)
    shuffled = mx.nd.random.shuffle(mx.nd.array(rows, dtype="int32")).asnumpy()
    np.testing.assert_array_equal(shuffled[np.argsort(shuffled[:, 0])], rows)


def test_different_classes_are_drawn_as_if_tried_again():
    """The classes and the number of tries against a plain loop that draws until it has three classes."""
    rng, chance = np.random.RandomState(3), np.log((np.arange(5) + 2) / (np.arange(5) + 1)) / np.log(6)
    classes, tries = mx.nd._internal._sample_unique_zipfian(range_max=5, shape=(4000, 3))
    classes, tries = classes.asnumpy(), tries.asnumpy()
    assert (np.sort(classes)[:, 1:] > np.sort(classes)[:, :-1]).all()
    expected = []
    for _ in range(4000):
        seen, count = [], 0
        while len(seen) < 3:
            count += 1
            new = rng.choice(5, p=chance)
            seen += [new] * (new not in seen)
        expected.append((*seen, count))
    expected = np.array(expected)
    for column in range(3):
        table = [np.bincount(x, minlength=5) for x in (classes[:, column], expected[:, column])]
        assert stats.chi2_contingency(table).pvalue > 0.001
    assert stats.ks_2samp(tries, expected[:, 3]).pvalue > 0.001


def test_candidates_of_a_sampled_loss():
    drawn, true, expected = mx.nd.contrib.rand_zipfian(mx.nd.array([0, 6]), COUNT, 7)
    chance = np.log((np.arange(7) + 2) / (np.arange(7) + 1)) / np.log(8)
    assert stats.chisquare(np.bincount(drawn.asnumpy(), minlength=7), chance * COUNT).pvalue > 0.001
    np.testing.assert_allclose(true.asnumpy(), chance[[0, 6]] * COUNT)
    np.testing.assert_allclose(expected.asnumpy(), chance[drawn.asnumpy()] * COUNT)
    assert [x.dtype.__name__ for x in (drawn, true, expected)] == ["int64", "float64", "float64"]


# -- compilation ------------------------------------------------------------------------------------------------------

DRAWS = {
    "uniform": lambda shape, dtype: mx.nd.random.uniform(-1, 2, shape=shape, dtype=dtype),
    "normal": lambda shape, dtype: mx.nd.random.normal(1, 3, shape=shape, dtype=dtype),
    "exponential": lambda shape, dtype: mx.nd.random.exponential(2, shape=shape, dtype=dtype),
    "gamma": lambda shape, dtype: mx.nd.random.gamma(0.7, 2, shape=shape, dtype=dtype),
    "poisson": lambda shape, dtype: mx.nd.random.poisson(3, shape=shape, dtype=dtype),
    "negative_binomial": lambda shape, dtype: mx.nd.random.negative_binomial(3, 0.4, shape=shape, dtype=dtype),
}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", DRAWS)
def test_numbers_do_not_depend_on_the_block_they_are_drawn_in(name, dtype, monkeypatch):
    shape = (3, 5, 7)
    drawn = DRAWS[name](shape, dtype)
    assert (drawn.shape, np.dtype(drawn.dtype).name) == (shape, dtype)
    monkeypatch.setattr(find_op(f"_random_{name}"), "in_block", lambda self: None)
    mx.random.seed(11)
    np.testing.assert_array_equal(DRAWS[name](shape, dtype).asnumpy(), drawn.asnumpy())


@pytest.mark.cpu
def test_other_shapes_are_drawn_by_the_same_program():
    mx.nd.random.gamma(3, 1, shape=(900,), dtype="float64")
    before = imperative._execute._cache_size()
    for shape in ((30, 30), (2, 3, 100), (1000,), (513,)):
        assert mx.nd.random.gamma(2, 0.5, shape=shape, dtype="float64").shape == shape
    assert imperative._execute._cache_size() == before


@pytest.mark.parametrize(
    ("count", "length"), [(0, 0), (1, 1), (5, 8), (65536, 65536), (65537, 73728), (10**7, 10485760)]
)
def test_a_block_is_little_longer_than_what_is_drawn(count, length):
    assert random._block_length(count) == length
