"""Starts, each in a new process: with nothing compiled before, and with what an earlier process left in the cache."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks.measure import Effort
from benchmarks.peers import MissingInPeerError, Peer, PeerError, Process
from benchmarks.plot import Bars
from benchmarks.report import ABSENT, Report, Table, duration, libraries_line, machine_line
from benchmarks.workload import AnyWorkload

COMPILING = ("symgraph", "jax")
STAGES = ("build", "bind", "first step", "second step")


@dataclass(frozen=True)
class Start:
    """One library's starts with one network.

    Attributes:
        label: library, and whether the cache was filled.
        imports: seconds of the import, per process.
        stages: seconds by stage, for each batch size, per process.
        failure: why there are none.
    """

    workload: str
    label: str
    imports: list[float]
    stages: list[list[dict[str, float]]]
    failure: str = ""

    def median(self, size: int, stage: str) -> float | None:
        """Seconds of a stage, for the batch size of that number."""
        values = [run[size][stage] for run in self.stages if stage in run[size]]
        return statistics.median(values) if values else None


def measure_starts(
    peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], effort: Effort, progress: Callable[[str], None]
) -> tuple[list[Start], dict[str, Mapping[str, Any]]]:
    """Every network in every library, and what each library says of itself."""
    found = []
    facts: dict[str, Mapping[str, Any]] = {}
    for name, workload in workloads.items():
        request = {"network": name, **workload.request()}
        with tempfile.TemporaryDirectory() as folder:
            for label, peer, fills in _variants(peers, folder):
                progress(f"start of {name} in {label}")
                if fills:
                    _starts(peer, name, label, request, 1, facts)
                found.append(_starts(peer, name, label, request, effort.cold, facts))
    return found, facts


def _variants(peers: Sequence[Peer], folder: str) -> list[tuple[str, Peer, bool]]:
    """Label, peer, and whether a process must fill the cache first."""
    variants = []
    for peer in peers:
        variants.append((peer.name, peer, False))
        if peer.name in COMPILING:
            warm = replace(peer, environment={**peer.environment, **_cache(peer, f"{folder}/{peer.name}")})
            variants.append((f"{peer.name}, cache filled", warm, True))
    return variants


def _cache(peer: Peer, folder: str) -> dict[str, str]:
    """The settings for a cache in a folder: symgraph's own as it comes, JAX's such that it keeps everything."""
    if peer.name == "symgraph":
        return {"JAX_ENABLE_COMPILATION_CACHE": "true", "SYMGRAPH_COMPILATION_CACHE": folder}
    return {
        "JAX_ENABLE_COMPILATION_CACHE": "true",
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


def _starts(
    peer: Peer, workload: str, label: str, request: Mapping[str, Any], times: int, facts: dict[str, Mapping[str, Any]]
) -> Start:
    start = Start(workload, label, [], [])
    for _ in range(times):
        try:
            with Process(peer) as process:
                facts[peer.name] = process.facts
                start.stages.append(process.ask("stages", **request))
                start.imports.append(process.facts["import_seconds"])
        except MissingInPeerError as error:
            return replace(start, failure=f"{peer.name} has no {error}")
        except PeerError as error:
            return replace(start, failure=str(error))
    return start


def report(
    found: Sequence[Start], facts: Mapping[str, Mapping[str, Any]], workloads: Mapping[str, AnyWorkload], effort: Effort
) -> Report:
    """Medians of all stages."""
    header = ["network, library", "import", *STAGES, "other batch: bind", "first step", "second step"]
    rows = []
    for start in found:
        line = [f"{workloads[start.workload].title}, {start.label}"]
        line.append(duration(statistics.median(start.imports)) if start.imports else ABSENT)
        line += [duration(start.median(0, stage)) for stage in STAGES]
        line += [duration(start.median(-1, stage)) for stage in STAGES[1:]]
        rows.append(line)
    method = (
        f"Medians of {effort.cold} new processes; a step is forward and backward with all gradients and states ready."
    )
    remarks = [f"{start.label}, {start.workload}: FAILED: {start.failure}" for start in found if start.failure]
    return Report(
        [machine_line(), libraries_line(facts), method],
        [Table(header, rows)],
        remarks,
        {"suite": "start", "effort": asdict(effort), "libraries": facts, "starts": [asdict(start) for start in found]},
        [_figure(found, workloads)],
        bool(remarks),
    )


def _figure(found: Sequence[Start], workloads: Mapping[str, AnyWorkload]) -> Bars:
    """Everything up to the end of the first step, by stage."""
    rows = [f"{workloads[start.workload].title}, {start.label}" for start in found]
    values = {stage: [start.median(0, stage) for start in found] for stage in STAGES[:3]}
    imports = [statistics.median(start.imports) if start.imports else None for start in found]
    return Bars("seconds to the first step", rows, {"import": imports, **values})
