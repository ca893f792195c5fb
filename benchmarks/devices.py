"""What it costs, or saves, to divide a training step among several devices, and what these tell each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from benchmarks.check import difference
from benchmarks.collectives import KINDS
from benchmarks.measure import Effort, Row
from benchmarks.memory import size
from benchmarks.peers import Peer, PeerError, Process
from benchmarks.report import ABSENT, Report, Table, duration, libraries_line, machine_line
from benchmarks.suites.devices import Spread

VIRTUAL = 8
"""CPU devices that the process has. They share its cores, so that times tell what dividing costs, not what it gains."""


@dataclass
class Step:
    """A training step, on several numbers of devices.

    Attributes:
        row: its samples, by number of devices.
        exchanged: bytes that each device adds up with others, or sends, in a step.
    """

    row: Row
    exchanged: dict[str, int] = field(default_factory=dict)


def measure_devices(
    peer: Peer, workloads: Mapping[str, Spread], effort: Effort, progress: Callable[[str], None]
) -> tuple[list[Step], dict[str, Mapping[str, Any]]]:
    """Every step on each number of devices in turn, in one process that has them all."""
    flags = f"--xla_force_host_platform_device_count={VIRTUAL}"
    spread = replace(peer, environment={**peer.environment, "XLA_FLAGS": flags})
    found = []
    with Process(spread) as process:
        for name, workload in workloads.items():
            progress(name)
            found.append(_step(process, name, workload, effort))
        return found, {peer.name: process.facts}


def _step(process: Process, name: str, workload: Spread, effort: Effort) -> Step:
    step, prints = Step(Row(name)), []
    for count in (1, *workload.counts):
        way, job = str(count), f"{name} on {count}"
        try:
            problems = [problem.to_json() for problem in workload.on(count)]
            step.row.first[way] = process.ask("start", workload=job, problems=problems)
            prints.append(process.ask("check", workload=job))
            if different := difference(prints[0], prints[-1], process.peer.device):
                raise PeerError(f"{count} devices do not compute the same: {different}")
            plan = process.ask("memory", workload=job, calls=1)["plan"]
            step.exchanged[way] = sum(plan.get(kind, 0) for kind in KINDS)
            step.row.samples[way] = []
        except PeerError as error:
            step.row.failures[way] = str(error)
    calls = max(1, round(effort.seconds / process.ask("sample", workload=f"{name} on 1", calls=1)))
    for _ in range(effort.rounds):
        for way, samples in step.row.samples.items():
            samples.append(process.ask("sample", workload=f"{name} on {way}", calls=calls))
    for way in step.row.first:
        process.ask("drop", workload=f"{name} on {way}")
    return step


def report(
    found: Sequence[Step], facts: Mapping[str, Mapping[str, Any]], workloads: Mapping[str, Spread], effort: Effort
) -> Report:
    """A row per step and number of devices."""
    header = ["training step", "devices", "time", "ratio to one", "added up or sent, per device"]
    rows = []
    for step in found:
        workload = workloads[step.row.workload]
        for way in map(str, (1, *workload.counts)):
            ratio = step.row.ratio(way, "1")
            exchanged = ABSENT if workload.groups else size(step.exchanged.get(way))
            time = duration(step.row.median(way))
            rows.append([workload.title, way, time, ABSENT if ratio is None else f"{ratio:.2f}", exchanged])
    failures = [
        f"{step.row.workload} on {way} devices: FAILED: {text}"
        for step in found
        for way, text in step.row.failures.items()
    ]
    method = (
        f"Forward, backward and update of the same batch. Times: medians of {effort.rounds} rounds in turn; ratio: median of "
        f"the rounds, one device being 1. Bytes: results of collective operations in the HLO of the step."
    )
    remarks = [f"{workload.title}: {workload.note}." for workload in workloads.values()]
    if all(not one.get("device") for one in facts.values()):
        remarks.append(
            f"The devices are {VIRTUAL} virtual ones of one processor, whose cores they share: 1 is the best ratio to hope for."
        )
    return Report(
        [machine_line(), libraries_line(facts), method],
        [Table(header, rows)],
        failures + remarks,
        {"suite": "devices", "effort": asdict(effort), "libraries": facts, "steps": [asdict(step) for step in found]},
        failed=bool(failures),
    )
