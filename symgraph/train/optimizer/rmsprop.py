"""RMSProp."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class RMSProp(Functional):
    """Steps measured by a moving average of squares: n ← gamma1 n + (1 - gamma1) g²; w ← w - lr g / √(n + epsilon).

    Centred: a ← gamma1 a + (1 - gamma1) g; d ← gamma2 d - lr g / √(n - a² + epsilon); w ← w + d. In both, g is the rescaled
    gradient with wd w, clipped.

    Args:
        learning_rate: lr.
        gamma1, gamma2, epsilon: as in the formulas.
        centered: whether the average of the gradient is subtracted.
        clip_weights: limit on the absolute value of weights; ``None`` or 0 is none.
        **kwargs: see `Optimizer`.

    Source: Tieleman, Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning"; centred: Graves 2013, "Generating
    Sequences With Recurrent Neural Networks".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.RMSProp(learning_rate=0.1)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.684 1.316]
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        gamma1: float = 0.9,
        gamma2: float = 0.9,
        epsilon: float = 1e-8,
        centered: bool = False,
        clip_weights: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.gamma1 = gamma1
        self.gamma2 = gamma2
        self.centered = centered
        self.epsilon = epsilon
        self.clip_weights = clip_weights

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return tuple([zeros_like(weight) for _ in range(3 if self.centered else 1)])

    @property
    def _clips_weights(self) -> bool:
        return self.clip_weights is not None and self.clip_weights > 0

    def structure(self) -> Hashable:
        return super().structure(), self.centered, self._clips_weights

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        found = super().numbers(index, lr, wd)
        found |= {"gamma1": self.gamma1, "gamma2": self.gamma2, "epsilon": self.epsilon}
        return found | ({"clip_weights": self.clip_weights} if self.clip_weights else {})

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad + n.wd * weight, n)
        square = n.gamma1 * state[0] + (1 - n.gamma1) * grad * grad
        if self.centered:
            mean = n.gamma1 * state[1] + (1 - n.gamma1) * grad
            delta = n.gamma2 * state[2] - n.lr * grad / jnp.sqrt(square - mean * mean + n.epsilon)
            return self._limited(weight + delta, n), (square, mean, delta)
        return self._limited(weight - n.lr * grad / jnp.sqrt(square + n.epsilon), n), (square,)

    def _limited(self, weight: Array, n: SimpleNamespace) -> Array:
        return jnp.clip(weight, -n.clip_weights, n.clip_weights) if self._clips_weights else weight
