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
from symgraph.ir.file_kinds import SAMPLE, remark
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
            f"stands {header[:4].hex()} and not {_MAGIC_BYTES.hex()}.{_remark_on(file)}"
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


def _remark_on(file: IO[bytes]) -> str:
    """What the file is instead, if its first record is none."""
    if file.tell() != _HEADER.size:
        return ""
    file.seek(0)
    return remark(file.read(SAMPLE))


def records(files: list[str], who: str, num_parts: int = 1, part_index: int = 0) -> Iterator[bytes]:
    """The records of files, or those that begin in one of several parts of about the same number of bytes."""
    for file, path, end in _parts_of(files, who, num_parts, part_index):
        while file.tell() < end and (record := read_record(file, path)) is not None:
            yield record


def sized_records(files: list[str], who: str, num_parts: int, part_index: int) -> Iterator[tuple[bytes, int]]:
    """As `records`, each with the number of bytes that it takes in its file."""
    for file, path, end in _parts_of(files, who, num_parts, part_index):
        while (begin := file.tell()) < end and (record := read_record(file, path)) is not None:
            yield record, file.tell() - begin


def record_sizes(files: list[str], who: str, num_parts: int, part_index: int) -> Iterator[int]:
    """How many bytes each record takes in its file; none is read."""
    for file, _, end in _parts_of(files, who, num_parts, part_index):
        begin = file.tell()
        while begin < end and len(header := file.read(_HEADER.size)) == _HEADER.size:
            kind, size = divmod(_HEADER.unpack(header)[1], 1 << _LENGTH_BITS)
            file.seek(size + -size % 4, os.SEEK_CUR)
            if kind in (_WHOLE, _LAST):
                yield file.tell() - begin
                begin = file.tell()


def _parts_of(files: list[str], who: str, num_parts: int, part_index: int) -> Iterator[tuple[IO[bytes], str, int]]:
    """Files of a part, at its first record in them, with their names and where the part ends."""
    sizes = [os.path.getsize(file) for file in files]
    begin, end = part_bounds(sum(sizes), num_parts, part_index, 4, who)
    for path, size in zip(files, sizes, strict=True):
        if begin < size and end > 0:
            with explained(path, who, "read"), open(path, "rb", buffering=_CHUNK) as file:
                if begin > 0:
                    _seek_record(file, begin)
                yield file, path, end
        begin, end = begin - size, end - size


def _seek_record(file: IO[bytes], begin: int) -> None:
    """Go to the first record that begins at `begin`, a multiple of 4, or behind it; to the end, if there is none."""
    file.seek(begin)
    block = file.read(_CHUNK)
    while len(block) >= _HEADER.size:
        found = block.find(_MAGIC_BYTES)
        while 0 <= found <= len(block) - _HEADER.size:
            kind = _HEADER.unpack_from(block, found)[1] >> _LENGTH_BITS
            if found % 4 == 0 and kind in (_WHOLE, _FIRST):
                file.seek(begin + found)
                return
            found = block.find(_MAGIC_BYTES, found + 1)
        # A header may lie across the end of the block, whose length is a multiple of 4.
        rest = block[-4:]
        begin += len(block) - len(rest)
        block = rest + file.read(_CHUNK)
    file.seek(0, os.SEEK_END)
