"""The usual augmenters for pictures to classify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from symgraph.errors import DataError, brief, described, is_array
from symgraph.runtime.creation import array
from symgraph.train.image.augmenters import (
    Augmenter,
    CastAug,
    CenterCropAug,
    HorizontalFlipAug,
    RandomCropAug,
    RandomSizedCropAug,
    ResizeAug,
)
from symgraph.train.image.color_augmenters import (
    ColorJitterAug,
    ColorNormalizeAug,
    HueJitterAug,
    LightingAug,
    RandomGrayAug,
)
from symgraph.train.image.geometry import pair

_EIGENVALUES = (55.46, 4.794, 1.148)
_EIGENVECTORS = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
_MEAN, _DEVIATION = (123.68, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of the colors of ImageNet."""


def CreateAugmenter(  # noqa: N802 - MXNet's name
    data_shape: Sequence[int],
    resize: int = 0,
    rand_crop: bool = False,
    rand_resize: bool = False,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    hue: float = 0,
    pca_noise: float = 0,
    rand_gray: float = 0,
    inter_method: int = 2,
) -> list[Augmenter]:
    """A list of augmenters, in the order of the arguments but for `mean` and `std`, which come last.

    Args:
        data_shape: (channels, height, width) of the pictures that are wanted.
        resize: length of the shorter side, before a part is cut out; 0 for the one it has.
        rand_crop: cut out any place, instead of the middle.
        rand_resize: with `rand_crop`, cut out a random area and ratio.
        rand_mirror: exchange left and right, with a probability of one half.
        mean, std: what each channel is reduced and divided by; ``True`` for those of ImageNet.
        brightness, contrast, saturation, hue, pca_noise: how much these may change.
        rand_gray: probability of gray.
        inter_method: how to interpolate, see `imresize`.

    Raises:
        DataError: an argument is invalid.

    >>> import symgraph as mx
    >>> [type(augmenter).__name__ for augmenter in mx.image.CreateAugmenter((3, 24, 24), rand_mirror=True)]
    ['CenterCropAug', 'HorizontalFlipAug', 'CastAug']
    """
    size = size_of(data_shape, "CreateAugmenter")
    numbers = (resize, brightness, contrast, saturation, hue, pca_noise, rand_gray)
    if not all(isinstance(number, Real) for number in numbers):
        raise DataError(
            f"CreateAugmenter: resize, brightness, contrast, saturation, hue, pca_noise and rand_gray are numbers, given "
            f"{brief(numbers)}."
        )
    found: list[Augmenter] = []
    if resize > 0:
        found.append(ResizeAug(resize, inter_method))
    if rand_resize:
        if not rand_crop:
            raise DataError(
                "CreateAugmenter: rand_resize is about what rand_crop cuts out; give rand_crop=True as well."
            )
        found.append(RandomSizedCropAug(size, 0.08, (3 / 4, 4 / 3), inter_method))
    else:
        found.append((RandomCropAug if rand_crop else CenterCropAug)(size, inter_method))
    if rand_mirror:
        found.append(HorizontalFlipAug(0.5))
    found.append(CastAug())
    found += color_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    return found + normalization(mean, std, "CreateAugmenter")


def size_of(data_shape: Any, who: str) -> tuple[int, int]:
    """Width and height of a picture (channels, height, width); `DataError` if it is no such shape."""
    if not isinstance(data_shape, (list, tuple)) or len(data_shape) != 3:
        raise DataError(f"{who}: data_shape is (channels, height, width), given {described(data_shape)}.")
    return pair(data_shape[:0:-1], f"{who}: the size")


def color_augmenters(
    brightness: float, contrast: float, saturation: float, hue: float, pca_noise: float, rand_gray: float
) -> list[Augmenter]:
    """Those for colors, as far as they change something."""
    found: list[Augmenter] = []
    if brightness or contrast or saturation:
        found.append(ColorJitterAug(brightness, contrast, saturation))
    if hue:
        found.append(HueJitterAug(hue))
    if pca_noise > 0:
        found.append(LightingAug(pca_noise, np.array(_EIGENVALUES), np.array(_EIGENVECTORS)))
    if rand_gray > 0:
        found.append(RandomGrayAug(rand_gray))
    return found


def normalization(mean: Any, std: Any, who: str, make: Callable[[Any], Any] = array) -> list[Augmenter]:
    """Normalization by means and standard deviations, if either is given; `make` makes an array of the usual ones.

    Raises:
        DataError: they are not one number, or one for each color.
    """
    given = []
    for name, value, usual in (("mean", mean, _MEAN), ("std", std, _DEVIATION)):
        if value is True:
            value = make(usual)
        elif value is not None and not (
            is_array(value) and value.shape in ((1,), (3,)) and np.dtype(value.dtype).kind in "iuf"
        ):
            raise DataError(f"{who}: {name} is True, or an array of 1 or 3 numbers, given {described(value)}.")
        given.append(value)
    return [ColorNormalizeAug(*given)] if any(value is not None for value in given) else []
