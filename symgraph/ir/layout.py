"""In which order the axes of an array are stored while a program runs.

MXNet counts axes as ``(batch, channel, *spatial)``. On a CPU, loops over neighbouring channels are what vectorizes, so
that layers are several times as fast on arrays stored ``(batch, *spatial, channel)``. Operators say by `Op.relaid` how
they compute on such arrays; `symgraph.lower.layout` lets whole graphs do so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Order = tuple[int, ...] | None
"""For each axis as stored, the axis that MXNet counts there; ``None`` is MXNet's own order."""


@dataclass(frozen=True)
class Relaid:
    """An operator that computes on arrays stored in other orders.

    Attributes:
        op: does the computing; its results have the meaning of those of the operator it stands for, in number and order.
        inputs: the order in which it takes each input.
        outputs: the order in which it delivers each output.
        preparations: operators that take inputs (by slot), in MXNet's order, to what it takes in their place.
    """

    op: Any
    inputs: tuple[Order, ...]
    outputs: tuple[Order, ...]
    preparations: tuple[tuple[int, Any], ...] = ()


def channels_last(rank: int) -> tuple[int, ...]:
    """The order in which channels come last."""
    return (0, *range(2, rank), 1)


def stored(shape: Sequence[Any], order: Order) -> tuple[Any, ...]:
    """A shape (or anything else with one entry per axis) as an array in `order` has it."""
    return tuple(shape) if order is None else tuple([shape[axis] for axis in order])


def moved(present: Order, wanted: Order, rank: int) -> tuple[int, ...] | None:
    """The transposition that takes an array from one order to another; ``None`` if there is nothing to do."""
    natural = tuple(range(rank))
    present, wanted = present or natural, wanted or natural
    return None if present == wanted else tuple([present.index(axis) for axis in wanted])


def common(orders: Sequence[Order]) -> Order:
    """The first order that is not MXNet's own."""
    return next((order for order in orders if order is not None), None)


def as_order(axes: Sequence[int]) -> Order:
    """Axes as they are stored; ``None`` if that is MXNet's own order."""
    return None if list(axes) == sorted(axes) else tuple(axes)


def without(order: Sequence[int], gone: Sequence[int]) -> Order:
    """The order of the axes that remain when some are gone."""
    rest = [axis for axis in order if axis not in gone]
    left = sorted(rest)
    return as_order([left.index(axis) for axis in rest])


def is_one_column(shape: Sequence[Any] | None, order: Order) -> bool:
    """Whether an array in another order has all its axes but the first and one of length 1, so that flattening it gives
    the same in any order."""
    return order is not None and order[0] == 0 and shape is not None and sum(n != 1 for n in shape[1:]) <= 1
