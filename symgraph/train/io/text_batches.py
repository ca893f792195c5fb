"""Batches of rows of text files, whatever a row says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symgraph.errors import DataError, counted
from symgraph.ir.dtype import as_dtype
from symgraph.runtime.copies import room
from symgraph.train.io.description import DataDesc
from symgraph.train.io.mx_data_iter import HostBatch
from symgraph.train.io.rounds import Start, groups
from symgraph.train.io.settings import BatchSettings
from symgraph.train.io.text import Line, lines


class TextBatches:
    """A `BatchSource` that reads files anew in every epoch; a subclass says what rows mean.

    Args:
        who: the name of the iterator, in messages.
        settings: batches and names.
        data_shape, label_shape: of one example; batches of labels are (batch_size,) for ``(1,)``.
        data_files: where examples are, one a line.
        label_files: where labels are; ``None`` if examples have them in their rows, or have none.
        part: number of parts, and which of them is read.
    """

    def __init__(
        self,
        who: str,
        settings: BatchSettings,
        data_shape: tuple[int, ...],
        label_shape: tuple[int, ...],
        data_files: list[str],
        label_files: list[str] | None,
        part: tuple[int, int] = (1, 0),
    ):
        self.who = who
        self.settings = settings
        self.files = (data_files, label_files)
        self.part = part
        self.dtype = as_dtype(settings.dtype or np.float32)
        size = settings.batch_size
        self.provide_data = [DataDesc(settings.data_name, (size, *data_shape), self.dtype.type)]
        lengths = (size,) if label_shape == (1,) else (size, *label_shape)
        self.provide_label = [DataDesc(settings.label_name, lengths, self.dtype.type)]

    def write_data(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        """Write what rows say into an array (n, ...), which holds zeros."""
        raise NotImplementedError

    def write_labels(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        """Write labels into an array (n, ...), which holds zeros; rows are those of label files, if there are some."""
        raise NotImplementedError

    def epoch(self, start: Start) -> Iterator[HostBatch]:
        """The batches of an epoch; what fills the last one up without ``round_batch`` is left of the one before."""
        size = self.settings.batch_size
        before: HostBatch | None = None
        for group in groups(self._pass, size, start, self.settings.round_batch):
            data, label = (room(desc.shape, self.dtype) for desc in (*self.provide_data, *self.provide_label))
            index = np.zeros(size, np.uint64)
            count = len(group.items)
            data[...], label[...] = 0, 0
            self.write_data(data[:count], [row for row, _ in group.items])
            self.write_labels(label[:count], [label_row for _, label_row in group.items])
            index[:count] = group.places
            if before is not None:
                data[count:], label[count:], index[count:] = (
                    before.data[count:],
                    before.label[count:],
                    before.index[count:],
                )
            before = HostBatch(data, label, size - group.own, index, group.following)
            yield before

    def _pass(self, number: int) -> Iterator[tuple[Line, Line]]:
        data_files, label_files = self.files
        rows = lines(data_files, self.who, *self.part)
        if label_files is None:
            yield from ((row, row) for row in rows)
            return
        label_rows = lines(label_files, self.who, *self.part)
        for count, row in enumerate(rows):
            label_row = next(label_rows, None)
            if label_row is None:
                raise DataError(
                    f"{self.who}: '{';'.join(label_files)}' has {counted(count, 'row')}, and '{';'.join(data_files)}' has "
                    f"more; give a label for each."
                )
            yield row, label_row
