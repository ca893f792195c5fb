"""Pullback: the way back through a graph, from cotangents of its outputs to gradients of its arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.ir.graph import Graph
from symgraph.lower.flow import pulls_back
from symgraph.lower.host import HostCalls
from symgraph.lower.naming import naming
from symgraph.lower.pull import Array
from symgraph.lower.recompute import Again, Kept
from symgraph.lower.rows import Pulled, SharedPull, parameter_gradients
from symgraph.ops.apart import apart

Arrays = dict[int, Array]


@jax.tree_util.register_pytree_node_class
class Pullback:
    """What the backward pass needs; a pytree, so that its arrays can leave one compiled program and enter another
    (`symgraph.lower.residuals`).

    Attributes:
        pulls: of the nodes at `positions`; ``None`` where it is made ready by the second computation.
        variant: which of a program's graphs was run.
        kept: what the second computation begins with.
    """

    def __init__(
        self, wanted: tuple[bool, ...], positions: tuple[int, ...], pulls: tuple[Any, ...], variant: int, kept: Kept
    ):
        self.wanted, self.positions, self.pulls, self.variant, self.kept = wanted, positions, pulls, variant, kept

    def tree_flatten(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return (self.pulls, self.kept), (self.wanted, self.positions, self.variant)

    @classmethod
    def tree_unflatten(cls, static: tuple[Any, ...], children: tuple[Any, ...]) -> Pullback:
        (wanted, positions, variant), (pulls, kept) = static, children
        return cls(wanted, positions, pulls, variant, kept)

    def __call__(
        self, graph: Graph, cotangents: Sequence[Array | None], host: HostCalls | None = None
    ) -> tuple[list[Array | None], Arrays]:
        """Gradients of the wanted arguments, ``None`` where nothing flows back to one (its gradient is zero); and new
        values of the auxiliary states that gradients update, by position."""
        grads: Arrays = {}
        updates: Arrays = {}
        _add(grads, zip(graph.head_entries, cotangents, strict=True))
        members = list(zip(self.positions, self.pulls, strict=True))
        segments = [list(group) for _, group in groupby(members, lambda member: self.kept.plan.segment(member[0]))]
        # What calls into Python are made in a segment, others must follow: they are not to be a program of their own.
        is_apart = len(segments) > 1 and self.kept.is_apart
        for segment in reversed(segments):
            touched = {e for i, _ in segment for e in (*graph.wiring[i][1], *range(*graph.wiring[i][2:]))}
            given = {entry: grads.pop(entry) for entry in touched & grads.keys()}
            back = partial(self._back, graph, segment, host)
            found, new = apart(back, given) if is_apart else back(given)
            grads |= found
            updates |= new
        starts = [graph.offsets[graph.node_ids[node]] for node in graph.arguments]
        return [grads.get(e) for e, want in zip(starts, self.wanted, strict=True) if want], updates

    def _back(
        self, graph: Graph, members: list[tuple[int, Any]], host: HostCalls | None, given: Arrays
    ) -> tuple[Arrays, Arrays]:
        """Through some nodes: from cotangents of what they give, to those of what they take; and the states they update."""
        grads, updates, pulled = dict(given), {}, []
        again = Again(graph, self.kept)
        place = {node: position for position, node in enumerate(graph.auxiliary)}
        for i, pull in reversed(members):
            op, ins, first, last = graph.wiring[i]
            assert op is not None
            cotangents = [grads.pop(entry, None) for entry in range(first, last)]
            if not pulls_back(op, cotangents):
                continue
            with naming(graph.order[i]):
                pull = again.pull(i, cotangents) if pull is None else pull
                input_grads = pull(cotangents, host)
            if isinstance(pull, SharedPull):
                pulled.append(Pulled(pull, ins, cotangents))
            arguments, _ = op.split(ins)
            _add(grads, zip(arguments, input_grads[: len(arguments)], strict=True))
            for (state, _), value in zip(graph.order[i].states(), input_grads[len(arguments) :], strict=True):
                if value is not None:
                    updates[place[state]] = value
        _add(grads, parameter_gradients(pulled))
        return grads, updates


def _add(grads: Arrays, parts: Iterable[tuple[int, Array | None]]) -> None:
    for entry, part in parts:
        if part is not None:
            grads[entry] = jnp.add(grads[entry], part) if entry in grads else part
