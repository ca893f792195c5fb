"""Rotation of pictures whose channels come first."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np

from symgraph.errors import DataError, described
from symgraph.runtime.copies import place
from symgraph.runtime.ndarray import NDArray


def imrotate(src: NDArray, rotation_degrees: Any, zoom_in: bool = False, zoom_out: bool = False) -> NDArray:
    """Pictures rotated about their centers, with zeros outside of them.

    Args:
        src: (channels, height, width), or (n, channels, height, width), of float32.
        rotation_degrees: the angle, or (n,) angles of several pictures.
        zoom_in: enlarge, so that nothing outside of the old picture is seen.
        zoom_out: reduce, so that all of the old picture is seen.

    Raises:
        DataError: an argument is invalid.

    >>> import symgraph as mx
    >>> mx.image.imrotate(mx.nd.array([[[1, 2], [3, 4]]]), 180).asnumpy().round(3).tolist()
    [[[4.0, 3.0], [2.0, 1.0]]]
    """
    if zoom_in and zoom_out:
        raise DataError("imrotate: zoom_in and zoom_out exclude each other; both are given.")
    if not isinstance(src, NDArray) or src.dtype != np.float32 or src.ndim not in (3, 4):
        raise DataError(
            f"imrotate: expected pictures (channels, height, width) or (n, channels, height, width) of float32, given "
            f"{described(src)}{f' and dtype {np.dtype(src.dtype).name}' if isinstance(src, NDArray) else ''}."
        )
    values = src.asnumpy()
    is_single = values.ndim == 3
    if is_single:
        values = values[None]
    angles = rotation_degrees.asnumpy() if isinstance(rotation_degrees, NDArray) else np.asarray(rotation_degrees)
    if isinstance(rotation_degrees, Number):
        angles = np.full(len(values), angles)
    if (is_single and not isinstance(rotation_degrees, Number)) or angles.shape != (len(values),):
        raise DataError(
            f"imrotate: a picture is rotated by a number, and {len(values)} of them by one or by {len(values)}, given "
            f"{described(rotation_degrees)}."
        )
    angles = np.asarray(angles, np.float64)
    if not np.isfinite(angles).all():
        raise DataError(f"imrotate: angles are finite, given {described(rotation_degrees)}.")
    rotated = np.stack([_rotated(v, np.radians(a), zoom_in, zoom_out) for v, a in zip(values, angles, strict=True)])
    found = rotated[0] if is_single else rotated
    return NDArray(place(found, found.dtype, src.context), src.context)


def _rotated(values: np.ndarray, angle: float, zoom_in: bool, zoom_out: bool) -> np.ndarray:
    """One picture (channels, height, width)."""
    _, height, width = values.shape
    cos, sin = np.cos(angle), np.sin(angle)
    wide, tall = width * abs(cos) + height * abs(sin), width * abs(sin) + height * abs(cos)
    scale = max(wide / width, tall / height) if zoom_out else min(width / wide, height / tall) if zoom_in else 1.0
    y, x = np.mgrid[:height, :width]
    x, y = x - (width - 1) / 2, y - (height - 1) / 2
    return _sampled(
        values,
        (x * cos - y * sin) * scale + (width - 1) / 2,
        (x * sin + y * cos) * scale + (height - 1) / 2,
    )


def _sampled(values: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The values at columns x and rows y, interpolated between pixels; zero outside."""
    height, width = values.shape[1:]
    framed = np.pad(values, ((0, 0), (1, 1), (1, 1)))
    x, y = np.clip(x, -1, width) + 1, np.clip(y, -1, height) + 1
    left, top = np.minimum(x.astype(int), width), np.minimum(y.astype(int), height)
    right_share, lower_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = framed[:, top, left] * (1 - right_share) + framed[:, top, left + 1] * right_share
    lower = framed[:, top + 1, left] * (1 - right_share) + framed[:, top + 1, left + 1] * right_share
    return upper * (1 - lower_share) + lower * lower_share


def random_rotate(src: NDArray, angle_limits: Any, zoom_in: bool = False, zoom_out: bool = False) -> NDArray:
    """`imrotate` by angles that ``numpy.random`` draws between two limits, one for each picture."""
    low, high = angle_limits
    several = isinstance(src, NDArray) and src.ndim == 4
    angles: Any = np.random.uniform(low, high, size=src.shape[0]) if several else np.random.uniform(low, high)
    return imrotate(src, angles, zoom_in, zoom_out)
