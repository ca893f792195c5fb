"""`ImageDetRecordIter`: batches of images, and of the boxes around their objects, of files of records."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError
from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.runtime.pictures import COLOR, GRAY, decoded
from symgraph.train.io.decoded_batches import DecodedBatches, mean_image
from symgraph.train.io.detection_augment import augmented
from symgraph.train.io.image_records import Example, ImageRecords
from symgraph.train.io.image_settings import DetectionSettings
from symgraph.train.io.mx_data_iter import MXDataIter
from symgraph.train.io.settings import read_settings

_SEED = 233
"""What MXNet adds to the seed that decides about orders."""
_LEAST = 7
"""So many numbers has the shortest label: two lengths, and one object."""
_HEAD = 4
"""What stands before labels in a batch: number of channels, rows and columns of the image, and of numbers that follow."""


class ImageDetRecordIter(MXDataIter):
    """Batches of images (batch_size, channels, height, width) and their labels (batch_size, n). Takes keywords only.

    A label in a record is a row of numbers: how many of them come before the objects, how many an object has, and so on;
    an object is ``class, left, top, right, bottom`` and perhaps more, with places as shares of width and height. In a
    batch, four numbers stand before it: of channels, rows and columns that the image takes, and how long the label is.

    Args:
        path_imgrec, data_shape, batch_size and further ones: see `symgraph.train.io.image_settings` and
            `symgraph.train.io.settings.BatchSettings`.

    Raises:
        DataError: a keyword is missing or invalid, or an image does not fit.
        FormatError: a file, or a label in it, is damaged.
        FileError: a file cannot be read.

    >>> import symgraph as mx, numpy as np, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXRecordIO(path, "w") as file:
    ...         label = [2, 5, 3, 0.25, 0.25, 0.5, 0.75]
    ...         file.write(mx.recordio.pack_img((0, label, 0, 0), np.zeros((9, 7, 3), np.uint8), img_fmt=".png"))
    ...     batches = mx.io.ImageDetRecordIter(path_imgrec=path, data_shape=(3, 4, 4), batch_size=1, verbose=False)
    ...     batches.next().label[0].asnumpy().tolist()
    [[3.0, 4.0, 4.0, 7.0, 2.0, 5.0, 3.0, 0.25, 0.25, 0.5, 0.75]]
    """

    def __init__(self, *args: Any, **kwargs: Any):
        settings = read_settings(DetectionSettings, "ImageDetRecordIter", args, kwargs)
        super().__init__(_Images(settings), settings.batch_size, settings.prefetch_buffer)


class _Images(DecodedBatches):
    """Batches of images and objects."""

    settings: DetectionSettings

    def __init__(self, settings: DetectionSettings):
        who, shape = "ImageDetRecordIter", settings.data_shape
        if len(shape) != 3 or shape[0] not in (1, 3) or min(shape) < 1:
            raise DataError(f"{who}: data_shape={show(shape)} is invalid; expected (1 or 3 channels, height, width).")
        images = ImageRecords(who, settings, max(settings.label_width, 0), settings.seed + _SEED)
        if settings.verbose:
            logging.root.info(
                "%s: %s, use %d threads for decoding..", who, settings.path_imgrec, settings.preprocess_threads
            )
        width = max((len(example.labels) for example in images.examples_in_order()), default=0)
        if 0 < settings.label_pad_width < width:
            raise DataError(
                f"{who}: label_pad_width={settings.label_pad_width} does not suffice for the longest label, of {width} numbers."
            )
        width = max(width, settings.label_pad_width)
        if settings.verbose:
            logging.root.info("%s: %s, label padding width: %d", who, settings.path_imgrec, width)
        super().__init__(images, settings, (_HEAD + width,), "float32")
        channels = "rgba"[: shape[0]]
        mean = np.array([getattr(settings, f"mean_{c}") for c in channels], np.float32)[:, None, None]
        self.mean = mean_image(settings.mean_img, shape, who) if settings.mean_img else mean
        deviations = np.array([getattr(settings, f"std_{c}") for c in channels], np.float32)[:, None, None]
        self.factor = np.float32(settings.scale) / np.where(deviations > 0, deviations, 1)

    def write(self, example: Example, seed: tuple[int, ...], data: np.ndarray, label: np.ndarray) -> None:
        settings = self.settings
        head, objects = _parsed(example.labels)
        kind = GRAY if settings.data_shape[0] == 1 else COLOR
        rng = np.random.default_rng((settings.seed % 2**32, *seed))
        picture, objects = augmented(decoded(example.content, kind, what="its content"), objects, settings, rng)
        height, width = picture.shape[:2]
        values = np.zeros(settings.data_shape, np.float32)
        values[:, :height, :width] = picture.transpose(2, 0, 1)
        data[...] = cast((values - self.mean) * self.factor, self.dtype)
        row = np.concatenate([head, objects.ravel()])
        label[:_HEAD] = (settings.data_shape[0], height, width, len(row))
        label[_HEAD:] = settings.label_pad_value
        label[_HEAD : _HEAD + len(row)] = row


def _parsed(label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What stands before the objects of a label, and the objects (n, w).

    Raises:
        FormatError: it is no such label.
    """
    before, width = (int(number) for number in label[:2]) if len(label) >= _LEAST else (0, 0)
    if width < 5 or not 2 <= before <= len(label) or (len(label) - before) % width:
        raise FormatError(
            f"its label of {len(label)} numbers is none of objects: it begins with how many numbers come before the objects, "
            f"and how many (5 or more) an object has."
        )
    return label[:before], label[before:].reshape(-1, width).astype(np.float64)
