"""Rows chosen by a mask: the operator whose output has a shape that depends on values."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import normalize_axis
from symgraph.ops.family import Array


@register("_contrib_boolean_mask", "_npi_boolean_mask")
class BooleanMask(Op):
    """The slices of data along an axis whose entry in index is not zero.

    data (..., n, ...) · index (n,) -> output (..., as many as are not zero, ...)

    How many there are is known only when index is, so the operator runs on arrays, and a symbol with it cannot be bound.
    MXNet binds it, and knows the first axis only.

    Attributes:
        axis: axis of the slices.

    >>> import symgraph as mx
    >>> data = mx.nd.array([[1, 2], [3, 4], [5, 6]])
    >>> mx.nd.contrib.boolean_mask(data, mx.nd.array([1, 0, 1])).asnumpy().tolist()
    [[1.0, 2.0], [5.0, 6.0]]
    """

    axis: int = 0

    tensors = ("data", "index")
    shape_depends_on_values = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, index = ins
        if data is None:
            return [None, index], outs
        try:
            axis = normalize_axis(self.axis, len(data))
        except ValueError as error:
            raise ShapeError(f"{error}.") from None
        return [data, (data[axis],)], [(*data[:axis], None, *data[axis + 1 :])]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        data = ins[0] or outs[0]
        return [data, ins[1]], [data]

    def lower(self, ctx: LowerContext, data: Array, index: Array) -> tuple[Array, ...]:
        return (jnp.take(data, np.flatnonzero(np.asarray(index)), axis=self.axis),)
