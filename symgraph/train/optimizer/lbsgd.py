"""LBSGD: gradient descent with large batches."""

from __future__ import annotations

import logging
import math
from collections.abc import Hashable, Sequence
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError
from symgraph.lower.update import Rule
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import Optimizer, register
from symgraph.train.optimizer.compiled import Numbers
from symgraph.train.optimizer.functional import Array
from symgraph.train.optimizer.sgd import Momentum

_WARM_UP = {"linear": lambda share: share, "power2": lambda share: share * share, "sqrt": math.sqrt}
"""How far the rate has grown after a share of the warm-up."""


@register
class LBSGD(Momentum):
    """Gradient descent by the average of several batches, with a rate that grows by their number in a warm-up.

    Args:
        momentum: share of the last step that is kept; with 0 there is no state.
        multi_precision: as in `Optimizer`.
        warmup_strategy: how the rate grows from lr to batch_scale lr: ``"linear"``, ``"power2"``, ``"sqrt"``; or
            ``"lars"``: it is lr √(|w|² / (|g|² + wd |w|²)) for each weight, at least 0.01 lr and at most 100 lr, at all times.
            With others it is lr until the warm-up ends.
        warmup_epochs: duration of the warm-up.
        batch_scale: number of batches whose average gradient is used.
        updates_per_epoch: number of batches in an epoch.
        begin_epoch, num_epochs: first epoch, from which batches are counted, and number of epochs; no effect.
        **kwargs: see `Optimizer`.

    Source: You et al. 2017, "Large Batch Training of Convolutional Networks".

    >>> import symgraph as mx
    >>> optimizer = mx.optimizer.LBSGD(learning_rate=1, batch_scale=2, warmup_epochs=1, updates_per_epoch=4)
    >>> update, weight = mx.optimizer.get_updater(optimizer), mx.nd.array([0])
    >>> for gradient in (1, 3):
    ...     update(0, mx.nd.array([gradient]), weight)
    >>> weight.asnumpy().tolist()
    [-3.0]
    """

    copy_is_last = False
    _counters = (*Momentum._counters, "cumgrads")

    def __init__(
        self,
        momentum: float = 0.0,
        multi_precision: bool = False,
        warmup_strategy: str = "linear",
        warmup_epochs: float = 5,
        batch_scale: float = 1,
        updates_per_epoch: float = 32,
        begin_epoch: float = 0,
        num_epochs: float = 60,
        **kwargs: Any,
    ):
        super().__init__(momentum, multi_precision=multi_precision, **kwargs)
        if batch_scale <= 0:
            raise OpAttributeError(f"LBSGD: batch_scale is a number of batches, at least 1, given {batch_scale}.")
        logging.root.info("Running Large-Batch SGD Algorithm")
        logging.root.info(
            "(Batch_scale=%f, warmup_epochs=%d, warmup_strategy=%s, updates_per_epoch=%d)",
            batch_scale,
            warmup_epochs,
            warmup_strategy,
            updates_per_epoch,
        )
        self.warmup_strategy = warmup_strategy
        self.warmup_epochs = warmup_epochs
        self.batch_scale = batch_scale
        self.updates_per_epoch = updates_per_epoch
        self.init_updates = begin_epoch * updates_per_epoch
        self.num_epochs = num_epochs
        self.lbmult = 1
        self.cumgrads: dict[Any, dict[str, Any]] = {}
        self.adaptive = False
        self.admult = 1

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        return Optimizer.create_state_multi_precision(self, index, weight)

    def _get_lbmult(self, nup: float) -> float:
        """What the rate is multiplied by after a number of batches."""
        updates = self.warmup_epochs * self.updates_per_epoch
        if nup >= updates:
            return float(self.batch_scale)
        grown = _WARM_UP.get(self.warmup_strategy)
        if updates <= 1 or grown is None:
            return 1.0
        return 1.0 + (self.batch_scale - 1) * grown(nup / updates)

    def rule(self, weights: Sequence[NDArray], indices: Sequence[Any] = ()) -> Rule | None:
        return super().rule(weights, indices) if self.batch_scale == 1 else None

    def _update(self, index: Any, weight: Any, grad: Any, state: Any, may_be_precise: bool) -> None:
        if self.batch_scale == 1:
            super()._update(index, weight, grad, state, may_be_precise)
            return
        if may_be_precise and self._keeps_copy(weight):
            grad = grad.astype(np.float32)
        average = self._cumulated(index, grad)
        if average is None:
            self._update_count(index)
        else:
            super()._update(index, weight, average, state, may_be_precise)

    def _cumulated(self, index: Any, grad: NDArray) -> NDArray | None:
        """The average gradient, if this batch completes one."""
        seen = self._seen(index)
        total = seen["cum_grad"] + grad
        is_complete = seen["num_cums"] % self.batch_scale == 0
        seen["cum_grad"] = 0 if is_complete else total
        return total / self.batch_scale if is_complete else None

    def _counted_rates(self, indices: Sequence[Any]) -> list[float]:
        rates = []
        for index in indices:  # as in MXNet, the update is counted after a scheduler was asked
            rates.append(self._get_lr(index))
            self._update_count(index)
        return rates

    def _seen(self, index: Any) -> dict[str, Any]:
        """What there has been of a parameter's gradients, with one more batch."""
        seen = self.cumgrads.setdefault(index, {"cum_grad": 0, "num_cums": self.init_updates})
        seen["num_cums"] += 1
        return seen

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        seen = self._seen(index) if self.batch_scale == 1 else self.cumgrads[index]
        grown = 1.0 if self.warmup_strategy == "lars" else self._get_lbmult(seen["num_cums"])
        return super().numbers(index, lr * grown, wd)

    def structure(self) -> Hashable:
        return super().structure(), self.warmup_strategy == "lars"

    def change(self, weight: Array, grad: Array, n: SimpleNamespace) -> Array:
        change = super().change(weight, grad, n)
        if self.warmup_strategy != "lars":
            return change
        own = jnp.sum(weight * weight)
        ratio = jnp.sqrt(own / (jnp.sum(grad * grad) + n.wd * own + 1e-18))
        return change * jnp.clip(ratio, 0.01, 100)
