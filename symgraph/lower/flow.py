"""Where gradients flow in a graph: one rule for programs (`symgraph.lower.emit`) and for gradients that are graphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from symgraph.errors import no_gradient
from symgraph.ir.graph import Graph, Node
from symgraph.ir.op import Op


def chosen(graph: Graph, wanted: Sequence[bool]) -> list[Node]:
    """The arguments whose gradient is `wanted`, which says so for each."""
    return [node for node, want in zip(graph.arguments, wanted, strict=True) if want]


def active_nodes(graph: Graph, variables: Iterable[Node], *, through_losses: bool = True) -> set[Node]:
    """The variables, and every operator node through which a gradient can flow back to one of them; on request, only those
    from which it does so without passing a loss."""
    active = set(variables)
    for node in graph.order:
        op = node.op
        if op is None or op.blocks_gradient or (op.ignores_head_grad() and not through_losses):
            continue
        if any(source in active for source, _ in node.inputs):
            active.add(node)
    return active


def pulls_back(op: Op, cotangents: Iterable[Any]) -> bool:
    """Whether an active node has gradients to hand on, given the cotangents of its outputs (``None``: nothing came back).

    As in MXNet, a loss has its gradient even if all that uses it (BlockGrad, argmax) passes none back.
    """
    return op.ignores_head_grad() or any(cotangent is not None for cotangent in cotangents)


def head_gradient_needed(graph: Graph, wanted: Sequence[bool]) -> list[bool]:
    """For each output, whether a gradient cannot be computed without its cotangent: whether there is a way back from it to a
    wanted argument that neither ends at a node without gradient nor at a loss, whose gradient starts by itself."""
    open_nodes = active_nodes(graph, chosen(graph, wanted), through_losses=False)
    return [node in open_nodes for node, _ in graph.heads]


def check_gradients_exist(graph: Graph, wanted: Sequence[bool]) -> None:
    """Raise `GradientError` for a node without gradient between a wanted argument and an output or a loss."""
    active = active_nodes(graph, chosen(graph, wanted))
    reached = {node for node, _ in graph.heads}
    for node in reversed(graph.order):
        if node.op is None or node not in active or not (node.op.ignores_head_grad() or node in reached):
            continue
        if not node.op.has_gradient:
            raise no_gradient(node.describe())
        reached |= {source for source, _ in node.inputs}


def state_updates(graph: Graph, wanted: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Positions of the auxiliary states that a training forward pass updates, and of those that backward does."""
    active = active_nodes(graph, chosen(graph, wanted))
    position = {node: i for i, node in enumerate(graph.auxiliary)}
    forward, backward = set(), set()
    for node in graph.order:
        if node.op is None:
            continue
        states = {position[source] for source, _ in node.states()}
        if node.op.updates_states_in_forward:
            forward |= states
        elif node in active:
            backward |= states
    return sorted(forward), sorted(backward - forward)
