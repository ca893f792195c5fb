"""Convolution of arrays that are stored with channels last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from symgraph.ir.op import LowerContext, Op
from symgraph.ops.convolution_rules import Axes, Filter, rule_for
from symgraph.ops.family import Array


@dataclass(frozen=True, eq=False)
class ChannelsLastConvolution(Op):
    """What Convolution is on a CPU: the rule of `convolution_rules` for its filters, forward and backward.

    data (n, *x, c) · weight (*kernel, c / groups, f) · bias (f,) -> output (n, *y, f)
    """

    axes: Axes
    groups: int
    slots: tuple[str, ...]

    name = "Convolution"

    def arguments(self) -> tuple[str, ...]:
        return self.slots

    def _filter(self, data: Array, weight: Array) -> Filter:
        return Filter(self.axes, self.groups, data.shape[-1], weight.shape[-1])

    def lower(self, ctx: LowerContext, data: Array, weight: Array, *bias: Array) -> tuple[Array, ...]:
        filter = self._filter(data, weight)
        out = rule_for(filter, data.dtype).forward(filter, data, weight)
        return (out + bias[0] if bias else out,)

    def grad(
        self, ctx: LowerContext, inputs: Sequence[Array], outputs: Sequence[Array], cotangents: Sequence[Array]
    ) -> list[Any]:
        data, weight, *bias = inputs
        (cotangent,) = cotangents
        filter = self._filter(data, weight)
        rule = rule_for(filter, data.dtype)
        wants_data, wants_weight, *_ = ctx.wanted or (True,) * len(inputs)
        found: list[Any] = [
            rule.data_gradient(filter, data.shape, weight, cotangent) if wants_data else None,
            rule.weight_gradient(filter, data, weight.shape, cotangent) if wants_weight else None,
        ]
        return found + [jnp.sum(cotangent, range(cotangent.ndim - 1)) for _ in bias]
