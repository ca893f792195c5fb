"""LAMB."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, single, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class LAMB(Functional):
    """Adam with weight decay apart, whose steps are as long as the weight: for batches of thousands of examples.

    m ← beta1 m + (1 - beta1) g; v ← beta2 v + (1 - beta2) g²; d = m / (√v + epsilon) + wd w; w ← w - lr |w| / |d| d.
    Where |w| or |d| is 0, their ratio is left out.

    Args:
        learning_rate: lr.
        beta1, beta2, epsilon: as in the formulas.
        lower_bound, upper_bound: limits on |w| in the formula.
        bias_correction: whether m and v are divided by 1 - beta1ᵗ and 1 - beta2ᵗ in d.
        **kwargs: see `Optimizer`.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.array([3, 4]), mx.optimizer.LAMB(learning_rate=0.1)
    >>> optimizer.update(0, weight, mx.nd.array([3, 0]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [2.5 4. ]
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-6,
        lower_bound: float | None = None,
        upper_bound: float | None = None,
        bias_correction: bool = True,
        **kwargs: Any,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.bias_correction = bias_correction
        self.aggregate_num = 45

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def _bounds(self) -> Numbers:
        bounds = {"lower_bound": self.lower_bound, "upper_bound": self.upper_bound}
        return {name: bound for name, bound in bounds.items() if bound is not None and bound > 0}

    def structure(self) -> Hashable:
        return super().structure(), tuple(self._bounds())

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        t, beta1, beta2 = self._index_update_count[index], single(self.beta1), single(self.beta2)
        betas = {"beta1": beta1, "beta2": beta2, "epsilon": self.epsilon}
        corrections = {
            "correction1": 1 - beta1**t if self.bias_correction else 1.0,
            "correction2": 1 - beta2**t if self.bias_correction else 1.0,
        }
        return super().numbers(index, lr, wd) | betas | corrections | self._bounds()

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n)
        mean = n.beta1 * state[0] + (1 - n.beta1) * grad
        var = n.beta2 * state[1] + (1 - n.beta2) * grad * grad
        direction = mean / n.correction1 / (jnp.sqrt(var / n.correction2) + n.epsilon) + n.wd * weight
        length, own = jnp.linalg.norm(weight), jnp.linalg.norm(direction)
        length = jnp.maximum(length, n.lower_bound) if "lower_bound" in self._bounds() else length
        length = jnp.minimum(length, n.upper_bound) if "upper_bound" in self._bounds() else length
        ratio = jnp.where((length == 0) | (own == 0), 1, length / own)
        return weight - n.lr * ratio * direction, (mean, var)
