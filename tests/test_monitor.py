"""`Monitor` (``mx.mon``): what it sees, as recorded from MXNet, when it looks, and messages."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import symgraph as mx
from tests.monitor_cases import MONITORS, network, printed, seen

RECORDED = json.loads((pathlib.Path(__file__).parent / "golden" / "monitors.json").read_text())


@pytest.mark.parametrize("case", MONITORS)
def test_sees_what_mxnet_does(case):
    found, expected = seen(mx, MONITORS[case]), RECORDED[case]
    assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
    for (_, name, values), (_, _, wanted) in zip(found, expected, strict=True):
        np.testing.assert_allclose(values, wanted, rtol=1e-4, atol=1e-6, err_msg=name)


def test_printed_as_by_mxnet():
    assert printed(mx) == RECORDED["printed"]


def bound(**shapes):
    return network(mx).simple_bind(mx.current_context(), data=(2, 3), softmax_label=(2,))


def test_batches_that_do_not_count_run_as_without_a_monitor():
    looks = []
    executor, monitor = bound(), mx.mon.Monitor(2, lambda array: looks.append(1) or array.sum(), "fc1_output")
    monitor.install(executor)
    for step in range(1, 5):
        monitor.tic()
        assert (executor._monitor is not None) == (step % 2 == 1) == monitor.activated
        executor.forward()
        told = monitor.toc()
        assert [entry[:2] for entry in told] == ([(step, "fc1_output")] if step % 2 else [])
        assert executor._monitor is None
    assert len(looks) == 2
    assert (monitor.step, monitor.queue, monitor.exes) == (4, [], [executor])


def test_an_executor_that_is_installed_in_the_middle_of_a_batch():
    monitor = mx.mon.Monitor(1, pattern="fc1_output")
    monitor.tic()
    monitor.install(first := bound())
    monitor.install(second := bound())
    first.forward()
    second.forward()
    assert [entry[1] for entry in monitor.toc()] == ["fc1_output"] * 2


def test_statistics_of_every_kind():
    executor = mx.sym.exp(mx.sym.Variable("x"), name="exp").bind(
        mx.current_context(), {"x": mx.nd.array([0, 0.5], dtype="float16")}
    )
    texts = {}
    for name, function in {
        "default": None,
        "number": lambda array: 3,
        "numpy": lambda array: array.asnumpy(),
        "several": lambda array: [array, array.sum(), 2.5],
    }.items():
        monitor = mx.mon.Monitor(1, function, "x")
        monitor.install(executor)
        monitor.tic()
        executor.forward()
        texts[name] = monitor.toc()[0][2]
    assert texts == {
        "default": "0.3535\t",
        "number": "3\t",
        "numpy": "[0.  0.5]\t",
        "several": "[0.  0.5]\t0.5\t2.5\t",
    }


def test_an_error_of_the_statistic_is_raised():
    executor, monitor = bound(), mx.mon.Monitor(1, lambda array: 1 / 0, "fc1_output")
    monitor.install(executor)
    monitor.tic()
    with pytest.raises(ZeroDivisionError):
        executor.forward()


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda: mx.mon.Monitor("a"),
            ValueError,
            "Monitor: interval must be an integer of 1 or more, given 'a' of type str.",
        ),
        (
            lambda: mx.mon.Monitor(0),
            ValueError,
            "Monitor: interval must be an integer of 1 or more, given 0 of type int.",
        ),
        (
            lambda: mx.mon.Monitor(1, 3),
            ValueError,
            "Monitor: stat_func must be a function of an array, given 3 of type int.",
        ),
        (
            lambda: mx.mon.Monitor(1).install(3),
            ValueError,
            "Monitor: install needs an executor, given 3 of type int.",
        ),
    ],
)
def test_messages(make, error, text):
    with pytest.raises(error) as info:
        make()
    assert str(info.value) == text
    assert isinstance(info.value, mx.MXNetError)


def test_a_statistic_that_is_no_array():
    executor, monitor = bound(), mx.mon.Monitor(1, lambda array: array.shape, "fc1_bias")
    monitor.install(executor)
    monitor.tic()
    executor.forward()
    with pytest.raises(AssertionError) as info:
        monitor.toc()
    assert str(info.value) == (
        "Monitor: stat_func must return an array, or a list of arrays, but returned (3,) of type tuple for 'fc1_bias'."
    )
