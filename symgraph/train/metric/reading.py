"""What metrics read of labels and predictions: on the host, after as much as can be done where the predictions are.

An array of the CPU is read in place. Of one on another device, only what is left after a reduction is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import MXNetError, ShapeError, described
from symgraph.ir.dtype import FLOAT32, is_float
from symgraph.ir.shape import show
from symgraph.lower.quiet import quietly
from symgraph.runtime.copies import cast
from symgraph.runtime.ndarray import NDArray
from symgraph.train.metric.labels import COUNTED

INT32 = np.dtype(np.int32)
INT64 = np.dtype(np.int64)


class MetricInputError(ShapeError, TypeError, AttributeError, AssertionError):
    """Labels and predictions do not fit together, or are no arrays; MXNet raises any of these."""


class LabelError(MXNetError, IndexError):
    """There is no class with the number of a label."""


def arrays(given: Any, what: str = "predictions") -> list[Any]:
    """Arrays in a list, or a single one, as a list.

    Raises:
        MetricInputError: there is something else.
    """
    several = list(given) if isinstance(given, (list, tuple)) else [given]
    return [require_array(array, what) for array in several]


def require_array(array: Any, what: str = "predictions") -> Any:
    """`array`, or a `MetricInputError` if it is neither ours nor one of NumPy's that holds numbers."""
    if isinstance(array, NDArray) or (isinstance(array, np.ndarray) and array.dtype.kind in "fiub"):
        return array
    dtype = f" and dtype {array.dtype}" if isinstance(array, np.ndarray) else ""
    raise MetricInputError(
        f"a metric needs NDArrays, given as {what} {described(array)}{dtype}; mx.nd.array(...) makes one."
    )


def require_rows(scores: Any) -> None:
    """Raise a `MetricInputError` unless there are rows of scores."""
    if len(scores.shape) != 2:
        raise MetricInputError(f"predictions must be rows of scores, (n, classes), given {described(scores)}.")


def host(array: Any, what: str = "predictions") -> np.ndarray:
    """The values of an array, of ours or of NumPy, for reading only."""
    array = require_array(array, what)
    return np.asarray(array._computed()) if isinstance(array, NDArray) else array


def copied(array: Any, what: str = "predictions") -> np.ndarray:
    """The values of an array, in one that may be written: functions of users do so."""
    return np.array(host(array, what))


def is_elsewhere(array: Any) -> bool:
    """Whether reading an array would copy it from a device."""
    return isinstance(array, NDArray) and array.context.platform != "cpu"


def _there(function: Callable[..., Any], array: NDArray, *args: Any) -> Any:
    """What a function makes of an array where that is, on the host."""
    with jax.enable_x64(True):
        return jax.device_get(function(array.jax, *args))


def best(scores: Any, axis: int) -> np.ndarray:
    """Number of the highest score along an axis: the first of them, or the first NaN.

    Raises:
        MetricInputError: there is no such axis.
    """
    if not -len(scores.shape) <= axis < len(scores.shape):
        raise MetricInputError(f"predictions have no axis {axis} of scores per class, given {described(scores)}.")
    if not scores.shape[axis]:
        raise MetricInputError(f"predictions have no classes along axis {axis}, given {described(scores)}.")
    return np.asarray(_there(_best, scores, axis) if is_elsewhere(scores) else host(scores).argmax(axis))


_best = quietly(partial(jax.jit, static_argnums=1)(lambda scores, axis: jnp.argmax(scores, axis).astype(jnp.int32)))


def picked(scores: Any, classes: np.ndarray) -> np.ndarray:
    """The score of one class in every row.

    Args:
        scores: (n, classes).
        classes: (n,); negative ones count from the end.

    Raises:
        MetricInputError: `scores` has another shape.
        LabelError: there is no such class.
    """
    require_rows(scores)
    count = scores.shape[1]
    if classes.size and not -count <= classes.min() <= classes.max() < count:
        wrong = classes.max() if classes.max() >= count else classes.min()
        raise LabelError(
            f"label {wrong} is outside of the {count} classes that predictions of {show(scores.shape)} have; {COUNTED}."
        )
    if is_elsewhere(scores):
        return _there(_picked, scores, classes)
    return host(scores)[np.arange(len(classes)), classes]


@quietly
@jax.jit
def _picked(scores: jax.Array, classes: jax.Array) -> jax.Array:
    return jnp.take_along_axis(scores, jnp.where(classes < 0, classes + scores.shape[1], classes)[:, None], 1)[:, 0]


def among_best(scores: Any, classes: np.ndarray, k: int) -> np.ndarray:
    """Whether the score of one class is among the k best of its row.

    Where ties decide, or a score is NaN, the classes are those that NumPy's selection has among the last k, as in MXNet.

    Args:
        scores: (n, classes).
        classes: (n,); no class is outside of these.
    """
    exists = (classes >= 0) & (classes < scores.shape[1])
    if k >= scores.shape[1]:
        return exists
    if is_elsewhere(scores):
        above, equal, strange = _there(_compared_there, scores, classes)
    else:
        with np.errstate(invalid="ignore"):
            above, equal, strange = _compared(host(scores), classes, np)
    inside = exists & (above + equal <= k)
    unclear = np.flatnonzero(exists & ((above < k) & (above + equal > k) | strange))
    if len(unclear):
        rows = cast(host(scores)[unclear], FLOAT32)
        # Selection of wide numbers is the one that NumPy has always had; others are vectorized, and differ by release.
        last = np.argpartition(rows.astype(np.longdouble), -k, axis=1)[:, -k:]
        inside[unclear] = (last == classes[unclear, None]).any(1)
    return inside


def _compared(scores: Any, classes: Any, space: Any) -> tuple[Any, Any, Any]:
    """For each row: scores above that of its class; those equal to it; whether one is NaN. `space`: NumPy, or JAX's."""
    scores = scores.astype(FLOAT32)
    own = space.take_along_axis(scores, space.clip(classes, 0, scores.shape[1] - 1)[:, None], 1)
    return (scores > own).sum(1), (scores == own).sum(1), space.isnan(scores).any(1)


_compared_there = quietly(jax.jit(partial(_compared, space=jnp)))


def total(array: Any) -> float:
    """The sum of all elements."""
    if is_elsewhere(array):
        return float(_there(_total, array))
    values = host(array)
    return float(values.sum(dtype=np.float64 if is_float(values.dtype) else None))


_total = quietly(jax.jit(lambda array: array.astype(jnp.float64).sum()))
