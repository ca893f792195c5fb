"""Compiler options of a program, set for it alone.

XLA:CPU gives some kinds of work to a library of kernels (YNNPACK in jaxlib 0.10): reductions, which nothing else does as
fast, but also convolutions and products, which it does two to four times as slowly as XLA itself. Operators say which
kinds they are better off with (`Op.library_kernels`); `python -m benchmarks nets` shows what comes of it.

It also puts operations in an order that suits many threads, in which a training step keeps what it need not: every step's
part of the gradient of a recurrent weight, say. The order that saves memory takes a fourth of the temporaries for an unrolled
LSTM or MobileNet, half for Inception-BN and ResNet-50, and is no slower (``nets --memory``, ``rnn --memory``).
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
_SAVING = {"xla_cpu_scheduler_type": "CPU_SCHEDULER_TYPE_MEMORY_OPTIMIZED"}
TESTED = ("0.10.",)
"""Releases of jaxlib with which the options were measured, and the results compared. They are experimental: another release
may mean something else by them."""


def compiler_options(graph: Graph, platform: str, has_gradients: bool) -> dict[str, Any]:
    """What to tell the compiler for a program of this graph, with its gradients or without; empty if there is nothing."""
    if platform != "cpu" or not jaxlib.__version__.startswith(TESTED):
        return {}
    return {**_kernels(graph), **(_SAVING if has_gradients else {})}


def _kernels(graph: Graph) -> dict[str, Any]:
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
    """The executable of a lowered program, with those options that the compiler takes."""
    if not options:
        return lowered.compile()
    try:
        return lowered.compile(compiler_options=options)
    except jax.errors.JaxRuntimeError as refusal:
        accepted = {name: value for name, value in options.items() if name not in str(refusal)}
        if len(accepted) == len(options):
            raise
    return compiled(lowered, accepted)
