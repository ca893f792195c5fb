"""`bilinear_kernel`: weights of a transposed convolution that enlarges images by linear interpolation."""

from __future__ import annotations

import math

import numpy as np

from symgraph.errors import ShapeError
from symgraph.ir.shape import show


def bilinear_kernel(shape: tuple[int, ...]) -> np.ndarray:
    """Weights that interpolate linearly between the pixels of an image, of shape (..., height, width).

    Raises:
        ShapeError: there are not so many axes.
    """
    if len(shape) < 3:
        raise ShapeError(
            f"bilinear weights are those of a convolution, (filters, channels, height, width), given {show(shape)}."
        )
    factor = math.ceil(shape[3] / 2.0)
    center = (2 * factor - 1 - factor % 2) / (2.0 * factor)
    y, x = (1 - np.abs(np.arange(length) / factor - center) for length in shape[2:4])
    return np.broadcast_to(np.outer(y, x), shape)
