"""Axes of another length: the elements of the old axis that each new one is made of, and their weights."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from symgraph.ops.family import Array

FEW = 8
"""So many taps are added one by one, which XLA fuses; more are summed as an axis, to keep the program short."""


class Taps(NamedTuple):
    """What each element of a resized axis is made of.

    Attributes:
        place: (new, k), elements of the old axis.
        weight: (new, k), their weights.
    """

    place: np.ndarray
    weight: np.ndarray

    def matrix(self, old: int) -> np.ndarray:
        """The weights as a matrix (new, old)."""
        matrix = np.zeros((len(self.place), old))
        np.add.at(matrix, (np.arange(len(self.place))[:, None], self.place), self.weight)
        return matrix

    def blend(self, x: Array, axis: int) -> Array:
        """Weighted sums of elements along one axis: (..., old, ...) -> (..., new, ...)"""
        weight = jnp.asarray(self.weight, x.dtype).reshape(*self.weight.shape, *[1] * (x.ndim - axis - 1))
        count = self.place.shape[1]
        if count <= FEW and count < self.place.size:
            terms = [jnp.take(x, self.place[:, i], axis=axis, mode="clip") * weight[:, i] for i in range(count)]
            return sum(terms[1:], terms[0])
        if np.array_equal(self.place.ravel(), np.arange(x.shape[axis])):  # windows side by side need not be gathered
            windows = x.reshape(*x.shape[:axis], *self.place.shape, *x.shape[axis + 1 :])
        else:
            windows = jnp.take(x, self.place, axis=axis, mode="clip")
        return jnp.sum(windows * weight, axis=axis + 1)


def around(first: np.ndarray, reach: int, weight: np.ndarray, old: int) -> Taps:
    """The `reach` elements up to `first` (new,) and as many after it; beyond either end stands the last one there."""
    return Taps(np.clip(first[:, None] + np.arange(1 - reach, reach + 1), 0, old - 1), weight)


def linear(first: np.ndarray, share: np.ndarray, old: int) -> Taps:
    """Elements `first` and the next ones, which have the `share`; both (new,)."""
    return around(first, 1, np.stack([1 - share, share], axis=1), old)
