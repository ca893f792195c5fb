"""Resizing of images as OpenCV does it: nearest, bilinear, bicubic, by area, Lanczos.

Every kind is separable: its weights, one set for each axis, follow from the sizes alone and are made by NumPy. uint8 images
are resized in fixed point with the rounding of OpenCV, so that pixels are the same but for rare ties.
"""

from __future__ import annotations

from typing import Annotated, cast

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Range, Shape
from symgraph.ir.op import LowerContext
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, show
from symgraph.ops.family import Arithmetic, Array
from symgraph.ops.following import Forward
from symgraph.ops.image import check_image
from symgraph.ops.taps import Taps, around, linear

NEAREST, BILINEAR, BICUBIC, AREA, LANCZOS, BILINEAR_EXACT = range(6)


def taps(kind: int, old: int, new: int) -> Taps:
    """Weighted elements of an axis resized from `old` to `new`; AREA where an axis grows."""
    scale = 1 / (new / old)  # which is not always old / new, and decides about the nearest element
    place = np.arange(new)
    if kind == NEAREST:
        return Taps(np.minimum(np.floor(place * scale).astype(int), old - 1)[:, None], np.ones((new, 1)))
    if kind == AREA:
        first = np.floor(place * scale).astype(int)
        part = (place + 1) - (first + 1) / scale
        part = np.where(part <= 0, 0, part - np.floor(part))
    else:
        position = ((place + 0.5) * scale - 0.5).astype(np.float32)
        first = np.floor(position).astype(int)
        part = position - first.astype(np.float32)
    part = part.astype(np.float32).astype(np.float64)
    if kind in (BICUBIC, LANCZOS):
        reach = 2 if kind == BICUBIC else 4
        distance = part[:, None] - np.arange(1 - reach, reach + 1)
        weight = _cubic(np.abs(distance)) if kind == BICUBIC else np.sinc(distance) * np.sinc(distance / reach)
        return around(first, reach, weight / weight.sum(1, keepdims=True), old)
    return linear(first, part, old)


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys's cubic convolution with a = -0.75 (1981), as a function of the distance."""
    a = -0.75
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


def _mean(image: Array, height: int, width: int) -> Array:
    """Each new pixel as the mean of the area it covers."""
    (down, tall), (across, wide) = (
        overlaps(old, new) for old, new in zip(image.shape[-3:-1], (height, width), strict=True)
    )
    dtype = _working(image.dtype)
    if image.shape[-3] % height or image.shape[-2] % width:
        return _apply(image.astype(dtype), down / tall, across / wide)
    # Whole pixels are added exactly and divided once, which decides how ties are rounded.
    return _apply(image.astype(dtype), down, across) * jnp.asarray(1 / (tall[0, 0] * wide[0, 0]), dtype)


def overlaps(old: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    """How much of each old element each new one covers, (new, old), and how long the new ones are, (new, 1)."""
    edges = np.arange(new + 1) * (old / new)
    low, high = edges[:-1, None], np.minimum(edges[1:, None], old)
    place = np.arange(old)
    covered = np.clip(np.minimum(high, place + 1) - np.maximum(low, place), 0, 1)
    return np.where(covered > 1e-3, covered, 0), high - low


def resize(image: Array, kind: int, height: int, width: int) -> Array:
    """An image (..., h, w, c) as (..., height, width, c), in its dtype."""
    old_height, old_width = image.shape[-3:-1]
    halves = (old_height, old_width) == (2 * height, 2 * width)
    if kind == NEAREST:
        rows, columns = taps(kind, old_height, height).place, taps(kind, old_width, width).place
        return image[..., rows, columns[:, 0], :]
    if (kind == AREA and height <= old_height and width <= old_width) or (kind == BILINEAR and halves):
        return _rounded(_mean(image, height, width), image.dtype, ties_up=halves)
    down, across = taps(kind, old_height, height), taps(kind, old_width, width)
    if image.dtype == jnp.uint8:
        return _fixed_point(image, kind, down, across)
    result = _apply(image.astype(_working(image.dtype)), down.matrix(old_height), across.matrix(old_width))
    return _rounded(result, image.dtype)


def _working(dtype: np.dtype) -> np.dtype:
    """The dtype to interpolate in: one that holds the integers of `dtype`."""
    wide = dtype == jnp.float64 or (jnp.issubdtype(dtype, jnp.integer) and dtype.itemsize >= 4)
    return np.dtype(np.float64 if wide else np.float32)


def _apply(image: Array, down: np.ndarray, across: np.ndarray) -> Array:
    """Images (..., h, w, c) times a matrix for each axis."""
    rows = _along_rows(image, across)
    return jnp.einsum("...hxc,yh->...yxc", rows, jnp.asarray(down, image.dtype), precision=lax.Precision.HIGHEST)


def _along_rows(image: Array, across: np.ndarray) -> Array:
    return jnp.einsum("...hwc,xw->...hxc", image, jnp.asarray(across, image.dtype), precision=lax.Precision.HIGHEST)


def _rounded(values: Array, dtype: np.dtype, ties_up: bool = False) -> Array:
    """Values in `dtype`, rounded to an integer one and kept within its range."""
    if jnp.issubdtype(dtype, jnp.integer):
        bounds = jnp.iinfo(dtype)
        whole = jnp.floor(values + 0.5) if ties_up else jnp.round(values)
        values = jnp.clip(whole, bounds.min, bounds.max)
    return values.astype(dtype)


def _fixed_point(image: Array, kind: int, down: Taps, across: Taps) -> Array:
    """uint8 images resized with weights that are multiples of 2**-bits, and sums that are exact."""
    bits = 8 if kind == BILINEAR_EXACT else 11
    matrix = Taps(across.place, np.rint(across.weight * (1 << bits))).matrix(image.shape[-2])
    # Sums stay below 2**24, up to which float32 holds every integer.
    rows = _along_rows(image.astype(jnp.float32), matrix).astype(jnp.int32)
    weight = np.rint(down.weight * (1 << bits)).astype(np.int32)[:, :, None, None]
    parts = [(rows[..., down.place[:, k], :, :], weight[:, k]) for k in range(down.place.shape[1])]
    if kind in (BILINEAR, AREA):  # OpenCV's kernel drops low bits before it adds
        total = sum((((row >> 4) * w) >> 16 for row, w in parts), start=jnp.int32(2)) >> 2
    else:
        half = jnp.int32(1 << (2 * bits - 1))
        total = sum((row * w for row, w in parts), start=half) >> (2 * bits)
    return jnp.clip(total, 0, 255).astype(jnp.uint8)


@register("_image_resize", "_npx__image_resize")
class ImageResize(Forward, Arithmetic):
    """Resize an image.

    data (h, w, c) or (n, h, w, c) -> output (height, width, c) or (n, height, width, c)

    Integers are rounded, and kept within the range of their dtype. MXNet takes uint8, float32 and float64, and has no
    gradient unless the size stays; here all number types work, and the gradient is the derivative.

    Attributes:
        size: (width, height), or one number: of the shorter side with `keep_ratio`, else of both.
        keep_ratio: with one number, keep the ratio of height and width.
        interp: 0 nearest · 1 bilinear · 2 bicubic (Keys 1981) · 3 mean over the area, bilinear where an axis grows ·
            4 Lanczos over 8 x 8 pixels · 5 bilinear, exactly rounded.

    >>> import symgraph as mx
    >>> mx.nd.image.resize(mx.nd.array([[[1], [2], [3]]]), size=(6, 2)).shape
    (2, 6, 1)
    """

    size: Shape = ()
    keep_ratio: bool = False
    interp: Annotated[int, Range(low=0, high=5)] = 1

    def __post_init__(self) -> None:
        if len(self.size) not in (1, 2) or min(self.size) < 1:
            raise OpAttributeError(
                f"operator {self.name}: size={self.size} must be (width, height) or one number, all at least 1."
            )

    def output_shape(self, data: PartialShape) -> PartialShape:
        check_image(self, data, (3, 4))
        if 0 in data[-3:-1]:
            raise ShapeError(f"{self.name} takes an image of at least one pixel, given {show(data)}.")
        height, width = self._target(*data[-3:-1])
        return (*data[:-3], height, width, data[-1])

    def _target(self, height: int | None, width: int | None) -> tuple[int | None, int | None]:
        """New height and width."""
        if len(self.size) == 2:
            return self.size[1], self.size[0]
        (side,) = self.size
        if not self.keep_ratio:
            return side, side
        if height is None or width is None:
            return None, None
        return (side * height // width, side) if height > width else (side, side * width // height)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        height, width = self._target(*data.shape[-3:-1])
        return (resize(data, self.interp, cast(int, height), cast(int, width)),)
