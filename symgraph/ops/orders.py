"""What operators are on arrays in other orders of axes, for the kinds of operators that there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from symgraph.ir.layout import Order, Relaid, as_order, channels_last, common
from symgraph.ir.op import Op
from symgraph.ops.family import relaid_alike
from symgraph.ops.following import checked_axis


def relaid_along(op: Op, orders: Sequence[Order], *names: str) -> Relaid | None:
    """An operator that works along the axes in these attributes, each a number or a tuple of them."""
    order = common(orders)
    if order is None:
        return None
    there = order

    def place(axis: int) -> int:
        return there.index(checked_axis(axis, len(there)))

    given = {name: getattr(op, name) for name in names}
    moved = {name: place(axis) if isinstance(axis, int) else tuple(map(place, axis)) for name, axis in given.items()}
    return relaid_alike(replace(cast(Any, op), **moved), orders)


def relaid_channels_last(op: Op, orders: Sequence[Order], outputs: Sequence[Order] | None = None) -> Relaid | None:
    """An operator on images, of which the field ``_is_channel_last`` says how they are stored.

    Args:
        outputs: in which order it delivers, if not all outputs are images.
    """
    order = common(orders)
    if order is None:
        return None
    last = channels_last(len(order))
    changed = replace(cast(Any, op), _is_channel_last=True)
    return Relaid(changed, (last,) * len(orders), tuple(outputs or (last,) * len(op.outputs())))


def reshaped(shape: Sequence[Any], target: Sequence[Any], order: Order) -> tuple[Order, Order] | None:
    """In which order to take an array that is given another shape, and the order of what comes of it; ``None``: only as MXNet
    has it.

    Runs of axes that become as many elements of another run are moved as one: taking channels apart into groups leaves
    them last.
    """
    if order is None or 0 in (*shape, *target):
        return None
    runs = []
    for axes, given in _runs(shape, target):
        here = [axis for axis in order if axis in axes]
        longer = [axis for axis in here if shape[axis] > 1]
        place = min(map(order.index, longer or here))
        runs.append((place, here if longer == sorted(longer) else axes, given))
    runs.sort()
    taken = as_order([axis for _, axes, _ in runs for axis in axes])
    return None if taken is None else (taken, as_order([axis for _, _, given in runs for axis in given]))


def _runs(shape: Sequence[int], target: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """The shortest runs of axes of both shapes that have equally many elements."""
    runs: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(shape) and j < len(target):
        left, right = i, j
        i, j = i + 1, j + 1
        while (taken := math.prod(shape[left:i])) != (given := math.prod(target[right:j])):
            i, j = i + (taken < given), j + (taken > given)
        runs.append(([*range(left, i)], [*range(right, j)]))
    if runs:
        runs[-1][0].extend(range(i, len(shape)))
        runs[-1][1].extend(range(j, len(target)))
    return runs
