"""`PassingIter`: what iterators have in common that hand on the batches of others."""

from __future__ import annotations

from typing import Any

from symgraph.errors import StateError
from symgraph.train.io.description import DataBatch
from symgraph.train.io.iterator import AT_END, DataIter


class PassingIter(DataIter):
    """Base of iterators whose ``iter_next`` sets `current_batch`, a whole batch.

    Attributes:
        current_batch: the present batch; ``None`` before the first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.current_batch: DataBatch | None = None

    def next(self) -> DataBatch:
        """The next batch.

        Raises:
            StopIteration: there is none.
        """
        if self.iter_next():
            return self._batch()
        raise StopIteration(AT_END)

    def _batch(self) -> DataBatch:
        if self.current_batch is None:
            raise StateError("there is no present batch: next has not been called.")
        return self.current_batch

    def getdata(self) -> Any:
        """The arrays of the present batch."""
        return self._batch().data

    def getlabel(self) -> Any:
        """The labels of the present batch."""
        return self._batch().label

    def getindex(self) -> Any:
        """Which examples the present batch holds."""
        return self._batch().index

    def getpad(self) -> Any:
        """Number of examples at the end of the present batch that only fill it up."""
        return self._batch().pad
