"""Draws from categories with given probabilities."""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.dtype import as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import accumulator, require_float
from symgraph.ops.variates import categories


@register("_sample_multinomial", "sample_multinomial")
class SampleMultinomial(Op):
    """Draw categories, that is whole numbers in [0, k), with given probabilities.

    data (*d, k), the probabilities -> output (*d, *shape), the categories; (1,) where that is (). With ``get_prob`` there is
    a second output, of the same shape and data's dtype: logarithms of the probabilities of what was drawn. They have a
    gradient, which is the way of REINFORCE (Williams 1992).

    Attributes:
        shape: how many categories per distribution, as a shape; () or None: one, without an axis of its own.
        get_prob: give the logarithms, too.
        dtype: dtype of the categories.

    Weights that do not add up to 1 are divided by their sum, for drawing; MXNet draws a category that does not exist where
    they add up to less.

    >>> import symgraph as mx
    >>> mx.nd.random.multinomial(mx.nd.array([[0, 1, 0], [0, 0, 1]]), shape=2).asnumpy().tolist()
    [[1, 1], [2, 2]]
    """

    shape: Shape | None = ()
    get_prob: bool = False
    dtype: Literal["float16", "float32", "float64", "int32", "uint8"] = "int32"

    is_random = True

    @property
    def blocks_gradient(self) -> bool:  # type: ignore[override]
        """Only the logarithms have a gradient."""
        return not self.get_prob

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1") if self.get_prob else ("output",)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        (data,) = ins
        if data is None:
            return ins, outs
        if not data:
            raise ShapeError(f"{self.name}: data is a scalar; its last axis must hold the probabilities.")
        return ins, [(*data[:-1], *(self.shape or ())) or (1,)] * len(outs)

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        data = first_known(ins[0], *outs[1:])
        require_float(self, [data])
        return [data], [as_dtype(self.dtype), data][: len(outs)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        weights = lax.stop_gradient(data).astype(accumulator(data.dtype))
        drawn = categories(ctx.key, self.shape or (), weights)
        drawn = drawn.reshape(drawn.shape or (1,))
        result = drawn.astype(as_dtype(self.dtype))
        if not self.get_prob:
            return (result,)
        per_row = drawn.reshape(*data.shape[:-1], -1)
        chosen = jnp.take_along_axis(data, per_row, axis=-1)
        return result, jnp.log(chosen).reshape(drawn.shape)
