"""How symbols are put together, taken apart and copied, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

from tests.blocks import Blocks, attempt, facts, layers, small_net, text, variables

block = BLOCKS = Blocks()


@block
def composition_by_keyword(mx: Any) -> Any:
    a, b, c = variables(mx)
    net, whole = small_net(mx), layers(mx)
    made = [
        net(data=a),
        net(data=a, name="named"),
        net(name="renamed"),
        net(),
        net(data=a + b),
        net(data=a, fc_weight=b, fc_bias=c),
        net(data=mx.sym.split(a, num_outputs=2, name="sp")[1]),
        net(data=mx.sym.Group([b])),
        net(data=mx.sym.Group([b, c])[1]),
        net(data=mx.sym.relu(mx.sym.Variable("data"), name="inner")),
        net(data=mx.sym.relu(mx.sym.Variable("data"), name="inner"))(data=c),
        net[0](data=b, name="w"),
        net.get_internals()["fc_output"](data=b, name="cut"),
        whole(softmax_label=b, name="other"),
        whole(data=a, bn_moving_mean=mx.sym.Variable("mean"), bn_gamma=c),
        mx.sym.split(a, num_outputs=2, name="sp")(name="parts"),
        mx.sym.split(a, num_outputs=2, name="sp")[1](a=b, name="parts"),
        (a - b)(a=b, b=a),
        ((a + a) * (a + a))(a=b - c),
        mx.sym.concat(a, b, a, name="cat")(a=c),
        mx.sym.BatchNorm(a, name="bn")(a=b, bn_moving_var=c, name="bn2"),
    ]
    return [[*facts(s), text(s)] for s in made] + [facts(net), text(net)]


@block
def composition_under_a_prefix(mx: Any) -> Any:
    a, b, _ = variables(mx)
    net = small_net(mx)
    with mx.name.Prefix("p_"), mx.AttrScope(__x__="y", ctx_group="dev"):
        return [[*facts(s), text(s)] for s in (net(data=a), net(data=a, name="named"), net(data=a + b))]


@block
def composition_of_groups(mx: Any) -> Any:
    a, b, c = variables(mx)
    net = small_net(mx)
    other = mx.sym.FullyConnected(net, num_hidden=2, name="other")
    group = mx.sym.Group([net, other, mx.sym.sigmoid(net, name="sig")])
    made = [
        group(data=a),
        group(data=a, name="named"),
        group(data=b, other_weight=c),
        group(fc_bias=a),
        group.get_internals()(data=a),
        mx.sym.Group([a, b])(a=c),
        mx.sym.Group([a + b, b])(b=c),
        group[1](data=a),
        group(data=mx.sym.sigmoid(c)),
    ]
    return [[*facts(s), text(s)] for s in made]


@block
def composition_errors(mx: Any) -> Any:
    a, b, c = variables(mx)
    net = small_net(mx)
    bn = mx.sym.BatchNorm(a, name="bn")
    return [
        attempt(lambda: net(nope=a)),
        attempt(lambda: net(data=a, nope=b)),
        attempt(lambda: net(data=3)),
        attempt(lambda: net(data=None)),
        attempt(lambda: net(3)),
        attempt(lambda: net(a, data=b)),
        attempt(lambda: net(data=mx.sym.split(a, num_outputs=2))),
        attempt(lambda: net(data=mx.sym.Group([a, b]))),
        attempt(lambda: net(relu=a)),
        attempt(lambda: net(fc_output=a)),
        attempt(lambda: bn(bn_moving_mean=a + b)),
        attempt(lambda: mx.sym.BatchNorm(a, moving_mean=a + b)),
        attempt(lambda: mx.sym.relu(mx.sym.BatchNorm(a, output_mean_var=True))),
        attempt(lambda: mx.sym.relu(mx.sym.Group([a, b]))),
    ]


@block
def groups(mx: Any) -> Any:
    a, b, c = variables(mx)
    parts = mx.sym.split(a, num_outputs=2, name="sp")
    net = small_net(mx)
    made = [
        mx.sym.Group([a]),
        mx.sym.Group([a, b]),
        mx.sym.Group((a, b)),
        mx.sym.Group([a, a]),
        mx.sym.Group([mx.sym.Group([a, b]), c]),
        mx.sym.Group([parts, a]),
        mx.sym.Group([parts[1]]),
        mx.sym.Group([parts[0], parts[1]]),
        mx.sym.Group([parts, parts[0]]),
        mx.sym.Group([net, net]),
        mx.sym.Group([net, net.get_internals()["fc_output"], a]),
        mx.sym.Group([parts[1], parts[0]]),
    ]
    errors = [
        attempt(lambda: mx.sym.Group([])),
        attempt(lambda: mx.sym.Group([a, 3])),
        attempt(lambda: mx.sym.Group(None)),
    ]
    return [[[*facts(s), [i.name for i in s], [i.list_outputs() for i in s], text(s)] for s in made], errors]


@block
def internals_and_children(mx: Any) -> Any:
    a, b, _ = variables(mx)
    net, whole = small_net(mx), layers(mx)
    parts = mx.sym.split(a, num_outputs=2, name="sp")
    made = [
        net,
        whole,
        parts,
        parts[1],
        a + a,
        mx.sym.BatchNorm(a, name="bn"),
        mx.sym.BatchNorm(a, name="bn", output_mean_var=True),
        mx.sym.Group([net, net]),
        mx.sym.Group([net, whole]),
        mx.sym.Group([a, net]),
        mx.sym.LayerNorm(a, name="ln"),
        mx.sym.Dropout(a, name="do"),
        mx.sym.topk(a, ret_typ="both", k=2, name="top"),
        parts[0] + parts[1] + parts[0],
        mx.sym.Group([parts[1], b]),
        mx.sym.LRN(a, nsize=3, name="lrn"),
    ]
    leaves = [a, mx.sym.Group([a, b]), mx.sym.zeros((1,))]
    picked = [
        whole.get_internals()["bn_output"],
        whole.get_internals()["data"],
        whole.get_internals()["fc_weight"],
        whole.get_internals()["bn_moving_mean"],
        parts.get_internals()["sp_output1"],
    ]
    return [
        [[facts(s.get_internals()), facts(s.get_children()), facts(s.get_children().get_internals())] for s in made],
        [[facts(s.get_internals()), s.get_children()] for s in leaves],
        [[*facts(s), text(s)] for s in picked],
        attempt(lambda: whole.get_internals()["bn_mean"]),
        text(whole.get_internals()),
        net.get_children().get_children().list_outputs(),
    ]


@block
def indexing(mx: Any) -> Any:
    a, b, c = variables(mx)
    parts = mx.sym.split(a, num_outputs=3, name="sp")
    group = mx.sym.Group([parts, b, c + b])
    indices = [0, 1, 2, 3, 4, 5, 99, "sp_output1", "b", "_plus0_output", "nope", "sp", 1.0, None, (0,), True]
    slices = [slice(None), slice(1, 3), slice(2, None), slice(None, 2), slice(0, 5, 2), slice(4, 0, -1), slice(1, 1)]
    return [
        [attempt(lambda i=i: facts(group[i])) for i in indices],
        [attempt(lambda i=i: facts(group[i])) for i in slices],
        [
            attempt(lambda: mx.sym.Group([a, a])["a"]),
            a["a"].name,
            a[0].name,
            attempt(lambda: a[1]),
            parts["sp_output2"].name,
        ],
        [s.list_outputs() for s in group],
        len(group),
        len(parts),
        len(a),
        [s.name for s in a],
    ]


@block
def order_of_arguments(mx: Any) -> Any:
    a, b, c = variables(mx)
    same1, same2 = mx.sym.Variable("same"), mx.sym.Variable("same")
    bn = mx.sym.BatchNorm(a, name="bn")
    shared = mx.sym.BatchNorm(b, moving_mean=bn.get_internals()["bn_moving_mean"], name="other")
    made = [
        c + (b + a),
        (c + b) + a,
        (a * b) + (b * a),
        mx.sym.concat(c, a, b),
        mx.sym.FullyConnected(b + a, weight=c, num_hidden=1, name="fc"),
        mx.sym.FullyConnected(data=b, bias=a, num_hidden=1, name="fc"),
        mx.sym.FullyConnected(weight=b, bias=a, num_hidden=1, name="fc"),
        same1 + same2,
        (same1 + a) * same2,
        bn + shared,
        mx.sym.Group([bn, shared, bn.get_internals()["bn_moving_var"]]),
        bn.get_internals()["bn_moving_mean"] + bn,
        layers(mx),
        mx.sym.where(condition=c, x=b, y=a),
        mx.sym.where(c, y=b, x=a),
        mx.sym.BatchNorm(a, moving_var=b, gamma=c, name="q"),
        mx.sym.concat(arg1=a, arg0=b),
        mx.sym.add_n(a, b, a, c),
        mx.sym.FullyConnected(num_hidden=1, name="atom"),
        mx.sym.concat(num_args=3, name="cat"),
        mx.sym.concat(a, num_args=3, name="cat"),
    ]
    return [[*facts(s), text(s)] for s in made]


@block
def copies(mx: Any) -> Any:
    whole = mx.sym.Group([layers(mx), mx.sym.Variable("x", shape=(2, 3), lr_mult=2)])
    made = [copy.copy(whole), copy.deepcopy(whole), pickle.loads(pickle.dumps(whole)), copy.deepcopy(whole[0])]
    made[1].get_internals()["conv_output"]._set_attr(__mine__="1")
    made[0][1]._set_attr(__mine__="2")
    called = whole(data=mx.sym.Variable("d"))
    called.get_internals()["softmax_output"]._set_attr(__mine__="3")
    return [[[*facts(s), text(s)] for s in made], text(whole), called.tojson()]
