"""Images in files of records: which ones an iterator reads, in which order, and what their labels are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from symgraph.errors import DataError, FormatError, counted
from symgraph.runtime.atomic import explained
from symgraph.train.io.image_settings import RecordSettings
from symgraph.train.io.orders import Orders, chunks
from symgraph.train.io.records import read_record, record_sizes, records, sized_records
from symgraph.train.io.text import files_of, lines, part_bounds
from symgraph.train.recordio import MXIndexedRecordIO, unpack

_MIB = 1 << 20


class Example(NamedTuple):
    """An image of a file, not decoded yet, its number and its labels, an array of float32."""

    number: int
    labels: np.ndarray
    content: bytes


class ImageRecords:
    """Passes over the images of files.

    Args:
        who: the name of the iterator, in messages.
        settings: which files, which part of them, and which order.
        label_width: number of labels of an image; 0 if images have different ones.
        seed: decides about the order, if the settings say that there is to be another one.

    Raises:
        DataError: there is no file, or no such part.
        FileError: a file cannot be read.
        FormatError: the file of keys, or the list, cannot be understood.
    """

    def __init__(self, who: str, settings: RecordSettings, label_width: int, seed: int):
        if not settings.path_imgrec:
            raise DataError(f"{who}: give path_imgrec, a file of records.")
        self.who = who
        self.settings = settings
        self.label_width = label_width
        self.files = files_of(settings.path_imgrec, f"{who}: path_imgrec")
        self.sizes = [os.path.getsize(file) for file in self.files]
        self.labels = _listed_labels(settings.path_imglist, who, label_width) if settings.path_imglist else None
        self.positions = self._indexed_positions() if settings.path_imgidx else None
        parts = settings.num_parts, settings.part_index
        self.begin, self.end = part_bounds(sum(self.sizes), *parts, 4, who)
        self._orders = Orders(seed, self._lengths)
        self._known_lengths: list[int] | None = None

    def _indexed_positions(self) -> list[int]:
        """Where the images of the part begin, of which each has as many as the others, but for the last one."""
        if len(self.files) > 1:
            raise DataError(
                f"{self.who}: path_imgidx says where the records of one file begin, given {len(self.files)}."
            )
        with MXIndexedRecordIO(self.settings.path_imgidx, self.files[0], "r") as index:
            found = list(index.idx.values())
        begin, end = part_bounds(len(found), self.settings.num_parts, self.settings.part_index, 1, self.who)
        return found[begin:end]

    def examples(self, number: int) -> Iterator[Example]:
        """One pass; its number decides about the order."""
        for record in self._records(number):
            yield self._example(record)

    def examples_in_order(self) -> Iterator[Example]:
        """All of them, as they are in the file."""
        for record in self._in_order():
            yield self._example(record)

    def _records(self, number: int) -> Iterator[bytes]:
        if not self.settings.shuffle:
            yield from self._in_order()
        elif self.positions is not None:
            yield from self._at([self.positions[i] for i in self._orders.order(number, 0, len(self.positions))])
        elif self.settings.shuffle_chunk_size:
            yield from self._by_parts(number)
        else:
            yield from self._by_chunks(number)

    def _in_order(self) -> Iterator[bytes]:
        if self.positions is not None:
            yield from self._at(self.positions)
        else:
            yield from records(self.files, self.who, self.settings.num_parts, self.settings.part_index)

    def _at(self, positions: list[int]) -> Iterator[bytes]:
        (path,) = self.files
        with explained(path, self.who, "read"), open(path, "rb", buffering=_MIB) as file:
            for position in positions:
                if position != file.tell():
                    file.seek(position)
                record = read_record(file, path)
                if record is None:
                    raise FormatError(
                        f"{self.who}: '{path}' ends before byte {position}, where '{self.settings.path_imgidx}' has a record; "
                        f"the files do not belong together."
                    )
                yield record

    def _by_chunks(self, number: int) -> Iterator[bytes]:
        """The records of a chunk after the other, shuffled."""
        lengths = []
        sized = sized_records(self.files, self.who, self.settings.num_parts, self.settings.part_index)
        for place, chunk in enumerate(chunks(sized)):
            lengths.append(len(chunk))
            yield from (chunk[i] for i in self._orders.order(number, place, len(chunk)))
        self._known_lengths = lengths

    def _lengths(self) -> list[int]:
        """How many records a pass shuffles at a time."""
        if self.positions is not None:
            return [len(self.positions)]
        if self._known_lengths is None:
            sizes = record_sizes(self.files, self.who, self.settings.num_parts, self.settings.part_index)
            self._known_lengths = [len(chunk) for chunk in chunks((None, size) for size in sizes)]
        return self._known_lengths

    def _by_parts(self, number: int) -> Iterator[bytes]:
        """Parts of the file in an order by chance, and the records of each, a chunk after the other, shuffled."""
        settings = self.settings
        rng = np.random.default_rng((settings.seed % 2**32, settings.shuffle_chunk_seed % 2**32, number))
        parts = max(1, -(-(self.end - self.begin) // (settings.shuffle_chunk_size * _MIB)))
        for part in rng.permutation(parts):
            whole = settings.num_parts * parts, settings.part_index * parts + int(part)
            for chunk in chunks(sized_records(self.files, self.who, *whole)):
                yield from (chunk[i] for i in rng.permutation(len(chunk)))

    def _example(self, record: bytes) -> Example:
        header, content = unpack(record)
        own = np.atleast_1d(np.asarray(header.label, np.float32))
        if self.labels is not None:
            listed = self.labels.get(header.id)
            if listed is None:
                raise DataError(
                    f"{self.who}: image {header.id} of '{self.files[0]}' is not in '{self.settings.path_imglist}'."
                )
            own = listed
        if self.label_width and len(own) != self.label_width:
            raise DataError(
                f"{self.who}: image {header.id} has {counted(len(own), 'label')}, and label_width={self.label_width}."
            )
        return Example(header.id, own, content)


def _listed_labels(path: str, who: str, width: int) -> dict[int, np.ndarray]:
    """Labels by number, of a file of lines ``number<TAB>label ...<TAB>path``; those that lack are 0."""
    found = {}
    for line in lines(files_of(path, f"{who}: path_imglist"), who):
        try:
            number, *labels = [float(cell) for cell in line.text.split("\t")[:-1]]
            if not labels:
                raise ValueError("there is no label")
        except ValueError as error:
            raise FormatError(
                f"{who}: {line} is no number, labels and a path, with tabulators between them: {error}."
            ) from None
        padded = np.zeros(width or len(labels), np.float32)
        padded[: len(labels)] = labels[: len(padded)]
        found[int(number)] = padded
    return found
