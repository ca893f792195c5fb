"""Sums that run along an axis."""

from __future__ import annotations

from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.dtype import is_float
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, show, size
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator

SumType = Literal["float16", "float32", "float64", "int32", "int64", "int8"]


@register("_np_cumsum", "cumsum")
class CumSum(Op):
    """Running sum along an axis: each element becomes the sum of all up to and including itself.

    a (d1, ..., dk) -> output (same shape), or (d1·…·dk,) without an axis

    Attributes:
        axis: the axis, counted from the front: as in MXNet, a negative one is refused. Without it, all elements in order.
        dtype: of the output, and of the elements before they are added; that of a by default, int64 for bool.

    The gradient is the running sum of the head gradient from the other end, whatever the dtypes.

    >>> import symgraph as mx
    >>> mx.nd.cumsum(mx.nd.array([[1, 2, 3], [4, 5, 6]]), axis=1).asnumpy().tolist()
    [[1.0, 3.0, 6.0], [4.0, 9.0, 15.0]]
    """

    axis: int | None = None
    dtype: SumType | None = None

    tensors = ("a",)

    forward_mode = "derivative"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.axis is None:
            return ins, [(size(ins[0]),)]
        shape = merge(ins[0], outs[0])
        if self.axis < 0 or (shape is not None and self.axis >= len(shape)):
            raise ShapeError(
                f"axis {self.axis} is no axis of a of shape {show(shape)}; count from the front, from 0 on."
            )
        return [shape], [shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        if self.dtype is not None:
            return ins, [np.dtype(self.dtype)]
        known = outs[0] if ins[0] is None else ins[0]
        return [known], [np.dtype(np.int64) if known == np.bool_ else known]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        dtype = np.dtype(self.dtype or (np.int64 if a.dtype == np.bool_ else a.dtype))
        return (_running_sum(a.astype(dtype), self.axis),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (a,), (head,) = ins, cotangents
        return (_running_sum(head.astype(a.dtype), self.axis, reverse=True).reshape(a.shape),)


def _running_sum(x: Array, axis: int | None, reverse: bool = False) -> Array:
    """Sums along an axis, or over all elements in order; half precision adds up in float32."""
    wide = accumulator(x.dtype) if is_float(x.dtype) else x.dtype
    flat = jnp.ravel(x) if axis is None else x
    return lax.cumsum(flat.astype(wide), axis or 0, reverse).astype(x.dtype)
