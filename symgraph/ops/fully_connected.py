"""FullyConnected: the affine map of a dense layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from jax import lax

from symgraph.ir.attrs import Count
from symgraph.ir.layout import Order, Relaid, is_one_column
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import LOW
from symgraph.ir.registry import register
from symgraph.ir.shape import size
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import Floating, require_rank
from symgraph.ops.folding import ScaledParameters


@register("FullyConnected", "_npx_fully_connected", "_sparse_FullyConnected")
class FullyConnected(Floating):
    """Affine map y = x Wᵀ + b, the dense layer.

    data (n, d1, ..., dk) · weight (num_hidden, d1·…·dk) · bias (num_hidden,) -> output (n, num_hidden);
    with ``flatten=False`` only the last axis is mapped: data (..., d) -> output (..., num_hidden).

    Attributes:
        num_hidden: length of the output's last axis.
        no_bias: leave out ``bias``.
        flatten: collapse all axes of data but the first.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    >>> net.infer_shape(data=(2, 3))
    ([(2, 3), (4, 3), (4,)], [(2, 4)], [])
    """

    num_hidden: Count
    no_bias: bool = False
    flatten: bool = True

    precision = LOW
    tensors = ("data", "weight", "bias")
    picture = "affine"
    batched = ("data",)

    def picture_label(self) -> str:
        return f"{self.name}\n{self.num_hidden}"

    def arguments(self) -> tuple[str, ...]:
        return self.tensors[:2] if self.no_bias else self.tensors

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, weight, out = ins[0], ins[1], outs[0]
        if data is None:
            return ins, outs
        require_rank(self, data, 1, "(batch, ...)")
        data = (first_known(data[0], None if out is None else out[0]), *data[1:])
        lead = data[:1] if self.flatten else data[:-1]
        features = first_known(size(data[len(lead) :]), None if weight is None else weight[-1])
        if not self.flatten:
            data = (*lead, features)
        return [data, (self.num_hidden, features), (self.num_hidden,)][: len(ins)], [(*lead, self.num_hidden)]

    def lower(self, ctx: LowerContext, data: Array, weight: Array, bias: Array | None = None) -> tuple[Array, ...]:
        lead = data.shape[:1] if self.flatten else data.shape[:-1]
        rows = data.reshape(math.prod(lead), weight.shape[1])
        out = lax.dot_general(rows, weight, (((1,), (1,)), ((), ()))).reshape(*lead, self.num_hidden)
        return (out if bias is None else out + bias,)

    def absorbing(self, axis: int) -> tuple[Op, Op] | None:
        if not self.flatten or axis != 1:
            return None
        return replace(self, no_bias=False), ScaledParameters(0, not self.no_bias)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        if not self.flatten or not is_one_column(shapes[0], orders[0]):
            return None
        return Relaid(self, (orders[0], None, None)[: len(orders)], (None,))
