"""What a program does to parameters before it runs on them: in place of a layer that scales and shifts, say."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp

from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ops.family import Array
from symgraph.ops.floating import along


@dataclass(frozen=True, eq=False)
class ScaledParameters(Op):
    """Weights and bias of a layer that also scales and shifts its output along the channel axis.

    scale (f,) · shift (f,) · weight (f along `axis`, ...) [· bias (f,)] -> weight · bias (f,)
    """

    axis: int
    has_bias: bool

    name = "scaled parameters"
    prepares = True

    def arguments(self) -> tuple[str, ...]:
        return ("scale", "shift", "weight", "bias")[: 3 + self.has_bias]

    def outputs(self) -> tuple[str, ...]:
        return ("weight", "bias")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [ins[2], ins[0]]

    def lower(self, ctx: LowerContext, scale: Array, shift: Array, weight: Array, *bias: Array) -> tuple[Array, ...]:
        scaled = weight * along(scale, self.axis, weight.ndim)
        shifted = bias[0] * scale + shift if bias else shift
        return scaled.astype(weight.dtype), shifted.astype(weight.dtype)


@dataclass(frozen=True, eq=False)
class Stored(Op):
    """A parameter stored with its axes in another order.

    data -> output (the same elements, its axes those of data in this order)
    """

    order: tuple[int, ...]

    name = "stored parameter"
    prepares = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.transpose(data, self.order),)
