"""Random order."""

from __future__ import annotations

import jax

from symgraph.ir.op import LowerContext
from symgraph.ir.precision import ANYWHERE
from symgraph.ir.registry import register
from symgraph.ops.family import Array, Elementwise
from symgraph.ops.following import NotDifferentiable


@register("_shuffle", "shuffle", "_npi_shuffle")
class Shuffle(NotDifferentiable, Elementwise):
    """Put the parts of a tensor along its first axis in random order; every order is as likely as any other.

    data (n, ...) -> output (n, ...). There is no gradient.

    >>> import symgraph as mx
    >>> sorted(mx.nd.random.shuffle(mx.nd.array([1, 2, 3])).asnumpy().tolist())
    [1.0, 2.0, 3.0]
    """

    precision = ANYWHERE
    is_random = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jax.random.permutation(ctx.key, data),)
