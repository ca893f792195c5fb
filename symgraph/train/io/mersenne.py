"""Orders as C++'s ``std::shuffle`` makes them of a ``std::mt19937``, which is how MXNet's iterators over files shuffle."""

from __future__ import annotations

import numpy as np


class MersenneTwister:
    """The generator of Matsumoto and Nishimura (1998), and the orders that it gives one after the other.

    >>> from symgraph.train.io.mersenne import MersenneTwister
    >>> MersenneTwister(0).order(11).tolist()
    [0, 2, 3, 5, 9, 1, 10, 8, 4, 7, 6]
    """

    def __init__(self, seed: int):
        self._numbers = np.random.RandomState(seed % 2**32)

    def order(self, length: int) -> np.ndarray:
        """The numbers below `length`, shuffled."""
        order = list(range(length))
        for last in range(1, length):
            other = self._below(last + 1)
            order[last], order[other] = order[other], order[last]
        return np.array(order, np.int64)

    def _below(self, bound: int) -> int:
        """A number below `bound`: equally many outcomes stand for each, and those that are left over are drawn again."""
        outcomes = (2**32 - 1) // bound
        while True:
            drawn = int.from_bytes(self._numbers.bytes(4), "little")
            if drawn < outcomes * bound:
                return drawn // outcomes
