"""Functions of ``mx.sym`` that MXNet writes in Python: constants, and operators on mixtures of symbols and numbers."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import CompositionError, ShapeError, advice, described
from symgraph.frontend.arithmetic import mixed
from symgraph.frontend.symbol import Symbol, apply_op


def zeros(shape: int | Sequence[int], dtype: Any = None, **kwargs: Any) -> Symbol:
    """A constant filled with 0."""
    return apply_op("_zeros", shape=shape, dtype=dtype or "float32", **kwargs)


def ones(shape: int | Sequence[int], dtype: Any = None, **kwargs: Any) -> Symbol:
    """A constant filled with 1."""
    return apply_op("_ones", shape=shape, dtype=dtype or "float32", **kwargs)


def full(shape: int | Sequence[int], val: float, dtype: Any = None, **kwargs: Any) -> Symbol:
    """A constant filled with `val`."""
    try:
        value = float(val)
    except (TypeError, ValueError):
        raise CompositionError(f"full: the value must be a number, given {described(val)}.") from None
    return apply_op("_full", shape=shape, dtype=dtype or "float32", value=value, **kwargs)


def arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    name: str | None = None,
    dtype: Any = None,
) -> Symbol:
    """Evenly spaced values in [start, stop), each `repeat` times; with only one bound, [0, start).

    >>> import symgraph as mx
    >>> mx.sym.arange(1, 3, repeat=2).eval()[0].asnumpy().tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    return apply_op(
        "_arange",
        start=start,
        stop=stop,
        step=step,
        repeat=repeat,
        infer_range=infer_range,
        name=name,
        dtype=dtype or "float32",
    )


def eye(N: int, M: int = 0, k: int = 0, dtype: Any = None, **kwargs: Any) -> Symbol:
    """An N x M matrix (N x N for M = 0) with ones on the k-th diagonal."""
    return apply_op("_eye", N=N, M=M, k=k, dtype=dtype or "float32", **kwargs)


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, name: str | None = None, dtype: Any = None
) -> Symbol:
    """`num` evenly spaced values from start to stop, which is included if `endpoint`."""
    return apply_op(
        "_linspace", start=start, stop=stop, num=num, endpoint=endpoint, name=name, dtype=dtype or "float32"
    )


def split_v2(
    ary: Symbol, indices_or_sections: int | Sequence[int], axis: int = 0, squeeze_axis: bool = False
) -> Symbol:
    """Cut along an axis into equal sections, or before the given indices."""
    if not isinstance(ary, Symbol):
        raise CompositionError(
            f"split_v2: argument 'ary' must be a Symbol, given {described(ary)}{advice(ary, Symbol)}"
        )
    return ary.split_v2(indices_or_sections, axis, squeeze_axis)


def histogram(a: Symbol, bins: int | Symbol = 10, range: tuple[float, float] | None = None, **kwargs: Any) -> Symbol:
    """Count the elements in each bin.

    Args:
        bins: edges of the bins, or the number of equally wide ones.
        range: where they begin and end; needed unless edges are given, as a symbol has no elements to cover yet.

    Returns:
        counts, edges.
    """
    if isinstance(bins, Symbol):
        return apply_op("_histogram", a, bins, **kwargs)
    if not isinstance(bins, (int, np.integer)):
        raise ShapeError(f"histogram: bins must be a positive integer or a Symbol, given {described(bins)}.")
    if range is None:
        raise ShapeError("histogram: give the range that the bins of a symbol cover, as in range=(0, 1).")
    return apply_op("_histogram", a, bin_cnt=bins, range=range, **kwargs)


def maximum(left: Symbol | float, right: Symbol | float) -> Any:
    """Element-wise maximum of two symbols, or a symbol and a number."""
    return mixed(Symbol, left, right, ("_Maximum", "_MaximumScalar", "_MaximumScalar"), max)


def minimum(left: Symbol | float, right: Symbol | float) -> Any:
    """Element-wise minimum of two symbols, or a symbol and a number."""
    return mixed(Symbol, left, right, ("_Minimum", "_MinimumScalar", "_MinimumScalar"), min)


def hypot(left: Symbol | float, right: Symbol | float) -> Any:
    """Element-wise sqrt(left² + right²) of two symbols, or a symbol and a number."""
    return mixed(Symbol, left, right, ("_Hypot", "_HypotScalar", "_HypotScalar"), lambda a, b: (a * a + b * b) ** 0.5)


def power(base: Symbol | float, exp: Symbol | float) -> Any:
    """Element-wise base to the power of exp, of two symbols, or a symbol and a number."""
    return mixed(Symbol, base, exp, ("_Power", "_PowerScalar", "_RPowerScalar"), operator.pow)


pow = power


__all__ = [
    "arange",
    "eye",
    "full",
    "histogram",
    "hypot",
    "linspace",
    "maximum",
    "minimum",
    "ones",
    "pow",
    "power",
    "split_v2",
    "zeros",
]
