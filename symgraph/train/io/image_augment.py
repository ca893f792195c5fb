"""What `ImageRecordIter` makes of a decoded image: another size, place and shape of it, and other colors."""

from __future__ import annotations

import math

import numpy as np

from symgraph.errors import DataError
from symgraph.runtime.pictures import bordered, resized, warped
from symgraph.train.image.colors import hls_of, rgb_of_hls
from symgraph.train.io.image_settings import ImageSettings

_CUBIC, _AREA = 2, 3
_TRIALS = 10
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_EIGENVALUES = np.array([55.46, 4.794, 1.148])
_EIGENVECTORS = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
"""Principal components of the colors of ImageNet, red, green and blue (Krizhevsky 2012)."""


def augmented(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray:
    """A picture (height, width, channels) of unsigned bytes as `given.data_shape` wants it, (height, width, channels)."""
    if given.resize != -1:
        picture = _resized(picture, *shorter_side(picture, given.resize), given, rng)
    if _is_affine(given):
        picture = _transformed(picture, given, rng)
    if given.pad:
        picture = bordered(picture, (given.pad,) * 4, 0, (given.fill_value,) * picture.shape[2])
    return _colored(_cropped(picture, given, rng), given, rng)


def interpolation(given: int, old: tuple[int, int], new: tuple[int, int], rng: np.random.Generator) -> int:
    """The method that a setting means, for sizes (width, height)."""
    if given == 9:
        grows = [after > before for before, after in zip(old, new, strict=True)]
        shrinks = [after < before for before, after in zip(old, new, strict=True)]
        return _CUBIC if all(grows) else _AREA if all(shrinks) else 1
    return int(rng.integers(5)) if given == 10 else given


def _resized(
    picture: np.ndarray, width: int, height: int, given: ImageSettings, rng: np.random.Generator
) -> np.ndarray:
    if width < 1 or height < 1:
        raise DataError(f"an image of {picture.shape[1]} x {picture.shape[0]} cannot be resized to {width} x {height}.")
    old = (picture.shape[1], picture.shape[0])
    return resized(picture, width, height, interpolation(given.inter_method, old, (width, height), rng))


def shorter_side(picture: np.ndarray, length: int) -> tuple[int, int]:
    """Width and height with that length of the shorter side."""
    height, width = picture.shape[:2]
    return (length, length * height // width) if height > width else (length * width // height, length)


def _is_affine(given: ImageSettings) -> bool:
    has_ratio = not given.random_resized_crop and (given.min_aspect_ratio is not None or given.max_aspect_ratio != 0)
    return (
        given.max_rotate_angle > 0
        or given.max_shear_ratio > 0
        or given.rotate > 0
        or (given.min_random_scale, given.max_random_scale) != (1, 1)
        or has_ratio
        or (given.min_img_size, given.max_img_size) != (0, 1e10)
    )


def _transformed(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray:
    """Rotated, sheared and scaled, about the center."""
    height, width = picture.shape[:2]
    shear = rng.uniform(-given.max_shear_ratio, given.max_shear_ratio)
    angle = given.rotate if given.rotate > 0 else int(rng.integers(-given.max_rotate_angle, given.max_rotate_angle + 1))
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    scale = rng.uniform(given.min_random_scale, given.max_random_scale)
    ratio = 1.0 if given.random_resized_crop else _ratio(given, rng)
    tall = 2 * scale / (1 + ratio)
    wide = ratio * tall
    new_width, new_height = (max(given.min_img_size, min(given.max_img_size, scale * side)) for side in (width, height))
    linear = np.array([[tall * a - shear * b * wide, tall * b + shear * a * wide], [-b * wide, a * wide]])
    middle = (np.array([new_width, new_height]) - linear @ (width, height)) / 2
    method = interpolation(given.inter_method, (width, height), (int(new_width), int(new_height)), rng)
    matrix = np.hstack([linear, middle[:, None]]).astype(np.float32)
    return warped(picture, matrix, int(new_width), int(new_height), method, given.fill_value)


def _ratio(given: ImageSettings, rng: np.random.Generator) -> float:
    if given.min_aspect_ratio is None:
        return 1 + rng.uniform(-given.max_aspect_ratio, given.max_aspect_ratio)
    return rng.uniform(given.min_aspect_ratio, given.max_aspect_ratio)


def _cropped(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray:
    _, height, width = given.data_shape
    part = _part(picture, given, rng) if given.random_resized_crop else None
    if part is not None:
        return _resized(part, width, height, given, rng)
    if given.max_crop_size != -1 or given.min_crop_size != -1:
        low, high = given.min_crop_size, given.max_crop_size
        if not 0 < low <= high <= min(picture.shape[:2]):
            raise DataError(
                f"an image of {picture.shape[1]} x {picture.shape[0]} has no square between min_crop_size={low} and "
                f"max_crop_size={high}."
            )
        side = int(rng.integers(low, high + 1))
        return _resized(_window(picture, side, side, given.rand_crop, rng), width, height, given, rng)
    if picture.shape[0] < height:
        picture = _resized(picture, _scaled(picture.shape[1], height, picture.shape[0]), height, given, rng)
    if picture.shape[1] < width:
        picture = _resized(picture, width, _scaled(picture.shape[0], width, picture.shape[1]), given, rng)
    return _window(picture, width, height, given.rand_crop, rng)


def _scaled(length: int, new: int, old: int) -> int:
    return int(np.float32(new) / np.float32(old) * np.float32(length))


def _window(picture: np.ndarray, width: int, height: int, by_chance: bool, rng: np.random.Generator) -> np.ndarray:
    room = picture.shape[0] - height, picture.shape[1] - width
    top, left = (int(rng.integers(free + 1)) if by_chance else free // 2 for free in room)
    return picture[top : top + height, left : left + width]


def _part(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray | None:
    """A part of a random area and ratio; ``None`` if none of several fits."""
    height, width = picture.shape[:2]
    low, high = _ratios(given)
    for _ in range(_TRIALS):
        area = rng.uniform(given.min_random_area, given.max_random_area) * height * width
        ratio = rng.uniform(low, high)
        new_width, new_height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < new_width <= width and 0 < new_height <= height:
            return _window(picture, new_width, new_height, True, rng)
    return None


def _ratios(given: ImageSettings) -> tuple[float, float]:
    if given.min_aspect_ratio is None:
        return max(1 - given.max_aspect_ratio, 1e-3), 1 + given.max_aspect_ratio
    return given.min_aspect_ratio, given.max_aspect_ratio


def _colored(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray:
    if picture.shape[2] != 3:
        return picture
    if given.brightness or given.contrast or given.saturation:
        picture = _jittered(picture, given, rng)
    if given.random_h or given.random_s or given.random_l:
        changes = [rng.integers(-most, most + 1) for most in (given.random_h, given.random_l, given.random_s)]
        hls = hls_of(picture) + np.array(changes, np.float32) * np.array([2, 1 / 255, 1 / 255], np.float32)
        picture = rgb_of_hls(hls)
    if given.pca_noise:
        noise = _EIGENVECTORS @ (rng.normal(0, given.pca_noise, 3) * _EIGENVALUES)
        picture = _bytes(picture + noise)
    return picture


def _jittered(picture: np.ndarray, given: ImageSettings, rng: np.random.Generator) -> np.ndarray:
    """Brightness, contrast and saturation, in an order by chance."""
    values = picture.astype(np.float32)
    for number in rng.permutation(3):
        most = (given.brightness, given.contrast, given.saturation)[number]
        if not most:
            continue
        share = np.float32(1 + rng.uniform(-most, most))
        gray = values @ _LUMA
        other = (np.zeros_like(gray), np.full_like(gray, gray.mean()), gray)[number][..., None]
        values = np.clip(values * share + other * (1 - share), 0, 255)
    return _bytes(values)


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
