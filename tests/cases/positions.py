"""Cases of operators that speak of positions."""

from tests.cases.case import literal, op, uniform

COLUMNS = {"x": uniform(0, 3)}
NUMBERS = {"x": literal([0.5, 5.5, 11.5, 12.5, -1.5])}

CASES = [
    op("ravel_multi_index", {"x": (2, 5)}, shape=(3, 4), draw=COLUMNS),
    op("ravel_multi_index", {"x": (3, 5)}, shape=(-1, 4, 5), draw=COLUMNS),
    op("ravel_multi_index", {"x": (2, 5)}, shape=(3, 4), draw=COLUMNS, dtype="int64"),
    op("ravel_multi_index", {"x": (3, 5)}, shape=(3, 4), draw=COLUMNS),
    op("unravel_index", {"x": (5,)}, shape=(3, 4), draw=NUMBERS),
    op("unravel_index", {"x": (5,)}, shape=(-1, 2, 2), draw=NUMBERS),
    op("unravel_index", {"x": (5,)}, shape=(3, 4), draw=NUMBERS, dtype="int32"),
    op("unravel_index", {"x": (5,)}, draw=NUMBERS),
    op("contrib.arange_like", {"x": (3, 4)}),
    op("contrib.arange_like", {"x": (3, 4)}, start=2, step=0.5, repeat=2),
    op("contrib.arange_like", {"x": (3, 5)}, axis=-1, repeat=2),
    op("contrib.arange_like", {"x": (3, 4)}, axis=0, start=-1.5, dtype="float64"),
    op("contrib.arange_like", {"x": (3, 4)}, start=1.5, step=2.5, dtype="int32"),
    op("contrib.index_array", {"x": (3, 4)}),
    op("contrib.index_array", {"x": (3, 4, 2)}, axes=(1,)),
    op("contrib.index_array", {"x": (3, 4)}, axes=(-1, 0)),
]
