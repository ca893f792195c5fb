"""Several devices: what eight virtual ones compute is what one computes, and who asks for what is not there is told so."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from jax.sharding import Mesh

import symgraph as mx
from symgraph.errors import DeviceError, OpAttributeError
from tests.eight_devices import outcome_of
from tests.training_blocks import mlp


def test_on_eight_devices(subtests: pytest.Subtests) -> None:
    for block, trouble in outcome_of("device_blocks").items():
        with subtests.test(block):
            assert trouble is None, trouble


def test_a_rule_is_kept_as_text():
    with mx.AttrScope(sharding=("model",)):
        net = mx.sym.FullyConnected(
            mx.sym.Variable("data", sharding=(None, ["data", "model"])), num_hidden=3, name="fc"
        )
    again = mx.sym.load_json(net.tojson())
    for symbol in (net, again):
        attributes = symbol.attr_dict()
        assert attributes["fc_weight"]["__sharding__"] == attributes["fc"]["sharding"] == "('model',)"
        assert attributes["data"]["sharding"] == "(None, ('data', 'model'))"
    executor = again.simple_bind(mx.cpu(), data=(2, 3))  # one device needs no rule
    assert executor.sharding_of("fc_weight") is None
    with pytest.raises(mx.MXNetError, match=r"sharding_of: argument 'wight' is unknown\. Did you mean 'fc_weight'"):
        executor.sharding_of("wight")


@pytest.mark.parametrize("given", ["model", 5, (1, None), "(model, None", {"model": 0}])
def test_what_is_no_rule(given):
    text = r"sharding must be a tuple with the name of an axis of the mesh, or None, for each axis of the array, as in "
    with pytest.raises(OpAttributeError, match=f"variable 'w': {text}"):
        mx.sym.Variable("w", sharding=given)
    with pytest.raises(OpAttributeError, match=text):
        mx.AttrScope(sharding=given)


@pytest.mark.cpu
def test_a_mesh_of_one_device_is_that_device():
    mesh = Mesh(np.array(jax.devices("cpu")[:1]), ("data",))
    module = mx.mod.Module(mlp(mx), context=mesh)
    module.bind([("data", (3, 10))], [("softmax_label", (3,))])
    assert (module._context, module._exec_group.executor.sharding_of("data")) == ([mx.cpu(0)], None)


@pytest.mark.cpu
def test_contexts_that_do_not_exist_or_differ_in_kind():
    def bind(*contexts):
        mx.mod.Module(mlp(mx), context=list(contexts)).bind([("data", (4, 10))], [("softmax_label", (4,))])

    with pytest.raises(DeviceError, match=r"tpu\(3\) was asked for, but JAX finds no such device on this machine"):
        bind(mx.cpu(0), mx.tpu(3))
