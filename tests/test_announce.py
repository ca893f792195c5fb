"""A compilation that takes long is announced in the log, once, while it goes on."""

from __future__ import annotations

import inspect
import logging
import re
import time

import pytest

import symgraph as mx
from symgraph.lower import announce, program

NET = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")


def run(net=NET):
    executor = net.simple_bind(mx.current_context(), data=(2, 5))
    executor.forward(is_train=True)
    executor.backward()
    executor.forward(is_train=True)
    executor.backward()
    executor.forward()[0].wait_to_read()


@pytest.fixture
def slow(monkeypatch):
    """Compilations that take longer than anybody waits."""
    compiled = program.executable_of
    monkeypatch.setattr(announce, "PATIENCE", 0.01)
    monkeypatch.setattr(program, "executable_of", lambda *args: time.sleep(0.1) or compiled(*args))


def test_what_is_compiled_is_told_while_it_is(slow, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(announce, "folder", lambda: "/caches/symgraph")
    run()
    texts = [record.getMessage() for record in caplog.records if record.name == "symgraph"]
    what = "of 'softmax', 2 layers: this takes more than 0.01 s (compiled programs are kept in /caches/symgraph)"
    assert texts[0] == f"tracing and compiling the forward and backward pass {what}"
    assert re.fullmatch(r"compiled the forward and backward pass of 'softmax' in \d+\.\d s", texts[1])
    assert texts[2] == f"tracing and compiling the forward pass {what}"
    assert len(texts) == 4


def test_nothing_is_shown_of_what_is_fast(caplog, monkeypatch):
    monkeypatch.setattr(announce, "PATIENCE", 600)  # on a busy machine anything may take two seconds
    caplog.set_level(logging.INFO)
    run(mx.sym.Activation(NET, act_type="tanh"))
    assert not [record for record in caplog.records if record.name == "symgraph"]


def test_all_kinds_of_programs_have_words():
    source = inspect.getsource(program)
    kinds = set(re.findall(r'kind = "(\w+)"|_compiled\(\("(\w+)"', source))
    assert {a or b for a, b in kinds} == set(announce._KINDS)
    assert program._WITH_GRADIENTS <= set(announce._KINDS)
