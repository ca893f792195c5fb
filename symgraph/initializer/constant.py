"""`Zero`, `One` and `Constant`."""

from __future__ import annotations

from typing import Any

from symgraph.initializer.base import Initializer, alias, register
from symgraph.runtime.ndarray import NDArray


@register
@alias("zeros")
class Zero(Initializer):
    """Weights that are 0."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, _: str, arr: NDArray) -> None:
        arr[:] = 0


@register
@alias("ones")
class One(Initializer):
    """Weights that are 1."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, _: str, arr: NDArray) -> None:
        arr[:] = 1


@register
class Constant(Initializer):
    """Weights that are all a number, or an array that is broadcast to theirs.

    Args:
        value: a number, a list, or an array.

    >>> import symgraph as mx
    >>> weight = mx.nd.zeros((2, 2))
    >>> mx.init.Constant([1, 2])(mx.init.InitDesc("weight"), weight)
    >>> weight.asnumpy().tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """

    def __init__(self, value: Any):
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, _: str, arr: NDArray) -> None:
        arr[:] = self.value
