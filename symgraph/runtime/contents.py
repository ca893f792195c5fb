"""`Contents`: the present values of a row of cells, of which only those that changed are read again.

A network's parameters are a thousand arrays that stay the same from one forward pass to the next, and a pass must not
pay for each of them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import jax
from jax.sharding import NamedSharding

from symgraph.runtime.cell import Cell


class Contents:
    """What the cells of a row hold.

    Args:
        shardings: how the values are to lie on several devices; `read` puts them so.

    Cells tell when they change (`forget`), on any thread; what they held before is let go at once. `read` is for one
    thread at a time.
    """

    __slots__ = ("__weakref__", "_cells", "_changed", "_lock", "_present", "_shardings", "_values")

    def __init__(self, cells: Sequence[Cell], shardings: Sequence[NamedSharding | None] | None = None):
        self._cells = cells
        self._shardings = shardings or (None,) * len(cells)
        self._values: list[jax.Array | None] = [None] * len(cells)
        self._changed = set(range(len(cells)))
        self._present: tuple[jax.Array, ...] | None = None
        self._lock = threading.Lock()
        positions: dict[Cell, list[int]] = {}
        for position, cell in enumerate(cells):
            positions.setdefault(cell.root, []).append(position)
        for root, places in positions.items():
            root.watch(self, tuple(places))

    def read(self) -> tuple[jax.Array, ...]:
        """All values, computed now where they were only promised."""
        present = self._present
        return self._refreshed() if present is None else present

    def _refreshed(self) -> tuple[jax.Array, ...]:
        with self._lock:
            positions = sorted(self._changed)
            values: list = self._values.copy()
            self._changed.clear()
        try:  # not under the lock: to compute what was promised, other cells are read and written
            for position in positions:
                values[position] = self._cells[position].on(self._shardings[position])
        except BaseException:
            self.forget(positions)
            raise
        present = tuple(values)
        with self._lock:
            for position in positions:
                if position not in self._changed:
                    self._values[position] = values[position]
            if not self._changed:
                self._present = present
        return present

    def at(self, position: int) -> jax.Array:
        """One of the values."""
        value = self._values[position]
        return self._cells[position].on(self._shardings[position]) if value is None else value

    def forget(self, positions: Sequence[int]) -> None:
        """The cells at these positions have changed."""
        with self._lock:
            self._present = None
            self._changed.update(positions)
            for position in positions:
                self._values[position] = None
