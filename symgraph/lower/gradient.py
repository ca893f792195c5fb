"""The gradient of a graph as a graph: `gradient`, and the operator its nodes carry.

Every node on the way from the wanted variables gets a `Gradient` node, which recomputes the node from the same inputs
and pulls cotangents back through it; XLA merges the recomputation with the forward pass where both are in one program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from symgraph.errors import GradientError, OpAttributeError, brief, counted, listed, no_gradient, suggestion
from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import find_op, op_in_role, register
from symgraph.ir.serialize import is_hidden
from symgraph.lower.flow import active_nodes, pulls_back
from symgraph.lower.pull import Array, apply_with_pull


@register("_gradient")
class Gradient(Op):
    """Gradients of another operator's inputs, given cotangents of some of its outputs.

    the operator's inputs, then one cotangent per entry of `given` (shape of that output)
    -> per entry of `wanted`, the gradient of that input (its shape)

    Symgraph's own: real MXNet cannot load a symbol that contains it.

    Attributes:
        operator, params: the operator that is differentiated, its attributes as a JSON object of strings.
        wanted: positions of the arguments whose gradients are computed.
        given: positions of the outputs whose cotangents are given; the others are zero.
        stream: stream of random numbers of the differentiated node.
    """

    operator: str
    params: str
    wanted: tuple[int, ...]
    given: tuple[int, ...]
    stream: str
    _forward: Op | None = None

    @classmethod
    def from_strings(cls, attrs: Mapping[str, str]) -> Gradient:
        made = super().from_strings(attrs)
        forward = find_op(made.operator).from_strings(_params(made.params))
        _check_positions("wanted", made.wanted, "input", len(forward.arguments()))
        _check_positions("given", made.given, "output", len(forward.outputs()))
        return replace(made, _forward=forward)

    @property
    def forward(self) -> Op:
        """The operator that is differentiated: that of the node itself, whose name may stand for another one by now."""
        assert self._forward is not None
        return self._forward

    @property
    def is_random(self) -> bool:  # type: ignore[override]
        return self.forward.is_random

    def draws(self, is_train: bool) -> bool:
        return self.forward.draws(is_train)

    @property
    def is_effectful(self) -> bool:  # type: ignore[override]
        return self.forward.is_effectful

    @property
    def subgraph_roles(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.forward.subgraph_roles

    @property
    def subgraphs(self) -> tuple[Any, ...]:  # type: ignore[override]
        return self.forward.subgraphs

    def with_subgraphs(self, graphs: Sequence[Any]) -> Gradient:
        return replace(self, _forward=self.forward.with_subgraphs(graphs))

    def random_stream(self, node_name: str) -> str:
        return self.forward.random_stream(self.stream)

    def arguments(self) -> tuple[str, ...]:
        return self.forward.arguments() + tuple(f"cotangent{i}" for i in self.given)

    def auxiliary(self) -> tuple[str, ...]:
        return self.forward.auxiliary()

    def outputs(self) -> tuple[str, ...]:
        names = self.forward.arguments()
        return tuple(f"{names[i]}_grad" for i in self.wanted)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return self._infer(self.forward.infer_shape, ins)

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return self._infer(self.forward.infer_dtype, ins)

    def _infer(self, rule: Any, ins: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        inputs, cotangents = self._taken_apart(ins)
        new_ins, new_outs = rule(tuple(inputs), tuple(cotangents))
        arguments, states = self.forward.split(new_ins)
        return [*arguments, *(new_outs[i] for i in self.given), *states], [arguments[i] for i in self.wanted]

    def _taken_apart(self, ins: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Inputs of the differentiated operator, and a cotangent or ``None`` per output."""
        arguments, states = self.split(ins)
        count = len(arguments) - len(self.given)
        cotangents: list[Any] = [None] * len(self.forward.outputs())
        for position, value in zip(self.given, arguments[count:], strict=True):
            cotangents[position] = value
        return self.forward.join(arguments[:count], states), cotangents

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        """The gradient of what the operator is in these layouts, which is what its node has become, too."""
        found = self.forward.relaid(ctx, self._taken_apart(shapes)[0], self._taken_apart(orders)[0])
        if found is None:
            return None
        taken = list(found.inputs)
        for slot, preparation in found.preparations:
            taken[slot] = getattr(preparation, "order", None)
            if taken[slot] is None:
                return None
        arguments, states = self.forward.split(taken)
        inputs = (*arguments, *(found.outputs[i] for i in self.given), *states)
        return Relaid(replace(self, _forward=found.op), inputs, tuple(arguments[i] for i in self.wanted))

    def lower(self, ctx: LowerContext, *ins: Array) -> tuple[Array, ...]:
        inputs, cotangents = self._taken_apart(ins)
        arguments, states = self.forward.split(inputs)
        mask = self.forward.join([i in self.wanted for i in range(len(arguments))], [False] * len(states))
        _, pull = apply_with_pull(self.forward, ctx, inputs, tuple(mask))
        grads = pull(cotangents, ctx.host)
        full = [jnp.zeros_like(arguments[i]) if grads[i] is None else grads[i] for i in self.wanted]
        return (*full, *states)


def _params(text: str) -> dict[str, str]:
    try:
        params = json.loads(text)
    except (RecursionError, ValueError):
        params = None
    if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
        raise OpAttributeError(
            f"operator _gradient: attribute params={brief(text)} is invalid; expected a JSON object of strings."
        )
    return params


def _check_positions(key: str, positions: tuple[int, ...], noun: str, count: int) -> None:
    if len(set(positions)) != len(positions) or not set(positions) <= set(range(count)):
        raise OpAttributeError(
            f"operator _gradient: attribute {key}={positions} is invalid; the operator that is differentiated has "
            f"{counted(count, noun)}, and each is named once by its position."
        )


def gradient(graph: Graph, names: Sequence[str]) -> list[Entry]:
    """For each named argument, the entry that holds the gradient of the sum of all outputs.

    Raises:
        GradientError: a name is not an argument of the graph, or is one several times.
    """
    variables = [_argument(graph, name) for name in names]
    _require_random_names(graph)
    active = active_nodes(graph, variables)
    cotangents: dict[Entry, list[Entry]] = {}
    for head in graph.heads:
        cotangents.setdefault(head, []).append(_like("ones", head))
    for node in reversed(graph.order):
        if node.op is None or node not in active:
            continue
        given = {i: _total(cotangents[node, i]) for i in range(len(node.op.outputs())) if (node, i) in cotangents}
        if pulls_back(node.op, given.values()):
            _pull_back(node, given, active, cotangents)
    return [_total(cotangents[v, 0]) if (v, 0) in cotangents else _like("zeros", (v, 0)) for v in variables]


def _argument(graph: Graph, name: str) -> Node:
    found = [node for node in graph.arguments if node.name == name]
    if len(found) != 1:
        names = [node.name for node in graph.arguments]
        count = "no argument" if not found else f"{len(found)} arguments"
        hint = suggestion(name, names) if not found else ""
        raise GradientError(f"gradient: the symbol has {count} named '{name}'.{hint} Arguments: {listed(names)}.")
    return found[0]


def _require_random_names(graph: Graph) -> None:
    seen: set[str] = set()
    for node in graph.order:
        if node.op is not None and node.op.is_random:
            if node.name in seen:
                raise GradientError(
                    f"gradient: two random nodes are named '{node.name}'; give each its own name, "
                    f"so that the gradient sees the same random numbers as the forward pass."
                )
            seen.add(node.name)


def _pull_back(node: Node, given: dict[int, Entry], active: set[Node], cotangents: dict[Entry, list[Entry]]) -> None:
    op = node.op
    assert op is not None
    if not op.has_gradient:
        raise no_gradient(node.describe())
    arguments, states = op.split(node.inputs)
    wanted = tuple(i for i, (source, _) in enumerate(arguments) if source in active)
    values = {
        "operator": op.name,
        "params": json.dumps({k: v for k, v in node.attrs.items() if not is_hidden(k)}, sort_keys=True),
        "wanted": str(wanted),
        "given": str(tuple(given)),
        "stream": node.name,
    }
    inputs = (*arguments, *given.values(), *states)
    gradient = Gradient(
        operator=op.name,
        params=values["params"],
        wanted=wanted,
        given=tuple(given),
        stream=node.name,
        _forward=op,
    )
    back = Node(gradient, f"{node.name}_backward", values, inputs, node.source)
    for output, position in enumerate(wanted):
        cotangents.setdefault(arguments[position], []).append((back, output))


def _total(entries: list[Entry]) -> Entry:
    """The sum of entries; it then stands in place of them in the list."""
    if len(entries) > 1:
        op = op_in_role("sum")
        attrs = {str(op.variadic): str(len(entries))}
        node = Node(op.from_strings(attrs), f"{entries[0][0].name}_sum", attrs, tuple(entries))
        entries[:] = [(node, 0)]
    return entries[0]


def _like(role: str, entry: Entry) -> Entry:
    node = Node(op_in_role(role).from_strings({}), f"{entry[0].name}_{role}", {}, (entry,))
    return node, 0
