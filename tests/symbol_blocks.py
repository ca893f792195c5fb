"""What a Symbol can be asked without running it, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import copy
import os
import pickle
import tempfile
from fractions import Fraction
from typing import Any, Callable

import numpy as np

from tests.blocks import Blocks, attempt

block = BLOCKS = Blocks()


def _facts(symbol: Any) -> list:
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


def _variables(mx: Any, names: str = "abc") -> list:
    return [mx.sym.Variable(name) for name in names]


def _bn_net(mx: Any) -> Any:
    data = mx.sym.Variable("data")
    conv = mx.sym.Convolution(data, kernel=(3, 3), num_filter=4, name="conv")
    bn = mx.sym.BatchNorm(conv, name="bn", fix_gamma=False)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(bn, num_hidden=3, name="fc"), name="softmax")


# -- variables --------------------------------------------------------------------------------------------------------


@block
def variable_arguments(mx: Any) -> Any:
    made = [
        mx.sym.Variable("a"),
        mx.sym.var("b"),
        mx.sym.Variable("c", shape=(2, 3)),
        mx.sym.Variable("d", shape=(0, 3)),
        mx.sym.Variable("e", shape=(5,)),
        mx.sym.Variable("f", shape=()),
        mx.sym.Variable("g", lr_mult=0.5, wd_mult=2),
        mx.sym.Variable("h", dtype="float16"),
        mx.sym.Variable("i", dtype=np.int64),
        mx.sym.Variable("j", dtype=np.dtype("uint8")),
        mx.sym.Variable("k", init="zeros"),
        mx.sym.Variable("l", attr={"mood": "angry", "__x__": "1"}),
        mx.sym.Variable("m", attr={"lr_mult": "3", "ctx_group": "dev1"}),
        mx.sym.Variable("n", __foo__="bar", __number__=3),
        mx.sym.Variable("o", attr={"__shape__": "(1, 2)"}, shape=(3, 4)),
        mx.sym.Variable("p", stype="default"),
        mx.sym.Variable("q", shape=(np.int64(3), 4)),
        mx.sym.Variable("r", shape=[3, 4]),
        mx.sym.Variable("", shape=(1,)),
        mx.sym.Variable("s", lr_mult=np.float32(0.5)),
    ]
    return [[_facts(v), sorted(v.list_attr().items()), v.attr_dict(), v.tojson()] for v in made]


@block
def variable_in_scopes(mx: Any) -> Any:
    with mx.AttrScope(ctx_group="dev2", __data__="great", lr_mult="0.1"):
        a = mx.sym.Variable("a", attr={"__data__": "better"}, wd_mult=0.5)
        b = mx.sym.Variable("b", lr_mult=7)
        with mx.name.Prefix("p_"):
            c = mx.sym.Variable("c")
    return [[s.name, sorted(s.list_attr().items()), s.tojson()] for s in (a, b, c)]


@block
def variable_errors(mx: Any) -> Any:
    return [
        attempt(lambda: mx.sym.Variable(3)),
        attempt(lambda: mx.sym.Variable("a", foo="bar")),
        attempt(lambda: mx.sym.Variable("a", attr={"x": 1})),
        attempt(lambda: mx.sym.Variable("a", dtype="nonsense")),
        attempt(lambda: mx.AttrScope(x=1)),
    ]


# -- automatic names --------------------------------------------------------------------------------------------------


@block
def names_of_arithmetic(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    made = [
        a + b, a + 2, 2 + a, a - b, a - 2, 2 - a, a * b, a * 2, 2 * a, a / b, a / 2, 2 / a, a % b, a % 2, 2 % a,
        a**b, a**2, 2**a, -a, abs(a), a == b, a == 2, 2 == a, a != b, a != 2, a > b, a > 2, 2 > a, a >= b, a >= 2,
        2 >= a, a < b, a < 2, 2 < a, a <= b, a <= 2, 2 <= a, a + np.float32(1.5), a * np.int64(3),
        a + 1e-7, a * 1e20, a - 0.1, a / 3.0, a + (-0.0), a + float("inf"), a + np.float16(0.1),
        a + np.float64(0.1), a > np.float32(0.1),
        np.float32(2.5) * a,
    ]  # fmt: skip
    return [[s.name, s.list_outputs(), sorted(s.list_attr().items()), s.tojson()] for s in made]


@block
def errors_of_arithmetic(mx: Any) -> Any:
    a = mx.sym.Variable("a")
    calls: list[Callable[[], Any]] = [
        lambda: a + "x",
        lambda: a - None,
        lambda: "x" * a,
        lambda: a == "x",
        lambda: a != None,  # noqa: E711
        lambda: a > [1],
        lambda: a**None,
        lambda: bool(a),
        lambda: bool(a == a),
        lambda: a in [mx.sym.Variable("b")],
        lambda: a // 2,
        lambda: a @ a,
        lambda: a + mx.nd.ones((1,)),
        lambda: a + np.ones((2,)),
        lambda: a + True,
        lambda: a == np.bool_(True),
        lambda: np.bool_(True) * a,
        lambda: a * 1j,
        lambda: a * Fraction(1, 2),
    ]
    return [attempt(call) for call in calls]


@block
def names_of_operators(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    made = [
        mx.sym.concat(a, b), mx.sym.Concat(a, b, dim=0), mx.sym.ElementWiseSum(a, b), mx.sym.add_n(a, b),
        mx.sym.stack(a, b, axis=1), mx.sym.FullyConnected(a, num_hidden=3), mx.sym.Activation(a, act_type="relu"),
        mx.sym.relu(a), mx.sym.LeakyReLU(a), mx.sym.LeakyReLU(a, act_type="prelu"), mx.sym.Flatten(a),
        mx.sym.flatten(a), mx.sym.reshape(a, shape=(0, -1)), mx.sym.Reshape(a, shape=(0, -1)),
        mx.sym.transpose(a), mx.sym.transpose(a, axes=(1, 0)), mx.sym.broadcast_add(a, b),
        mx.sym.broadcast_plus(a, b), mx.sym.broadcast_sub(a, b), mx.sym.broadcast_minus(a, b), mx.sym.dot(a, b),
        mx.sym.batch_dot(a, b), mx.sym.elemwise_add(a, b), mx.sym.elemwise_mul(a, b), mx.sym.sum(a),
        mx.sym.sum_axis(a, axis=1), mx.sym.max_axis(a, axis=1), mx.sym.Cast(a, dtype="float16"),
        mx.sym.cast(a, dtype=np.float16), mx.sym.BlockGrad(a), mx.sym.stop_gradient(a), mx.sym.identity(a),
        mx.sym.SliceChannel(a, num_outputs=2), mx.sym.split(a, num_outputs=3, axis=1), mx.sym.SwapAxis(a, dim1=0, dim2=1),
        mx.sym.swapaxes(a, dim1=0, dim2=1), mx.sym.crop(a, begin=(0,), end=(1,)), mx.sym.slice(a, begin=(0,), end=(None,)),
        mx.sym.Embedding(a, input_dim=3, output_dim=4), mx.sym.Dropout(a), mx.sym.Dropout(a, p=0.3),
        mx.sym.BatchNorm(a), mx.sym.LayerNorm(a), mx.sym.InstanceNorm(a), mx.sym.Pooling(a, kernel=(2, 2)),
        mx.sym.Convolution(a, kernel=(1, 1), num_filter=1), mx.sym.Convolution(a, kernel=(1, 1), num_filter=1, no_bias=True),
        mx.sym.Deconvolution(a, kernel=(1, 1), num_filter=1), mx.sym.SoftmaxOutput(a), mx.sym.softmax(a),
        mx.sym.SoftmaxActivation(a), mx.sym.LinearRegressionOutput(a), mx.sym.LogisticRegressionOutput(a),
        mx.sym.MAERegressionOutput(a), mx.sym.MakeLoss(a), mx.sym.make_loss(a), mx.sym.UpSampling(a, scale=2, sample_type="nearest"),
        mx.sym.Pad(a, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)), mx.sym.pad(a, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
        mx.sym.topk(a, k=2, ret_typ="both"), mx.sym.norm(a), mx.sym.clip(a, a_min=-1, a_max=1), mx.sym.where(a, b, a),
        mx.sym.take(a, b), mx.sym.pick(a, b), mx.sym.one_hot(a, depth=3), mx.sym.SequenceMask(a),
        mx.sym.SequenceMask(a, b, use_sequence_length=True), mx.sym.broadcast_maximum(a, b), mx.sym.ones_like(a),
        mx.sym.zeros_like(a), mx.sym.square(a), mx.sym.sort(a), mx.sym.argmax(a, axis=0), mx.sym.expand_dims(a, axis=0),
        mx.sym.smooth_l1(a, scalar=2.0), mx.sym.LRN(a, nsize=3), mx.sym.L2Normalization(a), mx.sym.GroupNorm(a),
    ]  # fmt: skip
    return [[*_facts(s), s.tojson()] for s in made]


@block
def names_of_namespaces(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    made = [
        mx.sym.op.relu(a), mx.sym._internal._plus(a, b), mx.sym._internal._Plus(a, b), mx.sym._internal._mul_scalar(a, scalar=2),
        mx.sym._internal._MulScalar(a, scalar=2), mx.sym._internal._grad_add(a, b), mx.sym._internal._copy(a),
        mx.sym._internal._zeros(shape=(2,)), mx.sym._internal._arange(start=0, stop=3),
    ]  # fmt: skip
    made += [
        mx.sym.contrib.ctc_loss(a, b), mx.sym.contrib.SyncBatchNorm(a, key="k"), mx.sym.contrib.arange_like(a),
        mx.sym.sparse.relu(a), mx.sym.sparse.dot(a, b), mx.sym._internal._identity_with_attr_like_rhs(a, b), mx.sym.ctc_loss(a, b),
    ]  # fmt: skip
    return [[*_facts(s), s.tojson()] for s in made]


@block
def names_of_constants(mx: Any) -> Any:
    made = [
        mx.sym.zeros((2, 3)), mx.sym.zeros(3), mx.sym.zeros(shape=(2,), dtype="int32", name="z"), mx.sym.ones((2, 3)),
        mx.sym.ones([2, 3], dtype=np.float64), mx.sym.full((2,), 7), mx.sym.full((2,), 0.1, dtype="float16"),
        mx.sym.arange(3), mx.sym.arange(1, 3), mx.sym.arange(0, 6, 2, repeat=2, name="r", dtype="int32"),
        mx.sym.arange(0, infer_range=True), mx.sym.eye(3), mx.sym.eye(3, 4, 1), mx.sym.eye(2, dtype="int32", name="e"),
        mx.sym.linspace(0, 1, 5), mx.sym.linspace(0, 1, 5, endpoint=False, name="l", dtype="float64"),
    ]  # fmt: skip
    return [[*_facts(s), sorted(s.list_attr().items()), s.tojson(), s.infer_shape_partial()] for s in made]


@block
def names_of_helpers(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    made = [
        function(*arguments)
        for function in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.pow, mx.sym.hypot)
        for arguments in ((a, b), (a, 2), (2, a), (a, 0.5), (2.5, a))
    ]
    plain = [
        mx.sym.maximum(2, 3.5), mx.sym.minimum(2, 3.5), mx.sym.power(2, 3), mx.sym.pow(2, 0.5), float(mx.sym.hypot(3, 4)),
        mx.sym.maximum(2, 2.0),
    ]  # fmt: skip
    errors = [attempt(lambda f=f: f(a, "x")) for f in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.hypot)]
    errors += [attempt(lambda f=f: f("x", 1)) for f in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.hypot)]
    splits = [mx.sym.split_v2(a, 2), mx.sym.split_v2(a, (1, 3), axis=1), mx.sym.split_v2(a, 2, 0, True)]
    return [plain, errors, [[*_facts(s), s.tojson()] for s in made + splits]]


@block
def names_of_methods(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    made = [
        a.abs(), a.exp(), a.sum(), a.sum(axis=1, keepdims=True), a.mean(0), a.reshape((2, -1)), a.reshape(shape=(2, -1)), a.reshape(-1),
        a.transpose(), a.transpose(axes=(1, 0)), a.flatten(), a.expand_dims(1), a.squeeze(), a.squeeze(axis=1),
        a.slice(begin=(0,), end=(1,)), a.slice_axis(axis=0, begin=0, end=1), a.take(b), a.one_hot(depth=3), a.pick(b),
        a.sort(), a.topk(k=2), a.argsort(), a.argmax(axis=1), a.argmin(axis=1), a.clip(0, 1), a.sign(), a.flip(axis=0),
        a.swapaxes(0, 1), a.split(num_outputs=2), a.broadcast_to(shape=(2, 2)), a.broadcast_like(b), a.broadcast_axes(axis=0, size=3),
        a.tile(reps=(2,)), a.repeat(repeats=2), a.pad(mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)), a.norm(), a.round(), a.relu(),
        a.softmax(), a.log_softmax(), a.softmin(), a.astype("float16"), a.astype(np.int32), a.zeros_like(), a.ones_like(),
        a.slice_like(b), a.reshape_like(b), a.depth_to_space(2), a.space_to_depth(2), a.diag(), a.diag(k=1), a.nansum(), a.nanprod(),
        a.prod(), a.max(), a.min(), a.shape_array(), a.size_array(), a.square(name="sq"), a.tanh(attr={"__x__": "y"}),
        a.split_v2(2), a.argmax_channel(),
    ]  # fmt: skip
    return [[*_facts(s), sorted(s.list_attr().items()), s.tojson()] for s in made]


@block
def names_given_and_managed(mx: Any) -> Any:
    a, b, _ = _variables(mx)
    facts = [(a + b).name, mx.sym.relu(a, name="mine").name, mx.sym.relu(a, name="").name, mx.sym.relu(a).name]
    with mx.name.NameManager():
        facts += [(a + b).name, mx.sym.relu(a).name]
        with mx.name.Prefix("p_"):
            facts += [(a + b).name, mx.sym.relu(a).name, mx.sym.relu(a, name="x").name, mx.sym.Variable("v").name]
            with mx.name.Prefix("q_") as inner:
                facts += [(a + b).name, mx.sym.FullyConnected(a, num_hidden=2, name="fc").list_arguments()]
                facts += [
                    mx.sym.Group([a, b]).name,
                    (a + b)(a=b, name="named").name,
                    inner.get(None, "z"),
                    inner.get("w", "z"),
                ]
            facts += [(a + b).name]
        with inner:
            facts += [(a + b).name]
        facts += [(a + b).name]
    facts += [(a + b).name, mx.name.NameManager().get(None, "h"), mx.name.Prefix("x").get("n", "h")]
    return facts


@block
def names_from_a_manager_of_ones_own(mx: Any) -> Any:
    class Own(mx.name.NameManager):
        def get(self, name, hint):
            return "own_" + (name or hint)

    a = mx.sym.Variable("a")
    with Own():
        return [
            mx.sym.relu(a).name,
            (a + a).name,
            mx.sym.relu(a, name="k").name,
            mx.sym.FullyConnected(a, num_hidden=1).list_arguments(),
        ]


@block
def names_after_failure(mx: Any) -> Any:
    """Whether a call that fails uses up a name."""
    a = mx.sym.Variable("a")
    attempt(lambda: mx.sym.FullyConnected(a, num_hidden="x"))
    attempt(lambda: mx.sym.FullyConnected(a))
    attempt(lambda: mx.sym.FullyConnected(3, num_hidden=3))
    return mx.sym.FullyConnected(a, num_hidden=3).name


# -- attributes -------------------------------------------------------------------------------------------------------


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
    facts = [[sorted(s.list_attr().items()), s.attr_dict()] for s in (b, c, d, e, f, g, h, i)]
    return [facts, h.tojson(), outer.get({"x": "y"}), outer.get(None)]


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
        [sorted(s.list_attr().items()) for s in (a, b, c, shared)], c.attr_dict(), c.tojson(), errors,
    ]  # fmt: skip


@block
def attribute_errors(mx: Any) -> Any:
    a, b, _ = _variables(mx)
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
        mx.sym.sum(a, axis=1), mx.sym.sum(a, axis=(0, 1)), mx.sym.sum(a, axis=[0, 1]), mx.sym.sum(a, axis=()), mx.sym.sum(a, axis=None),
        mx.sym.Dropout(a, p=np.float32(0.3)), mx.sym.Dropout(a, p="0.25"), mx.sym.Dropout(a, p=1e-5),
        mx.sym.clip(a, a_min=-np.inf, a_max=1), mx.sym.Cast(a, dtype=np.float64), mx.sym.Cast(a, dtype=np.dtype("int8")),
        mx.sym.Cast(a, dtype=float), mx.sym.Cast(a, dtype="bool"),
        mx.sym.BatchNorm(a, eps=1e-3, momentum=0.9, fix_gamma=False, use_global_stats=np.bool_(True)),
        mx.sym.reshape(a, shape=(-1, 0, np.int32(4))), mx.sym.slice(a, begin=(None, 1), end=(2, None), step=(1, -1)),
        mx.sym.softmax(a, axis=-1, temperature=None), mx.sym.softmax(a, dtype="float64"), mx.sym.argmax(a, axis=None),
        mx.sym.Pooling(a, global_pool=True, pool_type="avg"), mx.sym.one_hot(a, 5, 2.0, 0), mx.sym.one_hot(a, depth=5, dtype=np.int32),
        mx.sym.FullyConnected(a, None, None, 5), mx.sym.FullyConnected(a, mx.sym.Variable("w"), None, 5, True),
        mx.sym.Convolution(data=a, num_filter=2, kernel=(1, 1), name="c", attr=None, out=None),
        mx.sym.tile(a, reps=3), mx.sym.transpose(a, axes=[1, 0]),
    ]  # fmt: skip
    return [[*_facts(s), sorted(s.list_attr().items()), s.tojson()] for s in made]
