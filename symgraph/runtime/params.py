"""MXNet's ``.params`` files: arrays, with or without names, byte for byte.

Layout, all little-endian: the list magic 0x112 and a reserved zero (uint64 each), the number of arrays (uint64) and the
arrays, the number of names (uint64; 0, or one per array) and the names, each a length (uint64) and UTF-8 text. Arrays:

    V2: magic · storage type (int32, 0: dense) · rank (int32) · dimensions (int64 each) · device kind and number
        (int32 each) · dtype code (int32) · elements in C order
    V3: as V2, but rank 0 is a scalar, where V2 alone means "no array"; MXNet writes and reads it under NumPy shape semantics.
        Written here for lists that hold a scalar.
    V1: as V2 without storage type
    before V1: rank (uint32) in the place of the magic, dimensions as uint32, the rest as V1
"""

from __future__ import annotations

import io
import math
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import ArgumentTypeError, ArgumentValueError, FormatError, boundary, counted, described
from symgraph.ir.dtype import FROM_CODE, TYPE_CODES
from symgraph.ir.file_kinds import SAMPLE, kind_of
from symgraph.runtime.atomic import opened, write_atomically
from symgraph.runtime.context import Context, cpu, gpu, or_cpu
from symgraph.runtime.copies import adopt, room
from symgraph.runtime.ndarray import NDArray

_LIST_MAGIC = 0x112
_V1, _V2, _V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
_MAX_RANK = 32
_STORAGE_TYPES = {0: "default", 1: "row_sparse", 2: "csr"}

Arrays = dict[str, NDArray] | list[NDArray]


@boundary
def save(fname: str | os.PathLike[str], data: NDArray | Sequence[NDArray] | Mapping[str, NDArray]) -> None:
    """Write arrays to a ``.params`` file that MXNet can read; the file appears as a whole or not at all.

    Args:
        fname: the file, which is replaced if it exists.
        data: an array, a list of arrays, or arrays by name.

    >>> import symgraph as mx, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mx.nd.save(os.path.join(folder, "w.params"), {"w": mx.nd.ones((2,))})
    ...     mx.nd.load(os.path.join(folder, "w.params"))["w"].asnumpy().tolist()
    [1.0, 1.0]
    """
    if isinstance(data, (str, os.PathLike)) and not isinstance(fname, (str, os.PathLike)):
        raise ArgumentTypeError(f"save: the file comes first, then the arrays: save({os.fspath(data)!r}, arrays).")
    names, arrays = _entries(data)
    for name in names:
        if not isinstance(name, str):
            raise ArgumentTypeError(f"save: names must be strings, given {described(name)}.")
    for key, array in zip(names or range(len(arrays)), arrays, strict=True):
        if not isinstance(array, NDArray):
            raise ArgumentTypeError(f"save: entry {key!r} is {described(array)}, expected an NDArray.")
    write_atomically(fname, _pieces(names, arrays))


def _entries(data: Any) -> tuple[list[str], list[NDArray]]:
    """Names, if there are any, and arrays."""
    if isinstance(data, NDArray):
        return [], [data]
    if isinstance(data, Mapping):
        return list(data), list(data.values())
    if isinstance(data, (list, tuple)):
        return [], list(data)
    raise ArgumentValueError(f"save: expected an NDArray, or a list or dict of NDArrays, given {described(data)}.")


def _pieces(names: Sequence[str], arrays: Sequence[NDArray]) -> Iterator[bytes | memoryview]:
    yield struct.pack("<QQQ", _LIST_MAGIC, 0, len(arrays))
    magic = _V2 if all(array.shape for array in arrays) else _V3
    for array in arrays:
        yield from _array_pieces(array, magic)
    yield struct.pack("<Q", len(names))
    for name in names:
        text = name.encode()
        yield struct.pack("<Q", len(text)) + text


def _array_pieces(array: NDArray, magic: int) -> Iterator[bytes | memoryview]:
    shape, device = array.shape, _saved_device(array.context)
    yield struct.pack("<IiI", magic, 0, len(shape))
    yield struct.pack(f"<{len(shape)}q3i", *shape, *device, TYPE_CODES[np.dtype(array.dtype)])
    yield np.asarray(array.jax).reshape(-1).view(np.uint8).data


def array_to_bytes(array: NDArray) -> bytes:
    """One array as in a ``.params`` file: what MXNet's arrays are in pickles."""
    return b"".join(_array_pieces(array, _V2 if array.shape else _V3))


def array_from_bytes(content: bytes | bytearray, name: str) -> NDArray:
    """The array of `array_to_bytes`; `name` says in messages what it is.

    Raises:
        FormatError: see `load`.
    """
    return _array(_over(content, name), "the array")


def _saved_device(context: Context) -> tuple[int, int]:
    """Kind and number as MXNet stores them; it has no TPU."""
    return (cpu().device_typeid, 0) if context.platform == "tpu" else (context.device_typeid, context.device_id)


@boundary
def load(fname: str | os.PathLike[str]) -> Arrays:
    """Read the arrays of a ``.params`` file: by name if they have names, else as a list.

    Arrays saved on a GPU go to that GPU if the machine has it, all others to the CPU. As in MXNet, bytes after the
    last name are ignored.

    Raises:
        FileError: there is no such file, it is a folder, or it may not be read.
        FormatError: the file is truncated, corrupted, of another kind, or holds sparse arrays; the message says where.
    """
    with opened(fname) as (file, size):
        return _read(_Reader(file, size, os.fspath(fname)))


@boundary
def load_frombuffer(buf: bytes | bytearray | memoryview) -> Arrays:
    """`load` from the content of a file.

    Raises:
        FormatError: see `load`.
    """
    if not isinstance(buf, (bytes, bytearray, memoryview)):
        raise ArgumentTypeError(f"load_frombuffer: expected bytes, given {type(buf).__name__}.")
    return _read(_over(buf, "<buffer>"))


class _Reader:
    """Consecutive fields of a file. Sizes are checked against what is there before anything is allocated."""

    def __init__(self, file: io.BufferedIOBase, size: int, name: str):
        self.file = file
        self.size = size
        self.name = name
        self.offset = 0

    def error(self, found: str, expected: str) -> FormatError:
        return FormatError(f"{self.name}: at byte {self.offset}: found {found}, expected {expected}.")

    def _ends_early(self, rest: int, length: int, what: str) -> FormatError:
        return self.error(f"{rest} more bytes", f"{length} for {what}; the file is truncated or corrupted")

    def sample(self) -> bytes:
        """The next bytes, which stay to be read; enough to tell what they are."""
        at = self.file.tell()
        content = self.file.read(SAMPLE)
        self.file.seek(at)
        return content

    def require(self, length: int, what: str) -> None:
        """Raise an error if less than that is left."""
        if length > self.size - self.offset:
            raise self._ends_early(self.size - self.offset, length, what)

    def take(self, length: int, what: str) -> bytes:
        self.require(length, what)
        content = self.file.read(length)
        if len(content) < length:  # somebody cuts the file off while it is read
            raise self._ends_early(len(content), length, what)
        self.offset += length
        return content

    def fill(self, memory: np.ndarray, what: str) -> None:
        """Read as many bytes as there is room for."""
        count = self.file.readinto(memory.data)
        if count < memory.size:
            raise self._ends_early(count, memory.size, what)
        self.offset += count

    def numbers(self, layout: str, what: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout), what))

    def number(self, layout: str, what: str) -> int:
        return self.numbers(layout, what)[0]


def _over(buffer: bytes | bytearray | memoryview, name: str) -> _Reader:
    return _Reader(io.BytesIO(buffer), memoryview(buffer).nbytes, name)


def _read(reader: _Reader) -> Arrays:
    if not reader.size:
        raise FormatError(f"{reader.name}: the file is empty; a .params file has at least 24 bytes.")
    start = reader.sample()
    magic = int.from_bytes(start[:8], "little")
    if magic != _LIST_MAGIC and len(start) >= 8:
        kind = kind_of(start)
        ending = f", but {kind}" if kind else ""
        raise reader.error(f"magic number {magic:#x}", f"{_LIST_MAGIC:#x}; this is not a .params file{ending}")
    reader.take(8, "the magic number of a .params file")
    reader.number("Q", "the reserved field")
    count = reader.number("Q", "the number of arrays")
    arrays = [_array(reader, f"array {i} of {count}") for i in range(count)]
    at = reader.offset
    named = reader.number("Q", "the number of names")
    if named not in (0, count):
        reader.offset = at
        raise reader.error(counted(named, "name"), f"0, or one for each of {counted(count, 'array')}")
    names = [_text(reader, f"name {i} of {named}") for i in range(named)]
    return dict(zip(names, arrays, strict=True)) if names else arrays


def _text(reader: _Reader, what: str) -> str:
    at = reader.offset
    content = reader.take(reader.number("Q", f"the length of {what}"), what)
    try:
        return content.decode()
    except UnicodeDecodeError:
        reader.offset = at
        raise reader.error(f"{content[:40]!r}", f"{what} as UTF-8 text") from None


def _array(reader: _Reader, what: str) -> NDArray:
    shape = _shape(reader, what)
    kind, number = reader.numbers("ii", f"the device of {what}")
    at = reader.offset
    code = reader.number("i", f"the dtype of {what}")
    if code not in FROM_CODE:
        reader.offset = at
        known = ", ".join(f"{c} ({d.name})" for c, d in FROM_CODE.items())
        raise reader.error(f"dtype code {code}", f"one of {known} for {what}")
    dtype = FROM_CODE[code]
    size, elements = math.prod(shape) * dtype.itemsize, f"the {'x'.join(map(str, shape)) or 1} elements of {what}"
    reader.require(size, elements)
    context = or_cpu(gpu(number)) if kind == gpu().device_typeid else cpu()
    try:
        values = room(shape, dtype)
    except ValueError:  # a zero hides the other dimensions from the count of elements
        raise reader.error(f"dimensions {shape}", f"ones that an array can have, for {what}") from None
    except MemoryError:
        raise reader.error(f"{size} bytes for {elements}", "no more than there is memory for") from None
    if size:
        reader.fill(values.reshape(-1).view(np.uint8), elements)
    return NDArray(adopt(values, context), context)


def _shape(reader: _Reader, what: str) -> tuple[int, ...]:
    """Shape of the next array, which all versions have first, after their marks."""
    at = reader.offset
    magic = reader.number("I", f"the magic number of {what}")
    if magic in (_V2, _V3):
        storage = reader.number("i", f"the storage type of {what}")
        if storage != 0:
            reader.offset = at
            kind = _STORAGE_TYPES.get(storage, f"unknown ({storage})")
            raise reader.error(
                f"{what} with storage type {kind}",
                "a dense array; convert sparse ones with tostype('default') in MXNet and save again",
            )
    at = reader.offset
    rank = reader.number("i", f"the rank of {what}") if magic in (_V1, _V2, _V3) else magic
    if not 0 <= rank <= _MAX_RANK:
        reader.offset = at if magic in (_V1, _V2, _V3) else at - 4
        raise reader.error(f"rank {rank} ({rank:#x})", f"the magic number or the rank (at most {_MAX_RANK}) of {what}")
    if rank == 0 and magic == _V2:
        reader.offset = at
        raise reader.error("rank 0", f"a shape for {what}: MXNet had no value for it when the file was written")
    at = reader.offset
    dims = reader.numbers(f"{rank}{'q' if magic in (_V1, _V2, _V3) else 'I'}", f"the dimensions of {what}")
    if any(d < 0 for d in dims):
        reader.offset = at
        raise reader.error(f"dimensions {dims}", f"non-negative ones for {what}")
    return dims
