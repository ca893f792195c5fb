"""Spatial transformer networks (Jaderberg et al. 2015): a grid of positions, and an image read there."""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, merge, merge_dim
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator
from symgraph.ops.following import of_rank
from symgraph.ops.sampling import bilinear
from symgraph.ops.workspace import WithWorkspace


def _read(data: Array, grid: Array) -> Array:
    """data (n, c, h, w) at the positions of grid (n, 2, y, x) -> (n, c, y, x)"""
    image = jnp.arange(data.shape[0])[:, None, None]
    # From -1 .. 1 to pixels, columns before rows.
    x, y = (((grid[:, i] + 1) * ((length - 1) / 2)) for i, length in enumerate(reversed(data.shape[2:])))
    return jnp.moveaxis(bilinear(data, image, y, x), 0, 1)


def _steps(length: int) -> np.ndarray:
    """Equal steps from -1 to 1; a single one is NaN, as its length is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return -1 + np.arange(length) * (np.float64(2) / (length - 1))


def _affine_grid(theta: Array, height: int, width: int) -> Array:
    """theta (n, 6), the rows of (x', y') = A (x, y, 1) -> positions (n, 2, height, width)"""
    y, x = np.meshgrid(_steps(height), _steps(width), indexing="ij")
    target = jnp.asarray(np.stack([x, y, np.ones_like(x)]), theta.dtype)
    return jnp.einsum("nij,jyx->niyx", theta.reshape(-1, 2, 3), target, precision="highest")


def _check_target(op: Op, target_shape: Shape) -> None:
    if len(target_shape) != 2 or min(target_shape) < 1:
        raise OpAttributeError(
            f"operator {op.name}: target_shape={target_shape} must be the height and width of the output, both at least 1."
        )


@register("GridGenerator")
class GridGenerator(WithWorkspace):
    """A grid of positions for BilinearSampler, from an affine map or from optical flow.

    affine: data (n, 6), the rows of A -> output (n, 2, height, width), where output[:, :, i, j] = A (x_j, y_i, 1).
    warp: data (n, 2, height, width), displacements (dx, dy) in pixels -> output (as data), where each pixel is displaced.
    The first channel of output is x, the second y; from edge to edge they run from -1 to 1.

    Attributes:
        transform_type: affine · warp.
        target_shape: (height, width) of the output; affine only.

    Along an axis of length 1 the positions are NaN, as in MXNet. MXNet's CPU build takes float32 only.

    >>> import symgraph as mx
    >>> identity = mx.nd.array([[1, 0, 0, 0, 1, 0]])
    >>> mx.nd.GridGenerator(identity, transform_type="affine", target_shape=(2, 3)).asnumpy()[0, 0].tolist()
    [[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]
    """

    transform_type: Literal["affine", "warp"]
    target_shape: Shape = (0, 0)

    workspaces = ("grid_dst",)

    def __post_init__(self) -> None:
        if self.transform_type == "affine":
            _check_target(self, self.target_shape)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        (data,), out = ins, of_rank("output", outs[0], 4)
        if self.transform_type == "affine":
            n, _ = of_rank("data", data, 2)
            n = merge_dim(n, out[0])
            return [(n, 6)], [(n, 2, *self.target_shape)] * len(outs)
        flow = merge(merge(of_rank("data", data, 4), out), (None, 2, None, None))
        return [flow], [flow] * len(outs)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        values = data.astype(accumulator(data.dtype))
        if self.transform_type == "affine":
            return self.with_workspaces(_affine_grid(values, *self.target_shape).astype(data.dtype))
        height, width = data.shape[2:]
        pixel = np.stack(np.meshgrid(np.arange(width), np.arange(height)))
        half = np.array([width - 1, height - 1]).reshape(2, 1, 1) / 2
        grid = (values + jnp.asarray(pixel, values.dtype)) / jnp.asarray(half, values.dtype) - 1
        return self.with_workspaces(grid.astype(data.dtype))


@register("BilinearSampler")
class BilinearSampler(WithWorkspace):
    """Reads images at the positions of a grid, with bilinear interpolation and zeros around the image.

    data (n, c, h, w) · grid (n, 2, y, x) -> output (n, c, y, x). grid[:, 0] are horizontal and grid[:, 1] vertical
    positions; -1 is the centre of the first pixel and 1 that of the last.

    Attributes:
        cudnn_off: accepted for compatibility.

    >>> import symgraph as mx
    >>> grid = mx.nd.array([[[[-1, 0, 1, 3]], [[0, 0, 0, 0]]]])
    >>> mx.nd.BilinearSampler(mx.nd.array([[[[1, 2]]]]), grid).asnumpy().tolist()
    [[[[1.0, 1.5, 2.0, 0.0]]]]
    """

    cudnn_off: bool | None = None

    tensors = ("data", "grid")
    workspaces = ("tmp",)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, grid, out = of_rank("data", ins[0], 4), of_rank("grid", ins[1], 4), of_rank("output", outs[0], 4)
        n = merge_dim(merge_dim(data[0], grid[0]), out[0])
        channels = merge_dim(data[1], out[1])
        height, width = merge_dim(grid[2], out[2]), merge_dim(grid[3], out[3])
        return [(n, channels, *data[2:]), (n, 2, height, width)], [(n, channels, height, width)] * len(outs)

    def lower(self, ctx: LowerContext, data: Array, grid: Array) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        return self.with_workspaces(_read(data.astype(dtype), grid.astype(dtype)).astype(data.dtype))


@register("SpatialTransformer")
class SpatialTransformer(WithWorkspace):
    """Images under an affine map that another network chose: GridGenerator and BilinearSampler in one.

    data (n, c, h, w) · loc (n, 6), the rows of A -> output (n, c, height, width)

    Attributes:
        target_shape: (height, width) of the output.
        transform_type, sampler_type: affine and bilinear, the only choices.
        cudnn_off: accepted for compatibility.

    >>> import symgraph as mx
    >>> net = mx.sym.SpatialTransformer(
    ...     mx.sym.Variable("data"), target_shape=(4, 5), transform_type="affine", sampler_type="bilinear", name="st"
    ... )
    >>> net.infer_shape(data=(2, 3, 28, 28))[:2]
    ([(2, 3, 28, 28), (2, 6)], [(2, 3, 4, 5)])
    """

    target_shape: Shape = (0, 0)
    transform_type: Literal["affine"]
    sampler_type: Literal["bilinear"]
    cudnn_off: bool | None = None

    tensors = ("data", "loc")
    workspaces = ("grid_dst", "grid_src")

    def __post_init__(self) -> None:
        _check_target(self, self.target_shape)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, loc, out = of_rank("data", ins[0], 4), of_rank("loc", ins[1], 2), of_rank("output", outs[0], 4)
        n = merge_dim(merge_dim(data[0], loc[0]), out[0])
        new_data: PartialShape = (n, merge_dim(data[1], out[1]), *data[2:])
        return [new_data, (n, 6)], [(*new_data[:2], *self.target_shape)] * len(outs)

    def lower(self, ctx: LowerContext, data: Array, loc: Array) -> tuple[Array, ...]:
        dtype = accumulator(data.dtype)
        grid = _affine_grid(loc.astype(dtype), *self.target_shape)
        return self.with_workspaces(_read(data.astype(dtype), grid).astype(data.dtype))
