"""What it saves, and costs, to compute results of the forward pass again instead of keeping them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from benchmarks.check import difference
from benchmarks.measure import Effort
from benchmarks.memory import size
from benchmarks.peers import Peer, PeerError, Process
from benchmarks.report import ABSENT, Report, Table, duration, libraries_line, machine_line
from benchmarks.suites.memory import Mirrored

WAYS = ("kept", "again")


@dataclass
class Saving:
    """One training step.

    Attributes:
        temporaries: bytes that the compiled program needs besides arguments and outputs, by way.
        samples: seconds per step in each round, by way.
        failure: why there are none.
    """

    workload: str
    temporaries: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[float]] = field(default_factory=dict)
    failure: str = ""

    def ratio(self) -> float | None:
        """Time of the one over that of the other: the median of all rounds."""
        kept, again = (self.samples.get(way, []) for way in WAYS)
        return statistics.median(b / a for a, b in zip(kept, again, strict=True)) if kept and again else None


def measure_mirroring(
    peer: Peer, workloads: Mapping[str, Mirrored], effort: Effort, progress: Callable[[str], None]
) -> tuple[list[Saving], dict[str, Mapping[str, Any]]]:
    """Every workload in two processes in turn, of which the second computes results again."""
    mirroring = replace(peer, environment={**peer.environment, "MXNET_BACKWARD_DO_MIRROR": "1"})
    found = []
    with Process(peer) as kept, Process(mirroring) as again:
        for name, workload in workloads.items():
            progress(name)
            found.append(_saving(dict(zip(WAYS, (kept, again), strict=True)), name, workload, effort.rounds))
        return found, {peer.name: kept.facts}


def _saving(processes: Mapping[str, Process], name: str, workload: Mirrored, rounds: int) -> Saving:
    saving = Saving(name)
    problems = {"kept": workload.problems, "again": workload.marked or workload.problems}
    prints = []
    try:
        for way, process in processes.items():
            process.ask("start", workload=name, problems=[problem.to_json() for problem in problems[way]()])
            prints.append(process.ask("check", workload=name))
            saving.temporaries[way] = process.ask("memory", workload=name, calls=1)["plan"]["temporaries"]
        if different := difference(*prints):
            raise PeerError(f"what is computed again is not the same: {different}")
        for _ in range(rounds):
            for way, process in processes.items():
                saving.samples.setdefault(way, []).append(process.ask("sample", workload=name, calls=1))
        for process in processes.values():
            process.ask("drop", workload=name)
    except PeerError as error:
        return Saving(name, failure=str(error))
    return saving


def report(
    found: Sequence[Saving], facts: Mapping[str, Mapping[str, Any]], workloads: Mapping[str, Mirrored], effort: Effort
) -> Report:
    """A row per training step."""
    header = ["training step", "temporaries, kept", "computed again", "saved", "time, kept", "computed again", "ratio"]
    rows = []
    for saving in found:
        kept, again = (saving.temporaries.get(way) for way in WAYS)
        times = [duration(statistics.median(saving.samples[w]) if w in saving.samples else None) for w in WAYS]
        share = ABSENT if kept is None or again is None else f"{1 - again / kept:.0%}"
        ratio = saving.ratio()
        cells = [size(kept), size(again), share, *times, ABSENT if ratio is None else f"{ratio:.2f}"]
        rows.append([workloads[saving.workload].title, *cells])
    failures = [f"{saving.workload}: FAILED: {saving.failure}" for saving in found if saving.failure]
    method = (
        f"Temporaries: memory_plan(). Times: medians of {effort.rounds} rounds in turn; ratio: median of the rounds."
    )
    return Report(
        [machine_line(), libraries_line(facts), method],
        [Table(header, rows)],
        failures + [f"{row.title}: {row.note}." for row in workloads.values()],
        {"suite": "memory", "effort": asdict(effort), "libraries": facts, "steps": [asdict(one) for one in found]},
        failed=bool(failures),
    )
