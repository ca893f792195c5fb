"""Conversions to mixed precision, and the lists they go by, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet.
"""

from __future__ import annotations

import json
from typing import Any

from tests.blocks import Blocks, attempt

block = BLOCKS = Blocks()


def _amp(mx: Any) -> Any:
    return __import__(f"{mx.__name__}.contrib.amp", fromlist=["amp"])


def told(mx: Any, symbol: Any, *args: Any, **options: Any) -> Any:
    """The converted graph: of every node operator, attributes and inputs; names of casts are left out."""

    def convert() -> list:
        graph = json.loads(_amp(mx).convert_symbol(symbol, *args, **options).tojson(remove_amp_cast=False))
        nodes = [
            [
                node["op"],
                "" if "amp_" in node["op"] else node["name"],
                node.get("attrs", {}),
                [e[:2] for e in node["inputs"]],
            ]
            for node in graph["nodes"]
        ]
        return [nodes, [head[:2] for head in graph["heads"]]]

    return attempt(convert)


def network(mx: Any) -> Any:
    """Convolutions, normalization, a residual sum, a concatenation, and a loss."""
    net = mx.sym.Variable("data")
    net = mx.sym.Convolution(net, kernel=(3, 3), pad=(1, 1), num_filter=4, name="conv1")
    side = mx.sym.BatchNorm(net, fix_gamma=False, name="bn")
    net = mx.sym.Convolution(
        mx.sym.Activation(side, act_type="relu", name="act"), kernel=(1, 1), num_filter=4, name="conv2"
    )
    net = mx.sym.Concat(mx.sym.elemwise_add(net, side, name="sum"), mx.sym.exp(net, name="exp"), name="both")
    net = mx.sym.Pooling(net, kernel=(2, 2), pool_type="max", name="pool")
    net = mx.sym.Dropout(mx.sym.FullyConnected(mx.sym.Flatten(net, name="flat"), num_hidden=3, name="fc"), name="drop")
    return mx.sym.SoftmaxOutput(net, name="softmax")


@block
def networks(mx: Any) -> Any:
    data = ["data", "softmax_label"]
    net = network(mx)
    return [
        told(mx, net, dtype, **options)
        for dtype in ("float16", "bfloat16")
        for options in (
            {},
            {"data_names": data},
            {"data_names": data, "cast_optional_params": True},
            {"excluded_sym_names": ["conv2", "pool"]},
            {"fp32_ops": ["Convolution", "exp"], "target_dtype_ops": ["FullyConnected"]},
            {"conditional_fp32_ops": [("Activation", "act_type", ["relu"])]},
        )
    ]


@block
def pieces(mx: Any) -> Any:
    """What is cast in between, and what is known of dtypes."""
    s, x, y = mx.sym, mx.sym.Variable("x"), mx.sym.Variable("y")

    def fc(data: Any, name: str = "fc") -> Any:
        return s.FullyConnected(data, num_hidden=4, no_bias=True, name=name)

    def exp(data: Any, name: str = "exp") -> Any:
        return s.exp(data, name=name)

    def relu(data: Any) -> Any:
        return s.relu(data, name="relu")

    def add(a: Any, b: Any, name: str = "add") -> Any:
        return s.elemwise_add(a, b, name=name)

    f, parts = fc(x), s.SliceChannel(fc(x), num_outputs=2, name="parts")
    pair = add(fc(x), fc(y, "fc2"))
    symbols = [
        exp(relu(x)),
        relu(x),
        fc(exp(x)),
        add(x, y),
        exp(add(x, y)),
        add(relu(x), exp(y)),
        exp(pair),
        pair,
        add(f, y),
        fc(add(f, exp(y)), "fc2"),
        s.Group([exp(f), relu(f), fc(f, "fc2"), add(f, exp(f, "exp2"))]),
        exp(relu(add(f, exp(y))), "exp2"),
        add(relu(add(f, exp(y))), fc(y, "fc2"), "add2"),
        s.Group([f, f, x]),
        fc(relu(exp(x))),
        fc(f, "fc2"),
        s.Group([exp(parts[1]), fc(parts[1], "fc2"), add(parts[0], parts[1])]),
        fc(s.BatchNorm(f, name="bn"), "fc2"),
        exp(s.BatchNorm(f, name="bn", output_mean_var=True)[1]),
        fc(s.topk(f, ret_typ="both", k=2, name="top")[1], "fc2"),
        exp(s.Cast(f, dtype="int32", name="cast")),
        s.add_n(f, fc(y, "fc2"), exp(x), name="sum"),
        add(add(f, y), f, "add2"),
        s.LeakyReLU(s.Activation(f, act_type="softrelu", name="a"), act_type="elu", name="b"),
        s.contrib.SyncBatchNorm(f, key="k", name="bn"),
        s.RNN(x, state_size=3, num_layers=1, mode="lstm", name="rnn"),
        fc(s.Embedding(x, input_dim=3, output_dim=3, name="embed")),
        s.where(mx.sym.Variable("chosen"), f, exp(y), name="where"),
        fc(s.zeros((2, 3), name="zeros")),
        s.broadcast_mul(f, y, name="mul"),
        s.Deconvolution(f, kernel=(2, 2), num_filter=2, name="deconv"),
    ]
    return [told(mx, symbol, dtype) for symbol in symbols for dtype in ("float16", "bfloat16")]


@block
def lists(mx: Any) -> Any:
    """Names of operators by what is done with them."""
    if mx.__name__ != "mxnet":
        return None
    import numpy as np

    amp = _amp(mx)
    dtypes = {"float16": np.float16, "bfloat16": np.dtype([("bfloat16", np.uint16)])}
    functions = (
        "list_lp16_ops",
        "list_fp32_ops",
        "list_widest_type_cast",
        "list_lp16_fp32_ops",
        "list_conditional_fp32_ops",
    )
    return {name: {f: sorted(getattr(amp, f)(dtype)) for f in functions} for name, dtype in dtypes.items()}
