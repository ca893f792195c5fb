"""`NDArrayIter`: batches of arrays that are in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.errors import DataError, StateError, boundary, brief
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.io.iterator import AT_END, DataIter
from symgraph.train.io.sources import (
    Sources,
    batch_size_of,
    common_length,
    is_dataset,
    joined,
    named_arrays,
    picked,
    rows,
    shuffled,
)

_HANDLES = ("pad", "discard", "roll_over")


class NDArrayIter(DataIter):
    """Batches of arrays, along their first axis.

    Args:
        data, label: an array (n, ...), a list of arrays, or arrays by name; NumPy arrays become float32, and NDArrays
            keep their dtype unless they are shuffled. `label` may be left out.
        batch_size: number of examples in a batch; it may exceed that of all.
        shuffle: put the examples into a new order in every epoch, by ``numpy.random``; all arrays become float32.
        last_batch_handle: what becomes of the last examples, if they do not fill a batch. ``pad``: it is filled up from
            the beginning; ``discard``: they are left out; ``roll_over``: they are the first of the next epoch.
        data_name, label_name: what a single array is called; of several, the second is called ``_1_data``.
        layout: letters for the axes, for `DataDesc`.

    Attributes:
        data, label: names and arrays in their present order.
        num_data: number of examples.
        cursor: where the present batch begins.

    Raises:
        DataError: there is no data, arrays have different lengths, or a setting is of no use.

    >>> import symgraph as mx
    >>> batches = mx.io.NDArrayIter(mx.nd.arange(5), batch_size=2)
    >>> [(batch.data[0].asnumpy().tolist(), batch.pad) for batch in batches]
    [([0.0, 1.0], 0), ([2.0, 3.0], 0), ([4.0, 0.0], 1)]
    """

    @boundary
    def __init__(
        self,
        data: Any,
        label: Any = None,
        batch_size: int = 1,
        shuffle: bool = False,
        last_batch_handle: str = "pad",
        data_name: str = "data",
        label_name: str = "softmax_label",
        layout: str | None = "NCHW",
    ):
        super().__init__(batch_size_of(batch_size))
        if last_batch_handle not in _HANDLES:
            raise DataError(f"last_batch_handle is one of {', '.join(_HANDLES)}, given {brief(last_batch_handle)}.")
        self.data: Sources = named_arrays(data, False, data_name)
        self.label: Sources = named_arrays(label, True, label_name)
        self.num_data = common_length(self.data + self.label)
        self.idx = np.arange(self.num_data)
        self._order = self.idx.copy()
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.layout = layout
        self.cursor = -self.batch_size
        self._cache_data: list[NDArray] | None = None
        self._cache_label: list[NDArray] | None = None
        self.reset()

    @property
    def data_list(self) -> list[Any]:
        """The arrays of data and labels."""
        return [values for _, values in self.data + self.label]

    @property
    def num_source(self) -> int:
        """Number of arrays."""
        return len(self.data) + len(self.label)

    @property
    def provide_data(self) -> list[DataDesc]:
        """Descriptions of the data of a batch."""
        return self._descriptions(self.data)

    @property
    def provide_label(self) -> list[DataDesc]:
        """Descriptions of the labels of a batch."""
        return self._descriptions(self.label)

    def _descriptions(self, sources: Sources) -> list[DataDesc]:
        return [
            DataDesc(name, (self.batch_size, *values.shape[1:]), values.dtype, self.layout) for name, values in sources
        ]

    def hard_reset(self) -> None:
        """Begin again with the first example, even where some have been rolled over."""
        self._start(-self.batch_size)
        self._forget()

    def reset(self) -> None:
        """Begin the next epoch, with the examples that have been rolled over if there are any."""
        rolled_over = self._cache_data is not None and self.cursor + self.batch_size > self.num_data
        self._start(self.cursor - self.num_data - self.batch_size if rolled_over else -self.batch_size)

    def _start(self, cursor: int) -> None:
        if self.shuffle:
            self._shuffle_data()
        self.cursor = cursor

    def _shuffle_data(self) -> None:
        np.random.shuffle(self.idx)
        self._order = self._order[self.idx]
        self.data = shuffled(self.data, self.idx)
        self.label = shuffled(self.label, self.idx)

    def _forget(self) -> None:
        self._cache_data = self._cache_label = None

    def iter_next(self) -> bool:
        """Go on to the next batch; whether there is one, be it a part of one."""
        self.cursor += self.batch_size
        if self.cursor >= 0:
            self._forget()
        return self.cursor < self.num_data

    def next(self) -> DataBatch:
        """The next batch.

        Raises:
            StopIteration: there is none, or examples are too few to fill it up.
        """
        if not self.iter_next():
            raise StopIteration(AT_END)
        data, label = self.getdata(), self.getlabel()
        if data[0].shape[0] != self.batch_size:
            if self.last_batch_handle == "roll_over":
                self._cache_data, self._cache_label = data, label
            raise StopIteration(AT_END)
        return DataBatch(data=data, label=label, pad=self.getpad(), index=None)

    def getdata(self) -> list[NDArray]:
        """The arrays of the present batch; fewer examples at the end, if it is not filled up."""
        return self._batch(self.data, self._cache_data)

    def getlabel(self) -> list[NDArray]:
        """The labels of the present batch."""
        return self._batch(self.label, self._cache_label)

    def getpad(self) -> int:
        """Number of examples at the end of the present batch that fill it up, or at its start that were rolled over."""
        if self.last_batch_handle == "pad":
            return max(0, self.cursor + self.batch_size - self.num_data)
        return -self.cursor if self.last_batch_handle == "roll_over" and -self.batch_size < self.cursor < 0 else 0

    def _batch(self, sources: Sources, rolled_over: list[NDArray] | None) -> list[NDArray]:
        if not -self.batch_size < self.cursor < self.num_data:
            raise StateError(
                "there is no present batch: iter_next has not been called, or the epoch is over and the DataIter needs "
                "reset."
            )
        pieces = self._pieces()
        found = [
            picked(values, np.concatenate([self._order[piece] for piece in pieces]))
            if is_dataset(values)
            else rows(values, pieces)
            for _, values in sources
        ]
        return found if rolled_over is None else joined(rolled_over, found)

    def _pieces(self) -> list[slice]:
        """Which examples the present batch consists of, besides those that were rolled over."""
        stop = self.cursor + self.batch_size
        pieces = [slice(max(self.cursor, 0), min(stop, self.num_data))]
        while self.last_batch_handle == "pad" and stop > self.num_data:
            stop -= self.num_data
            pieces.append(slice(0, min(stop, self.num_data)))
        return pieces
