"""Cases of softmax and its relatives."""

from tests.cases.case import Case, integers, op, uniform

ROWS, CUBE = {"data": (2, 5)}, {"data": (2, 3, 4)}


def typed(name, data, out):
    """A case with the attribute ``dtype``, which `op` would take for the dtype of the inputs."""

    def build(mx):
        return getattr(mx.sym, name)(mx.sym.Variable("data"), name="op", dtype=out)

    return Case(f"{name}/{data}->{out}", build, ROWS, dtype=data, rtol=1e-2, atol=1e-2)


FAR = {"data": uniform(-300, 300)}
WHOLE = {"length": "int32"}

CASES = [
    *[
        case
        for name in ("softmax", "softmin", "log_softmax")
        for case in (
            op(name, ROWS),
            op(name, CUBE, axis=1),
            op(name, CUBE, axis=-3),
            op(name, CUBE, axis=0, temperature=2.5),
            op(name, {"data": (4,)}, temperature=0.5),
            op(name, ROWS, draw=FAR, label="far"),
            op(name, ROWS, dtype="float64"),
            op(name, ROWS, dtype="float16", rtol=1e-2, atol=1e-2),
            typed(name, "float32", "float64"),
            typed(name, "float16", "float32"),
        )
    ],
    op("softmax", {"data": (3, 5), "length": (3,)}, use_length=True, dtypes=WHOLE, draw={"length": integers(0, 6)}),
    op(
        "softmax",
        {"data": (2, 4, 3), "length": (2, 3)},
        use_length=True,
        axis=1,
        temperature=0.5,
        dtypes=WHOLE,
        draw={"length": integers(1, 5)},
    ),
    op(
        "softmax",
        {"data": (4, 3), "length": (3,)},
        use_length=True,
        axis=0,
        dtypes={"length": "int64"},
        draw={"length": integers(1, 5)},
    ),
    op("softmax", {"data": (5,), "length": (1,)}, use_length=True, dtypes=WHOLE, draw={"length": integers(1, 5)}),
    op("SoftmaxActivation", ROWS),
    op("SoftmaxActivation", CUBE, grad="null"),
    op("SoftmaxActivation", CUBE, mode="channel"),
    op("SoftmaxActivation", {"data": (2, 3, 2, 2)}, mode="channel"),
    *[op(name, ROWS, use_length=True) for name in ("softmin", "log_softmax")],
    op("softmax", {"data": (3, 1)}),
    op("softmax", {"data": (2, 2, 1, 2, 2)}, axis=1, temperature=10.0),
    op("SoftmaxActivation", {"data": (3, 2, 1)}, mode="channel"),
    op("SoftmaxActivation", {"data": (4,)}, grad="null"),
]
