"""Candidate classes for sampled losses over a large vocabulary."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ops.family import Array

INT64 = np.dtype(np.int64)


@register("_sample_unique_zipfian")
class SampleUniqueZipfian(Op):
    """Draw different classes per row, small ones more often: P(class) = log((class + 2) / (class + 1)) / log(range_max + 1).

    -> classes (n, m), int64, in the order of being drawn · number of tries (n,), int64, that it would take to find them by
    drawing again whatever was there before (Jean et al. 2015).

    Attributes:
        range_max: number of classes there are.
        shape: (n, m), m <= range_max.

    Drawing without replacement is sorting by the logarithm of the probability plus Gumbel noise (Yellott 1977), and the tries
    until the next new class have a geometric distribution: nothing is really tried. MXNet rounds where it should cut off, so
    that class 0 is rarer than class 1.

    >>> import symgraph as mx
    >>> classes, tries = mx.nd._internal._sample_unique_zipfian(range_max=3, shape=(1, 3))
    >>> sorted(classes.asnumpy()[0].tolist()), tries.shape
    ([0, 1, 2], (1,))
    """

    range_max: int
    shape: Shape | None = None

    tensors = ()
    is_random = True

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.shape is None or len(self.shape) != 2:
            raise ShapeError(f"{self.name}: shape={self.shape} must have two axes: rows, and classes per row.")
        if self.shape[1] > self.range_max:
            raise OpAttributeError(
                f"{self.name}: {self.shape[1]} different classes per row were asked for, but there are "
                f"range_max={self.range_max}."
            )
        return ins, [self.shape, self.shape[:1]]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [INT64, INT64]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        rows, count = self.shape or (0, 0)
        order, tries = jax.random.split(ctx.key)
        chance = jnp.log1p(1 / jnp.arange(1, self.range_max + 1, dtype=jnp.float64)) / np.log1p(self.range_max)
        noise = jax.random.gumbel(order, (rows, self.range_max), jnp.float32)
        _, classes = lax.top_k(jnp.log(chance).astype(jnp.float32) + noise, count)
        drawn = jnp.cumsum(chance[classes], axis=1)
        seen = jnp.concatenate([jnp.zeros((rows, 1), jnp.float64), drawn[:, :-1]], axis=1) if count else drawn
        waits = jax.random.geometric(tries, jnp.maximum(1 - seen, 1e-12), (rows, count), jnp.int64)
        return classes.astype(jnp.int64), waits.sum(axis=1)
