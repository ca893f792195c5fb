"""Whole networks as ONNX models: their outputs by onnxruntime are those of our executor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symgraph as mx
from benchmarks.networks import NETWORKS
from tests.old_graphs import GRAPHS, OldGraph

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from symgraph.export.onnx import to_onnx
from tests.onnx_runs import assert_same, drawn

SIZES = {
    "mlp": (784,),
    "lenet": (1, 28, 28),
    "alexnet": (3, 67, 67),
    "vgg-11": (3, 32, 32),
    "resnet-18": (3, 32, 32),
    "resnet-50": (3, 32, 32),
    "resnet-18-v1": (3, 32, 32),
    "inception-bn": (3, 64, 64),
    "mobilenet": (3, 32, 32),
    "squeezenet": (3, 64, 64),
    "densenet-121": (3, 32, 32),
}


@pytest.mark.parametrize("name", SIZES)
def test_networks_of_any_batch(name: str) -> None:
    """The scores before the softmax are compared, too, which hides differences."""
    network = NETWORKS[name].build(mx, classes=10)
    scores = network.get_children()[0]
    arrays = drawn(network, data=(2, *SIZES[name]))
    model = assert_same(mx.sym.Group([network, scores]), arrays, {"data": arrays["data"]}, batch="N")
    assert [entry.name for entry in model.graph.input] == ["data"]
    shape = model.graph.input[0].type.tensor_type.shape.dim
    assert (shape[0].dim_param, [d.dim_value for d in shape[1:]]) == ("N", list(SIZES[name]))
    assert {t.name for t in model.graph.initializer} >= {n for n in arrays if n.endswith("weight")}
    assert {node.name for node in model.graph.node} >= {"softmax"}


def conv(x: Any, name: str, filters: int, kernel: tuple, pad: tuple = (0, 0), relu: bool = True, **more: Any) -> Any:
    x = mx.sym.Convolution(x, kernel=kernel, pad=pad, num_filter=filters, no_bias=True, name=name, **more)
    x = mx.sym.BatchNorm(x, fix_gamma=name.endswith("_fixed"), eps=1e-5, name=f"{name}_bn")
    return mx.sym.clip(x, 0, 6, name=f"{name}_relu6") if relu else x


def mobilenet_v2() -> Any:
    """Two inverted residuals (Sandler et al. 2018)."""
    x = conv(mx.sym.Variable("data"), "first", 8, (3, 3), (1, 1), stride=(2, 2))
    for i in range(2):
        y = conv(x, f"expand{i}_fixed", 24, (1, 1))
        y = conv(y, f"depthwise{i}", 24, (3, 3), (1, 1), num_group=24)
        x = x + conv(y, f"project{i}", 8, (1, 1), relu=False)
    x = mx.sym.Pooling(x, global_pool=True, pool_type="avg", kernel=(1, 1))
    x = mx.sym.Convolution(x, kernel=(1, 1), num_filter=5, name="classes")
    return mx.sym.SoftmaxOutput(mx.sym.Reshape(x, shape=(0, -1)), name="softmax")


def inception_v3() -> Any:
    """A module with factorized filters, pooled with and without its border (Szegedy et al. 2016)."""
    x = mx.sym.Variable("data")
    average = mx.sym.Pooling(x, kernel=(3, 3), pad=(1, 1), stride=(1, 1), pool_type="avg", count_include_pad=False)
    wide = conv(conv(x, "row", 4, (1, 7), (0, 3)), "column", 4, (7, 1), (3, 0))
    x = mx.sym.concat(conv(average, "pooled", 4, (1, 1)), wide, conv(x, "plain", 4, (1, 1)))
    x = mx.sym.Pooling(x, kernel=(3, 3), stride=(2, 2), pool_type="max", pooling_convention="full")
    x = mx.sym.Dropout(mx.sym.Flatten(mx.sym.Pooling(x, global_pool=True, pool_type="avg")))
    return mx.sym.softmax(mx.sym.FullyConnected(x, num_hidden=5))


def ssd() -> Any:
    """Two scales of a detector, up to what is decoded into boxes (Liu et al. 2016)."""
    x = mx.sym.Variable("data")
    scores, shifts, anchors = [], [], []
    for i in range(2):
        x = conv(x, f"scale{i}", 8, (3, 3), (1, 1), stride=(2, 2))
        y = mx.sym.L2Normalization(x, mode="channel")
        for parts, size, name in ((scores, 3 * 3, "score"), (shifts, 3 * 4, "shift")):
            z = mx.sym.Convolution(y, kernel=(3, 3), pad=(1, 1), num_filter=size, name=f"{name}{i}")
            parts.append(mx.sym.Flatten(mx.sym.transpose(z, axes=(0, 2, 3, 1))))
        anchors.append(mx.sym.contrib.MultiBoxPrior(y, sizes=(0.2, 0.4), ratios=(1, 2), clip=True))
    score = mx.sym.transpose(mx.sym.Reshape(mx.sym.concat(*scores), shape=(0, -1, 3)), axes=(0, 2, 1))
    probability = mx.sym.SoftmaxActivation(score, mode="channel", name="cls_prob")
    return probability, mx.sym.concat(*shifts, name="loc_pred"), mx.sym.concat(*anchors, dim=1, name="anchors")


@pytest.mark.parametrize(
    "build", [mobilenet_v2, inception_v3, lambda: mx.sym.Group(ssd())], ids=["mobilenet", "inception", "ssd"]
)
def test_parts_of_other_families(build: Any) -> None:
    network = build()
    arrays = drawn(network, data=(2, 3, 15, 17))
    assert_same(network, arrays, {"data": arrays["data"]}, batch="N")


def test_detection_is_refused_and_its_head_is_not() -> None:
    detection = mx.sym.contrib.MultiBoxDetection(*ssd(), name="detection")
    arrays = drawn(detection, data=(1, 3, 16, 16))
    inputs = {"data": arrays.pop("data")}
    with pytest.raises(mx.MXNetError) as caught:
        to_onnx(detection, arrays, {"data": (1, 3, 16, 16)})
    assert str(caught.value).startswith("to_onnx: _contrib_MultiBoxDetection 'detection' (made at ")
    assert str(caught.value).endswith(
        "makes boxes of what a detector says, for which ONNX has no operator; export the part before it, which "
        "symbol.get_internals() gives by the name of its output."
    )
    internals = detection.get_internals()
    head = mx.sym.Group([internals[f"{name}_output"] for name in ("cls_prob", "loc_pred", "anchors")])
    assert_same(head, arrays, inputs)


@pytest.mark.parametrize("mode", ["lstm", "gru", "rnn_relu", "rnn_tanh"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_recurrent_language_models_with_states(mode: str, bidirectional: bool) -> None:
    steps, batch, hidden, rows = 5, 3, 4, 2 * (1 + bidirectional)
    words = mx.sym.swapaxes(mx.sym.Variable("words"), dim1=0, dim2=1)
    x = mx.sym.Embedding(words, input_dim=11, output_dim=6, name="embed")
    rule = {"state_size": hidden, "num_layers": 2, "mode": mode, "bidirectional": bidirectional, "state_outputs": True}
    x, *states = mx.sym.RNN(x, p=0.5, name="rnn", **rule)
    x = mx.sym.FullyConnected(mx.sym.Reshape(x, shape=(-3, -2)), num_hidden=11, name="decode")
    network = mx.sym.Group([mx.sym.SoftmaxOutput(x, name="softmax"), *map(mx.sym.BlockGrad, states)])
    starts = {f"rnn_{name}": (rows, batch, hidden) for name in ("state", "state_cell")[: len(states)]}
    arrays = drawn(network, words=(batch, steps), **starts)
    arrays["words"] = np.arange(steps * batch, dtype="float32").reshape(batch, steps) % 13
    assert_same(network, arrays, {name: arrays[name] for name in ("words", *starts)})


REFUSED = {
    "stn": "SpatialTransformer 'stn' has no ONNX form",
    "ssd_for_use": "_contrib_MultiBoxDetection 'detection' makes boxes",
    "ssd_for_training": "_contrib_MultiBoxTarget 'multibox_target' makes what a detector is trained with",
    "faster_rcnn": "_contrib_Proposal 'rois' makes boxes",
    "rfcn": "_contrib_DeformableConvolution 'res5' has no ONNX form",
    "yolo3": "_contrib_box_nms 'box_nms0' makes boxes",
    "crnn": "CTCLoss 'ctc' is a loss with a value, and no part of inference",
    "interleaved": "_contrib_interleaved_matmul_selfatt_qk 'qk' has no ONNX form",
    "scan": "_foreach 'foreach0' holds graphs of its own, and is not written as ONNX; unroll it.",
}


@pytest.mark.parametrize("graph", [pytest.param(graph, id=graph.name) for graph in GRAPHS])
def test_checkpoints_of_old_releases(graph: OldGraph) -> None:
    symbol = mx.sym.load_json(graph.text())
    shapes = {name: shape for name, (shape, _) in graph.inputs.items()}
    args, _, auxs = symbol.infer_shape(**shapes)
    found = [
        *zip(symbol.list_arguments(), args, strict=True),
        *zip(symbol.list_auxiliary_states(), auxs, strict=True),
    ]
    arrays = {
        name: graph.value(name, shape).astype("float32")
        for name, shape in found
        if name in shapes or not name.endswith("label")
    }
    inputs = {name: arrays[name] for name in shapes}
    if graph.name not in REFUSED:
        assert_same(symbol, arrays, inputs)
        return
    with pytest.raises(mx.MXNetError) as caught:
        to_onnx(symbol, {n: v for n, v in arrays.items() if n not in inputs}, shapes)
    assert str(caught.value).startswith(f"to_onnx: {REFUSED[graph.name]}")
