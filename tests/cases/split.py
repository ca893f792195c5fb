"""Cases of operators that cut an array into several."""

from tests.cases.case import integers, op

CASES = [
    op("SliceChannel", {"x": (4, 6)}, num_outputs=3),
    op("SliceChannel", {"x": (4, 6)}, num_outputs=2, axis=0),
    op("SliceChannel", {"x": (2, 3, 6)}, num_outputs=3, axis=-1, dtype="float64"),
    op("SliceChannel", {"x": (4, 3)}, num_outputs=3, squeeze_axis=True),
    op("SliceChannel", {"x": (4, 6)}, num_outputs=1),
    op("SliceChannel", {"x": (4, 1)}, num_outputs=1, squeeze_axis=True),
    op("SliceChannel", {"x": (4, 6)}, num_outputs=4),
    op("SliceChannel", {"x": (4, 6)}, num_outputs=3, squeeze_axis=True),
    op("SliceChannel", {"x": (4, 6)}, num_outputs=3, axis=2),
    op("split", {"x": (4, 6)}, num_outputs=2, dtype="int32", draw={"x": integers(-9, 9)}, grad=("x",)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 2, 3), axis=1),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 1), axis=0),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0,)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 2, 2)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 5), axis=-1, dtype="float64"),
    op("_internal._split_v2", {"x": (4, 3)}, indices=(0, 1, 2), squeeze_axis=True),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(), sections=3),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(), sections=4),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(), sections=4, axis=0, squeeze_axis=True),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 3, 2)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 9)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(2, 3)),
    op("_internal._split_v2", {"x": (4, 6)}, indices=(0, 2, 3), squeeze_axis=True),
]
