"""Nadam: Adam with Nesterov's momentum."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class Nadam(Functional):
    """Adam with Nesterov's momentum, which grows with the number of updates.

    With μ(t) = beta1 (1 - 0.96^(t schedule_decay) / 2), and P the product of μ(t) over all updates so far, whichever
    parameter they were of: m ← beta1 m + (1 - beta1) g; v ← beta2 v + (1 - beta2) g²;
    w ← w - lr ((1 - μ(t)) g / (1 - P) + μ(t + 1) m / (1 - P μ(t + 1))) / (√(v / (1 - beta2ᵗ)) + epsilon),
    where g is the rescaled gradient with wd w, clipped.

    Args:
        learning_rate: lr.
        beta1, beta2, epsilon, schedule_decay: as in the formulas.
        **kwargs: see `Optimizer`.

    Source: Dozat 2016, "Incorporating Nesterov Momentum into Adam"; there the product is one parameter's.

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.Nadam(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.472 1.528]
    """

    clips_to_zero = True
    _counters = (*Functional._counters, "m_schedule")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        schedule_decay: float = 0.004,
        **kwargs: Any,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.schedule_decay = schedule_decay
        self.m_schedule = 1.0

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def _momentum(self, t: int) -> float:
        return self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        t = self._index_update_count[index]
        now, following = self._momentum(t), self._momentum(t + 1)
        self.m_schedule *= now
        return super().numbers(index, lr, wd) | {
            "beta1": self.beta1,
            "beta2": self.beta2,
            "new1": 1 - self.beta1,
            "new2": 1 - self.beta2,
            "epsilon": self.epsilon,
            "of_grad": (1 - now) / (1 - self.m_schedule),
            "of_mean": following / (1 - self.m_schedule * following),
            "correction": 1 - self.beta2**t,
        }

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad + n.wd * weight, n)
        mean = n.beta1 * state[0] + n.new1 * grad
        var = n.beta2 * state[1] + n.new2 * grad * grad
        ahead = n.of_grad * grad + n.of_mean * mean
        return weight - n.lr * ahead / (jnp.sqrt(var / n.correction) + n.epsilon), (mean, var)
