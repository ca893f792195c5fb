"""The table of a network's layers, with output shapes and parameter counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import ArgumentTypeError, RenderError, boundary, counted, described
from symgraph.ir.shape import MaybeShape, show_example
from symgraph.lower.work import Work, work
from symgraph.viz.inputs import Shapes, graph_of, shapes_of
from symgraph.viz.parameters import counts_of, roles, total

_HEADER = ("Layer (type)", "Output Shape", "Param #", "Previous Layer")
_COST_HEADER = (*_HEADER[:3], "FLOPs", "Bytes", _HEADER[3])
_POSITIONS = (0.44, 0.64, 0.74, 1.0)
_COST_POSITIONS = (0.36, 0.5, 0.6, 0.72, 0.82, 1.0)


@boundary
def print_summary(
    symbol: Any,
    shape: Shapes | None = None,
    line_length: int = 120,
    positions: Sequence[float] = _POSITIONS,
    *,
    cost: bool = False,
) -> None:
    """Print `summary_table`; the arguments are those."""
    print(summary_table(symbol, shape, line_length, positions, cost=cost))  # noqa: T201 - printing is what it is for


def summary_table(
    symbol: Any,
    shape: Shapes | None = None,
    line_length: int = 120,
    positions: Sequence[float] = _POSITIONS,
    *,
    cost: bool = False,
) -> str:
    """A table of layers: name and type, output shape without the batch dimension, parameters, layers before it.

    Args:
        symbol: the network.
        shape: shapes of the inputs; without them, or if one of them is ``None``, shapes and counts that do not follow are
            left open.
        line_length: width of the table in characters.
        positions: where each of the columns ends, as fractions of `line_length` or in characters.
        cost: also tell how much each layer computes, in two more columns after the third: floating-point operations of a
            forward pass at inference, where a multiplication and an addition are two; and bytes of what the layer reads
            and writes. See `symgraph.lower.work`.

    Raises:
        TypeError: `symbol` is no Symbol, `shape` no mapping, or `line_length` or `positions` no number or numbers.
        RenderError: there are fewer positions than columns.
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
    header = _COST_HEADER if cost else _HEADER
    ends = _column_ends(line_length, _COST_POSITIONS if cost and positions is _POSITIONS else positions, len(header))
    layers = _layers(symbol, shape, cost)
    thin, thick = "_" * line_length, "=" * line_length
    head = [thin, _line(header, ends), thick]
    rows = f"\n{thin}\n".join(_row(layer, ends, cost) for layer in layers)
    totals = [f"Total params: {_shown(total(layer.parameters for layer in layers))}"]
    if cost:
        totals.append(f"Total FLOPs: {_shown(total(layer.flops for layer in layers))}")
        totals.append(f"Total bytes: {_shown(total(layer.bytes for layer in layers))}")
    return "\n".join([*head, rows, thick, *totals, thin])


def summary_data(symbol: Any, shape: Shapes | None = None, *, cost: bool = False) -> dict[str, Any]:
    """What `summary_table` tells, in JSON's types: ``{"layers": [...], "parameters": ...}``, and with `cost` ``"flops"`` and
    ``"bytes"``. Shapes are whole, with the batch dimension; what is not known is ``None``.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1")
    >>> mx.viz.summary_data(net, {"data": (32, 128)})["layers"][1]
    {'name': 'fc1', 'type': 'FullyConnected', 'output_shape': [32, 10], 'parameters': 1290, 'inputs': ['data']}
    """
    layers = _layers(symbol, shape, cost)
    quantities = ("parameters", "flops", "bytes") if cost else ("parameters",)
    rows = [
        {
            "name": layer.name,
            "type": layer.kind,
            "output_shape": None if layer.shape is None else list(layer.shape),
            **{name: getattr(layer, name) for name in quantities},
            "inputs": layer.inputs,
        }
        for layer in layers
    ]
    return {"layers": rows, **{name: total(getattr(layer, name) for layer in layers) for name in quantities}}


@dataclass(frozen=True)
class _Layer:
    """A line of the table: a layer or an input. `inputs` are the layers and inputs before it; ``None`` is not known."""

    name: str
    kind: str
    shape: MaybeShape
    parameters: int | None
    flops: int | None
    bytes: int | None
    inputs: list[str]


def _layers(symbol: Any, shape: Shapes | None, cost: bool) -> list[_Layer]:
    graph = graph_of(symbol)
    inferred = shapes_of(graph, shape)
    parameters, inputs = roles(graph, shape)
    counts = counts_of(graph, inferred, parameters)
    costs = work(graph, inferred.values) if cost else {}
    found = []
    for node in graph.order:
        if node.op is not None or node in inputs:
            before = [source.name for source, _ in node.inputs if source.op is not None or source in inputs]
            kind = "null" if node.op is None else node.op.name
            spent = costs.get(node, Work(0, 0))
            found.append(_Layer(node.name, kind, inferred.of(node), counts[node], spent.flops, spent.bytes, before))
    return found


def _column_ends(line_length: Any, positions: Any, columns: int) -> list[int]:
    """Where the columns end, in characters; positions beyond those of the columns only tell the unit, as in MXNet."""
    if not isinstance(line_length, (int, np.integer)):
        raise ArgumentTypeError(f"line_length must be an integer, given {described(line_length)}.")
    try:
        given = [float(p) for p in positions]
    except (TypeError, ValueError):
        raise ArgumentTypeError(f"positions must be a list of numbers, given {described(positions)}.") from None
    if len(given) < columns:
        raise RenderError(
            f"positions must say where each of the {columns} columns ends, given {counted(len(given), 'number')}."
        )
    unit = line_length if given[-1] <= 1 else 1
    return [int(unit * p) for p in given[:columns]]


def _row(layer: _Layer, ends: Sequence[int], cost: bool) -> str:
    """The table's entry for a layer or input: one line, and one more for each further layer before it."""
    cells = [f"{layer.name}({layer.kind})", show_example(layer.shape), _shown(layer.parameters)]
    if cost:
        cells += [_shown(layer.flops), _shown(layer.bytes)]
    empty = [""] * len(cells)
    lines = [[*cells, layer.inputs[0] if layer.inputs else ""], *([*empty, name] for name in layer.inputs[1:])]
    return "\n".join(_line(line, ends) for line in lines)


def _shown(number: int | None) -> str:
    return "?" if number is None else str(number)


def _line(cells: Sequence[str], ends: Sequence[int]) -> str:
    """Cells padded, or cut off, to end at the given columns."""
    line = ""
    for cell, end in zip(cells, ends, strict=True):
        line = (line + cell)[:end].ljust(end)
    return line
