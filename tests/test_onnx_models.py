"""Public models as ONNX: what onnxruntime makes of them is what real MXNet 1.9.1 did."""

from __future__ import annotations

import json

import numpy as np
import pytest

import symgraph as mx
from symgraph.frontend.inference import all_dtypes, all_shapes
from tests.test_models import MODELS, ROWS, by_name, draw, shapes_of

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from symgraph.export.onnx import to_onnx
from tests.onnx_runs import assert_same, run

pytestmark = pytest.mark.skipif(not ROWS, reason=f"no public models in {MODELS}")

DETECTORS = {"djl__mask_rcnn_resnet18_v1b_coco": "maskrcnn0_rpn0_box_nms0", "djl__ssd_512_resnet50_v1": "ssd0_box_nms0"}
"""Models that drop boxes, which ONNX cannot, with the first node that does."""

LARGE = ("djl__resnext101_64x4d", "djl__vgg16_ucf101", "mxnet_captcha__cnn_ocr", "Face_collection_system__R50")
"""Models that take long to draw and run, and are no family of their own."""

WRITTEN = {row["name"] for row in ROWS if row["mxnet_1.9.1"] == "ok"} - {*LARGE, *DETECTORS}


def drawn(row: dict) -> tuple[mx.sym.Symbol, dict, dict, dict]:
    """A model's symbol, parameters and inputs, and what MXNet made of them."""
    symbol = mx.sym.load(str(MODELS / f"{row['name']}-symbol.json"))
    with np.load(MODELS / f"{row['name']}.npz") as file:
        recorded = dict(file)
    kinds = {name: entry["kind"] for name, entry in json.loads(str(recorded["recipe"]))["inputs"].items()}
    graph, rng = symbol.graph, np.random.RandomState(0)
    shapes, dtypes = all_shapes(graph, "", shapes_of(row)), all_dtypes(graph, {})
    arrays = {
        node.name: draw(rng, node.name, shapes[node], kinds.get(node.name, ""), float(row["gain_c"])).astype(
            dtypes[node]
        )
        for node in graph.arguments + graph.auxiliary
    }
    return symbol, arrays, {name: arrays.pop(name) for name in kinds}, recorded


@pytest.mark.parametrize("row", by_name(WRITTEN))
def test_outputs_are_mxnets(row: dict) -> None:
    symbol, params, inputs, recorded = drawn(row)
    model = to_onnx(symbol, params, {n: v.shape for n, v in inputs.items()}, {n: v.dtype for n, v in inputs.items()})
    assert [output.name for output in model.graph.output] == symbol.list_outputs()
    for i, out in enumerate(run(model, inputs)):
        expected = recorded[f"out{i}"]
        scale = max(np.abs(expected).max(initial=0), 1e-30)
        np.testing.assert_allclose(out, expected, rtol=1e-3, atol=1e-4 * scale, err_msg=f"output {i}")


@pytest.mark.parametrize("row", by_name(DETECTORS))
def test_detectors_up_to_their_boxes(row: dict) -> None:
    symbol, params, inputs, _ = drawn(row)
    name = DETECTORS[row["name"]]
    with pytest.raises(mx.MXNetError, match=f"^to_onnx: _contrib_box_nms '{name}' makes boxes of what a detector says"):
        to_onnx(symbol, params, shapes_of(row))
    before = symbol.get_internals()[f"{name}_output0"].get_children()[0]
    known = {*before.list_arguments(), *before.list_auxiliary_states()}
    assert_same(before, {n: value for n, value in {**params, **inputs}.items() if n in known}, inputs)
