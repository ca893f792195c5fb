"""Layers that define a gradient of their own: MakeLoss, SVMOutput, and a sparsity penalty."""

from __future__ import annotations

import math
from typing import Any, Literal

import jax.numpy as jnp
from jax import lax

from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import merge
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, along, require_rank
from symgraph.ops.following import as_classes


@register("MakeLoss")
class MakeLoss(Floating):
    """The input itself, as a loss to be minimized: its gradient is grad_scale, whatever the head gradient.

    data (any shape) -> output (same shape)

    Attributes:
        grad_scale: the gradient of every element.
        valid_thresh: elements greater than this are valid.
        normalization: divisor of the gradient: null 1 · batch, the number of rows (all axes but the last, 1 for a vector) ·
            valid, the number of valid elements.

    >>> import symgraph as mx
    >>> x = mx.nd.array([1, 2])
    >>> loss = mx.sym.MakeLoss(mx.sym.Variable("x"), grad_scale=3)
    >>> executor = loss.bind(mx.cpu(), {"x": x}, {"x": mx.nd.zeros((2,))})
    >>> _ = executor.forward(is_train=True)
    >>> executor.backward()
    >>> executor.grad_dict["x"].asnumpy().tolist()
    [3.0, 3.0]
    """

    grad_scale: float = 1.0
    valid_thresh: float = 0.0
    normalization: Literal["batch", "null", "valid"] = "null"

    precision = IN_FLOAT32

    def ignores_head_grad(self) -> bool:
        return True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge(ins[0], outs[0])
        return [shape], [shape]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data,)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        (data,) = ins
        if self.normalization == "valid":
            valid = jnp.maximum(jnp.sum(data > self.valid_thresh), 1)
            return (jnp.broadcast_to(self.grad_scale / valid.astype(data.dtype), data.shape),)
        rows = math.prod(data.shape[:-1]) if self.normalization == "batch" else 1
        return (jnp.full_like(data, self.grad_scale / rows),)


@register("SVMOutput")
class SVMOutput(Floating):
    """The input itself, with the gradient of a one-against-all support vector machine (Tang 2013).

    data (n, k): scores · label (n,): class numbers -> output (n, k). With t = 1 for the class of label and -1 for the
    others, the loss is Σ max(0, margin - t x)², or the same without the square. The gradient does not depend on the
    head gradient; that of label is zero.

    Attributes:
        margin: as above.
        regularization_coefficient: factor of the gradient.
        use_linear: hinge without the square.

    >>> import symgraph as mx
    >>> loss = mx.sym.SVMOutput(mx.sym.Variable("data"), mx.sym.Variable("label"), use_linear=True)
    >>> data, label, grad = mx.nd.array([[2, 0.5, -3]]), mx.nd.array([0]), mx.nd.zeros((1, 3))
    >>> executor = loss.bind(mx.cpu(), {"data": data, "label": label}, {"data": grad})
    >>> _ = executor.forward(is_train=True)
    >>> executor.backward()
    >>> grad.asnumpy().tolist()
    [[0.0, 1.0, 0.0]]
    """

    margin: float = 1.0
    regularization_coefficient: float = 1.0
    use_linear: bool = False

    precision = IN_FLOAT32
    tensors = ("data", "label")

    def ignores_head_grad(self) -> bool:
        return True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        if data is None:
            return [None, ins[1]], [None]
        require_rank(self, data, 2, "(batch, classes)")
        return [data, data[:-1]], [data]

    def lower(self, ctx: LowerContext, data: Array, label: Array) -> tuple[Array, ...]:
        return (data,)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        data, label = ins
        rows = data.reshape(data.shape[0], -1)
        target = as_classes(label.reshape(-1)[: rows.shape[0], None])
        hit = target == lax.broadcasted_iota(jnp.int32, rows.shape, 1)
        sign = jnp.where(hit, jnp.ones_like(rows), -jnp.ones_like(rows))
        violation = jnp.maximum(self.margin - sign * rows, 0)
        slope = (violation > 0).astype(rows.dtype) if self.use_linear else 2 * violation
        return (-self.regularization_coefficient * sign * slope).reshape(data.shape), None


@register("IdentityAttachKLSparseReg")
class IdentityAttachKLSparseReg(Floating):
    """The input itself, activations in (0, 1), whose gradient is pushed towards a mean activation (Ng 2011).

    data (n, c, ...) · state moving_avg (c,) -> output (as data). To the head gradient is added
    penalty · (-ρ / avg + (1 - ρ) / (1 - avg)), the gradient of the divergence of every channel's mean activation from ρ;
    avg is the moving average after its update, moving_avg = momentum · moving_avg + (1 - momentum) · mean.

    Attributes:
        sparseness_target: ρ, the wanted mean activation.
        penalty: weight of the addition.
        momentum: of the moving average.

    >>> import symgraph as mx
    >>> layer = mx.sym.IdentityAttachKLSparseReg(mx.sym.Variable("data"), name="sparse")
    >>> layer.infer_shape(data=(2, 3))
    ([(2, 3)], [(2, 3)], [(3,)])
    """

    sparseness_target: float = 0.1
    penalty: float = 1e-3
    momentum: float = 0.9

    precision = IN_FLOAT32
    states = ("moving_avg",)
    states_by_position = False
    input_inits = {"moving_avg": '["zero", {}]'}

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        require_rank(self, data, 2, "(batch, channel)")
        return [data, None if data is None else data[1:2]], [data]

    def _updated(self, ctx: LowerContext, data: Array, moving_avg: Array) -> Array:
        if not ctx.is_train:
            return moving_avg
        mean = jnp.mean(data, [axis for axis in range(data.ndim) if axis != 1])
        return self.momentum * moving_avg + (1 - self.momentum) * mean

    def lower(self, ctx: LowerContext, data: Array, moving_avg: Array) -> tuple[Array, ...]:
        return data, self._updated(ctx, data, moving_avg)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        data, moving_avg = ins
        avg = self._updated(ctx, data, moving_avg)
        rho = self.sparseness_target
        pull = self.penalty * ((1 - rho) / (1 - avg) - rho / avg)
        return cotangents[0] + along(pull, 1, data.ndim), None
