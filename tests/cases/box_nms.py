"""Cases of non-maximum suppression."""

import numpy as np

from tests.cases.case import literal, op

NAME = "contrib.box_nms"
ROWS = [
    [0, 0.5, 0.1, 0.1, 0.2, 0.2],
    [1, 0.4, 0.1, 0.1, 0.2, 0.2],
    [0, 0.3, 0.1, 0.1, 0.14, 0.14],
    [2, 0.6, 0.5, 0.5, 0.7, 0.8],
    [0, 0.6, 0.12, 0.1, 0.22, 0.2],
    [-1, 0.2, 0.8, 0.1, 0.9, 0.2],
]
"""Class, score and corners; scores tie, boxes coincide, and one is of no class."""

DATA, DRAW = {"data": (6, 6)}, {"data": literal(ROWS)}
ORDER = [[r[2], r[3], r[4], r[5], r[0] + 0.5, r[1]] for r in ROWS]
"""The same in another order of columns, with classes that are no whole numbers."""


def nms(shapes, name=NAME, **options):
    """A case whose gradient is no derivative: small steps do not keep ties, -1 and the order of scores."""
    return op(name, shapes, numeric=False, **options)


def rows(**options):
    return nms(DATA, draw=DRAW, **options)


def moved_columns(rng, shape):
    """Box first, then class and score; overlapping boxes of any shape of batch, scores that tie."""
    corner, extent = rng.randint(0, 4, (*shape[:-1], 2)), rng.randint(1, 4, (*shape[:-1], 2))
    kind, score = rng.randint(0, 3, (*shape[:-1], 1)), rng.randint(0, 9, (*shape[:-1], 1)) / 8
    return np.concatenate([corner, corner + extent, kind, score], -1)


COLUMNS = {"coord_start": 0, "score_index": 5, "id_index": 4}
NEGATIVE = {
    "data": literal([[0, 0.9, -2, 1, 3, 4], [0, 0.8, 2, -3, 2, 2], [0, 0.7, -0.0, 3, 2, 2], [0, 0.6, 5, 3, -2, -2]])
}
EXACT = {"data": literal([[0, 0.9, 0, 0, 4, 4], [0, 0.8, 0, 0, 4, 2], [0, 0.7, 4, 4, 4, 4], [0, 0.3, 4, 4, 4, 4]])}

CASES = [
    op(NAME, {"data": (4, 6)}, draw={"data": literal(ROWS[:4])}, label="derivative"),
    rows(overlap_thresh=0.1),
    rows(overlap_thresh=0.1, id_index=0),
    rows(overlap_thresh=0.1, id_index=0, force_suppress=True),
    rows(overlap_thresh=0.7, id_index=0, background_id=0),
    rows(overlap_thresh=0.1, id_index=0, background_id=2, valid_thresh=0.3, topk=3),
    rows(overlap_thresh=0.1, topk=1),
    rows(overlap_thresh=0.1, topk=0),
    rows(overlap_thresh=0.1, topk=0, out_format="center"),
    rows(overlap_thresh=0.1, topk=99, background_id=0),
    rows(overlap_thresh=-0.1, id_index=0),
    rows(overlap_thresh=1, valid_thresh=-1),
    rows(valid_thresh=0.6),
    rows(valid_thresh=0.9, out_format="center"),
    rows(overlap_thresh=0.1, out_format="center"),
    rows(overlap_thresh=0.1, in_format="center"),
    rows(overlap_thresh=0.3, in_format="center", out_format="center"),
    rows(overlap_thresh=0.1, dtype="float64"),
    rows(overlap_thresh=0.4, valid_thresh=0.3, dtype="float16"),
    rows(coord_start=3),
    rows(score_index=2),
    rows(score_index=6),
    rows(id_index=1),
    rows(id_index=3),
    rows(dtype="int32"),
    nms(DATA, draw={"data": literal(ORDER)}, **COLUMNS, overlap_thresh=0.2),
    nms({"data": (4, 6)}, draw=EXACT, overlap_thresh=0.5),
    nms({"data": (4, 6)}, draw=EXACT, overlap_thresh=-1, in_format="center"),
    nms({"data": (4, 6)}, draw=NEGATIVE, out_format="center", label="negative corners"),
    nms({"data": (4, 6)}, draw=NEGATIVE, in_format="center", label="negative centres"),
    *(
        nms({"data": (*batch, 9, 6)}, draw={"data": moved_columns}, **COLUMNS, overlap_thresh=0.3)
        for batch in ((1,), (3,), (2, 2))
    ),
    nms({"data": (2, 9, 6)}, draw={"data": moved_columns}, **COLUMNS, topk=4, dtype="float64"),
    nms({"data": (1, 6)}, "contrib.box_non_maximum_suppression", draw={"data": literal(ROWS[:1])}),
    nms({"data": (6,)}),
    nms({"data": (2, 5)}),
]
