"""FTML: follow the moving leader."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, single, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class FTML(Functional):
    """The weight that would have been best lately.

    v ← beta2 v + (1 - beta2) g²; d' = (1 - beta1ᵗ) / lr (√(v / (1 - beta2ᵗ)) + epsilon);
    z ← beta1 z + (1 - beta1) g - (d' - beta1 d) w; d ← d'; w ← -z / d, where g is the rescaled gradient with wd w, clipped.

    Args:
        beta1, beta2, epsilon: as in the formulas.
        **kwargs: see `Optimizer`.

    Source: Zheng, Kwok 2017, "Follow the Moving Leader in Deep Learning".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.FTML(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.5 1.5]
    """

    def __init__(self, beta1: float = 0.6, beta2: float = 0.999, epsilon: float = 1e-8, **kwargs: Any):
        super().__init__(**kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight), zeros_like(weight))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        t, beta1, beta2 = self._index_update_count[index], single(self.beta1), single(self.beta2)
        return super().numbers(index, lr, wd) | {
            "beta1": beta1,
            "beta2": beta2,
            "epsilon": self.epsilon,
            "correction1": 1 - beta1**t,
            "correction2": 1 - beta2**t,
        }

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        d, v, z = state
        grad = self.clipped(grad * n.rescale_grad + n.wd * weight, n)
        v = n.beta2 * v + (1 - n.beta2) * grad * grad
        after = n.correction1 / n.lr * (jnp.sqrt(v / n.correction2) + n.epsilon)
        z = n.beta1 * z + (1 - n.beta1) * grad - (after - n.beta1 * d) * weight
        return -z / after, (after, v, z)
