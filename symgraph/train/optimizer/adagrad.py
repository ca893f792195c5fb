"""AdaGrad."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class AdaGrad(Functional):
    """Steps that shrink by the sum of squares of past gradients: h ← h + g²; w ← w - lr (g / √(h + eps) + wd w).

    Args:
        eps: keeps the step finite; kept as ``float_stable_eps``.
        **kwargs: see `Optimizer`.

    Source: Duchi et al. 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.AdaGrad(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.5 1.5]
    """

    clips_to_zero = True

    def __init__(self, eps: float = 1e-7, **kwargs: Any):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return zeros_like(weight)

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"eps": self.float_stable_eps}

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n)
        history = state[0] + grad * grad
        return weight - n.lr * (grad / jnp.sqrt(history + n.eps) + n.wd * weight), (history,)
