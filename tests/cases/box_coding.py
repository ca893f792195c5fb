"""Cases of overlaps, matching and coding of boxes."""

import numpy as np

from tests.cases.case import distinct, integers, literal, op, uniform


def corners(rng, shape):
    """Left, top, right, bottom of boxes in and around the unit square."""
    low, extent = rng.uniform(0, 0.7, (*shape[:-1], 2)), rng.uniform(0.2, 0.6, (*shape[:-1], 2))
    return np.concatenate([low, low + extent], -1)


ODD = [[0, 0, 1, 1], [0, 0, 0, 0], [2, 2, 1, 1], [0.5, 0.25, 1, 1], [1, 0, 2, 1], [0, 0, 1, -1]]
PAIR = {"lhs": corners, "rhs": corners}
TIES = {"x": literal([[1, 2, 2, 0], [2, 3, 3, 1], [3, 3, 0, 1]])}
CODED = {
    "samples": (2, 3),
    "matches": (2, 3),
    "anchors": (2, 3, 4),
    "refs": (2, 2, 4),
    "means": (4,),
    "stds": (4,),
}
DRAWN = {
    "samples": literal([1, -1, 0.5, 0.6, 0, 2]),
    "matches": literal([1, 0, 1, 1.7, 1, 0]),
    "anchors": corners,
    "refs": corners,
    "stds": uniform(0.1, 1),
}
DECODED = {"data": (2, 3, 4), "anchors": (1, 3, 4)}
PLACED = {"anchors": corners}
STDS = {"std0": 0.1, "std1": 0.2, "std2": 0.3, "std3": 0.5}


def flat(name, shapes, **options):
    """A case whose gradient is zero though its derivative is not."""
    return op(f"contrib.{name}", shapes, numeric=False, **options)


CASES = [
    *(
        flat("box_iou", {"lhs": lhs, "rhs": rhs}, draw=PAIR, format=box_format)
        for lhs, rhs in (((3, 4), (2, 4)), ((2, 3, 4), (1, 2, 4)), ((1, 4), (2, 1, 2, 4)))
        for box_format in ("corner", "center")
    ),
    *(flat("box_iou", {"lhs": (3, 4), "rhs": (2, 4)}, draw=PAIR, dtype=t) for t in ("float16", "float64", "int32")),
    *(
        flat("box_iou", {"lhs": (6, 4), "rhs": (6, 4)}, draw={"lhs": literal(ODD), "rhs": literal(ODD)}, format=f)
        for f in ("corner", "center")
    ),
    flat("box_iou", {"lhs": (4,), "rhs": (2, 4)}),
    flat("box_iou", {"lhs": (2, 4), "rhs": (2, 5)}),
    flat("box_encode", CODED, draw=DRAWN),
    flat("box_encode", CODED, draw=DRAWN, dtype="float64"),
    flat("box_encode", CODED, draw=DRAWN, dtype="float16"),
    flat("box_encode", CODED, draw=DRAWN, dtype="int32", grad="null"),
    flat("box_encode", {**CODED, "anchors": (2, 1, 3, 4), "matches": (2, 3, 1)}, draw=DRAWN),
    flat("box_encode", {**CODED, "anchors": (1, 3, 4)}, draw=DRAWN),
    flat("box_encode", {**CODED, "refs": (3, 2, 4)}, draw=DRAWN),
    flat("box_encode", {**CODED, "samples": (2, 3, 1)}, draw=DRAWN),
    flat("box_encode", {**CODED, "anchors": (2, 3, 5)}, draw=DRAWN),
    flat("box_encode", {**CODED, "means": (3,)}, draw=DRAWN),
    flat("box_decode", DECODED, draw=PLACED),
    flat("box_decode", DECODED, draw=PLACED, format="corner", **STDS),
    flat("box_decode", DECODED, draw=PLACED, **STDS, clip=0.2),
    flat("box_decode", DECODED, draw=PLACED, clip=0),
    flat("box_decode", {"data": (1, 2, 4), "anchors": (1, 1, 2, 4)}, draw=PLACED, format="corner", clip=0.5),
    flat("box_decode", DECODED, draw=PLACED, dtype="float64", std2=0.5),
    flat("box_decode", DECODED, draw=PLACED, dtype="float16", format="corner"),
    flat("box_decode", DECODED, draw=PLACED, dtype="int32"),
    flat("box_decode", {"data": (2, 3, 4), "anchors": (2, 3, 4)}, draw=PLACED),
    flat("box_decode", {"data": (3, 4), "anchors": (1, 3, 4)}, draw=PLACED),
    *(
        flat("bipartite_matching", {"x": shape}, draw={"x": distinct}, threshold=threshold, is_ascend=is_ascend)
        for shape in ((4, 3), (2, 2, 5), (1, 1))
        for threshold, is_ascend in ((-0.5, False), (0.5, True))
    ),
    *(flat("bipartite_matching", {"x": (3, 4)}, draw=TIES, threshold=0.5, topk=k) for k in (-1, 0, 1, 2)),
    *(flat("bipartite_matching", {"x": (3, 4)}, draw=TIES, threshold=t, is_ascend=True) for t in (0.5, 3, 4)),
    flat("bipartite_matching", {"x": (3, 4)}, draw=TIES, threshold=2, dtype="float64"),
    flat("bipartite_matching", {"x": (3, 4)}, draw=TIES, threshold=2, dtype="float16"),
    flat("bipartite_matching", {"x": (3, 4)}, draw={"x": integers(0, 5)}, threshold=2, dtype="int32", grad="null"),
    flat("bipartite_matching", {"x": (4,)}, threshold=0),
    flat("bipartite_matching", {"x": (3, 4)}),
]
