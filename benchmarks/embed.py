"""What `Symbol.to_jax` costs inside of a program for JAX: time, and operations of the compiled program, beside what is written
by hand. Both are functions of JAX, and so are measured in one process, in turn."""

from __future__ import annotations

import gc
import platform
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jax
import numpy as np

import symgraph as mx
from benchmarks import timings
from benchmarks.check import difference, fingerprint
from benchmarks.libraries import plain_jax
from benchmarks.libraries.embedded import Embedded
from benchmarks.libraries.plain_jax import Jitted
from benchmarks.measure import Effort, Outcome, Row
from benchmarks.problem import Problem
from benchmarks.report import Report, Table
from benchmarks.workload import NetworkWorkload

OURS, THEIRS = "to_jax", "by hand"
WAYS: Mapping[str, type[Jitted]] = {OURS: Embedded, THEIRS: Jitted}

_INSTRUCTION = re.compile(r"\s+(?:ROOT )?%?[\w.-]+ = .*? (?!parameter\b)[a-z][\w-]*\(")

POOLING = (
    "Max pooling is one HLO operation by hand, and three for each place in a window in to_jax, which on a CPU take a third of "
    "the time: windowed reductions are not vectorized there"
)


def operations(function: Jitted, nodes: str = "") -> int:
    """How many HLO operations the compiled program of a network has, those inside of fusions included.

    Args:
        nodes: count those only that belong to nodes whose name begins so.
    """
    lines = function.lowered().compile().as_text().splitlines()
    of_nodes = re.compile(rf'op_name="[^"]*[/(]{nodes}' if nodes else "")
    return sum(_INSTRUCTION.match(line) is not None and of_nodes.search(line) is not None for line in lines)


def measure_embed(
    workloads: Mapping[str, NetworkWorkload], effort: Effort, progress: Callable[[str], None], device: str
) -> tuple[Outcome, dict[str, dict[str, int]]]:
    """Times of both ways, and the number of operations by workload."""
    place = plain_jax.use(jax, device)
    rows, counts = [], {}
    for name, workload in workloads.items():
        progress(name)
        (problem,) = workload.problems()
        row, counts[name] = _measured(name, problem, effort, device)
        rows.append(row)
    facts = {"version": mx.__version__, "python": platform.python_version(), "numpy": np.__version__, "device": place}
    return Outcome(rows, [], {OURS: facts, THEIRS: {**facts, "version": f"jax {jax.__version__}"}}), counts


def report(
    outcome: Outcome, counts: Mapping[str, Mapping[str, int]], workloads: Mapping[str, NetworkWorkload], effort: Effort
) -> Report:
    """The report of the suite."""
    found = timings.report("embed", outcome, workloads, effort)
    rows = [
        [workloads[name].title, str(of[OURS]), str(of[THEIRS]), f"{of[OURS] / of[THEIRS]:.2f}"]
        for name, of in counts.items()
    ]
    table = Table(["workload", OURS, THEIRS, "ratio"], rows, "HLO operations of the compiled programs")
    remarks = [*found.remarks, f"{POOLING}."]
    return replace(found, tables=[*found.tables, table], remarks=remarks, data={**found.data, "operations": counts})


def _measured(name: str, problem: Problem, effort: Effort, device: str) -> tuple[Row, dict[str, int]]:
    row = Row(name)
    known: dict[tuple, Any] = {}
    ways = {way: made(problem, known) for way, made in WAYS.items()}
    prints = []
    for way, jitted in ways.items():
        row.first[way] = _seconds(jitted, 1)
        row.samples[way] = []
        compared = WAYS[way](problem.comparable(), known)
        compared.run()
        prints.append(fingerprint(compared.results()))
    different = difference(prints[0], prints[1], device)
    if different:
        row.failures[THEIRS] = f"{THEIRS} does not compute the same: {different}"
    spent = max(_seconds(jitted, 1) for jitted in ways.values())
    calls = max(1, round(effort.seconds / spent))
    for _ in range(effort.rounds):
        for way, jitted in ways.items():
            gc.collect()
            _seconds(jitted, calls // 4)
            row.samples[way].append(_seconds(jitted, calls) / calls)
    return row, {way: operations(jitted) for way, jitted in ways.items()}


def _seconds(jitted: Jitted, calls: int) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        jitted.run()
    return time.perf_counter() - begin
