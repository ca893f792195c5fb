"""Geometry of boxes, and the two greedy choices that detectors make: which boxes to keep, and which pairs to match.

A box is four numbers in the last axis: two opposite corners (left, top, right, bottom), or its centre and size (x, y,
width, height).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.op import DTypes, Op
from symgraph.ir.shape import MaybeShape, show
from symgraph.ops.family import Array
from symgraph.ops.floating import require_float

BoxFormat = Literal["center", "corner"]
NONE = -1
"""Stands for a box that is not there."""


class SinglePrecision(Op):
    """All inputs and outputs are float32, even where nothing is known of them; there is no other kernel."""

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), FLOAT32, names_slot=True)
        return [FLOAT32] * len(ins), [FLOAT32] * len(outs)


def require_boxes(op: Op, name: str, shape: MaybeShape, rank: int) -> None:
    """Raise `ShapeError` unless the input `name` has `rank` or more axes, the last of which holds the four numbers."""
    if shape is None:
        return
    if len(shape) < rank:
        raise ShapeError(f"{op.name}: {name} must have at least {rank} axes, (..., boxes, 4), given {show(shape)}.")
    if shape[-1] not in (None, 4):
        raise ShapeError(
            f"{op.name}: the last axis of {name} must hold the 4 numbers of a box, but its shape is {show(shape)}."
        )


def exceeds(x: Array, bound: float) -> Array:
    """Whether x > bound, for an attribute that MXNet keeps in float32 and compares in no narrower type."""
    return x.astype(jnp.promote_types(x.dtype, FLOAT32)) > np.float32(bound)


def corner_to_center(boxes: Array) -> Array:
    """Corners (..., 4) as centre and size (..., 4)."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return jnp.concatenate([(low + high) / 2, high - low], -1)


def center_to_corner(boxes: Array) -> Array:
    """Centre and size (..., 4) as corners (..., 4)."""
    center, half = boxes[..., :2], boxes[..., 2:] / 2
    return jnp.concatenate([center - half, center + half], -1)


def seen_from(anchors: Array, boxes: Array) -> Array:
    """Boxes as offsets from anchors, both (..., 4) as centre and size: shift of the centre by the size of the anchor, and
    logarithms of the growth (Girshick et al. 2014). `moved_by` undoes it."""
    shift = (boxes[..., :2] - anchors[..., :2]) / anchors[..., 2:]
    return jnp.concatenate([shift, jnp.log(boxes[..., 2:] / anchors[..., 2:])], -1)


def moved_by(anchors: Array, offsets: Array) -> Array:
    """Corners (..., 4) of the boxes that lie at offsets (..., 4) from anchors (..., 4), which are centre and size."""
    center = offsets[..., :2] * anchors[..., 2:] + anchors[..., :2]
    return center_to_corner(jnp.concatenate([center, jnp.exp(offsets[..., 2:]) * anchors[..., 2:]], -1))


def intersection(lhs: Array, rhs: Array, pixel: float = 0) -> Array:
    """Area that two boxes share: corners lhs (..., 4) · rhs (..., 4), which broadcast -> (...).

    Args:
        pixel: 1 if the right and bottom edges are pixels that belong to the box.
    """
    low = jnp.maximum(lhs[..., :2], rhs[..., :2])
    high = jnp.minimum(lhs[..., 2:], rhs[..., 2:])
    extent = high - low + pixel
    return jnp.prod(jnp.where(extent > 0, extent, jnp.zeros_like(extent)), -1)


def ratio(shared: Array, lhs_area: Array, rhs_area: Array) -> Array:
    """Intersection over union of boxes with these areas; NaN, which exceeds nothing, for two without any area."""
    return shared / (lhs_area + rhs_area - shared)


def area(corners: Array, pixel: float = 0) -> Array:
    """Area of boxes: corners (..., 4) -> (...)."""
    return jnp.prod(corners[..., 2:] - corners[..., :2] + pixel, -1)


def proper_area(boxes: Array, box_format: BoxFormat) -> Array:
    """Area of boxes (..., 4) -> (...); 0 if an extent is negative."""
    extent = boxes[..., 2:] if box_format == "center" else boxes[..., 2:] - boxes[..., :2]
    return jnp.where(jnp.any(extent < 0, -1), jnp.zeros_like(extent[..., 0]), jnp.prod(extent, -1))


def best_first(scores: Array, valid: Array, count: int) -> Array:
    """Indices of the `count` highest scores (n,) that are valid, then of others; of equal scores the first comes first."""
    return lax.top_k(jnp.where(valid, scores, jnp.full((), -jnp.inf, scores.dtype)), count)[1]


def in_order(chosen: Array) -> Array:
    """Indices of the chosen, (n,) bool -> (n,) int32, in their order and filled up with `NONE`."""
    n = chosen.shape[0]
    place = jnp.where(chosen, jnp.cumsum(chosen.astype(jnp.int32)) - 1, n)
    return jnp.full(n, NONE, jnp.int32).at[place].set(jnp.arange(n, dtype=jnp.int32), mode="drop")


def keep_greedily(candidate: Array, rivals: Callable[[Array], Array], limit: int) -> Array:
    """Non-maximum suppression: which candidates to keep, when each that is kept rules out its rivals.

    candidate (n,), bool, the best first -> (n,), bool. Runs once for every candidate kept, not for every candidate.

    Args:
        rivals: the candidates (n,) that the one of a given index rules out.
        limit: how many to keep at most.
    """
    if not candidate.size:
        return candidate

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        count, left, _ = state
        return (count < limit) & jnp.any(left)

    def keep_next(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        count, left, kept = state
        best = jnp.argmax(left)
        return count + 1, (left & ~rivals(best)).at[best].set(False), kept.at[best].set(True)

    start: Any = (jnp.int32(0), candidate, jnp.zeros_like(candidate))
    return lax.while_loop(unfinished, keep_next, start)[2]


def match_greedily(scores: Array, limit: int) -> tuple[Array, Array]:
    """Bipartite matching: again and again the pair with the highest score, of those whose row and column are both free.

    scores (rows, columns), -inf for pairs that may not be -> column of each row (rows,) and row of each column
    (columns,), int32, -1 for none. Of equal scores the first counts, in row-major order.

    Args:
        limit: how many pairs to match at most.
    """
    rows, columns = scores.shape
    start: Any = (
        jnp.int32(min(limit, rows, columns)),
        jnp.full(rows, NONE, jnp.int32),
        jnp.full(columns, NONE, jnp.int32),
    )
    if not scores.size:
        return start[1:]
    lowest = jnp.full((), -jnp.inf, scores.dtype)

    def match_next(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        wanted, of_row, of_column = state
        free = of_column == NONE
        best = jnp.max(jnp.where((of_row == NONE)[:, None] & free, scores, lowest), 1)
        # Two short searches, as one among all pairs would take several times as long.
        row = jnp.argmax(best).astype(jnp.int32)
        column = jnp.argmax(jnp.where(free, scores[row], lowest)).astype(jnp.int32)
        found = best[row] > lowest
        of_row = of_row.at[row].set(jnp.where(found, column, of_row[row]))
        of_column = of_column.at[column].set(jnp.where(found, row, of_column[column]))
        return jnp.where(found, wanted - 1, 0), of_row, of_column

    return lax.while_loop(lambda state: state[0] > 0, match_next, start)[1:]
