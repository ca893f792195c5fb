"""Symbols as JSON, in files, and as text, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from tests.blocks import Blocks, attempt, facts, layers, small_net, text, variables

block = BLOCKS = Blocks()


@block
def json_of_networks(mx: Any) -> Any:
    data = [mx.sym.Variable("d%d" % i) for i in range(12)]
    shared = mx.sym.BatchNorm(data[0], name="bn0")
    mean, var = (shared.get_internals()["bn0_moving_" + kind] for kind in ("mean", "var"))
    second = mx.sym.BatchNorm(shared, moving_mean=mean, moving_var=var, name="bn1")
    third = mx.sym.BatchNorm(data[0], moving_mean=mean, moving_var=var, name="bn2")
    parts = mx.sym.split(data[1], num_outputs=3, name="sp")
    unicode_name = mx.sym.Variable('Größe 大小 "quoted" \\ / \t tab', attr={"__ключ__": "знач\n"})
    made = [
        mx.sym.Variable("alone"),
        mx.sym.concat(*data, name="wide"),
        mx.sym.concat(*data[:10]),
        mx.sym.add_n(*data[:11]),
        mx.sym.Group(data),
        mx.sym.Group([second, third]),
        mx.sym.Group([parts[2], parts[0]]),
        parts[2] + parts[0],
        parts,
        mx.sym.relu(unicode_name, name="ñ"),
        layers(mx),
        mx.sym.topk(data[0], ret_typ="both", k=1)[1],
        mx.sym.zeros((2, 3)),
    ]
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
        _document(
            [*noted, _node("FullyConnected", "fc", 0, 1, 2, param={"num_hidden": "3"}, backward_source_id=-1)], [[3, 0]]
        ),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr={"num_hidden": "3"})], [[3, 0]]),
        _document(
            [*three, _node("FullyConnected", "fc", 0, 1, 2, param={"num_hidden": "3"}, attr={"ctx_group": "x"})],
            [[3, 0]],
        ),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]]),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]], 905),
        _document([*three, _node("FullyConnected", "fc", 0, 1, 2, attr=hidden)], [[3, 0]], 10500),
        _document([*three[:2], _node("FullyConnected", "fc", 0, 1, param={"num_hidden": "3"})], [[2, 0]]),
        _document([*states, _node("BatchNorm", "bn", 0, 1, 2, **bn_attrs)], [[3, 0]]),
        _document(
            [
                *states,
                _node("BatchNorm", "bn", 0, 1, 2, **bn_attrs),
                _node("Activation", "a", 3, param={"act_type": "relu"}),
            ],
            [[4, 0]],
            800,
        ),
        _document(
            [_node("null", "x", attr={"lr_mult": "2", "foo": "3", "foo_lr_mult": "4"}), _node("relu", "r", 0)], [[1, 0]]
        ),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "-1"})], [[1, 0]]),
        _document([_node("null", "x"), _node("argmin", "m", 0, attr={"axis": "-1"})], [[1, 0]], 904),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "-1"})], [[1, 0]], 905),
        _document([_node("null", "x"), _node("argmax", "m", 0, attr={"axis": "1"})], [[1, 0]]),
        _document([_node("null", "x"), _node("_Plus", "m", 0, 0)], [[1, 0]]),
        _document(
            [_node("null", "x"), _node("null", "l"), _node("Softmax", "m", 0, 1, param={"grad_scale": "1"})], [[2, 0]]
        ),
        _document([_node("null", "x"), _node("null", "unused"), _node("relu", "r", 0)], [[2, 0]]),
        _document([_node("null", "x"), _node("SliceChannel", "s", 0, attr={"num_outputs": "2"})], [[1, 1], [1, 0]]),
        _document(
            [_node("null", "x", attrs={"__shape__": "(0, 3)", "__dtype__": "-1", "__storage_type__": "0"})], [[0, 0]]
        ),
        _document(
            [_node("null", "x"), {**_node("relu", "r"), "inputs": [[0, 0, 0]]}],
            [[1, 0, 0]],
            10300,
            node_row_ptr=[0, 1, 2],
        ),
    ]
    loaded = [mx.sym.load_json(content) for content in texts]
    return [[*facts(s), s.attr_dict(), text(s)] for s in loaded]


@block
def json_of_initializers_and_hidden_keys(mx: Any) -> Any:
    """Until MXNet 0.9.4 files did not name initializers; since 1.9.1 loading does not respell attributes of variables."""
    own = {"init": "x", "__init__": '["one", {}]', "lr_mult": "2", "ctx_group": "a"}
    mean_and_var = [_node("null", f"bn_{name}") for name in ("gamma", "beta", "moving_mean", "moving_var")]
    slope = [_node("null", "p_gamma"), _node("LeakyReLU", "p", 0, 1, attrs={"act_type": "prelu"})]
    loaded = [
        mx.sym.load_json(_document(nodes, [[len(nodes) - 1, 0]], version))
        for version in (800, 903, 904, 10900, 10901)
        for nodes in (
            [_node("null", "x"), *mean_and_var, _node("BatchNorm", "bn", 0, 1, 2, 3, 4)],
            [_node("null", "x"), *slope],
            [_node("null", "x"), _node("null", "p_gamma", attrs=own), *slope[1:]],
        )
    ]
    return [[s.attr_dict(), text(s)] for s in loaded]


@block
def json_of_careless_files(mx: Any) -> Any:
    """Attributes of operators that have none are not looked at; nodes need no names; what nobody uses is dropped."""
    two = [_node("null", "x"), _node("null", "y")]
    texts = [
        _document(
            [*two, _node(op, "n", *range(count), **{key: {"num_args": "2", "dtype": "float32"}})], [[2, 0]], version
        )
        for op, count in (("relu", 1), ("_Plus", 2), ("Flatten", 1), ("BlockGrad", 1), ("zeros_like", 1), ("_Mul", 2))
        for key, version in (("param", None), ("attr", 905), ("attrs", 10500))
    ]
    texts += [
        _document([*two, _node("relu", "", 0), _node("elemwise_add", "", 2, 1)], [[3, 0], [2, 0]]),
        _document([*two, _node("relu", "r", 0), _node("sin", "unused", 1)], [[2, 0], [0, 0]], 10000),
        _document([_node("null", "x"), _node("null", "x"), _node("elemwise_add", "x", 0, 1)], [[2, 0]]),
    ]
    loaded = [mx.sym.load_json(content) for content in texts]
    return [[*facts(s), s.attr_dict(), text(s)] for s in loaded]


@block
def json_errors(mx: Any) -> Any:
    texts = [
        "",
        "nonsense",
        "[]",
        "{}",
        "null",
        '{"nodes": []}',
        _document([_node("null", "x")], [[0, 0]])[:-20],
        _document([_node("null", "x"), _node("Nope", "r", 0)], [[1, 0]]),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0)], [[1, 0]], 10901),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": "x"})], [[1, 0]]),
        _document(
            [_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": "3", "foo": "1"})], [[1, 0]]
        ),
        _document([_node("null", "x"), _node("FullyConnected", "r", 0, attrs={"num_hidden": 3})], [[1, 0]]),
        _document([_node("null", "x"), _node("relu", "r", -1)], [[1, 0]]),
        _document([_node("null", "x"), {**_node("relu", "r"), "inputs": [[0, 0, 0, 0]]}], [[1, 0]]),
        _document([_node("null", "x"), {"op": "relu", "inputs": [[0, 0]]}], [[1, 0]]),
        _document([_node("null", "x"), {"op": "relu", "name": "r"}], [[1, 0]]),
        _document([_node("null", "x"), _node("Concat", "r", 0, 0, attr={"dim": "1"})], [[1, 0]]),
    ]
    return [attempt(lambda text=text: mx.sym.load_json(text)) for text in texts] + [
        attempt(lambda: mx.sym.load_json(b"{}")),
        attempt(lambda: mx.sym.load_json(3)),
    ]


@block
def files(mx: Any) -> Any:
    whole = layers(mx)
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "Größe-symbol.json")
    whole.save(path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    loaded = mx.sym.load(path)
    with open(os.path.join(folder, "bad.json"), "wb") as file:
        file.write(b"\x12\x01\x00\x00\xff\xfe")
    return [
        text,
        loaded.tojson() == whole.tojson(),
        facts(loaded),
        attempt(lambda: mx.sym.load(os.path.join(folder, "missing.json"))),
        attempt(lambda: mx.sym.load(os.path.join(folder, "bad.json"))),
        attempt(lambda: mx.sym.load(folder)),
        attempt(lambda: mx.sym.load(3)),
        attempt(lambda: whole.save(os.path.join(folder, "no", "such", "folder.json"))),
        attempt(lambda: whole.save(3)),
    ]


@block
def debug_texts(mx: Any) -> Any:
    a, b, _ = variables(mx)
    shared = mx.sym.BatchNorm(a, name="bn0")
    mean = shared.get_internals()["bn0_moving_mean"]
    made = [
        a,
        a + b,
        layers(mx),
        mx.sym.Group([a, small_net(mx), mx.sym.split(b, num_outputs=2, name="sp")]),
        mx.sym.BatchNorm(shared, moving_mean=mean, name="bn1"),
        mx.sym.zeros((2,)) + a,
        mx.sym.FullyConnected(mx.sym.sin(a) + 2 * a, num_hidden=10, lr_mult="2", name="fc"),
        mx.sym.Variable("v", shape=(1, 2), lr_mult=3),
    ]
    return [s.debug_str() for s in made]
