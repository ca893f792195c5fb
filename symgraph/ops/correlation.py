"""Correlation of two feature maps: how alike the surroundings of their pixels are."""

from __future__ import annotations

from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Range
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register
from symgraph.ir.shape import merge, show
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator
from symgraph.ops.following import of_rank
from symgraph.ops.workspace import WithWorkspace

Natural = Annotated[int, Range(low=0)]


@register("Correlation")
class Correlation(WithWorkspace):
    """Compares patches of one feature map with displaced patches of another (FlowNet, Dosovitskiy et al. 2015).

    data1 (n, c, h, w) · data2 (n, c, h, w) -> output (n, d·d, y, x), with one channel for every displacement, by rows:
    d = 2 floor(max_displacement / stride2) + 1. With r = max_displacement + (kernel_size - 1) / 2,
    y = ceil((h + 2 pad_size - 2 r) / stride1) and x likewise. Each number is the mean over c·kernel_size² products.

    Attributes:
        kernel_size: height and width of a patch.
        max_displacement: farthest displacement, in pixels.
        stride1: step from patch to patch of data1.
        stride2: step from displacement to displacement.
        pad_size: zeros around both maps.
        is_multiply: compare by products; with False by absolute differences.

    The derivative of an absolute difference of 0 is 1 for data1 and -1 for data2.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[[[1, 2, 3]]]])
    >>> mx.nd.Correlation(x, x, pad_size=1, max_displacement=1).asnumpy()[0, :, 0].tolist()[3:6]
    [[0.0, 2.0, 6.0], [1.0, 4.0, 9.0], [2.0, 6.0, 0.0]]
    """

    kernel_size: Count = 1
    max_displacement: Natural = 1
    stride1: Count = 1
    stride2: Count = 1
    pad_size: Natural = 0
    is_multiply: bool = True

    precision = WIDEST
    tensors = ("data1", "data2")
    workspaces = ("tmp1", "tmp2")

    def __post_init__(self) -> None:
        if self.kernel_size % 2 == 0:
            raise OpAttributeError(
                f"operator Correlation: kernel_size={self.kernel_size} must be odd, so that a patch has a centre."
            )

    def _displacements(self) -> np.ndarray:
        """Along one axis."""
        radius = self.max_displacement // self.stride2
        return np.arange(-radius, radius + 1) * self.stride2

    def _patches(self, length: int | None) -> int | None:
        """Number of patches along an axis of data."""
        if length is None:
            return None
        room = length + 2 * self.pad_size - 2 * (self.max_displacement + (self.kernel_size - 1) // 2)
        return -(-room // self.stride1)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = of_rank("data1 and data2", merge(*ins), 4)
        n, _, *lengths = data
        counts = [self._patches(length) for length in lengths]
        if any(count is not None and count < 1 for count in counts):
            raise ShapeError(
                f"kernel_size={self.kernel_size} and max_displacement={self.max_displacement} do not fit into data "
                f"{show(data)} with pad_size={self.pad_size}; use a larger pad_size or a smaller displacement."
            )
        return [data, data], [(n, len(self._displacements()) ** 2, *counts)] * len(outs)

    def lower(self, ctx: LowerContext, data1: Array, data2: Array) -> tuple[Array, ...]:
        dtype = accumulator(data1.dtype)
        border = [(0, 0), (0, 0), *[(self.pad_size, self.pad_size)] * 2]
        padded1, padded2 = (jnp.pad(x.astype(dtype), border) for x in (data1, data2))
        counts = [(n - 1) * self.stride1 + self.kernel_size for n in map(self._patches, data1.shape[2:]) if n]
        start = self.max_displacement
        size = (*data1.shape[:2], *counts)
        fixed = lax.dynamic_slice(padded1, (0, 0, start, start), size)

        def compare(displacement: Array) -> Array:
            moved = lax.dynamic_slice(padded2, (jnp.int32(0), jnp.int32(0), *(start + displacement)), size)
            alike = fixed * moved if self.is_multiply else _distance(fixed, moved)
            return self._mean_of_patches(jnp.sum(alike, axis=1)) / data1.shape[1]

        steps = self._displacements()
        displacements = jnp.asarray(np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2), jnp.int32)
        # One displacement after the other: all at once would take the memory of hundreds of feature maps.
        out = lax.map(compare, displacements)
        return self.with_workspaces(jnp.moveaxis(out, 0, 1).astype(data1.dtype))

    def _mean_of_patches(self, x: Array) -> Array:
        """x (n, h, w) -> mean over every patch (n, y, x)"""
        kernel, stride = (1, self.kernel_size, self.kernel_size), (1, self.stride1, self.stride1)
        return lax.reduce_window(x, np.zeros((), x.dtype), lax.add, kernel, stride, "valid") / self.kernel_size**2


@jax.custom_jvp
def _distance(a: Array, b: Array) -> Array:
    """|a - b|, with derivative 1 by a where they are equal."""
    return jnp.abs(a - b)


@_distance.defjvp
def _distance_jvp(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    (a, b), (da, db) = primals, tangents
    return jnp.abs(a - b), jnp.where(a >= b, da - db, db - da)
