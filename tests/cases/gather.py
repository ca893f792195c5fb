"""Cases of operators that read and write at given positions."""

from tests.cases.case import literal, op, uniform

# Indices are cut to whole numbers; the fraction keeps finite differences away from the jumps.
TWICE = {"i": literal([[0.5, 2.5, 0.5, 3.9], [1.5, 0.5, 1.5, 0.5]])}
ONCE = {"i": literal([[0.5, 2.5, 3.5, 3.9], [1.5, 0.5, 1.5, 0.5]])}
ROWS = {"i": literal([3.5, 0.5])}

CASES = [
    op("gather_nd", {"x": (5, 3), "i": (2, 4)}, draw=TWICE),
    op("gather_nd", {"x": (5, 3), "i": (1, 4)}, draw={"i": uniform(0, 4)}),
    op("gather_nd", {"x": (3, 3, 2), "i": (2, 4, 2)}, draw={"i": uniform(0, 2)}, dtypes={"x": "float64"}),
    op("gather_nd", {"x": (5, 3), "i": (2, 4)}, draw=TWICE, dtypes={"i": "int64"}, variant="int64"),
    op("gather_nd", {"x": (5, 3), "i": (3, 4)}, draw={"i": uniform(0, 2)}),
    op("gather_nd", {"x": (5, 3), "i": (2,)}, draw={"i": uniform(0, 2)}),
    op("scatter_nd", {"x": (4,), "i": (2, 4)}, shape=(5, 3), draw=ONCE),
    op("scatter_nd", {"x": (2, 3), "i": (1, 2)}, shape=(5, 3), draw=ROWS),
    op(
        "scatter_nd",
        {"x": (2, 2), "i": (1, 2, 2)},
        shape=(5,),
        draw={"i": literal([[[0.5, 3.5], [2.5, 1.5]]])},
        dtype="float64",
    ),
    op("scatter_nd", {"x": (4,), "i": (2, 4)}, shape=(5, 3), draw=ONCE, dtypes={"i": "int32"}, variant="int32"),
    op("scatter_nd", {"x": (4, 2), "i": (1, 4)}, shape=(5, 3), draw={"i": uniform(0, 4)}),
    op("scatter_nd", {"x": (4,), "i": (3, 4)}, shape=(5, 3), draw={"i": uniform(0, 2)}),
    op("contrib.index_copy", {"x": (5, 3), "i": (2,), "y": (2, 3)}, draw=ROWS),
    op("contrib.index_copy", {"x": (5, 3, 2), "i": (2,), "y": (2, 3, 2)}, draw=ROWS, dtypes={"i": "int64"}),
    op("contrib.index_copy", {"x": (5,), "i": (2,), "y": (2,)}, draw=ROWS, dtype="float64"),
    op("contrib.index_copy", {"x": (5, 3), "i": (2,), "y": (3, 3)}, draw=ROWS),
]
