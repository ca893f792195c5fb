"""Every code block of the tutorial, with the results of real MXNet."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DeviceError
from tests.blocks import assert_equal, recorded
from tests.tutorial_blocks import BLOCKS

RECORDED = recorded("tutorial")


@pytest.mark.cpu
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
