"""Which random numbers are drawn when: seeds, contexts, forward passes, nodes, gradients, and arrays that take the output."""

from __future__ import annotations

import inspect
import logging

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.op import LowerContext
from symgraph.ir.registry import find_op

X = mx.sym.Variable("x")
DRAWS = {
    "filled": lambda: mx.sym.random.normal(shape=(3, 4)),
    "like": lambda: mx.sym.random.normal_like(X),
    "sampled": lambda: mx.sym.random.normal(X, X + 1, shape=2),
    "categories": lambda: mx.sym.random.multinomial(mx.sym.softmax(X), shape=64, get_prob=False),
    "shuffled": lambda: mx.sym.shuffle(mx.sym.arange(0, 50)),
    "classes": lambda: mx.sym._internal._sample_unique_zipfian(range_max=90, shape=(1, 9))[0],
}


@pytest.fixture(autouse=True)
def seeded():
    mx.random.seed(5)


def bound(symbol, shape=(3, 4)):
    arguments = {"x": mx.nd.ones(shape)} if symbol.list_arguments() else {}
    return symbol.bind(mx.current_context(), arguments)


def same(a, b):
    return a.shape == b.shape and bool((a == b).all())


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_every_forward_pass_draws_anew_and_a_seed_repeats_it(draw):
    executor = bound(draw())
    first, second = (executor.forward()[0].asnumpy() for _ in range(2))
    assert not same(first, second)
    mx.random.seed(5)
    assert same(executor.forward()[0].asnumpy(), first)
    assert same(executor.forward()[0].asnumpy(), second)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_symbol_that_is_built_again_draws_the_same(draw):
    """Though its automatic names have counted on, past 9, too."""
    found = []
    for _ in range(12):
        mx.random.seed(5)
        found.append([out.asnumpy() for out in bound(mx.sym.Group([draw(), draw()])).forward()])
    assert all(same(a, b) for again in found[1:] for a, b in zip(again, found[0], strict=True))
    assert not same(*found[0])


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_two_nodes_and_two_executors_draw_differently(draw):
    with mx.name.NameManager():
        pair = bound(mx.sym.Group([draw(), draw()])).forward()
    assert not same(pair[0].asnumpy(), pair[1].asnumpy())
    assert not same(bound(draw()).forward()[0].asnumpy(), bound(draw()).forward()[0].asnumpy())


def test_nothing_repeats_after_reshape():
    executor = bound(mx.sym.random.normal_like(X))
    before = executor.forward()[0].asnumpy()
    after = executor.reshape(x=(4, 4), allow_up_sizing=True).forward()[0].asnumpy()
    assert not same(before, after[:3])
    assert not same(before, executor.forward()[0].asnumpy())


def test_every_context_has_a_sequence_of_its_own():
    first, other = (mx.nd.random.normal(shape=4, ctx=ctx) for ctx in (mx.cpu(0), mx.cpu(1)))
    assert other.context == mx.cpu(1)
    assert not same(first.asnumpy(), other.asnumpy())
    mx.random.seed(5)
    mx.nd.random.normal(shape=4, ctx=mx.cpu(0))
    assert same(mx.nd.random.normal(shape=4, ctx=mx.cpu(1)).asnumpy(), other.asnumpy())
    with mx.cpu(1):
        assert mx.nd.random.normal().context == mx.cpu(1)


def test_devices_seeded_by_name_draw_the_same():
    """As MXNet's own test of seeds has it; after `seed` for all, they differ, and the first device is as if named."""
    contexts = [mx.cpu(i) for i in range(3)]
    symbol = mx.sym.random.uniform(shape=9)
    drawn, bound = [], []
    for ctx in contexts:
        mx.random.seed(7, ctx=ctx)
        drawn.append(mx.nd.random.uniform(shape=9, ctx=ctx).asnumpy())
        mx.random.seed(7, ctx=ctx)
        bound.append(symbol.bind(ctx, {}).forward()[0].asnumpy())
    assert all(same(x, drawn[0]) for x in drawn)
    assert all(same(x, bound[0]) for x in bound)
    mx.random.seed(7)
    first, *others = (mx.nd.random.uniform(shape=9, ctx=ctx).asnumpy() for ctx in contexts)
    assert same(first, drawn[0])
    assert not any(same(x, first) for x in others)


def test_arrays_are_drawn_anew_and_a_seed_repeats_them():
    def drawn():
        probabilities = mx.nd.array([[0.2, 0.8]])
        return [
            mx.nd.random.uniform(shape=8),
            mx.random.uniform(shape=8),
            mx.nd.random.gamma(mx.nd.ones((2,)), mx.nd.ones((2,)), shape=4),
            mx.nd.random.poisson(100, shape=8),
            mx.nd.random.shuffle(mx.nd.arange(20)),
            mx.nd.random.multinomial(probabilities, shape=64),
            mx.nd.random.randn(2, 3),
            mx.nd.contrib.rand_zipfian(mx.nd.ones((1,)), 20, 50)[0],
        ]

    first, second = [x.asnumpy() for x in drawn()], [x.asnumpy() for x in drawn()]
    assert not any(same(a, b) for a, b in zip(first, second, strict=True))
    assert not same(first[0], first[1])
    mx.random.seed(5)
    assert all(same(a, b.asnumpy()) for a, b in zip(first, drawn(), strict=True))


@pytest.mark.parametrize("reads_first", [False, True])
def test_backward_sees_the_numbers_of_its_forward_pass(reads_first):
    net = X * mx.sym.random.uniform(1, 2, shape=(3, 4), name="factor")
    executor = net.simple_bind(mx.current_context(), x=(3, 4))
    executor.arg_dict["x"][:] = 1
    (out,) = executor.forward(is_train=True)
    if reads_first:
        out.wait_to_read()
    executor.backward(mx.nd.ones((3, 4)))
    assert same(out.asnumpy(), executor.grad_dict["x"].asnumpy())


def test_a_gradient_symbol_sees_the_numbers_of_the_forward_pass():
    net = X * mx.sym.random.uniform(1, 2, shape=(3, 4), name="factor")
    out, gradient = (x.asnumpy() for x in bound(mx.sym.Group([net, net.gradient(["x"])])).forward())
    assert same(out, gradient)
    log = mx.sym.random.multinomial(X, shape=4, name="choice")[1]
    out, gradient = (x.asnumpy() for x in bound(mx.sym.Group([log.exp(), log.gradient(["x"])])).forward())
    np.testing.assert_allclose(gradient.sum(axis=1), (1 / out).sum(axis=1), rtol=1e-6)


def test_random_numbers_in_loops_differ_from_step_to_step():
    out, _ = mx.sym.contrib.foreach(lambda x, s: (x + mx.sym.random.normal(shape=(4,)), s + 1), X, mx.sym.zeros((1,)))
    drawn = bound(out).forward()[0].asnumpy()
    assert len(np.unique(drawn)) == drawn.size


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_out_says_shape_and_dtype(dtype):
    out = mx.nd.zeros((2, 3), dtype=dtype)
    assert mx.nd.random.uniform(1, 2, out=out) is out
    assert (out.asnumpy() >= 1).all()
    low = mx.nd.full((2,), 3)
    mx.nd.random.uniform(low, low + 1, shape=3, out=out)
    assert (out.asnumpy() >= 3).all()
    mx.nd.random_normal(loc=100, out=out)
    assert (out.asnumpy() > 50).all()


def test_out_of_whole_numbers():
    out = mx.nd.zeros((4,), dtype="int64")
    assert (mx.nd.random.randint(2**40, 2**40 + 5, out=out).asnumpy() >= 2**40).all()
    categories, logs = mx.nd.zeros((4,), dtype="int32"), mx.nd.zeros((4,))
    mx.nd.random.multinomial(mx.nd.array([0, 0.5]), shape=4, get_prob=True, out=[categories, logs])
    np.testing.assert_allclose(logs.asnumpy(), np.log(0.5), rtol=1e-6)
    assert (categories.asnumpy() == 1).all()


@pytest.mark.parametrize(
    "name", ["uniform", "normal", "randn", "poisson", "exponential", "gamma", "multinomial", "shuffle"]
)
def test_mx_random_hands_on_nd_random(name):
    assert getattr(mx.random, name) is getattr(mx.nd.random, name)


def test_signatures():
    for function, expected in [
        (mx.nd.random.uniform, "(low=0, high=1, shape=None, dtype=None, ctx=None, out=None, **kwargs)"),
        (mx.sym.random.uniform, "(low=0, high=1, shape=None, dtype=None, **kwargs)"),
        (mx.nd.random.randint, "(low, high, shape=None, dtype=None, ctx=None, out=None, **kwargs)"),
        (mx.nd.random.multinomial, "(data, shape=None, get_prob=False, out=None, dtype='int32', **kwargs)"),
        (mx.sym.random.multinomial, "(data, shape=None, get_prob=True, dtype='int32', **kwargs)"),
        (mx.nd.random.shuffle, "(data, **kwargs)"),
        (mx.nd.contrib.rand_zipfian, "(true_classes, num_sampled, range_max, ctx=None)"),
        (mx.sym.contrib.rand_zipfian, "(true_classes, num_sampled, range_max)"),
    ]:
        assert str(inspect.signature(function)) == expected


@pytest.mark.parametrize("name", ["uniform", "gamma", "poisson", "generalized_negative_binomial"])
def test_numbers_given_to_a_program_are_those_of_the_attributes(name):
    with jax.enable_x64(True):
        for alias, inputs, attributes in (
            (f"_random_{name}", (), {"shape": 9}),
            (f"_random_{name}_like", (np.ones(9),), {}),
        ):
            cls = find_op(alias)
            chosen = {key: 0.25 * (i + 2) for i, key in enumerate(cls.numbers)}
            ctx = LowerContext(key=jax.random.key(3))
            given = cls.from_values(**attributes).lower(ctx, *inputs, **chosen)
            assert same(given[0], cls.from_values(**attributes, **chosen).lower(ctx, *inputs)[0])


def test_one_program_serves_all_parameters(caplog):
    x = mx.nd.zeros((3,))

    def draw(low):
        mx.nd.random.uniform(low, low + 1, shape=(3, 7)).wait_to_read()
        mx.nd.random.normal_like(x, loc=low).wait_to_read()

    draw(1)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        draw(2)
        assert not caplog.records
        mx.nd.random.uniform(shape=(90001,)).wait_to_read()
    assert caplog.records
