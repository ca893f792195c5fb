"""Cases of operators whose gradient is set apart from their value."""

from tests.cases.case import integers, literal, op

TIES = {"x": literal([-1.5, -0.5, 0, 0.5, 1.5, 2.5, "nan", 0.3, -0.7])}
WHOLE = {"x": integers(-5, 6)}


def straight_through(name):
    return [
        op(name, {"x": (2, 3)}, numeric=False),
        op(name, {"x": (9,)}, draw=TIES, numeric=False),
        op(name, {"x": (2, 3)}, dtype="float64", numeric=False),
        op(name, {"x": (2, 3)}, dtype="float16", numeric=False),
        op(name, {"x": (2, 3)}, dtype="int32", draw=WHOLE, grad=("x",), numeric=False),
        op(name, {"x": (2, 3)}, dtype="bool"),
    ]


CASES = [
    *straight_through("contrib.round_ste"),
    *straight_through("contrib.sign_ste"),
    op("contrib.gradientmultiplier", {"x": (2, 3)}, scalar=-0.5, numeric=False),
    op("contrib.gradientmultiplier", {"x": (4,)}, numeric=False),
    op("contrib.gradientmultiplier", {"x": (2, 3)}, scalar=2.5, dtype="float64", numeric=False),
    op("contrib.gradientmultiplier", {"x": (2, 3)}, scalar=2.5, dtype="float16", numeric=False),
    op("contrib.gradientmultiplier", {"x": (2, 3)}, scalar=2.5, dtype="int32", grad=("x",), numeric=False),
    op("contrib.gradientmultiplier", {"x": (9,)}, scalar=2.5, is_int=False, dtype="int32", grad=("x",), numeric=False),
    op("contrib.gradientmultiplier", {"x": (9,)}, scalar=0.9, is_int=False, dtype="int64", grad=("x",), numeric=False),
    op("contrib.gradientmultiplier", {"x": (3,)}, dtype="bool", grad="null"),
    op("contrib.backward_gradientmultiplier", {"x": (2, 3)}, scalar=-0.5, grad="null"),
    op("contrib.backward_gradientmultiplier", {"x": (2, 3)}, scalar=2.5, dtype="int32", draw=WHOLE, grad="null"),
    op("contrib.backward_gradientmultiplier", {"x": (6,)}, scalar=2.5, is_int=False, dtype="int32", grad="null"),
    op("contrib.backward_gradientmultiplier", {"x": (3,)}, scalar=2.5, dtype="bool", grad="null"),
]
