"""What operators on regions of interest share: their inputs, the number of samples in a region, averages over them.

How many samples a bin has may depend on its region. So averages are loops over samples, each of them a read for all bins
of all regions at once, and as many as the largest bin needs; as they are linear in data, so is the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError
from symgraph.ir.attrs import Range, Shape
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import accumulator
from symgraph.ops.following import of_rank
from symgraph.ops.workspace import WithWorkspace

Scale = Annotated[float, Range(0, 1)]
"""From coordinates of regions to pixels of data."""

Read = Callable[[Array, Any], Array]
"""``(data, i) -> sample i of every bin, divided by the number of samples``; linear in data. Data and samples are arranged as
`Averaging.arranged` and `Averaging.delivered` have it."""


class Regional(WithWorkspace):
    """Pools regions of images; rois holds one region in a row, which starts with the number of its image."""

    tensors: ClassVar[tuple[str, ...]] = ("data", "rois")
    columns: ClassVar[int] = 5

    spatial_scale: Scale

    def scaled(self, x: Array) -> Array:
        """Coordinates of rois in pixels of data. MXNet's factor is in single precision: a digit may decide on a pixel."""
        return x * jnp.asarray(np.float32(self.spatial_scale), x.dtype)

    def pooled(self) -> tuple[int, int]:
        """Number of bins of a region, vertically and horizontally."""
        raise NotImplementedError

    def channels(self, data: int | None) -> int | None:
        """Number of output channels for so many of data."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, rois, out = of_rank("data", ins[0], 4), of_rank("rois", ins[1], 2), of_rank("output", outs[0], 4)
        regions = first_known(rois[0], out[0])
        return [data, (regions, self.columns), *ins[2:]], [(regions, self.channels(data[1]), *self.pooled())] * len(
            outs
        )


class ChannelByChannel(Regional):
    """Pools each channel of data into bins whose numbers along both axes are an attribute."""

    pooled_size: Shape

    def __post_init__(self) -> None:
        if len(self.pooled_size) != 2 or min(self.pooled_size) < 1:
            raise OpAttributeError(
                f"operator {self.name}: pooled_size={self.pooled_size} must be the height and width of the output, both "
                f"at least 1."
            )

    def pooled(self) -> tuple[int, int]:
        return self.pooled_size[0], self.pooled_size[1]

    def channels(self, data: int | None) -> int | None:
        return data


class Averaging(Regional):
    """Every output is an average of samples of data; rois have no gradient."""

    def samples(self, data: Array, rois: Array) -> tuple[Any, Read]:
        """How many samples the largest bin has, and how to read them."""
        raise NotImplementedError

    def arranged(self, data: Array) -> Array:
        """Data (n, c, h, w) as samples are read from it."""
        return data

    def delivered(self, bins: Array) -> Array:
        """Bins as samples are read into them, as (r, c, *pooled)."""
        return bins

    def lower(self, ctx: LowerContext, data: Array, rois: Array) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        values = data.astype(dtype)
        arranged = self.arranged(values)

        def average(region: Array) -> Array:
            count, read = self.samples(values, region[None])
            start = jnp.zeros_like(jax.eval_shape(read, arranged, 0))
            return lax.fori_loop(0, count, lambda i, total: total + read(arranged, i), start)[0]

        return (self.delivered(each(ctx, average, rois.astype(dtype))).astype(data.dtype),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        (data, rois), (cotangent,) = ins, cotangents
        dtype = accumulator(data.dtype)
        values = data.astype(dtype)
        count, read = self.samples(values, rois.astype(dtype))
        arranged = jax.eval_shape(self.arranged, values)
        (spread,) = jax.linear_transpose(self.delivered, jax.eval_shape(read, arranged, 0))(cotangent.astype(dtype))

        def add_sample(i: Any, total: Array) -> Array:
            (share,) = jax.linear_transpose(lambda x: read(x, i), arranged)(spread)
            return total + share

        total = lax.fori_loop(0, count, add_sample, jnp.zeros_like(arranged))
        return jax.linear_transpose(self.arranged, values)(total)[0].astype(data.dtype), None


def each(ctx: LowerContext, pool: Callable[[Any], Array], regions: Any) -> Array:
    """`pool` of each region, stacked.

    On a CPU one after the other: what is worked on stays in the cache, and no region takes as many steps as the largest.
    ``python -m benchmarks ops --only roi-align/forward,roi-pooling/forward`` shows it.
    """
    count = len(jax.tree_util.tree_leaves(regions)[0])
    return lax.map(pool, regions, batch_size=None if ctx.platform == "cpu" else max(count, 1))


def image_of(rois: Array, images: int) -> tuple[Array, Array]:
    """Number of each region's image, and whether there is such an image; both (r,)."""
    number = rois[:, 0].astype(jnp.int32)
    return number, (rois[:, 0] > -1) & (number < images)


def divided(x: Array, by: int) -> Array:
    """x / by, correctly rounded: XLA multiplies by 1 / by instead, and a last digit decides on ceil and floor."""
    return (x.astype(jnp.float64) / by).astype(x.dtype)


def rounded(x: Array) -> Array:
    """The nearest whole numbers; halves go away from zero."""
    return jnp.trunc(x + jnp.copysign(jnp.asarray(0.5, x.dtype), x))


def largest(counts: Array) -> Array:
    """The largest of some counts, 0 of none."""
    return jnp.max(counts, initial=0)


def across(rows: Array, columns: Array) -> tuple[Array, Array]:
    """rows (r, h) and columns (r, w) to broadcast against each other as (r, h, w)"""
    return rows[:, :, None], columns[:, None, :]
