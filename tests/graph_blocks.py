"""How symbols are put together, taken apart, copied, saved and loaded, as functions of the module `mx`.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import tempfile
from typing import Any

from tests.blocks import Blocks, attempt

block = BLOCKS = Blocks()


def facts(symbol: Any) -> list:
    """All that names a symbol and its parts, except attributes."""
    return [
        repr(symbol),
        symbol.name,
        len(symbol),
        symbol.list_arguments(),
        symbol.list_outputs(),
        symbol.list_auxiliary_states(),
        symbol.list_inputs(),
    ]


def text(symbol: Any) -> str:
    """JSON without the versions of inputs: real MXNet's depend on what else was ever made of the same variables."""
    return re.sub(r"\[(\d+), (\d+), \d+\]", r"[\1, \2]", symbol.tojson())


def _variables(mx: Any, names: str = "abc") -> list:
    return [mx.sym.Variable(name) for name in names]


def _net(mx: Any) -> Any:
    fc = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    return mx.sym.relu(fc, name="relu")


def _layers(mx: Any) -> Any:
    """A network with auxiliary states, hidden outputs and a label."""
    conv = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    bn = mx.sym.BatchNorm(conv, name="bn", fix_gamma=False)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(bn, num_hidden=3, name="fc"), name="softmax")


# -- composition ------------------------------------------------------------------------------------------------------


@block
def composition_by_keyword(mx: Any) -> Any:
    a, b, c = _variables(mx)
    net, layers = _net(mx), _layers(mx)
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
        layers(softmax_label=b, name="other"),
        layers(data=a, bn_moving_mean=mx.sym.Variable("mean"), bn_gamma=c),
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
    a, b, _ = _variables(mx)
    net = _net(mx)
    with mx.name.Prefix("p_"), mx.AttrScope(__x__="y", ctx_group="dev"):
        return [[*facts(s), text(s)] for s in (net(data=a), net(data=a, name="named"), net(data=a + b))]


@block
def composition_of_groups(mx: Any) -> Any:
    a, b, c = _variables(mx)
    net = _net(mx)
    other = mx.sym.FullyConnected(net, num_hidden=2, name="other")
    group = mx.sym.Group([net, other, mx.sym.sigmoid(net, name="sig")])
    made = [
        group(data=a), group(data=a, name="named"), group(data=b, other_weight=c), group(fc_bias=a), group.get_internals()(data=a),
        mx.sym.Group([a, b])(a=c), mx.sym.Group([a + b, b])(b=c), group[1](data=a), group(data=mx.sym.sigmoid(c)),
    ]  # fmt: skip
    return [[*facts(s), text(s)] for s in made]


@block
def composition_errors(mx: Any) -> Any:
    a, b, c = _variables(mx)
    net = _net(mx)
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


# -- structure --------------------------------------------------------------------------------------------------------


@block
def groups(mx: Any) -> Any:
    a, b, c = _variables(mx)
    parts = mx.sym.split(a, num_outputs=2, name="sp")
    net = _net(mx)
    made = [
        mx.sym.Group([a]), mx.sym.Group([a, b]), mx.sym.Group((a, b)), mx.sym.Group([a, a]), mx.sym.Group([mx.sym.Group([a, b]), c]),
        mx.sym.Group([parts, a]), mx.sym.Group([parts[1]]), mx.sym.Group([parts[0], parts[1]]), mx.sym.Group([parts, parts[0]]),
        mx.sym.Group([net, net]), mx.sym.Group([net, net.get_internals()["fc_output"], a]),
        mx.sym.Group([parts[1], parts[0]]),
    ]  # fmt: skip
    errors = [attempt(lambda: mx.sym.Group([])), attempt(lambda: mx.sym.Group([a, 3])), attempt(lambda: mx.sym.Group(None))]
    return [[[*facts(s), [i.name for i in s], [i.list_outputs() for i in s], text(s)] for s in made], errors]


@block
def internals_and_children(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    net, layers = _net(mx), _layers(mx)
    parts = mx.sym.split(a, num_outputs=2, name="sp")
    made = [
        net, layers, parts, parts[1], a + a, mx.sym.BatchNorm(a, name="bn"), mx.sym.BatchNorm(a, name="bn", output_mean_var=True),
        mx.sym.Group([net, net]), mx.sym.Group([net, layers]), mx.sym.Group([a, net]), mx.sym.LayerNorm(a, name="ln"),
        mx.sym.Dropout(a, name="do"), mx.sym.topk(a, ret_typ="both", k=2, name="top"), parts[0] + parts[1] + parts[0],
        mx.sym.Group([parts[1], b]), mx.sym.LRN(a, nsize=3, name="lrn"),
    ]  # fmt: skip
    leaves = [a, mx.sym.Group([a, b]), mx.sym.zeros((1,))]
    picked = [
        layers.get_internals()["bn_output"], layers.get_internals()["data"], layers.get_internals()["fc_weight"],
        layers.get_internals()["bn_moving_mean"], parts.get_internals()["sp_output1"],
    ]  # fmt: skip
    return [
        [[facts(s.get_internals()), facts(s.get_children()), facts(s.get_children().get_internals())] for s in made],
        [[facts(s.get_internals()), s.get_children()] for s in leaves],
        [[*facts(s), text(s)] for s in picked],
        attempt(lambda: layers.get_internals()["bn_mean"]),
        text(layers.get_internals()),
        net.get_children().get_children().list_outputs(),
    ]


@block
def indexing(mx: Any) -> Any:
    a, b, c = _variables(mx)
    parts = mx.sym.split(a, num_outputs=3, name="sp")
    group = mx.sym.Group([parts, b, c + b])
    indices = [0, 1, 2, 3, 4, 5, 99, "sp_output1", "b", "_plus0_output", "nope", "sp", 1.0, None, (0,), True]
    slices = [slice(None), slice(1, 3), slice(2, None), slice(None, 2), slice(0, 5, 2), slice(4, 0, -1), slice(1, 1)]
    return [
        [attempt(lambda i=i: facts(group[i])) for i in indices],
        [attempt(lambda i=i: facts(group[i])) for i in slices],
        [attempt(lambda: mx.sym.Group([a, a])["a"]), a["a"].name, a[0].name, attempt(lambda: a[1]), parts["sp_output2"].name],
        [s.list_outputs() for s in group], len(group), len(parts), len(a), [s.name for s in a],
    ]  # fmt: skip


@block
def order_of_arguments(mx: Any) -> Any:
    a, b, c = _variables(mx)
    same1, same2 = mx.sym.Variable("same"), mx.sym.Variable("same")
    bn = mx.sym.BatchNorm(a, name="bn")
    shared = mx.sym.BatchNorm(b, moving_mean=bn.get_internals()["bn_moving_mean"], name="other")
    made = [
        c + (b + a), (c + b) + a, (a * b) + (b * a), mx.sym.concat(c, a, b), mx.sym.FullyConnected(b + a, weight=c, num_hidden=1, name="fc"),
        mx.sym.FullyConnected(data=b, bias=a, num_hidden=1, name="fc"), mx.sym.FullyConnected(weight=b, bias=a, num_hidden=1, name="fc"),
        same1 + same2, (same1 + a) * same2, bn + shared, mx.sym.Group([bn, shared, bn.get_internals()["bn_moving_var"]]),
        bn.get_internals()["bn_moving_mean"] + bn, _layers(mx), mx.sym.where(condition=c, x=b, y=a), mx.sym.where(c, y=b, x=a),
        mx.sym.BatchNorm(a, moving_var=b, gamma=c, name="q"), mx.sym.concat(arg1=a, arg0=b), mx.sym.add_n(a, b, a, c),
        mx.sym.FullyConnected(num_hidden=1, name="atom"), mx.sym.concat(num_args=3, name="cat"), mx.sym.concat(a, num_args=3, name="cat"),
    ]  # fmt: skip
    return [[*facts(s), text(s)] for s in made]


@block
def copies(mx: Any) -> Any:
    layers = mx.sym.Group([_layers(mx), mx.sym.Variable("x", shape=(2, 3), lr_mult=2)])
    made = [copy.copy(layers), copy.deepcopy(layers), pickle.loads(pickle.dumps(layers)), copy.deepcopy(layers[0])]
    made[1].get_internals()["conv_output"]._set_attr(__mine__="1")
    made[0][1]._set_attr(__mine__="2")
    called = layers(data=mx.sym.Variable("d"))
    called.get_internals()["softmax_output"]._set_attr(__mine__="3")
    return [[[*facts(s), text(s)] for s in made], text(layers), called.tojson()]


# -- JSON -------------------------------------------------------------------------------------------------------------


@block
def json_of_networks(mx: Any) -> Any:
    data = [mx.sym.Variable("d%d" % i) for i in range(12)]
    shared = mx.sym.BatchNorm(data[0], name="bn0")
    mean, var = (shared.get_internals()["bn0_moving_" + kind] for kind in ("mean", "var"))
    second = mx.sym.BatchNorm(shared, moving_mean=mean, moving_var=var, name="bn1")
    third = mx.sym.BatchNorm(data[0], moving_mean=mean, moving_var=var, name="bn2")
    parts = mx.sym.split(data[1], num_outputs=3, name="sp")
    unicode_name = mx.sym.Variable("Größe 大小 \"quoted\" \\ / \t tab", attr={"__ключ__": "знач\n"})
    made = [
        mx.sym.Variable("alone"), mx.sym.concat(*data, name="wide"), mx.sym.concat(*data[:10]), mx.sym.add_n(*data[:11]),
        mx.sym.Group(data), mx.sym.Group([second, third]),
        mx.sym.Group([parts[2], parts[0]]), parts[2] + parts[0], parts, mx.sym.relu(unicode_name, name="ñ"), _layers(mx),
        mx.sym.topk(data[0], ret_typ="both", k=1)[1], mx.sym.zeros((2, 3)),
    ]  # fmt: skip
    loaded = [mx.sym.load_json(s.tojson()) for s in made]
    return [
        [s.tojson() for s in made],
        [s.tojson() == t.tojson() for s, t in zip(made, loaded)],
        [[facts(s), s.attr_dict()] for s in loaded],
    ]


def _document(nodes: list, heads: list, version: Any = None, **more: Any) -> str:
    variables = [i for i, node in enumerate(nodes) if node["op"] == "null"]
    attrs = {"attrs": {"mxnet_version": ["int", version]}} if version else {}
    return json.dumps({"nodes": nodes, "arg_nodes": variables, "heads": heads, **attrs, **more})


def _node(op: str, name: str, *inputs: int, **more: Any) -> dict:
    return {"op": op, "name": name, "inputs": [[i, 0] for i in inputs], **more}


@block
def json_of_old_layouts(mx: Any) -> Any:
    three = [_node("null", name) for name in ("x", "fc_weight", "fc_bias")]
    noted = [{**node, "param": {}, "backward_source_id": -1} for node in three]
    hidden = {"num_hidden": "3", "weight_lr_mult": "5", "bias_wd_mult": "0", "lr_mult": "7", "ctx_group": "g"}
    states = [_node("null", name) for name in ("x", "bn_gamma", "bn_beta")]
    bn_attrs = {"param": {"eps": "0.001", "fix_gamma": "True"}, "attr": {"lr_mult": "2"}}
    texts = [
        _document([*noted, _node("FullyConnected", "fc", 0, 1, 2, param={"num_hidden": "3"}, backward_source_id=-1)], [[3, 0]]),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr={"num_hidden": "3"})], [[3, 0]]),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, param={"num_hidden": "3"}, attr={"ctx_group": "x"})], [[3, 0]]),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]]),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]], 905),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]], 10500),
        _document([*three[:2], _node("FullyConnected", "fc", 0, 1, param={"num_hidden": "3"})], [[2, 0]]),
        _document([*states, _node("BatchNorm", "bn", 0, 1, 2, **bn_attrs)], [[3, 0]]),
        _document([*states, _node("BatchNorm", "bn", 0, 1, 2, **bn_attrs), _node("Activation", "a", 3, param={"act_type": "relu"})], [[4, 0]], 800),
        _document([_node("null", "x", attr={"lr_mult": "2", "foo": "3", "foo_lr_mult": "4"}), _node("relu", "r", 0)], [[1, 0]]),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "-1"})], [[1, 0]]),
        _document([_node("null", "x"), _node("argmin", "m", 0, attr={"axis": "-1"})], [[1, 0]], 904),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "-1"})], [[1, 0]], 905),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "1"})], [[1, 0]]),
        _document([_node("null", "x"), _node("_Plus", "m", 0, 0)], [[1, 0]]),
        _document([_node("null", "x"), _node("null", "l"), _node("Softmax", "m", 0, 1, param={"grad_scale": "1"})], [[2, 0]]),
        _document([_node("null", "x"), _node("null", "unused"), _node("relu", "r", 0)], [[2, 0]]),
        _document([_node("null", "x"), _node("SliceChannel", "s", 0, attr={"num_outputs": "2"})], [[1, 1], [1, 0]]),
        _document([_node("null", "x", attrs={"__shape__": "(0, 3)", "__dtype__": "-1", "__storage_type__": "0"})], [[0, 0]]),
        _document([_node("null", "x"), {**_node("relu", "r"), "inputs": [[0, 0, 0]]}], [[1, 0, 0]], 10300, node_row_ptr=[0, 1, 2]),
    ]  # fmt: skip
    loaded = [mx.sym.load_json(text) for text in texts]
    return [[*facts(s), s.attr_dict(), text(s)] for s in loaded]


@block
def json_errors(mx: Any) -> Any:
    texts = [
        "", "nonsense", "[]", "{}", "null", '{"nodes": []}', _document([_node("null", "x")], [[0, 0]])[:-20],
        _document([_node("null", "x"), _node("Nope", "r", 0)], [[1, 0]]),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0)], [[1, 0]], 10901),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": "x"})], [[1, 0]]),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": "3", "foo": "1"})], [[1, 0]]),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": 3})], [[1, 0]]),
        _document([_node("null", "x"), _node("relu", "r", -1)], [[1, 0]]),
        _document([_node("null", "x"), {**_node("relu", "r"), "inputs": [[0, 0, 0, 0]]}], [[1, 0]]),
        _document([_node("null", "x"), {"op": "relu", "inputs": [[0, 0]]}], [[1, 0]]),
        _document([_node("null", "x"), {"op": "relu", "name": "r"}], [[1, 0]]),
        _document([_node("null", "x"), _node("Concat", "r", 0, 0, attr={"dim": "1"})], [[1, 0]]),
    ]  # fmt: skip
    return [attempt(lambda text=text: mx.sym.load_json(text)) for text in texts] + [
        attempt(lambda: mx.sym.load_json(b"{}")),
        attempt(lambda: mx.sym.load_json(3)),
    ]


@block
def files(mx: Any) -> Any:
    layers = _layers(mx)
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "Größe-symbol.json")
    layers.save(path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    loaded = mx.sym.load(path)
    with open(os.path.join(folder, "bad.json"), "wb") as file:
        file.write(b"\x12\x01\x00\x00\xff\xfe")
    return [
        text,
        loaded.tojson() == layers.tojson(),
        facts(loaded),
        attempt(lambda: mx.sym.load(os.path.join(folder, "missing.json"))),
        attempt(lambda: mx.sym.load(os.path.join(folder, "bad.json"))),
        attempt(lambda: mx.sym.load(folder)),
        attempt(lambda: mx.sym.load(3)),
        attempt(lambda: layers.save(os.path.join(folder, "no", "such", "folder.json"))),
        attempt(lambda: layers.save(3)),
    ]


@block
def debug_texts(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    shared = mx.sym.BatchNorm(a, name="bn0")
    mean = shared.get_internals()["bn0_moving_mean"]
    made = [
        a, a + b, _layers(mx), mx.sym.Group([a, _net(mx), mx.sym.split(b, num_outputs=2, name="sp")]),
        mx.sym.BatchNorm(shared, moving_mean=mean, name="bn1"), mx.sym.zeros((2,)) + a,
        mx.sym.FullyConnected(mx.sym.sin(a) + 2 * a, num_hidden=10, lr_mult="2", name="fc"),
        mx.sym.Variable("v", shape=(1, 2), lr_mult=3),
    ]  # fmt: skip
    return [s.debug_str() for s in made]
