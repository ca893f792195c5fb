"""Pictures of other sizes, and parts of pictures. Chance is that of Python's ``random``."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, brief, described
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.pictures import bordered, check_interp, resized
from symgraph.runtime.values import as_integers
from symgraph.train.image.codec import delivered, pixels

Box = tuple[int, int, int, int]
"""Left, top, width and height of a part."""

_CUBIC, _AREA, _LINEAR = 2, 3, 1
_BY_SIZE, _BY_CHANCE = 9, 10
_TRIALS = 10
_MOST = 1 << 20
"""No side of a picture is as long; OpenCV counts pixels with 31 bits."""


def interpolation(interp: int, sizes: Sequence[int] = ()) -> int:
    """The method that a number stands for: 9 is what suits the sizes (old and new height and width), 10 any.

    Raises:
        DataError: `interp` is no method.
    """
    if interp == _BY_SIZE:
        if not sizes:
            return _CUBIC
        old_height, old_width, height, width = sizes
        if height > old_height and width > old_width:
            return _CUBIC
        return _AREA if height < old_height and width < old_width else _LINEAR
    return random.randint(0, 4) if interp == _BY_CHANCE else check_interp(interp)


def pair(size: Any, what: str) -> tuple[int, int]:
    """Width and height; `ShapeError` if they are no two integers, `DataError` if one is less than 1."""
    found = as_integers(size, what)
    if len(found) != 2 or min(found) < 1 or max(found) >= _MOST:
        raise DataError(f"{what} is a width and a height of at least 1, given {brief(found)}.")
    return found[0], found[1]


def imresize(src: Any, w: int, h: int, interp: int = 1, out: NDArray | None = None) -> NDArray:
    """A picture (height, width, channels) as (h, w, channels), of the same dtype.

    Args:
        interp: 0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos.
        out: an array to write the picture into; a new one by default.

    Raises:
        DataError: an argument is invalid.

    >>> import symgraph as mx
    >>> mx.image.imresize(mx.nd.zeros((4, 6, 3)), 3, 2).shape
    (2, 3, 3)
    """
    width, height = pair((w, h), "imresize: the size")
    return delivered(resized(pixels(src, "imresize"), width, height, check_interp(interp)), out)


def _to(values: np.ndarray, width: int, height: int, interp: int) -> np.ndarray:
    """Resized by the method that suits it."""
    return resized(values, width, height, interpolation(interp, (*values.shape[:2], height, width)))


def resize_short(src: Any, size: int, interp: int = 2) -> NDArray:
    """A picture whose shorter side has a given length, and the other one accordingly, rounded down.

    >>> import symgraph as mx
    >>> mx.image.resize_short(mx.nd.zeros((4, 6, 3)), 2).shape
    (2, 3, 3)
    """
    values = pixels(src, "resize_short")
    height, width = values.shape[:2]
    size, _ = pair((size, 1), "resize_short: the length")
    new = (size * height // width, size) if height > width else (size, size * width // height)
    return delivered(_to(values, new[1], new[0], interp))


def force_resize(src: Any, size: Sequence[int], interp: int = 2) -> NDArray:
    """A picture of a given width and height."""
    width, height = pair(size, "ForceResizeAug: the size")
    return delivered(_to(pixels(src, "ForceResizeAug"), width, height, interp))


def scale_down(src_size: Sequence[int], size: Sequence[int]) -> tuple[int, int]:
    """Width and height of a part, made smaller at the same ratio until it fits into a picture.

    >>> from symgraph.train.image.geometry import scale_down
    >>> scale_down((640, 480), (720, 120))
    (640, 106)
    """
    width, height = map(float, pair(size, "scale_down: the size"))
    src_width, src_height = pair(src_size, "scale_down: the size of the picture")
    if src_height < height:
        width, height = width * src_height / height, src_height
    if src_width < width:
        width, height = src_width, height * src_width / width
    return int(width), int(height)


def copyMakeBorder(  # noqa: N802 - MXNet's name
    src: Any,
    top: int,
    bot: int,
    left: int,
    right: int,
    type: int = 0,
    value: float = 0.0,
    values: Any = (),
    out: NDArray | None = None,
) -> NDArray:
    """A picture with borders of given widths.

    Args:
        type: 0 of one color; 1 of the last pixel; 2 mirrored; 3 from the other side; 4 mirrored without the last pixel.
        value: the color, the same in all channels.
        values: the color, a number for each channel; those that lack one are 0, and a single one is for all of them.
        out: an array to write the picture into; a new one by default.

    Raises:
        DataError: an argument is invalid.

    >>> import symgraph as mx
    >>> mx.image.copyMakeBorder(mx.nd.zeros((4, 6, 3)), 1, 1, 2, 2).shape
    (6, 10, 3)
    """
    picture = pixels(src, "copyMakeBorder")
    margins = as_integers((top, bot, left, right), "copyMakeBorder: widths")
    if min(margins) < 0 or max(margins) >= _MOST or not isinstance(type, int) or type not in range(5):
        raise DataError(
            f"copyMakeBorder: widths are at least 0 and type is one of 0 to 4, given {margins} and type={brief(type)}."
        )
    try:
        color = np.asarray(values, np.float64).ravel()
    except (TypeError, ValueError):
        raise DataError(f"copyMakeBorder: values is a number for each channel, given {described(values)}.") from None
    return delivered(bordered(picture, margins, type, color.tolist() or (value,) * picture.shape[2]), out)


def fixed_crop(
    src: Any, x0: int, y0: int, w: int, h: int, size: Sequence[int] | None = None, interp: int = 2
) -> NDArray:
    """A part of a picture, resized to a width and height if they are given."""
    return delivered(_part(pixels(src, "fixed_crop"), (x0, y0, w, h), size, interp))


def _part(values: np.ndarray, box: Box, size: Sequence[int] | None, interp: int) -> np.ndarray:
    left, top, width, height = as_integers(box, "the place of a part")
    part = values[top : top + height, left : left + width]
    if not part.size:
        raise DataError(
            f"the part at ({left}, {top}) of width {width} and height {height} is not in a picture of width "
            f"{values.shape[1]} and height {values.shape[0]}."
        )
    if size is None:
        return part
    new = pair(size, "the size of a part")
    if new == (width, height):
        return part
    return resized(part, *new, interpolation(interp, (height, width, new[1], new[0])))


def random_crop(src: Any, size: Sequence[int], interp: int = 2) -> tuple[NDArray, Box]:
    """A part of a given width and height, at any place; made smaller and then enlarged, if it exceeds the picture.

    Returns:
        the part, and where it was.
    """
    values = pixels(src, "random_crop")
    width, height = scale_down((values.shape[1], values.shape[0]), size)
    left, top = random.randint(0, values.shape[1] - width), random.randint(0, values.shape[0] - height)
    box = (left, top, width, height)
    return delivered(_part(values, box, size, interp)), box


def center_crop(src: Any, size: Sequence[int], interp: int = 2) -> tuple[NDArray, Box]:
    """The middle part of a given width and height; made smaller and then enlarged, if it exceeds the picture.

    Returns:
        the part, and where it was.

    >>> import symgraph as mx
    >>> mx.image.center_crop(mx.nd.zeros((4, 6, 3)), (2, 2))[1]
    (2, 1, 2, 2)
    """
    values = pixels(src, "center_crop")
    box = _center(values, size)
    return delivered(_part(values, box, size, interp)), box


def _range(given: Any, name: str) -> tuple[float, float]:
    """Two numbers above 0."""
    numbers = given if isinstance(given, (list, tuple)) else ()
    if len(numbers) != 2 or not all(
        isinstance(number, (int, float, np.number)) and 0 < number < math.inf for number in numbers
    ):
        raise DataError(
            f"random_size_crop: {name} is two numbers above 0, the least and the greatest, given {brief(given)}."
        )
    return float(numbers[0]), float(numbers[1])


def _center(values: np.ndarray, size: Sequence[int]) -> Box:
    width, height = scale_down((values.shape[1], values.shape[0]), size)
    return (values.shape[1] - width) // 2, (values.shape[0] - height) // 2, width, height


def random_size_crop(
    src: Any, size: Sequence[int], area: Any, ratio: Sequence[float], interp: int = 2, **kwargs: Any
) -> tuple[NDArray, Box]:
    """A part of a random area and ratio at any place, resized to a width and height (Szegedy et al. 2015).

    Args:
        size: width and height.
        area: the least and the greatest share of the picture; or the least one.
        ratio: the least and the greatest ratio of width and height.
        interp: see `imresize`; 9 for what suits the sizes, 10 for any.

    Returns:
        the part, and where it was; the middle one, if none of several fits.

    Raises:
        DataError: a keyword does not exist.
    """
    if "min_area" in kwargs:
        warnings.warn("`min_area` is deprecated. Please use `area` instead.", DeprecationWarning, stacklevel=2)
        area = kwargs.pop("min_area")
    if kwargs:
        raise DataError(f"random_size_crop: keyword '{min(kwargs)}' is unknown.")
    values = pixels(src, "random_size_crop")
    size = pair(size, "random_size_crop: the size")
    least, greatest = _range(area if isinstance(area, (list, tuple)) else (area, 1.0), "area")
    ratio = _range(ratio, "ratio")
    height, width = values.shape[:2]
    for _ in range(_TRIALS):
        target = random.uniform(least, greatest) * height * width
        shape = math.exp(random.uniform(math.log(ratio[0]), math.log(ratio[1])))
        new_width, new_height = round(math.sqrt(target * shape)), round(math.sqrt(target / shape))
        if new_width <= width and new_height <= height:
            left, top = random.randint(0, width - new_width), random.randint(0, height - new_height)
            box = (left, top, new_width, new_height)
            return delivered(_part(values, box, size, interp)), box
    box = _center(values, size)
    return delivered(_part(values, box, size, interp)), box
