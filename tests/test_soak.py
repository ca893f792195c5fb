"""What a network leaves behind once it is dropped, and while it runs: nothing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import jax
import numpy as np
import pytest

import symgraph as mx
from benchmarks import soak
from benchmarks.peers import Peer, ourselves
from benchmarks.suites import soak as runs

SHAPES = {"data": (4, 3, 6, 6), "softmax_label": (4,)}


def network() -> mx.Symbol:
    data = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=2)
    data = mx.sym.Dropout(mx.sym.relu(mx.sym.BatchNorm(data)), p=0.2)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(data, num_hidden=3), name="softmax")


def train(executor: mx.Executor) -> None:
    executor.forward(is_train=True, data=np.ones(SHAPES["data"], np.float32))
    executor.backward()
    executor.outputs[0].asnumpy()


def train_reading_first(executor: mx.Executor) -> None:
    executor.forward(is_train=True, data=np.ones(SHAPES["data"], np.float32))
    executor.outputs[0].asnumpy()
    executor.backward()


def infer(executor: mx.Executor) -> None:
    executor.forward()[0].asnumpy()


def reshape(executor: mx.Executor) -> None:
    smaller = executor.reshape(data=(2, 3, 6, 6), softmax_label=(2,))
    smaller.forward()
    smaller.outputs[0].asnumpy()


def monitor(executor: mx.Executor) -> None:
    executor.set_monitor_callback(lambda name, array: array.asnumpy())
    train(executor)
    executor.set_monitor_callback(None)


def forward_only(executor: mx.Executor) -> None:
    executor.forward(is_train=True)


def fail(executor: mx.Executor) -> None:
    executor.forward(is_train=True)
    with pytest.raises(mx.MXNetError):
        executor.backward(mx.nd.ones((7,)))


USES = [train, train_reading_first, infer, reshape, monitor, forward_only, fail]


@pytest.mark.parametrize("use", USES)
def test_a_dropped_executor_leaves_nothing(use: Callable[[mx.Executor], None]) -> None:
    net = network()
    executor = net.simple_bind(mx.current_context(), **SHAPES)
    use(executor)
    objects = [executor, executor._program, net.graph, executor.arg_arrays[0], executor.arg_arrays[1].jax]
    gone = [weakref.ref(one) for one in objects]
    del net, executor, objects
    gc.collect()
    assert [reference() for reference in gone] == [None] * len(gone)


@pytest.mark.parametrize("use", [train, train_reading_first, infer, reshape, monitor])
def test_nothing_grows_from_step_to_step(use: Callable[[mx.Executor], None]) -> None:
    executor = network().simple_bind(mx.current_context(), **SHAPES)

    def counts(steps: int) -> tuple[int, int]:
        for _ in range(steps):
            use(executor)
        gc.collect()
        return len(gc.get_objects()), len(jax.live_arrays())

    counts(3)
    before, after = counts(3), counts(10)
    assert after[0] - before[0] < 10  # one for each step would be more
    assert after[1] == before[1]


def test_symbols_that_are_bound_and_dropped_leave_no_arrays() -> None:
    def cycle() -> None:
        executor = network().simple_bind(mx.current_context(), **SHAPES)
        train(executor)
        reshape(executor)

    cycle()
    gc.collect()
    before = len(jax.live_arrays())
    cycle()
    gc.collect()
    assert len(jax.live_arrays()) == before


def test_long_runs_are_counted() -> None:
    workloads = {"train": runs.workloads(steps=12)["train"]}
    found, facts = soak.measure_soak([ourselves(), Peer("mxnet", "/no/such/python")], workloads, 4, lambda what: None)
    ours, theirs = found
    assert {kind: len(counts) for kind, counts in ours.counts.items() if kind != "bytes"} == {"objects": 4, "arrays": 4}
    assert ours.growth("arrays") == 0
    report = soak.report(found, facts, workloads, 4)
    assert report.failed
    assert theirs.growth("objects") is None
    assert report.tables[0].rows[1] == ["training step, mxnet", "12", "-", "-", "-"]


def test_growth_leaves_out_the_first_part() -> None:
    assert soak.Soak("train", "symgraph", 40, {"objects": [0, 100, 120, 140]}).growth("objects") == 2


@pytest.mark.parametrize("name", ["bind", "build"])
def test_executors_come_and_go(name: str) -> None:
    runs.WORKLOADS[name].prepare(mx).run()
