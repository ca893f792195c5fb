"""The operator whose shape depends on values: real MXNet's results on arrays, and what a symbol says."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx

DATA = np.arange(12, dtype="float32").reshape(4, 3)


@pytest.mark.parametrize(
    ("index", "rows"), [([1, 0, 1, 1], [0, 2, 3]), ([0, 0, 0, 0], []), ([0.5, 0, -1, np.nan], [0, 2, 3])]
)
def test_rows_whose_entry_is_not_zero(index: list, rows: list) -> None:
    out = mx.nd.contrib.boolean_mask(mx.nd.array(DATA), mx.nd.array(index))
    np.testing.assert_array_equal(out.asnumpy(), DATA[rows])
    assert out.dtype == np.float32


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8", "uint8", "int32", "int64", "bool"])
def test_dtype_is_that_of_data(dtype: str) -> None:
    index = mx.nd.array([0, 1, 0, 1], dtype=dtype)
    assert mx.nd.contrib.boolean_mask(mx.nd.array(DATA).astype(dtype), index).dtype == np.dtype(dtype)


def test_other_axes() -> None:
    out = mx.nd.contrib.boolean_mask(mx.nd.array(DATA), mx.nd.array([1, 0, 1]), axis=-1)
    np.testing.assert_array_equal(out.asnumpy(), DATA[:, [0, 2]])


def test_a_mask_of_another_length_is_refused() -> None:
    with pytest.raises(mx.errors.ShapeError, match=r"input 'index' has shape \(2,\), but \(4,\) is expected"):
        mx.nd.contrib.boolean_mask(mx.nd.array(DATA), mx.nd.array([1, 0]))


def test_a_symbol_infers_what_can_be_known_and_says_why_it_cannot_be_bound() -> None:
    kept = mx.sym.contrib.boolean_mask(mx.sym.Variable("x"), mx.sym.Variable("keep"), name="kept")
    assert kept.infer_shape_partial(x=(4, 3)) == ([(4, 3), (4,)], [(0, 3)], [])
    with pytest.raises(mx.errors.BindError) as caught:
        kept.bind(mx.current_context(), {"x": mx.nd.array(DATA), "keep": mx.nd.ones((4,))})
    assert str(caught.value).startswith("_contrib_boolean_mask 'kept' (made at ")
    assert str(caught.value).endswith(
        "the shape of its output depends on the values of its inputs, and a bound program has fixed shapes. Run it on "
        "arrays with the function of mx.nd; or keep the shape and replace what is not wanted, as with mx.sym.where."
    )
    with pytest.raises(mx.errors.BindError, match="the shape of its output depends on the values"):
        kept.simple_bind(mx.current_context(), x=(4, 3), keep=(4,))
