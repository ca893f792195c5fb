"""Cases of region proposals."""

import numpy as np

from tests.cases.case import op, uniform

FEW = {"scales": (1, 2), "ratios": (0.5, 2), "rpn_min_size": 4, "rpn_post_nms_top_n": 6}
"""Four anchors for each place, of a size that fits to the images below."""


def images(height, width, scale):
    """Height, width and scale of images, each a little smaller than the one before it."""
    return lambda rng, shape: np.array([[height - 3 * i, width - 5 * i, scale] for i in range(shape[0])])


def proposal(name="Proposal", n=1, anchors=4, info=(32, 48, 1), draw=None, **options):
    shapes = {"cls_prob": (n, 2 * anchors, 2, 3), "bbox_pred": (n, 4 * anchors, 2, 3), "im_info": (n, 3)}
    drawn = {"cls_prob": uniform(0, 1), "bbox_pred": uniform(-0.3, 0.3), "im_info": images(*info), **(draw or {})}
    settings = {"numeric": False, "draw": drawn, **FEW, **options}
    return op(f"contrib.{name}", shapes, **settings)


TIES = {"cls_prob": lambda rng, shape: rng.randint(0, 4, shape) / 4}
DEFAULT_ANCHORS = {"scales": (4, 8, 16, 32), "ratios": (0.5, 1, 2)}

CASES = [
    proposal(),
    proposal(output_score=True, threshold=0.3),
    proposal(output_score=True, iou_loss=True, rpn_post_nms_top_n=30),
    proposal(output_score=True, threshold=0.01, rpn_post_nms_top_n=9),
    proposal(output_score=True, rpn_min_size=30),
    proposal(output_score=True, rpn_min_size=300, variant="all_small"),
    proposal(output_score=True, rpn_pre_nms_top_n=3),
    proposal(output_score=True, rpn_pre_nms_top_n=0, rpn_post_nms_top_n=1),
    proposal(output_score=True, info=(30, 34, 1.5), variant="padded"),
    proposal(output_score=True, feature_stride=19, threshold=1),
    proposal(output_score=True, draw=TIES, threshold=0.9, variant="ties"),
    proposal(anchors=12, **DEFAULT_ANCHORS, rpn_post_nms_top_n=4, rpn_min_size=16),
    proposal(n=2),
    proposal(anchors=3),
    proposal(dtype="float64"),
    proposal("MultiProposal"),
    proposal("MultiProposal", n=2, output_score=True),
    proposal("MultiProposal", n=3, output_score=True, threshold=0.3, rpn_post_nms_top_n=9, rpn_pre_nms_top_n=8),
    proposal("MultiProposal", n=2, output_score=True, iou_loss=True, draw=TIES),
    proposal("MultiProposal", n=2, output_score=True, rpn_min_size=20, info=(32, 40, 0.5)),
    proposal("MultiProposal", dtype="float16"),
]
