"""Trainings that go wrong: an interrupt loses nothing, NaN is told once with its causes, a wrong prefix with the right ones."""

from __future__ import annotations

import logging
import signal
import threading

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import training
from symgraph.runtime.interrupts import uninterrupted

NET = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")

pytestmark = pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="interrupts go to the main thread"
)


@pytest.fixture(autouse=True)
def interrupts():
    """What a shell starts in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def module_and_data(values=None):
    values = np.arange(20.0).reshape(4, 5) / 20 if values is None else values
    data = mx.io.NDArrayIter(values, np.arange(4) % 3, 2, label_name="softmax_label")
    return mx.mod.Module(NET), data


def fit(module, data, **options):
    module.fit(data, optimizer="adam", initializer=mx.init.One(), **options)


def values_of(module):
    return {name: array.asnumpy() for name, array in module.get_params()[0].items()}


def test_an_interrupt_waits_for_the_step_and_loses_nothing(monkeypatch, caplog):
    """It comes while parameters have given their memory away, and a step later there would be others."""
    expected, data = module_and_data()
    with pytest.raises(StopIteration):
        fit(expected, data, num_epoch=1, batch_end_callback=lambda _: next(iter(())))
    timed = training.timing.timed

    def interrupted(kind, graph, run):
        def compute(*inputs):
            signal.raise_signal(signal.SIGINT)
            return run(*inputs)

        return timed(kind, graph, compute)

    module, data = module_and_data()
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(training.timing, "timed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(module, data, begin_epoch=3, num_epoch=9)
    assert signal.getsignal(signal.SIGINT) is before
    for name, value in values_of(module).items():
        np.testing.assert_array_equal(value, values_of(expected)[name])
    assert caplog.messages[-1] == (
        "Epoch[3] interrupted. Parameters are those after the last whole batch: save_checkpoint('interrupted', 3, "
        "save_optimizer_states=True) keeps them, beside the files of whole epochs; train_data.reset() and fit(..., "
        "begin_epoch=3) go on from there."
    )


@pytest.mark.parametrize("place", ["epoch_end_callback", "eval_batch_end_callback"])
def test_an_interrupt_after_the_last_batch_tells_that_the_epoch_is_done(place, caplog):
    module, data = module_and_data()
    with pytest.raises(KeyboardInterrupt):
        fit(module, data, eval_data=data, num_epoch=9, **{place: lambda *_: signal.raise_signal(signal.SIGINT)})
    assert caplog.messages[-1] == (
        "Epoch[0] interrupted after its last batch. Parameters are those of the whole epoch: save_checkpoint('interrupted', 1, "
        "save_optimizer_states=True) keeps them, beside the files of whole epochs; train_data.reset() and fit(..., "
        "begin_epoch=1) go on from there."
    )


def test_a_second_interrupt_does_not_wait():
    reached = []

    def ask_twice():
        with uninterrupted():
            for number in (1, 2):
                signal.raise_signal(signal.SIGINT)
                reached.append(number)

    with pytest.raises(KeyboardInterrupt):
        ask_twice()
    assert reached == [1]


def test_interrupts_that_are_ignored_stay_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_nan_is_told_once(caplog):
    caplog.set_level(logging.WARNING)
    module, data = module_and_data(np.full((4, 5), np.nan))
    fit(module, data, num_epoch=3)
    (text,) = caplog.messages
    assert text.startswith(
        "Epoch[0] left NaN or infinity in fc_weight, fc_bias, so that all further results are of no use. Usual causes: NaN in "
        "the data; a learning rate that is too high; "
    )
    assert text.endswith("fit(monitor=mx.mon.Monitor(1)) shows which layer has them first.")


def test_a_loss_that_is_nan_is_told_once_though_parameters_are_finite(caplog):
    caplog.set_level(logging.WARNING)
    features = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=1, no_bias=True, name="fc")
    module = mx.mod.Module(mx.sym.MakeLoss(mx.sym.mean(mx.sym.log(features))), label_names=None)
    data = mx.io.NDArrayIter(-np.ones((4, 5)), None, 2)
    fit(module, data, num_epoch=3, eval_metric="loss")
    assert np.isfinite(values_of(module)["fc_weight"]).all()
    mx.model.FeedForward(module.symbol, num_epoch=1, initializer=mx.init.One()).fit(data, eval_metric="loss")
    text, again = caplog.messages
    assert again == text
    assert text.startswith(
        "Epoch[0] ended with Train-loss=nan, while all parameters are finite: NaN or infinity is in the outputs or the labels, "
        "or the metric counted nothing. Usual causes: "
    )
    assert text.endswith("fit(monitor=mx.mon.Monitor(1)) shows which layer has them first.")


@pytest.mark.parametrize("load", [mx.model.load_checkpoint, mx.mod.Module.load, mx.model.load_params])
def test_a_prefix_that_is_none(load):
    text = "the prefix of a checkpoint is text, as 'net' of net-symbol.json, given 0 of type int"
    with pytest.raises(TypeError) as caught:
        load(0, "net")
    assert str(caught.value) == f"{text}; it and the epoch are swapped, write ('net', 0)."
    with pytest.raises(TypeError) as caught:
        load(0, 0)
    assert str(caught.value) == f"{text}."


@pytest.mark.parametrize(
    ("prefix", "epoch", "end"),
    [
        ("resnet", 3, "'resnet-symbol.json'; did you mean 'resnet-50-symbol.json'?"),
        ("resnet-50", 3, "'resnet-50-0003.params'; did you mean 'resnet-50-0030.params'?"),
        (
            "resnet-50-symbol.json",
            3,
            "'resnet-50-symbol.json-symbol.json', as a prefix gets its ending by itself; give the prefix 'resnet-50'.",
        ),
        (
            "resnet-50-0030.params",
            30,
            "'resnet-50-0030.params-symbol.json', as a prefix gets its ending by itself; give the prefix 'resnet-50'.",
        ),
        ("alexnet", 3, "'alexnet-symbol.json'; check the path."),
    ],
)
def test_a_wrong_prefix_or_epoch_is_answered_by_those_that_are_there(prefix, epoch, end, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mx.model.save_checkpoint("resnet-50", 30, NET, {"fc_weight": mx.nd.ones((3, 5)), "fc_bias": mx.nd.ones((3,))}, {})
    with pytest.raises(FileNotFoundError) as caught:
        mx.model.load_checkpoint(prefix, epoch)
    assert str(caught.value) == f"load: there is no file {end}"
