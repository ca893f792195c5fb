"""Where a profiler comes in: while one runs, programs and operators are called by what it has put here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from symgraph.errors import listed
from symgraph.ir.graph import Graph

Measure = Callable[..., Any]
"""``measure(name, function, *args) -> function(*args)``."""

programs: Measure | None = None
"""Calls the programs of executors; ``None`` as long as nobody measures them."""

operators: Measure | None = None
"""The same for operators that run on arrays."""


def timed(kind: str, graph: Graph, run: Callable[..., Any]) -> Callable[..., Any]:
    """A program under its name, which says what it does and which nodes' outputs it computes, if somebody measures it."""
    measure = programs
    if measure is None:
        return run
    return partial(measure, f"{kind} {listed(dict.fromkeys(node.name for node, _ in graph.heads), limit=3)}", run)
