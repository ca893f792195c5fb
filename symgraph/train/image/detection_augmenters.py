"""What is done to pictures and to the boxes around their objects, together.

Labels are NumPy arrays of rows (class, left, top, right, bottom, ...), with places as shares of width and height.
"""

from __future__ import annotations

import json
import logging
import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, NotOverriddenError, described
from symgraph.ir.source import warn_user
from symgraph.runtime.pictures import bordered
from symgraph.train.image import boxes
from symgraph.train.image.augmenters import Augmenter, plain
from symgraph.train.image.codec import delivered, pixels
from symgraph.train.image.geometry import fixed_crop

Sample = tuple[Any, np.ndarray]
"""A picture and its label."""


class DetAugmenter:
    """Something that makes another picture and label of those given, perhaps by chance.

    Args:
        kwargs: what `dumps` tells.
    """

    def __init__(self, **kwargs: Any):
        self._kwargs = {name: plain(value) for name, value in kwargs.items()}

    def dumps(self) -> Any:
        """JSON text of the class, in lower case, and its settings."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        """Another picture and label."""
        raise NotOverriddenError(
            f"{type(self).__name__} needs a method __call__(self, src, label) that gives a picture and a label."
        )


class DetBorrowAug(DetAugmenter):
    """An augmenter that moves nothing, so that labels stay.

    Args:
        augmenter: an `Augmenter`.
    """

    def __init__(self, augmenter: Augmenter):
        if not isinstance(augmenter, Augmenter):
            raise DataError(f"DetBorrowAug: expected an Augmenter, given {described(augmenter)}.")
        super().__init__()
        self.augmenter = augmenter

    def dumps(self) -> list[Any]:
        """The class, in lower case, and what the augmenter tells."""
        return [type(self).__name__.lower(), self.augmenter.dumps()]

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        return self.augmenter(src), label


class DetRandomSelectAug(DetAugmenter):
    """One of several augmenters by chance, or none.

    Args:
        aug_list: the augmenters.
        skip_prob: probability of none.
    """

    def __init__(self, aug_list: Any, skip_prob: float = 0):
        super().__init__(skip_prob=skip_prob)
        self.aug_list = list(aug_list) if isinstance(aug_list, (list, tuple)) else [aug_list]
        for augmenter in self.aug_list:
            if not isinstance(augmenter, DetAugmenter):
                raise DataError(f"DetRandomSelectAug: expected DetAugmenters, given {described(augmenter)}.")
        self.skip_prob = skip_prob if self.aug_list else 1

    def dumps(self) -> list[Any]:
        """The class, in lower case, and what the augmenters tell."""
        return [type(self).__name__.lower(), [augmenter.dumps() for augmenter in self.aug_list]]

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        if random.random() < self.skip_prob:
            return src, label
        random.shuffle(self.aug_list)
        return self.aug_list[0](src, label)


class DetHorizontalFlipAug(DetAugmenter):
    """Left and right exchanged, with probability p."""

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        if random.random() >= self.p:
            return src, label
        return delivered(pixels(src, "DetHorizontalFlipAug")[:, ::-1]), boxes.mirrored(label)


class DetRandomCropAug(DetAugmenter):
    """A part of a random area and ratio that has objects in it (Liu et al. 2016).

    Args:
        min_object_covered: every object of which something is in the part has more than this share of itself there.
        aspect_ratio_range: the least and the greatest ratio of width and height; or the only one.
        area_range: the least and the greatest share of the picture; or the least one.
        min_eject_coverage: objects with no larger share of themselves in the part are forgotten.
        max_attempts: how many parts are tried; if none fits, the picture stays whole.
    """

    def __init__(
        self,
        min_object_covered: float = 0.1,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (0.05, 1.0),
        min_eject_coverage: float = 0.3,
        max_attempts: int = 50,
    ):
        aspect_ratio_range, area_range = _ranges(self, aspect_ratio_range, area_range, most=1.0)
        super().__init__(
            min_object_covered=min_object_covered,
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            min_eject_coverage=min_eject_coverage,
            max_attempts=max_attempts,
        )
        self.min_object_covered = min_object_covered
        self.min_eject_coverage = min_eject_coverage
        self.max_attempts = max_attempts
        self.aspect_ratio_range, self.area_range = aspect_ratio_range, area_range
        self.enabled = _is_enabled(self, aspect_ratio_range, area_range, area_range[1] > 0)

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        height, width = src.shape[:2]
        for _ in range(self.max_attempts if self.enabled else 0):
            size = self._size(height, width)
            if size is None:
                continue
            wide, tall = size
            top, left = random.randint(0, max(0, height - tall)), random.randint(0, max(0, width - wide))
            if not self._has_objects(label, (left, top, wide, tall), (width, height)):
                continue
            part = (left / width, top / height, wide / width, tall / height)
            found = boxes.in_part(label, part, self.min_eject_coverage)
            if len(found):
                return fixed_crop(src, left, top, wide, tall), found
        return src, label

    def _size(self, height: int, width: int) -> tuple[int, int] | None:
        """Width and height of a part; ``None`` if the ratio and the area that were drawn do not go together."""
        least, most = (share * height * width for share in self.area_range)
        ratio = random.uniform(*self.aspect_ratio_range)
        if ratio <= 0:
            return None
        tall, highest = round(math.sqrt(least / ratio)), round(math.sqrt(most / ratio))
        if round(highest * ratio) > width:
            highest = int((width + 0.4999999) / ratio)
        highest = min(highest, height)
        tall = min(tall, highest)
        if tall < highest:
            tall = random.randint(tall, highest)
        wide = round(tall * ratio)
        # Rounding may have gone beyond either bound, by one row.
        if wide * tall < least:
            tall += 1
            wide = round(tall * ratio)
        if wide * tall > most:
            tall -= 1
            wide = round(tall * ratio)
        fits = least <= wide * tall <= most and 0 <= wide <= width and 0 <= tall <= height
        return (wide, tall) if fits else None

    def _has_objects(self, label: np.ndarray, part: tuple[int, int, int, int], size: tuple[int, int]) -> bool:
        """Whether there are objects in a part, and enough of each of them."""
        left, top, wide, tall = part
        width, height = size
        if wide * tall < 2:
            return False
        whole = boxes.areas(label[:, 1:])
        large = whole * width * height > 2
        shares = boxes.common_areas(
            label[large, 1:], (left / width, top / height, (left + wide) / width, (top + tall) / height)
        )
        covered = shares / whole[large]
        covered = covered[covered > 0]
        return covered.size > 0 and bool(covered.min() > self.min_object_covered)


class DetRandomPadAug(DetAugmenter):
    """A frame of a random area and ratio around the picture, which lies anywhere in it.

    Args:
        aspect_ratio_range: the least and the greatest ratio of width and height of the frame; or the only one.
        area_range: the least and the greatest area of the frame, as a multiple of the picture's; or the greatest one.
        max_attempts: how many frames are tried; if none fits, the picture stays as it is.
        pad_val: the color of the frame.
    """

    def __init__(
        self,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (1.0, 3.0),
        max_attempts: int = 50,
        pad_val: Any = (128, 128, 128),
    ):
        if not isinstance(area_range, (list, tuple)):
            logging.root.info("Using fixed area range: %s in DetRandomPadAug", area_range)
            area_range = (1.0, area_range)
        aspect_ratio_range, area_range = _ranges(self, aspect_ratio_range, area_range, most=math.inf)
        super().__init__(
            aspect_ratio_range=aspect_ratio_range, area_range=area_range, max_attempts=max_attempts, pad_val=pad_val
        )
        self.pad_val = tuple(pad_val) if isinstance(pad_val, (list, tuple)) else (pad_val,)
        self.max_attempts = max_attempts
        self.aspect_ratio_range, self.area_range = aspect_ratio_range, area_range
        self.enabled = _is_enabled(self, aspect_ratio_range, area_range, area_range[1] > 1)

    def __call__(self, src: Any, label: np.ndarray) -> Sample:
        picture = pixels(src, "DetRandomPadAug")
        height, width = picture.shape[:2]
        for _ in range(self.max_attempts if self.enabled else 0):
            size = self._size(height, width)
            if size is None:
                continue
            wide, tall = size
            top, left = random.randint(0, max(0, tall - height)), random.randint(0, max(0, wide - width))
            margins = (top, tall - top - height, left, wide - left - width)
            found = boxes.in_frame(label, (width, height), (left, top, wide, tall))
            return delivered(bordered(picture, margins, 0, self.pad_val)), found
        return src, label

    def _size(self, height: int, width: int) -> tuple[int, int] | None:
        """Width and height of a frame; ``None`` if the ratio and the area that were drawn leave no room for one."""
        least, most = (share * height * width for share in self.area_range)
        ratio = random.uniform(*self.aspect_ratio_range)
        if ratio <= 0:
            return None
        tall, highest = round(math.sqrt(least / ratio)), round(math.sqrt(most / ratio))
        if round(tall * ratio) < width:
            tall = int((width + 0.499999) / ratio)
        tall = min(max(tall, height), highest)
        if tall < highest:
            tall = random.randint(tall, highest)
        wide = round(tall * ratio)
        return (wide, tall) if tall - height >= 2 and wide - width >= 2 else None


def _ranges(augmenter: DetAugmenter, ratios: Any, shares: Any, most: float) -> tuple[Any, Any]:
    """Ratios and areas as ranges."""
    who = type(augmenter).__name__
    if not isinstance(ratios, (list, tuple)):
        logging.root.info("Using fixed aspect ratio: %s in %s", ratios, who)
        ratios = (ratios, ratios)
    if not isinstance(shares, (list, tuple)):
        logging.root.info("Using fixed area range: %s in %s", shares, who)
        shares = (shares, most)
    return ratios, shares


def _is_enabled(augmenter: DetAugmenter, ratios: Sequence[float], shares: Sequence[float], has_area: bool) -> bool:
    """Whether the ranges are some; warns if they are not."""
    who = type(augmenter).__name__
    if not has_area or shares[0] > shares[1]:
        warn_user(f"Skip {who} due to invalid parameters: area_range={shares}.")
        return False
    if ratios[0] > ratios[1] or ratios[0] <= 0:
        warn_user(f"Skip {who} due to invalid aspect_ratio_range: {ratios}.")
        return False
    return True
