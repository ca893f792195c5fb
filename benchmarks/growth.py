"""How a cost grows with a size: the exponent p of cost ≈ a · size^p."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.measure import Outcome
from benchmarks.memory import Usage
from benchmarks.report import ABSENT, Table

Points = Sequence[tuple[float, float]]


def exponent(points: Points) -> float | None:
    """The slope of the straight line through (log size, log cost) by least squares; ``None`` for fewer than two sizes."""
    return slope([(math.log(size), math.log(cost)) for size, cost in points if size > 0 and cost > 0])


def slope(points: Points) -> float | None:
    """Of the straight line through points (x, y) by least squares; ``None`` for fewer than two x."""
    if len({x for x, _ in points}) < 2:
        return None
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points, strict=True))
    over = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / over


def series(outcome: Outcome, found: Sequence[Usage], sizes: Mapping[str, int]) -> dict[str, dict[str, Points]]:
    """Points (size, cost) by cost and library; `sizes` has the size of each workload that belongs to the axis."""
    curves: dict[str, dict[str, list]] = {}

    def add(cost: str, library: str, size: int, value: float | None) -> None:
        if value is not None:
            curves.setdefault(cost, {}).setdefault(library, []).append((size, value))

    for row in outcome.rows:
        if row.workload in sizes:
            for name in outcome.libraries:
                add("time of a call", name, sizes[row.workload], row.median(name))
                add("time of the first call", name, sizes[row.workload], row.first.get(name))
    for usage in found:
        if usage.workload in sizes:
            size = sizes[usage.workload]
            add("planned memory", next(iter(outcome.libraries)), size, usage.plan.get("total"))
            for name, value in usage.calls.items():
                add("memory above the import", name, size, value - usage.imported[name])
    return {cost: dict(lines) for cost, lines in curves.items()}


def unit(cost: str) -> str:
    """Of a cost of `series`."""
    return "seconds" if cost.startswith("time") else "bytes"


def table(axes: Mapping[str, Mapping[str, Mapping[str, Points]]], libraries: Sequence[str]) -> Table:
    """A row per axis and cost, a column per library."""
    rows = []
    for axis, costs in axes.items():
        for cost, lines in costs.items():
            found = [exponent(lines.get(name, ())) for name in libraries]
            rows.append([f"{cost} against {axis}", *(ABSENT if p is None else f"{p:.2f}" for p in found)])
    return Table(
        ["growth exponent", *libraries], rows, "Exponents p of cost ≈ a · size^p, by least squares over all sizes"
    )
