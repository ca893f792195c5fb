"""Orders of records: which ones are shuffled together, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import numpy as np

from symgraph.train.io.mersenne import MersenneTwister

T = TypeVar("T")

WINDOW = 8 << 20
"""How many bytes of a file MXNet reads at a time."""

_HEADER = 8
_KEPT = 3


def chunks(sized: Iterable[tuple[T, int]], window: int | None = None) -> Iterator[list[T]]:
    """Records in groups that are shuffled together, as MXNet reads them: those in a window of the file but for the last one.

    The last record that begins in the window, be it complete, begins the next group; a window with only one is doubled.

    Args:
        sized: records, and how many bytes each takes.
        window: its length in bytes, `WINDOW` by default.

    >>> from symgraph.train.io.orders import chunks
    >>> list(chunks([("a", 40), ("b", 40), ("c", 40), ("d", 40)], window=100))
    [['a', 'b'], ['c', 'd']]
    """
    least = room = WINDOW if window is None else window
    held: list[tuple[T, int]] = []
    filled = 0
    for entry in sized:
        while filled > room - _HEADER:  # this one begins behind the window
            held, filled, room, group = _cut(held, filled, room, least)
            if group:
                yield group
        held.append(entry)
        filled += entry[1]
    while filled >= room:
        held, filled, room, group = _cut(held, filled, room, least)
        if group:
            yield group
    if held:
        yield [record for record, _ in held]


def _cut(
    held: list[tuple[T, int]], filled: int, room: int, least: int
) -> tuple[list[tuple[T, int]], int, int, list[T]]:
    """All records but the last one as a group; a larger window, if it is the only one."""
    if len(held) < 2:
        return held, filled, 2 * room, []
    return held[-1:], held[-1][1], least, [record for record, _ in held[:-1]]


class Orders:
    """The orders of passes, drawn from one generator in turn: for every pass, one for each group.

    Args:
        seed: of the generator.
        lengths: tells how many records are in each group, where a pass has not been read to its end.
    """

    def __init__(self, seed: int, lengths: Callable[[], list[int]]):
        self._twister = MersenneTwister(seed)
        self._lengths = lengths
        self._present = 0
        self._drawn: dict[int, list[np.ndarray]] = {}

    def order(self, number: int, group: int, length: int) -> np.ndarray:
        """The order of a group of a pass; groups are asked for in turn, and a pass perhaps again."""
        while self._present < number:
            known = self._drawn.setdefault(self._present, [])
            for left in self._lengths()[len(known) :]:
                known.append(self._twister.order(left))
            self._drawn.pop(self._present - _KEPT, None)
            self._present += 1
        known = self._drawn.setdefault(number, [])
        if len(known) == group:
            known.append(self._twister.order(length))
        return known[group]
