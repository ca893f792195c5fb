"""LARS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp

from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.compiled import Numbers
from symgraph.train.optimizer.functional import Array
from symgraph.train.optimizer.sgd import Momentum


@register
class LARS(Momentum):
    """Gradient descent with a rate for each layer, by the length of its weight: lr eta |w| / (|g| + wd |w| + eps).

    The rate is lr where |w| or |g| is 0, and for parameters whose names end in ``gamma``, ``beta`` or ``bias``. By default
    weights decay whose names end in ``_weight``.

    Args:
        momentum: share of the last step that is kept; with 0 there is no state.
        lazy_update: of sparse gradients; no effect.
        eta, eps: as in the formula.
        momentum_correction: whether the momentum is multiplied by what the learning rate has changed by since the last step.
        **kwargs: see `Optimizer`.

    Source: You et al. 2017, "Large Batch Training of Convolutional Networks".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.array([3, 4]), mx.optimizer.LARS(learning_rate=1, eta=0.1)
    >>> optimizer.update(0, weight, mx.nd.array([2, 0]), optimizer.create_state(0, weight))
    >>> print(weight.asnumpy().round(3))
    [2.5 4. ]
    """

    def __init__(
        self,
        momentum: float = 0.0,
        lazy_update: bool = True,
        eta: float = 0.001,
        eps: float = 0,
        momentum_correction: bool = True,
        **kwargs: Any,
    ):
        super().__init__(momentum, **kwargs)
        self.momentum_correction = momentum_correction
        self.lazy_update = lazy_update
        self.aggregate_num = 4
        self.eta = eta
        self.eps = eps
        self.skip = 0
        self.last_lr: float | None = None
        self.cur_lr: float | None = None

    _rated = -1
    """Number of updates that `cur_lr` is the rate of."""

    def set_wd_mult(self, args_wd_mult: Mapping[Any, float]) -> None:
        self.wd_mult = {name: 0.0 for name in self.idx2name.values() if not name.endswith("_weight")}
        self.wd_mult.update(self._of_variables("__wd_mult__"))
        self.wd_mult.update(args_wd_mult)

    def _get_lrs(self, indices: Sequence[Any]) -> list[float]:
        if self.num_update != self._rated:
            now = self.learning_rate
            self.last_lr, self.cur_lr = (now if self.cur_lr is None else self.cur_lr), now
            self._rated = self.num_update
        return super()._get_lrs(indices)

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        found = super().numbers(index, lr, wd) | {"eta": self.eta, "eps": self.eps}
        if self.momentum_correction and self.last_lr and self.cur_lr is not None:
            found["momentum"] *= self.cur_lr / self.last_lr
        is_adapted = not self.idx2name.get(index, str(index)).endswith(("gamma", "beta", "bias"))
        return found | {"is_adapted": float(is_adapted)}

    def change(self, weight: Array, grad: Array, n: SimpleNamespace) -> Array:
        length, steepness = jnp.linalg.norm(weight), jnp.linalg.norm(grad) * n.rescale_grad
        ratio = n.eta * length / (steepness + n.wd * length + n.eps)
        applies = (n.is_adapted > 0) & (length > 0) & (steepness > 0)
        return super().change(weight, grad, n) * jnp.where(applies, ratio, 1)
