"""The table of a network's layers, with output shapes and parameter counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symgraph.errors import ShapeError
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import Inferred
from symgraph.ir.shape import MaybeShape, is_known, size
from symgraph.viz.inputs import graph_of, is_parameter_name, require_complete, shapes_of, value_at

_HEADER = ("Layer (type)", "Output Shape", "Param #", "Previous Layer")
_PARAMETER_SLOTS = frozenset({"weight", "bias", "gamma", "beta", "parameters"})
_SIDE_SLOTS = ("label", "state", "length")


def print_summary(
    symbol: Any,
    shape: Mapping[str, Sequence[int]] | None = None,
    line_length: int = 120,
    positions: Sequence[float] = (0.44, 0.64, 0.74, 1.0),
) -> None:
    """Print `summary_table`; the arguments are those."""
    print(summary_table(symbol, shape, line_length, positions))  # noqa: T201 - printing is what it is for


def summary_table(
    symbol: Any,
    shape: Mapping[str, Sequence[int]] | None = None,
    line_length: int = 120,
    positions: Sequence[float] = (0.44, 0.64, 0.74, 1.0),
) -> str:
    """A table of layers: name and type, output shape without the batch dimension, parameters, layers before it.

    Args:
        symbol: the network.
        shape: shapes of the inputs; without them, shapes and counts that do not follow from the symbol are left open.
        line_length: width of the table in characters.
        positions: where each of the four columns ends, as fractions of `line_length` or in characters.

    Raises:
        TypeError: `symbol` is no Symbol or `shape` no mapping.
        UnknownArgumentError: `shape` names something that is no input.
        ShapeError: the shapes contradict each other or are incomplete.

    Parameters are counted by the sizes of the arguments that hold them, one that several layers share with the first of
    these layers; auxiliary states are not counted. MXNet estimates the number by formulas for four layer types (0 for all
    others) and lists none but the first input.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1")
    >>> print(mx.viz.summary_table(net, {"data": (32, 128)}).splitlines()[-2])
    Total params: 1290
    """
    graph = graph_of(symbol)
    inferred = shapes_of(graph, shape or {})
    if shape is not None:
        require_complete(inferred, "shape", is_known, ShapeError)
    parameters, inputs = _roles(graph, shape)
    counts = _counts(graph, inferred, parameters)
    ends = [int(line_length * p) for p in positions] if positions[-1] <= 1 else [int(p) for p in positions]
    rows = []
    for node in graph.order:
        if node.op is not None or node in inputs:
            before = [source.name for source, _ in node.inputs if source.op is not None or source in inputs]
            kind = "null" if node.op is None else node.op.name
            cells = (
                f"{node.name}({kind})",
                _show(value_at(inferred, (node, 0))),
                counts[node],
                before[0] if before else "",
            )
            rows.append("\n".join([_line(cells, ends), *(_line(("", "", "", name), ends) for name in before[1:])]))
    total = _sum(size(value_at(inferred, (node, 0))) for node in parameters)
    thin, thick = "_" * line_length, "=" * line_length
    head = [thin, _line(_HEADER, ends), thick]
    return "\n".join([*head, f"\n{thin}\n".join(rows), thick, f"Total params: {total}", thin])


def _roles(graph: Graph, shape: Mapping[str, Any] | None) -> tuple[list[Node], set[Node]]:
    """Parameters of the network, and the variables that carry its data; labels, states and lengths are neither.

    A parameter feeds a slot that layers keep for them, or has a parameter's name, or, once the inputs have been named,
    is none of these.
    """
    slots = defaultdict(set)
    for node in graph.order:
        if node.op is not None:
            for slot, (source, _) in zip(node.op.inputs(), node.inputs, strict=True):
                slots[source].add(slot)
    parameters, inputs = [], set()
    for node in graph.arguments:
        is_side = any(word in slot for slot in slots[node] for word in _SIDE_SLOTS)
        is_unnamed = shape is not None and node.name not in shape
        if slots[node] & _PARAMETER_SLOTS or is_parameter_name(node.name) or (is_unnamed and not is_side):
            parameters.append(node)
        elif not is_side:
            inputs.add(node)
    return parameters, inputs


def _counts(graph: Graph, inferred: Inferred, parameters: Iterable[Node]) -> dict[Node, str]:
    """Number of parameters that each node is the first to use."""
    unused = set(parameters)
    counts = {}
    for node in graph.order:
        own = unused.intersection(source for source, _ in node.inputs)
        unused -= own
        counts[node] = _sum(size(value_at(inferred, (variable, 0))) for variable in own)
    return counts


def _sum(sizes: Iterable[int | None]) -> str:
    known = list(sizes)
    return "?" if None in known else str(sum(known))  # type: ignore[arg-type]


def _show(shape: MaybeShape) -> str:
    return "" if shape is None else "x".join("?" if d is None else str(d) for d in shape[1:])


def _line(cells: Sequence[str], ends: Sequence[int]) -> str:
    """Cells padded, or cut off, to end at the given columns."""
    line = ""
    for cell, end in zip(cells, ends, strict=True):
        line = (line + cell)[:end].ljust(end)
    return line
