"""Groups on devices of their own (``group2ctx``): what eight virtual devices compute, and where nodes are placed."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import BindError
from symgraph.lower.segments import cut
from tests.eight_devices import outcome_of
from tests.training_blocks import batches, first_values


def test_on_eight_devices(subtests: pytest.Subtests) -> None:
    for block, trouble in outcome_of("group_blocks").items():
        with subtests.test(block):
            assert trouble is None, trouble


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


@pytest.mark.skipif(mx.num_gpus() == 0, reason="this machine has no GPU")
def test_groups_on_the_processor_and_a_gpu() -> None:
    with mx.AttrScope(ctx_group="a"):
        net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
        net = mx.sym.Dropout(mx.sym.BatchNorm(net, name="bn"), p=0.5)
    with mx.AttrScope(ctx_group="b"):
        net = mx.sym.FullyConnected(mx.sym.tanh(net), num_hidden=4, name="fc2")
    net = mx.sym.SoftmaxOutput(net, name="softmax")
    found = []
    for place in (mx.cpu(0), mx.gpu(0)):
        made = mx.mod.Module(net, context=mx.cpu(0), group2ctxs={"a": mx.cpu(0), "b": place})
        made.bind([("data", (8, 10))], [("softmax_label", (8,))])
        mx.random.seed(1)
        made.init_params(arg_params=first_values(mx, net, data=(8, 10), softmax_label=(8,)))
        made.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.9})
        for batch in batches(mx):
            made.forward_backward(batch)
            made.update()
        found.append({name: array.asnumpy() for params in made.get_params() for name, array in params.items()})
        assert made._exec_group.executor.arg_dict["fc2_weight"].context == place
    for name, value in found[0].items():
        np.testing.assert_allclose(found[1][name], value, 1e-3, 1e-4, err_msg=name)


def chain(x: mx.Symbol, place: str, count: int) -> mx.Symbol:
    """Nodes in a row, whose names tell where they are to be."""
    for i in range(count):
        x = mx.sym.relu(x, name=f"{place}_{x.name}_{i}")
    return x


def segments(symbol: mx.Symbol) -> list[tuple[str, int]]:
    """Place and number of nodes of each segment, after checking that each comes after those it takes values from."""
    graph, known = symbol.graph, set()
    found = cut(graph, [node.name.partition("_")[0] for node in graph.order])
    for segment in found:
        assert known.issuperset(segment.taken)
        known.update(segment.given)
    return [(str(segment.place), len(segment.nodes)) for segment in found]


def test_a_segment_is_as_large_as_it_can_be() -> None:
    x = mx.sym.Variable("x")
    there_and_back = chain(chain(chain(x, "a", 3), "b", 2), "a", 4)
    assert segments(there_and_back) == [("a", 3), ("b", 2), ("a", 4)]
    side = chain(mx.sym.Variable("y"), "a", 2)
    assert segments(mx.sym.Group([there_and_back, side])) == [("a", 5), ("b", 2), ("a", 4)]


def test_what_needs_no_other_device_begins_at_once_unless_it_is_little() -> None:
    for own, expected in ((5, [("b", 5), ("a", 3), ("b", 11)]), (1, [("a", 3), ("b", 12)])):
        early = chain(mx.sym.Variable("y"), "b", own)
        late = chain(chain(mx.sym.Variable("x"), "a", 3), "b", 10)
        assert segments(mx.sym.elemwise_add(early, late, name="b_sum")) == expected


def test_who_shares_an_auxiliary_state_keeps_its_turn() -> None:
    states = {f"moving_{what}": mx.sym.Variable(f"a_{what}") for what in ("mean", "var")}
    first = mx.sym.BatchNorm(mx.sym.Variable("x"), name="b_first", **states)
    second = mx.sym.BatchNorm(mx.sym.Variable("y"), name="a_second", **states)
    assert segments(mx.sym.Group([first, second])) == [("b", 1), ("a", 1)]
    assert segments(mx.sym.Group([second, first])) == [("a", 1), ("b", 1)]
    for count in (1, 2):
        assert segments(mx.sym.Group([first, *[states["moving_mean"]] * count])) == [("b", 1), ("a", 0)]
