"""Adamax: Adam by the largest of past gradients."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class Adamax(Functional):
    """Adam with a maximum in place of the average of squares.

    m ← beta1 m + (1 - beta1) g; u ← max(beta2 u, |g|); w ← w - lr / (1 - beta1ᵗ) m / u, where g is the rescaled gradient
    with wd w, clipped. A weight whose gradients were all 0 stays.

    Args:
        learning_rate: lr.
        beta1, beta2: as in the formulas.
        **kwargs: see `Optimizer`.

    Source: Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.Adamax(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, 0]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [0.5, 1.0]
    """

    clips_to_zero = True

    def __init__(self, learning_rate: float = 0.002, beta1: float = 0.9, beta2: float = 0.999, **kwargs: Any):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        corrected = lr / (1 - self.beta1 ** self._index_update_count[index])
        rest = {"beta1": self.beta1, "beta2": self.beta2, "new1": 1 - self.beta1}
        return super().numbers(index, corrected, wd) | rest

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad + n.wd * weight, n)
        mean = n.beta1 * state[0] + n.new1 * grad
        most = jnp.maximum(n.beta2 * state[1], jnp.abs(grad))
        return weight - n.lr * jnp.where(most == 0, 0, mean / most), (mean, most)
