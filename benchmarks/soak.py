"""Whether anything grows in a long run: memory, Python objects, and arrays, by the call.

Counted at the end of equal parts of the run, after a garbage collection. The first part does not count: it fills caches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.growth import slope
from benchmarks.peers import Peer, PeerError, Process
from benchmarks.report import ABSENT, Report, Table, libraries_line, machine_line
from benchmarks.suites.soak import LongRun

KINDS = ("bytes", "objects", "arrays")


@dataclass(frozen=True)
class Soak:
    """One workload in one library.

    Attributes:
        counts: by kind, after each part of the run; see `benchmarks.worker.Worker.soak`.
        failure: why there are none.
    """

    workload: str
    library: str
    calls: int
    counts: Mapping[str, Sequence[int]]
    failure: str = ""

    def growth(self, kind: str) -> float | None:
        """What a call leaves behind, by least squares over all parts but the first."""
        counts = self.counts.get(kind, ())
        part = self.calls / max(len(counts), 1)
        return slope([(part * i, count) for i, count in enumerate(counts)][1:])


def measure_soak(
    peers: Sequence[Peer], workloads: Mapping[str, LongRun], parts: int, progress: Callable[[str], None]
) -> tuple[list[Soak], dict[str, Mapping[str, Any]]]:
    """Every workload in every library, in a process of its own, and what each library says of itself."""
    found = []
    facts: dict[str, Mapping[str, Any]] = {}
    for name, workload in workloads.items():
        for peer in peers:
            progress(f"{name} in {peer.name}")
            counts, failure = {}, ""
            try:
                with Process(peer) as process:
                    facts[peer.name] = process.facts
                    process.ask("start", workload=name, **workload.request())
                    counts = process.ask("soak", workload=name, calls=workload.calls, parts=parts)
            except PeerError as error:
                failure = str(error)
            found.append(Soak(name, peer.name, workload.calls, counts, failure))
    return found, facts


def report(
    found: Sequence[Soak], facts: Mapping[str, Mapping[str, Any]], workloads: Mapping[str, LongRun], parts: int
) -> Report:
    """A row per workload and library."""
    rows = []
    for soak in found:
        line = [f"{workloads[soak.workload].title}, {soak.library}", str(soak.calls)]
        rows.append(line + [_number(soak.growth(kind)) for kind in KINDS])
    notes = [f"{row.title}: {row.note}." for row in workloads.values() if row.note]
    failures = [f"{soak.library}, {soak.workload}: FAILED: {soak.failure}" for soak in found if soak.failure]
    method = f"Counted {parts} times in each run. Growth by the call: resident bytes, Python objects, JAX arrays."
    return Report(
        [machine_line(), libraries_line(facts), method],
        [Table(["what is repeated", "calls", *KINDS], rows)],
        failures + notes,
        {"suite": "soak", "libraries": facts, "runs": [asdict(soak) for soak in found]},
        failed=bool(failures),
    )


def _number(value: float | None) -> str:
    return ABSENT if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
