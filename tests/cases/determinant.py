"""Cases of determinants."""

from tests.cases.case import literal, op


def cases(name):
    return [
        op(name, {"A": (3, 3)}),
        op(name, {"A": (1, 1)}),
        op(name, {"A": (4, 4)}, dtype="float64"),
        op(name, {"A": (5, 3, 3)}),
        op(name, {"A": (2, 2, 2, 2)}),
        op(name, {"A": (2, 2)}, draw={"A": literal([[0, 1], [1, 0]])}, variant="swap"),
        op(name, {"A": (3, 3)}, draw={"A": literal([[0, 0, 2], [1, 0, 0], [0, 3, 0]])}, variant="cycle"),
        op(name, {"A": (2, 2)}, draw={"A": literal([[1, 2], [2, 4]])}, variant="singular", numeric=False),
        op(
            name,
            {"A": (2, 2, 2)},
            draw={"A": literal([[[0, 0], [0, 0]], [[1, 2], [3, 4]]])},
            variant="one_singular",
            numeric=False,
        ),
        op(name, {"A": (2, 3)}),
        op(name, {"A": (3,)}),
        op(name, {"A": (3, 3)}, dtype="float16"),
        op(name, {"A": (3, 3)}, dtype="int32"),
    ]


CASES = [*cases("linalg.det"), *cases("linalg.slogdet"), op("linalg_det", {"A": (2, 2)})]
