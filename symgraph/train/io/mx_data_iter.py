"""`MXDataIter`: batches that threads read and prepare while the device is at work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from symgraph.errors import StateError
from symgraph.runtime.context import cpu
from symgraph.runtime.copies import adopt
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.ahead import Ahead
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.io.iterator import AT_END, DataIter
from symgraph.train.io.rounds import Start


@dataclass(frozen=True)
class HostBatch:
    """A batch as a thread makes it.

    Attributes:
        data, label: arrays (batch_size, ...) made of `symgraph.runtime.cell.room`, which nobody else uses.
        pad: number of examples at the end that only fill it up.
        index: which examples these are.
        following: where the next epoch begins, after this batch.
    """

    data: np.ndarray
    label: np.ndarray
    pad: int
    index: np.ndarray
    following: Start


class BatchSource(Protocol):
    """Where the batches of a `MXDataIter` come from. It must not refer to the iterator."""

    provide_data: list[DataDesc]
    provide_label: list[DataDesc]

    def epoch(self, start: Start) -> Iterator[HostBatch]:
        """The batches of an epoch. Runs in a thread."""


class MXDataIter(DataIter):
    """An iterator over files whose batches are prepared beforehand; made by `CSVIter`, `ImageRecordIter` and their like.

    The first batch is there when the iterator is, so that what is wrong with a file is said where it is opened.

    Args:
        source: makes the batches.
        batch_size: number of examples in a batch.
        depth: how many batches are prepared beforehand.
    """

    def __init__(self, source: BatchSource, batch_size: int, depth: int):
        super().__init__(batch_size)
        self.provide_data = source.provide_data
        self.provide_label = source.provide_label
        self._source = source
        self._depth = depth
        self._start = Start()
        self._debug_skip_load = False
        self._first: HostBatch | None = None
        self._begin()
        self._first = next(self._ahead, None)

    def _begin(self) -> None:
        self._present: HostBatch | None = None
        self._arrays: tuple[NDArray, NDArray] | None = None
        self._ahead = Ahead(self._source.epoch(self._start), self._depth)
        self._first = None
        self._is_fresh = True

    def reset(self) -> None:
        """Begin the next epoch; after a part of one, begin again with the first example."""
        if not self._is_fresh:
            self._ahead.close()
            self._begin()

    def iter_next(self) -> bool:
        """Go on to the next batch; whether there is one."""
        self._is_fresh = False
        batch = self._first if self._first is not None else next(self._ahead, None)
        self._first = None
        self._present = batch
        if batch is None:
            return False
        self._start = batch.following
        self._arrays = _array(batch.data), _array(batch.label)
        return True

    def next(self) -> DataBatch:
        """The next batch.

        Raises:
            StopIteration: there is none.
        """
        if not (self._debug_skip_load and self._present is not None) and not self.iter_next():
            raise StopIteration(AT_END)
        return DataBatch(data=[self.getdata()], label=[self.getlabel()], pad=self.getpad(), index=self.getindex())

    def getdata(self) -> NDArray:
        """The data of the present batch: an array, not a list of them."""
        self._require_batch()
        assert self._arrays is not None
        return self._arrays[0]

    def getlabel(self) -> NDArray:
        """The labels of the present batch: an array, not a list of them."""
        self._require_batch()
        assert self._arrays is not None
        return self._arrays[1]

    def getpad(self) -> int:
        """Number of examples at the end of the present batch that only fill it up."""
        return self._require_batch().pad

    def getindex(self) -> np.ndarray:
        """Which examples the present batch holds."""
        return self._require_batch().index

    def debug_skip_load(self) -> None:
        """Give one and the same batch from now on, without an end, to measure the rest of a program."""
        self._debug_skip_load = True

    def _require_batch(self) -> HostBatch:
        if self._present is None:
            raise StateError(
                "there is no present batch: next has not been called, or the epoch is over and the DataIter needs reset."
            )
        return self._present


def _array(values: Any) -> NDArray:
    return NDArray(adopt(values, cpu()), cpu())
