"""Lines of text files, as several files, folders and parts of them hold them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from symgraph.errors import DataError, MissingFileError
from symgraph.runtime.atomic import explained


class Line(NamedTuple):
    """A line that is not empty, and where it stands."""

    text: str
    file: str
    number: int

    def __str__(self) -> str:
        return f"line {self.number} of '{self.file}'"


def files_of(uri: str, who: str) -> list[str]:
    """The files that a path stands for: itself, those of a folder, or those of several paths with ``;`` between them.

    Raises:
        FileError: there is no such file.
        DataError: there is none that holds anything.
    """
    found: list[str] = []
    for part in uri.split(";"):
        path = part.removeprefix("file://")
        if os.path.isdir(path):
            found += sorted(str(file) for file in Path(path).iterdir() if file.is_file())
        elif os.path.exists(path):
            found.append(path)
        else:
            raise MissingFileError(f"{who}: there is no file '{path}'; check the path.")
    found = [file for file in found if os.path.getsize(file)]
    if not found:
        raise DataError(f"{who}: there is nothing in '{uri}'.")
    return found


def part_bounds(total: int, num_parts: int, part_index: int, unit: int, who: str) -> tuple[int, int]:
    """Which of `total` bytes one of several parts begins and ends with; parts are multiples of `unit` bytes.

    Raises:
        DataError: there is no such part.
    """
    if not 0 <= part_index < num_parts:
        raise DataError(
            f"{who}: part_index={part_index} is no part of num_parts={num_parts}; parts are counted from 0."
        )
    step = -(-total // num_parts)
    step = -(-step // unit) * unit
    return min(step * part_index, total), min(step * (part_index + 1), total)


def lines(files: list[str], who: str, num_parts: int = 1, part_index: int = 0) -> Iterator[Line]:
    """The lines of files, or of a part of them: those that begin in it or right behind it, but not with its first byte.

    A part that begins with a file has that file's first line.
    """
    sizes = [os.path.getsize(file) for file in files]
    begin, end = part_bounds(sum(sizes), num_parts, part_index, 1, who)
    for file, size in zip(files, sizes, strict=True):
        if begin < size and end > 0:
            yield from _lines_between(file, begin, end, who)
        begin, end = begin - size, end - size


def _lines_between(file: str, begin: int, end: int, who: str) -> Iterator[Line]:
    with explained(file, who, "read"), open(file, "rb") as content:
        place = 0
        for number, line in enumerate(content, 1):
            if place > end:
                return
            if begin < place or begin <= place == 0:
                text = line.decode("utf-8-sig" if place == 0 else "utf-8", errors="replace").strip()
                if text:
                    yield Line(text, file, number)
            place += len(line)
