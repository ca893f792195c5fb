"""SGLD: gradient descent that samples."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class SGLD(Functional):
    """Langevin dynamics: w ← w - lr / 2 (g + wd w) + noise of variance lr, where g is the rescaled and clipped gradient.

    With gradients of a negative log posterior and rates that shrink, weights become samples of it.

    Source: Welling, Teh 2011, "Bayesian Learning via Stochastic Gradient Langevin Dynamics".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((10000,)), mx.optimizer.SGLD(learning_rate=0.25)
    >>> optimizer.update(0, weight, mx.nd.zeros((10000,)), None)
    >>> float(weight.asnumpy().mean().round(1)), float(weight.asnumpy().std().round(1))
    (1.0, 0.5)
    """

    is_random = True
    clips_to_zero = True

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return None

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n) + n.wd * weight
        noise = jnp.sqrt(n.lr) * jax.random.normal(key, weight.shape, weight.dtype)
        return weight - n.lr / 2 * grad + noise, ()
