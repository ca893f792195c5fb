"""The suites by name: what each measures, its options, and how its report comes about."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import symgraph as mx
from benchmarks import devices, embed, export, growth, memory, mirroring, soak, starts, timings
from benchmarks.measure import Effort, measure
from benchmarks.peers import PEERS, Peer
from benchmarks.plot import Curves
from benchmarks.report import Report
from benchmarks.suites import devices as several
from benchmarks.suites import embed as embedding
from benchmarks.suites import export as exported
from benchmarks.suites import memory as memory_steps
from benchmarks.suites import nets, ops, rnn, scaling, small, start
from benchmarks.suites import soak as soak_runs
from benchmarks.workload import AnyWorkload, NetworkWorkload

Options = argparse.Namespace
Progress = Callable[[str], None]


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Most suites have none of their own."""


@dataclass(frozen=True)
class Request:
    """How to measure.

    Attributes:
        memory: whether peak memory is measured besides time.
        progress: is told what is being measured.
    """

    effort: Effort
    memory: bool
    progress: Progress


@dataclass(frozen=True)
class Suite:
    """A suite.

    Attributes:
        title: what it measures.
        workloads: its rows by name, for given options.
        effort: how long it measures unless told otherwise.
        peers: which libraries can run it.
        cold: workloads whose cold start is measured, too.
        add_options: adds options of its own to the command line.
        memory: whether peak memory can be asked for.
    """

    title: str
    workloads: Callable[[Options], Mapping[str, AnyWorkload]]
    effort: Effort
    peers: Sequence[str] = tuple(PEERS)
    cold: Sequence[str] = ()
    add_options: Callable[[argparse.ArgumentParser], None] = _no_options
    memory: bool = False

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        """Measure the given ones of the suite's workloads."""
        cold = [workload for workload in self.cold if workload in workloads]
        outcome = measure(peers, workloads, cold, request.effort, request.progress)
        found = timings.report(name, outcome, workloads, request.effort)
        return _with_memory(found, peers, workloads, request)[0] if request.memory else found


class Starts(Suite):
    """The suite that measures starts."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        found, facts = starts.measure_starts(peers, workloads, request.effort, request.progress)
        return starts.report(found, facts, workloads, request.effort)


class Soaks(Suite):
    """The suite of long runs."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        runs = {name: workload for name, workload in workloads.items() if isinstance(workload, soak_runs.LongRun)}
        found, facts = soak.measure_soak(peers, runs, request.effort.rounds, request.progress)
        return soak.report(found, facts, runs, request.effort.rounds)


class Embeds(Suite):
    """The suite of symbols inside of programs for JAX."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        networks = {name: workload for name, workload in workloads.items() if isinstance(workload, NetworkWorkload)}
        found, counts = embed.measure_embed(networks, request.effort, request.progress, peers[0].device)
        return embed.report(found, counts, networks, request.effort)


class Mirrorings(Suite):
    """The suite of steps that compute results again."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        steps = {name: workload for name, workload in workloads.items() if isinstance(workload, memory_steps.Mirrored)}
        found, facts = mirroring.measure_mirroring(peers[0], steps, request.effort, request.progress)
        return mirroring.report(found, facts, steps, request.effort)


class Spreads(Suite):
    """The suite of steps on several devices."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        steps = {name: workload for name, workload in workloads.items() if isinstance(workload, several.Spread)}
        found, facts = devices.measure_devices(peers[0], steps, request.effort, request.progress)
        return devices.report(found, facts, steps, request.effort)


class Exports(Suite):
    """The suite of networks in the languages of others."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        networks = {name: workload for name, workload in workloads.items() if isinstance(workload, NetworkWorkload)}
        found = export.measure_export(networks, request.effort, request.progress)
        return export.report(found, networks, request.effort)


class Scaling(Suite):
    """The suite that fits exponents."""

    def run(self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request) -> Report:
        outcome = measure(peers, workloads, (), request.effort, request.progress)
        found = timings.report(name, outcome, workloads, request.effort)
        found, usages = _with_memory(found, peers, workloads, request)
        axes = {axis: growth.series(outcome, usages, scaling.sizes(axis)) for axis in scaling.AXES}
        fits = growth.table(axes, list(outcome.libraries))
        curves = [
            Curves(f"{cost} against {axis}, in {growth.unit(cost)}", axis, lines)
            for axis, costs in axes.items()
            for cost, lines in costs.items()
        ]
        data = {**found.data, "curves": axes}
        return replace(found, tables=[fits, *found.tables], figures=curves, data=data)


def _with_memory(
    found: Report, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], request: Request
) -> tuple[Report, list[memory.Usage]]:
    """The report with a table of memory besides, and what is in that."""
    usages = memory.measure_memory(peers, workloads, request.progress)
    table = memory.table(usages, workloads, [peer.name for peer in peers])
    report = replace(
        found,
        tables=[*found.tables, table],
        remarks=[*memory.remarks(usages, workloads), *found.remarks],
        data={**found.data, "memory": [asdict(usage) for usage in usages]},
        failed=found.failed or any(usage.failures for usage in usages),
    )
    return report, usages


def _nets(options: Options) -> Mapping[str, AnyWorkload]:
    return nets.workloads(mx, options.networks, options.modes, options.batch)


def _rnn(options: Options) -> Mapping[str, AnyWorkload]:
    return rnn.workloads(mx, options.length, options.batch, options.hidden, options.lengths)


def _ops(options: Options) -> Mapping[str, AnyWorkload]:
    return ops.workloads(mx, options.modes)


def _scaling(options: Options) -> Mapping[str, AnyWorkload]:
    return scaling.workloads(mx, options.axes)


def _start(options: Options) -> Mapping[str, AnyWorkload]:
    return start.workloads(mx, options.networks, options.batch)


def _embed(options: Options) -> Mapping[str, AnyWorkload]:
    return embedding.workloads(mx, options.networks, options.modes, options.batch)


HEAVY = Effort(rounds=7, seconds=0.5)
"""A call takes from tens of milliseconds to some seconds."""

SUITES = {
    "small": Suite(
        small.TITLE, lambda options: small.WORKLOADS, Effort(), peers=("mxnet", "mxnet-default"), cold=small.COLD
    ),
    "nets": Suite(nets.TITLE, _nets, HEAVY, add_options=nets.add_options, memory=True),
    "rnn": Suite(rnn.TITLE, _rnn, HEAVY, add_options=rnn.add_options, memory=True),
    "ops": Suite(ops.TITLE, _ops, Effort(rounds=7, seconds=0.05), add_options=ops.add_options),
    "scaling": Scaling(scaling.TITLE, _scaling, Effort(rounds=5, seconds=0.2), add_options=scaling.add_options),
    "soak": Soaks(
        soak_runs.TITLE,
        lambda options: soak_runs.workloads(options.steps, options.executors),
        Effort(rounds=9),
        peers=("mxnet", "mxnet-default"),
        add_options=soak_runs.add_options,
    ),
    "memory": Mirrorings(
        memory_steps.TITLE,
        lambda options: memory_steps.workloads(mx, options.networks, options.batch, options.lengths),
        HEAVY,
        peers=(),
        add_options=memory_steps.add_options,
    ),
    "devices": Spreads(
        several.TITLE,
        lambda options: several.workloads(
            mx, options.networks, options.batch, options.counts, options.length, options.hidden
        ),
        HEAVY,
        peers=(),
        add_options=several.add_options,
    ),
    "start": Starts(start.TITLE, _start, Effort(), add_options=start.add_options),
    "export": Exports(
        exported.TITLE,
        lambda options: exported.workloads(mx, options.networks, options.batch, options.length, options.hidden),
        HEAVY,
        peers=(),
        add_options=exported.add_options,
    ),
    "embed": Embeds(embedding.TITLE, _embed, HEAVY, peers=(), add_options=embedding.add_options),
}
