"""What is done to the colors of pictures (height, width, 3), red, green and blue."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np

from symgraph.errors import DataError, described
from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.runtime.ndarray import NDArray
from symgraph.train.image.augmenters import Augmenter, RandomOrderAug
from symgraph.train.image.codec import delivered, pixels

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.321], [0.211, -0.523, 0.311]])
_FROM_YIQ = np.array([[1.0, 0.956, 0.621], [1.0, -0.272, -0.647], [1.0, -1.107, 1.705]])
_GRAY = np.full((3, 3), [[0.21], [0.72], [0.07]], np.float32)


def color_normalize(src: Any, mean: Any, std: Any = None) -> NDArray:
    """A picture less the mean of each channel, and divided by its standard deviation; either may be ``None``.

    >>> import symgraph as mx
    >>> mx.image.color_normalize(mx.nd.ones((1, 1, 3)), mx.nd.array([1, 2, 3]), 2).asnumpy().tolist()
    [[[0.0, -0.5, -1.0]]]
    """
    values = _floats(src, "color_normalize")
    try:
        if mean is not None:
            values = values - _numbers(mean, values.dtype)
        if std is not None:
            values = values / _numbers(std, values.dtype)
    except ValueError:
        raise DataError(
            f"color_normalize: mean and std have a number for each channel of a picture of shape {show(values.shape)}, or one "
            f"for all; given {described(mean)} and {described(std)}."
        ) from None
    return delivered(values)


def _numbers(given: Any, dtype: np.dtype) -> np.ndarray:
    try:
        found = np.asarray(given.asnumpy() if isinstance(given, NDArray) else given, dtype)
    except (TypeError, ValueError):
        found = np.empty(0)
    if not found.size:
        raise DataError(f"expected numbers, one or one for each color, given {described(given)}.")
    return found


def _floats(src: Any, who: str) -> np.ndarray:
    """The elements as floating-point numbers."""
    values = pixels(src, who)
    return values if values.dtype.kind == "f" else values.astype(np.float32)


def _colors(src: Any, augmenter: Augmenter) -> np.ndarray:
    who = type(augmenter).__name__
    values = _floats(src, who)
    if values.shape[2] != 3:
        raise DataError(f"{who}: a picture with colors has 3 channels, given {values.shape[2]}.")
    return values


def _like(values: np.ndarray, src: Any) -> NDArray:
    """The values in the dtype of a picture."""
    return delivered(cast(values, np.dtype(src.dtype)))


class BrightnessJitterAug(Augmenter):
    """A factor between 1 - brightness and 1 + brightness."""

    def __init__(self, brightness: float):
        super().__init__(brightness=brightness)
        self.brightness = brightness

    def __call__(self, src: Any) -> NDArray:
        share = 1.0 + random.uniform(-self.brightness, self.brightness)
        return _like(_floats(src, "BrightnessJitterAug") * np.float32(share), src)


class ContrastJitterAug(Augmenter):
    """Nearer to the mean lightness, or farther from it."""

    def __init__(self, contrast: float):
        super().__init__(contrast=contrast)
        self.contrast = contrast

    def __call__(self, src: Any) -> NDArray:
        share = 1.0 + random.uniform(-self.contrast, self.contrast)
        values = _colors(src, self)
        return _like(values * np.float32(share) + np.float32((1.0 - share) * (values @ _LUMA).mean()), src)


class SaturationJitterAug(Augmenter):
    """Nearer to gray, or farther from it."""

    def __init__(self, saturation: float):
        super().__init__(saturation=saturation)
        self.saturation = saturation

    def __call__(self, src: Any) -> NDArray:
        share = 1.0 + random.uniform(-self.saturation, self.saturation)
        values = _colors(src, self)
        return _like(values * np.float32(share) + (values @ _LUMA)[..., None] * np.float32(1.0 - share), src)


class HueJitterAug(Augmenter):
    """Hues turned, by up to `hue` of a half circle, in the color space YIQ."""

    def __init__(self, hue: float):
        super().__init__(hue=hue)
        self.hue = hue

    def __call__(self, src: Any) -> NDArray:
        angle = random.uniform(-self.hue, self.hue) * math.pi
        turn = np.array([[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]])
        return _like(_colors(src, self) @ (_FROM_YIQ @ turn @ _TO_YIQ).T.astype(np.float32), src)


class ColorJitterAug(RandomOrderAug):
    """Brightness, contrast and saturation, in an order by chance; without those that are 0."""

    def __init__(self, brightness: float, contrast: float, saturation: float):
        kinds: list[tuple[float, type[Any]]] = [
            (brightness, BrightnessJitterAug),
            (contrast, ContrastJitterAug),
            (saturation, SaturationJitterAug),
        ]
        super().__init__([kind(most) for most, kind in kinds if most > 0])


class LightingAug(Augmenter):
    """Noise along the principal components of colors (Krizhevsky et al. 2012).

    Args:
        alphastd: its standard deviation.
        eigval: (3,), the variances of colors.
        eigvec: (3, 3), their principal components.
    """

    def __init__(self, alphastd: float, eigval: Any, eigvec: Any):
        super().__init__(alphastd=alphastd, eigval=eigval, eigvec=eigvec)
        self.alphastd, self.eigval, self.eigvec = alphastd, eigval, eigvec

    def __call__(self, src: Any) -> NDArray:
        alpha = np.random.normal(0, self.alphastd, size=(3,))
        noise = np.dot(_numbers(self.eigvec, np.dtype(np.float64)) * alpha, _numbers(self.eigval, np.dtype(np.float64)))
        return _like(_colors(src, self) + noise.astype(np.float32), src)


class ColorNormalizeAug(Augmenter):
    """`color_normalize`."""

    def __init__(self, mean: Any, std: Any):
        super().__init__(mean=mean, std=std)
        self.mean, self.std = mean, std

    def __call__(self, src: Any) -> NDArray:
        return color_normalize(src, self.mean, self.std)


class RandomGrayAug(Augmenter):
    """Gray, with probability p."""

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: Any) -> Any:
        return _like(_colors(src, self) @ _GRAY, src) if random.random() < self.p else src
