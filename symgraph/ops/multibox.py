"""The three operators of a single shot detector: its anchors, what it has to learn, what it found (Liu et al. 2016)."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import Precision
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge_all, merge_dim, show
from symgraph.ops.boxes import (
    NONE,
    SinglePrecision,
    area,
    best_first,
    corner_to_center,
    in_order,
    intersection,
    keep_greedily,
    match_greedily,
    moved_by,
    ratio,
    seen_from,
)
from symgraph.ops.family import Array
from symgraph.ops.floating import require_rank
from symgraph.ops.following import of_rank

VARIANCES = (0.1, 0.1, 0.2, 0.2)
LEAST_OVERLAP = 1e-6
"""What an anchor and a true box must share at least to be matched, if they are each other's best."""


@register("_contrib_MultiBoxPrior", "_npx_multibox_prior")
class MultiBoxPrior(SinglePrecision):
    """Anchors of several sizes and shapes around every place of a feature map.

    data (n, c, height, width), only its shape is used -> output (1, height·width·k, 4): corners (left, top, right,
    bottom) in units of the image, place by place. The k = len(sizes) + len(ratios) - 1 anchors of a place are those of
    the first ratio in all sizes, then those of the first size in the other ratios. The gradient is zero.

    Attributes:
        sizes: side of a square anchor, as a fraction of the image's height.
        ratios: width by height.
        clip: cut off what lies outside of the image.
        steps: distance from one place to the next (y, x); if one is 0 or less, the places fill the image.
        offsets: where in its cell a place lies (y, x).

    >>> import symgraph as mx
    >>> mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 3, 1, 2)), sizes=(0.5,)).asnumpy().tolist()
    [[[0.125, 0.25, 0.375, 0.75], [0.625, 0.25, 0.875, 0.75]]]
    """

    sizes: tuple[float, ...] = (1.0,)
    ratios: tuple[float, ...] = (1.0,)
    clip: bool = False
    steps: tuple[float, ...] = (-1.0, -1.0)
    offsets: tuple[float, ...] = (0.5, 0.5)

    precision = Precision("float32", "widest")
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        self._check_attributes()
        data = ins[0]
        require_rank(self, data, 4, "(batch, channel, height, width)")
        height, width = (None, None) if data is None else data[2:4]
        per_place = len(self.sizes) + len(self.ratios) - 1
        count = None if height is None or width is None else height * width * per_place
        return [data], [(1, count, 4)]

    def _check_attributes(self) -> None:
        for name in ("sizes", "ratios"):
            if not getattr(self, name):
                raise OpAttributeError(f"operator {self.name}: {name}=() must have at least one entry.")
        for name in ("steps", "offsets"):
            if len(getattr(self, name)) != 2:
                raise OpAttributeError(
                    f"operator {self.name}: {name}={getattr(self, name)} must have 2 entries, for y and for x."
                )
        if min(self.offsets) < 0:
            raise OpAttributeError(f"operator {self.name}: offsets={self.offsets} must not be negative.")
        if self.steps[0] * self.steps[1] < 0:
            raise OpAttributeError(f"operator {self.name}: steps={self.steps} must give both steps or none.")

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        height, width = data.shape[2:4]
        steps = self.steps if min(self.steps) > 0 else (1 / max(height, 1), 1 / max(width, 1))
        step_y, step_x = (np.float32(step) for step in steps)
        center_y = (jnp.arange(height, dtype=jnp.float32) + np.float32(self.offsets[0])) * step_y
        center_x = (jnp.arange(width, dtype=jnp.float32) + np.float32(self.offsets[1])) * step_x
        y, x = jnp.meshgrid(center_y, center_x, indexing="ij")
        half = self._half_extents(height / max(width, 1))
        center = jnp.stack([x, y], -1).reshape(-1, 1, 2)
        anchors = jnp.concatenate([center - half, center + half], -1).reshape(1, -1, 4)
        return (jnp.clip(anchors, np.float32(0), np.float32(1)) if self.clip else anchors,)

    def _half_extents(self, height_by_width: float) -> np.ndarray:
        """Half of the width and height (k, 2) of the anchors of one place."""
        size = np.array([*self.sizes, *[self.sizes[0]] * (len(self.ratios) - 1)])
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt(np.array([*[self.ratios[0]] * len(self.sizes), *self.ratios[1:]]))
            return (np.stack([size * height_by_width * root, size / root], -1) / 2).astype(np.float32)


@register("_contrib_MultiBoxTarget", "_npx_multibox_target")
class MultiBoxTarget(SinglePrecision):
    """What a detector has to learn: for every anchor, the class and the place of the true box it is matched with.

    anchor (1, n, 4), corners (left, top, right, bottom) · label (b, m, 5 or more): class and corners of true boxes, then
    rows of -1 · cls_pred (b, classes, n): scores before the softmax, class 0 for background -> loc_target (b, 4n):
    shift of the centres by the size of the anchor and logarithms of the growth, divided by `variances`, 0 without a
    match · loc_mask (b, 4n): 1 with a match, else 0 · cls_target (b, n): class of the match plus 1, 0 for a negative
    anchor, `ignore_label` for the others, and for all where there is no true box. The gradient is zero.

    First every true box gets the anchor it overlaps most, the best pair first; then every other anchor is matched with
    the box that it overlaps most, if by more than `overlap_threshold`. Where MXNet stops because fewer negative anchors
    can be had than `negative_mining_ratio` asks for, those that there are are taken.

    Attributes:
        overlap_threshold: least intersection over union for a match; 0 or less: each true box is matched but once.
        ignore_label: cls_target of anchors that are neither matched nor negative.
        negative_mining_ratio: how many negative anchors for each match: those that are the least sure to be background,
            of those that overlap with a box by less than `negative_mining_thresh`; 0 or less: all that have no match.
        negative_mining_thresh: see there.
        minimum_negative_samples: accepted, and of no effect, as in MXNet on the CPU.
        variances: divisors of the 4 numbers of loc_target.

    >>> import symgraph as mx
    >>> anchor = mx.nd.array([[[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]])
    >>> label = mx.nd.array([[[3, 0.5, 0.5, 1, 1]]])
    >>> mx.nd.contrib.MultiBoxTarget(anchor, label, mx.nd.zeros((1, 5, 2)))[2].asnumpy().tolist()
    [[0.0, 4.0]]
    """

    overlap_threshold: float = 0.5
    ignore_label: float = -1.0
    negative_mining_ratio: float = -1.0
    negative_mining_thresh: float = 0.5
    minimum_negative_samples: int = 0
    variances: tuple[float, ...] = VARIANCES

    precision = Precision("float32", "widest")
    tensors = ("anchor", "label", "cls_pred")
    blocks_gradient = True

    def outputs(self) -> tuple[str, ...]:
        return ("loc_target", "loc_mask", "cls_target")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        _check_variances(self, self.variances)
        if self.negative_mining_ratio > 0 and self.negative_mining_thresh <= 0:
            raise OpAttributeError(
                f"operator {self.name}: negative_mining_thresh={self.negative_mining_thresh} must be positive when "
                f"negative_mining_ratio={self.negative_mining_ratio} asks for negative anchors."
            )
        anchor, label, cls_pred = (of_rank(*pair, 3) for pair in zip(self.tensors, ins, strict=True))
        _check_background(self, "cls_pred", cls_pred)
        if label[2] is not None and label[2] < 5:
            raise ShapeError(
                f"{self.name}: a row of label must hold a class and 4 corners, but its shape is {show(label)}."
            )
        loc, cls = merge_all(outs[:2]), of_rank("cls_target", outs[2], 2)
        batch = merge_dim(merge_dim(label[0], cls_pred[0]), cls[0])
        n = merge_dim(merge_dim(anchor[1], cls_pred[2]), cls[1])
        label = (batch, *label[1:])
        loc = (batch, None if n is None else 4 * n)
        return [(1, n, 4), label, (batch, cls_pred[1], n)], [loc, loc, (batch, n)]

    def lower(self, ctx: LowerContext, anchor: Array, label: Array, cls_pred: Array) -> tuple[Array, ...]:
        if not label.shape[1]:  # a row of its own says that there is no box, and is something to search
            label = jnp.full((label.shape[0], 1, label.shape[2]), NONE, label.dtype)
        targets = jax.vmap(lambda boxes, scores: self._of_image(anchor[0], boxes, scores))(label, cls_pred)
        return tuple(target.reshape(target.shape[0], math.prod(target.shape[1:])) for target in targets)

    def _of_image(self, anchor: Array, label: Array, cls_pred: Array) -> tuple[Array, Array, Array]:
        """anchor (n, 4) · label (m, width) · cls_pred (classes, n) -> targets (n, 4) · mask (n, 4) · classes (n,)"""
        is_box = jnp.cumprod(label[:, 0] != NONE) > 0
        overlaps = _overlap(anchor[:, None], label[:, 1:5])
        overlaps = jnp.where(is_box & (overlaps >= 0), overlaps, np.float32(NONE))
        worth = jnp.where(overlaps > np.float32(LEAST_OVERLAP), overlaps, np.float32(-jnp.inf))
        assigned, _ = match_greedily(worth, label.shape[0])
        nearest, overlap = jnp.argmax(overlaps, 1), jnp.max(overlaps, 1)
        positive = assigned != NONE
        match = jnp.where(positive, assigned, nearest)
        if self.overlap_threshold > 0:
            positive |= overlap > np.float32(self.overlap_threshold)
        negative = self._negatives(positive, overlap, cls_pred) & is_box[0]
        classes = jnp.where(negative, np.float32(0), np.float32(self.ignore_label))
        classes = jnp.where(positive, label[match, 0] + 1, classes)
        offsets = seen_from(corner_to_center(anchor), corner_to_center(label[match, 1:5]))
        offsets = offsets / np.array(self.variances, np.float32)
        mask = jnp.broadcast_to(positive[:, None], offsets.shape)
        return jnp.where(mask, offsets, np.float32(0)), mask.astype(jnp.float32), classes

    def _negatives(self, positive: Array, overlap: Array, cls_pred: Array) -> Array:
        if self.negative_mining_ratio <= 0:
            return ~positive
        wanted = jnp.sum(positive).astype(jnp.float32) * np.float32(self.negative_mining_ratio)
        candidate = ~positive & (overlap < np.float32(self.negative_mining_thresh))
        background = jax.nn.softmax(cls_pred, 0)[0]
        order = best_first(-background, candidate, candidate.size)
        rank = jnp.zeros_like(order).at[order].set(jnp.arange(order.size, dtype=order.dtype))
        return candidate & (rank < wanted.astype(jnp.int32))


@register("_contrib_MultiBoxDetection", "_npx_multibox_detection")
class MultiBoxDetection(SinglePrecision):
    """What a detector found: boxes with class and score, after non-maximum suppression.

    cls_prob (b, classes, n): probabilities, class 0 for background · loc_pred (b, 4n): shift of the centres by the size
    of the anchor and logarithms of the growth, divided by `variances` · anchor (1, n, 4): corners (left, top, right,
    bottom) -> output (b, n, 6): class without background, score, corners. The class is the likeliest but background.
    The highest score comes first, rows whose class is -1 are no boxes. The gradient is zero.

    Attributes:
        clip: cut off what lies outside of the image.
        threshold: anchors whose score is less are no boxes.
        background_id: accepted, and of no effect, as in MXNet on the CPU: background is class 0.
        nms_threshold: of two boxes whose intersection over union is no less than this, the worse one is dropped. At 0 or
            less, and above 1, nothing is dropped, and boxes are in the order of the anchors.
        force_suppress: let boxes of different classes suppress each other.
        variances: factors of the 4 numbers of loc_pred.
        nms_topk: how many of the best boxes to look at; the others are dropped. 0 or less means all.

    >>> import symgraph as mx
    >>> anchor, shift = mx.nd.array([[[0, 0, 0.5, 0.5]]]), mx.nd.array([[1, 0, 0, 0]])
    >>> mx.nd.contrib.MultiBoxDetection(mx.nd.array([[[0.25], [0.75]]]), shift, anchor).asnumpy().round(2).tolist()
    [[[0.0, 0.75, 0.05000000074505806, 0.0, 0.550000011920929, 0.5]]]
    """

    clip: bool = True
    threshold: float = 0.01
    background_id: int = 0
    nms_threshold: float = 0.5
    force_suppress: bool = False
    variances: tuple[float, ...] = VARIANCES
    nms_topk: int = -1

    precision = Precision("float32", "widest")
    tensors = ("cls_prob", "loc_pred", "anchor")
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        _check_variances(self, self.variances)
        ranks = (3, 2, 3)
        cls_prob, loc_pred, anchor = (of_rank(*pair) for pair in zip(self.tensors, ins, ranks, strict=True))
        _check_background(self, "cls_prob", cls_prob)
        out: PartialShape = of_rank("output", outs[0], 3)
        batch = merge_dim(merge_dim(cls_prob[0], loc_pred[0]), out[0])
        n = merge_dim(merge_dim(cls_prob[2], anchor[1]), out[1])
        locations: MaybeShape = (batch, None if n is None else 4 * n)
        return [(batch, cls_prob[1], n), locations, (1, n, 4)], [(batch, n, 6)]

    def lower(self, ctx: LowerContext, cls_prob: Array, loc_pred: Array, anchor: Array) -> tuple[Array, ...]:
        offsets = loc_pred.reshape(cls_prob.shape[0], anchor.shape[1], 4) * np.array(self.variances, np.float32)
        boxes = moved_by(corner_to_center(anchor), offsets)
        if self.clip:
            boxes = jnp.clip(boxes, np.float32(0), np.float32(1))
        return (jax.vmap(self._of_image)(cls_prob, boxes),)

    def _of_image(self, probabilities: Array, boxes: Array) -> Array:
        """probabilities (classes, n) · boxes (n, 4) -> rows (n, 6)"""
        likely = jnp.where(probabilities > -1, probabilities, np.float32(-jnp.inf)).at[0].set(np.float32(-jnp.inf))
        score, kind = jnp.max(likely, 0), jnp.argmax(likely, 0)
        valid = (score > -1) & (score >= np.float32(self.threshold))
        rows = jnp.concatenate([(kind - 1).astype(jnp.float32)[:, None], score[:, None], boxes], 1)
        order = in_order(valid)
        in_place = jnp.where((order == NONE)[:, None], np.float32(NONE), rows[order])
        if not 0 < self.nms_threshold <= 1:
            return in_place
        n = rows.shape[0]
        top = self.nms_topk if 0 < self.nms_topk < n else n
        first = best_first(score, valid, top)
        best = jnp.where(valid[first, None], rows[first], np.float32(NONE))
        kept = keep_greedily(valid[first], lambda i: self._rivals(best, i), top)
        # As in MXNet, the rows below the best ones are those that stood there before sorting.
        below = in_place[top:].at[:, 0].set(NONE)
        return jnp.concatenate([best.at[:, 0].set(jnp.where(kept, best[:, 0], np.float32(NONE))), below])

    def _rivals(self, rows: Array, best: Array) -> Array:
        too_close = _overlap(rows[best, 2:], rows[:, 2:]) >= np.float32(self.nms_threshold)
        return too_close if self.force_suppress else too_close & (rows[:, 0] == rows[best, 0])


def _check_variances(op: Op, variances: tuple[float, ...]) -> None:
    if len(variances) != 4:
        raise OpAttributeError(f"operator {op.name}: variances={variances} must have 4 entries: x, y, width, height.")


def _check_background(op: Op, name: str, shape: PartialShape) -> None:
    if shape[1] == 0:
        raise ShapeError(f"{op.name}: {name} must have a class at least, the background, given {show(shape)}.")


def _overlap(lhs: Array, rhs: Array) -> Array:
    return ratio(intersection(lhs, rhs), area(lhs), area(rhs))
