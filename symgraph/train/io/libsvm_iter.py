"""`LibSVMIter`: batches of rows that name the elements that are not zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import DataError
from symgraph.ir.attrs import Shape
from symgraph.ir.shape import show
from symgraph.train.io.mx_data_iter import MXDataIter
from symgraph.train.io.settings import BatchSettings, read_settings
from symgraph.train.io.text import Line, files_of
from symgraph.train.io.text_batches import TextBatches


@dataclass(frozen=True, kw_only=True)
class LibSVMSettings(BatchSettings):
    """See `LibSVMIter`."""

    data_libsvm: str
    data_shape: Shape
    label_libsvm: str = "NULL"
    label_shape: Shape = (1,)
    num_parts: int = 1
    part_index: int = 0


class LibSVMIter(MXDataIter):
    """Batches of rows such as ``1.0 0:0.5 2:1.2``: a label, and elements by number from 0 on. Takes keywords only.

    What follows a ``#`` is a comment; a number without value is 1. MXNet gives sparse arrays, and here arrays are dense.

    Args:
        data_libsvm: a file, a folder, or several with ``;`` between them.
        data_shape: ``(n,)``, number of elements of an example.
        label_libsvm: the same for labels, as many rows; what stands there as a label is ignored, as it then is in the data.
        label_shape: ``(n,)``, number of elements of a label.
        num_parts, part_index: read one of several parts of about the same number of bytes.
        batch_size, round_batch, dtype, prefetch_buffer, data_name, label_name, ctx: see
            `symgraph.train.io.settings.BatchSettings`.

    Raises:
        DataError: a keyword is missing or invalid, or a row cannot be read.
        FileError: a file cannot be read.

    >>> import symgraph as mx, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.t").write_text("1 0:0.5 2:4\\n-1 1:2\\n")
    ...     batch = mx.io.LibSVMIter(data_libsvm=folder, data_shape=(3,), batch_size=2).next()
    ...     batch.data[0].asnumpy().tolist(), batch.label[0].asnumpy().tolist()
    ([[0.5, 0.0, 4.0], [0.0, 2.0, 0.0]], [1.0, -1.0])
    """

    def __init__(self, *args: Any, **kwargs: Any):
        settings = read_settings(LibSVMSettings, "LibSVMIter", args, kwargs)
        for key in ("data_shape", "label_shape"):
            shape = getattr(settings, key)
            if len(shape) != 1:
                raise DataError(f"LibSVMIter: {key}={show(shape)} is invalid; expected one length, as in (784,).")
        if settings.label_libsvm == "NULL" and settings.label_shape != (1,):
            raise DataError(
                f"LibSVMIter: label_shape={show(settings.label_shape)} needs a file label_libsvm; the data has one label a row."
            )
        super().__init__(_Rows(settings), settings.batch_size, settings.prefetch_buffer)


class _Rows(TextBatches):
    """Batches of rows of elements."""

    settings: LibSVMSettings

    def __init__(self, settings: LibSVMSettings):
        label = settings.label_libsvm
        super().__init__(
            "LibSVMIter",
            settings,
            settings.data_shape,
            settings.label_shape,
            files_of(settings.data_libsvm, "LibSVMIter: data_libsvm"),
            None if label == "NULL" else files_of(label, "LibSVMIter: label_libsvm"),
            (settings.num_parts, settings.part_index),
        )

    def write_data(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        for example, row in zip(values, rows, strict=True):
            _write_elements(example, row)

    def write_labels(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        if self.files[1] is not None:
            self.write_data(values.reshape(len(values), -1), rows)
            return
        for i, row in enumerate(rows):
            label = _words(row)[0].partition(":")[0]  # a weight may follow the label
            try:
                values[i] = float(label)
            except ValueError:
                raise DataError(f"LibSVMIter: {row}: the label {label!r} is no number.") from None


def _words(row: Line) -> list[str]:
    return row.text.partition("#")[0].split() or ["0"]


def _write_elements(values: np.ndarray, row: Line) -> None:
    for word in _words(row)[1:]:
        place, _, value = word.partition(":")
        if place == "qid":
            continue
        try:
            number, element = int(place), float(value) if value else 1.0
        except ValueError:
            raise DataError(f"LibSVMIter: {row}: expected number:value, as in 3:0.5, given {word!r}.") from None
        if not 0 <= number < len(values):
            raise DataError(
                f"LibSVMIter: {row} has an element {number}, and the shape is ({len(values)},), with elements from 0 on; "
                f"check the shape, and whether the file counts from 1."
            )
        values[number] = element
