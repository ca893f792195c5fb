"""Gradient descent, with or without momentum."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

import numpy as np

from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.functional import Array, Functional


@register
class SGD(Functional):
    """Gradient descent: m ← momentum m - lr (g + wd w); w ← w + m, where g is the rescaled and clipped gradient.

    Args:
        momentum: share of the last step that is kept; with 0 there is no state.
        lazy_update: of sparse gradients; no effect.
        **kwargs: see `Optimizer`.

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.SGD(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([1, 2]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [0.5, 0.0]
    """

    copy_is_last = True

    def __init__(self, momentum: float = 0.0, lazy_update: bool = True, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.lazy_update = lazy_update

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return zeros(weight.shape, weight.context, dtype=weight.dtype) if self.momentum != 0.0 else None

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        if not self._keeps_copy(weight):
            return super().create_state_multi_precision(index, weight)
        copy = weight.astype(np.float32)
        return (self.create_state(index, copy), copy)

    def numbers(self, index: Any) -> dict[str, float]:
        return super().numbers(index) | {"momentum": self.momentum}

    def structure(self) -> Hashable:
        return super().structure(), self.momentum != 0.0

    def step(
        self, weight: Array, grad: Array, state: tuple[Array, ...], n: SimpleNamespace, key: Array | None
    ) -> tuple[Array, tuple[Array, ...]]:
        move = n.lr * (self.scaled(grad, n) + n.wd * weight)
        if not state:
            return weight - move, ()
        momentum = n.momentum * state[0] - move
        return weight + momentum, (momentum,)
