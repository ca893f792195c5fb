"""`ImageRecordIter`: batches of the images of files of records."""

from __future__ import annotations

import logging
import os
from typing import Any, ClassVar

import numpy as np

from symgraph.errors import DataError, counted
from symgraph.ir.shape import show
from symgraph.runtime.copies import cast
from symgraph.runtime.creation import array
from symgraph.runtime.params import save
from symgraph.runtime.pictures import COLOR, GRAY, UNCHANGED, decoded
from symgraph.train.io.decoded_batches import DecodedBatches, mean_image
from symgraph.train.io.image_augment import augmented
from symgraph.train.io.image_records import Example, ImageRecords
from symgraph.train.io.image_settings import ImageSettings
from symgraph.train.io.mx_data_iter import MXDataIter
from symgraph.train.io.settings import read_settings

_KINDS = {1: GRAY, 3: COLOR, 4: UNCHANGED}
"""How images are decoded, by the number of channels."""

_SEED = 111
"""What MXNet adds to the seed that decides about orders."""


class ImageRecordIter(MXDataIter):
    """Batches of images (batch_size, channels, height, width), decoded by several threads. Takes keywords only.

    Images are cut to `data_shape`, at the center if nothing else is said; smaller ones are enlarged first. The first axis
    of colors is red, green, blue. `index` of a batch has the numbers that images have in their records.

    Args:
        path_imgrec, data_shape, batch_size and further ones: see `symgraph.train.io.image_settings` and
            `symgraph.train.io.settings.BatchSettings`.

    Raises:
        DataError: a keyword is missing or invalid, or an image does not fit.
        FormatError: a file is damaged.
        FileError: a file cannot be read.

    >>> import symgraph as mx, numpy as np, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXRecordIO(path, "w") as file:
    ...         for i in range(3):
    ...             picture = np.full((5, 5, 3), 50 * i, np.uint8)
    ...             file.write(mx.recordio.pack_img((0, i, i, 0), picture, img_fmt=".png"))
    ...     batches = mx.io.ImageRecordIter(path_imgrec=path, data_shape=(3, 4, 4), batch_size=2, scale=0.1, verbose=False)
    ...     [(batch.data[0].shape, batch.label[0].asnumpy().tolist(), batch.pad) for batch in batches]
    [((2, 3, 4, 4), [0.0, 1.0], 0), ((2, 3, 4, 4), [2.0, 0.0], 1)]
    """

    usual_dtype: ClassVar[str] = "float32"

    def __init__(self, *args: Any, **kwargs: Any):
        who = type(self).__name__
        settings = read_settings(ImageSettings, who, args, kwargs)
        super().__init__(_Images(who, settings, self.usual_dtype), settings.batch_size, settings.prefetch_buffer)


class ImageRecordUInt8Iter(ImageRecordIter):
    """`ImageRecordIter` of unsigned bytes, which are not normalized."""

    usual_dtype = "uint8"


class ImageRecordInt8Iter(ImageRecordIter):
    """`ImageRecordIter` of signed bytes: what images have more than the mean, rounded and kept within their range."""

    usual_dtype = "int8"


class ImageRecordIter_v1(ImageRecordIter):  # noqa: N801 - MXNet's name
    """`ImageRecordIter` by its old name."""


class ImageRecordUInt8Iter_v1(ImageRecordUInt8Iter):  # noqa: N801 - MXNet's name
    """`ImageRecordUInt8Iter` by its old name."""


class _Images(DecodedBatches):
    """Batches of images that are cut out, changed by chance, and normalized."""

    settings: ImageSettings

    def __init__(self, who: str, settings: ImageSettings, dtype: str):
        shape, width = settings.data_shape, settings.label_width
        if len(shape) != 3 or shape[0] not in _KINDS or min(shape) < 1:
            raise DataError(
                f"{who}: data_shape={show(shape)} is invalid; expected (1, 3 or 4 channels, height, width)."
            )
        images = ImageRecords(who, settings, width, settings.seed + _SEED)
        super().__init__(images, settings, () if width == 1 else (width,), dtype)
        if settings.verbose:
            logging.root.info(
                "%s: %s, use %d threads for decoding..", who, settings.path_imgrec, settings.preprocess_threads
            )
        means, deviations = ([getattr(settings, f"{kind}_{c}") for c in "rgba"[: shape[0]]] for kind in ("mean", "std"))
        if not all(deviations):
            raise DataError(f"{who}: std_r, std_g, std_b and std_a divide, and must not be 0.")
        self.mean = np.array(means, np.float32)[:, None, None]
        self.deviation = np.array(deviations, np.float32)[:, None, None]
        if settings.mean_img and self.dtype != np.uint8:
            self.mean = self._mean_image(settings.mean_img)

    def write(self, example: Example, seed: tuple[int, ...], data: np.ndarray, label: np.ndarray) -> None:
        settings = self.settings
        rng = self._generator(seed)
        picture = self._picture(example, rng)
        is_mirrored = settings.mirror or (settings.rand_mirror and rng.random() < 0.5)
        target = data[:, :, ::-1] if is_mirrored else data
        label[...] = example.labels if label.ndim else example.labels[0]
        if self.dtype == np.uint8:
            target[...] = picture
        elif self.dtype == np.int8:
            target[...] = np.clip(picture - np.floor(self.mean + np.float32(0.5)), -128, 127)
        elif self.dtype == np.float32:
            target[...] = picture
            self._normalize(target, rng)
        else:
            values = picture.astype(np.float32)
            self._normalize(values, rng)
            target[...] = cast(values, self.dtype)

    def _generator(self, seed: tuple[int, ...]) -> np.random.Generator:
        given = self.settings.seed if self.settings.seed_aug is None else self.settings.seed_aug
        return np.random.default_rng((given % 2**32, *seed))

    def _picture(self, example: Example, rng: np.random.Generator) -> np.ndarray:
        """The image (channels, height, width), as unsigned bytes."""
        channels = self.settings.data_shape[0]
        picture = decoded(example.content, _KINDS[channels], what="its content")
        if picture.ndim != 3 or picture.shape[2] != channels:
            has = counted(picture.shape[2] if picture.ndim == 3 else 1, "channel")
            raise DataError(f"it has {has}, and data_shape={show(self.settings.data_shape)} needs {channels}.")
        return augmented(picture, self.settings, rng).transpose(2, 0, 1)

    def _normalize(self, values: np.ndarray, rng: np.random.Generator) -> None:
        settings = self.settings
        contrast = 1 + rng.uniform(-settings.max_random_contrast, settings.max_random_contrast)
        illumination = rng.uniform(-settings.max_random_illumination, settings.max_random_illumination)
        if self.mean.any():
            values -= self.mean
        factor = np.float32(contrast * settings.scale) / self.deviation
        if (factor != 1).any():
            values *= factor
        if illumination:
            values += np.float32(illumination * settings.scale) / self.deviation

    def _mean_image(self, path: str) -> np.ndarray:
        """The mean of all images, from a file, or of the images and written there."""
        if os.path.exists(path):
            return mean_image(path, self.settings.data_shape, self.images.who)
        logging.root.info("Cannot find %s: create mean image, this will take some time...", path)
        total, count = np.zeros(self.settings.data_shape), 0
        for count, example in enumerate(self.images.examples(0), 1):
            total += self._picture(example, self._generator((0, count)))
        mean = (total / max(count, 1)).astype(np.float32)
        save(path, {"mean_img": array(mean)})
        logging.root.info("Save mean image to %s..", path)
        return mean
