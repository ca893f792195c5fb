"""Overlaps of boxes, matching by them, and boxes as offsets from anchors (Girshick et al. 2014)."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, merge_all, show, size
from symgraph.ops.boxes import (
    BoxFormat,
    center_to_corner,
    corner_to_center,
    exceeds,
    intersection,
    match_greedily,
    moved_by,
    proper_area,
    ratio,
    require_boxes,
    seen_from,
)
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, require_rank
from symgraph.ops.following import of_rank


@register("_contrib_box_iou")
class BoxIoU(Floating):
    """Intersection over union of every box with every other.

    lhs (a1, ..., aj, 4) · rhs (b1, ..., bk, 4) -> output (a1, ..., aj, b1, ..., bk). Boxes that share no area, as those
    with a negative size, give 0. The gradient is zero.

    Attributes:
        format: what the 4 numbers are: corner (left, top, right, bottom) · center (x, y, width, height).

    >>> import symgraph as mx
    >>> mx.nd.contrib.box_iou(mx.nd.array([[0, 0, 2, 2]]), mx.nd.array([[1, 0, 3, 2], [0, 0, 2, 4]])).asnumpy().round(2)
    array([[0.33, 0.5 ]], dtype=float32)
    """

    format: BoxFormat = "corner"

    precision = WIDEST
    tensors = ("lhs", "rhs")
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        for name, shape in zip(self.tensors, ins, strict=True):
            require_boxes(self, name, shape, 2)
        lhs, rhs = ins
        return ins, [None if lhs is None or rhs is None else (*lhs[:-1], *rhs[:-1])]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        lhs_area, rhs_area = (proper_area(boxes, self.format) for boxes in (lhs, rhs))
        if self.format == "center":
            lhs, rhs = center_to_corner(lhs), center_to_corner(rhs)
        others = tuple(range(lhs.ndim - 1, lhs.ndim + rhs.ndim - 2))
        lhs, lhs_area = jnp.expand_dims(lhs, others), jnp.expand_dims(lhs_area, others)
        shared = intersection(lhs, rhs)
        return (jnp.where(shared > 0, ratio(shared, lhs_area, rhs_area), jnp.zeros_like(shared)),)


@register("_contrib_bipartite_matching")
class BipartiteMatching(Floating):
    """Pairs rows with columns, again and again the pair with the best score of those that are free.

    data (..., rows, columns), scores -> output0 (..., rows), the column of each row · output1 (..., columns), the row
    of each column; -1 for those left over. Of equal scores the first counts, in row-major order; NaN never. The
    gradient is zero.

    Attributes:
        threshold: only pairs whose score is greater (with `is_ascend`, less) than this are matched.
        is_ascend: the lowest score is the best.
        topk: as in MXNet, one pair more than this is matched; less than 1 means no limit.

    >>> import symgraph as mx
    >>> rows, columns = mx.nd.contrib.bipartite_matching(mx.nd.array([[5, 6], [1, 2], [3, 4]]), threshold=0)
    >>> rows.asnumpy().tolist(), columns.asnumpy().tolist()
    ([1.0, -1.0, 0.0], [2.0, 0.0])
    """

    is_ascend: bool = False
    threshold: float
    topk: int = -1

    blocks_gradient = True

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = ins[0]
        require_rank(self, data, 2, "(..., rows, columns)")
        if data is None:
            return ins, outs
        return ins, [data[:-1], (*data[:-2], data[-1])]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        scores, bound = (-data, -self.threshold) if self.is_ascend else (data, self.threshold)
        scores = jnp.where(exceeds(scores, bound), scores, jnp.full((), -jnp.inf, data.dtype))
        limit = self.topk + 1 if self.topk > 0 else data.shape[-2]
        match = jnp.vectorize(lambda lane: match_greedily(lane, limit), signature="(r,c)->(r),(c)")
        return tuple(found.astype(data.dtype) for found in match(scores))


@register("_contrib_box_encode")
class BoxEncode(Floating):
    """What a detector has to learn: where matched boxes lie, as seen from anchors.

    samples (b, n): above 0.5 for anchors that count · matches (b, n): numbers of reference boxes · anchors (b, n, 4)
    and refs (b, m, 4): corners (left, top, right, bottom) · means (4,) · stds (4,) -> output0 (b, n, 4): (t - means)
    / stds, where t are the distance of the centres by the size of the anchor, and the logarithms of the ratios of
    the sizes · output1 (b, n, 4): 1. Both are 0 for anchors that do not count. The gradient is zero.

    A match that is no number of a reference box is taken for the nearest; MXNet reads outside of memory there.

    >>> import symgraph as mx
    >>> anchors, refs = mx.nd.array([[[0, 0, 2, 2]]]), mx.nd.array([[[1, 0, 3, 2]]])
    >>> one, zero = mx.nd.ones((1, 1)), mx.nd.zeros((1, 1))
    >>> mx.nd.contrib.box_encode(one, zero, anchors, refs, mx.nd.zeros(4), mx.nd.ones(4))[0].asnumpy().tolist()
    [[[0.5, 0.0, 0.0, 0.0]]]
    """

    tensors = ("samples", "matches", "anchors", "refs", "means", "stds")
    blocks_gradient = True

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        ranks = (2, 2, 3, 3, 1, 1)
        samples, matches, anchors, refs, _, _ = (of_rank(*pair) for pair in zip(self.tensors, ins, ranks, strict=True))
        out = of_rank("output0", merge(outs[0], outs[1]), 3)
        rows = merge_all([samples, matches, anchors[:2], out[:2], (refs[0], None)]) or ()
        return [rows, rows, (*rows, 4), (rows[0], refs[1], 4), (4,), (4,)], [(*rows, 4)] * 2

    def lower(
        self,
        ctx: LowerContext,
        samples: Array,
        matches: Array,
        anchors: Array,
        refs: Array,
        means: Array,
        stds: Array,
    ) -> tuple[Array, ...]:
        index = jnp.clip(matches.astype(jnp.int32), 0, refs.shape[1] - 1)
        matched = corner_to_center(jnp.take_along_axis(refs, index[..., None], 1, mode="promise_in_bounds"))
        targets = (seen_from(corner_to_center(anchors), matched) - means) / stds
        counts = jnp.broadcast_to(exceeds(samples, 0.5)[..., None], targets.shape)
        return jnp.where(counts, targets, jnp.zeros_like(targets)), counts.astype(targets.dtype)


@register("_contrib_box_decode")
class BoxDecode(Floating):
    """Boxes from what a detector says of them: their place as seen from anchors.

    data (b, n, 4): shifts of the centre by the size of the anchor, and logarithms of the growth · anchors (1, n, 4) ->
    output (b, n, 4): corners (left, top, right, bottom). The gradient is zero.

    Attributes:
        std0: factor of the first number of data.
        std1: of the second.
        std2: of the third.
        std3: of the last.
        clip: upper bound of the logarithms, after these factors; 0 or less means none.
        format: of the anchors: corner (left, top, right, bottom) · center (x, y, width, height).

    >>> import symgraph as mx
    >>> mx.nd.contrib.box_decode(mx.nd.array([[[0.5, 0, 0, 0]]]), mx.nd.array([[[1, 1, 2, 2]]])).asnumpy().tolist()
    [[[1.0, 0.0, 3.0, 2.0]]]
    """

    std0: float = 1.0
    std1: float = 1.0
    std2: float = 1.0
    std3: float = 1.0
    clip: float = -1.0
    format: BoxFormat = "center"

    tensors = ("data", "anchors")
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, anchors = merge(ins[0], outs[0]), ins[1]
        if data is not None and len(data) != 3:
            raise ShapeError(f"{self.name}: data must have 3 axes (batch, anchors, 4), given {show(data)}.")
        require_boxes(self, "data", data, 3)
        require_boxes(self, "anchors", anchors, 3)
        shared = None if anchors is None else size(anchors[:-1])
        if data is not None and None not in (data[1], shared) and data[1] != shared:
            raise ShapeError(
                f"{self.name}: anchors {show(anchors)} must be shared by the batch and one for each of the {data[1]} "
                f"boxes of data {show(data)}: (1, {data[1]}, 4)."
            )
        return [data, anchors], [data]

    def lower(self, ctx: LowerContext, data: Array, anchors: Array) -> tuple[Array, ...]:
        anchors = anchors.reshape(1, data.shape[1], 4)
        if self.format == "corner":
            anchors = corner_to_center(anchors)
        scaled = data * np.array([self.std0, self.std1, self.std2, self.std3]).astype(data.dtype)
        if self.clip > 0:
            bound = np.array([np.inf, np.inf, self.clip, self.clip]).astype(data.dtype)
            scaled = lax.min(scaled, jnp.broadcast_to(bound, scaled.shape))
        return (moved_by(anchors, scaled),)
