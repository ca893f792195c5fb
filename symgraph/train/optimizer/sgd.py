"""Gradient descent, with or without momentum."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

import numpy as np

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


class Momentum(Functional):
    """Base of optimizers whose state is a momentum, or nothing if `momentum` is 0; a float32 copy stands behind it.

    Args:
        momentum: share of the last step that is kept.
        **kwargs: see `Optimizer`.
    """

    copy_is_last = True
    may_lack_state = True

    def __init__(self, momentum: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum = momentum

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return None if self.momentum == 0.0 else zeros_like(weight)

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        if not self._keeps_copy(weight):
            return super().create_state_multi_precision(index, weight)
        copy = weight.astype(np.float32)
        return (self.create_state(index, copy), copy)

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"momentum": self.momentum}

    def structure(self) -> Hashable:
        return super().structure(), self.momentum == 0.0

    def change(self, weight: Array, grad: Array, n: SimpleNamespace) -> Array:
        """The step without momentum, to be subtracted."""
        return n.lr * (self.clipped(grad * n.rescale_grad, n) + n.wd * weight)

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        change = self.change(weight, grad, n)
        if not state:
            return weight - change, ()
        momentum = n.momentum * state[0] - change
        return weight + momentum, (momentum,)


@register
class SGD(Momentum):
    """Gradient descent: m ← momentum m - lr (g + wd w); w ← w + m, where g is the rescaled and clipped gradient.

    Args:
        momentum: share of the last step that is kept; with 0 there is no state.
        lazy_update: of sparse gradients; no effect.
        **kwargs: see `Optimizer`.

    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.SGD(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([1, 2]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [0.5, 0.0]
    """

    def __init__(self, momentum: float = 0.0, lazy_update: bool = True, **kwargs: Any):
        super().__init__(momentum, **kwargs)
        self.lazy_update = lazy_update
        self.aggregate_num = 4


@register
class ccSGD(SGD):  # noqa: N801 - MXNet's name
    """`SGD` under the name that it had where it was written in C++."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
