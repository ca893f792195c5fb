"""Colors as hue, lightness and saturation."""

from __future__ import annotations

import numpy as np


def hls_of(picture: np.ndarray) -> np.ndarray:
    """Hue in degrees, lightness and saturation from 0 to 1 of a picture (..., 3) of unsigned bytes.

    >>> import numpy as np
    >>> from symgraph.train.image.colors import hls_of
    >>> hls_of(np.array([[[0, 255, 0]]], np.uint8)).tolist()
    [[[120.0, 0.5, 1.0]]]
    """
    rgb = picture.astype(np.float32) / 255
    high, low = rgb.max(axis=-1), rgb.min(axis=-1)
    span, lightness = high - low, (high + low) / 2
    divisor = np.where(lightness < 0.5, high + low, 2 - high - low)
    saturation = np.where(span > 0, span / np.where(divisor == 0, 1, divisor), 0)
    red, green, blue = (rgb[..., i] for i in range(3))
    step = np.where(span > 0, span, 1)
    hue = np.where(
        high == red, (green - blue) / step, np.where(high == green, 2 + (blue - red) / step, 4 + (red - green) / step)
    )
    return np.stack([np.where(span > 0, 60 * hue % 360, 0), lightness, saturation], axis=-1).astype(np.float32)


def rgb_of_hls(hls: np.ndarray) -> np.ndarray:
    """The picture of unsigned bytes; hues go round, lightness and saturation are kept between 0 and 1."""
    hue, lightness, saturation = hls[..., 0] % 360 / 60, np.clip(hls[..., 1], 0, 1), np.clip(hls[..., 2], 0, 1)
    chroma = (1 - np.abs(2 * lightness - 1)) * saturation
    channels = []
    for shift in (0, 4, 2):
        distance = np.abs((hue + shift) % 6 - 3)
        channels.append(lightness + chroma * (np.clip(distance - 1, 0, 1) - 0.5))
    return np.clip(np.rint(np.stack(channels, axis=-1) * 255), 0, 255).astype(np.uint8)
