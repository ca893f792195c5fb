"""Linear algebra beyond the table of cases: inference backwards, what cannot be computed, and messages."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, OpAttributeError, ShapeError
from symgraph.ir.registry import find_op

BACKWARD = [
    ("potrf", {}, [(None, 3, None)], [(2, None, 3)], [(2, 3, 3)]),
    ("inverse", {}, [None], [(2, 3, None)], [(2, 3, 3)]),
    ("gemm", {}, [(2, 3), (None, 4), None], [None], [(2, 3), (3, 4), (2, 4)]),
    ("gemm", {"transpose_a": "True"}, [(3, None), (3, None), (2, 4)], [None], [(3, 2), (3, 4), (2, 4)]),
    ("gemm2", {"axis": "0"}, [(None, 5, 3), (3, 5, None)], [(2, None, 4)], [(2, 5, 3), (3, 5, 4)]),
    ("gemm2", {}, [(None, 2, 3), None], [(7, 2, 4)], [(7, 2, 3), (7, 3, 4)]),
    ("syrk", {}, [(None, 3)], [(2, None)], [(2, 3)]),
    ("syrk", {"transpose": "True"}, [(3, None)], [(2, 2)], [(3, 2)]),
    ("trmm", {}, [None, None], [(3, 4)], [(3, 3), (3, 4)]),
    ("trsm", {"rightside": "True"}, [(3, None), (4, None)], [None], [(3, 3), (4, 3)]),
    ("gelqf", {}, [(None, None, 4)], [None, (2, 3, 3)], [(2, 3, 4)]),
    ("syevd", {}, [None], [None, (2, 3)], [(2, 3, 3)]),
    ("extractdiag", {}, [(None, 3, 3)], [(2, 3)], [(2, 3, 3)]),
    ("makediag", {"offset": "-1"}, [None], [(2, 4, 4)], [(2, 3)]),
    ("maketrian", {"offset": "1"}, [None], [(2, 4, None)], [(2, 6)]),
    ("det", {}, [(2, 3, None)], [None] * 3, [(2, 3, 3)]),
]


@pytest.mark.parametrize(("name", "attrs", "ins", "outs", "expected"), BACKWARD)
def test_inference_works_backwards(name: str, attrs: dict, ins: list, outs: list, expected: list) -> None:
    found, _ = find_op(f"_linalg_{name}").from_strings(attrs).infer_shape(tuple(ins), tuple(outs))
    assert list(found) == expected


A, B = mx.sym.Variable("A"), mx.sym.Variable("B")

MESSAGES = {
    "not square": (
        lambda: mx.sym.linalg.potrf(A, name="op").infer_shape(A=(2, 3)),
        ShapeError,
        "A must be square in its last two axes, but its shape is (2, 3).",
    ),
    "no matrix": (
        lambda: mx.sym.linalg.det(A, name="op").infer_shape(A=(3,)),
        ShapeError,
        "A must be a matrix or a stack of matrices, but its shape is (3,); give it two axes or more.",
    ),
    "too many rows": (
        lambda: mx.sym.linalg.gelqf(A, name="op").infer_shape(A=(3, 2)),
        ShapeError,
        "A must have at most as many rows as columns, but its shape is (3, 2); transpose it.",
    ),
    "row axis": (
        lambda: mx.sym.linalg.gemm2(A, B, axis=-1, name="op").infer_shape(A=(2, 3), B=(3, 4)),
        ShapeError,
        "axis=-1 cannot hold the rows of arrays with 2 axes: it must be one before the last, which holds the columns; "
        "choose one of 0..0.",
    ),
    "ranks": (
        lambda: mx.sym.linalg.trmm(A, B, name="op").infer_shape(A=(3, 3), B=(2, 3, 4)),
        ShapeError,
        "A (3, 3) and B (2, 3, 4) must have the same number of axes.",
    ),
    "inner axes": (
        lambda: mx.sym.linalg.gemm2(A, B, name="op").infer_shape(A=(2, 3), B=(4, 5)),
        ShapeError,
        "shapes do not fit together (A (2, 3), B (4, 5)): 3 and 4 differ.",
    ),
    "no triangle": (
        lambda: mx.sym.linalg.maketrian(A, name="op").infer_shape(A=(2, 5)),
        ShapeError,
        "A has 5 entries along its last axis, which fill no triangle; a triangle of k rows has k (k + 1) / 2, "
        "such as 3 or 6.",
    ),
    "offset": (
        lambda: mx.sym.linalg.extractdiag(A, offset=3, name="op").infer_shape(A=(3, 3)),
        ShapeError,
        "offset=3 lies outside of A, whose shape is (3, 3).",
    ),
    "half precision": (
        lambda: mx.sym.linalg.syevd(A, name="op").infer_type(A="float16"),
        DTypeError,
        "computes in float32 or float64, but was given float16 as 'A'; convert it first, a symbol with Cast(dtype='float32'), "
        "an array with astype('float32').",
    ),
    "attribute": (
        lambda: mx.sym.linalg.trsm(A, B, lower="down", name="op"),
        OpAttributeError,
        "attribute lower='down' is invalid; expected bool.",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_input_is_explained(case: str) -> None:
    call, error, text = MESSAGES[case]
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_an_attribute_may_be_called_as_a_rule_of_operators_is() -> None:
    function = mx.sym.linalg.trmm
    assert str(function.__signature__).startswith("(A=None, B=None, transpose=False, rightside=False, lower=True,")  # type: ignore[attr-defined]
    op = find_op("_linalg_trmm").from_strings({"lower": "False"})
    assert op.attributes() == {"transpose": False, "rightside": False, "lower": False, "alpha": 1.0}


def test_what_has_no_factor_or_inverse_is_not_finite() -> None:
    """MXNet raises; a compiled program does not stop at a value."""
    indefinite = mx.nd.array([[1, 2], [2, 1]])
    assert np.isnan(mx.nd.linalg.potrf(indefinite).asnumpy()).any()
    assert not np.isfinite(mx.nd.linalg.inverse(mx.nd.ones((2, 2))).asnumpy()).all()
    assert not np.isfinite(mx.nd.linalg.potri(mx.nd.zeros((2, 2))).asnumpy()).all()
