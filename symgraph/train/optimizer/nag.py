"""Nesterov's gradient descent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from symgraph.train.optimizer.base import register
from symgraph.train.optimizer.functional import Array, States
from symgraph.train.optimizer.sgd import Momentum


@register
class NAG(Momentum):
    """Gradient descent with Nesterov's momentum: w ← w + momentum (momentum m - lr (g + wd w)) - lr (g + wd w);
    m ← momentum m - lr (g + wd w), in which w is the new weight already.

    Args:
        momentum: share of the last step that is kept; with 0 there is no state.
        **kwargs: see `Optimizer`.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".

    >>> import symgraph as mx
    >>> weight, optimizer = mx.nd.array([1]), mx.optimizer.NAG(momentum=0.5, learning_rate=0.5)
    >>> optimizer.update(0, weight, mx.nd.array([1]), optimizer.create_state(0, weight))
    >>> weight.asnumpy().tolist()
    [0.25]
    """

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        change = self.change(weight, grad, n)
        if not state:
            return weight - change, ()
        momentum = n.momentum * state[0]
        new = weight + n.momentum * (momentum - change) - change
        return new, (momentum - self.change(new, grad, n),)
