"""Adam."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class Adam(Functional):
    """Steps along the moving average of the gradient, measured by that of its square.

    m ← beta1 m + (1 - beta1) g; v ← beta2 v + (1 - beta2) g²; w ← w - lr √(1 - beta2ᵗ) / (1 - beta1ᵗ) m / (√v + epsilon),
    where g is the rescaled gradient with wd w, clipped, and t counts the updates of the parameter.

    Args:
        learning_rate: lr.
        beta1, beta2, epsilon: as in the formulas.
        lazy_update: of sparse gradients; no effect.
        **kwargs: see `Optimizer`.

    Source: Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.Adam(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.5 1.5]
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        lazy_update: bool = True,
        **kwargs: Any,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lazy_update = lazy_update

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        t = self._index_update_count[index]
        corrected = lr * math.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        betas = {"beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon}
        return super().numbers(index, corrected, wd) | betas

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad + n.wd * weight, n)
        mean = n.beta1 * state[0] + (1 - n.beta1) * grad
        var = n.beta2 * state[1] + (1 - n.beta2) * grad * grad
        return weight - n.lr * mean / (jnp.sqrt(var) + n.epsilon), (mean, var)
