"""Times as a report: what `benchmarks.measure` found, beside each other and as ratios."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.measure import Cold, Effort, Outcome, Row
from benchmarks.plot import Bars
from benchmarks.report import ABSENT, Report, Table, duration, libraries_line, machine, machine_line
from benchmarks.workload import AnyWorkload


def report(suite: str, outcome: Outcome, workloads: Mapping[str, AnyWorkload], effort: Effort) -> Report:
    """The report of a suite."""
    return Report(
        headline(outcome, effort),
        [table(outcome, workloads)],
        remarks(outcome, workloads),
        as_json(suite, outcome, effort),
        [figure(outcome, workloads)],
        any(row.failures for row in outcome.rows),
    )


def headline(outcome: Outcome, effort: Effort) -> list[str]:
    """When, where, what, how: one line each."""
    ratio = "Ratio: ours over theirs, below 1 is faster: median of the rounds [least, greatest], then that of the best times."
    return [
        machine_line(),
        libraries_line(outcome.libraries),
        f"{effort.rounds} rounds in turn, samples of {duration(effort.seconds)}. Time: median, ± half the "
        f"interquartile range.{f' {ratio}' if len(outcome.libraries) > 1 else ''}",
    ]


def table(outcome: Outcome, workloads: Mapping[str, AnyWorkload]) -> Table:
    """A row per workload, columns per library."""
    ours, *peers = outcome.libraries
    header = ["workload", ours, *(h for peer in peers for h in (peer, f"ratio to {peer}", "of the best"))]
    header += [f"first call, {name}" for name in outcome.libraries]
    rows = []
    for row in outcome.rows:
        line = [workloads[row.workload].title, _time(row, ours)]
        for peer in peers:
            best = row.best_ratio(ours, peer)
            line += [_time(row, peer), _ratio(row, ours, peer), ABSENT if best is None else f"{best:.2f}"]
        rows.append(line + [duration(row.first.get(name)) for name in outcome.libraries])
    return Table(header, rows)


def figure(outcome: Outcome, workloads: Mapping[str, AnyWorkload]) -> Bars:
    """Our time over that of each peer; without a peer, our time."""
    ours, *peers = outcome.libraries
    titles = [workloads[row.workload].title for row in outcome.rows]
    if not peers:
        return Bars("seconds per call", titles, {ours: [row.median(ours) for row in outcome.rows]})
    ratios = {f"{ours} / {peer}": [row.ratio(ours, peer) for row in outcome.rows] for peer in peers}
    return Bars("ratio of times; below 1 we are faster", titles, ratios, reference=1.0)


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


def remarks(outcome: Outcome, workloads: Mapping[str, AnyWorkload]) -> list[str]:
    """Cold starts, failures, and what to know of the workloads: one line each."""
    lines = [_cold(start, workloads) for start in outcome.cold]
    lines += [
        f"{workloads[row.workload].title}: FAILED in {error}" for row in outcome.rows for error in row.failures.values()
    ]
    lacking: dict[str, list[str]] = {}
    for row in outcome.rows:
        for name, op in row.lacks.items():
            lacking.setdefault(f"{name} has no {op}", []).append(workloads[row.workload].title)
    lines += [f"{'; '.join(titles)}: {what}." for what, titles in lacking.items()]
    notes: dict[str, list[str]] = {}
    for row in outcome.rows:
        workload = workloads[row.workload]
        if workload.note:
            notes.setdefault(workload.note, []).append(workload.title)
    return lines + [f"{'; '.join(titles)}: {note}." for note, titles in notes.items()]


def _cold(start: Cold, workloads: Mapping[str, AnyWorkload]) -> str:
    return (
        f"Cold start of {start.library} (median of {len(start.firsts)} new processes, nothing cached): "
        f"import {duration(statistics.median(start.imports))}; first call of “{workloads[start.workload].title}”, "
        f"with all that is compiled for it, {duration(statistics.median(start.firsts))}."
    )


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
