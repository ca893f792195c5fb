"""DCASGD: gradient descent by gradients that are late."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class DCASGD(Functional):
    """Gradient descent that corrects a gradient for what the weight has changed since: g + lamda g² (w - previous w).

    m ← momentum m - lr (g + wd w + lamda g² (w - previous w)); w ← w + m.

    Args:
        momentum: share of the last step that is kept.
        lamda: as in the formula.
        **kwargs: see `Optimizer`.

    Source: Zheng et al. 2017, "Asynchronous Stochastic Gradient Descent with Delay Compensation".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.array([1]), mx.optimizer.DCASGD(learning_rate=0.5, lamda=1)
    >>> state = optimizer.create_state(0, weight)
    >>> for _ in range(2):
    ...     optimizer.update(0, weight, mx.nd.array([1]), state)
    >>> weight.asnumpy().tolist()
    [0.25]
    """

    clips_to_zero = True

    def __init__(self, momentum: float = 0.0, lamda: float = 0.04, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.weight_previous: dict[Any, Any] = {}
        self.lamda = lamda

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (None if self.momentum == 0.0 else zeros_like(weight), weight.copy())

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"momentum": self.momentum, "lamda": self.lamda}

    def structure(self) -> Hashable:
        return super().structure(), self.momentum == 0.0

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        *momentum, previous = state
        grad = self.clipped(grad * n.rescale_grad, n)
        move = -n.lr * (grad + n.wd * weight + n.lamda * grad * grad * (weight - previous))
        if not momentum:
            return weight + move, (weight,)
        move = n.momentum * momentum[0] + move
        return weight + move, (move, weight)
