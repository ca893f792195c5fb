"""Compiler options of a program, set for it alone.

XLA:CPU gives some kinds of work to a library of kernels (YNNPACK in jaxlib 0.10): reductions, which nothing else does as
fast, but also convolutions and products, which it does two to four times as slowly as XLA itself. Operators say which
kinds they are better off with (`Op.library_kernels`); `python -m benchmarks nets` shows what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jaxlib

from symgraph.ir.graph import Graph
from symgraph.ir.op import Op

_OPTION = "xla_cpu_experimental_ynn_fusion_type"
_KINDS = {"reduction": "LIBRARY_FUSION_TYPE_REDUCE", "product": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT"}
_TESTED = ("0.10.",)
"""Releases of jaxlib with which the option was measured, and the results compared. It is experimental: another release
may mean something else by it."""


def compiler_options(graph: Graph, platform: str) -> dict[str, Any]:
    """What to tell the compiler for this graph; empty if there is nothing to tell."""
    if platform != "cpu" or not jaxlib.__version__.startswith(_TESTED):
        return {}
    opinions = [op.library_kernels for op in _operators(graph) if op.library_kernels is not None]
    if not opinions:
        return {}
    kinds = frozenset.intersection(*opinions)
    return {_OPTION: ",".join(option for kind, option in _KINDS.items() if kind in kinds)}


def _operators(graph: Graph) -> Iterator[Op]:
    graphs = [graph]
    while graphs:
        for node in graphs.pop().order:
            if node.op is not None:
                yield node.op
                graphs += node.op.subgraphs


def compiled(lowered: Any, options: dict[str, Any]) -> Any:
    """The executable of a lowered program, with options if the compiler takes them."""
    if options:
        try:
            return lowered.compile(compiler_options=options)
        except jax.errors.JaxRuntimeError as refusal:
            if _OPTION not in str(refusal):
                raise
    return lowered.compile()
