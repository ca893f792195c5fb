"""Groups on devices of their own (``group2ctx``): what eight virtual devices compute, and where nodes are placed."""

from __future__ import annotations

import pytest

import symgraph as mx
from symgraph.errors import BindError
from tests.eight_devices import blocks_of, outcome_of


@pytest.fixture(scope="module")
def outcome() -> dict[str, str | None]:
    return outcome_of("group_blocks")


@pytest.mark.parametrize("block", blocks_of("group_blocks"))
def test_on_eight_devices(outcome, block):
    assert outcome[block] is None, outcome[block]


def contexts(executor: mx.Executor) -> str:
    arrays = {**executor.arg_dict, **executor.output_dict}
    return " ".join(f"{name}:{array.context.device_id}" for name, array in arrays.items())


def nested() -> mx.Symbol:
    with mx.AttrScope(ctx_group="a"):
        with mx.AttrScope(ctx_group="b"):
            inner = mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=2, name="fc")
        return mx.sym.Group([inner, mx.sym.relu(inner, name="act")])


GROUPS = {"a": mx.cpu(1), "b": mx.cpu(2)}


def test_the_inner_of_two_scopes_counts_as_in_mxnet():
    expected = "x:2 fc_weight:2 fc_bias:2 fc_output:2 act_output:1"
    assert contexts(nested().simple_bind(mx.cpu(0), group2ctx=GROUPS, x=(2, 3))) == expected


def test_groups_are_kept_in_files():
    again = mx.sym.load_json(nested().tojson())
    assert again.attr_dict()["fc_weight"]["__ctx_group__"] == again.attr_dict()["fc"]["ctx_group"] == "b"
    bound = [symbol.simple_bind(mx.cpu(0), group2ctx=GROUPS, x=(2, 3)) for symbol in (nested(), again)]
    assert contexts(bound[0]) == contexts(bound[1])


def test_nodes_without_a_group_follow_their_first_input_then_their_last_user_as_in_mxnet():
    with mx.AttrScope(ctx_group="a"):
        x = mx.sym.Variable("x")
    z = mx.sym.Variable("z")
    made = mx.sym.zeros(shape=(2,), name="made")
    doubled = mx.sym.elemwise_mul(x, z, name="first")
    turned = mx.sym.elemwise_mul(z, x, name="second")
    with mx.AttrScope(ctx_group="b"):
        used = mx.sym.sqrt(made, name="used")
    net = mx.sym.Group([doubled, turned, made, doubled + made, used])
    executor = net.simple_bind(mx.cpu(0), group2ctx=GROUPS, x=(2,), z=(2,))
    assert contexts(executor) == "x:1 z:0 first_output:1 second_output:0 made_output:2 _plus0_output:1 used_output:2"


def test_a_group_without_a_context_is_named():
    text = r"^FullyConnected 'fc' \(made at .*\) is in the group 'b' \(ctx_group\), for which group2ctx has no context"
    inputs = {name: mx.sym.Variable(name, attr={"ctx_group": "a"}) for name in ("data", "weight", "bias")}
    with mx.AttrScope(ctx_group="b"):
        net = mx.sym.FullyConnected(**inputs, num_hidden=2, name="fc")
    with pytest.raises(BindError, match=text):
        net.simple_bind(mx.cpu(0), group2ctx={"a": mx.cpu(1)}, data=(2, 3))
    net.simple_bind(mx.cpu(0), group2ctx={"a": mx.cpu(1), "b": mx.cpu(1), "nobody's": mx.gpu(7)}, data=(2, 3))
    net.simple_bind(mx.cpu(0), group2ctx={}, data=(2, 3))
