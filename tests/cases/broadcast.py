"""Cases of operators that broadcast."""

from tests.cases.case import COMPARISONS, Case, literal, op, uniform

NAN, INF = float("nan"), float("inf")
LHS = [NAN, 1, 0, 0, 1, -1, 2, -2, 5.5, -5.5, INF, 3]
RHS = [1, NAN, 0, -1, 0, 0.5, 2, -2, -2, 2, 2, 0]
EDGES = {"lhs": literal(LHS), "rhs": literal(RHS)}
TIES = {"lhs": literal([1, 2, 3, 4]), "rhs": literal([2, 3])}
WHOLE = {"lhs": literal([-7, 7, 3]), "rhs": literal([2, -2, 3, 1])}
POSITIVE = {"lhs": uniform(0.5, 2), "rhs": uniform(0.5, 2)}

ARITHMETIC = ("add", "sub", "mul", "div", "power", "maximum", "minimum", "hypot", "mod")

CASES = []
for _short in ARITHMETIC:
    _name = f"broadcast_{_short}"
    CASES += [
        op(_name, {"lhs": (3, 4), "rhs": (3, 4)}, draw=POSITIVE),
        op(_name, {"lhs": (2, 3, 4), "rhs": (4,)}, draw=POSITIVE),
        op(_name, {"lhs": (1,), "rhs": (2, 3)}, draw=POSITIVE),
        op(_name, {"lhs": (2, 1, 3), "rhs": (1, 4, 1)}, draw=POSITIVE, dtype="float64"),
        op(_name, {"lhs": (5, 1), "rhs": (1, 2)}, draw=POSITIVE, dtype="float16"),
        op(_name, {"lhs": (12,), "rhs": (12,)}, label="edges", draw=EDGES, numeric=False),
        op(_name, {"lhs": (3, 1), "rhs": (1, 4)}, label="whole", draw=WHOLE, dtype="int32"),
    ]
for _short in COMPARISONS:
    _name = f"broadcast_{_short}"
    CASES += [
        op(_name, {"lhs": (2, 2), "rhs": (2,)}, label="ties", draw=TIES, numeric=False),
        op(_name, {"lhs": (2, 2), "rhs": (2, 1)}, label="ties", draw=TIES, dtype="float16"),
        op(_name, {"lhs": (12,), "rhs": (12,)}, label="edges", draw=EDGES, numeric=False),
        op(_name, {"lhs": (3, 1), "rhs": (1, 4)}, label="whole", draw=WHOLE, dtype="int32"),
    ]
for _name in ("broadcast_maximum", "broadcast_minimum"):
    CASES.append(op(_name, {"lhs": (2, 2), "rhs": (2,)}, label="ties", draw=TIES, numeric=False))


def _output_known(mx):
    """The output's shape is known from elsewhere before one input's is complete."""
    a, b, c = (mx.sym.Variable(name) for name in "abc")
    return mx.sym.broadcast_mul(a, b, name="product") + c


CASES += [
    op("broadcast_plus", {"lhs": (2, 1), "rhs": (1, 3)}),
    op("broadcast_minus", {"lhs": (2, 1), "rhs": (1, 3)}),
    op("broadcast_add", {"lhs": (2, 1), "rhs": (1, 3)}, label="integer_gradient", dtype="int32", grad=("lhs", "rhs")),
    Case("output_known", _output_known, {"a": (2, 1), "b": (3,), "c": (2, 3)}),
    op("broadcast_to", {"data": (1, 3)}, shape=(2, 3)),
    op("broadcast_to", {"data": (2, 1, 3)}, shape=(0, 4, 0)),
    op("broadcast_to", {"data": (1, 2)}, shape=(3, 2), dtype="float64"),
    op("broadcast_to", {"data": (1, 2)}, shape=(3, 2), dtype="int32", grad=("data",)),
    op("broadcast_to", {"data": (2,)}, shape=(2,), dtype="float16"),
    op("broadcast_axis", {"data": (2, 1, 3)}, axis=1, size=4),
    op("broadcast_axis", {"data": (1, 2, 1)}, axis=(0, 2), size=(3, 2)),
    op("broadcast_axis", {"data": (2, 3)}),
    op("broadcast_axes", {"data": (1, 2)}, axis=(0,), size=(3,), dtype="float16"),
    op("broadcast_axis", {"data": (1, 2)}, axis=(0,), size=(3,), dtype="int32"),
    op("broadcast_like", {"lhs": (1, 3), "rhs": (2, 3)}),
    op("broadcast_like", {"lhs": (1, 3), "rhs": (2, 5)}, lhs_axes=(0,), rhs_axes=(-1,)),
    op("broadcast_like", {"lhs": (1, 3, 1), "rhs": (2, 5)}, lhs_axes=(0, -1), rhs_axes=(-1, 0)),
    op("broadcast_like", {"lhs": (1, 3), "rhs": (2, 3)}, dtype="float16", dtypes={"rhs": "int32"}),
    op("broadcast_like", {"lhs": (1, 3), "rhs": (2, 3)}, dtype="int32"),
]
