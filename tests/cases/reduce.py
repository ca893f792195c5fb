"""Cases of reductions."""

from tests.cases.case import Case, distinct, literal, op, uniform

NAN, INF = float("nan"), float("inf")
TIES = {"data": literal([[1, 2, 2], [3, NAN, 0], [0, 0, 4]])}
WHOLE = {"data": literal([[1, 2, 2], [-3, -4, 1]])}
NANS = {"data": literal([NAN, NAN, 1, NAN, 3, 2])}
INFINITE = {"data": literal([INF, 1, -INF, 2, -INF, -INF])}

FOLDS = ("sum", "mean", "prod", "nansum", "nanprod", "max", "min")
AXES = (
    {},
    {"axis": 1},
    {"axis": -1, "keepdims": True},
    {"axis": (0, 2)},
    {"axis": (2, 0), "keepdims": True},
    {"axis": ()},
    {"axis": 0, "exclude": True},
    {"axis": (-1, 1), "exclude": True, "keepdims": True},
    {"axis": (), "exclude": True},
    {"keepdims": True},
)

CASES = []
for _name in FOLDS:
    _draw = {"data": distinct if _name in ("max", "min") else uniform(0.5, 1.5)}
    CASES += [op(_name, {"data": (2, 3, 4)}, draw=_draw, **_axes) for _axes in AXES]
    CASES += [
        op(_name, {"data": (3,)}, axis=0, exclude=True),
        op(_name, {"data": (2, 3)}, draw=_draw, dtype="float64"),
        op(_name, {"data": (2, 3)}, draw=_draw, axis=1, dtype="float16"),
        op(_name, {"data": (3, 3)}, label="ties", draw=TIES, axis=1, numeric=False),
        op(_name, {"data": (3, 3)}, label="ties_all", draw=TIES, numeric=False),
        op(_name, {"data": (3, 2)}, label="nan", draw=NANS, axis=1, numeric=False),
        op(_name, {"data": (2, 3)}, label="whole", draw=WHOLE, axis=1, dtype="int32"),
    ]
for _name in ("sum", "prod", "max", "min"):
    CASES.append(op(_name, {"data": (3, 2)}, label="infinite", draw=INFINITE, axis=1, numeric=False))
for _name in ("sum", "max", "min"):
    CASES.append(
        op(_name, {"data": (2, 3)}, label="integer_gradient", draw=WHOLE, axis=1, dtype="int32", grad=("data",))
    )

_BOOLS = {"data": literal([[1, 0], [0, 0]])}
CASES += [
    op("sum_axis", {"data": (2, 3)}, axis=1),
    op("max_axis", {"data": (2, 3)}, draw={"data": distinct}, axis=1),
    op("min_axis", {"data": (2, 3)}, draw={"data": distinct}, axis=1),
    op("sum", {"data": (2,)}, label="wraps", draw={"data": literal([100, 100])}, dtype="int8"),
    op("sum", {"data": (2, 2)}, label="any", draw=_BOOLS, axis=1, dtype="bool"),
    op("max", {"data": (2, 2)}, label="any", draw=_BOOLS, axis=1, dtype="bool"),
    op("mean", {"data": (3,)}, label="truncated", draw={"data": literal([-1, -2, -2])}, dtype="int64"),
    op("sum", {"data": (5000,)}, label="many", dtype="float16", draw={"data": uniform(0, 0.01)}),
]

NORM_AXES = (
    {},
    {"axis": 1},
    {"axis": -1, "keepdims": True},
    {"axis": (0, 2)},
    {"axis": ()},
    {"keepdims": True},
    {"ord": 1},
    {"ord": 1, "axis": 1},
    {"ord": 1, "axis": (0, 1), "keepdims": True},
    {"ord": 2, "axis": (0, 1, 2)},
)
_SIGNS = {"data": literal([[1, -2, 0], [0, 0, 0], [3, 4, NAN]])}
CASES += [op("norm", {"data": (2, 3, 4)}, **_axes) for _axes in NORM_AXES]
CASES += [
    op("norm", {"data": (3, 3)}, label="edges,1", draw=_SIGNS, ord=1, axis=1, numeric=False),
    op("norm", {"data": (3, 3)}, label="edges,2", draw=_SIGNS, ord=2, axis=1, numeric=False),
    op("norm", {"data": (2,)}, label="huge", draw={"data": literal([3e30, 4e30])}, rtol=1e-5, numeric=False),
    op("norm", {"data": (2,)}, label="tiny", draw={"data": literal([3e-30, 4e-30])}, atol=1e-35, numeric=False),
    op("norm", {"data": (2, 3)}, axis=1, dtype="float64"),
    op("norm", {"data": (2,)}, label="large", draw={"data": literal([300, 400])}, dtype="float16"),
    op("norm", {"data": (2, 3)}, axis=1, out_dtype="float32"),
    op("norm", {"data": (2, 3)}, label="whole", draw=WHOLE, ord=1, dtype="int32"),
]

_SEARCH = (
    {},
    {"axis": 1},
    {"axis": -1, "keepdims": True},
    {"axis": 0},
    {"keepdims": True},
    {"axis": None},
)
_FIRST = {"data": literal([[1, 3, 3, -1], [NAN, 1, NAN, 0], [-1, 2, -1, 2]])}
for _name in ("argmax", "argmin"):
    CASES += [op(_name, {"data": (2, 3, 4)}, draw={"data": distinct}, numeric=False, **_axes) for _axes in _SEARCH]
    CASES += [
        op(_name, {"data": (3, 4)}, label="first", draw=_FIRST, axis=1, numeric=False),
        op(_name, {"data": (3, 4)}, label="first_of_all", draw=_FIRST, numeric=False),
        op(_name, {"data": (2, 3)}, axis=1, draw=WHOLE, dtype="int32"),
        op(_name, {"data": (2, 3)}, axis=1, dtype="float64", numeric=False),
        op(_name, {"data": (2, 3)}, axis=1, dtype="float16"),
    ]
CASES += [
    op("argmax_channel", {"data": (3, 4)}, grad="null"),
    op("argmax_channel", {"data": (2, 3, 4)}, grad="null", dtype="float64"),
    op("argmax_channel", {"data": (2, 3)}, grad="null", draw=WHOLE, dtype="int32"),
    op("moments", {"data": (2, 3, 4)}, axes=1),
    op("moments", {"data": (2, 3, 4)}, axes=(0, -1), keepdims=True),
    op("moments", {"data": (2, 3)}, axes=(0, 1)),
    op("moments", {"data": (2, 3)}, axes=(0, 1), dtype="float64"),
    op("moments", {"data": (2, 3)}, axes=-1, dtype="float16"),
    op("moments", {"data": (2, 3)}, label="whole", axes=1, draw={"data": literal([1, 3, 3, 0, 1, 0])}, dtype="int32"),
]


def _softmax_by_hand(mx):
    x = mx.sym.Variable("x")
    shifted = mx.sym.broadcast_sub(x, mx.sym.max(x, axis=1, keepdims=True, name="top"), name="shifted")
    powers = mx.sym.exp(shifted, name="powers")
    return mx.sym.broadcast_div(powers, mx.sym.sum(powers, axis=1, keepdims=True, name="total"), name="softmax")


CASES.append(Case("softmax_by_hand", _softmax_by_hand, {"x": (3, 4)}, draw={"x": distinct}))
CASES += [
    op("mean", {"data": (2, 2)}, label="any", draw=_BOOLS, axis=1, dtype="bool"),
    *[op(name, {"data": (2, 2)}, label="any", draw=_BOOLS, axis=1, dtype="bool") for name in ("nansum", "nanprod")],
]
