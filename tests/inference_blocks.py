"""What follows from partial shapes and types, as functions of the module `mx` that return JSON-able facts.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.blocks import Blocks, attempt, variables

block = BLOCKS = Blocks()


def _quietly(call: Callable[[], Any]) -> Any:
    """`attempt` without warnings, and without what real MXNet prints."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return attempt(call)


def _shapes(symbol: Any, *args: Any, **kwargs: Any) -> list:
    """Complete and partial inference."""
    return [
        _quietly(lambda: symbol.infer_shape(*args, **kwargs)),
        _quietly(lambda: symbol.infer_shape_partial(*args, **kwargs)),
    ]


def _types(symbol: Any, *args: Any, **kwargs: Any) -> list:
    def named(results: Any) -> Any:
        return [group and [None if t is None else np.dtype(t).name for t in group] for group in results]

    return [
        _quietly(lambda: named(symbol.infer_type(*args, **kwargs))),
        _quietly(lambda: named(symbol.infer_type_partial(*args, **kwargs))),
    ]


def _abc(mx: Any) -> list:
    return [mx.sym.Variable(name) for name in "abc"]


@block
def elementwise_shapes(mx: Any) -> Any:
    a, b, c = variables(mx)
    total = a + b * c
    chain = mx.sym.relu(mx.sym.sqrt(a + 2) * 3)
    return [
        _shapes(total, a=(2, 3)),
        _shapes(total, c=(2, 3)),
        _shapes(total, a=(0, 3), b=(2, 0)),
        _shapes(total, a=(0, 3), b=(0, 3)),
        _shapes(total, a=(0, 0)),
        _shapes(total),
        _shapes(total, a=(2, 3), b=(2, 3), c=(2, 3)),
        _shapes(total, a=(2, 3), b=(3, 2)),
        _shapes(total, a=(2, 3), b=(2, 3, 1)),
        _shapes(total, a=(1, 3), b=(2, 3)),
        _shapes(total, a=()),
        _shapes(total, a=(-1, 3)),
        _shapes(chain, a=(4,)),
        _shapes(chain + b, b=(4, 5)),
        _shapes(mx.sym.add_n(a, b, c), b=(4, 0), c=(0, 5)),
        _shapes(mx.sym.where(a, b, c), b=(4, 5)),
        _shapes(mx.sym.BlockGrad(a) + mx.sym.Cast(b, dtype="int32"), b=(3,)),
    ]


@block
def calls_of_infer_shape(mx: Any) -> Any:
    a, b, _ = variables(mx)
    total = a + b
    return [
        _quietly(lambda: total.infer_shape(a=(2, 3), nope=(1,))),
        _quietly(lambda: total.infer_shape(nope=(1,))),
        _quietly(lambda: total.infer_shape((2, 3), b=(2, 3))),
        _quietly(lambda: total.infer_shape((2, 3), (2, 3), (2, 3))),
        _quietly(lambda: total.infer_shape(a=3)),
        _quietly(lambda: total.infer_shape(a=("x",))),
        _quietly(lambda: total.infer_shape(a=(2.5,))),
        _quietly(lambda: total.infer_shape(a=(np.int64(2), 3))),
        _quietly(lambda: total.infer_shape_partial(nope=(2, 3))),
    ]


@block
def layer_shapes(mx: Any) -> Any:
    a, b, c = variables(mx)
    fc = mx.sym.FullyConnected(a, num_hidden=5, name="fc")
    open_fc = mx.sym.FullyConnected(a, num_hidden=5, flatten=False, name="fc")
    conv = mx.sym.Convolution(a, kernel=(3, 3), num_filter=8, num_group=2, pad=(1, 1), name="conv")
    deconv = mx.sym.Deconvolution(a, kernel=(3, 3), num_filter=8, name="deconv")
    bn = mx.sym.BatchNorm(a, name="bn")
    embedding = mx.sym.Embedding(a, input_dim=10, output_dim=4, name="e")
    pool = mx.sym.Pooling(a, kernel=(2, 2), stride=(2, 2), pool_type="max")
    return [
        _shapes(fc, a=(2, 3)),
        _shapes(fc, a=(2, 3, 4)),
        _shapes(fc, a=(0, 3)),
        _shapes(fc, fc_weight=(5, 7)),
        _shapes(fc, fc_weight=(0, 7)),
        _shapes(fc, a=(2, 3), fc_weight=(5, 4)),
        _shapes(fc, a=(2, 3), fc_weight=(4, 3)),
        _shapes(fc, a=(2, 3), fc_bias=(4,)),
        _shapes(fc, fc_bias=(5,)),
        _shapes(fc),
        _shapes(fc, a=(2,)),
        _shapes(fc, a=(0, 3), fc_weight=(5, 3)),
        _shapes(fc + b, b=(2, 5)),
        _shapes(fc + b, a=(0, 3), b=(2, 5)),
        _shapes(open_fc, a=(2, 3, 4)),
        _shapes(open_fc + b, a=(0, 0, 4), b=(2, 3, 5)),
        _shapes(open_fc, a=(2, 3, 0), fc_weight=(5, 7)),
        _shapes(conv, a=(1, 4, 8, 8)),
        _shapes(conv, a=(0, 4, 8, 8)),
        _shapes(conv, a=(1, 4, 0, 8)),
        _shapes(conv, a=(1, 0, 8, 8)),
        _shapes(conv, conv_weight=(8, 2, 3, 3)),
        _shapes(conv + b, a=(0, 4, 8, 8), b=(1, 8, 8, 8)),
        _shapes(conv, a=(1, 4, 8, 8), conv_weight=(8, 4, 3, 3)),
        _shapes(conv, a=(1, 5, 8, 8)),
        _shapes(conv, a=(1, 4, 8)),
        _shapes(conv, a=(1, 4, 8, 8), conv_bias=(3,)),
        _shapes(deconv, a=(1, 4, 8, 8)),
        _shapes(deconv, a=(0, 4, 8, 8)),
        _shapes(deconv, deconv_weight=(4, 8, 3, 3)),
        _shapes(bn, a=(2, 3, 4)),
        _shapes(bn, a=(0, 3)),
        _shapes(bn, bn_gamma=(3,)),
        _shapes(bn, bn_moving_mean=(3,)),
        _shapes(bn, a=(2, 0), bn_gamma=(4,)),
        _shapes(bn + b, b=(2, 3, 4)),
        _shapes(bn),
        _shapes(embedding, a=(2, 3)),
        _shapes(embedding, e_weight=(10, 4)),
        _shapes(embedding, a=(0, 3)),
        _shapes(embedding, a=(2,), e_weight=(9, 4)),
        _shapes(pool, a=(1, 3, 8, 8)),
        _shapes(pool, a=(0, 3, 8, 8)),
        _shapes(pool, a=(1, 0, 8, 8)),
        _shapes(pool, a=(1, 3, 8)),
        _shapes(pool + b, b=(1, 3, 4, 4)),
        _shapes(mx.sym.LayerNorm(a, name="ln"), a=(2, 3)),
        _shapes(mx.sym.LayerNorm(a, name="ln"), ln_gamma=(3,)),
        _shapes(mx.sym.InstanceNorm(a, name="in"), a=(2, 3, 4)),
        _shapes(mx.sym.Dropout(a), a=(0, 3)),
        _shapes(mx.sym.Dropout(a) + b, b=(2, 3)),
        _shapes(mx.sym.LeakyReLU(a, act_type="prelu", name="p"), a=(2, 3, 4)),
        _shapes(mx.sym.Activation(a, act_type="relu") + b, b=(2, 3)),
        _shapes(mx.sym.Flatten(a), a=(2, 3, 4)),
        _shapes(mx.sym.Flatten(a), a=(0, 3, 4)),
        _shapes(mx.sym.Flatten(a), a=(2, 0, 4)),
        _shapes(mx.sym.Flatten(a) + b, b=(2, 12)),
        _shapes(mx.sym.FullyConnected(mx.sym.Flatten(conv), num_hidden=2, name="top"), a=(0, 4, 8, 8)),
    ]


@block
def loss_shapes(mx: Any) -> Any:
    a, b, _ = variables(mx)
    softmax = mx.sym.SoftmaxOutput(a, name="s")
    multi = mx.sym.SoftmaxOutput(a, multi_output=True, name="s")
    linear = mx.sym.LinearRegressionOutput(a, name="r")
    return [
        _shapes(softmax, a=(2, 3)),
        _shapes(softmax, s_label=(2,)),
        _shapes(softmax, a=(0, 3), s_label=(2,)),
        _shapes(softmax, a=(0, 3)),
        _shapes(softmax, a=(2, 3), s_label=(2, 3)),
        _shapes(softmax, a=(2, 3), s_label=(4,)),
        _shapes(softmax, a=(2, 3, 4)),
        _shapes(softmax),
        _shapes(multi, a=(2, 3, 4)),
        _shapes(multi, a=(2, 3, 4, 5)),
        _shapes(multi, a=(2, 3, 4), s_label=(2, 4)),
        _shapes(multi, a=(2, 3, 4), s_label=(2, 1, 4)),
        _shapes(linear, a=(2, 3)),
        _shapes(linear, r_label=(2, 3)),
        _shapes(linear, a=(2, 1)),
        _shapes(linear, a=(2, 1), r_label=(2,)),
        _shapes(linear, a=(2, 3), r_label=(2,)),
        _shapes(linear, a=(0, 3)),
        _shapes(mx.sym.MakeLoss(a), a=(2, 3)),
        _shapes(mx.sym.SVMOutput(a, name="svm"), a=(2, 3)),
        _shapes(mx.sym.SoftmaxOutput(mx.sym.FullyConnected(a, num_hidden=3, name="fc"), name="s"), s_label=(7,)),
        _shapes(
            mx.sym.SoftmaxOutput(mx.sym.FullyConnected(a, num_hidden=3, name="fc"), name="s"), a=(0, 4), s_label=(7,)
        ),
    ]


@block
def rearranging_shapes(mx: Any) -> Any:
    a, b, c = variables(mx)
    cat = mx.sym.Concat(a, b, c, dim=1)
    split = mx.sym.split(a, num_outputs=3, axis=1)
    reshape = mx.sym.reshape
    return [
        _shapes(cat, a=(2, 3), b=(2, 4), c=(2, 5)),
        _shapes(cat, a=(2, 3), b=(0, 4), c=(0, 5)),
        _shapes(cat, a=(2, 3), b=(3, 4)),
        _shapes(cat, a=(2, 3), b=(2, 4, 1)),
        _shapes(cat, a=(2, 0), b=(0, 4), c=(0, 5)),
        _shapes(cat),
        _shapes(mx.sym.Concat(a, dim=1), a=(2, 3)),
        _shapes(mx.sym.Concat(a, b, dim=-1), a=(2, 3), b=(2, 4)),
        _shapes(mx.sym.stack(a, b, axis=1), a=(2, 3)),
        _shapes(mx.sym.stack(a, b, axis=1) + c, c=(2, 2, 3)),
        _shapes(split, a=(2, 9)),
        _shapes(split, a=(0, 9)),
        _shapes(split, a=(2, 8)),
        _shapes(split[0] + b, b=(2, 3)),
        _shapes(reshape(a, shape=(2, -1)), a=(4, 6)),
        _shapes(reshape(a, shape=(0, -1)), a=(4, 6, 2)),
        _shapes(reshape(a, shape=(2, 12)) + b, b=(2, 12)),
        _shapes(reshape(a, shape=(-1,)), a=(0, 6)),
        _shapes(reshape(a, shape=(0, -1)), a=(0, 6, 2)),
        _shapes(reshape(a, shape=(0, 12)), a=(4, 0, 2)),
        _shapes(reshape(a, shape=(2, 12))),
        _shapes(reshape(a, shape=(4, 6)), a=(0, 12)),
        _shapes(reshape(a, shape=(-1, 6)), a=(4, 3, 2)),
        _shapes(mx.sym.transpose(a), a=(2, 3)),
        _shapes(mx.sym.transpose(a, axes=(1, 0)) + b, b=(2, 3)),
        _shapes(mx.sym.transpose(a, axes=(1, 0, 2)), a=(2, 0, 4)),
        _shapes(mx.sym.expand_dims(a, axis=1), a=(2, 3)),
        _shapes(mx.sym.expand_dims(a, axis=1) + b, b=(2, 1, 3)),
        _shapes(mx.sym.squeeze(a), a=(2, 1, 3)),
        _shapes(mx.sym.swapaxes(a, 0, 1), a=(2, 3)),
        _shapes(mx.sym.swapaxes(a, dim1=0, dim2=1) + b, b=(2, 3)),
        _shapes(mx.sym.flip(a, axis=0) + b, b=(2, 3)),
        _shapes(mx.sym.tile(a, reps=(2, 2)), a=(2, 3)),
        _shapes(mx.sym.repeat(a, repeats=2), a=(2, 3)),
        _shapes(mx.sym.slice(a, begin=(0, 1), end=(1, 3)), a=(2, 3)),
        _shapes(mx.sym.slice_axis(a, axis=1, begin=0, end=2), a=(2, 3)),
        _shapes(mx.sym.slice_axis(a, axis=1, begin=0, end=2), a=(0, 3)),
        _shapes(mx.sym.take(a, b), a=(5, 3), b=(2, 2)),
        _shapes(mx.sym.one_hot(a, depth=4), a=(2, 3)),
        _shapes(mx.sym.pick(a, b), a=(2, 3)),
        _shapes(mx.sym.pick(a, b), b=(2,)),
        _shapes(mx.sym.zeros((2, 0)) + a, a=(0, 3)),
        _shapes(mx.sym.zeros((2, 3)) + a),
        _shapes(mx.sym.zeros((0, 3)) + a),
        _shapes(mx.sym.arange(5) + a),
        _shapes(mx.sym.SequenceMask(a), a=(4, 2)),
        _shapes(mx.sym.UpSampling(a, scale=2, sample_type="nearest"), a=(1, 2, 3, 4)),
        _shapes(mx.sym.Pad(a, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 2, 2)), a=(1, 2, 3, 4)),
    ]


@block
def broadcast_and_matrix_shapes(mx: Any) -> Any:
    a, b, c = variables(mx)
    total = mx.sym.broadcast_add(a, b)
    return [
        _shapes(total, a=(2, 1), b=(1, 3)),
        _shapes(total, a=(2, 3)),
        _shapes(total, a=(2, 3), b=(3,)),
        _shapes(total, a=(2, 3), b=(2,)),
        _shapes(total, a=(2, 0), b=(1, 3)),
        _shapes(total, a=(0, 3), b=(1, 3)),
        _shapes(total, a=(0, 3), b=(0, 1)),
        _shapes(total + c, a=(2, 1), c=(2, 3)),
        _shapes(total + c, a=(2, 1), b=(1, 3), c=(2, 4)),
        _shapes(mx.sym.broadcast_to(a, shape=(2, 3)), a=(1, 3)),
        _shapes(mx.sym.broadcast_to(a, shape=(0, 3)), a=(2, 1)),
        _shapes(mx.sym.broadcast_to(a, shape=(2, 3)), a=(2, 2)),
        _shapes(mx.sym.broadcast_axis(a, axis=1, size=4), a=(2, 1)),
        _shapes(mx.sym.broadcast_like(a, b), a=(2, 1), b=(2, 3)),
        _shapes(mx.sym.dot(a, b), a=(2, 3), b=(3, 4)),
        _shapes(mx.sym.dot(a, b), a=(2, 3), b=(4, 5)),
        _shapes(mx.sym.dot(a, b), a=(2, 3)),
        _shapes(mx.sym.dot(a, b), a=(3,), b=(3,)),
        _shapes(mx.sym.dot(a, b, transpose_a=True), a=(3, 2), b=(3, 4)),
        _shapes(mx.sym.batch_dot(a, b), a=(5, 2, 3), b=(5, 3, 4)),
        _shapes(mx.sym.batch_dot(a, b), a=(5, 2, 3), b=(4, 3, 4)),
        _shapes(mx.sym.sum(a), a=(2, 3)),
        _shapes(mx.sym.sum(a)),
        _shapes(mx.sym.sum(a, axis=1), a=(2, 3)),
        _shapes(mx.sym.sum(a, axis=1), a=(0, 3)),
        _shapes(mx.sym.sum(a, axis=0), a=(0, 3)),
        _shapes(mx.sym.sum(a, axis=1, keepdims=True) + b, b=(2, 1)),
        _shapes(mx.sym.mean(a, axis=(0, 2)), a=(2, 3, 4)),
        _shapes(mx.sym.max(a, axis=5), a=(2, 3)),
        _shapes(mx.sym.norm(a, axis=1), a=(2, 3)),
        _shapes(mx.sym.argmax(a, axis=1), a=(2, 3)),
        _shapes(mx.sym.topk(a, k=2, ret_typ="both"), a=(2, 3)),
        _shapes(mx.sym.L2Normalization(a), a=(2, 3)),
        _shapes(mx.sym.softmax(a) + b, b=(2, 3)),
        _shapes(mx.sym.reshape_like(a, b), a=(6,), b=(2, 3)),
        _shapes(mx.sym.slice_like(a, b), a=(4, 4), b=(2, 3)),
    ]


@block
def declared_shapes_and_types(mx: Any) -> Any:
    a = mx.sym.Variable("a", shape=(2, 3), dtype="float16")
    b = mx.sym.Variable("b", shape=(0, 3))
    c = mx.sym.Variable("c")
    half = mx.sym.FullyConnected(mx.sym.Variable("x", dtype=np.float16), num_hidden=2, name="fc")
    loaded = mx.sym.load_json((a + c).tojson())
    return [
        _shapes(a + c),
        _shapes(b + c),
        _shapes(a + b),
        _shapes(b + c, c=(4, 3)),
        _shapes(b + c, b=(4, 3)),
        _shapes(b + c, b=(4, 5)),
        _shapes(a + c, a=(4, 5)),
        _shapes(a + c, a=(2, 0)),
        _shapes(a + c, c=(2, 4)),
        _shapes(a + c, a=()),
        _shapes(b, b=(7, 0)),
        _shapes(a),
        _shapes(b),
        _shapes(c),
        _shapes(loaded),
        _types(a + c),
        _types(a + c, a="float32"),
        _types(a + c, c="float32"),
        _types(a + c, c="float16"),
        _types(half),
        _types(half, x="float32"),
        _types(half, fc_weight="float32"),
        _types(a),
        _types(c),
        _types(loaded),
        _types(mx.sym.Variable("d", attr={"__dtype__": "-1"}) + c),
        _types(mx.sym.Variable("d", attr={"__dtype__": "1"}) + c),
        _shapes(mx.sym.Variable("d", attr={"__shape__": "[2,3]"}) + c),
        _shapes(mx.sym.Variable("d", attr={"__shape__": "(2L, 3L)"}) + c),
    ]


@block
def types(mx: Any) -> Any:
    a, b, c = variables(mx)
    fc = mx.sym.FullyConnected(a, num_hidden=5, name="fc")
    conv = mx.sym.Convolution(a, kernel=(3, 3), num_filter=8, name="conv")
    bn = mx.sym.BatchNorm(a, name="bn")
    cast = mx.sym.Cast(a, dtype="float16")
    embedding = mx.sym.Embedding(a, input_dim=10, output_dim=4, name="e")
    softmax = mx.sym.SoftmaxOutput(a, name="s")
    return [
        _types(a + b, a="float32"),
        _types(a + b, b=np.float64),
        _types(a + b),
        _types(a + b, a="int32", b="float32"),
        _types(a + b, a="float16"),
        _types(a + b, a="float32", nope="float32"),
        _types(a + b, a="int64"),
        _types(a, a="float32"),
        _types(a),
        _types(fc),
        _types(fc, a="float16"),
        _types(fc, fc_weight="float64"),
        _types(fc, fc_bias="float16"),
        _types(fc, a="float32", fc_weight="float16"),
        _types(conv),
        _types(conv, a="float16"),
        _types(conv, conv_weight="float64"),
        _types(bn),
        _types(bn, a="float16"),
        _types(bn, a="float64"),
        _types(bn, bn_gamma="float32"),
        _types(cast),
        _types(cast, a="int32"),
        _types(cast + b),
        _types(cast + b, b="float32"),
        _types(mx.sym.Cast(a, dtype="int32") + mx.sym.Cast(b, dtype="int32")),
        _types(embedding, a="int32"),
        _types(softmax),
        _types(softmax, a="float16"),
        _types(softmax, s_label="float32"),
        _types(mx.sym.argmax(a, axis=0), a="float64"),
        _types(mx.sym.one_hot(a, depth=3), a="int32"),
        _types(mx.sym.one_hot(a, depth=3, dtype="float16"), a="int32"),
        _types(mx.sym.topk(a, k=1, ret_typ="both"), a="float64"),
        _types(mx.sym.where(a, b, c), b="float16"),
        _types(mx.sym.where(a, b, c), a="int32", b="float16"),
        _types(mx.sym.zeros((2,), dtype="int32") + a),
        _types(mx.sym.zeros((2,)) + a, a="float16"),
        _types(mx.sym.concat(a, b, c), b="float16"),
        _types(mx.sym.concat(a, b), a="float16", b="float32"),
        _types(mx.sym.dot(a, b), a="float64"),
        _types(mx.sym.sum(a), a="int32"),
        _types(a == b, a="float16"),
        _types(a > 2, a="int32"),
        _types(mx.sym.take(a, b), a="float16", b="int32"),
        _types(mx.sym.LayerNorm(a, name="ln"), a="float16"),
        _types(mx.sym.Dropout(a), a="float16"),
        _types(mx.sym.softmax(a, dtype="float64"), a="float16"),
        _types(mx.sym.Pooling(a, kernel=(2, 2)), a="float16"),
        _types(mx.sym.Flatten(a) + b, b="float64"),
        _types(mx.sym.broadcast_add(a, b), b="float64"),
        _types(mx.sym.shape_array(a), a="float16"),
        _types(mx.sym.SequenceMask(a, b, use_sequence_length=True), a="float16"),
        _types(mx.sym.LinearRegressionOutput(a, name="r"), a="float16"),
        _types(mx.sym.BlockGrad(a), a="int32"),
        _types(mx.sym.MakeLoss(a), a="float64"),
        _types(mx.sym.arange(3) + a),
        _types(mx.sym.LeakyReLU(a, act_type="prelu", name="p"), a="float16"),
    ]


@block
def calls_of_infer_type(mx: Any) -> Any:
    a, b, _ = variables(mx)
    total = a + b
    return [
        _types(total, "float32", b="float32"),
        _types(total, "float32", "float32", "float32"),
        _types(total, a="nonsense"),
        _types(total, "complex64"),
        _types(total, a=np.dtype("float64")),
        _types(total, a=float),
        _types(total, a=int),
    ]


@block
def deep_and_wide_graphs(mx: Any) -> Any:
    deep = first = mx.sym.Variable("x")
    for i in range(5000):
        deep = mx.sym.relu(deep) if i % 2 else deep + 1
    shared = first
    for _ in range(200):
        shared = shared + shared
    variables = [mx.sym.Variable("v%d" % i) for i in range(500)]
    wide = mx.sym.add_n(*variables)
    return [
        _shapes(deep, x=(2, 3)),
        _types(deep, x="float16"),
        len(deep.get_internals()),
        deep.list_arguments(),
        len(mx.sym.load_json(deep.tojson()).get_internals()),
        deep(x=mx.sym.Variable("y")).list_arguments(),
        _shapes(shared, x=(2, 3)),
        len(shared.get_internals()),
        len(wide.list_arguments()),
        _shapes(wide, v499=(1, 2))[0][1],
        _shapes(deep + mx.sym.Variable("z"), z=(4, 5))[0],
        len(deep.debug_str()),
    ]
