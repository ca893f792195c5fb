"""The RecordIO format: a file of records, each of any bytes.

A record consists of one or more parts, all little-endian: a magic number (uint32), a kind and a length (3 and 29 bits of a
uint32), so many bytes, and zeros up to a multiple of 4. Where the magic number stands in a record at a multiple of 4, it is
left out and a new part begins, so that it is found in a file where a part begins and nowhere else. A reader that starts in
the middle of a file finds the next record by it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import IO

from symgraph.errors import DataError, FormatError
from symgraph.runtime.atomic import explained
from symgraph.train.io.text import part_bounds

_MAGIC = 0xCED7230A
_MAGIC_BYTES = struct.pack("<I", _MAGIC)
_HEADER = struct.Struct("<II")
_LENGTH_BITS = 29
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)
_CHUNK = 1 << 20


def write_record(file: IO[bytes], record: bytes | bytearray | memoryview) -> None:
    """Write a record at the present position.

    Raises:
        DataError: it has 2**29 bytes or more.
    """
    content = bytes(record)
    if len(content) >> _LENGTH_BITS:
        raise DataError(f"a record has less than 2**{_LENGTH_BITS} bytes, given {len(content)}.")
    parts = _parts(content)
    kinds = (_WHOLE,) if len(parts) == 1 else (_FIRST, *[_MIDDLE] * (len(parts) - 2), _LAST)
    for kind, part in zip(kinds, parts, strict=True):
        file.write(_HEADER.pack(_MAGIC, kind << _LENGTH_BITS | len(part)))
        file.write(part)
        file.write(bytes(-len(part) % 4))


def _parts(content: bytes) -> list[bytes]:
    """What stands between the magic numbers at multiples of 4."""
    parts, begin, found = [], 0, content.find(_MAGIC_BYTES)
    while found >= 0:
        if found % 4 == 0:
            parts.append(content[begin:found])
            begin = found + len(_MAGIC_BYTES)
        found = content.find(_MAGIC_BYTES, found + 1)
    return [*parts, content[begin:]]


def read_record(file: IO[bytes], name: str) -> bytes | None:
    """The record at the present position of a file; ``None`` at its end. `name` is the file's, in messages.

    Raises:
        FormatError: there is no record here, or only a part of one.
    """
    kind, content = _read_part(file, name)
    if kind is None or kind == _WHOLE:
        return content
    if kind != _FIRST:
        raise FormatError(
            f"'{name}', byte {_start(file, content)}: a record begins with its first part, not with another."
        )
    parts = [content]
    while kind != _LAST:
        kind, content = _read_part(file, name)
        if kind not in (_MIDDLE, _LAST):
            raise FormatError(
                f"'{name}' is damaged or truncated before byte {file.tell()}: a record lacks its last part."
            )
        parts.append(content)
    return _MAGIC_BYTES.join(part or b"" for part in parts)


def _start(file: IO[bytes], content: bytes | None) -> int:
    size = len(content or b"")
    return file.tell() - _HEADER.size - size - -size % 4


def _read_part(file: IO[bytes], name: str) -> tuple[int | None, bytes | None]:
    header = file.read(_HEADER.size)
    if not header:
        return None, None
    if len(header) < _HEADER.size:
        raise FormatError(f"'{name}' is truncated: it ends with {len(header)} bytes of a record.")
    magic, lengths = _HEADER.unpack(header)
    if magic != _MAGIC:
        raise FormatError(
            f"'{name}' is no RecordIO file, or damaged: at byte {file.tell() - len(header)}, where a record should begin, "
            f"stands {header[:4].hex()} and not {_MAGIC_BYTES.hex()}."
        )
    size = lengths & ((1 << _LENGTH_BITS) - 1)
    padded = size + -size % 4
    content = file.read(padded)
    if len(content) < padded:
        raise FormatError(
            f"'{name}' is truncated: the record at byte {file.tell() - len(content) - len(header)} has {size} bytes, of which "
            f"{min(len(content), size)} are there."
        )
    return lengths >> _LENGTH_BITS, content[:size]


def records(files: list[str], who: str, num_parts: int = 1, part_index: int = 0) -> Iterator[bytes]:
    """The records of files, or those that begin in one of several parts of about the same number of bytes."""
    sizes = [os.path.getsize(file) for file in files]
    begin, end = part_bounds(sum(sizes), num_parts, part_index, 4, who)
    for path, size in zip(files, sizes, strict=True):
        if begin < size and end > 0:
            with explained(path, who, "read"), open(path, "rb", buffering=_CHUNK) as file:
                if begin > 0:
                    _seek_record(file, begin)
                while file.tell() < end:
                    record = read_record(file, path)
                    if record is None:
                        break
                    yield record
        begin, end = begin - size, end - size


def _seek_record(file: IO[bytes], begin: int) -> None:
    """Go to the first record that begins at `begin`, a multiple of 4, or behind it."""
    file.seek(begin)
    while len(header := file.read(_HEADER.size)) == _HEADER.size:
        magic, lengths = _HEADER.unpack(header)
        if magic == _MAGIC and lengths >> _LENGTH_BITS in (_WHOLE, _FIRST):
            file.seek(-_HEADER.size, os.SEEK_CUR)
            return
        file.seek(-4, os.SEEK_CUR)
