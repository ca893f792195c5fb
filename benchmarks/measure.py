"""The method: the same work in all libraries in turn, again and again, so that what disturbs one disturbs the others.

A *sample* is the mean of as many calls as fill a given time. In each round every library gives one sample; the ratio of
a round is that of its samples, and the ratio that is reported is the median over the rounds.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.check import Fingerprint, difference
from benchmarks.peers import MissingInPeerError, Peer, PeerError, Process
from benchmarks.workload import AnyWorkload


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        rounds: how many samples each library gives.
        seconds: how long a sample takes, at least (but one call is always made).
        cold: how many processes are started for each cold start.
    """

    rounds: int = 15
    seconds: float = 0.05
    cold: int = 3


QUICK = Effort(rounds=3, seconds=0.005, cold=1)


@dataclass
class Row:
    """One workload.

    Attributes:
        first: seconds of the first call in the process, by library; compilation included.
        samples: seconds per call in each round, by library.
        failures: why a library gave nothing, by library.
        lacks: operator that a library does not have, by library.
    """

    workload: str
    first: dict[str, float] = field(default_factory=dict)
    samples: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    lacks: dict[str, str] = field(default_factory=dict)

    def median(self, library: str) -> float | None:
        """Seconds per call."""
        values = self.samples.get(library)
        return statistics.median(values) if values else None

    def spread(self, library: str) -> float | None:
        """Half the interquartile range, relative to the median."""
        values = self.samples.get(library, [])
        if len(values) < 3:
            return None
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        return (high - low) / 2 / statistics.median(values)

    def ratios(self, ours: str, theirs: str) -> list[float]:
        """Our time over theirs, in each round; less than 1 is faster."""
        pairs = zip(self.samples.get(ours, []), self.samples.get(theirs, []), strict=False)
        return [a / b for a, b in pairs]

    def ratio(self, ours: str, theirs: str) -> float | None:
        """Median of `ratios`."""
        ratios = self.ratios(ours, theirs)
        return statistics.median(ratios) if ratios else None

    def best_ratio(self, ours: str, theirs: str) -> float | None:
        """Ratio of the least times of both: what is left when nothing else disturbs the machine."""
        a, b = self.samples.get(ours), self.samples.get(theirs)
        return min(a) / min(b) if a and b else None


@dataclass(frozen=True)
class Cold:
    """Cold starts of one workload in one library: seconds to import it, and of the first call, per process."""

    workload: str
    library: str
    imports: list[float]
    firsts: list[float]


@dataclass(frozen=True)
class Outcome:
    """All that was measured: rows, cold starts, and what each library says of itself."""

    rows: list[Row]
    cold: list[Cold]
    libraries: dict[str, dict[str, Any]]


def measure(
    peers: Sequence[Peer],
    workloads: Mapping[str, AnyWorkload],
    cold: Iterable[str],
    effort: Effort,
    progress: Callable[[str], None],
) -> Outcome:
    """Run workloads in all libraries in turn.

    Args:
        cold: of which workloads the very first call is also measured, in processes of their own.

    Raises:
        PeerError: a library cannot be started. A workload it fails at is noted in its row.
    """
    with ExitStack() as stack:
        processes = [stack.enter_context(Process(peer)) for peer in peers]
        rows = []
        for name, workload in workloads.items():
            progress(name)
            rows.append(_row(processes, name, workload.request(), effort))
        facts = {process.peer.name: process.facts for process in processes}
    starts = []
    for name in cold:
        progress(f"{name}, cold")
        starts += _cold(peers, name, workloads[name].request(), effort.cold)
    return Outcome(rows, starts, facts)


def _row(processes: Sequence[Process], workload: str, request: Mapping[str, Any], effort: Effort) -> Row:
    row = Row(workload)
    calls: dict[Process, int] = {}
    prints: list[Fingerprint] = []
    for process in processes:
        try:
            row.first[process.peer.name] = process.ask("start", workload=workload, **request)
            _check(process, workload, prints)
            calls[process] = _calibrate(process, workload, effort.seconds)
            row.samples[process.peer.name] = []
        except MissingInPeerError as error:
            row.lacks[process.peer.name] = str(error)
        except PeerError as error:
            row.failures[process.peer.name] = str(error)
    for _ in range(effort.rounds):
        for process, count in calls.items():
            row.samples[process.peer.name].append(process.ask("sample", workload=workload, calls=count))
    for process in processes:
        process.ask("drop", workload=workload)
    return row


def _check(process: Process, workload: str, prints: list[Fingerprint]) -> None:
    """Compare what a library computes with the first of `prints`, and add it there."""
    found = process.ask("check", workload=workload)
    if found is None:
        return
    prints.append(found)
    different = difference(prints[0], found, process.peer.device)
    if different:
        raise PeerError(f"{process.peer.name} does not compute the same: {different}")


def _calibrate(process: Process, workload: str, seconds: float) -> int:
    """How many calls fill `seconds`; also the warm-up."""
    calls = 1
    while True:
        spent = calls * process.ask("sample", workload=workload, calls=calls)
        if spent >= seconds / 2:
            return max(1, round(calls * seconds / spent))
        calls = max(calls * 2, min(calls * 10, round(calls * seconds / max(spent, 1e-7))))


def _cold(peers: Sequence[Peer], workload: str, request: Mapping[str, Any], times: int) -> list[Cold]:
    starts = {peer.name: Cold(workload, peer.name, [], []) for peer in peers}
    for _ in range(times):
        for peer in peers:
            with Process(peer) as process:
                starts[peer.name].imports.append(process.facts["import_seconds"])
                starts[peer.name].firsts.append(process.ask("start", workload=workload, **request))
    return list(starts.values())
