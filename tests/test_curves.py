"""Curves of a training: what is collected, what is drawn, and that it is told what is missing."""

from __future__ import annotations

import importlib.util
import pathlib
from types import SimpleNamespace

import numpy as np
import pytest

import symgraph as mx
from symgraph.train.curves import COLOURS
from tests.test_viz_blocks import contrast

needs_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="Matplotlib is not installed"
)


@needs_matplotlib
def test_curves_of_a_training(tmp_path: pathlib.Path) -> None:
    data = mx.io.NDArrayIter(np.zeros((8, 3), "float32"), np.zeros(8, "float32"), batch_size=4)
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc"), name="softmax")
    plot = mx.callback.LossPlot()
    module = mx.mod.Module(net)
    module.fit(
        data,
        data,
        eval_metric=["acc", "ce"],
        num_epoch=2,
        batch_end_callback=plot,
        eval_end_callback=plot.validation,
    )
    assert set(plot.training) == {"accuracy", "cross-entropy"}
    assert [batch for batch, _ in plot.training["accuracy"]] == [1, 2, 3, 4]
    assert [batch for batch, _ in plot.validation_points["accuracy"]] == [2, 4]
    first, second = plot.figure().axes
    assert [axes.get_ylabel() for axes in (first, second)] == ["accuracy", "cross-entropy"]
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["training", "validation"]
    assert {line.get_linestyle() for line in first.lines} >= {"-", "--"}, "told apart without colours"
    svg = plot._repr_svg_()
    assert svg == plot._repr_svg_()
    assert ">cross-entropy<" in svg
    plot.save(tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text() == svg
    with pytest.raises(mx.MXNetError, match="LossPlot.save: there is no folder '.*no'"):
        plot.save(tmp_path / "no" / "curves.svg")
    with pytest.raises(mx.MXNetError, match="LossPlot.save: Format 'xyz' is not supported"):
        plot.save(tmp_path / "curves.xyz")


@needs_matplotlib
def test_values_that_are_no_numbers_leave_gaps() -> None:
    plot = mx.callback.LossPlot()
    assert "<svg" in plot._repr_svg_()
    for value in (1.0, float("nan"), 2.0):
        plot(
            SimpleNamespace(nbatch=0, eval_metric=SimpleNamespace(get_name_value=lambda value=value: [("loss", value)]))
        )
    plot(SimpleNamespace(nbatch=1, eval_metric=None))
    assert len(plot.training["loss"]) == 3
    assert "<svg" in plot._repr_svg_()


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(mx.MXNetError, match=r"LossPlot: to draw curves, install Matplotlib: pip install matplotlib\.$"):
        mx.callback.LossPlot()


def test_colours_stand_out() -> None:
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in COLOURS)
