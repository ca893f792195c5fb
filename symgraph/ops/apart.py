"""A part of a program that XLA compiles by itself.

XLA fuses what makes an array with what reads it. Where each element is read often, as by the taps of a window, it then
makes the array again for every tap, or keeps the product of every tap in memory. Nothing in StableHLO forbids that; what
does is a call that may not be inlined: its arguments and results are arrays in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax.experimental.xla_metadata import set_xla_metadata


def apart(function: Callable[..., Any], *arrays: Any) -> Any:
    """``function(*arrays)``, fused neither with what makes the arrays nor with what reads the result; both may be trees.

    `python -m benchmarks nets --networks mobilenet,inception-bn` shows what it is worth.
    """

    def body(*arrays: Any) -> Any:
        with set_xla_metadata(inlineable=None):  # calls within this one are ordinary ones
            return function(*arrays)

    with set_xla_metadata(inlineable="false"):
        return jax.jit(body)(*arrays)
