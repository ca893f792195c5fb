"""Cases of products of matrices as BLAS has them."""

from itertools import product

import numpy as np

from tests.cases.case import op

SQUARE = {"A": (3, 3), "B": (3, 4)}
RIGHT = {"A": (3, 3), "B": (4, 3)}


def well_conditioned(rng, shape):
    """Matrices by which a triangular system can be solved without loss."""
    signs = 2 * rng.randint(0, 2, size=shape[-1]) - 1
    return rng.normal(size=shape) / 3 + 2 * np.diag(signs)


def triangular(name, shapes, **options):
    return op(name, shapes, draw={"A": well_conditioned}, **options)


CASES = [
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4), "C": (2, 4)}),
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4)}, alpha=2.5, beta=-0.5),
    op("linalg.gemm", {"A": (3, 2), "B": (3, 4), "C": (2, 4)}, transpose_a=True, beta=0.0),
    op("linalg.gemm", {"A": (5, 2, 3), "B": (5, 4, 3), "C": (5, 2, 4)}, transpose_b=True, dtype="float64"),
    op("linalg.gemm", {"A": (3, 5, 2), "B": (4, 5, 3), "C": (2, 5, 4)}, transpose_a=True, transpose_b=True, axis=0),
    op("linalg.gemm", {"A": (2, 2, 5, 3), "B": (2, 3, 5, 1), "C": (2, 2, 5, 1)}, axis=-3),
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4), "C": (1, 4)}),
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4), "C": (2, 4)}, axis=-1),
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4), "C": (2, 4)}, dtype="float16"),
    op("linalg.gemm", {"A": (2, 3), "B": (3, 4)}, dtypes={"A": "float64"}, variant="mixed"),
    op("linalg.gemm2", {"A": (2, 3), "B": (3, 4)}),
    op("linalg.gemm2", {"A": (3, 2), "B": (4, 3)}, transpose_a=True, transpose_b=True, alpha=0.5),
    op("linalg.gemm2", {"A": (1, 2, 3), "B": (1, 3, 1)}),
    op("linalg.gemm2", {"A": (2, 2, 2, 3), "B": (2, 2, 4, 3)}, transpose_b=True, dtype="float64"),
    op("linalg.gemm2", {"A": (2, 5, 3), "B": (3, 5, 4)}, axis=0),
    op("linalg.gemm2", {"A": (5, 2, 3), "B": (1, 3, 4)}),
    op("linalg.gemm2", {"A": (2, 3), "B": (4, 3)}),
    op("linalg.gemm2", {"A": (3,), "B": (3,)}),
    op("linalg.gemm2", {"A": (2, 3), "B": (3, 4)}, dtype="int32"),
    op("linalg_gemm2", {"A": (2, 3), "B": (3, 4)}),
    op("linalg.syrk", {"A": (2, 3)}),
    op("linalg.syrk", {"A": (2, 3)}, transpose=True, alpha=-1.5),
    op("linalg.syrk", {"A": (2, 3, 1)}, dtype="float64"),
    op("linalg.syrk", {"A": (2, 2, 1, 3)}, transpose=True),
    op("linalg.syrk", {"A": (3,)}),
    op("linalg.syrk", {"A": (2, 3)}, dtype="float16"),
    *[
        triangular(f"linalg.{name}", RIGHT if right else SQUARE, transpose=transpose, rightside=right, lower=lower)
        for name, transpose, right, lower in product(("trmm", "trsm"), *[(False, True)] * 3)
    ],
    *[
        case
        for name in ("linalg.trmm", "linalg.trsm")
        for case in (
            triangular(name, SQUARE, alpha=2.5),
            triangular(name, {"A": (2, 2, 3, 3), "B": (2, 2, 3, 1)}, alpha=-0.5, dtype="float64"),
            triangular(name, {"A": (2, 1, 1), "B": (2, 4, 1)}, rightside=True),
            triangular(name, {"A": (3, 3), "B": (4, 3)}),
            op(name, {"A": (3, 4), "B": (3, 4)}),
            triangular(name, {"A": (1, 3, 3), "B": (2, 3, 4)}),
            triangular(name, {"A": (3, 3), "B": (2, 3, 4)}),
            triangular(name, SQUARE, dtype="float16"),
        )
    ],
]
