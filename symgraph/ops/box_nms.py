"""Non-maximum suppression of scored boxes."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, merge, show
from symgraph.ops.boxes import (
    NONE,
    BoxFormat,
    best_first,
    center_to_corner,
    corner_to_center,
    exceeds,
    in_order,
    intersection,
    keep_greedily,
    proper_area,
    ratio,
)
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating


@register("_contrib_box_nms", "_contrib_box_non_maximum_suppression")
class BoxNMS(Floating):
    """Of boxes that overlap, keeps the one with the highest score: non-maximum suppression.

    data (..., n, width), a row for each box -> output0 (..., n, width): the kept rows, the highest score first, then
    rows of -1 · hidden output1 (..., n), int32: the row in data that each row of output0 was, or -1. Batches are
    independent of each other, and of equal scores the first counts.

    The gradient of a row that is kept is that of where it went, whatever the formats; of others it is zero.

    Attributes:
        overlap_thresh: a box is dropped if its intersection over union with a better one that is kept exceeds this.
        valid_thresh: boxes whose score does not exceed this are dropped.
        topk: how many of the best boxes to look at; the others are dropped. Negative: all · 0: output0 is data as it is.
        coord_start: column of the first of the box's 4 numbers, which lie side by side.
        score_index: column of the score.
        id_index: column of the class, whose fraction does not count; negative if there is none.
        background_id: boxes of exactly this class are dropped, if there are classes.
        force_suppress: let boxes of different classes suppress each other.
        in_format: what the 4 numbers are: corner (left, top, right, bottom) · center (x, y, width, height).
        out_format: what they are in output0; a box whose first number is negative stays as it is.

    >>> import symgraph as mx
    >>> rows = mx.nd.array([[0, 0.25, 0, 0, 2, 2], [0, 0.75, 0, 0, 2, 3], [0, 0.5, 5, 5, 6, 6]])
    >>> mx.nd.contrib.box_nms(rows).asnumpy()[:, 1].tolist()
    [0.75, 0.5, -1.0]
    """

    overlap_thresh: float = 0.5
    valid_thresh: float = 0.0
    topk: int = -1
    coord_start: int = 2
    score_index: int = 1
    id_index: int = -1
    background_id: int = -1
    force_suppress: bool = False
    in_format: BoxFormat = "corner"
    out_format: BoxFormat = "corner"

    precision = WIDEST

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def visible_outputs(self) -> int:
        return 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data: MaybeShape = merge(ins[0], outs[0])
        if data is None:
            return [None], [None, None]
        if len(data) < 2:
            raise ShapeError(f"{self.name} takes data of at least 2 axes (..., boxes, width), given {show(data)}.")
        if data[-1] is not None:
            self._check_columns(data[-1])
        return [data], [data, data[:-1]]

    def _check_columns(self, width: int) -> None:
        first, last = self.coord_start, self.coord_start + 3
        if first < 0 or last >= width:
            raise ShapeError(
                f"{self.name}: coord_start={first} puts the box into columns {first} to {last}, but rows of data have "
                f"columns 0 to {width - 1}."
            )
        taken = dict.fromkeys(range(first, last + 1), "the box")
        for name in ("score_index", "id_index") if self.id_index >= 0 else ("score_index",):
            column = getattr(self, name)
            if not 0 <= column < width:
                raise ShapeError(f"{self.name}: {name}={column} is no column of data, which has 0 to {width - 1}.")
            if column in taken:
                raise ShapeError(f"{self.name}: {name}={column} is a column of {taken[column]}; name another one.")
            taken[column] = "the score"

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        (data,), _ = super().infer_dtype(ins, outs[:1])
        return [data], [data, np.dtype(np.int32)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        if self.topk == 0:
            return data, lax.broadcasted_iota(jnp.int32, data.shape[:-1], data.ndim - 2)
        source = jnp.vectorize(self._kept_rows, signature="(n,w)->(n)")(data)
        rows = jnp.take_along_axis(data, source[..., None], -2, mode="clip")
        if self.in_format != self.out_format:
            convert = center_to_corner if self.out_format == "corner" else corner_to_center
            columns = slice(self.coord_start, self.coord_start + 4)
            boxes = rows[..., columns]
            # MXNet takes a first number below 0 for the mark of a row that was dropped, and leaves such a box alone.
            rows = rows.at[..., columns].set(jnp.where(boxes[..., :1] < 0, boxes, convert(boxes)))
        return jnp.where(source[..., None] == NONE, jnp.full((), NONE, data.dtype), rows), source

    def _kept_rows(self, rows: Array) -> Array:
        """Numbers of the rows (n, width) to keep, the best first, filled up with -1 to n."""
        n = rows.shape[0]
        scores = rows[:, self.score_index]
        # MXNet rounds this bound to the dtype of the scores, but not that of the overlap, which `exceeds` is for.
        valid = scores > np.float32(self.valid_thresh).astype(scores.dtype)
        if self.id_index >= 0:
            valid &= rows[:, self.id_index] != self.background_id
        count = self.topk if 0 < self.topk < n else n
        top = best_first(scores, valid, count)
        order = in_order(keep_greedily(valid[top], self._rivals(rows[top]), count))
        source = jnp.where(order == NONE, NONE, top[order]).astype(jnp.int32)
        return jnp.pad(source, (0, n - count), constant_values=NONE)

    def _rivals(self, rows: Array) -> Any:
        boxes = rows[:, self.coord_start : self.coord_start + 4]
        areas = proper_area(boxes, self.in_format)
        corners = center_to_corner(boxes) if self.in_format == "center" else boxes

        def rivals(best: Array) -> Array:
            shared = intersection(corners[best], corners)
            too_close = exceeds(ratio(shared, areas[best], areas), self.overlap_thresh)
            if self.id_index < 0 or self.force_suppress:
                return too_close
            classes = rows[:, self.id_index].astype(jnp.int32)
            return too_close & (classes == classes[best])

        return rivals

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        source = outs[1]

        def scatter(ct: Array, target: Array) -> Array:
            return jnp.zeros_like(ct).at[jnp.where(target == NONE, len(ct), target)].set(ct, mode="drop")

        return (jnp.vectorize(scatter, signature="(n,w),(n)->(n,w)")(cotangents[0], source),)
