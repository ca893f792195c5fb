"""``mx.nd.contrib.isfinite``, ``isinf`` and ``isnan``, which MXNet writes in Python: 1 where it is so, else 0."""

from __future__ import annotations

from typing import Any

from symgraph.runtime.ndarray import NDArray


def isfinite(data: NDArray) -> Any:
    """Where an array is neither infinite nor NaN.

    >>> import symgraph as mx
    >>> mx.nd.contrib.isfinite(mx.nd.array([1, float("inf"), float("nan")])).asnumpy().tolist()
    [1.0, 0.0, 0.0]
    """
    return (data == data) * (abs(data) != float("inf"))


def isinf(data: NDArray) -> Any:
    """Where an array is infinite.

    >>> import symgraph as mx
    >>> mx.nd.contrib.isinf(mx.nd.array([1, -float("inf"), float("nan")])).asnumpy().tolist()
    [0.0, 1.0, 0.0]
    """
    return abs(data) == float("inf")


def isnan(data: NDArray) -> Any:
    """Where an array is not a number.

    >>> import symgraph as mx
    >>> mx.nd.contrib.isnan(mx.nd.array([1, float("inf"), float("nan")])).asnumpy().tolist()
    [0.0, 0.0, 1.0]
    """
    return data != data


FUNCTIONS = (isfinite, isinf, isnan)
