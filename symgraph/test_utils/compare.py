"""Comparing arrays, and symbols, with messages that show where the largest error is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.tolerance import Tolerance, get_atol, get_etol, get_rtol, get_tols


def as_numpy(value: Any) -> np.ndarray:
    """An NDArray, NumPy array, number or list as a NumPy array."""
    return value.asnumpy() if isinstance(value, NDArray) else np.asarray(value)


def same(a: Any, b: Any) -> bool:
    """Whether two arrays have the same shape and equal elements; NaN equals nothing."""
    return np.array_equal(as_numpy(a), as_numpy(b))


def almost_equal(
    a: Any,
    b: Any,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    use_broadcast: bool = True,
) -> bool:
    """Whether ``|a - b| <= atol + rtol * |b|`` everywhere.

    Args:
        a, b: NDArrays, NumPy arrays, lists or numbers.
        rtol, atol: relative and absolute tolerance, by default those of float64 whatever the dtype.
        equal_nan: whether NaN equals NaN.
        use_broadcast: broadcast `a` and `b` to each other, if they are not two NDArrays.

    Raises:
        AssertionError: shapes do not agree.
    """
    x, y = _matched(a, b, ("a", "b"), use_broadcast)
    return bool(_close(x, y, get_rtol(rtol), get_atol(atol), equal_nan).all())


def almost_equal_ignore_nan(a: Any, b: Any, rtol: float | None = None, atol: float | None = None) -> bool:
    """`almost_equal` where neither is NaN."""
    return almost_equal(*_without_nan(a, b), rtol, atol)


def assert_almost_equal(
    a: Any,
    b: Any,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    names: Sequence[str] = ("a", "b"),
    equal_nan: bool = False,
    use_broadcast: bool = True,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """Raise ``AssertionError`` unless ``|a - b| <= atol + rtol * |b|`` everywhere.

    Args:
        a, b: NDArrays, NumPy arrays, lists or numbers.
        rtol, atol: relative and absolute tolerance: numbers, or dicts by dtype. The default is that of the coarser of
            the two dtypes; integers and booleans must be equal.
        names: what the message calls the two.
        equal_nan: whether NaN equals NaN.
        use_broadcast: broadcast `a` and `b` to each other, if they are not two NDArrays.
        mismatches: how many errors the message shows, the largest first; the second number has no meaning here, as all
            errors are counted.
    """
    x, y = _matched(a, b, names, use_broadcast)
    rtol, atol = get_tols(a, b, rtol, atol)
    close = _close(x, y, rtol, atol, equal_nan)
    if not close.all():
        raise AssertionError(_report(x, y, close, rtol, atol, names, mismatches[0]))


def assert_allclose(a: Any, b: Any, rtol: float = 1e-07, atol: float = 0, equal_nan: bool = True) -> None:
    """`assert_almost_equal` with NumPy's tolerances."""
    assert_almost_equal(a, b, rtol, atol, equal_nan=equal_nan)


def assert_almost_equal_ignore_nan(
    a: Any, b: Any, rtol: Tolerance = None, atol: Tolerance = None, names: Sequence[str] = ("a", "b")
) -> None:
    """`assert_almost_equal` where neither is NaN."""
    assert_almost_equal(*_without_nan(a, b), rtol, atol, names)


def assert_almost_equal_with_err(
    a: Any,
    b: Any,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    etol: float | None = None,
    names: Sequence[str] = ("a", "b"),
    equal_nan: bool = False,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """`assert_almost_equal` that puts up with a fraction `etol` of elements, by default none, being too far apart."""
    x, y = _matched(a, b, names, use_broadcast=True)
    rtol, atol = get_tols(a, b, rtol, atol)
    close = _close(x, y, rtol, atol, equal_nan)
    if np.count_nonzero(~close) > get_etol(etol) * close.size:
        raise AssertionError(_report(x, y, close, rtol, atol, names, mismatches[0]))


def compare_ndarray_tuple(t1: Any, t2: Any, rtol: Tolerance = None, atol: Tolerance = None) -> None:
    """`assert_almost_equal` of arrays in nested tuples; ``None`` on either side is passed over."""
    if t1 is None or t2 is None:
        return
    if not isinstance(t1, tuple):
        assert_almost_equal(t1, t2, rtol, atol)
        return
    if len(t1) != len(t2):
        raise AssertionError(f"the tuples have {len(t1)} and {len(t2)} elements.")
    for first, second in zip(t1, t2, strict=True):
        compare_ndarray_tuple(first, second, rtol, atol)


def checkShapes(a: Any, b: Any) -> None:  # noqa: N802 - MXNet's name
    """Raise ``AssertionError`` unless two arrays have the same shape."""
    check_shapes(a, b, ("a", "b"))


def check_shapes(a: Any, b: Any, names: Sequence[str]) -> None:
    """`checkShapes` with names for the message."""
    first, second = np.shape(as_numpy(a)), np.shape(as_numpy(b))
    if first != second:
        raise AssertionError(f"{names[0]} and {names[1]} differ in shape: {first} and {second}.")


def find_max_violation(
    a: Any, b: Any, rtol: Tolerance = None, atol: Tolerance = None
) -> tuple[tuple[int, ...], np.float64]:
    """Where two arrays differ most.

    Returns:
        The index, and how many times what ``atol + rtol * |b|`` allows the difference is.
    """
    rtol, atol = get_tols(a, b, rtol, atol)
    x, y = _matched(a, b, ("a", "b"), use_broadcast=True)
    excess = _violations(x, y, rtol, atol)
    index = np.unravel_index(np.argmax(excess), excess.shape)
    return tuple(int(i) for i in index), excess[index]


def locationError(  # noqa: N802 - MXNet's name
    a: np.ndarray,
    b: np.ndarray,
    index: tuple[int, ...],
    names: Sequence[str],
    maxError: bool = False,  # noqa: N803 - MXNet's name
) -> str:
    """The text that shows one pair of elements.

    >>> locationError(np.array([1.0, 2.0]), np.array([1.0, 3.0]), (1,), ("a", "b"), maxError=True)
    'largest error at (1,): a = 2.0, b = 3.0'
    """
    place = tuple(int(i) for i in index)
    return f"{'largest ' * maxError}error at {place}: {names[0]} = {a[place]}, {names[1]} = {b[place]}"


def same_array(array1: NDArray, array2: NDArray) -> bool:
    """Whether two NDArrays of equal shape share their memory: what is written to one is read from the other."""
    if array1.shape != array2.shape:
        return False
    content = array1.copy()

    def follows(value: int) -> bool:
        array1[...] = value
        return bool((array2.asnumpy() == value).all())

    shared = follows(0) and follows(1)
    array1[...] = content
    return shared


def same_symbol_structure(sym1: Any, sym2: Any) -> bool:
    """Whether the graphs of two symbols have the same operators in the same order."""
    first, second = ([node.op and node.op.name for node in sym.graph.order] for sym in (sym1, sym2))
    return first == second


def _matched(a: Any, b: Any, names: Sequence[str], use_broadcast: bool) -> Sequence[np.ndarray]:
    """Both as NumPy arrays of one shape. Two NDArrays are not broadcast, as MXNet compares them by an operator."""
    if not use_broadcast or (isinstance(a, NDArray) and isinstance(b, NDArray)):
        check_shapes(a, b, names)
    x, y = as_numpy(a), as_numpy(b)
    try:
        return np.broadcast_arrays(x, y)
    except ValueError:
        raise AssertionError(
            f"{names[0]} and {names[1]} differ in shape, and do not broadcast: {x.shape} and {y.shape}."
        ) from None


def _close(x: np.ndarray, y: np.ndarray, rtol: float, atol: float, equal_nan: bool) -> np.ndarray:
    if (rtol == 0 and atol == 0) or x.dtype == y.dtype == np.bool_:  # not by float64, which rounds large integers
        return (x == y) | (np.isnan(x) & np.isnan(y)) if equal_nan else np.asarray(x == y)
    return np.isclose(_wide(x), _wide(y), rtol, atol, equal_nan)


def _wide(x: np.ndarray) -> np.ndarray:
    return x.astype(np.result_type(x, np.float64))


def _violations(x: np.ndarray, y: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """How many times the allowed difference each pair is apart; infinite for a number and NaN."""
    x, y = _wide(x), _wide(y)
    with np.errstate(all="ignore"):
        excess = np.where(x == y, 0.0, np.abs(x - y) / (atol + rtol * np.abs(y) + 1e-20))
    return np.where(np.isnan(excess), np.inf, excess)


def _without_nan(a: Any, b: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.broadcast_arrays(as_numpy(a), as_numpy(b))
    hidden = np.isnan(x) | np.isnan(y)
    return np.where(hidden, 0, x).astype(x.dtype), np.where(hidden, 0, y).astype(y.dtype)


def _report(
    x: np.ndarray, y: np.ndarray, close: np.ndarray, rtol: float, atol: float, names: Sequence[str], shown: int
) -> str:
    wrong = np.argwhere(~close)
    order = np.argsort(-_violations(x, y, rtol, atol)[~close], kind="stable")
    places = [tuple(wrong[i]) for i in order[: max(shown, 1)]]
    lines: Iterable[str] = (locationError(x, y, place, names, i == 0) for i, place in enumerate(places))
    with np.printoptions(threshold=10, edgeitems=3):
        return "\n".join(
            [
                f"{names[0]} and {names[1]} differ by more than rtol={rtol:g}, atol={atol:g} allow in {len(wrong)} of "
                f"{close.size} elements ({100 * len(wrong) / close.size:.4g}%).",
                *lines,
                f"{names[0]}: {x!r}",
                f"{names[1]}: {y!r}",
            ]
        )
