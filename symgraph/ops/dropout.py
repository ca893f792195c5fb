"""Dropout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import jax
import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Range, Shape
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, show
from symgraph.ops.family import Array, relaid_alike
from symgraph.ops.floating import Floating


@register("Dropout", "_npx_dropout")
class Dropout(Floating):
    """Set each element to zero with probability p, and divide the others by 1 - p (Srivastava et al. 2014).

    data (any shape) -> output (same shape) · hidden mask (data's shape, with 1 along ``axes``): 0 or 1 / (1 - p).
    The gradient passes through the same mask.

    Attributes:
        p: probability in [0, 1] of being dropped.
        mode: training drops in training only · always drops at inference, too.
        axes: axes along which the mask is shared.
        cudnn_off: accepted for compatibility.

    With p = 1 MXNet gives NaN; here everything is dropped.

    >>> import symgraph as mx
    >>> mx.nd.Dropout(mx.nd.ones((3,)), p=0.5).asnumpy().tolist()
    [1.0, 1.0, 1.0]
    """

    p: Annotated[float, Range(low=0, high=1)] = 0.5
    mode: Literal["always", "training"] = "training"
    axes: Shape = ()
    cudnn_off: bool | None = False
    _order: Order = None
    """How data is stored. Numbers are drawn in MXNet's order, so that they do not depend on how a program is run."""

    is_cheap = True
    is_random = True

    def outputs(self) -> tuple[str, ...]:
        return ("output", "mask")

    def visible_outputs(self) -> int:
        return 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge(ins[0], outs[0])
        if shape is None:
            return [None], [None, None]
        if any(not 0 <= axis < len(shape) for axis in self.axes):
            raise ShapeError(
                f"Dropout: axes={self.axes} must lie in [0, {len(shape)}) for data of shape {show(shape)}."
            )
        return [shape], [shape, self._mask_shape(shape)]

    def _mask_shape(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(1 if axis in self.axes else n for axis, n in enumerate(shape))

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_alike(replace(self, _order=orders[0]), orders)

    def draws(self, is_train: bool) -> bool:
        return self.p > 0 and (is_train or self.mode == "always")

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        if not self.draws(ctx.is_train):
            return data, self._stored(jnp.ones(self._drawn_shape(data), data.dtype))
        if self.p == 1:
            return jnp.zeros_like(data), self._stored(jnp.zeros(self._drawn_shape(data), data.dtype))
        keep = 1 - self.p
        drawn = jax.random.bernoulli(ctx.key, jnp.float32(keep), self._drawn_shape(data)).astype(data.dtype) / keep
        mask = self._stored(drawn)
        return data * mask, mask

    def _drawn_shape(self, data: Array) -> tuple[int, ...]:
        """That of the mask, in MXNet's order."""
        order = self._order or range(data.ndim)
        return self._mask_shape(tuple(data.shape[order.index(axis)] for axis in range(data.ndim)))

    def _stored(self, mask: Array) -> Array:
        return mask if self._order is None else jnp.transpose(mask, self._order)
