"""What the case table cannot show of detection: where MXNet stops or reads outside, inference, and what messages say."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, OpAttributeError, ShapeError
from symgraph.ir.registry import find_op

INFERRED = [
    ("box_nms", {}, [None], [(2, 3, 6), None], [(2, 3, 6)], [(2, 3, 6), (2, 3)]),
    ("box_iou", {}, [(2, None, 4), (3, 4)], [None], [(2, None, 4), (3, 4)], [(2, None, 3)]),
    ("bipartite_matching", {"threshold": 0}, [(2, 3, None)], [None, None], [(2, 3, None)], [(2, 3), (2, None)]),
    (
        "box_encode",
        {},
        [(2, None), None, None, (None, 5, 4), None, None],
        [None, (None, 3, 4)],
        [(2, 3), (2, 3), (2, 3, 4), (2, 5, 4), (4,), (4,)],
        [(2, 3, 4), (2, 3, 4)],
    ),
    ("box_decode", {}, [None, (1, 3, 4)], [(2, 3, 4)], [(2, 3, 4), (1, 3, 4)], [(2, 3, 4)]),
    ("MultiBoxPrior", {"sizes": (0.1, 0.2)}, [(None, None, 2, 3)], [None], [(None, None, 2, 3)], [(1, 12, 4)]),
    (
        "MultiBoxTarget",
        {},
        [(1, 5, 4), (2, 3, 5), None],
        [None, None, None],
        [(1, 5, 4), (2, 3, 5), (2, None, 5)],
        [(2, 20), (2, 20), (2, 5)],
    ),
    (
        "MultiBoxDetection",
        {},
        [(2, 4, 5), None, None],
        [None],
        [(2, 4, 5), (2, 20), (1, 5, 4)],
        [(2, 5, 6)],
    ),
    (
        "MultiProposal",
        {},
        [None, (2, None, 4, 5), None],
        [None, None],
        [(2, 24, 4, 5), (2, 48, 4, 5), (2, 3)],
        [(600, 5), (600, 1)],
    ),
]


@pytest.mark.parametrize(
    ("name", "attributes", "ins", "outs", "inputs", "outputs"), INFERRED, ids=[row[0] for row in INFERRED]
)
def test_shapes_follow_from_what_is_known(name, attributes, ins, outs, inputs, outputs):
    found = find_op(f"_contrib_{name}").from_values(**attributes).infer_shape(ins, outs)
    assert [list(shapes) for shapes in found] == [inputs, outputs]


MISTAKES = [
    ("box_nms", {}, [(4, 5)], r"coord_start=2 puts the box into columns 2 to 5, .* have columns 0 to 4\."),
    ("box_nms", {"score_index": 6}, [(4, 6)], r"score_index=6 is no column of data, which has 0 to 5\."),
    ("box_nms", {"id_index": 1}, [(4, 6)], r"id_index=1 is a column of the score; name another one\."),
    ("box_nms", {}, [(6,)], r"data of at least 2 axes \(\.\.\., boxes, width\), given \(6,\)\."),
    (
        "box_iou",
        {},
        [(2, 4), (2, 5)],
        r"last axis of rhs must hold the 4 numbers of a box, but its shape is \(2, 5\)\.",
    ),
    ("box_iou", {}, [(4,), (2, 4)], r"lhs must have at least 2 axes, \(\.\.\., boxes, 4\), given \(4,\)\."),
    (
        "bipartite_matching",
        {"threshold": 0},
        [(4,)],
        r"at least 2 axes \(\.\.\., rows, columns\), given \(4,\); reshape it\.",
    ),
    ("box_decode", {}, [(2, 3, 4), (1, 5, 4)], r"anchors \(1, 5, 4\) must be shared .*: \(1, 3, 4\)\."),
    ("box_decode", {}, [(3, 4), (1, 3, 4)], r"data must have 3 axes \(batch, anchors, 4\), given \(3, 4\)\."),
    ("MultiBoxPrior", {}, [(3, 4, 5)], r"at least 4 axes \(batch, channel, height, width\), given \(3, 4, 5\)"),
    (
        "MultiBoxTarget",
        {},
        [(1, 5, 4), (2, 3, 4), (2, 4, 5)],
        r"label must hold a class and 4 corners, .* \(2, 3, 4\)\.",
    ),
    ("MultiBoxTarget", {}, [(1, 5, 4), (2, 3, 5), (3, 4, 5)], "do not fit together.* 2 and 3 differ"),
    ("MultiBoxDetection", {}, [(2, 4, 5), (3, 20), (1, 5, 4)], "do not fit together.* 2 and 3 differ"),
    (
        "Proposal",
        {},
        [(1, 18, 4, 5), None, None],
        r"3 ratios and 4 scales make 12 anchors, so cls_prob must have 24 channels",
    ),
    ("Proposal", {}, [(2, 24, 4, 5), None, None], r"works on one image, but was given 2; use _contrib_MultiProposal\."),
]


@pytest.mark.parametrize(("name", "attributes", "shapes", "message"), MISTAKES)
def test_wrong_shapes_are_explained(name, attributes, shapes, message):
    inputs = [mx.sym.Variable(f"in{i}", shape=shape) for i, shape in enumerate(shapes)]
    symbol = getattr(mx.sym.contrib, name)(*inputs, name="op", **attributes)
    with pytest.raises(ShapeError, match=f"'op'.*{message}"):
        symbol.infer_shape()


WRONG_ATTRIBUTES = [
    ("MultiBoxPrior", {"sizes": ()}, r"sizes=\(\) must have at least one entry\."),
    ("MultiBoxPrior", {"steps": (0.1, -1)}, r"steps=\(0\.1, -1\.0\) must give both steps or none\."),
    ("MultiBoxPrior", {"offsets": (1,)}, r"offsets=\(1\.0,\) must have 2 entries, for y and for x\."),
    ("MultiBoxTarget", {"variances": (1, 1)}, r"variances=\(1\.0, 1\.0\) must have 4 entries: x, y, width, height\."),
    ("MultiBoxTarget", {"negative_mining_ratio": 3, "negative_mining_thresh": 0}, "thresh=0.0 must be positive when"),
    ("Proposal", {"rpn_post_nms_top_n": -1}, "rpn_post_nms_top_n=-1 must not be negative"),
]


@pytest.mark.parametrize(("name", "attributes", "message"), WRONG_ATTRIBUTES)
def test_wrong_attributes_are_explained(name, attributes, message):
    with pytest.raises(OpAttributeError, match=message):
        getattr(mx.sym.contrib, name)(name="op", **attributes).infer_shape()


def test_single_precision_is_explained():
    symbol = mx.sym.contrib.MultiBoxPrior(mx.sym.Variable("x"), name="op")
    with pytest.raises(
        DTypeError, match=r"'op'.* in float32, but was given float16 as '\w+'; convert it first, a symbol with Cast"
    ):
        symbol.infer_type(x="float16")


def test_as_many_negatives_as_there_are_where_mxnet_stops():
    anchor = mx.nd.array([[[0, 0, 1, 1], [0, 0, 0.9, 1], [0.5, 0.5, 1, 1]]])
    label = mx.nd.array([[[2, 0, 0, 1, 1]]])
    options = {"overlap_threshold": 0, "negative_mining_ratio": 2, "negative_mining_thresh": 0.5}
    classes = mx.nd.contrib.MultiBoxTarget(anchor, label, mx.nd.zeros((1, 4, 3)), **options)[2]
    assert classes.asnumpy().tolist() == [[3, -1, 0]]


def test_places_outside_of_the_image_are_no_objects_and_places_may_lack():
    scores = mx.nd.array(np.linspace(0.1, 0.8, 8).reshape(1, 2, 2, 2))
    options = {"scales": (1,), "ratios": (1,), "rpn_min_size": 0, "rpn_post_nms_top_n": 4, "output_score": True}
    for height, expected in ((16, [0.6, 0.5, -1, -1]), (99, [0.8, 0.7, 0.6, 0.5])):
        info = mx.nd.array([[height, 32, 1]])
        _, found = mx.nd.contrib.Proposal(scores, mx.nd.zeros((1, 4, 2, 2)), info, threshold=1, **options)
        np.testing.assert_allclose(found.asnumpy()[:, 0], expected, rtol=1e-5)


def test_a_match_out_of_range_is_the_nearest_reference():
    anchors = mx.nd.array([[[0, 0, 1, 1]] * 2])
    refs = mx.nd.array([[[1, 0, 2, 1], [3, 0, 4, 1]]])
    matches = mx.nd.array([[-1, 7]])
    targets, _ = mx.nd.contrib.box_encode(mx.nd.ones((1, 2)), matches, anchors, refs, mx.nd.zeros(4), mx.nd.ones(4))
    assert targets.asnumpy()[0, :, 0].tolist() == [1, 3]


def test_no_boxes_at_all():
    assert mx.nd.contrib.box_nms(mx.nd.zeros((2, 0, 6))).shape == (2, 0, 6)
    rows, columns = mx.nd.contrib.bipartite_matching(mx.nd.zeros((0, 3)), threshold=0)
    assert rows.shape == (0,)
    assert columns.asnumpy().tolist() == [-1, -1, -1]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_suppression_keeps_the_dtype(dtype):
    rows = mx.nd.array([[0, 0.5, 0, 0, 2, 2], [0, 0.75, 0, 0, 2, 2]], dtype=dtype)
    kept = mx.nd.contrib.box_nms(rows)
    assert np.dtype(kept.dtype).name == dtype
    assert kept.asnumpy()[:, 1].astype("float32").tolist() == [0.75, -1]
