"""Callbacks (``mx.callback``): log lines as MXNet's, which scripts parse, checkpoints, and messages."""

from __future__ import annotations

import io
import json
import logging
import math
import pathlib
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

import symgraph as mx
from tests.callback_cases import BATCHES, logged

RECORDED = json.loads((pathlib.Path(__file__).parent / "golden" / "callbacks.json").read_text())


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(mx.callback, "time", time)


@pytest.mark.parametrize("case", BATCHES)
def test_logged_as_by_mxnet(case):
    assert logged(mx, case) == RECORDED[case]


def test_a_clock_that_stands_still(caplog, monkeypatch):
    caplog.set_level("INFO")
    monkeypatch.setattr(mx.callback, "time", SimpleNamespace(time=lambda: 1.0))
    speedometer = mx.callback.Speedometer(10, 2)
    for i in range(3):
        speedometer(SimpleNamespace(epoch=0, nbatch=i, eval_metric=None))
    assert caplog.records[-1].getMessage() == "Iter[0] Batch [2]\tSpeed: inf samples/sec"


def test_checkpoints_after_epochs(tmp_path, caplog):
    caplog.set_level("INFO")
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    callback = mx.callback.do_checkpoint(str(tmp_path / "net"), period=2)
    for epoch in range(5):
        callback(epoch, net, {"fc_weight": mx.nd.full((2, 3), epoch)}, {"moving": mx.nd.ones((1,))})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net-0002.params", "net-0004.params", "net-symbol.json"]
    saved = mx.nd.load(str(tmp_path / "net-0004.params"))
    assert sorted(saved) == ["arg:fc_weight", "aux:moving"]
    assert saved["arg:fc_weight"].asnumpy().min() == 3
    assert [record.getMessage() for record in caplog.records] == [
        f'Saved checkpoint to "{tmp_path}/net-000{epoch}.params"' for epoch in (2, 4)
    ]


def test_checkpoints_of_modules():
    calls = []
    module = SimpleNamespace(save_checkpoint=lambda *args: calls.append(args))
    every_second = mx.callback.module_checkpoint(module, "net", 2, save_optimizer_states=True)
    for epoch in range(4):
        every_second(epoch, None, {}, {})
    mx.callback.module_checkpoint(module, "own", period=0)(0)
    assert calls == [("net", 2, True), ("net", 4, True), ("own", 1, False)]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: mx.callback.do_checkpoint("x", "a"), "do_checkpoint: period must be a number, given 'a' of type str."),
        (lambda: mx.callback.Speedometer(10, 0), "Speedometer: frequent must be 1 or more, given 0 of type int."),
        (
            lambda: mx.callback.Speedometer((10,)),
            "Speedometer: batch_size must be a number, given (10,) of type tuple.",
        ),
        (lambda: mx.callback.ProgressBar(0), "ProgressBar: total must be 1 or more, given 0 of type int."),
        (
            lambda: mx.callback.log_train_metric(math.nan),
            "log_train_metric: period must be 1 or more, given nan of type float.",
        ),
    ],
)
def test_messages(make, text):
    with pytest.raises((TypeError, ZeroDivisionError)) as info:
        make()
    assert str(info.value) == text
    assert isinstance(info.value, mx.MXNetError)


def test_a_bar_for_each_epoch_on_a_terminal(monkeypatch, caplog):
    drawn = io.StringIO()
    drawn.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", drawn)
    caplog.set_level(logging.INFO)
    bar = mx.callback.ProgressBar(total=3, length=60)
    for epoch in range(2):
        for batch in range(3):
            bar(mx.model.BatchEndParam(epoch=epoch, nbatch=batch, eval_metric=None, locals=None))
    lines = drawn.getvalue().split("\n")
    assert [line.rsplit("\r", 1)[-1][:14] for line in lines] == ["epoch 0: 100%|", "epoch 1: 100%|", ""]
    assert "3/3" in lines[0]
    assert caplog.records == []


def _module_and_data():
    rng = np.random.RandomState(0)
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    data = mx.io.NDArrayIter(rng.uniform(size=(8, 3)), np.arange(8) % 2, batch_size=2)
    module = mx.mod.Module(mx.sym.SoftmaxOutput(net, name="softmax"), logger=logging.getLogger("own"))
    return module, data


def test_checkpoints_of_a_module_are_told_once(tmp_path, caplog):
    """As in MXNet, training is told by the module's logger, and files by that of all."""
    caplog.set_level("INFO")
    module, data = _module_and_data()
    prefix = str(tmp_path / "net")
    module.fit(data, num_epoch=1, epoch_end_callback=mx.callback.module_checkpoint(module, prefix, 1, True))
    told = [
        (record.name, record.getMessage().split("=")[0]) for record in caplog.records if record.name in ("own", "root")
    ]
    assert told == [
        ("own", "Epoch[0] Train-accuracy"),
        ("own", "Epoch[0] Time cost"),
        ("root", f'Saved checkpoint to "{prefix}-0001.params"'),
        ("root", f'Saved optimizer state to "{prefix}-0001.states"'),
    ]


def test_a_score_is_that_since_the_last_local_reset():
    module, data = _module_and_data()
    module.bind(data.provide_data, data.provide_label)
    module.init_params()
    metric = mx.metric.np(lambda label, pred: label[0], name="first")
    expected = [("first", 0.0)]
    assert module.score(data, metric) == expected

    def reset(param):
        param.eval_metric.reset_local()

    ((name, value),) = module.score(data, metric, batch_end_callback=reset)
    assert name == "first"
    assert math.isnan(value)
    assert metric.get_global_name_value() == expected
