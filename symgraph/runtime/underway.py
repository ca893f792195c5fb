"""`Underway`: the promise of values from when a program begins to compute them.

What an array held before is of no use by then. It is let go first, so that old and new gradients, or parameters, need no
memory at the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self

from symgraph.errors import GradientError
from symgraph.runtime.cell import Cell


class Underway:
    """While in this context, cells wait for values that they are then given by `Cell.rebind`.

    Args:
        cells: no views, which cannot wait.
        lock: is held by who computes the values.
    """

    def __init__(self, cells: Sequence[Cell], lock: threading.RLock):
        self._cells, self._lock = cells, lock
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        for cell in self._cells:
            cell.set_pending(self)
        return self

    def __exit__(self, kind: object, failure: BaseException | None, traceback: object) -> None:
        self._failure = failure

    def force(self) -> None:
        """Wait until the values are there.

        Raises:
            GradientError: they will never be.
        """
        with self._lock:
            if self._failure is not None:
                raise never_written("program", self._failure) from self._failure


def never_written(by: str, failure: BaseException) -> GradientError:
    """The error about an array whose value will never be there."""
    return GradientError(
        f"this array was to be written by a {by} that failed: {failure}; run forward and backward again, or write into the "
        f"array."
    )
