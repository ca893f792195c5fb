"""How much memory a workload takes: a new process for each library and workload, and what the operating system counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.peers import MissingInPeerError, Peer, PeerError, Process
from benchmarks.report import ABSENT, Table
from benchmarks.workload import AnyWorkload

CALLS = 3


@dataclass
class Usage:
    """Bytes that one workload takes, by library.

    Attributes:
        imported: the most in RAM once the library is imported.
        start: the most in RAM at any time, import and compilation included.
        calls: the most in RAM during the calls after that.
        plan: what symgraph's compiled programs need, by kind.
        failures: why a library gave nothing.
    """

    workload: str
    imported: dict[str, int] = field(default_factory=dict)
    start: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    plan: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def measure_memory(
    peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], progress: Callable[[str], None]
) -> list[Usage]:
    """Run each workload in each library, one process at a time."""
    found = []
    for name, workload in workloads.items():
        progress(f"memory of {name}")
        usage = Usage(name)
        request = workload.request()
        for peer in peers:
            try:
                with Process(peer) as process:
                    process.ask("start", workload=name, **request)
                    answer = process.ask("memory", workload=name, calls=CALLS)
            except MissingInPeerError:
                continue
            except PeerError as error:
                usage.failures[peer.name] = str(error)
                continue
            usage.imported[peer.name] = process.facts["import_bytes"]
            usage.calls[peer.name] = answer["calls"]
            usage.start[peer.name] = max(answer["start"], answer["calls"])
            usage.plan |= answer["plan"] or {}
        found.append(usage)
    return found


def table(found: Sequence[Usage], workloads: Mapping[str, AnyWorkload], libraries: Sequence[str]) -> Table:
    """A row per workload: the peak of a call in each library, ours over theirs, and the plan."""
    ours, *peers = libraries
    header = ["workload", f"{ours}, planned", ours, *(h for peer in peers for h in (peer, f"ratio to {peer}"))]
    header += [f"with import and compilation, {name}" for name in libraries]
    rows = []
    for usage in found:
        line = [workloads[usage.workload].title, size(usage.plan.get("total")), size(usage.calls.get(ours))]
        for peer in peers:
            line += [size(usage.calls.get(peer)), _ratio(usage.calls.get(ours), usage.calls.get(peer))]
        rows.append(line + [size(usage.start.get(name)) for name in libraries])
    return Table(header, rows, f"Peak memory, of {CALLS} calls in a process of its own")


def remarks(found: Sequence[Usage], workloads: Mapping[str, AnyWorkload]) -> list[str]:
    """What the libraries take by themselves, and failures: one line each."""
    bases: dict[str, int] = {}
    for usage in found:
        for name, value in usage.imported.items():
            bases[name] = min(value, bases.get(name, value))
    lines = ["The import alone takes " + ", ".join(f"{size(value)} in {name}" for name, value in bases.items()) + "."]
    failed = [(workloads[usage.workload].title, error) for usage in found for error in usage.failures.values()]
    return lines + [f"{title}, memory: FAILED in {error}" for title, error in failed]


def _ratio(ours: int | None, theirs: int | None) -> str:
    return ABSENT if ours is None or theirs is None else f"{ours / theirs:.2f}"


def size(count: float | None) -> str:
    """Bytes in MB or GB, with three digits."""
    if count is None:
        return ABSENT
    value, unit = (count / 1e9, "GB") if count >= 9.995e8 else (count / 1e6, "MB")
    return f"{value:.3g} {unit}"
