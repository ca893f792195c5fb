"""AdaDelta."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class AdaDelta(Functional):
    """Steps in proportion to past steps; there is no learning rate.

    a ← rho a + (1 - rho) g²; d = √((b + epsilon) / (a + epsilon)) g; b ← rho b + (1 - rho) d²; w ← w - d - wd w.

    Args:
        rho, epsilon: as in the formulas.
        **kwargs: see `Optimizer`.

    Source: Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.AdaDelta(epsilon=0.1)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.051 1.97 ]
    """

    clips_to_zero = True

    def __init__(self, rho: float = 0.90, epsilon: float = 1e-5, **kwargs: Any):
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"rho": self.rho, "new": 1 - self.rho, "epsilon": self.epsilon}

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n)
        square = n.rho * state[0] + n.new * grad * grad
        delta = jnp.sqrt(state[1] + n.epsilon) / jnp.sqrt(square + n.epsilon) * grad
        return weight - (delta + n.wd * weight), (square, n.rho * state[1] + n.new * delta * delta)
