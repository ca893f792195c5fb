"""Emit: a graph as a pure JAX function, forward and with gradients.

`evaluate` is the heart of symgraph: a loop over the nodes in order. `differentiate` does the same and keeps, per node,
what its gradient needs; `Pullback` walks back. Reverse mode is done here node by node, rather than by differentiating
`evaluate` as a whole, because MXNet's gradient graph has rules JAX's does not: integers carry gradients, and some
operators define their own (`Op.grad`). Both run under a trace, so XLA still sees one program.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import MXNetError
from symgraph.ir.graph import Graph, Node
from symgraph.ir.op import LowerContext, Op
from symgraph.lower.complete import complete
from symgraph.lower.host import HostCalls
from symgraph.lower.pull import Pull, apply_with_pull

Array = jax.Array


@dataclass(frozen=True)
class Mode:
    """How a graph is run: training or inference, and for which platform (``"cpu"``, ``"gpu"``, ``"tpu"``)."""

    is_train: bool = False
    platform: str = "cpu"


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
        args: one array per `Graph.arguments`, in order.
        aux: one array per `Graph.auxiliary`, in order.
        key: JAX random key; needed only when the graph has random operators.
        host: chain of host calls of the surrounding program; without it the result can be differentiated by JAX.
    """
    return outcome(graph, evaluate_all(graph, mode, args, aux, key, host))


def outcome(graph: Graph, values: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Outputs and new auxiliary states among the values of all entries."""
    states = tuple(values[graph.offsets[graph.node_ids[node]]] for node in graph.auxiliary)
    return tuple(values[e] for e in graph.head_entries), states


def evaluate_all(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None = None,
    host: HostCalls | None = None,
) -> list[Array]:
    """The value of every entry of the graph, auxiliary states after their update."""
    graph = complete(graph, args, aux)

    def apply(_: int, op: Op, ctx: LowerContext, inputs: list[Array], __: tuple[int, ...]) -> tuple[Array, ...]:
        return op.lower(ctx, *inputs) if host is not None else differentiable_call(op, ctx, inputs)

    return _walk(graph, mode, args, aux, key, host, apply)


def differentiate(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None,
    wanted: Sequence[bool],
    host: HostCalls | None = None,
) -> tuple[list[Array], Pullback]:
    """`evaluate_all`, and a `Pullback` from cotangents of the outputs to gradients of the `wanted` arguments."""
    graph = complete(graph, args, aux)
    active = _active_entries(graph, wanted)
    pulls: dict[int, Pull] = {}

    def apply(i: int, op: Op, ctx: LowerContext, inputs: list[Array], entries: tuple[int, ...]) -> tuple[Array, ...]:
        mask = tuple(active[e] for e in entries)
        if op.blocks_gradient or not any(mask):
            return op.lower(ctx, *inputs)
        results, pulls[i] = apply_with_pull(op, ctx, inputs, mask)
        return results

    values = _walk(graph, mode, args, aux, key, host, apply)
    return values, Pullback(tuple(wanted), tuple(pulls), tuple(pulls.values()))


def _walk(
    graph: Graph,
    mode: Mode,
    args: Sequence[Array],
    aux: Sequence[Array],
    key: Array | None,
    host: HostCalls | None,
    apply: Callable[[int, Op, LowerContext, list[Array], tuple[int, ...]], tuple[Array, ...]],
) -> list[Array]:
    """The value of every entry: ``apply(position, op, ctx, inputs, input entries)`` for each operator in order."""
    values = _start(graph, args, aux)
    keys = node_keys(graph, key)
    for i, (node, (op, ins, first, last)) in enumerate(zip(graph.order, graph.wiring, strict=True)):
        if op is None:
            continue
        ctx = LowerContext(mode.is_train, mode.platform, keys.get(node), node.name, i, host=host)
        with _naming(node):
            results = apply(i, op, ctx, [values[e] for e in ins], ins)
        _store(values, op, ins, first, last, results)
    return values


@jax.tree_util.register_pytree_node_class
class Pullback:
    """What the backward pass needs; a pytree, so that it can leave one compiled program and enter another.

    It does not hold the graph: JAX remembers the structure of such trees, and would keep the graph alive with it.
    """

    def __init__(self, wanted: tuple[bool, ...], positions: tuple[int, ...], pulls: tuple[Pull, ...]):
        self.wanted, self.positions, self.pulls = wanted, positions, pulls

    def tree_flatten(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return (self.pulls,), (self.wanted, self.positions)

    @classmethod
    def tree_unflatten(cls, static: tuple[Any, ...], children: tuple[Any, ...]) -> Pullback:
        return cls(*static, *children)

    def __call__(
        self, graph: Graph, cotangents: Sequence[Array | None], host: HostCalls | None = None
    ) -> tuple[list[Array | None], dict[int, Array]]:
        """Gradients of the wanted arguments, ``None`` where nothing flows back to one (its gradient is zero); and new
        values of the auxiliary states that gradients update, by position."""
        grads: list[Array | None] = [None] * graph.offsets[-1]
        updates: dict[Node, Array] = {}
        for entry, cotangent in zip(graph.head_entries, cotangents, strict=True):
            grads[entry] = _add(grads[entry], cotangent)
        for i, pull in zip(reversed(self.positions), reversed(self.pulls), strict=True):
            op, ins, first, last = graph.wiring[i]
            assert op is not None
            # As in MXNet, a loss has its gradient even if all that uses it (BlockGrad, argmax) passes none back.
            if all(g is None for g in grads[first:last]) and not op.ignores_head_grad():
                continue
            with _naming(graph.order[i]):
                input_grads = pull(grads[first:last], host)
            arguments, _ = op.split(ins)
            for entry, grad in zip(arguments, input_grads[: len(arguments)], strict=True):
                grads[entry] = _add(grads[entry], grad)
            for (state, _), value in zip(graph.order[i].states(), input_grads[len(arguments) :], strict=True):
                if value is not None:
                    updates[state] = value
        starts = [graph.offsets[graph.node_ids[node]] for node in graph.arguments]
        states = {position: updates[node] for position, node in enumerate(graph.auxiliary) if node in updates}
        return [grads[e] for e, want in zip(starts, self.wanted, strict=True) if want], states


def head_gradient_needed(graph: Graph, wanted: Sequence[bool]) -> list[bool]:
    """For each output, whether a gradient cannot be computed without its cotangent."""
    active = _active_entries(graph, wanted)
    needed = []
    for (node, _), entry in zip(graph.heads, graph.head_entries, strict=True):
        ignores = node.op is not None and node.op.ignores_head_grad()
        needed.append(active[entry] and not ignores)
    return needed


def state_updates(graph: Graph, wanted: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Positions of the auxiliary states that a training forward pass updates, and of those that backward does."""
    active = _active_entries(graph, wanted)
    position = {node: i for i, node in enumerate(graph.auxiliary)}
    forward, backward = set(), set()
    for node, (op, ins, _, _) in zip(graph.order, graph.wiring, strict=True):
        if op is None:
            continue
        states = {position[source] for source, _ in node.states()}
        if op.updates_states_in_forward:
            forward |= states
        elif any(active[e] for e in ins):
            backward |= states
    return sorted(forward), sorted(backward - forward)


def differentiable_call(op: Op, ctx: LowerContext, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """`Op.lower`, with `Op.grad` attached where there is one, so that ``jax.grad`` of the result is MXNet's gradient."""
    if op.blocks_gradient:
        return tuple(lax.stop_gradient(result) for result in op.lower(ctx, *inputs))
    own_grad = op.grad
    if own_grad is None:
        return op.lower(ctx, *inputs)
    count = len(op.outputs())

    @jax.custom_vjp
    def call(ctx: LowerContext, *ins: Array) -> tuple[Array, ...]:
        return op.lower(ctx, *ins)

    def forward(ctx: LowerContext, *ins: Array) -> tuple[tuple[Array, ...], tuple[Any, ...]]:
        results = op.lower(ctx, *ins)
        return results, (ctx, ins, results)

    def backward(residuals: tuple[Any, ...], cotangents: tuple[Any, ...]) -> tuple[Any, ...]:
        ctx, ins, outs = residuals
        _, states = op.split(ins)
        found = own_grad(ctx, ins, outs, cotangents[:count])[: len(ins) - len(states)]
        grads = op.join(found, [None] * len(states))
        return None, *(g if jnp.issubdtype(x.dtype, jnp.floating) else None for g, x in zip(grads, ins, strict=True))

    call.defvjp(forward, backward)
    return call(ctx, *inputs)


def node_keys(graph: Graph, key: Array | None) -> dict[Node, Array]:
    """A key of its own for every random node, from the name of its random stream.

    Names rather than positions, so that a gradient node finds the key of the node it differentiates. Nodes of the same
    name get numbered streams.
    """
    random_nodes = [node for node in graph.order if node.op is not None and node.op.is_random]
    if not random_nodes:
        return {}
    if key is None:
        raise MXNetError(f"{random_nodes[0].describe()} is random and needs a key; none was given.")
    seen: Counter[str] = Counter()
    keys = {}
    for node in random_nodes:
        assert node.op is not None
        stream = node.op.random_stream(node.name)
        if stream == node.name:
            seen[stream] += 1
            stream += "" if seen[stream] == 1 else f"#{seen[stream]}"
        keys[node] = jax.random.fold_in(key, zlib.crc32(stream.encode()))
    return keys


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


def _active_entries(graph: Graph, wanted: Sequence[bool]) -> list[bool]:
    """Through which entries a gradient can flow back to a wanted argument."""
    active = [False] * graph.offsets[-1]
    for node, want in zip(graph.arguments, wanted, strict=True):
        active[graph.offsets[graph.node_ids[node]]] = want
    for op, ins, first, last in graph.wiring:
        if op is not None and not op.blocks_gradient and any(active[e] for e in ins):
            active[first:last] = [True] * (last - first)
    return active


def _add(a: Array | None, b: Array | None) -> Array | None:
    if a is None or b is None:
        return b if a is None else a
    return jnp.add(a, b)


def wrap_key(key: Any) -> Array:
    """The JAX key of threefry key data, whatever generator JAX is set to use by default."""
    wrapped: Array = jax.random.wrap_key_data(key, impl="threefry2x32")
    return wrapped


@contextmanager
def _naming(node: Node) -> Iterator[None]:
    """Carry a node's name into HLO and profiles, and into any error raised while it is lowered."""
    try:
        with jax.named_scope(node.name):
            yield
    except MXNetError as error:
        if not getattr(error, "located", False):
            error.located = True  # type: ignore[attr-defined]
            error.add_note(f"while running {node.describe()}")
        raise
    except Exception as error:
        message = f"{node.describe()} cannot be lowered: {type(error).__name__}: {error}"
        raise MXNetError(message) from error
