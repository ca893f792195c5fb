"""Lists inside lists, as functions of loops and branches take and return them: flat for us, regrouped for the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Layout = int | list[Any]
"""Of a single value 0, of a list the layouts of its members."""


def flatten(values: Any) -> tuple[list[Any], Layout]:
    """All values of nested lists and tuples in order, and the layout that `regroup` needs; ``None`` is an empty list."""
    if values is None:
        return [], []
    if not isinstance(values, (list, tuple)):
        return [values], 0
    parts = [flatten(value) for value in values]
    return [value for flat, _ in parts for value in flat], [layout for _, layout in parts]


def regroup(values: Sequence[Any], layout: Layout) -> Any:
    """The nested lists whose values are `values`."""
    return _take(iter(values), layout)


def _take(values: Iterator[Any], layout: Layout) -> Any:
    return next(values) if isinstance(layout, int) else [_take(values, part) for part in layout]
