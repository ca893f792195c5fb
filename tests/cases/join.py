"""Cases of operators that put arrays together."""

from tests.cases.case import Case, integers, op

WHOLE = {"x": integers(-9, 9), "y": integers(-9, 9)}

CASES = [
    op("Concat", {"x": (2, 3), "y": (2, 4)}),
    op("Concat", {"x": (2, 3), "y": (4, 3)}, dim=0),
    op("Concat", {"x": (2, 3, 1), "y": (2, 3, 2), "z": (2, 3, 3)}, dim=-1),
    op("Concat", {"x": (2, 3)}),
    op("concat", {"x": (2,), "y": (3,)}, dim=0, dtype="float64"),
    op("concat", {"x": (2, 3), "y": (2, 1)}, dtype="int32", draw=WHOLE, grad=("x", "y")),
    op("Concat", {"x": (2, 3), "y": (3, 4)}),
    op("Concat", {"x": (2, 3), "y": (2,)}),
    op("Concat", {"x": (2, 3), "y": (2, 3)}, dim=2),
    Case("Concat/same_twice", lambda mx: mx.sym.Concat(*[mx.sym.Variable("x")] * 2, dim=0, name="op"), {"x": (2, 3)}),
    op("stack", {"x": (2, 3), "y": (2, 3)}),
    op("stack", {"x": (2, 3), "y": (2, 3)}, axis=1),
    op("stack", {"x": (2, 3), "y": (2, 3), "z": (2, 3)}, axis=-1),
    op("stack", {"x": (2, 3)}, axis=-3),
    op("stack", {"x": (2, 3), "y": (2, 3)}, dtype="int32", draw=WHOLE, grad=("x", "y")),
    op("stack", {"x": (2, 3), "y": (2, 3)}, axis=3),
    op("_internal._rnn_param_concat", {"x": (4,), "y": (5,)}, dim=0),
    op("_internal._rnn_param_concat", {"x": (2, 3), "y": (2, 4)}),
    op("_internal._rnn_param_concat", {"x": (4,), "y": (5,), "z": (1,)}, dim=0, dtype="float64"),
]
