"""Every code block of the tutorial, with the results of real MXNet."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DeviceError
from tests.tutorial_blocks import BLOCKS

RECORDED = json.loads((pathlib.Path(__file__).parent / "golden" / "tutorial.json").read_text(encoding="utf-8"))


def assert_equal(actual: Any, expected: Any) -> None:
    """Equality up to float rounding and the difference between tuples and lists."""
    if isinstance(expected, dict):
        assert list(actual) == list(expected)
        for key in expected:
            assert_equal(actual[key], expected[key])
    elif isinstance(expected, list):
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected, strict=True):
            assert_equal(a, e)
    elif isinstance(expected, float):
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)
    else:
        assert actual == expected


@pytest.mark.parametrize("name", BLOCKS)
def test_block(name: str) -> None:
    assert_equal(BLOCKS[name](mx), RECORDED[name])


def test_gpu_block() -> None:
    """The tutorial's GPU block runs where there is a GPU, and says plainly what is missing where there is none."""
    c = mx.sym.Variable("a") + mx.sym.Variable("b")

    def run() -> np.ndarray:
        args = {"a": mx.nd.ones([3, 4], mx.gpu()) * 2, "b": mx.nd.ones([3, 4], mx.gpu()) * 3}
        ex_gpu = c.bind(ctx=mx.gpu(), args=args)
        ex_gpu.forward()
        return ex_gpu.outputs[0].asnumpy()

    if mx.num_gpus():
        np.testing.assert_array_equal(run(), np.full((3, 4), 5, "float32"))
    else:
        with pytest.raises(DeviceError, match=r"gpu\(0\) was asked for, but JAX finds no such device on this machine"):
            run()


def test_pictures_of_the_tutorial_are_svg() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), name="fc1", num_hidden=128)
    assert "<svg" in mx.viz.plot_network(net, shape={"data": (100, 200)}).svg()
    assert "<svg" in net._repr_svg_()
