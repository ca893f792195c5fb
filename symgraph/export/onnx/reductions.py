"""Sums, means, extremes, norms and their positions along axes, and running sums."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symgraph.export.onnx.site import Site, from_front, longs, size


def _axes(at: Site, given: tuple[int, ...] | None) -> list[int]:
    """The axes to fold, from the front; none means all."""
    if not given:
        return list(range(at.rank))
    axes = sorted(from_front(axis, at.rank) for axis in given)
    excluded = bool(at.op.attributes().get("exclude", False))
    return [axis for axis in range(at.rank) if axis not in axes] if excluded else axes


def _folded(at: Site, kind: str, value: str, axes: list[int]) -> str:
    """A reduction that keeps the folded axes with length 1, and then has the inferred shape."""
    if not axes:
        return value
    if at.op.keepdims:
        return at(kind, value, longs(axes), keepdims=1)
    out = at(kind, value, longs(axes), keepdims=int(len(axes) == at.rank))
    return at.reshaped(out, (1,) * at.rank, (1,)) if len(axes) == at.rank else out


def fold(kind: str, is_real: bool = False) -> Callable[[Site], str]:
    """A reduction that ONNX has."""

    def translate(at: Site) -> str:
        if is_real:
            at.require_float()
        return _folded(at, kind, at.x, _axes(at, at.op.axis))

    return translate


def _without_nan(kind: str, instead: float) -> Callable[[Site], str]:
    """A reduction in which NaN counts as another number."""

    def translate(at: Site) -> str:
        at.require_float()
        value = at("Where", at("IsNaN", at.x), at.number(instead), at.x)
        return _folded(at, kind, value, _axes(at, at.op.axis))

    return translate


def norm(at: Site) -> str:
    """Sum of absolute values, or Euclidean norm."""
    at.require_float()
    out = _folded(at, "ReduceL1" if at.op.ord == 1 else "ReduceL2", at.x, _axes(at, at.op.axis))
    return out if at.out_dtypes[0] == at.dtype else at.cast(out, at.out_dtypes[0])


def moments(at: Site) -> list[str]:
    """Mean and variance."""
    at.require_float()
    axes = _axes(at, at.op.axes)
    centered = at("Sub", at.x, at("ReduceMean", at.x, longs(axes), keepdims=1))
    return [
        _folded(at, "ReduceMean", at.x, axes),
        _folded(at, "ReduceMean", at("Mul", centered, centered), axes),
    ]


def _position(kind: str, axis: int | None = None) -> Callable[[Site], str]:
    """Where an extreme stands, as a number of the array's own dtype."""

    def translate(at: Site) -> str:
        where = at.op.attributes().get("axis") if axis is None else axis
        keeps = bool(at.op.attributes().get("keepdims"))
        value, shape = at.x, at.shape
        if where is None:
            value, shape, where = at.reshaped(value, shape, (size(shape),)), (size(shape),), 0
        where = from_front(where, len(shape))
        kept = (*shape[:where], 1, *shape[where + 1 :])
        found = at.cast(at(kind, value, axis=where, keepdims=1), at.dtype)
        return found if keeps and kept == at.out_shapes[0] else at.reshaped(found, kept, at.out_shapes[0])

    return translate


def running_sum(at: Site) -> str:
    """Each element becomes the sum of all up to itself."""
    dtype = at.out_dtypes[0]
    value = at.reshaped(at.x, at.shape, at.out_shapes[0])
    value = value if at.dtype == dtype else at.cast(value, dtype)
    return at("CumSum", value, np.asarray(at.op.axis or 0, np.int64))


OPERATORS = {
    "_np_cumsum": running_sum,
    "_square_sum": fold("ReduceSumSquare"),
    "argmax": _position("ArgMax"),
    "argmax_channel": _position("ArgMax", 1),
    "argmin": _position("ArgMin"),
    "max": fold("ReduceMax"),
    "mean": fold("ReduceMean", is_real=True),
    "min": fold("ReduceMin"),
    "moments": moments,
    "nanprod": _without_nan("ReduceProd", 1),
    "nansum": _without_nan("ReduceSum", 0),
    "norm": norm,
    "prod": fold("ReduceProd"),
    "sum": fold("ReduceSum"),
}
