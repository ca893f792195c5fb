"""A program's log is its own: what JAX tells of its work for us stays out of it, unless that was asked for."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import symgraph as mx
from symgraph.lower.quiet import quiet


def work():
    symbol = mx.sym.exp(mx.sym.Variable("x") * 1.2345)
    executor = symbol.simple_bind(mx.current_context(), x=(7, 3))
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones((7, 3)) * 0.731])
    return executor.grad_dict["x"].asnumpy()


def arrays():
    """Reads, writes and copies, each of a shape that nothing else in the tests has."""
    x = mx.nd.array(np.arange(33).reshape(3, 11))
    y = x + 1
    x[1], x[:, ::2], x[mx.nd.array([0, 2])] = 3, 4, y[:2]
    x[1:2] += 1
    x[0].reshape((11, 1))[3] = 7
    return [a.asnumpy() for a in (x[::2], x[mx.nd.array([0, 2])], y.copy(), y.astype("float16"), mx.nd.full((13,), 2))]


def inference():
    """A program of which a part is made once, of parameters alone."""
    layer = mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=11, name="fc")
    executor = mx.sym.BatchNorm(layer, name="bn").simple_bind(mx.current_context(), x=(7, 13))
    return executor.forward(is_train=False)[0].asnumpy()


def training():
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=13), name="softmax")
    data = mx.io.NDArrayIter(np.zeros((14, 5)), np.zeros(14), 7, label_name="softmax_label")
    module = mx.mod.Module(net)
    module.fit(data, num_epoch=1, optimizer="adam", eval_metric="ce")
    return module.predict(data)


@pytest.mark.parametrize("work", [work, arrays, inference, training])
def test_a_log_of_everything_has_nothing_of_jax(work, caplog):
    caplog.set_level(logging.DEBUG)
    work()
    assert not [record for record in caplog.records if record.name.startswith("jax")]
    assert logging.getLogger("jax").level == logging.NOTSET


def test_whoever_asks_jax_gets_an_answer(caplog):
    caplog.set_level(logging.DEBUG, logger="jax")
    with quiet():
        logging.getLogger("jax.compiler").debug("compiling")
    assert [record.message for record in caplog.records] == ["compiling"]


def test_warnings_pass(caplog):
    with quiet():
        logging.getLogger("jax.compiler").warning("slow")
    assert [record.message for record in caplog.records] == ["slow"]
