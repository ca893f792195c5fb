"""Cases of activation functions, by name and as element-wise operators."""

from tests.cases.case import literal, op, uniform

NAN, INF = float("nan"), float("inf")
EDGES = {"data": literal([NAN, 0, -0.0, 1, -1, 30, 100, -100])}
INFINITE = {"data": literal([NAN, INF, -INF, 0, 1, -1])}
WHOLE = {"data": literal([-3, 0, 1, 7])}
TYPES = ("relu", "sigmoid", "softrelu", "softsign", "tanh")

CASES = []
for _name in ("relu", "sigmoid", "softsign"):
    CASES += [
        op(_name, {"data": (3, 4)}),
        op(_name, {"data": (2, 1, 3)}, dtype="float64"),
        op(_name, {"data": (5,)}, dtype="float16"),
        op(_name, {"data": (8,)}, label="edges", draw=EDGES, numeric=False),
        op(_name, {"data": (4,)}, label="whole", draw=WHOLE, dtype="int32"),
    ]
CASES += [
    op("relu", {"data": (6,)}, label="infinite", draw=INFINITE, numeric=False),
    op("relu", {"data": (4,)}, label="integer_gradient", draw=WHOLE, dtype="int32", grad=("data",)),
    op("sigmoid", {"data": (6,)}, label="infinite", draw=INFINITE, numeric=False),
]
# oneDNN's relu maps NaN to 0, MXNet's own kernel does not: the edges leave NaN out there.
_ORDINARY = {"data": literal([0, -0.0, 1, -1, 30, 100, -100, 0.5])}
for _type in TYPES:
    CASES += [
        op("Activation", {"data": (3, 4)}, act_type=_type),
        op("Activation", {"data": (2, 3, 2, 2)}, act_type=_type, dtype="float64"),
        op("Activation", {"data": (5,)}, act_type=_type, dtype="float16"),
        op("Activation", {"data": (8,)}, act_type=_type, variant="edges", draw=_ORDINARY, numeric=False),
    ]
CASES += [
    op("hard_sigmoid", {"data": (3, 4)}, draw={"data": uniform(-4, 4)}),
    op("hard_sigmoid", {"data": (3, 4)}, alpha=0.5, beta=0.1),
    op("hard_sigmoid", {"data": (5,)}, alpha=0.3, dtype="float16"),
    op("hard_sigmoid", {"data": (5,)}, beta=0.25, dtype="float64"),
    op(
        "hard_sigmoid",
        {"data": (6,)},
        label="edges",
        draw={"data": literal([NAN, -10, -2.5, 0, 2.5, 3])},
        numeric=False,
    ),
    op(
        "Activation",
        {"data": (3,)},
        act_type="softsign",
        draw={"data": literal([float("inf"), float("-inf"), 0])},
        label="softsign_infinite",
        numeric=False,
    ),
    op(
        "softsign",
        {"data": (3,)},
        draw={"data": literal([float("inf"), float("-inf"), 0])},
        label="infinite",
        numeric=False,
    ),
]
