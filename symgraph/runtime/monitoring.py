"""A forward pass that somebody watches: every value in it is computed, and shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import jax

from symgraph.lower.emit import outcome
from symgraph.runtime.cell import gather
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.run import Run

if TYPE_CHECKING:
    from symgraph.runtime.executor import Executor

Callback = Callable[[str, NDArray], None]


def run_monitored(executor: Executor, run: Run, callback: Callback, everything: bool) -> None:
    """Compute a forward pass, and call ``callback(name, array)`` for every operator output of it, in execution order.

    Args:
        everything: also call it for every input.
    """
    graph = executor._program.graph
    wanted = executor._plan.wanted if run.is_train else (False,) * len(executor._args)
    key = "internals", run.is_train
    inputs = executor._inputs_of(run)
    executable = executor._executable(key, executor._program.internals, run.is_train, wanted, args=inputs)
    _, values, arrays = executor._execute("forward", executable, *inputs)
    run.pullback = (executable.residuals, arrays) if any(wanted) else None
    executor._finish(run, *outcome(graph, values))

    def show(name: str, value: jax.Array, home: Context) -> None:
        callback(name, NDArray(gather(value, home), home))

    before = {
        graph.offsets[graph.node_ids[node]]: array for node, array in zip(graph.auxiliary, inputs[1], strict=True)
    }
    for node, (op, ins, first, _) in zip(graph.order, graph.wiring, strict=True):
        if op is None:
            continue
        if everything:
            for (source, _), slot, entry in zip(node.inputs, op.inputs(), ins, strict=True):
                value = before.get(entry, values[entry])
                if source.is_variable:
                    show(source.name, value, executor.home(source))
                show(f"{node.name}_{slot}", value, executor.home(source))
        for i, name in enumerate(node.output_names()):
            show(name, values[first + i], executor.home(node))
