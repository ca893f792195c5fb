"""Gradient descent by signs."""

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
class Signum(Functional):
    """Steps of length lr against the sign of the momentum: m ← momentum m - (1 - momentum)(g + wd w);
    w ← (1 - lr wd_lh) w + lr sign(m).

    Without momentum: w ← (1 - lr wd) w - lr sign(grad), where neither rescaling nor clipping matters.

    Args:
        learning_rate: length of a step.
        momentum: share of the last gradients that is kept; with 0 there is no state.
        wd_lh: weight decay beside the momentum.
        **kwargs: see `Optimizer`.

    Source: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex Problems"; `wd_lh`: Loshchilov, Hutter
    2017, "Decoupled Weight Decay Regularization".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.Signum(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([3, -4]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [0.5, 1.5]
    """

    may_lack_state = True

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, wd_lh: float = 0.0, **kwargs: Any):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.wd_lh = wd_lh

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return None if self.momentum == 0.0 else zeros_like(weight)

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        return super().numbers(index, lr, wd) | {"momentum": self.momentum, "wd_lh": self.wd_lh}

    def structure(self) -> Hashable:
        return super().structure(), self.momentum == 0.0

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        if not state:
            return (1 - n.lr * n.wd) * weight - n.lr * _sign(grad), ()
        gradient = self.clipped(grad * n.rescale_grad, n) + n.wd * weight
        momentum = n.momentum * state[0] - (1 - n.momentum) * gradient
        return (1 - n.lr * n.wd_lh) * weight + n.lr * _sign(momentum), (momentum,)


def _sign(x: Array) -> Array:
    """As in MXNet, that of NaN is 0."""
    return jnp.where(jnp.isnan(x), 0, jnp.sign(x))
