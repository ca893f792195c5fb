"""A program's log is its own: what JAX tells of its work for us stays out of it, unless that was asked for."""

from __future__ import annotations

import logging

import symgraph as mx
from symgraph.lower.quiet import quiet


def work():
    symbol = mx.sym.exp(mx.sym.Variable("x") * 1.2345)
    executor = symbol.simple_bind(mx.current_context(), x=(7, 3))
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones((7, 3)) * 0.731])
    return executor.grad_dict["x"].asnumpy()


def test_a_log_of_everything_has_nothing_of_jax(caplog):
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
