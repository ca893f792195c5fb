"""``.params`` files of all versions, put together by hand after the format that `symgraph.runtime.params` describes."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np

MAGIC = {1: 0xF993FAC8, 2: 0xF993FAC9, 3: 0xF993FACA}
CODES = {"float32": 0, "float64": 1, "float16": 2, "uint8": 3, "int32": 4, "int8": 5, "int64": 6, "bool": 7}


def array_bytes(value: np.ndarray, version: int, device: tuple[int, int] = (1, 0)) -> bytes:
    """One array; version 0 is that of the time before there was a magic number."""
    shape = value.shape
    head = struct.pack("<I", MAGIC[version]) if version else b""
    if version >= 2:
        head += struct.pack("<i", 0)
    dims = "I" if version == 0 else "q"
    head += struct.pack(f"<I{len(shape)}{dims}", len(shape), *shape)
    return head + struct.pack("<3i", *device, CODES[value.dtype.name]) + np.ascontiguousarray(value).tobytes()


def file_bytes(arrays: Sequence[bytes], names: Sequence[str | bytes] = ()) -> bytes:
    """A file of arrays, with as many names."""
    texts = [name.encode() if isinstance(name, str) else name for name in names]
    return b"".join(
        [
            struct.pack("<QQQ", 0x112, 0, len(arrays)),
            *arrays,
            struct.pack("<Q", len(texts)),
            *(struct.pack("<Q", len(text)) + text for text in texts),
        ]
    )


def named_bytes(arrays: Mapping[str, np.ndarray], version: int) -> bytes:
    """A file of named arrays."""
    return file_bytes([array_bytes(value, version) for value in arrays.values()], list(arrays))


def version_of(release: int | None) -> int:
    """The version that a release of MXNet wrote, by its number in symbol files."""
    if release is None or release < 1000:
        return 0
    return 1 if release < 1200 else 2
