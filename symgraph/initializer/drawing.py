"""Random numbers for initial values.

They are drawn on the host: a program of the device would be compiled for every shape that a network's parameters have.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symgraph.errors import DTypeError, OpAttributeError, described
from symgraph.ir.dtype import is_float
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.rng import next_key


def generator(arr: NDArray) -> np.random.Generator:
    """The next generator of an array's context, see ``mx.random.seed``."""
    return np.random.default_rng(next_key(arr.context))


def fill_uniform(arr: NDArray, name: str, scale: float) -> None:
    """Numbers in [-scale, scale), each as likely as any other.

    Raises:
        DTypeError: the array is one of integers.
        ScaleError: `scale` is no number, or a negative one.
    """
    dtype, scale = _drawn(arr, name), _checked(name, scale)
    arr[:] = (generator(arr).random(arr.shape, dtype) * 2 - 1) * dtype.type(scale)


def fill_normal(arr: NDArray, name: str, deviation: float) -> None:
    """Numbers of a normal distribution around 0. Raises as `fill_uniform`."""
    dtype, deviation = _drawn(arr, name), _checked(name, deviation)
    arr[:] = generator(arr).standard_normal(arr.shape, dtype) * dtype.type(deviation)


def _drawn(arr: NDArray, name: str) -> np.dtype:
    """The dtype to draw numbers for an array in."""
    dtype = np.dtype(arr.dtype)
    if not is_float(dtype):
        raise DTypeError(
            f"'{name}' holds {dtype.name}, random initial values are fractions; say how to initialize it, as in "
            f"mx.sym.Variable('{name}', init=mx.init.Zero())."
        )
    return np.dtype(np.float64 if dtype == np.float64 else np.float32)


def _checked(name: str, scale: Any) -> float:
    if not isinstance(scale, (int, float, np.number)) or not 0 <= scale < math.inf:
        raise ScaleError(
            f"'{name}': how far random initial values are spread must be a number of 0 or more, given {described(scale)}."
        )
    return float(scale)


class ScaleError(OpAttributeError, TypeError):
    """The spread of random numbers is no number, or a negative one."""
