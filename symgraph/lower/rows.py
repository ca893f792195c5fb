"""Rows: the gradient of a parameter that several layers share, from the rows of all of them at once.

An unrolled recurrent network applies the same dense layer at every step. The gradient of its weight is a sum of one product per
step, each of them as large as the weight, of which XLA keeps all until it adds them. As the layer treats each row of a batch by
itself (`Op.batched`), one product over the rows of all steps is the same sum, without parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.ir.graph import Graph, Node
from symgraph.ir.op import LowerContext, Op
from symgraph.lower.pull import Array, Mask, Pull, apply_with_pull


def sharing(graph: Graph, active: set[Node]) -> set[Node]:
    """Nodes that apply the same operator to the same parameters, of which some gradient is taken, as another node does."""
    groups: dict[Any, list[Node]] = {}
    for node in graph.order:
        if node.op is None or not node.op.batched:
            continue
        parameters = _parameters(node)
        if all(source.is_variable for source, _ in parameters) and any(source in active for source, _ in parameters):
            groups.setdefault((node.op, parameters), []).append(node)
    return {node for nodes in groups.values() if len(nodes) > 1 for node in nodes}


def _parameters(node: Node) -> tuple[Any, ...]:
    assert node.op is not None
    return tuple(e for slot, e in zip(node.op.inputs(), node.inputs, strict=True) if slot not in node.op.batched)


@partial(jax.tree_util.register_dataclass, data_fields=["ctx", "inputs", "own"], meta_fields=["op", "mask"])
@dataclass(frozen=True)
class SharedPull:
    """Cotangents to gradients of the batched inputs of one node; those of its parameters are left to `parameter_gradients`.

    Attributes:
        mask: of which inputs a gradient is wanted.
        own: takes cotangents to gradients of batched inputs; ``None`` if none is wanted.
    """

    op: Op
    mask: Mask
    ctx: LowerContext
    inputs: tuple[Array, ...]
    own: Pull | None

    def __call__(self, cotangents: Sequence[Array | None], host: Any = None) -> list[Array | None]:
        return [None] * len(self.mask) if self.own is None else self.own(cotangents, host)

    @property
    def is_batched(self) -> tuple[bool, ...]:
        """Per input, whether its first axis is the batch."""
        return tuple(slot in self.op.batched for slot in self.op.inputs())


def apply_shared(
    op: Op, ctx: LowerContext, inputs: Sequence[Array], mask: Mask
) -> tuple[tuple[Array, ...], SharedPull]:
    """`apply_with_pull` for a node that is `sharing`."""
    own_mask = tuple(want and slot in op.batched for want, slot in zip(mask, op.inputs(), strict=True))
    results, own = apply_with_pull(op, ctx, inputs, own_mask) if any(own_mask) else (op.lower(ctx, *inputs), None)
    return results, SharedPull(op, mask, replace(ctx, host=None), tuple(inputs), own)


@dataclass(frozen=True)
class Pulled:
    """A `SharedPull` that cotangents have come to, and the entries of its node's inputs."""

    pull: SharedPull
    entries: tuple[int, ...]
    cotangents: Sequence[Array | None]


def parameter_gradients(pulled: Sequence[Pulled]) -> Iterator[tuple[int, Array]]:
    """Entries of parameters, and parts of their gradients: one part for all nodes whose rows fit together."""
    groups: dict[Any, list[Pulled]] = {}
    for one in pulled:
        pull = one.pull
        places = zip(one.entries, pull.inputs, pull.is_batched, strict=True)
        signature = tuple((x.shape[1:], x.dtype) if batched else entry for entry, x, batched in places)
        groups.setdefault((pull.op, pull.mask, signature), []).append(one)
    for members in groups.values():
        first = members[0]
        columns = zip(*(one.pull.inputs for one in members), strict=True)
        inputs = [_rows(xs) if b else xs[0] for xs, b in zip(columns, first.pull.is_batched, strict=True)]
        mask = tuple(want and not b for want, b in zip(first.pull.mask, first.pull.is_batched, strict=True))
        with jax.named_scope(first.pull.ctx.node):
            _, back = apply_with_pull(first.pull.op, first.pull.ctx, inputs, mask)
            grads = back([_rows([given for one in members for given in one.cotangents if given is not None])])
        yield from ((entry, grad) for entry, grad in zip(first.entries, grads, strict=True) if grad is not None)


def _rows(arrays: Sequence[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else jnp.concatenate(arrays)
