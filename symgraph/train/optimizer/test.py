"""`Test`, which is simple enough to predict."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.functional import Array, Functional, States


@register
class Test(Functional):
    """Adds the rescaled gradient to the weight, and keeps the sum as its state. For tests of what uses optimizers.

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.ones((2,)), mx.optimizer.Test(rescale_grad=2)
    >>> optimizer.update(0, weight, mx.nd.array([1, 2]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [3.0, 5.0]
    """

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return zeros(weight.shape, weight.context)

    def _counted_rates(self, indices: Sequence[Any]) -> list[float]:
        return self._get_lrs(indices)  # as in MXNet, updates are not counted

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        new = weight + grad * n.rescale_grad
        return new, (new,)
