"""A compilation that takes long says so, in the log of symgraph: what is being compiled, while it is.

As a warning, since that is what Python shows where nobody has set up logging, and whoever waits at a prompt or in a notebook
is to know for what. ``logging.getLogger("symgraph").setLevel(logging.ERROR)`` switches it off.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from symgraph.errors import counted, listed
from symgraph.ir.graph import Graph
from symgraph.lower.compilation_cache import folder

PATIENCE = 2.0
"""Seconds after which a compilation is announced."""
LOGGER = logging.getLogger("symgraph")

_KINDS = {
    "forward": "forward pass",
    "prepare": "preparation of parameters",
    "run": "forward pass",
    "internals": "pass with all inner values",
    "record": "forward pass before a backward pass",
    "pull": "backward pass",
    "step": "forward and backward pass",
    "train": "step of training",
    "update": "update of parameters",
}
"""What the kinds of programs are (`symgraph.lower.program`)."""


@contextmanager
def announced(kind: str, graph: Graph, is_kept: bool) -> Iterator[None]:
    """In this context a program of a graph is traced and compiled; if that takes long, the log tells, once.

    Args:
        is_kept: whether the program is one for the cache on disk.
    """
    begin = time.perf_counter()
    # A cancelled timer lives on for a moment, and must not keep the graph alive.
    timer = threading.Timer(PATIENCE, _announce, (kind, weakref.ref(graph), is_kept))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    seconds = time.perf_counter() - begin
    if seconds > PATIENCE:
        LOGGER.info("compiled the %s of %s in %.1f s", _KINDS[kind], _name(graph), seconds)


def _announce(kind: str, compiled: weakref.ref[Graph], is_kept: bool) -> None:
    graph = compiled()
    if graph is None:
        return
    layers = sum(node.op is not None for node in graph.order)
    place = folder() if is_kept else None
    where = "" if place is None else f" (compiled programs are kept in {place})"
    LOGGER.warning(
        "tracing and compiling the %s of %s, %s: this takes more than %g s%s",
        _KINDS[kind],
        _name(graph),
        counted(layers, "layer"),
        PATIENCE,
        where,
    )


def _name(graph: Graph) -> str:
    return listed((f"'{node.name}'" for node in dict.fromkeys(node for node, _ in graph.heads)), 3)
