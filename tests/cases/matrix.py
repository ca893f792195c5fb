"""Cases of products of matrices."""

from tests.cases.case import op

CASES = [
    op("dot", {"x": (2, 3), "y": (3, 4)}),
    op("dot", {"x": (3, 2), "y": (3, 4)}, transpose_a=True),
    op("dot", {"x": (2, 3), "y": (4, 3)}, transpose_b=True),
    op("dot", {"x": (3, 2), "y": (4, 3)}, transpose_a=True, transpose_b=True),
    op("dot", {"x": (3,), "y": (3,)}),
    op("dot", {"x": (3,), "y": (3, 4)}),
    op("dot", {"x": (2, 3), "y": (3,)}),
    op("dot", {"x": (3,), "y": (4, 3)}, transpose_b=True),
    op("dot", {"x": (2, 3, 4), "y": (4, 5, 2)}),
    op("dot", {"x": (4, 2, 3), "y": (4, 5, 2)}, transpose_a=True),
    op("dot", {"x": (2, 3, 4), "y": (5, 2, 4)}, transpose_b=True),
    op("dot", {"x": (4, 2, 3), "y": (5, 2, 4)}, transpose_a=True, transpose_b=True),
    op("dot", {"x": (2, 3), "y": (3, 4)}, dtype="float64"),
    op("dot", {"x": (2, 3), "y": (3, 4)}, forward_stype="default"),
    op("dot", {"x": (2, 3), "y": (5, 4)}),
    op("dot", {"x": (3,), "y": (3,)}, transpose_b=True),
    op("batch_dot", {"x": (2, 3, 4), "y": (2, 4, 5)}),
    op("batch_dot", {"x": (2, 4, 3), "y": (2, 4, 5)}, transpose_a=True),
    op("batch_dot", {"x": (2, 3, 4), "y": (2, 5, 4)}, transpose_b=True),
    op("batch_dot", {"x": (2, 4, 3), "y": (2, 5, 4)}, transpose_a=True, transpose_b=True, dtype="float64"),
    op("batch_dot", {"x": (2, 2, 3, 4), "y": (2, 2, 4, 1)}),
    op("batch_dot", {"x": (1, 3, 4), "y": (2, 4, 5)}),
    op("batch_dot", {"x": (3, 4), "y": (4, 5)}),
    op("khatri_rao", {"x": (2, 3), "y": (4, 3)}, grad="null"),
    op("khatri_rao", {"x": (2, 3), "y": (4, 3), "z": (5, 3)}, grad="null"),
    op("khatri_rao", {"x": (2, 3)}, grad="null", dtype="float64"),
    op("khatri_rao", {"x": (2, 3), "y": (4, 3)}, variant="gradient"),
    op("khatri_rao", {"x": (2, 3), "y": (4, 4)}, grad="null"),
]
