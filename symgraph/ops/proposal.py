"""Region proposals: the boxes that the first stage of a two-stage detector hands on (Ren et al. 2015)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import merge, merge_dim, show
from symgraph.ops.boxes import SinglePrecision, area, best_first, in_order, intersection, keep_greedily, ratio
from symgraph.ops.family import Array
from symgraph.ops.following import of_rank

PIXEL = 1
"""Right and bottom edges of these boxes are pixels that belong to them."""


@shared_attributes
class RegionProposal(SinglePrecision):
    """For each image, the boxes with the best scores after non-maximum suppression, taken again from the start until
    there are `rpn_post_nms_top_n`.

    cls_prob (n, 2k, h, w): at each place, k probabilities of background, then k of an object, for as many anchors ·
    bbox_pred (n, 4k, h, w): for each anchor, shift of the centre by the size of the anchor (x, y) and logarithms of the
    growth (width, height) · im_info (n, 3): height, width and scale of the images -> output (n·rpn_post_nms_top_n, 5):
    number of the image and corners (left, top, right, bottom) in pixels, which belong to the box · score
    (n·rpn_post_nms_top_n, 1), hidden without `output_score`. The k = len(ratios)·len(scales) anchors of a place are all
    scales of the first ratio, then of the second, and so on. The gradient is zero.

    Boxes are clipped to the image. Those smaller than `rpn_min_size`, which are made larger by it on every side, and those
    at places outside of the image get a score of -1.

    Attributes:
        rpn_pre_nms_top_n: how many of the best boxes to look at; less than 1 means all.
        rpn_post_nms_top_n: how many boxes to give for an image.
        threshold: a box is dropped if its intersection over union with a better one that is kept exceeds this.
        rpn_min_size: least width and height, at scale 1.
        scales: sides of the anchors, in units of `feature_stride`.
        ratios: heights by widths of the anchors.
        feature_stride: pixels from one place to the next.
        output_score: show the second output.
        iou_loss: bbox_pred are the distances of the corners from the anchor's, in pixels.
    """

    rpn_pre_nms_top_n: int = 6000
    rpn_post_nms_top_n: int = 300
    threshold: float = 0.7
    rpn_min_size: int = 16
    scales: tuple[float, ...] = (4.0, 8.0, 16.0, 32.0)
    ratios: tuple[float, ...] = (0.5, 1.0, 2.0)
    feature_stride: int = 16
    output_score: bool = False
    iou_loss: bool = False

    precision = WIDEST
    tensors = ("cls_prob", "bbox_pred", "im_info")
    blocks_gradient = True

    def outputs(self) -> tuple[str, ...]:
        return ("output", "score")

    def visible_outputs(self) -> int:
        return 2 if self.output_score else 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.rpn_post_nms_top_n < 0:
            raise OpAttributeError(
                f"operator {self.name}: rpn_post_nms_top_n={self.rpn_post_nms_top_n} must not be negative."
            )
        ranks = (4, 4, 2)
        cls_prob, bbox_pred, im_info = (of_rank(*pair) for pair in zip(self.tensors, ins, ranks, strict=True))
        anchors = len(self.scales) * len(self.ratios)
        if cls_prob[1] not in (None, 2 * anchors):
            raise ShapeError(
                f"{self.name}: {len(self.ratios)} ratios and {len(self.scales)} scales make {anchors} anchors, so cls_prob "
                f"must have {2 * anchors} channels, but its shape is {show(cls_prob)}."
            )
        batch = merge_dim(merge_dim(cls_prob[0], bbox_pred[0]), im_info[0])
        place = merge(cls_prob[2:], bbox_pred[2:]) or ()
        if 0 in place:
            raise ShapeError(f"{self.name}: cls_prob must have at least one place, but its shape is {show(cls_prob)}.")
        count = None if batch is None else batch * self.rpn_post_nms_top_n
        return [(batch, 2 * anchors, *place), (batch, 4 * anchors, *place), (batch, 3)], [(count, 5), (count, 1)]

    def lower(self, ctx: LowerContext, cls_prob: Array, bbox_pred: Array, im_info: Array) -> tuple[Array, ...]:
        boxes, scores = jax.vmap(self._of_image)(cls_prob, bbox_pred, im_info)
        images = jnp.arange(boxes.shape[0], dtype=jnp.float32)
        images = jnp.broadcast_to(images[:, None, None], (*boxes.shape[:2], 1))
        rows = jnp.concatenate([images, boxes], -1).reshape(-1, 5)
        return rows, scores.reshape(-1, 1)

    def _of_image(self, cls_prob: Array, bbox_pred: Array, im_info: Array) -> tuple[Array, Array]:
        """cls_prob (2k, h, w) · bbox_pred (4k, h, w) · im_info (3,) -> boxes (post, 4) · scores (post,)"""
        k, (height, width) = cls_prob.shape[0] // 2, cls_prob.shape[1:]
        deltas = bbox_pred.reshape(k, 4, height, width).transpose(2, 3, 0, 1)
        boxes = self._within(self._moved(self._anchors(height, width), deltas), im_info).reshape(-1, 4)
        real = jnp.floor(im_info[:2] / self.feature_stride)
        y, x = jnp.arange(height)[:, None, None], jnp.arange(width)[:, None]
        is_inside = (y < real[0]) & (x < real[1])
        scores = jnp.where(is_inside, cls_prob[k:].transpose(1, 2, 0), np.float32(-1)).reshape(-1)
        least = im_info[2] * self.rpn_min_size
        is_small = jnp.any(boxes[:, 2:] - boxes[:, :2] + PIXEL < least, -1)
        outwards = np.array([-0.5, -0.5, 0.5, 0.5], np.float32)
        boxes = jnp.where(is_small[:, None], boxes + least * outwards, boxes)
        return self._best(boxes, jnp.where(is_small, np.float32(-1), scores))

    def _anchors(self, height: int, width: int) -> Array:
        """Corners (h, w, k, 4) of the anchors. Their sizes are rounded to whole pixels before they are scaled."""
        ratios, scales = (np.array(values, np.float32) for values in (self.ratios, self.scales))
        widths = np.floor(np.sqrt(np.floor(self.feature_stride**2 / ratios)) + np.float32(0.5))
        heights = np.floor(widths * ratios + np.float32(0.5))
        half = ((np.stack([widths, heights], -1)[:, None] * scales[:, None]).reshape(-1, 2) - PIXEL) / 2
        center = np.float32((self.feature_stride - PIXEL) / 2)
        corners = np.concatenate([center - half, center + half], -1).astype(np.float32)
        x, y = np.meshgrid(*(np.arange(length, dtype=np.float32) * self.feature_stride for length in (width, height)))
        return jnp.asarray(corners + np.stack([x, y, x, y], -1)[:, :, None])

    def _moved(self, anchors: Array, deltas: Array) -> Array:
        if self.iou_loss:
            return anchors + deltas
        extent = anchors[..., 2:] - anchors[..., :2] + PIXEL
        center = anchors[..., :2] + (extent - PIXEL) / 2 + deltas[..., :2] * extent
        half = (jnp.exp(deltas[..., 2:]) * extent - PIXEL) / 2
        return jnp.concatenate([center - half, center + half], -1)

    def _within(self, boxes: Array, im_info: Array) -> Array:
        last = im_info[jnp.array([1, 0, 1, 0])] - PIXEL
        return jnp.maximum(jnp.minimum(boxes, last), 0)

    def _best(self, boxes: Array, scores: Array) -> tuple[Array, Array]:
        count = boxes.shape[0]
        looked_at = self.rpn_pre_nms_top_n if 0 < self.rpn_pre_nms_top_n < count else count
        order = best_first(scores, jnp.ones(count, bool), looked_at)
        boxes, scores = boxes[order], scores[order]
        areas = area(boxes, PIXEL)

        def rivals(best: Array) -> Array:
            return ratio(intersection(boxes[best], boxes, PIXEL), areas[best], areas) > np.float32(self.threshold)

        candidates = jnp.ones(looked_at, bool)
        kept = keep_greedily(candidates, rivals, min(self.rpn_post_nms_top_n, looked_at))
        again = in_order(kept)[jnp.arange(self.rpn_post_nms_top_n) % jnp.maximum(jnp.sum(kept), 1)]
        return boxes[again], scores[again]


@register("_contrib_Proposal")
class Proposal(RegionProposal):
    """Region proposals for one image, so n is 1; `_contrib_MultiProposal` is for several.

    cls_prob (1, 2k, h, w) · bbox_pred (1, 4k, h, w) · im_info (1, 3) -> output (rpn_post_nms_top_n, 5) · score
    (rpn_post_nms_top_n, 1), hidden without `output_score`; all as in `RegionProposal`.

    >>> import symgraph as mx
    >>> score, shift, info = mx.nd.ones((1, 2, 1, 1)), mx.nd.zeros((1, 4, 1, 1)), mx.nd.array([[16, 16, 1]])
    >>> options = {"scales": (1,), "ratios": (1,), "rpn_post_nms_top_n": 1}
    >>> mx.nd.contrib.Proposal(score, shift, info, **options).asnumpy().tolist()
    [[0.0, 0.0, 0.0, 15.0, 15.0]]
    """

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        inputs, outputs = super().infer_shape(ins, outs)
        batch = (inputs[0] or (None,))[0]
        if batch not in (None, 1):
            raise ShapeError(f"{self.name} works on one image, but was given {batch}; use _contrib_MultiProposal.")
        return inputs, outputs


@register("_contrib_MultiProposal")
class MultiProposal(RegionProposal):
    """Region proposals for a batch of images, one after the other.

    cls_prob (n, 2k, h, w) · bbox_pred (n, 4k, h, w) · im_info (n, 3) -> output (n·rpn_post_nms_top_n, 5) · score
    (n·rpn_post_nms_top_n, 1), hidden without `output_score`; all as in `RegionProposal`.

    >>> import symgraph as mx
    >>> scores, shifts, info = mx.nd.ones((2, 2, 1, 1)), mx.nd.zeros((2, 4, 1, 1)), mx.nd.array([[16, 16, 1]] * 2)
    >>> options = {"scales": (1,), "ratios": (1,), "rpn_post_nms_top_n": 1}
    >>> mx.nd.contrib.MultiProposal(scores, shifts, info, **options).asnumpy().tolist()
    [[0.0, 0.0, 0.0, 15.0, 15.0], [1.0, 0.0, 0.0, 15.0, 15.0]]
    """
