"""Cases of element-wise operators of two inputs of the same shape, and of sums of several."""

from tests.cases.case import COMPARISONS, Case, literal, op, uniform

NAN, INF = float("nan"), float("inf")
LHS = [NAN, 1, NAN, 0, 0, 0, 1, -1, -1, 2, -2, 2, -2, 5.5, -5.5, 5.5, -5.5, INF, 1, -INF, 3, 0, -0.0]
RHS = [1, NAN, NAN, 0, 1, -1, 0, 0, 0.5, 2, 2, -2, -2, 2, 2, -2, -2, 2, INF, 2, 0, 2, 2]
EDGES = {"lhs": literal(LHS), "rhs": literal(RHS)}
WHOLE = {"lhs": literal([-7, 7, -7, 7, 3, 3, 0, 0, 2, 5]), "rhs": literal([2, 2, -2, -2, 3, 3, 3, 4, 3, -1])}
POSITIVE = {"lhs": uniform(0.5, 2), "rhs": uniform(0.5, 2)}
EQUALS = {"lhs": literal([1, 2, 3, 0, 0, 1]), "rhs": literal([1, 3, 2, 0, 1, 0])}

ARITHMETIC = (
    "elemwise_add",
    "elemwise_sub",
    "elemwise_mul",
    "elemwise_div",
    "_internal._power",
    "_internal._maximum",
    "_internal._minimum",
    "_internal._hypot",
    "_internal._mod",
    "_internal._scatter_elemwise_div",
)

CASES = []
for _name in ARITHMETIC:
    CASES += [
        op(_name, {"lhs": (3, 4), "rhs": (3, 4)}, draw=POSITIVE),
        op(_name, {"lhs": (2, 1, 3), "rhs": (2, 1, 3)}, draw=POSITIVE, dtype="float64"),
        op(_name, {"lhs": (5,), "rhs": (5,)}, draw=POSITIVE, dtype="float16"),
        op(_name, {"lhs": (23,), "rhs": (23,)}, label="edges", draw=EDGES, numeric=False),
        op(_name, {"lhs": (10,), "rhs": (10,)}, label="whole", draw=WHOLE, dtype="int32"),
    ]
for _name in [f"_internal._{_short}" for _short in COMPARISONS]:
    CASES += [
        op(_name, {"lhs": (6,), "rhs": (6,)}, label="equals", draw=EQUALS, numeric=False),
        op(_name, {"lhs": (6,), "rhs": (6,)}, label="equals", draw=EQUALS, dtype="float16"),
        op(_name, {"lhs": (23,), "rhs": (23,)}, label="edges", draw=EDGES, numeric=False),
        op(_name, {"lhs": (10,), "rhs": (10,)}, label="whole", draw=WHOLE, dtype="int32"),
    ]
for _name in ("elemwise_add", "elemwise_sub", "elemwise_mul", "_internal._maximum", "_internal._minimum"):
    CASES.append(
        op(
            _name,
            {"lhs": (10,), "rhs": (10,)},
            label="integer_gradient",
            draw=WHOLE,
            dtype="int32",
            grad=("lhs", "rhs"),
        )
    )

CASES += [
    op("_internal._grad_add", {"lhs": (2, 3), "rhs": (2, 3)}, grad="null"),
    op("_internal._grad_add", {"lhs": (3,), "rhs": (3,)}, grad="null", dtype="float16"),
    op("_internal._grad_add", {"lhs": (10,), "rhs": (10,)}, grad="null", draw=WHOLE, dtype="int32"),
    op("_internal._Plus", {"lhs": (2, 3), "rhs": (2, 3)}),
    op("_internal._identity_with_attr_like_rhs", {"lhs": (2, 3), "rhs": (2, 3)}),
    op("_internal._identity_with_attr_like_rhs", {"lhs": (3,), "rhs": (3,)}, dtype="float64"),
    op("_internal._identity_with_attr_like_rhs", {"lhs": (3,), "rhs": (3,)}, dtype="float16"),
    op("_internal._identity_with_attr_like_rhs", {"lhs": (3,), "rhs": (3,)}, dtype="bool", grad="null"),
    op("add_n", {"a": (2, 3), "b": (2, 3), "c": (2, 3)}),
    op("add_n", {"a": (2, 3)}),
    op("ElementWiseSum", {"a": (3,), "b": (3,)}, dtype="float64"),
    op("add_n", {"a": (3,), "b": (3,)}, dtype="float16"),
    op("add_n", {"a": (3,), "b": (3,)}, dtype="int32", grad=("a", "b")),
]


def _operators(mx):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return mx.sym.Group([a + b, a - b, a * b, a / b, a**b, a % b, a == b, a != b, a > b, a >= b, a < b, a <= b])


def _square(mx):
    a = mx.sym.Variable("a")
    return mx.sym.elemwise_mul(a, a, name="square")


def _one_side_blocked(mx):
    """A gradient that flows to one of two integer inputs only."""
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return mx.sym.BlockGrad(a) * b + mx.sym.argsort(a, dtype="int32")


def _inferred_backwards(mx):
    a, b, c = (mx.sym.Variable(name) for name in "abc")
    return mx.sym.elemwise_add(mx.sym.exp(a, name="e") * b, c, name="sum")


SIDES = {"a": literal([3, -1, 2, 5]), "b": literal([1, 2, 3, 4])}
CASES += [
    Case("operators/float32", _operators, {"a": (2, 3), "b": (2, 3)}, draw={"a": uniform(0.5, 2), "b": uniform(3, 4)}),
    Case(
        "operators/int32",
        _operators,
        {"a": (10,), "b": (10,)},
        dtype="int32",
        draw=dict(zip("ab", WHOLE.values(), strict=True)),
    ),
    Case("product_with_itself", _square, {"a": (2, 3)}),
    Case("inferred_backwards", _inferred_backwards, {"c": (2, 3)}),
    Case(
        "integers_one_side_blocked", _one_side_blocked, {"a": (4,), "b": (4,)}, dtype="int32", draw=SIDES, grad=("b",)
    ),
]
