"""Cases of the operators of a single shot detector."""

import numpy as np

from tests.cases.case import Case, literal, op, uniform

MAP = {"data": (2, 3, 2, 3)}


def corners(rng, shape):
    """Left, top, right, bottom of boxes that overlap; on a grid of eighths, so that some overlaps tie."""
    low, extent = rng.randint(0, 5, (*shape[:-1], 2)), rng.randint(2, 4, (*shape[:-1], 2))
    return np.concatenate([low, low + extent], -1) / 8


def labels(count):
    """True boxes, each image with one more than the one before it, beginning with `count`; more columns mean nothing."""

    def draw(rng, shape):
        rows = np.concatenate([rng.randint(0, 4, (*shape[:2], 1)), corners(rng, (*shape[:2], 4))], -1)
        rows = np.concatenate([rows, rng.normal(size=(*shape[:2], shape[2] - 5))], -1)
        for image in range(shape[0]):
            rows[image, count + image :] = -1
        return rows

    return draw


def prior(shape=None, **options):
    return op("contrib.MultiBoxPrior", shape or MAP, numeric=False, **options)


def target(n=7, b=2, m=3, classes=4, width=5, first=1, **options):
    shapes = {"anchor": (1, n, 4), "label": (b, m, width), "cls_pred": (b, classes, n)}
    draw = {"anchor": corners, "label": labels(first)}
    return op("contrib.MultiBoxTarget", shapes, numeric=False, **{"draw": draw, **options})


def detection(n=7, b=2, classes=4, draw=None, **options):
    shapes = {"cls_prob": (b, classes, n), "loc_pred": (b, 4 * n), "anchor": (1, n, 4)}
    drawn = {"cls_prob": uniform(0, 1), "anchor": corners, **(draw or {})}
    return op("contrib.MultiBoxDetection", shapes, numeric=False, draw=drawn, **options)


MINED = {"negative_mining_ratio": 1, "negative_mining_thresh": 0.9}
SAME = {"loc_pred": lambda rng, shape: np.zeros(shape)}
ODD = {"cls_prob": lambda rng, shape: rng.choice([np.nan, -2, -0.5, 0.25, 0.5], shape), **SAME}


def steps(rng, shape):
    return rng.randint(0, 5, shape) / 4


UNFIT = {"anchor": (1, 5, 4), "label": (2, 2, 5), "cls_pred": (2, 3, 6)}
NO_LABEL = {"anchor": (1, 5, 4), "label": (2, 2, 4), "cls_pred": (2, 3, 5)}
UNFOUND = {"cls_prob": (2, 3, 5), "loc_pred": (2, 24), "anchor": (1, 5, 4)}

CASES = [
    prior(),
    prior(sizes=(0.3, 0.5), ratios=(2, 0.5, 1)),
    prior(offsets=(0.5, -0.25)),
    prior(ratios=(1, 0), sizes=(-0.5,)),
    prior(sizes=(0.9,), ratios=(0.25, 4), clip=True),
    prior(steps=(0.3, 0.4), offsets=(0.1, 0.7)),
    prior(steps=(0, 0.2), sizes=0.5),
    prior({"data": (1, 1, 3, 1)}, sizes=(0.2,), offsets=(0, 1)),
    prior({"data": (1, 1, 2, 1, 2)}),
    prior({"data": (3, 2, 3)}),
    prior(sizes=()),
    prior(ratios=()),
    prior(steps=(0.5, -1)),
    prior(steps=(0.5,)),
    prior(offsets=(0.5,)),
    prior(dtype="float64"),
    target(),
    target(overlap_threshold=0.2, width=6),
    target(overlap_threshold=0, variances=(1, 2, 0.5, 0.25)),
    target(overlap_threshold=0.2, **MINED, ignore_label=-3),
    target(overlap_threshold=0, **MINED, minimum_negative_samples=5),
    target(overlap_threshold=0.3, negative_mining_ratio=0.5, negative_mining_thresh=2, n=12, m=5, first=3),
    target(first=0, **MINED),
    target(n=1, m=1, b=1),
    target(negative_mining_ratio=1, negative_mining_thresh=0),
    target(variances=(0.1, 0.1)),
    target(dtype="float16"),
    op("contrib.MultiBoxTarget", UNFIT),
    op("contrib.MultiBoxTarget", NO_LABEL),
    detection(),
    detection(nms_threshold=0.3, force_suppress=True),
    detection(nms_threshold=0.2, nms_topk=3, variances=(1, 1, 0.5, 0.5)),
    detection(nms_topk=2, threshold=0.8, clip=False),
    detection(nms_threshold=0, variances=(1, 1, 1, 1), clip=False),
    detection(nms_threshold=1.5, threshold=0.7),
    detection(nms_threshold=1, draw=SAME, background_id=1),
    detection(threshold=0.99, background_id=-1),
    detection(threshold=-3, draw=ODD, label="odd", nms_threshold=0.1),
    detection(draw={"cls_prob": steps, **SAME}, label="ties", nms_threshold=0.4),
    detection(classes=1),
    detection(n=1, b=1, classes=2),
    detection(variances=(0.1,)),
    detection(dtype="float64"),
    op("contrib.MultiBoxDetection", UNFOUND),
    Case(
        "contrib.MultiBoxPrior/of_a_layer",
        lambda mx: mx.sym.contrib.MultiBoxPrior(mx.sym.relu(mx.sym.Variable("x")), sizes=(0.1, 0.2)),
        {"x": (1, 2, 1, 2)},
        draw={"x": literal([-1, 0, 1, 2])},
        numeric=False,
    ),
]
