"""Cases of numbers that sum up whole arrays."""

from tests.cases.case import Case, literal, op, uniform

PAIR = {"x": (2, 3), "y": (4,)}
INF, NAN = float("inf"), float("nan")


def quiet(name, shapes, **options):
    return op(name, shapes, grad="null", **options)


def close(label, a, b, dtype="float32", options=(), grad="null", **settings):
    """A comparison of given numbers; its tolerances are named like those of a case."""
    given = dict(options)
    return Case(
        f"contrib.allclose/{label}",
        lambda mx: mx.sym.contrib.allclose(mx.sym.Variable("a"), mx.sym.Variable("b"), name="op", **given),
        {"a": (len(a),), "b": (len(b),)},
        draw={"a": literal(a), "b": literal(b)},
        dtype=dtype,
        grad=grad,
        **settings,
    )


CASES = [
    quiet("all_finite", {"x": (2, 3)}),
    quiet("all_finite", {"x": (2,)}, draw={"x": literal([1, "nan"])}, variant="nan"),
    quiet("all_finite", {"x": (2,)}, draw={"x": literal([1, "-inf"])}, init_output=False),
    quiet("all_finite", {"x": (2, 3)}, dtype="float64"),
    quiet("all_finite", {"x": (2, 3)}, dtype="float16"),
    quiet("all_finite", {"x": (2, 3)}, dtype="int32"),
    op("all_finite", {"x": (2, 3)}, variant="gradient"),
    quiet("multi_all_finite", PAIR, num_arrays=2),
    quiet("multi_all_finite", PAIR, num_arrays=2, draw={"y": literal([1, 2, 3, "inf"])}, variant="inf"),
    quiet("multi_all_finite", {"x": (2, 3)}, num_arrays=1, init_output=True, dtype="float64"),
    quiet("multi_all_finite", PAIR, num_arrays=2, dtype="float16"),
    quiet("multi_all_finite", PAIR, num_arrays=2, dtype="uint8"),
    quiet("multi_sum_sq", PAIR, num_arrays=2),
    quiet("multi_sum_sq", {"x": (2, 3)}, num_arrays=1, dtype="float64"),
    quiet("multi_sum_sq", {"x": (2, 3), "y": (1,), "z": (2, 2, 2)}, num_arrays=3),
    quiet("multi_sum_sq", {"x": (4,)}, num_arrays=1, dtype="float16", draw={"x": uniform(100, 200)}),
    quiet("multi_sum_sq", PAIR, num_arrays=2, dtypes={"y": "float64"}, variant="mixed"),
    quiet("multi_sum_sq", PAIR, num_arrays=2, dtype="int32"),
    op("multi_sum_sq", PAIR, num_arrays=2, variant="gradient"),
    close("equal", [1, 2, 3], [1, 2, 3]),
    close("different", [1, 2, 3], [1, 2, 3.1]),
    close("absolute", [1, 5], [1, 4.9], options={"atol": 0.2}),
    close("relative", [1, 5], [1, 4.9], options={"rtol": 0.1}),
    close("hardly", [1, 5], [1, 4.9], options={"rtol": 0.001, "atol": 0.001}),
    close("of_b", [1], [2], options={"rtol": 0.5}),
    close("of_a", [2], [1], options={"rtol": 0.5}),
    close("nan", [1, NAN], [1, NAN]),
    close("nan_differs", [1, NAN], [1, NAN], options={"equal_nan": False}),
    close("one_nan", [1, NAN], [1, 2]),
    close("infinite", [INF, -INF], [INF, -INF]),
    close("infinite_b", [INF, 1], [-INF, INF]),
    close("infinite_a", [INF], [1]),
    close("float64", [1, 2], [1, 2 + 1e-9], "float64"),
    close("float16", [1, 2], [1, 2.01], "float16", options={"rtol": 0.1}),
    close("int32", [1, 5], [1, 4], "int32", options={"rtol": 0.26}),
    close("int64", [1, 5], [1, 4], "int64"),
    close("uint8", [5], [6], "uint8", options={"atol": 1.0}),
    close("bool", [1], [1], "bool"),
    close("mixed", [1], [1], dtypes={"a": "int32"}),
    close("gradient", [1], [1], grad="write"),
]
