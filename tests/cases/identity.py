"""Cases of operators that hand on their input or its shape."""

from tests.cases.case import Case, literal, op

BOOLS = {"data": literal([1, 0, 1])}


def _one_of_two_paths(mx):
    x = mx.sym.Variable("x")
    return mx.sym.BlockGrad(x * 2, name="blocked") + x * 3


CASES = [
    op("identity", {"data": (2, 3)}),
    op("_internal._copy", {"data": (3,)}, dtype="float16"),
    op("_internal._copy", {"data": (3,)}, dtype="bool", draw=BOOLS),
    op("_internal._copy", {"data": (3,)}, dtype="int32", grad=("data",)),
    op("BlockGrad", {"data": (2, 3)}, numeric=False),
    op("stop_gradient", {"data": (2, 3)}, dtype="float64", numeric=False),
    op("BlockGrad", {"data": (3,)}, dtype="bool", draw=BOOLS),
    Case("BlockGrad/one_of_two_paths", _one_of_two_paths, {"x": (2, 3)}, numeric=False),
    op("make_loss", {"data": (2, 3)}, numeric=False),
    op("make_loss", {"data": (3,)}, dtype="float16"),
    op("make_loss", {"data": (3,)}, dtype="int32", grad=("data",)),
    Case(
        "make_loss/after_square",
        lambda mx: mx.sym.make_loss(mx.sym.square(mx.sym.Variable("x"), name="s"), name="l"),
        {"x": (2, 3)},
        dtype="float64",
        numeric=False,
    ),
    op("ones_like", {"data": (2, 3)}),
    op("ones_like", {"data": (2, 3)}, dtype="int32"),
    op("ones_like", {"data": (3,)}, dtype="bool", draw=BOOLS),
    op("zeros_like", {"data": (2, 3)}),
    op("zeros_like", {"data": (2, 3)}, dtype="float16"),
    op("zeros_like", {"data": (2, 3)}, dtype="int64"),
    op("shape_array", {"data": (2, 3, 4)}),
    op("shape_array", {"data": (5,)}, dtype="float16"),
    op("shape_array", {"data": (1, 2)}, dtype="int32"),
    op("size_array", {"data": (2, 3, 4)}),
    op("size_array", {"data": (5,)}, dtype="float64"),
    op("size_array", {"data": (1, 2)}, dtype="uint8", draw={"data": literal([1, 2])}),
]
