"""Cases of element-wise mathematics of one input."""

from tests.cases.case import literal, op, uniform

NAN, INF = float("nan"), float("inf")
EDGES = [NAN, INF, -INF, -0.0, 0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, -1.5]
FINITE = [NAN, 0.5, -0.5, 1, 1.5, -1.5, 2.5]

# Per operator: interval of ordinary inputs, edges, and whole numbers whose image is one (or safely between two).
DOMAINS = {
    "abs": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "sign": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "negative": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "reciprocal": ((0.5, 2), EDGES, [-1, 1, 2, 3]),
    "rint": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "round": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "ceil": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "floor": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "trunc": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "fix": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "square": ((-2, 2), EDGES, [-3, -1, 0, 1, 7]),
    "sqrt": ((0.2, 3), EDGES, [0, 1, 2, 4, 99]),
    "rsqrt": ((0.2, 3), EDGES, [1, 2, 4]),
    "cbrt": ((0.2, 3), EDGES, [-8, 0, 1, 26, 27]),
    "rcbrt": ((0.2, 3), EDGES, [-1, 1, 8]),
    "exp": ((-2, 2), EDGES, [-3, 0, 1, 2, 7]),
    "expm1": ((-2, 2), EDGES, [-3, 0, 1, 2, 7]),
    "log": ((0.2, 3), EDGES, [1, 2, 3, 100]),
    "log10": ((0.2, 3), EDGES, [1, 9, 10, 1000]),
    "log2": ((0.2, 3), EDGES, [1, 2, 7, 8, 128]),
    "log1p": ((-0.5, 3), EDGES, [0, 1, 2, 100]),
    "sin": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "cos": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "tan": ((-1, 1), EDGES, [-1, 0, 1, 2]),
    "arcsin": ((-0.9, 0.9), EDGES, [-1, 0, 1]),
    "arccos": ((-0.9, 0.9), EDGES, [-1, 0, 1]),
    "arctan": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "sinh": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "cosh": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "tanh": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "arcsinh": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "arccosh": ((1.2, 3), EDGES, [1, 2, 9]),
    "arctanh": ((-0.9, 0.9), EDGES, [0]),
    "degrees": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "radians": ((-90, 90), EDGES, [-180, 0, 60, 400]),
    "erf": ((-2, 2), EDGES, [-3, 0, 1, 7]),
    "erfinv": ((-0.9, 0.9), EDGES, [0]),
    "gamma": ((0.5, 4), FINITE, [1, 2, 3, 6]),
    "gammaln": ((0.5, 4), FINITE, [1, 4, 7]),
    "logical_not": ((-2, 2), EDGES, [-3, 0, 1]),
}

CASES = []
for _name, ((_low, _high), _edges, _whole) in DOMAINS.items():
    _draw = {"data": uniform(_low, _high)}
    CASES += [
        op(_name, {"data": (3, 4)}, draw=_draw),
        op(_name, {"data": (2, 1, 3)}, draw=_draw, dtype="float64"),
        op(_name, {"data": (5,)}, draw=_draw, dtype="float16"),
        op(_name, {"data": (len(_edges),)}, label="edges", draw={"data": literal(_edges)}, numeric=False),
        op(_name, {"data": (len(_whole),)}, label="whole", draw={"data": literal(_whole)}, dtype="int32"),
    ]

_WHOLE = {"data": literal([-3, 0, 1, 2, 7])}
_LIMITS = {"data": literal([NAN, -2, -1, -0.25, 0, 0.5, 1, 2])}
CASES += [
    op("square", {"data": (5,)}, label="integer_gradient", draw=_WHOLE, dtype="int32", grad=("data",)),
    op("negative", {"data": (5,)}, label="integer_gradient", draw=_WHOLE, dtype="int64", grad=("data",)),
    op("abs", {"data": (5,)}, label="integer_gradient", draw=_WHOLE, dtype="int32", grad=("data",)),
    op("negative", {"data": (2,)}, label="wraps", draw={"data": literal([3, 0])}, dtype="uint8"),
    op("square", {"data": (2,)}, label="wraps", draw={"data": literal([100, 2])}, dtype="int8"),
    op("exp", {"data": (2,)}, label="precise", draw={"data": literal([25, 18])}, dtype="int64", rtol=0, atol=0),
    *(
        op(_name, {"data": (3,)}, label="precise", draw={"data": literal([20, 13, 5])}, dtype="int32", rtol=0, atol=0)
        for _name in ("exp", "expm1", "sinh", "cosh", "tanh", "erf", "sigmoid")
    ),
    *(
        op(_name, {"data": (4,)}, label="poles", draw={"data": literal([0, -2, 3, -0.5])}, numeric=False)
        for _name in ("gamma", "gammaln")
    ),
    *(
        op(_name, {"data": (3,)}, label="undefined", draw={"data": literal([0, -2, 1])}, dtype=_dtype)
        for _name in ("log", "rsqrt", "reciprocal", "gammaln")
        for _dtype in ("int32", "int64", "int8")
    ),
    op("clip", {"data": (5,)}, label="beyond", draw=_WHOLE, dtype="int8", grad=("data",), a_min=-1e10, a_max=1000),
    op("clip", {"data": (5,)}, label="half", draw=_WHOLE, dtype="int64", grad=("data",), a_min=0.5, a_max=float("inf")),
    op("clip", {"data": (3, 4)}, a_min=-1, a_max=0.5),
    op("clip", {"data": (8,)}, label="edges", draw=_LIMITS, numeric=False, a_min=-1, a_max=1),
    op("clip", {"data": (8,)}, label="crossed", draw=_LIMITS, numeric=False, a_min=1, a_max=-1),
    op("clip", {"data": (5,)}, label="integer", draw=_WHOLE, dtype="int32", grad=("data",), a_min=-0.5, a_max=1.5),
    op("clip", {"data": (4,)}, dtype="float16", a_min=0, a_max=1),
    op("smooth_l1", {"data": (3, 4)}),
    op("smooth_l1", {"data": (3, 4)}, scalar=2.0),
    op("smooth_l1", {"data": (8,)}, label="edges", draw=_LIMITS, numeric=False, scalar=0.5),
    op("smooth_l1", {"data": (13,)}, label="infinite", draw={"data": literal(EDGES)}, numeric=False),
    op("smooth_l1", {"data": (5,)}, label="whole", draw=_WHOLE, dtype="int32", scalar=2),
    op("smooth_l1", {"data": (5,)}, label="fraction_of_whole", draw=_WHOLE, dtype="int32", scalar=0.5),
    op("smooth_l1", {"data": (4,)}, dtype="float16", scalar=1.5),
    op("contrib.quadratic", {"data": (3, 4)}, a=1.5, b=-0.5, c=0.25),
    op("contrib.quadratic", {"data": (5,)}),
    op("contrib.quadratic", {"data": (2, 1, 3)}, b=2.0, dtype="float64"),
    op("contrib.quadratic", {"data": (5,)}, draw=_WHOLE, a=1.5, b=0.5, c=0.25, dtype="int32", grad=("data",)),
    op("contrib.quadratic", {"data": (4,)}, a=0.5, dtype="float16"),
    op("contrib.quadratic", {"data": (3,)}, a=0.5, dtype="bool"),
    op("exp", {"data": (3,)}, label="wraps", draw={"data": literal([5, 6, 1])}, dtype="int8"),
    op(
        "square",
        {"data": (3,)},
        label="gradient_wraps",
        draw={"data": literal([100, -90, 2])},
        dtype="int8",
        grad=("data",),
    ),
    op("contrib.quadratic", {"data": (3,)}, label="wraps", draw={"data": literal([1, 2, 3])}, a=-2, dtype="uint8"),
]
