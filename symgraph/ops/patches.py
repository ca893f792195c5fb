"""Sliding windows as columns of a matrix, and back: the two halves of a convolution done as a matrix product."""

from __future__ import annotations

import math
from typing import cast

import jax
import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import LowerContext
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, show, size
from symgraph.ops import strided_windows
from symgraph.ops.convolve import Geometry
from symgraph.ops.family import Array
from symgraph.ops.following import Forward, of_rank
from symgraph.ops.window import require_fit


class Windows(Forward):
    """Attributes and geometry that `im2col` and `col2im` share."""

    kernel: Shape
    stride: Shape
    dilate: Shape
    pad: Shape

    def geometry(self) -> list[Geometry]:
        """The windows along each spatial axis."""
        ndim = len(self.kernel)
        settings = (self.kernel, self.stride or (1,) * ndim, self.dilate or (1,) * ndim, self.pad or (0,) * ndim)
        if ndim == 0 or any(len(values) != ndim for values in settings):
            raise ShapeError(
                f"kernel={self.kernel}, stride={self.stride}, dilate={self.dilate} and pad={self.pad} must have one "
                f"number for each spatial axis (all but kernel may be empty)."
            )
        return list(map(Geometry, *settings))

    def positions(self, lengths: PartialShape) -> PartialShape:
        """Number of windows along each spatial axis."""
        counts: list[int | None] = []
        for length, windows in zip(lengths, self.geometry(), strict=True):
            if length is not None and windows.span > length + 2 * windows.pad:
                raise ShapeError(f"the kernel {self.kernel} is larger than the padded picture of {show(lengths)}.")
            counts.append(None if length is None else windows.count(length))
        return tuple(counts)

    def columns(self, pictures: Array) -> Array:
        """pictures (n, c, *lengths) -> (n, c·kernel size, number of windows)"""
        n, c, *lengths = pictures.shape
        counts = cast("tuple[int, ...]", self.positions(tuple(lengths)))
        axes = {
            axis: strided_windows.Windows(length, count, *settings)
            for axis, (length, count, settings) in enumerate(zip(lengths, counts, self.geometry(), strict=True), 2)
        }
        met = list(strided_windows.gather(pictures, axes))
        return jnp.stack(met, axis=2).reshape(n, c * len(met), math.prod(met[0].shape[2:]))


@register("im2col")
class Im2Col(Windows):
    """The windows that a convolution sees, each as a column.

    data (n, c, *lengths) -> output (n, c·k1·…·kd, w1·…·wd), with kernel (k1, ..., kd) at w1 × ... × wd positions

    Attributes:
        kernel: size of the window.
        stride: step from one window to the next; default 1.
        dilate: distance of the elements of a window; default 1.
        pad: zeros added on both sides of each axis; default 0.

    >>> import symgraph as mx
    >>> mx.nd.im2col(mx.nd.zeros((1, 2, 5, 6)), kernel=(3, 2)).shape
    (1, 12, 15)
    """

    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()

    def output_shape(self, data: PartialShape) -> MaybeShape:
        windows = self.geometry()
        n, c, *lengths = shape = of_rank("data", data, 2 + len(windows))
        require_fit(self, [along.span for along in windows], tuple(shape))
        return (n, size((c, *self.kernel)), size(self.positions(tuple(lengths))))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (self.columns(data),)


@register("col2im")
class Col2Im(Windows):
    """Adds windows, given as columns, into the pictures they came from; the transpose of `im2col`.

    data (n, c·k1·…·kd, w1·…·wd) -> output (n, c, *output_size)

    Attributes:
        output_size: lengths of the spatial axes of the output.
        kernel, stride, dilate, pad: as for `im2col`.

    >>> import symgraph as mx
    >>> mx.nd.col2im(mx.nd.ones((1, 4, 4)), output_size=(3, 3), kernel=(2, 2)).asnumpy().tolist()
    [[[[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]]]
    """

    output_size: Shape
    kernel: Shape
    stride: Shape = ()
    dilate: Shape = ()
    pad: Shape = ()

    def output_shape(self, data: PartialShape) -> MaybeShape:
        n, rows, columns = of_rank("data", data, 3)
        taps, windows = math.prod(self.kernel), self._windows()
        if (rows or 0) % taps or columns not in (None, windows):
            raise ShapeError(
                f"data {show(data)} must have a multiple of {taps} rows (kernel {self.kernel}) and {windows} columns "
                f"(windows in pictures of {self.output_size})."
            )
        return (n, None if rows is None else rows // taps, *self.output_size)

    def _windows(self) -> int | None:
        if len(self.output_size) != len(self.geometry()):
            raise ShapeError(f"output_size={self.output_size} and kernel={self.kernel} must be equally long.")
        return size(self.positions(self.output_size))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        shape = (data.shape[0], data.shape[1] // math.prod(self.kernel), *self.output_size)
        add_windows = jax.linear_transpose(self.columns, jax.ShapeDtypeStruct(shape, data.dtype))
        return tuple(add_windows(data))
