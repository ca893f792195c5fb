"""The suites by name: what each measures, its options, and how its report comes about."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import symgraph as mx
from benchmarks import timings
from benchmarks.measure import Effort, measure
from benchmarks.peers import PEERS, Peer
from benchmarks.report import Report
from benchmarks.suites import nets, small
from benchmarks.workload import AnyWorkload

Options = argparse.Namespace
Progress = Callable[[str], None]


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Most suites have none of their own."""


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
    """

    title: str
    workloads: Callable[[Options], Mapping[str, AnyWorkload]]
    effort: Effort
    peers: Sequence[str] = tuple(PEERS)
    cold: Sequence[str] = ()
    add_options: Callable[[argparse.ArgumentParser], None] = _no_options

    def run(
        self, name: str, peers: Sequence[Peer], workloads: Mapping[str, AnyWorkload], effort: Effort, progress: Progress
    ) -> Report:
        """Measure the given ones of the suite's workloads."""
        cold = [workload for workload in self.cold if workload in workloads]
        outcome = measure(peers, workloads, cold, effort, progress)
        return timings.report(name, outcome, workloads, effort)


def _nets(options: Options) -> Mapping[str, AnyWorkload]:
    return nets.workloads(mx, options.networks, options.modes, options.batch)


SUITES = {
    "small": Suite(small.TITLE, lambda options: small.WORKLOADS, Effort(), peers=("mxnet",), cold=small.COLD),
    "nets": Suite(nets.TITLE, _nets, Effort(rounds=7, seconds=0.5), add_options=nets.add_options),
}
