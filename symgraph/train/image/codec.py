"""Pictures out of files, as arrays; and how arrays and pictures become each other."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from symgraph.errors import DataError, described, is_array
from symgraph.ir.shape import show
from symgraph.runtime.atomic import read_whole
from symgraph.runtime.context import cpu
from symgraph.runtime.copies import place
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.pictures import COLOR, GRAY, decoded


def imdecode(buf: Any, flag: int = 1, to_rgb: Any = True, out: NDArray | None = None) -> NDArray:
    """The picture that is encoded as JPEG, PNG or the like.

    Args:
        buf: bytes, or an array of them.
        flag: 1 for (height, width, 3), 0 for a gray picture (height, width, 1).
        to_rgb: colors in the order red, green, blue; otherwise blue, green, red.
        out: an array to write the picture into; a new one by default.

    Returns:
        an array of unsigned bytes.

    Raises:
        FormatError: there is no picture in `buf`.
        DataError: an argument is invalid.
    """
    if isinstance(buf, str) or not (isinstance(buf, (bytes, bytearray, memoryview)) or is_array(buf)):
        raise DataError(f"imdecode: expected bytes, or an array of unsigned bytes, given {described(buf)}.")
    if not isinstance(flag, (int, np.integer)) or flag not in (GRAY, COLOR):
        raise DataError(f"imdecode: flag is 1 for a colored picture or 0 for a gray one, given {described(flag)}.")
    if is_array(buf) and np.dtype(buf.dtype).kind not in "iuf":
        raise DataError(f"imdecode: an array of bytes has numbers, given dtype {buf.dtype}.")
    content = (
        bytes(buf) if isinstance(buf, (bytes, bytearray, memoryview)) else np.asarray(buf).astype(np.uint8).tobytes()
    )
    return delivered(decoded(content, int(flag), bool(to_rgb), "imdecode: the content"), out)


def imread(filename: str | os.PathLike[str], flag: int = 1, to_rgb: Any = True, out: NDArray | None = None) -> NDArray:
    """The picture in a file; see `imdecode`.

    Raises:
        FileError: the file cannot be read.
    """
    if not isinstance(flag, (int, np.integer)) or flag not in (GRAY, COLOR):
        raise DataError(f"imread: flag is 1 for a colored picture or 0 for a gray one, given {described(flag)}.")
    content = read_whole(filename, "imread")
    return delivered(decoded(content, int(flag), bool(to_rgb), f"imread: '{os.fspath(filename)}'"), out)


def pixels(source: Any, who: str) -> np.ndarray:
    """A picture as a host array (height, width, channels), to be read only.

    Raises:
        DataError: `source` is no such array, or has no pixel.
    """
    values = np.asarray(source.jax) if isinstance(source, NDArray) else source
    if not isinstance(values, np.ndarray) or values.ndim != 3 or not values.size:
        raise DataError(f"{who}: a picture is an array (height, width, channels), given {described(source)}.")
    return values


def delivered(values: np.ndarray, out: NDArray | None = None) -> NDArray:
    """A picture as an array on the CPU; in `out`, if that is given.

    Raises:
        DataError: `out` has another shape.
    """
    if out is None:
        return NDArray(place(values, values.dtype, cpu()), cpu())
    if not isinstance(out, NDArray) or out.shape != values.shape:
        raise DataError(f"out must be an NDArray of shape {show(values.shape)}, given {described(out)}.")
    out[:] = values
    return out
