"""Random numbers for initial values.

They are drawn on the host: a program of the device would be compiled for every shape that a network's parameters have.
"""

from __future__ import annotations

import numpy as np

from symgraph.errors import DTypeError
from symgraph.ir.dtype import is_float
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.rng import next_key


def generator(arr: NDArray) -> np.random.Generator:
    """The next generator of an array's context, see ``mx.random.seed``."""
    return np.random.default_rng(next_key(arr.context))


def fill_uniform(arr: NDArray, name: str, low: float, high: float) -> None:
    """Numbers in [low, high), each as likely as any other.

    Raises:
        DTypeError: the array is one of integers.
    """
    dtype = _drawn(arr, name)
    arr[:] = generator(arr).random(arr.shape, dtype) * dtype.type(high - low) + dtype.type(low)


def fill_normal(arr: NDArray, name: str, mean: float, deviation: float) -> None:
    """Numbers of a normal distribution.

    Raises:
        DTypeError: the array is one of integers.
    """
    dtype = _drawn(arr, name)
    arr[:] = generator(arr).standard_normal(arr.shape, dtype) * dtype.type(deviation) + dtype.type(mean)


def _drawn(arr: NDArray, name: str) -> np.dtype:
    dtype = np.dtype(arr.dtype)
    if not is_float(dtype):
        raise DTypeError(
            f"'{name}' holds {dtype.name}, random initial values are fractions; say how to initialize it, as in "
            f"mx.sym.Variable('{name}', init=mx.init.Zero())."
        )
    return np.dtype(np.float64 if dtype == np.float64 else np.float32)
