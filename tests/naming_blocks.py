"""Variables, and the names that symbols get by themselves, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from tests.blocks import Blocks, attempt, facts, variables

block = BLOCKS = Blocks()


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
    return [[facts(v), sorted(v.list_attr().items()), v.attr_dict(), v.tojson()] for v in made]


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


@block
def names_of_arithmetic(mx: Any) -> Any:
    a, b, _ = variables(mx)
    made = [
        a + b,
        a + 2,
        2 + a,
        a - b,
        a - 2,
        2 - a,
        a * b,
        a * 2,
        2 * a,
        a / b,
        a / 2,
        2 / a,
        a % b,
        a % 2,
        2 % a,
        a**b,
        a**2,
        2**a,
        -a,
        abs(a),
        a == b,
        a == 2,
        2 == a,
        a != b,
        a != 2,
        a > b,
        a > 2,
        2 > a,
        a >= b,
        a >= 2,
        2 >= a,
        a < b,
        a < 2,
        2 < a,
        a <= b,
        a <= 2,
        2 <= a,
        a + np.float32(1.5),
        a * np.int64(3),
        a + 1e-7,
        a * 1e20,
        a - 0.1,
        a / 3.0,
        a + (-0.0),
        a + float("inf"),
        a + np.float16(0.1),
        a + np.float64(0.1),
        a > np.float32(0.1),
        np.float32(2.5) * a,
    ]
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
    a, b, _ = variables(mx)
    made = [
        mx.sym.concat(a, b),
        mx.sym.Concat(a, b, dim=0),
        mx.sym.ElementWiseSum(a, b),
        mx.sym.add_n(a, b),
        mx.sym.stack(a, b, axis=1),
        mx.sym.FullyConnected(a, num_hidden=3),
        mx.sym.Activation(a, act_type="relu"),
        mx.sym.relu(a),
        mx.sym.LeakyReLU(a),
        mx.sym.LeakyReLU(a, act_type="prelu"),
        mx.sym.Flatten(a),
        mx.sym.flatten(a),
        mx.sym.reshape(a, shape=(0, -1)),
        mx.sym.Reshape(a, shape=(0, -1)),
        mx.sym.transpose(a),
        mx.sym.transpose(a, axes=(1, 0)),
        mx.sym.broadcast_add(a, b),
        mx.sym.broadcast_plus(a, b),
        mx.sym.broadcast_sub(a, b),
        mx.sym.broadcast_minus(a, b),
        mx.sym.dot(a, b),
        mx.sym.batch_dot(a, b),
        mx.sym.elemwise_add(a, b),
        mx.sym.elemwise_mul(a, b),
        mx.sym.sum(a),
        mx.sym.sum_axis(a, axis=1),
        mx.sym.max_axis(a, axis=1),
        mx.sym.Cast(a, dtype="float16"),
        mx.sym.cast(a, dtype=np.float16),
        mx.sym.BlockGrad(a),
        mx.sym.stop_gradient(a),
        mx.sym.identity(a),
        mx.sym.SliceChannel(a, num_outputs=2),
        mx.sym.split(a, num_outputs=3, axis=1),
        mx.sym.SwapAxis(a, dim1=0, dim2=1),
        mx.sym.swapaxes(a, dim1=0, dim2=1),
        mx.sym.crop(a, begin=(0,), end=(1,)),
        mx.sym.slice(a, begin=(0,), end=(None,)),
        mx.sym.Embedding(a, input_dim=3, output_dim=4),
        mx.sym.Dropout(a),
        mx.sym.Dropout(a, p=0.3),
        mx.sym.BatchNorm(a),
        mx.sym.LayerNorm(a),
        mx.sym.InstanceNorm(a),
        mx.sym.Pooling(a, kernel=(2, 2)),
        mx.sym.Convolution(a, kernel=(1, 1), num_filter=1),
        mx.sym.Convolution(a, kernel=(1, 1), num_filter=1, no_bias=True),
        mx.sym.Deconvolution(a, kernel=(1, 1), num_filter=1),
        mx.sym.SoftmaxOutput(a),
        mx.sym.softmax(a),
        mx.sym.SoftmaxActivation(a),
        mx.sym.LinearRegressionOutput(a),
        mx.sym.LogisticRegressionOutput(a),
        mx.sym.MAERegressionOutput(a),
        mx.sym.MakeLoss(a),
        mx.sym.make_loss(a),
        mx.sym.UpSampling(a, scale=2, sample_type="nearest"),
        mx.sym.Pad(a, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
        mx.sym.pad(a, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
        mx.sym.topk(a, k=2, ret_typ="both"),
        mx.sym.norm(a),
        mx.sym.clip(a, a_min=-1, a_max=1),
        mx.sym.where(a, b, a),
        mx.sym.take(a, b),
        mx.sym.pick(a, b),
        mx.sym.one_hot(a, depth=3),
        mx.sym.SequenceMask(a),
        mx.sym.SequenceMask(a, b, use_sequence_length=True),
        mx.sym.broadcast_maximum(a, b),
        mx.sym.ones_like(a),
        mx.sym.zeros_like(a),
        mx.sym.square(a),
        mx.sym.sort(a),
        mx.sym.argmax(a, axis=0),
        mx.sym.expand_dims(a, axis=0),
        mx.sym.smooth_l1(a, scalar=2.0),
        mx.sym.LRN(a, nsize=3),
        mx.sym.L2Normalization(a),
        mx.sym.GroupNorm(a),
    ]
    return [[*facts(s), s.tojson()] for s in made]


@block
def names_of_namespaces(mx: Any) -> Any:
    a, b, _ = variables(mx)
    made = [
        mx.sym.op.relu(a),
        mx.sym._internal._plus(a, b),
        mx.sym._internal._Plus(a, b),
        mx.sym._internal._mul_scalar(a, scalar=2),
        mx.sym._internal._MulScalar(a, scalar=2),
        mx.sym._internal._grad_add(a, b),
        mx.sym._internal._copy(a),
        mx.sym._internal._zeros(shape=(2,)),
        mx.sym._internal._arange(start=0, stop=3),
    ]
    made += [
        mx.sym.contrib.ctc_loss(a, b),
        mx.sym.contrib.SyncBatchNorm(a, key="k"),
        mx.sym.contrib.arange_like(a),
        mx.sym.sparse.relu(a),
        mx.sym.sparse.dot(a, b),
        mx.sym._internal._identity_with_attr_like_rhs(a, b),
        mx.sym.ctc_loss(a, b),
    ]
    return [[*facts(s), s.tojson()] for s in made]


@block
def names_of_constants(mx: Any) -> Any:
    made = [
        mx.sym.zeros((2, 3)),
        mx.sym.zeros(3),
        mx.sym.zeros(shape=(2,), dtype="int32", name="z"),
        mx.sym.ones((2, 3)),
        mx.sym.ones([2, 3], dtype=np.float64),
        mx.sym.full((2,), 7),
        mx.sym.full((2,), 0.1, dtype="float16"),
        mx.sym.arange(3),
        mx.sym.arange(1, 3),
        mx.sym.arange(0, 6, 2, repeat=2, name="r", dtype="int32"),
        mx.sym.arange(0, infer_range=True),
        mx.sym.eye(3),
        mx.sym.eye(3, 4, 1),
        mx.sym.eye(2, dtype="int32", name="e"),
        mx.sym.linspace(0, 1, 5),
        mx.sym.linspace(0, 1, 5, endpoint=False, name="l", dtype="float64"),
    ]
    return [[*facts(s), sorted(s.list_attr().items()), s.tojson(), s.infer_shape_partial()] for s in made]


@block
def names_of_helpers(mx: Any) -> Any:
    a, b, _ = variables(mx)
    made = [
        function(*arguments)
        for function in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.pow, mx.sym.hypot)
        for arguments in ((a, b), (a, 2), (2, a), (a, 0.5), (2.5, a))
    ]
    plain = [
        mx.sym.maximum(2, 3.5),
        mx.sym.minimum(2, 3.5),
        mx.sym.power(2, 3),
        mx.sym.pow(2, 0.5),
        float(mx.sym.hypot(3, 4)),
        mx.sym.maximum(2, 2.0),
    ]
    errors = [attempt(lambda f=f: f(a, "x")) for f in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.hypot)]
    errors += [attempt(lambda f=f: f("x", 1)) for f in (mx.sym.maximum, mx.sym.minimum, mx.sym.power, mx.sym.hypot)]
    splits = [mx.sym.split_v2(a, 2), mx.sym.split_v2(a, (1, 3), axis=1), mx.sym.split_v2(a, 2, 0, True)]
    return [plain, errors, [[*facts(s), s.tojson()] for s in made + splits]]


@block
def names_of_histograms(mx: Any) -> Any:
    a, b, _ = variables(mx)
    made = [mx.sym.histogram(a, 3, (0, 3)), mx.sym.histogram(a, bins=b, name="h"), mx.sym.histogram(a, b)]
    wrong = [{}, {"bins": 3}, {"bins": "a", "range": (0, 1)}, {"bins": [1, 2], "range": (0, 1)}]
    errors = [attempt(lambda options=options: mx.sym.histogram(a, **options)) for options in wrong]
    return [errors, [[*facts(s), s.tojson()] for s in made]]


@block
def names_of_methods(mx: Any) -> Any:
    a, b, _ = variables(mx)
    made = [
        a.abs(),
        a.exp(),
        a.sum(),
        a.sum(axis=1, keepdims=True),
        a.mean(0),
        a.reshape((2, -1)),
        a.reshape(shape=(2, -1)),
        a.reshape(-1),
        a.transpose(),
        a.transpose(axes=(1, 0)),
        a.flatten(),
        a.expand_dims(1),
        a.squeeze(),
        a.squeeze(axis=1),
        a.slice(begin=(0,), end=(1,)),
        a.slice_axis(axis=0, begin=0, end=1),
        a.take(b),
        a.one_hot(depth=3),
        a.pick(b),
        a.sort(),
        a.topk(k=2),
        a.argsort(),
        a.argmax(axis=1),
        a.argmin(axis=1),
        a.clip(0, 1),
        a.sign(),
        a.flip(axis=0),
        a.swapaxes(0, 1),
        a.split(num_outputs=2),
        a.broadcast_to(shape=(2, 2)),
        a.broadcast_like(b),
        a.broadcast_axes(axis=0, size=3),
        a.tile(reps=(2,)),
        a.repeat(repeats=2),
        a.pad(mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
        a.norm(),
        a.round(),
        a.relu(),
        a.softmax(),
        a.log_softmax(),
        a.softmin(),
        a.astype("float16"),
        a.astype(np.int32),
        a.zeros_like(),
        a.ones_like(),
        a.slice_like(b),
        a.reshape_like(b),
        a.depth_to_space(2),
        a.space_to_depth(2),
        a.diag(),
        a.diag(k=1),
        a.nansum(),
        a.nanprod(),
        a.prod(),
        a.max(),
        a.min(),
        a.shape_array(),
        a.size_array(),
        a.square(name="sq"),
        a.tanh(attr={"__x__": "y"}),
        a.split_v2(2),
        a.argmax_channel(),
    ]
    return [[*facts(s), sorted(s.list_attr().items()), s.tojson()] for s in made]


@block
def names_given_and_managed(mx: Any) -> Any:
    a, b, _ = variables(mx)
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
