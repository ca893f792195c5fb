"""Scaled dot-product attention of several heads, in two halves (Vaswani et al., "Attention is all you need", 2017).

Projections lie interleaved along the last axis: head by head, and for each head its queries, keys and values in turn.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import WIDEST_IN_FLOAT16
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, PartialShape, merge_dim, show
from symgraph.ops.family import Arithmetic, Array, number
from symgraph.ops.floating import Floating
from symgraph.ops.following import of_rank


@register("_contrib_div_sqrt_dim")
class DivSqrtDim(Arithmetic):
    """The input divided by the square root of the length of its last axis, as attention scales its scores.

    data (d1, ..., dk), k >= 1 -> output (same shape); integers are divided without rest, by the truncated root

    >>> import symgraph as mx
    >>> mx.nd.contrib.div_sqrt_dim(mx.nd.array([1, 2, 3, 4])).asnumpy().tolist()
    [0.5, 1.0, 1.5, 2.0]
    """

    forward_mode = "derivative"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if ins[0] == ():
            raise ShapeError("data is a scalar, which has no last axis; give it one axis or more.")
        return super().infer_shape(ins, outs)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (self._divided(data),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        return (self._divided(cotangents[0]),)

    @staticmethod
    def _divided(x: Array) -> Array:
        return lax.div(x, jnp.asarray(number(math.sqrt(x.shape[-1]), x.dtype)))


@shared_attributes
class _Attention(Floating):
    """Scores or values of heads whose projections are interleaved.

    The layout of a tensor is (what lies along its first axis, number of projections of each head), or None for scores.
    """

    heads: Count

    layout: ClassVar[tuple[tuple[str, int] | None, ...]]
    """Layouts of the inputs and the output."""

    is_self: ClassVar[bool] = False
    """Whether queries and keys are of the same sequence."""

    precision = WIDEST_IN_FLOAT16

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        known: dict[str, int | None] = dict.fromkeys(("queries", "keys", "batch", "width"))
        tensors = list(zip((*self.tensors, "output"), self.layout, (*ins, *outs), strict=True))
        for name, layout, shape in tensors:
            for dim, value in self._read(name, layout, shape).items():
                known[dim] = merge_dim(known[dim], value)
        if self.is_self:
            known["queries"] = known["keys"] = merge_dim(known["queries"], known["keys"])
        shapes = [self._shape(layout, known) for _, layout, _ in tensors]
        return shapes[:-1], shapes[-1:]

    def _read(self, name: str, layout: tuple[str, int] | None, shape: MaybeShape) -> dict[str, int | None]:
        """What the shape of a tensor says of lengths, batch, and width of a projection of all heads together."""
        first, second, third = of_rank(name, shape, 3)
        if layout is None:
            return {"batch": self._share(name, shape, first, 1), "queries": second, "keys": third}
        length, parts = layout
        width = self._share(name, shape, third, parts)
        return {length: first, "batch": second, "width": None if width is None else width * self.heads}

    def _share(self, name: str, shape: MaybeShape, dim: int | None, parts: int) -> int | None:
        """The part of an axis that belongs to one head, and to one of its projections."""
        if dim is None:
            return None
        share, rest = divmod(dim, parts * self.heads)
        if rest:
            each = f"heads={self.heads}" if parts == 1 else f"{parts} projections of heads={self.heads}"
            raise ShapeError(f"{name} {show(shape)}: an axis of length {dim} cannot be divided among {each}.")
        return share

    def _shape(self, layout: tuple[str, int] | None, known: dict[str, int | None]) -> PartialShape:
        batch, width = known["batch"], known["width"]
        if layout is None:
            return (None if batch is None else batch * self.heads, known["queries"], known["keys"])
        length, parts = layout
        return (known[length], batch, None if width is None else width * parts)

    def _projections(self, x: Array, parts: int) -> list[Array]:
        """Each projection as (length, batch, heads, d)."""
        split = x.reshape(*x.shape[:2], self.heads, parts, x.shape[2] // (self.heads * parts))
        return [split[:, :, :, i] for i in range(parts)]

    def _scores(self, queries: Array, keys: Array) -> Array:
        scores = jnp.einsum("mbhd,nbhd->bhmn", queries / math.sqrt(queries.shape[-1]), keys)
        return scores.reshape(scores.shape[0] * self.heads, *scores.shape[2:])

    def _mixture(self, attention: Array, values: Array) -> Array:
        attention = attention.reshape(values.shape[1], self.heads, *attention.shape[1:])
        mixture = jnp.einsum("bhmn,nbhd->mbhd", attention, values)
        return mixture.reshape(*mixture.shape[:2], self.heads * mixture.shape[3])


@register("_contrib_interleaved_matmul_selfatt_qk")
class SelfAttentionScores(_Attention):
    """Scores of self-attention: Q Kᵀ / √d for every head.

    queries_keys_values (n, batch, heads · 3 · d) -> output (batch · heads, n, n)

    Attributes:
        heads: number of heads.

    >>> import symgraph as mx
    >>> mx.nd.contrib.interleaved_matmul_selfatt_qk(mx.nd.zeros((5, 2, 24)), heads=2).shape
    (4, 5, 5)
    """

    tensors = ("queries_keys_values",)
    layout = (("queries", 3), None)
    is_self = True

    def lower(self, ctx: LowerContext, queries_keys_values: Array) -> tuple[Array, ...]:
        queries, keys, _ = self._projections(queries_keys_values, 3)
        return (self._scores(queries, keys),)


@register("_contrib_interleaved_matmul_selfatt_valatt")
class SelfAttentionValues(_Attention):
    """Values of self-attention, weighted by the attention paid to them.

    queries_keys_values (n, batch, heads · 3 · d) · attention (batch · heads, n, n) -> output (n, batch, heads · d)

    Attributes:
        heads: number of heads.

    >>> import symgraph as mx
    >>> projections, attention = mx.nd.zeros((5, 2, 24)), mx.nd.zeros((4, 5, 5))
    >>> mx.nd.contrib.interleaved_matmul_selfatt_valatt(projections, attention, heads=2).shape
    (5, 2, 8)
    """

    tensors = ("queries_keys_values", "attention")
    layout = (("queries", 3), None, ("queries", 1))
    is_self = True

    def lower(self, ctx: LowerContext, queries_keys_values: Array, attention: Array) -> tuple[Array, ...]:
        return (self._mixture(attention, self._projections(queries_keys_values, 3)[2]),)


@register("_contrib_interleaved_matmul_encdec_qk")
class CrossAttentionScores(_Attention):
    """Scores of the attention of a decoder to an encoder: Q Kᵀ / √d for every head.

    queries (m, batch, heads · d) · keys_values (n, batch, heads · 2 · d) -> output (batch · heads, m, n)

    Attributes:
        heads: number of heads.

    >>> import symgraph as mx
    >>> mx.nd.contrib.interleaved_matmul_encdec_qk(mx.nd.zeros((3, 2, 8)), mx.nd.zeros((5, 2, 16)), heads=2).shape
    (4, 3, 5)
    """

    tensors = ("queries", "keys_values")
    layout = (("queries", 1), ("keys", 2), None)

    def lower(self, ctx: LowerContext, queries: Array, keys_values: Array) -> tuple[Array, ...]:
        return (self._scores(self._projections(queries, 1)[0], self._projections(keys_values, 2)[0]),)


@register("_contrib_interleaved_matmul_encdec_valatt")
class CrossAttentionValues(_Attention):
    """Values of an encoder, weighted by the attention that a decoder pays to them.

    keys_values (n, batch, heads · 2 · d) · attention (batch · heads, m, n) -> output (m, batch, heads · d)

    Attributes:
        heads: number of heads.

    >>> import symgraph as mx
    >>> keys_values, attention = mx.nd.zeros((5, 2, 16)), mx.nd.zeros((4, 3, 5))
    >>> mx.nd.contrib.interleaved_matmul_encdec_valatt(keys_values, attention, heads=2).shape
    (3, 2, 8)
    """

    tensors = ("keys_values", "attention")
    layout = (("keys", 2), None, ("queries", 1))

    def lower(self, ctx: LowerContext, keys_values: Array, attention: Array) -> tuple[Array, ...]:
        return (self._mixture(attention, self._projections(keys_values, 2)[1]),)
