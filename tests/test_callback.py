"""Callbacks (``mx.callback``): log lines as MXNet's, which scripts parse, checkpoints, and messages."""

from __future__ import annotations

import json
import math
import pathlib
import time
from types import SimpleNamespace

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
