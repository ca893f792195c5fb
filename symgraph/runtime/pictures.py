"""Pictures in files and in memory, on the host: decoding, encoding, resizing, borders, affine maps.

OpenCV does the work if it is installed, as in MXNet. Pillow decodes and encodes otherwise; what it has no equal for, NumPy
computes. Pixels then agree with OpenCV's, or differ by 1 where a gray picture is made of a colored one, and after resizing.

A picture is an array (height, width, channels), of unsigned bytes unless something else is said. All functions may be called
by several threads, and let others run while they work.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError, brief, described, is_array
from symgraph.ir.file_kinds import remark
from symgraph.ops.image_resize import AREA, BILINEAR, LANCZOS, NEAREST, overlaps, taps
from symgraph.runtime.copies import cast
from symgraph.runtime.optional import optional

GRAY, COLOR, UNCHANGED = 0, 1, -1
"""What to decode a picture to; its orientation in the camera is not looked at."""

_IGNORE_ORIENTATION = 128
_JPEG, _PNG = (".jpg", ".jpeg"), (".png",)
_LUMA = np.array([0.299, 0.587, 0.114])
OPENCV = "opencv-python-headless"
"""The package that has OpenCV."""


@cache
def opencv() -> ModuleType | None:
    """OpenCV, if it is installed."""
    try:
        return importlib.import_module("cv2")
    except ImportError:
        return None


@cache
def _pillow() -> Any:
    return optional("PIL.Image", "to read and write pictures", "OpenCV or Pillow", OPENCV)


def decoded(content: bytes, kind: int = COLOR, in_rgb: bool = True, what: str = "the content") -> np.ndarray:
    """The picture that is encoded as JPEG, PNG or the like.

    Args:
        content: the bytes of the file.
        kind: `GRAY` for one channel, `COLOR` for three, `UNCHANGED` for what there is; then, a gray picture has two axes,
            and an element may have 16 bits.
        in_rgb: colors in the order red, green, blue; otherwise blue, green, red.
        what: what the bytes are, in messages.

    Raises:
        FormatError: there is no picture in them, or only a part of one.
    """
    if not content:
        raise FormatError(f"{what} is empty, and no picture.")
    cv2 = opencv()
    try:
        found = _decoded_by_pillow(content, kind) if cv2 is None else _decoded_by_opencv(cv2, content, kind)
    except (OSError, ValueError, SyntaxError) as error:
        raise FormatError(f"{what} cannot be decoded as a picture: {error}.{remark(content, 'a picture')}") from None
    if found is None:
        raise FormatError(
            f"{what} cannot be decoded as a picture: it is of another format, damaged or truncated."
            f"{remark(content, 'a picture')}"
        )
    if found.ndim == 2:
        return found if kind == UNCHANGED else found[:, :, None]
    return found if in_rgb else _reversed(found)


def _decoded_by_opencv(cv2: Any, content: bytes, kind: int) -> np.ndarray | None:
    flag = kind if kind == UNCHANGED else kind | _IGNORE_ORIENTATION
    found = cv2.imdecode(np.frombuffer(content, np.uint8), flag)
    return found if found is None or found.ndim == 2 else _reversed(found)


def _decoded_by_pillow(content: bytes, kind: int) -> np.ndarray:
    with _pillow().open(io.BytesIO(content)) as picture:
        if kind == GRAY:
            picture.draft("L", picture.size)
        values = np.asarray(picture)
        if picture.mode.startswith("I") and kind != UNCHANGED:
            values = (values >> 8).astype(np.uint8)
        elif picture.mode not in ("L", "RGB", "RGBA") and not picture.mode.startswith("I"):
            values = np.asarray(picture.convert("L" if picture.mode == "1" else "RGB"))
    if kind == UNCHANGED:
        return values
    if kind == GRAY:
        return values if values.ndim == 2 else np.rint(values[..., :3] @ _LUMA).astype(np.uint8)
    return np.repeat(values[:, :, None], 3, axis=2) if values.ndim == 2 else np.ascontiguousarray(values[..., :3])


def _reversed(picture: np.ndarray) -> np.ndarray:
    """With red and blue exchanged; a fourth channel stays."""
    cv2 = opencv()
    if cv2 is not None and picture.shape[2] == 3 and picture.dtype in (np.uint8, np.uint16, np.float32):
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(np.concatenate([picture[..., 2::-1], picture[..., 3:]], axis=2))


def encoded(picture: Any, ending: str = ".jpg", quality: int = 95) -> bytes:
    """The content of a file of a picture.

    Args:
        picture: (height, width), or (height, width, 3) in the order blue, green, red, of unsigned bytes.
        ending: that of the file, which says the format: ``.jpg``, ``.png`` and others.
        quality: of JPEG, from 1 to 100; for PNG, how much time to spend on compression, from 1 to 9.

    Raises:
        DataError: `picture` is something else, or the format is unknown.
    """
    values: np.ndarray = np.asarray(picture) if is_array(picture) else np.empty(0)
    is_picture = values.ndim == 2 or (values.ndim == 3 and values.shape[2] in (1, 3, 4))
    if values.dtype != np.uint8 or not is_picture or not values.size:
        raise DataError(
            f"a picture to encode is an array (height, width) or (height, width, 3) of unsigned bytes, given "
            f"{described(picture)}{f' and dtype {values.dtype}' if values.size else ''}."
        )
    cv2 = opencv()
    try:
        if cv2 is None:
            return _encoded_by_pillow(values, ending, quality)
        return _encoded_by_opencv(cv2, values, ending, quality)
    except Exception as error:
        raise DataError(
            f"a picture of shape {values.shape} cannot be encoded as {brief(ending)}: {' '.join(str(error).split())}"
        ) from None


def _encoded_by_opencv(cv2: Any, values: np.ndarray, ending: str, quality: int) -> bytes:
    options = []
    if ending.lower() in _JPEG:
        options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    elif ending.lower() in _PNG:
        options = [cv2.IMWRITE_PNG_COMPRESSION, min(quality, 9)]
    return cv2.imencode(ending, np.ascontiguousarray(values), options)[1].tobytes()


def _encoded_by_pillow(values: np.ndarray, ending: str, quality: int) -> bytes:
    if values.ndim == 3:
        values = values[:, :, 0] if values.shape[2] == 1 else _reversed(values)
    picture, stream = _pillow().fromarray(values), io.BytesIO()
    options = {"compress_level": min(quality, 9)} if ending.lower() in _PNG else {"quality": quality}
    picture.save(stream, format=_pillow().registered_extensions()[ending.lower()], **options)
    return stream.getvalue()


def resized(picture: np.ndarray, width: int, height: int, interp: int) -> np.ndarray:
    """A picture of another size, of the same dtype.

    Args:
        interp: 0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos.
    """
    if (height, width) == picture.shape[:2]:
        return picture
    cv2 = opencv()
    if cv2 is not None and picture.dtype in (np.uint8, np.uint16, np.int16, np.float32, np.float64):
        return cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=interp).reshape(
            height, width, picture.shape[2]
        )
    return _resized_by_numpy(picture, width, height, interp)


def _resized_by_numpy(picture: np.ndarray, width: int, height: int, interp: int) -> np.ndarray:
    old_height, old_width = picture.shape[:2]
    if interp == NEAREST:
        rows, columns = taps(NEAREST, old_height, height).place, taps(NEAREST, old_width, width).place
        return picture[rows, columns[:, 0]]
    matrices = []
    shrinks = height <= old_height and width <= old_width
    halves = (old_height, old_width) == (2 * height, 2 * width)
    for old, new in ((old_height, height), (old_width, width)):
        if (interp == AREA and shrinks) or (interp == BILINEAR and halves):
            covered, length = overlaps(old, new)
            matrices.append(covered / length)
        else:
            matrices.append(taps(interp, old, new).matrix(old))
    down, across = (matrix.astype(np.float32) for matrix in matrices)
    values = np.einsum("yh,hwc,xw->yxc", down, picture.astype(np.float32), across, optimize=True)
    return _rounded(values, picture.dtype)


def _rounded(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        values = np.clip(np.rint(values), bounds.min, bounds.max)
    return cast(values, dtype)


def check_interp(interp: Any) -> int:
    """An interpolation method as a number; `DataError` if it is none."""
    if not isinstance(interp, (int, np.integer)) or not NEAREST <= interp <= LANCZOS + 1:
        raise DataError(
            f"interp={brief(interp)} is no interpolation: 0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos."
        )
    return int(interp)


_BORDERS = ("constant", "edge", "symmetric", "wrap", "reflect")
"""OpenCV's kinds of borders by number, as NumPy calls them."""


def bordered(picture: np.ndarray, margins: Sequence[int], kind: int = 0, values: Sequence[float] = ()) -> np.ndarray:
    """A picture with borders.

    Args:
        margins: widths of the borders at the top, bottom, left and right.
        kind: 0 of `values`, one for each channel and 0 for those that lack one, or a single one for all of them; 1 of the
            last pixel; 2 mirrored; 3 from the other side; 4 mirrored without the last pixel.
    """
    top, bottom, left, right = margins
    widths = ((top, bottom), (left, right), (0, 0))
    if kind != 0:
        return np.pad(picture, widths, mode=_BORDERS[kind])  # type: ignore[call-overload]
    height, width, channels = picture.shape
    found = np.empty((height + top + bottom, width + left + right, channels), picture.dtype)
    filling = np.zeros(channels)
    filling[: len(values) if len(values) != 1 else None] = list(values)[:channels]
    found[...] = _rounded(filling, picture.dtype)
    found[top : top + height, left : left + width] = picture
    return found


def warped(picture: np.ndarray, matrix: np.ndarray, width: int, height: int, interp: int, fill: int) -> np.ndarray:
    """A picture under an affine map.

    Args:
        matrix: (2, 3), maps columns and rows of the old picture to those of the new one.
        width, height: the size of the new one.
        interp: see `resized`.
        fill: what is outside of the old one.
    """
    cv2 = opencv()
    if cv2 is not None:
        found = cv2.warpAffine(
            picture,
            matrix,
            (width, height),
            flags=interp,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(fill,) * picture.shape[2],
        )
        return found.reshape(height, width, picture.shape[2])
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    x, y = (back[i, 0] * columns + back[i, 1] * rows + back[i, 2] for i in (0, 1))
    margin = bordered(picture, (1, 1, 1, 1), 0, (fill,) * picture.shape[2]).astype(np.float32)
    if interp == NEAREST:
        x, y = np.rint(x), np.rint(y)
    x, y = np.clip(x, -1, picture.shape[1]) + 1, np.clip(y, -1, picture.shape[0]) + 1
    left, top = np.minimum(x.astype(int), picture.shape[1]), np.minimum(y.astype(int), picture.shape[0])
    part_x, part_y = (x - left)[..., None], (y - top)[..., None]
    upper = margin[top, left] * (1 - part_x) + margin[top, left + 1] * part_x
    lower = margin[top + 1, left] * (1 - part_x) + margin[top + 1, left + 1] * part_x
    return _rounded(upper * (1 - part_y) + lower * part_y, picture.dtype)
