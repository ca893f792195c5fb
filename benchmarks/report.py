"""What was measured, as a table for people and as JSON for programs."""

from __future__ import annotations

import datetime
import os
import pathlib
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.measure import Cold, Effort, Outcome, Row
from benchmarks.workload import Workload

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


def headline(outcome: Outcome, effort: Effort) -> list[str]:
    """When, where, what, how: one line each."""
    versions = "; ".join(
        f"{name} {facts['version']} (Python {facts['python']}, NumPy {facts['numpy']})"
        for name, facts in outcome.libraries.items()
    )
    load = f"; load average now {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return [
        f"Measured {datetime.date.today().isoformat()} on {machine()}{load}.",
        f"{versions}.",
        f"{effort.rounds} rounds in turn, samples of {duration(effort.seconds)}. Time: median, ± half the "
        "interquartile range. Ratio: ours over theirs, below 1 is faster: median of the rounds [least, greatest], "
        "then that of the best times.",
    ]


def cells(outcome: Outcome, workloads: Mapping[str, Workload]) -> list[list[str]]:
    """The table, header first."""
    ours, *peers = outcome.libraries
    header = ["workload", ours, *(h for peer in peers for h in (peer, f"ratio to {peer}", "of the best"))]
    header += [f"first call, {name}" for name in outcome.libraries]
    table = [header]
    for row in outcome.rows:
        line = [workloads[row.workload].title, _time(row, ours)]
        for peer in peers:
            best = row.best_ratio(ours, peer)
            line += [_time(row, peer), _ratio(row, ours, peer), ABSENT if best is None else f"{best:.2f}"]
        table.append(line + [duration(row.first.get(name)) for name in outcome.libraries])
    return table


def _time(row: Row, library: str) -> str:
    if library in row.failures:
        return "failed"
    spread = row.spread(library)
    return duration(row.median(library)) + ("" if spread is None else f" ± {spread:.0%}")


def _ratio(row: Row, ours: str, theirs: str) -> str:
    ratios = row.ratios(ours, theirs)
    if not ratios:
        return ABSENT
    return f"{statistics.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"


def remarks(outcome: Outcome, workloads: Mapping[str, Workload]) -> list[str]:
    """Cold starts, failures, and what to know of the workloads: one line each."""
    lines = [_cold(start, workloads) for start in outcome.cold]
    lines += [
        f"{workloads[row.workload].title}: FAILED in {error}" for row in outcome.rows for error in row.failures.values()
    ]
    return lines + [
        f"{workloads[row.workload].title}: {workloads[row.workload].note}."
        for row in outcome.rows
        if workloads[row.workload].note
    ]


def _cold(start: Cold, workloads: Mapping[str, Workload]) -> str:
    return (
        f"Cold start of {start.library} (median of {len(start.firsts)} new processes, nothing cached): "
        f"import {duration(statistics.median(start.imports))}; first call of “{workloads[start.workload].title}”, "
        f"with all that is compiled for it, {duration(statistics.median(start.firsts))}."
    )


def as_text(outcome: Outcome, workloads: Mapping[str, Workload], effort: Effort) -> str:
    """The report for a terminal."""
    table = cells(outcome, workloads)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [_aligned(row, widths) for row in table]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*headline(outcome, effort), "", *lines, "", *remarks(outcome, workloads)])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def as_markdown(outcome: Outcome, workloads: Mapping[str, Workload], effort: Effort) -> str:
    """The report for a document."""
    header, *rows = cells(outcome, workloads)
    lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] + ["---:"] * (len(header) - 1), *rows)]
    notes = [f"- {remark}" for remark in remarks(outcome, workloads)]
    return "\n".join([*headline(outcome, effort), "", *lines, "", *notes])


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


def as_json(suite: str, outcome: Outcome, effort: Effort) -> dict[str, Any]:
    """Everything that was measured, in seconds."""
    ours, *peers = outcome.libraries
    rows = [
        {
            **asdict(row),
            "median": {name: row.median(name) for name in outcome.libraries},
            "ratio": {peer: row.ratio(ours, peer) for peer in peers},
            "best_ratio": {peer: row.best_ratio(ours, peer) for peer in peers},
        }
        for row in outcome.rows
    ]
    return {
        "suite": suite,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "effort": asdict(effort),
        "libraries": outcome.libraries,
        "rows": rows,
        "cold": [asdict(start) for start in outcome.cold],
    }
