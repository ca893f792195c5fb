"""`compare_optimizer`: optimizers that users write, held to those that are there."""

from __future__ import annotations

import pytest

import symgraph as mx
from symgraph.test_utils import compare_optimizer


class Momentum(mx.optimizer.Optimizer):
    """Gradient descent with momentum, as a user writes it."""

    def __init__(self, momentum=0.0, **options):
        super().__init__(**options)
        self.momentum = momentum

    def create_state(self, index, weight):
        return mx.nd.zeros(weight.shape, weight.context, dtype=weight.dtype)

    def update(self, index, weight, grad, state):
        if isinstance(index, (list, tuple)):
            for each in zip(index, weight, grad, state, strict=True):
                self.update(*each)
            return
        self._update_count(index)
        grad = grad * self.rescale_grad + self._get_wd(index) * weight
        state[:] = self.momentum * state - self._get_lr(index) * grad
        weight[:] += state


OPTIONS = {"momentum": 0.9, "learning_rate": 0.1, "wd": 0.01, "rescale_grad": 0.5}


@pytest.mark.parametrize(("shape", "count"), [((3, 4), 1), ([(3, 4), (5,), (2, 2)], 3), ([(3, 4), (5,)], 1)])
def test_equal_optimizers(shape, count):
    compare_optimizer(Momentum(**OPTIONS), mx.optimizer.SGD(**OPTIONS), shape, "float32", ntensors=count)


def test_others_are_told():
    mine = Momentum(**OPTIONS)
    with pytest.raises(AssertionError, match="a and b differ by more than rtol=0.0001"):
        compare_optimizer(mine, mx.optimizer.SGD(**{**OPTIONS, "wd": 1.0}), (3, 4), "float32")
    with pytest.raises(AssertionError):
        compare_optimizer(mine, mx.optimizer.NAG(**OPTIONS), (3, 4), "float32", compare_states=False)


def test_there_are_no_sparse_arrays():
    with pytest.raises(mx.MXNetError, match="weights: sparse storage is not part of symgraph"):
        compare_optimizer(Momentum(), Momentum(), (3, 4), "float32", w_stype="row_sparse")
