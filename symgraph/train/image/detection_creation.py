"""The usual augmenters for pictures in which objects are to be found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError
from symgraph.train.image.augmenters import CastAug, ForceResizeAug, ResizeAug
from symgraph.train.image.creation import color_augmenters, normalization, size_of
from symgraph.train.image.detection_augmenters import (
    DetAugmenter,
    DetBorrowAug,
    DetHorizontalFlipAug,
    DetRandomCropAug,
    DetRandomPadAug,
    DetRandomSelectAug,
)


def CreateMultiRandCropAugmenter(  # noqa: N802 - MXNet's name
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 1.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    skip_prob: float = 0,
) -> DetRandomSelectAug:
    """One of several `DetRandomCropAug` by chance, or none with probability `skip_prob`.

    Each other argument is as for one of them, or a list of such; those that are not lists are the same for all.

    Raises:
        DataError: lists have different lengths.
    """
    given = {
        "min_object_covered": min_object_covered,
        "aspect_ratio_range": aspect_ratio_range,
        "area_range": area_range,
        "min_eject_coverage": min_eject_coverage,
        "max_attempts": max_attempts,
    }
    lists = {name: list(value) if isinstance(value, list) else [value] for name, value in given.items()}
    number = max(map(len, lists.values()))
    for name, values in lists.items():
        if len(values) not in (1, number):
            raise DataError(
                f"CreateMultiRandCropAugmenter: {name} has {len(values)} entries, and another argument {number}; give one "
                f"for each, or a single one."
            )
    crops = [
        DetRandomCropAug(**{name: values[i] if len(values) > 1 else values[0] for name, values in lists.items()})
        for i in range(number)
    ]
    return DetRandomSelectAug(crops, skip_prob)


def CreateDetAugmenter(  # noqa: N802 - MXNet's name
    data_shape: Sequence[int],
    resize: int = 0,
    rand_crop: float = 0,
    rand_pad: float = 0,
    rand_gray: float = 0,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    pca_noise: float = 0,
    hue: float = 0,
    inter_method: int = 2,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 3.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    pad_val: Any = (127, 127, 127),
) -> list[DetAugmenter]:
    """A list of augmenters.

    Args:
        data_shape: (channels, height, width) of the pictures that are wanted.
        resize: length of the shorter side, first of all; 0 for the one it has.
        rand_crop, rand_pad: probabilities of a part, and of a frame; see `DetRandomCropAug` and `DetRandomPadAug`.
        rand_gray: probability of gray.
        rand_mirror: exchange left and right, with a probability of one half.
        mean, std: what each channel is reduced and divided by; ``True`` for those of ImageNet.
        brightness, contrast, saturation, hue, pca_noise: how much these may change.
        inter_method: how to interpolate, see `imresize`.
        min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts: of parts; the second number of
            `area_range` is that of frames.
        pad_val: the color of frames.

    Raises:
        DataError: an argument is invalid.

    >>> import symgraph as mx
    >>> [type(augmenter).__name__ for augmenter in mx.image.CreateDetAugmenter((3, 24, 24), rand_mirror=True)]
    ['DetHorizontalFlipAug', 'DetBorrowAug', 'DetBorrowAug']
    """
    size = size_of(data_shape, "CreateDetAugmenter")
    found: list[DetAugmenter] = []
    if resize > 0:
        found.append(DetBorrowAug(ResizeAug(resize, inter_method)))
    if rand_crop > 0:
        found.append(
            CreateMultiRandCropAugmenter(
                min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts, 1 - rand_crop
            )
        )
    if rand_mirror:
        found.append(DetHorizontalFlipAug(0.5))
    if rand_pad > 0:
        pad = DetRandomPadAug(aspect_ratio_range, (1.0, area_range[1]), max_attempts, pad_val)
        found.append(DetRandomSelectAug([pad], 1 - rand_pad))
    plain = [ForceResizeAug(size, inter_method), CastAug()]
    plain += color_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    plain += normalization(mean, std, "CreateDetAugmenter", np.array)
    return found + [DetBorrowAug(augmenter) for augmenter in plain]
