"""`Uniform`, `Normal` and `Orthogonal`: weights that do not depend on how many inputs a layer has."""

from __future__ import annotations

import math

import numpy as np

from symgraph.initializer.base import InitializationError, Initializer, register
from symgraph.initializer.drawing import fill_normal, fill_uniform, generator
from symgraph.runtime.ndarray import NDArray


@register
class Uniform(Initializer):
    """Weights in [-scale, scale), each value as likely as any other.

    >>> import symgraph as mx
    >>> weight = mx.nd.zeros((100, 100))
    >>> mx.init.Uniform(0.5)(mx.init.InitDesc("fc1_weight"), weight)
    >>> bool(0.49 < abs(weight).max().asscalar() <= 0.5)
    True
    """

    def __init__(self, scale: float = 0.07):
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, _: str, arr: NDArray) -> None:
        fill_uniform(arr, _, self.scale)


@register
class Normal(Initializer):
    """Weights of the normal distribution with mean 0 and standard deviation `sigma`."""

    def __init__(self, sigma: float = 0.01):
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, _: str, arr: NDArray) -> None:
        fill_normal(arr, _, self.sigma)


@register
class Orthogonal(Initializer):
    """Weights (n, ...) whose rows, or columns if there are fewer, are orthogonal to each other (Saxe et al. 2013).

    Args:
        scale: length of these rows or columns.
        rand_type: ``"uniform"`` or ``"normal"``, what they are made of.
    """

    def __init__(self, scale: float = 1.414, rand_type: str = "uniform"):
        super().__init__(scale=scale, rand_type=rand_type)
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, _: str, arr: NDArray) -> None:
        shape = arr.shape[0], math.prod(arr.shape[1:])
        draw = generator(arr)
        if self.rand_type == "uniform":
            drawn = draw.uniform(-1.0, 1.0, shape)
        elif self.rand_type == "normal":
            drawn = draw.normal(0.0, 1.0, shape)
        else:
            raise InitializationError(f"Orthogonal: rand_type must be 'uniform' or 'normal', given {self.rand_type!r}.")
        rows, _lengths, columns = np.linalg.svd(drawn, full_matrices=False)
        arr[:] = self.scale * (rows if rows.shape == shape else columns).reshape(arr.shape)
