"""FTRL: follow the regularized leader."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers, zeros_like
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class Ftrl(Functional):
    """The weight that would have been best so far, under an L1 term that makes weights exactly zero.

    z ← z + g - (√(n + g²) - √n) w / lr; n ← n + g²; w is 0 where |z| <= lamda1, else
    (sign(z) lamda1 - z) / ((beta + √n) / lr + wd).

    Args:
        lamda1: of the L1 term; that of the L2 term is `wd`.
        learning_rate, beta: as in the formulas. A `lr_scheduler` has a `base_lr` of its own, as in MXNet.
        **kwargs: see `Optimizer`.

    Source: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.zeros((2,)), mx.optimizer.Ftrl(lamda1=3, learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [0.  0.1]
    """

    def __init__(self, lamda1: float = 0.01, learning_rate: float = 0.1, beta: float = 1, **kwargs: Any):
        super().__init__(**kwargs)
        self.lr = learning_rate
        self.lamda1 = lamda1
        self.beta = beta

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return (zeros_like(weight), zeros_like(weight))

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"lamda1": self.lamda1, "beta": self.beta}

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n)
        square = state[1] + grad * grad
        z = state[0] + grad - (jnp.sqrt(square) - jnp.sqrt(state[1])) * weight / n.lr
        moved = (jnp.sign(z) * n.lamda1 - z) / ((n.beta + jnp.sqrt(square)) / n.lr + n.wd)
        return jnp.where(jnp.abs(z) <= n.lamda1, 0, moved), (z, square)
