"""Emit: a graph as a pure JAX function, forward and with gradients.

`evaluate` is the heart of symgraph: a loop over the nodes in order. `differentiate` does the same and keeps, per node,
what its gradient needs; `Pullback` walks back. Reverse mode is done here node by node, rather than by differentiating
`evaluate` as a whole, because MXNet's gradient graph has rules JAX's does not: integers carry gradients, and some
operators define their own (`Op.grad`). Both run under a trace, so XLA still sees one program.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ir.graph import Graph
from symgraph.ir.op import LowerContext, Op
from symgraph.lower.flow import active_nodes, chosen
from symgraph.lower.host import HostCalls
from symgraph.lower.mirror import Choice, planned
from symgraph.lower.naming import naming
from symgraph.lower.pullback import Pullback
from symgraph.lower.recompute import Application, Kept, Note
from symgraph.lower.rows import sharing
from symgraph.lower.streams import node_keys

Array = jax.Array


@dataclass(frozen=True)
class Mode:
    """How a graph is run: training or inference, for which platform (``"cpu"``, ``"gpu"``, ``"tpu"``), whether JAX is to
    differentiate it in any direction (`LowerContext.plain`), and what is computed again for gradients."""

    is_train: bool = False
    platform: str = "cpu"
    plain: bool = False
    again: Choice = "none"

    def context(self) -> LowerContext:
        """What all operators may know."""
        return LowerContext(self.is_train, self.platform, plain=self.plain)


def evaluate(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None = None,
    host: HostCalls | None = None,
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Outputs of a graph and the new values of its auxiliary states.

    Args:
        graph: with nothing left open (`symgraph.lower.complete`).
        args: one array per `Graph.arguments`, in order.
        aux: one array per `Graph.auxiliary`, in order.
        key: JAX random key; needed only when the graph has random operators.
        host: chain of host calls of the surrounding program; without it the result can be differentiated by JAX.
    """

    def apply(_: int, op: Op, ctx: LowerContext, inputs: list[Array]) -> tuple[Array, ...]:
        return op.lower(ctx, *inputs) if host is not None else differentiable_call(op, ctx, inputs)

    return outcome(graph, _walk(graph, mode, args, aux, key, host, apply))


def outcome(graph: Graph, values: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Outputs and new auxiliary states among the values of all entries."""
    states = tuple(values[graph.offsets[graph.node_ids[node]]] for node in graph.auxiliary)
    return tuple(values[e] for e in graph.head_entries), states


def differentiate(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None,
    wanted: Sequence[bool],
    host: HostCalls | None = None,
    variant: int = 0,
) -> tuple[list[Array], Pullback]:
    """The value of every entry, auxiliary states after their update; and a `Pullback` from cotangents of the outputs to
    gradients of the `wanted` arguments, which remembers the `variant` of the graph that this is. See `evaluate` for the
    arguments."""
    active = active_nodes(graph, chosen(graph, wanted))
    shared = sharing(graph, active)
    plan = planned(graph, mode.again)
    notes: dict[int, Note] = {}
    pulls: dict[int, Any] = {}

    def apply(i: int, op: Op, ctx: LowerContext, inputs: list[Array]) -> tuple[Array, ...]:
        node = graph.order[i]
        mask = tuple(source in active for source, _ in node.inputs) if node in active else None
        application = Application(op, ctx, mask, node in shared and inputs[0].ndim > 1)
        if i in plan.again or (i in plan.affected and mask is not None):
            results, pull = op.lower(ctx, *inputs), None
            notes[i] = Note(application, inputs, results)
        else:
            results, pull = application(inputs)
        if mask is not None:
            pulls[i] = pull
        return results

    values = _walk(graph, mode, args, aux, key, host, apply)
    kept = Kept.of(graph, plan, notes, values)
    positions = tuple(sorted(pulls, key=kept.plan.place))
    return values, Pullback(tuple(wanted), positions, tuple(pulls[i] for i in positions), variant, kept)


def _walk(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None,
    host: HostCalls | None,
    apply: Callable[[int, Op, LowerContext, list[Array]], tuple[Array, ...]],
) -> list[Array]:
    """The value of every entry: ``apply(place in the order, op, ctx, inputs)`` for each operator.

    Those with effects are numbered by themselves, as what they keep in Python serves all variants of a graph.
    """
    values = _start(graph, args, aux)
    keys = node_keys(graph, key, mode.is_train)
    common = mode.context()
    numbers = itertools.count()
    for i, (node, (op, ins, first, last)) in enumerate(zip(graph.order, graph.wiring, strict=True)):
        if op is None:
            continue
        position = next(numbers) if op.is_effectful else -1
        ctx = replace(common, key=keys.get(node), node=node.name, position=position, host=host)
        with naming(node):
            results = apply(i, op, ctx, [values[e] for e in ins])
        _store(values, op, ins, first, last, results)
    return values


def differentiable_call(op: Op, ctx: LowerContext, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """`Op.lower`, with `Op.grad` attached where there is one, so that ``jax.grad`` of the result is MXNet's gradient."""
    if op.blocks_gradient:
        return tuple(lax.stop_gradient(result) for result in op.lower(ctx, *inputs))
    own_grad = op.grad
    if own_grad is None or (ctx.plain and op.forward_mode == "derivative"):
        return op.lower(ctx, *inputs)
    if ctx.plain and op.forward_mode == "transposed":
        return _transposed_call(op, ctx, inputs)
    count = len(op.outputs())

    @jax.custom_vjp
    def call(ctx: LowerContext, *ins: Array) -> tuple[Array, ...]:
        return op.lower(ctx, *ins)

    def forward(ctx: LowerContext, *ins: Array) -> tuple[tuple[Array, ...], tuple[Any, ...]]:
        results = op.lower(ctx, *ins)
        return results, (ctx, ins, results)

    def backward(residuals: tuple[Any, ...], cotangents: tuple[Any, ...]) -> tuple[Any, ...]:
        ctx, ins, outs = residuals
        grads = _gradients(op, ctx, ins, outs, cotangents[:count])
        return None, *(g if _is_real(x) else None for g, x in zip(grads, ins, strict=True))

    call.defvjp(forward, backward)
    return call(ctx, *inputs)


def _transposed_call(op: Op, ctx: LowerContext, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """`Op.lower` with the derivative, in forward mode, of which `Op.grad` is the transposition."""
    count = len(op.outputs())

    @jax.custom_jvp
    def call(ctx: LowerContext, *ins: Array) -> tuple[Array, ...]:
        return op.lower(ctx, *ins)

    @call.defjvp
    def derive(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
        ctx, *ins = primals
        results = op.lower(ctx, *ins)

        def pull(cotangents: list[Array]) -> list[Array]:
            given = iter(cotangents)
            whole = [next(given) if _is_real(x) else np.zeros(x.shape, jax.dtypes.float0) for x in results[:count]]
            grads = _gradients(op, ctx, ins, results, whole)
            return [jnp.zeros_like(x) if g is None else g for g, x in zip(grads, ins, strict=True) if _is_real(x)]

        (found,) = jax.linear_transpose(pull, [x for x in results[:count] if _is_real(x)])(
            [tangent for tangent, x in zip(tangents[1:], ins, strict=True) if _is_real(x)]
        )
        slopes = iter(found)
        return results, tuple(
            next(slopes)
            if i < count and _is_real(x)
            else np.zeros(x.shape, x.dtype if _is_real(x) else jax.dtypes.float0)
            for i, x in enumerate(results)
        )

    return call(ctx, *inputs)


def _gradients(op: Op, ctx: LowerContext, ins: Sequence[Array], outs: Any, cotangents: Any) -> list[Any]:
    """`Op.grad`, with ``None`` for auxiliary states."""
    assert op.grad is not None
    _, states = op.split(ins)
    return op.join(op.grad(ctx, ins, outs, cotangents)[: len(ins) - len(states)], [None] * len(states))


def _is_real(x: Any) -> bool:
    return bool(jnp.issubdtype(x.dtype, jnp.floating))


def _start(graph: Graph, args: Sequence[Array], aux: Sequence[Array]) -> list[Any]:
    values: list[Any] = [None] * graph.offsets[-1]
    for nodes, arrays in ((graph.arguments, args), (graph.auxiliary, aux)):
        for node, array in zip(nodes, arrays, strict=True):
            values[graph.offsets[graph.node_ids[node]]] = array
    return values


def _store(values: list[Any], op: Any, ins: tuple[int, ...], first: int, last: int, results: Sequence[Array]) -> None:
    count = last - first
    values[first:last] = results[:count]
    for entry, new in zip(op.split(ins)[1], results[count:], strict=True):
        values[entry] = new


def wrap_key(key: Any) -> Array:
    """The JAX key of threefry key data, whatever generator JAX is set to use by default."""
    wrapped: Array = jax.random.wrap_key_data(key, impl="threefry2x32")
    return wrapped
