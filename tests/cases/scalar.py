"""Cases of element-wise operators of a tensor and a number."""

from tests.cases.case import COMPARISONS, Case, literal, op, uniform

NAN, INF = float("nan"), float("inf")
EDGES = {"data": literal([NAN, 0, -0.0, 1, -1, 2, -2, 5.5, -5.5, INF])}
WHOLE = {"data": literal([-7, -2, 1, 2, 3, 7])}
POSITIVE = {"data": uniform(0.5, 2)}

ARITHMETIC = (
    "plus",
    "minus",
    "rminus",
    "mul",
    "div",
    "rdiv",
    "mod",
    "rmod",
    "power",
    "rpower",
    "maximum",
    "minimum",
    "hypot",
)

CASES = []
for _short in ARITHMETIC:
    _name = f"_internal._{_short}_scalar"
    CASES += [
        op(_name, {"data": (3, 4)}, draw=POSITIVE, scalar=1.7),
        op(_name, {"data": (2, 1, 3)}, draw=POSITIVE, dtype="float64", scalar=0.3),
        op(_name, {"data": (5,)}, draw=POSITIVE, dtype="float16", scalar=2.5),
        op(_name, {"data": (3,)}, draw=POSITIVE, variant="default"),
        op(_name, {"data": (6,)}, label="whole", draw=WHOLE, dtype="int32", scalar=2.7),
    ]
    CASES += [
        op(_name, {"data": (10,)}, label=f"edges,{number}", draw=EDGES, numeric=False, scalar=number)
        for number in (2, -2.0, 0)
    ]
for _short in COMPARISONS:
    _name = f"_internal._{_short}_scalar"
    CASES += [
        op(_name, {"data": (10,)}, label="edges", draw=EDGES, numeric=False, scalar=2.0),
        op(_name, {"data": (10,)}, label="zero", draw=EDGES, numeric=False, scalar=0),
        op(_name, {"data": (10,)}, label="edges", draw=EDGES, dtype="float16", scalar=5.5),
        op(_name, {"data": (6,)}, label="whole", draw=WHOLE, dtype="int32", scalar=2.7),
        op(_name, {"data": (2,)}, label="bool", draw={"data": literal([1, 0])}, dtype="bool", scalar=1),
    ]
for _short in ("plus", "minus", "rminus", "maximum", "minimum"):
    CASES.append(
        op(
            f"_internal._{_short}_scalar",
            {"data": (6,)},
            label="integer_gradient",
            draw=WHOLE,
            dtype="int32",
            grad=("data",),
            scalar=2,
        )
    )

_BYTES = {"data": literal([250, 1])}
_CLOSE = {"data": literal([0.1])}
CASES += [
    op("_internal._PlusScalar", {"data": (2, 3)}, scalar=3),
    op("_internal._plus_scalar", {"data": (2,)}, draw=_BYTES, dtype="uint8", scalar=10),
    op("_internal._plus_scalar", {"data": (2,)}, draw=_BYTES, dtype="uint8", scalar=-1),
    op("_internal._plus_scalar", {"data": (2,)}, draw=_BYTES, dtype="uint8", scalar=300),
    op("_internal._mul_scalar", {"data": (2,)}, draw={"data": literal([100, 1])}, dtype="int8", scalar=3),
    op("_internal._plus_scalar", {"data": (2,)}, draw={"data": literal([1, 0])}, dtype="bool", scalar=2),
    op("_internal._plus_scalar", {"data": (6,)}, draw=WHOLE, dtype="int32", scalar=2.7, is_int=False),
    op("_internal._div_scalar", {"data": (6,)}, draw=WHOLE, dtype="int64", scalar=2.7, is_int=False),
    op("_internal._equal_scalar", {"data": (6,)}, draw=WHOLE, dtype="int32", scalar=2.5, is_int=False),
    op("_internal._plus_scalar", {"data": (2,)}, dtype="float32", scalar=2.7, is_int=False),
    op("_internal._equal_scalar", {"data": (1,)}, draw=_CLOSE, label="rounded", scalar=0.1, numeric=False),
    op("_internal._equal_scalar", {"data": (1,)}, draw=_CLOSE, label="rounded", dtype="float16", scalar=0.1),
    op("_internal._scatter_plus_scalar", {"data": (2, 3)}, scalar=2),
    op("_internal._scatter_plus_scalar", {"data": (3,)}, scalar=0.5, dtype="float64"),
    op("_internal._scatter_plus_scalar", {"data": (6,)}, draw=WHOLE, scalar=2.7, dtype="int32"),
    op("_internal._scatter_minus_scalar", {"data": (2, 3)}, scalar=2),
    op("_internal._scatter_minus_scalar", {"data": (3,)}, scalar=0.5, dtype="float64"),
    op("_internal._scatter_minus_scalar", {"data": (6,)}, draw=WHOLE, scalar=2.7, dtype="int32"),
]


def _operators(mx):
    a = mx.sym.Variable("a")
    sides = [a + 1, 1 + a, a - 1, 1 - a, a * 2, 2 * a, a / 2, 2 / a, a % 2, 7 % a, a**2, 2**a, -a]
    number_first = [2 > a, 2 <= a]
    return mx.sym.Group([*sides, a == 2, a != 2, a > 2, a >= 2, a < 2, a <= 2, *number_first])


def _chain(mx):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return (1 - a * 0.5) ** 2.0 / 3 + b


CASES += [
    Case("operators/float32", _operators, {"a": (2, 3)}, draw={"a": uniform(0.5, 3)}),
    Case("operators/int32", _operators, {"a": (6,)}, dtype="int32", draw={"a": literal([-7, -2, 1, 2, 3, 7])}),
    Case("chain_inferred_backwards", _chain, {"b": (2, 3)}),
]
