"""An array for an input, from a file of one of the kinds that hold arrays: NumPy's .npy and .npz, MXNet's .params."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection

import numpy as np

from symgraph.errors import FormatError, counted, listed, suggestion
from symgraph.ir.dtype import TYPE_CODES
from symgraph.ir.file_kinds import SAMPLE, kind_of, remark
from symgraph.runtime.atomic import opened
from symgraph.runtime.params import load

_DAMAGED = (ValueError, OSError, EOFError, KeyError, RuntimeError, MemoryError, zlib.error, zipfile.BadZipFile)
"""What NumPy and Python raise for files of theirs that are damaged, encrypted, or hold objects."""


def read_array(fname: str, name: str) -> np.ndarray:
    """The array of a file; of several, the one that is called `name`. Nothing is unpickled.

    Its dtype is one that MXNet has: integers of others become int64, and floating-point numbers float64.

    Raises:
        FileError: there is no such file, it is a folder, or it may not be read.
        FormatError: it is damaged or of another kind, holds something else than numbers, or several arrays of other names.
    """
    with opened(fname, "input") as (file, _):
        sample = file.read(SAMPLE)
        file.seek(0)
        kind = kind_of(sample) or ""
        read = next((reader for beginning, reader in _READERS.items() if kind.startswith(beginning)), None)
        if read is None:
            raise FormatError(f"input: '{fname}' is no .npy, .npz or .params file.{remark(sample)}")
        return read(file, fname, name)


def _numpy(file: io.BufferedIOBase, fname: str, name: str) -> np.ndarray:
    try:
        found = np.load(file, allow_pickle=False)
        array = found if isinstance(found, np.ndarray) else found[_chosen(found.files, fname, name)]
    except FormatError:
        raise
    except _DAMAGED as error:
        raise FormatError(f"input: '{fname}' is damaged, or holds something else than numbers: {error}.") from None
    return _of_mxnet(array, fname)


def _params(file: io.BufferedIOBase, fname: str, name: str) -> np.ndarray:
    arrays = load(fname)
    if isinstance(arrays, list):
        if len(arrays) != 1:
            raise FormatError(
                f"input: '{fname}' holds {counted(len(arrays), 'array')} without names; save them by name."
            )
        return arrays[0].asnumpy()
    return arrays[_chosen(arrays, fname, name)].asnumpy()


_READERS = {"an array of NumPy": _numpy, "a zip archive": _numpy, "a .params file": _params}
"""By how the kind of the file begins."""


def _chosen(names: Collection[str], fname: str, name: str) -> str:
    if name in names:
        return name
    if len(names) != 1:
        raise FormatError(
            f"input: '{fname}' has no array '{name}'.{suggestion(name, names)} It holds {listed(names)}; "
            f"give the array the name of the input, or a file of its own."
        )
    return next(iter(names))


def _of_mxnet(array: object, fname: str) -> np.ndarray:
    """The array with a dtype of MXNet's, and the same values."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        what = f"dtype {array.dtype}" if isinstance(array, np.ndarray) else "no array"
        raise FormatError(f"input: '{fname}' holds {what}, and inputs are numbers.")
    native = array.dtype.newbyteorder("=")
    if native not in TYPE_CODES:
        native = np.dtype(np.float64 if array.dtype.kind == "f" else np.int64)
    if array.dtype == np.uint64 and array.size and array.max() > np.iinfo(np.int64).max:
        raise FormatError(
            f"input: '{fname}' holds {array.max()}, and MXNet's integers end at {np.iinfo(np.int64).max}."
        )
    return array.astype(native, copy=False)
