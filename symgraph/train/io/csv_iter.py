"""`CSVIter`: batches of numbers in text files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import DataError, counted
from symgraph.ir.attrs import Shape
from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.train.io.mx_data_iter import MXDataIter
from symgraph.train.io.settings import BatchSettings, read_settings
from symgraph.train.io.text import Line, files_of
from symgraph.train.io.text_batches import TextBatches


@dataclass(frozen=True, kw_only=True)
class CSVSettings(BatchSettings):
    """See `CSVIter`."""

    data_csv: str
    data_shape: Shape
    label_csv: str = "NULL"
    label_shape: Shape = (1,)


class CSVIter(MXDataIter):
    """Batches of the rows of CSV files, which are read anew in every epoch. Takes keywords only.

    Args:
        data_csv: a file, a folder, or several with ``;`` between them; numbers with commas between them.
        data_shape: the shape of an example; a row has as many numbers.
        label_csv: the same for labels, as many rows; by default, all labels are 0.
        label_shape: the shape of a label; batches of labels are (batch_size,) for ``(1,)``.
        dtype: float32 by default; integers are read exactly, and fractions cut off.
        batch_size, round_batch, prefetch_buffer, data_name, label_name, ctx: see
            `symgraph.train.io.settings.BatchSettings`.

    Raises:
        DataError: a keyword is missing or invalid, a row has another number of elements, or one is no number.
        FileError: a file cannot be read.

    >>> import symgraph as mx, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.csv").write_text("1,2\\n3,4\\n5,6\\n")
    ...     batches = mx.io.CSVIter(data_csv=folder, data_shape=(2,), batch_size=2)
    ...     [(batch.data[0].asnumpy().tolist(), batch.pad) for batch in batches]
    [([[1.0, 2.0], [3.0, 4.0]], 0), ([[5.0, 6.0], [1.0, 2.0]], 1)]
    """

    def __init__(self, *args: Any, **kwargs: Any):
        settings = read_settings(CSVSettings, "CSVIter", args, kwargs)
        super().__init__(_Rows(settings), settings.batch_size, settings.prefetch_buffer)


class _Rows(TextBatches):
    """Batches of rows of numbers."""

    settings: CSVSettings

    def __init__(self, settings: CSVSettings):
        label = settings.label_csv
        super().__init__(
            "CSVIter",
            settings,
            settings.data_shape,
            settings.label_shape,
            files_of(settings.data_csv, "CSVIter: data_csv"),
            None if label == "NULL" else files_of(label, "CSVIter: label_csv"),
        )

    def write_data(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        self._write(values, rows, f"data_shape={show(self.settings.data_shape)}")

    def write_labels(self, values: np.ndarray, rows: Sequence[Line]) -> None:
        if self.files[1] is not None:
            self._write(values, rows, f"label_shape={show(self.settings.label_shape)}")

    def _write(self, values: np.ndarray, rows: Sequence[Line], shape: str) -> None:
        width = math.prod(values.shape[1:])
        found = _numbers([row.text.rstrip(",") for row in rows], self.dtype)
        if found is None or found.shape[1] != width:
            for row in rows:
                _check(row, width, shape, self.dtype)
        assert found is not None
        values[...] = cast(found, self.dtype).reshape(values.shape)


def _numbers(texts: Sequence[str], dtype: np.dtype) -> np.ndarray | None:
    """Rows of numbers as an array; ``None`` if they are none, or of different lengths."""
    is_whole = dtype.kind in "iu"
    for kind in (np.int64, np.float64) if is_whole else (np.float64,):
        try:
            found = np.loadtxt(texts, kind, delimiter=",", comments=None, ndmin=2)
        except (ValueError, OverflowError):
            continue
        return None if is_whole and not np.isfinite(found).all() else found
    return None


def _check(row: Line, width: int, shape: str, dtype: np.dtype) -> None:
    """Say what is wrong with a row, if something is."""
    cells = [cell.strip() for cell in row.text.rstrip(",").split(",")]
    if len(cells) != width:
        raise DataError(
            f"CSVIter: {row} has {counted(len(cells), 'number')}, and {shape} needs {width}; check the file and the shape."
        )
    for column, cell in enumerate(cells, 1):
        if not cell or _numbers([cell], dtype) is None:
            raise DataError(f"CSVIter: {row}, column {column}: {cell!r} is no number of {dtype.name}.")
