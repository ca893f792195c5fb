"""Recomputation: the second run of what a `Plan` says is run again, in the backward pass.

XLA would see that both computations are the same and do one. So the second one begins behind an optimization barrier that
also waits for the cotangent it is needed for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import jax
from jax import lax

from symgraph.ir.graph import Graph
from symgraph.ir.op import LowerContext, Op
from symgraph.lower.mirror import NOTHING, Plan, in_segments
from symgraph.lower.pull import Array, Mask, OwnPull, Pull, apply_with_pull
from symgraph.lower.rows import SharedPull, apply_shared


@partial(jax.tree_util.register_dataclass, data_fields=["ctx"], meta_fields=["op", "mask", "shares"])
@dataclass(frozen=True)
class Application:
    """An operator as it is applied at a node.

    Attributes:
        mask: which inputs a gradient is wanted of; ``None``: no gradient flows through the node.
        shares: whether the gradient of its parameters is taken together with that of others (`symgraph.lower.rows`).
    """

    op: Op
    ctx: LowerContext
    mask: Mask | None
    shares: bool = False

    def __call__(self, inputs: Sequence[Array]) -> tuple[tuple[Array, ...], Pull | SharedPull | None]:
        """Results, and what takes cotangents back."""
        if self.mask is None:
            return self.op.lower(self.ctx, *inputs), None
        applied = apply_shared if self.shares else apply_with_pull
        return applied(self.op, self.ctx, inputs, self.mask)


@dataclass(frozen=True)
class Note:
    """An application, what it was applied to, and what came of it."""

    application: Application
    inputs: Sequence[Array]
    results: Sequence[Array]


@partial(jax.tree_util.register_dataclass, data_fields=["applications", "values"], meta_fields=["plan", "is_apart"])
@dataclass(frozen=True)
class Kept:
    """What the forward pass leaves for the second computation.

    Attributes:
        applications: of the affected nodes, by position.
        values: of entries, by number.
        is_apart: whether each segment is compiled as a function of its own. XLA:CPU forgets barriers before it chooses an
            order, but it keeps to that of calls.
    """

    plan: Plan = NOTHING
    applications: dict[int, Application] = field(default_factory=dict)
    values: dict[int, Array] = field(default_factory=dict)
    is_apart: bool = False

    @classmethod
    def of(cls, graph: Graph, plan: Plan, notes: Mapping[int, Note], values: Sequence[Array]) -> Kept:
        """What is needed of noted nodes, of a graph whose entries have these values."""
        if not notes:
            return cls()
        plan = in_segments(graph, plan, [x.size * x.dtype.itemsize for x in values])
        lost = {entry for i in plan.again for entry in range(*graph.wiring[i][2:])} - plan.kept
        applications: dict[int, Application] = {}
        kept: dict[int, Array] = {}
        for i, note in notes.items():
            _, ins, first, last = graph.wiring[i]
            applications[i] = replace(note.application, ctx=replace(note.application.ctx, host=None))
            found = [*zip(ins, note.inputs, strict=True), *zip(range(first, last), note.results, strict=False)]
            for entry, value in found:
                if entry not in lost:
                    kept.setdefault(entry, value)
        platforms = {application.ctx.platform for application in applications.values()}
        is_effectful = any(node.op is not None and node.op.is_effectful for node in graph.order)
        return cls(plan, applications, kept, platforms == {"cpu"} and not is_effectful)


class Again:
    """The second computation, of one backward pass: node by node, when something is needed of it."""

    def __init__(self, graph: Graph, kept: Kept):
        self._graph, self._kept = graph, kept
        self._values = dict(kept.values)
        self._pulls: dict[int, Any] = {}
        self._late: dict[int, Array] = {}

    def pull(self, i: int, cotangents: Sequence[Array | None]) -> Pull | SharedPull:
        """What takes these cotangents of an affected node back."""
        if i not in self._pulls:
            after = next((cotangent for cotangent in cotangents if cotangent is not None), None)
            missing = self._missing(i)
            for j in missing:
                self._run(j, after)
            if i not in missing:
                self._run(i, after)
        pull: Pull | SharedPull = self._pulls.pop(i)
        return pull

    def _missing(self, i: int) -> list[int]:
        """Nodes that must be run before node `i`, and it if it is run again, in order."""
        found: set[int] = set()
        stack = [i]
        while stack:
            i = stack.pop()
            for entry in self._graph.wiring[i][1]:
                owner = self._graph.owners[entry]
                if entry not in self._values and owner not in found:
                    found.add(owner)
                    stack.append(owner)
        return sorted(found)

    def _run(self, i: int, after: Array | None) -> None:
        _, ins, first, last = self._graph.wiring[i]
        application = self._kept.applications[i]
        if i in self._kept.plan.again:
            inputs = [self._delayed(entry, after) for entry in ins]
            application = replace(application, ctx=_delayed_key(application.ctx, after))
        else:
            inputs = [self._values[entry] for entry in ins]
        with jax.named_scope(self._graph.order[i].name):
            results, pull = application(inputs)
        for entry in range(first, last):
            self._values.setdefault(entry, results[entry - first])
        if isinstance(pull, OwnPull):
            own = tuple(self._values[entry] for entry in range(first, last))
            pull = replace(pull, outputs=own + pull.outputs[last - first :])
        self._pulls[i] = pull

    def _delayed(self, entry: int, after: Array | None) -> Array:
        """The value of an entry; of one that was kept, so that XLA cannot tell."""
        if entry not in self._kept.values:
            return self._values[entry]
        if entry not in self._late:
            self._late[entry] = _behind(self._values[entry], after)
        return self._late[entry]


def _behind(value: Array, after: Array | None) -> Array:
    behind: Array = lax.optimization_barrier((value,) if after is None else (value, after))[0]
    return behind


def _delayed_key(ctx: LowerContext, after: Array | None) -> LowerContext:
    if ctx.key is None:
        return ctx
    data = _behind(jax.random.key_data(ctx.key), after)
    return replace(ctx, key=jax.random.wrap_key_data(data, impl=jax.random.key_impl(ctx.key)))
