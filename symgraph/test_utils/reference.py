"""Pieces of which NumPy references for operators are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def np_reduce(
    dat: np.ndarray, axis: int | Sequence[int] | None, keepdims: bool, numpy_reduce_func: Callable[..., Any]
) -> Any:
    """Reduce an array along axes, one after the other.

    Args:
        dat: the array.
        axis: one axis, several, or ``None`` for all.
        keepdims: leave reduced axes in the result with length 1.
        numpy_reduce_func: a reduction along one axis such as ``np.sum``.

    >>> np_reduce(np.arange(24).reshape(2, 3, 4), (0, -1), True, np.sum).tolist()
    [[[60], [92], [124]]]
    """
    given: Sequence[int] = range(dat.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    axes = sorted(a % dat.ndim for a in given)
    result = dat
    for a in reversed(axes):
        result = numpy_reduce_func(result, axis=a)
    return result.reshape([1 if i in axes else d for i, d in enumerate(dat.shape)]) if keepdims else result


def collapse_sum_like(a: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """The sum of `a` over the axes along which an array of `shape` would be broadcast to it: the broadcast's gradient.

    >>> collapse_sum_like(np.ones((2, 3, 4)), (3, 1)).tolist()
    [[8.0], [8.0], [8.0]]
    """
    extra = a.ndim - len(shape)
    if extra < 0 or any(d not in (1, own) for d, own in zip(shape, a.shape[extra:], strict=True)):
        raise ValueError(f"collapse_sum_like: shape {tuple(shape)} does not broadcast to {a.shape}.")
    axes = [*range(extra), *(i for i, d in enumerate(shape, extra) if d != a.shape[i])]
    return np.sum(a, axis=tuple(axes), dtype=a.dtype if a.size == 0 else None).reshape(shape)


def assign_each(the_input: Any, function: Callable[[Any], Any] | None) -> np.ndarray:
    """A float64 array with `function` of each element; without a function a copy."""
    return _filled(function, np.asarray(the_input))


def assign_each2(input1: Any, input2: Any, function: Callable[[Any, Any], Any] | None) -> np.ndarray:
    """A float64 array with `function` of each pair of elements; without a function a copy of `input1`."""
    first, second = np.asarray(input1), np.asarray(input2)
    if function is not None and first.shape != second.shape:
        raise ValueError(f"assign_each2: shapes {first.shape} and {second.shape} differ.")
    return _filled(function, first, second)


def _filled(function: Callable[..., Any] | None, *inputs: np.ndarray) -> np.ndarray:
    if function is None:
        return inputs[0].copy()
    result = np.zeros(inputs[0].shape)
    for index in np.ndindex(result.shape):
        result[index] = function(*(each[index] for each in inputs))
    return result
