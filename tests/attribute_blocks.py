"""Attributes of symbols, and the ways to give them, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from tests.blocks import Blocks, attempt, facts, variables

block = BLOCKS = Blocks()


@block
def attribute_scopes(mx: Any) -> Any:
    a = mx.sym.Variable("a")
    with mx.AttrScope(__group__="4", __data__="great") as outer:
        b = mx.sym.Variable("b", attr={"__dtype__": "0", "__group__": "5"})
        with mx.AttrScope(__group__="6", ctx_group="dev1"):
            c = mx.sym.FullyConnected(b, num_hidden=2, name="c", attr={"__data__": "good"})
            d = c + a
        e = mx.sym.concat(c, d, name="e")
    with outer:
        f = mx.sym.relu(e, name="f")
    g = mx.sym.relu(f, name="g")
    with mx.AttrScope(lr_mult="0.2", __wd_mult__="0.3", force_mirroring="True", mirror_stage="1"):
        h = mx.sym.BatchNorm(g, name="h")
        i = mx.sym.Variable("i", lr_mult=3)
    found = [[sorted(s.list_attr().items()), s.attr_dict()] for s in (b, c, d, e, f, g, h, i)]
    return [found, h.tojson(), outer.get({"x": "y"}), outer.get(None)]


@block
def attribute_precedence(mx: Any) -> Any:
    """Scope and ``attr`` against keywords."""
    a, b, _ = variables(mx)
    with mx.AttrScope(__x__="scope", lr_mult="3"):
        made = [
            mx.sym.FullyConnected(a, num_hidden=3, __x__="keyword", lr_mult="2"),
            mx.sym.concat(a, b, __x__="keyword", lr_mult="2"),
            mx.sym.FullyConnected(a, num_hidden=3, attr={"__x__": "own", "lr_mult": "1"}),
            mx.sym.Variable("v", __x__="keyword", lr_mult="2"),
        ]
    made.append(mx.sym.FullyConnected(a, num_hidden=3, attr={"num_hidden": "5"}))
    made.append(mx.sym.concat(a, b, dim=1, attr={"dim": "0"}))
    with mx.AttrScope(num_hidden="5"):
        made.append(mx.sym.FullyConnected(a, num_hidden=3))
    return [[sorted(s.list_attr().items()), s.tojson()] for s in made]


@block
def attribute_lookup(mx: Any) -> Any:
    keys = [
        "lr_mult",
        "__lr_mult__",
        "wd_mult",
        "__wd_mult__",
        "ctx_group",
        "__ctx_group__",
        "num_hidden",
        "no_bias",
        "mood",
        "name",
    ]
    made = [
        mx.sym.Variable("a", lr_mult=2),
        mx.sym.Variable("b", attr={"__lr_mult__": "3", "mood": "fine"}),
        mx.sym.Variable("c", attr={"lr_mult": "3", "__lr_mult__": "4"}),
        mx.sym.Variable("d", attr={"__weight_lr_mult__": "0.5", "__init__": "x"}),
        mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=3, attr={"lr_mult": "5", "ctx_group": "g"}, name="e"),
        mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=3, no_bias=True, attr={"__mood__": "5"}, name="f"),
        mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=3, name="g", lr_mult="2", ctx_group="dev"),
        mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=3, name="h", __mine__="z"),
    ]
    return [[[s.attr(key) for key in keys], sorted(s.list_attr().items()), s.attr_dict(), s.tojson()] for s in made]


@block
def attribute_setting(mx: Any) -> Any:
    a = mx.sym.Variable("a")
    b = mx.sym.relu(a, name="b")
    a._set_attr(mood="good", lr_mult="2", __x__="1")
    a._set_attr(mood="bad")
    b._set_attr(ctx_group="dev")
    c = mx.sym.Convolution(b, kernel=(1, 1), num_filter=2, name="c")
    errors = [attempt(lambda: a._set_attr(x=1)), attempt(lambda: mx.sym.Group([a, b])._set_attr(x="1"))]
    shared = copy.copy(b)
    shared._set_attr(__only__="copy")
    return [
        [sorted(s.list_attr().items()) for s in (a, b, c, shared)],
        c.attr_dict(),
        c.tojson(),
        errors,
    ]


@block
def attribute_errors(mx: Any) -> Any:
    a, b, _ = variables(mx)
    group = mx.sym.Group([a, mx.sym.relu(b)])
    return [
        attempt(lambda: group.attr("x")),
        attempt(lambda: group.list_attr()),
        attempt(lambda: a.list_attr(recursive=True)),
        attempt(lambda: mx.sym.Variable("a", attr={"weight_lr_mult": "5"})),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=3, attr={"weight_lr_mult": "5"})),
        attempt(lambda: mx.sym.relu(a, attr={"__x__": 1})),
        attempt(lambda: mx.sym.FullyConnected(a)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden="ten")),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=0)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=3.0)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=3.5)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=True)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=3, no_bias=2)),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=3, no_bias="true")),
        attempt(lambda: mx.sym.FullyConnected(a, num_hidden=None)),
        attempt(lambda: mx.sym.Activation(a, act_type="nonsense")),
        attempt(lambda: mx.sym.Activation(a)),
        attempt(lambda: mx.sym.FullyConnected(5, num_hidden=3)),
        attempt(lambda: mx.sym.FullyConnected(a, weight=5, num_hidden=3)),
        attempt(lambda: mx.sym.FullyConnected(a, wight=b, num_hidden=3)),
        attempt(lambda: mx.sym.FullyConnected(a, bias=b, num_hidden=3, no_bias=True)),
        attempt(lambda: mx.sym.FullyConnected(group, num_hidden=3)),
        attempt(lambda: mx.sym.relu()),
        attempt(lambda: mx.sym.relu(a, b)),
        attempt(lambda: mx.sym.concat()),
        attempt(lambda: mx.sym.concat(a, 3)),
        attempt(lambda: mx.sym.concat(a, b, num_args=3)),
        attempt(lambda: mx.sym.concat(a, b, num_args=1)),
        attempt(lambda: mx.sym.concat(*[a, b], dim=1, name="ok")),
    ]


@block
def attribute_spellings(mx: Any) -> Any:
    a = mx.sym.Variable("a")
    made = [
        mx.sym.Convolution(a, kernel=[3, 3], num_filter=2, stride=(1, 1), pad="(1, 1)", dilate=(np.int64(1), 1)),
        mx.sym.Convolution(a, kernel=3, num_filter=2),
        mx.sym.Convolution(a, kernel="(3L, 3L)", num_filter="2", no_bias="True"),
        mx.sym.Convolution(a, kernel=(3,), num_filter=np.int64(2), no_bias=1),
        mx.sym.Convolution(a, kernel=(3, 3), num_filter=2, layout=None, cudnn_tune="off"),
        mx.sym.sum(a, axis=1),
        mx.sym.sum(a, axis=(0, 1)),
        mx.sym.sum(a, axis=[0, 1]),
        mx.sym.sum(a, axis=()),
        mx.sym.sum(a, axis=None),
        mx.sym.Dropout(a, p=np.float32(0.3)),
        mx.sym.Dropout(a, p="0.25"),
        mx.sym.Dropout(a, p=1e-5),
        mx.sym.clip(a, a_min=-np.inf, a_max=1),
        mx.sym.Cast(a, dtype=np.float64),
        mx.sym.Cast(a, dtype=np.dtype("int8")),
        mx.sym.Cast(a, dtype=float),
        mx.sym.Cast(a, dtype="f4"),
        mx.sym.Cast(a, dtype="bool"),
        mx.sym.BatchNorm(a, eps=1e-3, momentum=0.9, fix_gamma=False, use_global_stats=np.bool_(True)),
        mx.sym.reshape(a, shape=(-1, 0, np.int32(4))),
        mx.sym.slice(a, begin=(None, 1), end=(2, None), step=(1, -1)),
        mx.sym.softmax(a, axis=-1, temperature=None),
        mx.sym.softmax(a, dtype="float64"),
        mx.sym.argmax(a, axis=None),
        mx.sym.Pooling(a, global_pool=True, pool_type="avg"),
        mx.sym.one_hot(a, 5, 2.0, 0),
        mx.sym.one_hot(a, depth=5, dtype=np.int32),
        mx.sym.FullyConnected(a, None, None, 5),
        mx.sym.FullyConnected(a, mx.sym.Variable("w"), None, 5, True),
        mx.sym.Convolution(data=a, num_filter=2, kernel=(1, 1), name="c", attr=None, out=None),
        mx.sym.tile(a, reps=3),
        mx.sym.transpose(a, axes=[1, 0]),
    ]
    return [[*facts(s), sorted(s.list_attr().items()), s.tojson()] for s in made]
