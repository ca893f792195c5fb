"""Optimizers of MXNet's ``optimizer.contrib``: AdaGrad with one rate for each row."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.shape import show
from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class GroupAdaGrad(Functional):
    """AdaGrad with one rate for each row, as for embeddings: h ← h + mean(g²) over a row; w ← w - lr g / √(h + eps).

    Weights are matrices, and do not decay.

    Args:
        eps: keeps the step finite; kept as ``float_stable_eps``.
        **kwargs: see `Optimizer`.

    Raises:
        ShapeError: a weight is no matrix.
        OpAttributeError: weight decay is wanted.

    Source: Duchi et al. 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2, 2)), mx.optimizer.contrib.GroupAdaGrad(learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([[3, 3], [0, 0]]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().round(3).tolist()
    [[0.5, 0.5], [1.0, 1.0]]
    """

    clips_to_zero = True

    def __init__(self, eps: float = 1e-5, **kwargs: Any):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: NDArray) -> Any:
        if weight.ndim != 2:
            raise MatrixError(
                f"GroupAdaGrad: weights are matrices (rows, columns), given one of shape {show(weight.shape)}; use AdaGrad."
            )
        return zeros((weight.shape[0], 1), weight.context, dtype=weight.dtype)

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        if wd != 0:
            raise DecayError(
                f"GroupAdaGrad: weights do not decay, given wd = {wd} for parameter {index!r}; use AdaGrad."
            )
        return super().numbers(index, lr, wd) | {"eps": self.float_stable_eps}

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        grad = self.clipped(grad * n.rescale_grad, n)
        history = state[0] + jnp.mean(grad * grad, axis=1, keepdims=True)
        return weight - n.lr * grad / jnp.sqrt(history + n.eps), (history,)


class MatrixError(ShapeError, AssertionError):
    """A weight is no matrix; MXNet asserts that."""


class DecayError(OpAttributeError, AssertionError):
    """Weight decay is wanted of an optimizer without; MXNet asserts that."""
