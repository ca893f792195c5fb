"""Partial shapes and their arithmetic.

A shape is a tuple whose unknown dimensions are ``None``; a shape of unknown rank is ``None``; ``()`` is a scalar.
MXNet writes both unknowns as 0 and (); `from_mxnet` and `to_mxnet` translate at the border of the API.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from symgraph.errors import ShapeError

PartialShape = tuple[int | None, ...]
MaybeShape = PartialShape | None


class Conflict(ValueError):  # noqa: N818 - a signal between rule and engine, turned into a ShapeError there
    """Two proposals for one shape or dimension contradict each other."""


def merge(a: MaybeShape, b: MaybeShape) -> MaybeShape:
    """What both proposals know together; raises `Conflict` when they contradict each other."""
    if a is None or a == b:
        return b
    if b is None:
        return a
    if len(a) != len(b):
        raise Conflict(a, b)
    return tuple(merge_dim(x, y) for x, y in zip(a, b, strict=True))


def merge_dim(a: int | None, b: int | None) -> int | None:
    """`merge` for one dimension."""
    if a is None or a == b:
        return b
    if b is None:
        return a
    raise Conflict(a, b)


def merge_all(shapes: Iterable[MaybeShape]) -> MaybeShape:
    """`merge` over any number of proposals."""
    merged: MaybeShape = None
    for shape in shapes:
        merged = merge(merged, shape)
    return merged


def is_known(shape: MaybeShape) -> bool:
    """Whether rank and every dimension are known."""
    return shape is not None and None not in shape


def size(shape: Sequence[int | None] | None) -> int | None:
    """Number of elements, or ``None`` while a dimension is unknown."""
    if shape is None or None in shape:
        return None
    return math.prod(shape)  # type: ignore[arg-type]


def broadcast_dim(a: int | None, b: int | None) -> int | None:
    """One dimension of NumPy broadcasting; raises `Conflict`."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if a is None or b is None:
        return a or b
    raise Conflict(a, b)


def normalize_axis(axis: int, ndim: int) -> int:
    """`axis` counted from the front; raises ``ValueError`` with a message when it is outside of ``[-ndim, ndim)``."""
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis {axis} is outside of a {ndim}-dimensional array, whose axes are {-ndim}..{ndim - 1}")
    return axis % ndim


def from_mxnet(shape: Sequence[int] | None) -> MaybeShape:
    """MXNet's spelling of a partial shape (0 or -1: unknown dimension, (): unknown rank) as ours.

    Raises:
        ShapeError: a dimension is negative.
    """
    if shape is None or len(shape) == 0:
        return None
    if min(shape) < -1:
        raise ShapeError(f"shape {tuple(shape)} has a negative dimension; 0 stands for an unknown one.")
    return tuple(None if d in (0, -1) else int(d) for d in shape)


def to_mxnet(shape: MaybeShape) -> tuple[int, ...]:
    """Our spelling of a partial shape as MXNet's."""
    return () if shape is None else tuple([0 if d is None else d for d in shape])


def show_example(shape: MaybeShape) -> str:
    """A shape without its first dimension, for pictures and tables, as in ``64x32x?``; nothing if the rank is unknown."""
    return "" if shape is None else "x".join("?" if d is None else str(d) for d in shape[1:])


def show(shape: MaybeShape) -> str:
    """A shape for messages, unknown dimensions as ``?``."""
    if shape is None:
        return "unknown"
    parts = ["?" if d is None else str(d) for d in shape]
    return "(" + ", ".join(parts) + (",)" if len(parts) == 1 else ")")
