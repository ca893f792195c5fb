"""A report: tables and remarks, as text for people, as Markdown for a document and as JSON for programs."""

from __future__ import annotations

import datetime
import os
import pathlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.plot import Figure

UNITS = ((1e-6, "ns", 1e9), (1e-3, "µs", 1e6), (1.0, "ms", 1e3))
ABSENT = "-"


def duration(seconds: float | None) -> str:
    """Three significant digits and a unit."""
    if seconds is None:
        return ABSENT
    for limit, unit, factor in UNITS:
        if seconds < limit:
            return f"{_digits(seconds * factor)} {unit}"
    return f"{_digits(seconds)} s"


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def machine() -> str:
    """Processor, cores and system of this machine."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def _processor() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        header: what the columns are.
        rows: as many cells each; the first says what the row is.
        caption: what the table shows; may be left out where a report has only one.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    def as_text(self) -> str:
        """In columns, for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        lines = [_aligned(row, widths) for row in (self.header, ["-" * width for width in widths], *self.rows)]
        return "\n".join([*([f"{self.caption}:", ""] if self.caption else []), *lines])

    def as_markdown(self) -> str:
        """For a document."""
        rows = (self.header, ["---"] + ["---:"] * (len(self.header) - 1), *self.rows)
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([*([f"{self.caption}:", ""] if self.caption else []), *lines])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


@dataclass(frozen=True)
class Report:
    """What a suite has found.

    Attributes:
        headline: when, where, what, how.
        tables: the results.
        remarks: what else there is to say, one line each.
        data: everything that was measured, as a JSON object.
        figures: what a plot shows.
        failed: whether a library failed at something.
    """

    headline: Sequence[str]
    tables: Sequence[Table]
    remarks: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    failed: bool = False

    def as_text(self) -> str:
        """For a terminal."""
        return "\n".join([*self.headline, *(f"\n{table.as_text()}" for table in self.tables), "", *self.remarks])

    def as_markdown(self) -> str:
        """For a document."""
        notes = [f"- {remark}" for remark in self.remarks]
        return "\n".join([*self.headline, *(f"\n{table.as_markdown()}" for table in self.tables), "", *notes])


def libraries_line(libraries: Mapping[str, Mapping[str, Any]]) -> str:
    """Which libraries, in which versions."""
    versions = []
    for name, facts in libraries.items():
        threads = facts.get("threads")
        asked = f", OMP_NUM_THREADS={threads}" if threads else ""
        place = f", on {facts['device']}" if facts.get("device") else ""
        versions.append(f"{name} {facts['version']} (Python {facts['python']}, NumPy {facts['numpy']}{asked}{place})")
    return f"{'; '.join(versions)}."


def machine_line() -> str:
    """When and where, and whether the machine was quiet."""
    load = f"; load average now {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Measured {datetime.date.today().isoformat()} on {machine()}{load}."


def into_markdown(document: str, suite: str, report: str) -> str:
    """`document` with the part between the marks of a suite replaced.

    Raises:
        ValueError: the document has no such marks.
    """
    begin, end = f"<!-- {suite}: begin -->", f"<!-- {suite}: end -->"
    head, found_begin, rest = document.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(
            f"the document needs a line '{begin}' and, after it, a line '{end}', around the table to replace"
        )
    return f"{head}{begin}\n{report}\n{end}{tail}"
