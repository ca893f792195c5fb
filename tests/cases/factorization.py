"""Cases of factorizations and inverses of matrices."""

import numpy as np

from tests.cases.case import literal, op


def definite(rng, shape):
    """Symmetric positive definite matrices."""
    half = rng.normal(size=shape)
    return half @ half.swapaxes(-1, -2) + np.eye(shape[-1])


def symmetric(rng, shape):
    half = rng.normal(size=shape)
    return half + half.swapaxes(-1, -2)


def half_definite(rng, shape):
    """Lower triangles of positive definite matrices, with other numbers above the diagonal."""
    return np.tril(definite(rng, shape)) + np.triu(rng.normal(size=shape), 1)


def half_symmetric(rng, shape):
    return np.tril(symmetric(rng, shape)) + np.triu(rng.normal(size=shape), 1)


def factor(rng, shape):
    """Lower triangular matrices with entries around 2 on the diagonal."""
    return np.tril(rng.normal(size=shape) / 3) + 2 * np.eye(shape[-1])


def dominant(rng, shape):
    return rng.normal(size=shape) / 3 + 2 * np.eye(shape[-1])


def cases(name, draw, **options):
    return [
        op(name, {"A": (3, 3)}, draw={"A": draw}, **options),
        op(name, {"A": (1, 1)}, draw={"A": draw}, **options),
        op(name, {"A": (2, 4, 4)}, draw={"A": draw}, dtype="float64", **options),
        op(name, {"A": (2, 1, 2, 2)}, draw={"A": draw}, **options),
        op(name, {"A": (2, 3)}),
        op(name, {"A": (3,)}),
        op(name, {"A": (3, 3)}, dtype="float16"),
        op(name, {"A": (3, 3)}, dtype="int32"),
    ]


CASES = [
    # Finite differences perturb one entry at a time; MXNet's gradient is that of a symmetric perturbation.
    *cases("linalg.potrf", definite, numeric=False),
    op("linalg.potrf", {"A": (2, 3, 3)}, draw={"A": half_definite}, variant="half", numeric=False),
    op("linalg_potrf", {"A": (3, 3)}, draw={"A": definite}, numeric=False),
    *cases("linalg.potri", factor),
    op("linalg.potri", {"A": (2, 3, 3)}, draw={"A": dominant}, variant="half"),
    op("linalg.potri", {"A": (2, 2)}, draw={"A": literal([[1, 0], [3, -2]])}, variant="negative"),
    *cases("linalg.inverse", dominant),
    op("linalg.inverse", {"A": (2, 2)}, draw={"A": literal([[0, 1], [2, 3]])}, variant="pivot"),
    op("linalg.gelqf", {"A": (3, 3)}),
    op("linalg.gelqf", {"A": (2, 4)}),
    op("linalg.gelqf", {"A": (1, 1)}),
    op("linalg.gelqf", {"A": (1, 3)}),
    op("linalg.gelqf", {"A": (2, 3, 4)}, dtype="float64"),
    op("linalg.gelqf", {"A": (2, 1, 2, 2)}),
    op("linalg.gelqf", {"A": (3, 2)}),
    op("linalg.gelqf", {"A": (3, 3)}, dtype="float16"),
    *cases("linalg.syevd", symmetric, numeric=False),
    op("linalg.syevd", {"A": (2, 3, 3)}, draw={"A": half_symmetric}, variant="half", numeric=False),
    op("linalg.syevd", {"A": (2, 2)}, draw={"A": literal([[2, 1], [1, 2]])}, variant="tie", numeric=False),
    op(
        "linalg.syevd",
        {"A": (3, 3)},
        draw={"A": literal([[2, 0, 0], [0, 2, 0], [0, 0, 1]])},
        variant="equal",
        dtype="float64",
        numeric=False,
    ),
]
