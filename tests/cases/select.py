"""Cases of selection by a condition."""

from tests.cases.case import Case, integers, literal, op

NAN = float("nan")
MIXED = {"condition": literal([[1, 0, -1], [0, NAN, 2]])}
BITS = {"condition": integers(0, 2)}


def _inferred(mx):
    condition, x, y = (mx.sym.Variable(name) for name in ("condition", "x", "y"))
    return mx.sym.where(condition, x, y, name="where")


CASES = [
    op("where", {"condition": (2, 3), "x": (2, 3), "y": (2, 3)}, draw=MIXED),
    op("where", {"condition": (2,), "x": (2, 3), "y": (2, 3)}, draw={"condition": literal([1, 0])}),
    op("where", {"condition": (2, 1), "x": (2, 3), "y": (2, 3)}, draw={"condition": literal([0, 1])}),
    op("where", {"condition": (4,), "x": (4,), "y": (4,)}, draw=BITS, dtypes={"condition": "int32"}),
    op("where", {"condition": (2, 3), "x": (2, 3), "y": (2, 3)}, draw=BITS, dtype="float16"),
    op("where", {"condition": (2, 3), "x": (2, 3), "y": (2, 3)}, draw=BITS, dtype="float64"),
    op("where", {"condition": (3,), "x": (3, 2, 2), "y": (3, 2, 2)}, draw=BITS, dtypes={"condition": "uint8"}),
    op("where", {"condition": (5,), "x": (5,), "y": (5,)}, draw=BITS, dtype="int32", grad=("x", "y")),
    Case("where/y_inferred", _inferred, {"condition": (2,), "x": (2, 3)}, draw=BITS),
]
