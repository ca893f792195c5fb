"""`ImageDetIter`: batches of pictures and of boxes around their objects."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError, described
from symgraph.ir.shape import show
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.optional import missing
from symgraph.runtime.pictures import OPENCV, opencv
from symgraph.train.image.detection_creation import CreateDetAugmenter
from symgraph.train.image.image_iter import ImageIter

_LEAST = 7
"""So many numbers has the shortest label: two lengths, and one object."""


class ImageDetIter(ImageIter):
    """Batches of pictures (batch_size, 3, height, width) and labels (batch_size, n, w) with up to n objects.

    The label of a picture in a file or list is a row of numbers: how many of them come before the objects, how many an
    object has, and so on; an object is ``class, left, top, right, bottom`` and perhaps more, with places as shares of width
    and height. Rows of -1 fill labels up. Objects without an area are left out, and so are pictures without objects.

    Args:
        aug_list: `DetAugmenter`s; by default those of `CreateDetAugmenter`, which gets the further arguments.
        batch_size, data_shape and others: see `ImageIter`.

    Attributes:
        label_shape: (n, w).

    Raises:
        DataError: an argument is invalid, or no picture has a label.

    >>> import symgraph as mx, numpy as np, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXRecordIO(path, "w") as file:
    ...         for i in range(2):
    ...             label = [2, 5] + [3, 0.25, 0.25, 0.5, 0.75] * (i + 1)
    ...             file.write(mx.recordio.pack_img((0, label, i, 0), np.zeros((9, 7, 3), np.uint8), img_fmt=".png"))
    ...     batch = mx.image.ImageDetIter(2, (3, 4, 4), path_imgrec=path).next()
    ...     batch.label[0].asnumpy()[0].tolist()
    [[3.0, 0.25, 0.25, 0.5, 0.75], [-1.0, -1.0, -1.0, -1.0, -1.0]]
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Sequence[int],
        path_imgrec: str | None = None,
        path_imglist: str | None = None,
        path_root: str | None = None,
        path_imgidx: str | None = None,
        shuffle: bool = False,
        part_index: int = 0,
        num_parts: int = 1,
        aug_list: Sequence[Any] | None = None,
        imglist: Sequence[Any] | None = None,
        data_name: str = "data",
        label_name: str = "label",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ):
        super().__init__(
            batch_size=batch_size,
            data_shape=data_shape,
            path_imgrec=path_imgrec,
            path_imglist=path_imglist,
            path_root=path_root,
            path_imgidx=path_imgidx,
            shuffle=shuffle,
            part_index=part_index,
            num_parts=num_parts,
            aug_list=[],
            imglist=imglist,
            data_name=data_name,
            label_name=label_name,
            last_batch_handle=last_batch_handle,
        )
        self.auglist = CreateDetAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self._set_label_shape(self._estimate_label_shape())

    def _set_label_shape(self, shape: tuple[int, int]) -> None:
        self.label_shape = shape
        self.provide_label = [(self.provide_label[0][0], (self.batch_size, *shape))]

    def _estimate_label_shape(self) -> tuple[int, int]:
        """The greatest number of objects, and how many numbers an object has."""
        self.reset()
        most, width = 0, None
        while True:
            try:
                label = self._valid_label(self.next_sample()[0])
            except StopIteration:
                break
            if label is not None:
                most, width = max(most, len(label)), label.shape[1]
        self.reset()
        if width is None:
            raise DataError(f"{self._who}: no picture has a label with an object in it.")
        return most, width

    def _valid_label(self, label: Any) -> np.ndarray | None:
        """The objects of a label; ``None``, and a line in the log, if there are none."""
        try:
            objects = self._parse_label(label)
            self._check_valid_label(objects)
        except FormatError as error:
            logging.root.info("Invalid label, skipping: %s", error)
            return None
        return objects

    def _parse_label(self, label: Any) -> np.ndarray:
        """The objects (n, w) of a label as it stands in a file.

        Raises:
            FormatError: it is no such label, or has no object with an area.
        """
        raw = np.asarray(label.asnumpy() if isinstance(label, NDArray) else label).ravel()
        if raw.size < _LEAST:
            raise FormatError(f"Label shape is invalid: {raw.shape}; expected at least {_LEAST} numbers.")
        header, width = int(raw[0]), int(raw[1])
        if width < 5 or not 2 <= header <= raw.size or (raw.size - header) % width:
            raise FormatError(
                f"Label shape {raw.shape} inconsistent with annotation width {width} behind {header} other numbers."
            )
        objects = raw[header:].reshape(-1, width)
        objects = objects[(objects[:, 3] > objects[:, 1]) & (objects[:, 4] > objects[:, 2])]
        if not len(objects):
            raise FormatError("Encounter sample with no valid label.")
        return objects

    def _check_valid_label(self, label: np.ndarray) -> None:
        """Raise `FormatError` unless there are objects, with classes from 0 on and places from 0 to 1."""
        if label.ndim != 2 or label.shape[1] < 5:
            raise FormatError(f"Label with shape (1+, 5+) required, {label} received.")
        places = label[:, 1:5]
        is_valid = (label[:, 0] >= 0) & (places >= 0).all(axis=1) & (places <= 1).all(axis=1)
        if not (is_valid & (label[:, 3] > label[:, 1]) & (label[:, 4] > label[:, 2])).any():
            raise FormatError("Invalid label occurs.")

    def reshape(self, data_shape: Sequence[int] | None = None, label_shape: Sequence[int] | None = None) -> None:
        """Give batches of other shapes: (3, height, width), and (number of objects, numbers of an object)."""
        if data_shape is not None:
            self.check_data_shape(data_shape)
            self.data_shape = tuple(data_shape)
            self.provide_data = [(self.provide_data[0][0], (self.batch_size, *data_shape))]
        if label_shape is not None:
            self.check_label_shape(label_shape)
            self._set_label_shape((label_shape[0], label_shape[1]))

    def check_label_shape(self, label_shape: Sequence[int]) -> None:
        """Raise `DataError` unless labels of this shape hold the objects."""
        if len(label_shape) != 2:
            raise DataError(
                f"{self._who}: label_shape should have length 2, the number of objects and of what an object has; given "
                f"{described(label_shape)}."
            )
        if label_shape[0] < self.label_shape[0] or label_shape[1] != self.label_shape[1]:
            raise DataError(
                f"{self._who}: label_shape {show(tuple(label_shape))} cannot hold labels of {show(self.label_shape)}: "
                f"there may be more objects, of as many numbers."
            )

    def sync_label_shape(self, it: ImageDetIter, verbose: bool = False) -> ImageDetIter:
        """Let two iterators give labels of the same shape, as for training and validation; the other iterator."""
        if not isinstance(it, ImageDetIter):
            raise DataError(
                f"{self._who}: expected an ImageDetIter to share a label shape with, given {described(it)}."
            )
        shape = (max(self.label_shape[0], it.label_shape[0]), self.label_shape[1])
        for one in (self, it):
            if one.label_shape != shape:
                one.reshape(None, shape)
        if verbose:
            logging.root.info("Resized label_shape to %s.", shape)
        return it

    def _batchify(self, batch_data: np.ndarray, batch_label: np.ndarray, start: int = 0) -> int:
        """Write pictures and labels into a batch, from a place on; how far it is filled."""
        place = start
        while place < self.batch_size:
            try:
                raw, content = self.next_sample()
            except StopIteration:
                if not place:
                    raise
                break
            label = self._valid_label(raw)
            if label is None:
                continue
            data = self.imdecode(content)
            self.check_valid_image(data)
            data, label = self.augmentation_transform(data, label)
            self._write(data, label, batch_data, batch_label, place)
            place += 1
        return place

    def _write(self, data: Any, label: Any, batch_data: np.ndarray, batch_label: np.ndarray, place: int) -> None:
        count, width = label.shape
        if count > batch_label.shape[1] or width != batch_label.shape[2]:
            raise DataError(
                f"{self._who}: a picture has a label of {show(label.shape)}, and label_shape is {show(self.label_shape)}."
            )
        self._write_picture(data, batch_data, place)
        batch_label[place, :count] = label
        batch_label[place, count:] = -1

    def augmentation_transform(self, data: Any, label: Any = None) -> Any:
        """The picture and label that the augmenters make of one."""
        for augmenter in self.auglist:
            data, label = augmenter(data, label)
        return data, label

    def draw_next(
        self,
        color: Any = None,
        thickness: int = 2,
        mean: Any = None,
        std: Any = None,
        clip: bool = True,
        waitKey: int | None = None,  # noqa: N803 - MXNet's name
        window_name: str = "draw_next",
        id2labels: Any = None,
    ) -> Iterator[np.ndarray]:
        """The augmented pictures, one after the other, with their boxes drawn; in a window, if `waitKey` is given.

        Args:
            color: of boxes, red, green and blue; by chance by default.
            thickness: of lines, in pixels.
            mean, std: what normalization is undone by; ``True`` for the values of ImageNet.
            clip: keep values between 0 and 255.
            waitKey: milliseconds to show a picture in a window for; 0 until a key is pressed.
            window_name: what the window is called.
            id2labels: names of classes, to be written beside boxes.

        Raises:
            MissingPackageError: OpenCV is not installed.
        """
        cv2 = opencv()
        if cv2 is None:
            raise missing("to draw boxes", "OpenCV", OPENCV)
        mean = np.array([123.68, 116.28, 103.53]) if mean is True else mean
        std = np.array([58.395, 57.12, 57.375]) if std is True else std
        for raw, content in iter(self._next_or_none, None):
            label = self._valid_label(raw)
            if label is None:
                continue
            data, label = self.augmentation_transform(self.imdecode(content), label)
            image = np.asarray(data, np.float64)
            image = image * (1 if std is None else std) + (0 if mean is None else mean)
            picture = np.ascontiguousarray(np.clip(image, 0, 255) if clip else image, np.uint8)
            _draw(cv2, picture, label, color, thickness, id2labels)
            if waitKey is not None:
                cv2.imshow(window_name, picture[:, :, ::-1])
                cv2.waitKey(waitKey)
            yield picture

    def _next_or_none(self) -> tuple[Any, bytes] | None:
        try:
            return self.next_sample()
        except StopIteration:
            return None


def _draw(cv2: Any, picture: np.ndarray, label: np.ndarray, color: Any, thickness: int, names: Any) -> None:
    height, width = picture.shape[:2]
    for row in label:
        left, top, right, bottom = (int(place) for place in row[1:5] * (width, height, width, height))
        shade = tuple(int(c) for c in (np.random.rand(3) * 255 if color is None else color))
        cv2.rectangle(picture, (left, top), (right, bottom), shade, thickness)
        if names is not None and int(row[0]) in names:
            cv2.putText(
                picture, names[int(row[0])], (left + 5, top + 20), cv2.FONT_HERSHEY_SIMPLEX, 1, shade, thickness
            )
