"""What `ImageDetRecordIter` makes of a decoded image and of the boxes around its objects (Liu et al. 2016)."""

from __future__ import annotations

import math

import numpy as np

from symgraph.runtime.pictures import bordered, resized
from symgraph.train.image import boxes
from symgraph.train.image.colors import hls_of, rgb_of_hls
from symgraph.train.io.image_augment import interpolation, shorter_side
from symgraph.train.io.image_settings import DetectionSettings

Sample = tuple[np.ndarray, np.ndarray]
"""A picture (height, width, channels), and rows (class, left, top, right, bottom, ...) for its objects."""

Box = tuple[float, float, float, float]


def augmented(picture: np.ndarray, label: np.ndarray, given: DetectionSettings, rng: np.random.Generator) -> Sample:
    """Picture and objects as they are learnt from; the picture fits into `given.data_shape`."""
    if given.resize != -1:
        picture = _to(picture, *shorter_side(picture, given.resize), given, rng)
    picture = _colored(picture, given, rng)
    if rng.random() < given.rand_mirror_prob:
        picture, label = picture[:, ::-1], boxes.mirrored(label)
    if rng.random() < given.rand_pad_prob and given.max_pad_scale > 1:
        picture, label = _framed(picture, label, given, rng)
    if rng.random() < given.rand_crop_prob:
        picture, label = _cropped(picture, label, given, rng)
    width, height = _final_size(picture, given)
    return _to(picture, width, height, given, rng), label


def _to(picture: np.ndarray, width: int, height: int, given: DetectionSettings, rng: np.random.Generator) -> np.ndarray:
    old = (picture.shape[1], picture.shape[0])
    return resized(picture, width, height, interpolation(given.inter_method, old, (width, height), rng))


def _final_size(picture: np.ndarray, given: DetectionSettings) -> tuple[int, int]:
    """Width and height that the picture gets at last."""
    _, height, width = given.data_shape
    if given.resize_mode == "force":
        return width, height
    # In single precision, which decides about the last pixel.
    scale = min(np.float32(height) / np.float32(picture.shape[0]), np.float32(width) / np.float32(picture.shape[1]))
    if given.resize_mode == "shrink":
        scale = min(scale, np.float32(1))
    return max(1, int(np.float32(picture.shape[1]) * scale)), max(1, int(np.float32(picture.shape[0]) * scale))


def _colored(picture: np.ndarray, given: DetectionSettings, rng: np.random.Generator) -> np.ndarray:
    if picture.shape[2] != 3:
        return picture
    changes = [
        int(rng.integers(-most, most + 1)) if rng.random() < probability else 0
        for most, probability in (
            (given.max_random_hue, given.random_hue_prob),
            (given.max_random_illumination, given.random_illumination_prob),
            (given.max_random_saturation, given.random_saturation_prob),
        )
    ]
    if any(changes):
        picture = rgb_of_hls(hls_of(picture) + np.array(changes, np.float32) * (2, 1 / 255, 1 / 255))
    if rng.random() < given.random_contrast_prob:
        factor = 1 + rng.uniform(-given.max_random_contrast, given.max_random_contrast)
        picture = np.clip(np.rint(picture * factor), 0, 255).astype(np.uint8)
    return picture


def _framed(picture: np.ndarray, label: np.ndarray, given: DetectionSettings, rng: np.random.Generator) -> Sample:
    height, width = picture.shape[:2]
    scale = rng.uniform(1, given.max_pad_scale)
    tall, wide = int(height * scale), int(width * scale)
    top, left = int(rng.integers(tall - height + 1)), int(rng.integers(wide - width + 1))
    margins = (top, tall - height - top, left, wide - width - left)
    framed = bordered(picture, margins, 0, (given.fill_value,) * picture.shape[2])
    return framed, boxes.in_frame(label, (width, height), (left, top, wide, tall))


def _cropped(picture: np.ndarray, label: np.ndarray, given: DetectionSettings, rng: np.random.Generator) -> Sample:
    """The first part that any sampler finds to have an object as it should; the whole picture, if none does."""
    height, width = picture.shape[:2]
    for number in rng.permutation(given.num_crop_sampler):
        for _ in range(int(_of(given.max_crop_trials, number))):
            part = _drawn(given, number, rng)
            if part is None or not _is_wanted(label, part, given, number):
                continue
            found = _emitted(label, part, given)
            left, top, right, bottom = (
                round(place * side) for place, side in zip(part, (width, height, width, height), strict=True)
            )
            if len(found) and right > left and bottom > top:
                return picture[top:bottom, left:right], found
    return picture, label


def _of(values: tuple[float, ...], number: int) -> float:
    """The value for a sampler; the last one serves those that have none."""
    return values[min(number, len(values) - 1)]


def _drawn(given: DetectionSettings, number: int, rng: np.random.Generator) -> Box | None:
    """A part (left, top, right, bottom), in shares of the picture; ``None`` if it would be larger."""
    scale = rng.uniform(_of(given.min_crop_scales, number), _of(given.max_crop_scales, number))
    ratio = rng.uniform(_of(given.min_crop_aspect_ratios, number), _of(given.max_crop_aspect_ratios, number))
    wide, tall = scale * math.sqrt(ratio), scale / math.sqrt(ratio)
    if not (0 < wide <= 1 and 0 < tall <= 1):
        return None
    left, top = rng.uniform(0, 1 - wide), rng.uniform(0, 1 - tall)
    return left, top, left + wide, top + tall


def _is_wanted(label: np.ndarray, part: Box, given: DetectionSettings, number: int) -> bool:
    """Whether one object is in a part as the sampler wants it."""
    common = boxes.common_areas(label[:, 1:], part)
    whole = boxes.areas(label[:, 1:])
    area = (part[2] - part[0]) * (part[3] - part[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = {
            "overlaps": common / (whole + area - common),
            "sample_coverages": common / area,
            "object_coverages": common / whole,
        }
    wanted = np.ones(len(label), bool)
    for name, share in shares.items():
        low, high = (_of(getattr(given, f"{bound}_crop_{name}"), number) for bound in ("min", "max"))
        wanted &= (share >= low) & (share <= high)
    return bool(wanted.any())


def _emitted(label: np.ndarray, part: Box, given: DetectionSettings) -> np.ndarray:
    """The objects of a part."""
    left, top, right, bottom = part
    if given.crop_emit_mode == "center":
        x, y = (label[:, 1] + label[:, 3]) / 2, (label[:, 2] + label[:, 4]) / 2
        label, least = label[(left <= x) & (x <= right) & (top <= y) & (y <= bottom)], 0.0
    else:
        least = given.emit_overlap_thresh
    return boxes.in_part(label, (left, top, right - left, bottom - top), least)
