"""SoftmaxOutput, softmax with the gradient of cross entropy built in; and the cross entropy itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.layout import Order, Relaid, channels_last
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import Conflict, MaybeShape, PartialShape, merge, size
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, accumulator, require_rank
from symgraph.ops.following import as_classes
from symgraph.ops.softmax import log_softmax, softmax


@register("SoftmaxOutput", "Softmax")
class SoftmaxOutput(Floating):
    """Softmax whose gradient is that of the cross entropy with label: p - onehot(label).

    data (n, k) · label (n,) -> output (n, k). More forms, k being the number of classes:
    data (n, d1, ..., k) with label (n, d1, ...) and ``preserve_shape``, the softmax along the last axis ·
    data (n, k, d1, ...) with label (n, d1·...), (n, d1, ...) or (n, 1, d1, ...) and ``multi_output``, along axis 1 ·
    without either, one softmax over all axes of data but the first. A label of data's shape holds probabilities.

    The gradient of data does not depend on the head gradient (unless ``out_grad``); that of label is zero. Where a
    label is outside of [0, k), no class is right, and the gradient is p.

    Attributes:
        grad_scale: factor of the gradient.
        ignore_label, use_ignore: rows with this label get no gradient.
        multi_output, preserve_shape: see above.
        normalization: divisor of the gradient besides the spatial size d1·... of ``multi_output``: null 1 · batch the
            number of labels, with ``multi_output`` of examples · valid, the number of labels other than ignore_label,
            instead of both, ``use_ignore`` or not. Probabilities are never normalized.
        out_grad: multiply the gradient by the head gradient.
        smooth_alpha: so much of the target's probability is spread over the other classes (Szegedy et al. 2016);
            without effect under ``multi_output``.

    With ``out_grad`` MXNet 1.9.1 multiplies by the output instead of the head gradient. On the CPU, inference on float32
    data of four axes without ``multi_output`` runs along the last axis, as MXNet's CPU build does; where that axis has
    length 1, and all would become 1, it does not.

    >>> import symgraph as mx
    >>> net = mx.sym.SoftmaxOutput(mx.sym.Variable("data"), name="softmax")
    >>> net.infer_shape(data=(32, 10))
    ([(32, 10), (32,)], [(32, 10)], [])
    """

    grad_scale: float = 1.0
    ignore_label: float = -1.0
    multi_output: bool = False
    use_ignore: bool = False
    preserve_shape: bool = False
    normalization: Literal["batch", "null", "valid"] = "null"
    out_grad: bool = False
    smooth_alpha: float = 0.0
    _is_channel_last: bool = False
    """Whether ``multi_output`` is along the last axis instead, and so is a label of probabilities."""

    precision = IN_FLOAT32
    tensors = ("data", "label")

    def ignores_head_grad(self) -> bool:
        return not self.out_grad

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        if data is None:
            return [None, None], [None]
        require_rank(self, data, 2, "(batch, classes)")
        return [data, self._label_shape(data, ins[1])], [data]

    def _label_shape(self, data: PartialShape, label: MaybeShape) -> MaybeShape:
        """The first form of label that does not contradict what is known of it."""
        forms: list[PartialShape] = [data[:-1], data]
        if self.multi_output:
            forms = [(data[0], size(data[2:])), (data[0], *data[2:]), (data[0], 1, *data[2:]), data]
        for form in forms:
            try:
                return merge(label, form)
            except Conflict:
                continue
        return forms[0]

    def _class_axes(self, rank: int) -> tuple[int, ...]:
        if self.multi_output:
            return (rank - 1 if self._is_channel_last else 1,)
        return (rank - 1,) if self.preserve_shape else tuple(range(1, rank))

    def _is_by_last_axis(self, ctx: LowerContext, data: Array) -> bool:
        """Whether MXNet's CPU build predicts along the last axis, as published fully convolutional models expect."""
        image = data.ndim == 4 and data.dtype == jnp.float32 and data.shape[3] > 1
        return image and not self.multi_output and not ctx.is_train and ctx.platform == "cpu"

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        order, label = orders
        if order is None or not self.multi_output:
            return None
        last = channels_last(len(order))
        label = last if shapes[1] == shapes[0] else None
        return Relaid(replace(self, _is_channel_last=True), (last, label), (last,))

    def lower(self, ctx: LowerContext, data: Array, label: Array) -> tuple[Array, ...]:
        x = data.astype(accumulator(data.dtype))
        axes = (3,) if self._is_by_last_axis(ctx, data) else self._class_axes(data.ndim)
        return (softmax(x, axes).astype(data.dtype),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        (data, label), (out,) = ins, outs
        work = accumulator(data.dtype)
        if label.shape == data.shape:
            gradient = self.grad_scale * (out.astype(work) - label.astype(work))
        else:
            gradient = self._label_gradient(out.astype(work), label).reshape(data.shape)
        if self.out_grad:
            gradient = gradient * cotangents[0].astype(work)
        return gradient.astype(data.dtype), None

    def _label_gradient(self, out: Array, label: Array) -> Array:
        """The gradient as (rows, classes, positions) or (rows, positions, classes), for labels that are class numbers."""
        classes = math.prod(out.shape[axis] for axis in self._class_axes(out.ndim))
        rows = out.shape[0] if self.multi_output else out.size // classes
        positions = out.size // (rows * classes)
        p = out.reshape((rows, positions, classes) if self._is_channel_last else (rows, classes, positions))
        axis = 2 if self._is_channel_last else 1
        # Without preserve_shape there is one softmax per example, and MXNet reads as many labels and no more.
        labels = as_classes(label.reshape(-1))
        targets = jnp.expand_dims(labels[: rows * positions].reshape(rows, positions), axis)
        hit = targets == lax.broadcasted_iota(jnp.int32, p.shape, axis)
        target = hit.astype(p.dtype)
        if self.smooth_alpha and not self.multi_output:
            target = jnp.where(hit, 1 - self.smooth_alpha, self.smooth_alpha / (classes - 1)).astype(p.dtype)
        gradient = p - target
        if self.use_ignore:
            gradient = jnp.where(targets != int(self.ignore_label), gradient, jnp.zeros_like(gradient))
        if self.normalization == "valid":
            valid = jnp.maximum(jnp.sum(labels != int(self.ignore_label)), 1)
            return gradient * self.grad_scale / valid.astype(p.dtype)
        divisor = {"null": 1, "batch": rows if self.multi_output else labels.size}[self.normalization]
        return gradient * (self.grad_scale / (positions * divisor))


@register("softmax_cross_entropy")
class SoftmaxCrossEntropy(Floating):
    """Cross entropy of the softmax of data with class numbers, summed over the batch.

    data (n, k) · label (n,) -> output (1,). The gradient of label is zero.

    >>> import symgraph as mx
    >>> mx.nd.softmax_cross_entropy(mx.nd.array([[0, 0]]), mx.nd.array([1])).asnumpy()
    array([0.6931472], dtype=float32)
    """

    precision = IN_FLOAT32
    tensors = ("data", "label")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, label = ins
        for name, shape, rank in (("data", data, 2), ("label", label, 1)):
            if shape is not None and len(shape) != rank:
                raise ShapeError(
                    f"softmax_cross_entropy: {name} must have {rank} axes, given {len(shape)}; reshape it."
                )
        batch = merge(None if data is None else data[:1], label)
        new_data = None if data is None else (*(batch or (None,)), data[1])
        return [new_data, batch], [(1,)]

    def lower(self, ctx: LowerContext, data: Array, label: Array) -> tuple[Array, ...]:
        log_p = log_softmax(data.astype(accumulator(data.dtype)), 1)
        hit = as_classes(label)[:, None] == lax.broadcasted_iota(jnp.int32, data.shape, 1)
        loss = -jnp.sum(jnp.where(hit, log_p, jnp.zeros_like(log_p)), keepdims=True)
        return (loss.reshape(1).astype(data.dtype),)
