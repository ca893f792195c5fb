"""`ImageIter`: batches of pictures in files, read one by one and changed by augmenters."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError, brief, described
from symgraph.ir.shape import show
from symgraph.runtime.atomic import read_whole
from symgraph.runtime.context import cpu
from symgraph.runtime.copies import adopt, room
from symgraph.runtime.ndarray import NDArray
from symgraph.train.image.codec import delivered, imdecode, pixels
from symgraph.train.image.creation import CreateAugmenter
from symgraph.train.image.lists import given_list, read_list
from symgraph.train.io.description import DataBatch
from symgraph.train.io.iterator import AT_END, DataIter
from symgraph.train.io.sources import batch_size_of, whole_number
from symgraph.train.recordio import MXIndexedRecordIO, MXRecordIO, unpack

_HANDLES = ("pad", "discard", "roll_over")
_LABELS = ("int32", "float32", "int64", "float64")


class ImageIter(DataIter):
    """Batches of pictures (batch_size, 3, height, width), of a file of records, of files in a list, or both.

    Subclasses override `next_sample`, `read_image`, `imdecode`, `augmentation_transform` or `postprocess_data`. Pictures are
    decoded one after the other: `ImageRecordIter` does it in several threads, and `PrefetchingIter` beside the training.

    Args:
        batch_size: number of pictures in a batch.
        data_shape: (3, height, width), what the augmenters make of pictures.
        label_width: number of labels of a picture.
        path_imgrec, path_imgidx: a file of records, and the file of keys and positions.
        path_imglist, path_root: a file of lines ``key<TAB>label ...<TAB>path``, and the folder of the paths; with a file of
            records, its labels replace those of the records.
        imglist: such a list, of ``[label, path]`` each.
        shuffle: put the pictures into a new order in every epoch, by Python's ``random``.
        num_parts, part_index: read one of several parts.
        aug_list: augmenters; by default those of `CreateAugmenter`, which gets the further arguments.
        dtype: of labels, before they become float32.
        last_batch_handle: what becomes of the last pictures, if they do not fill a batch; see `NDArrayIter`.

    Raises:
        DataError: an argument is invalid.
        FileError: a file cannot be read.

    >>> import symgraph as mx, numpy as np, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXRecordIO(path, "w") as file:
    ...         for i in range(3):
    ...             file.write(mx.recordio.pack_img((0, i, i, 0), np.zeros((9, 7, 3), np.uint8), img_fmt=".png"))
    ...     batches = mx.image.ImageIter(2, (3, 4, 4), path_imgrec=path, rand_crop=True)
    ...     [(batch.data[0].shape, batch.label[0].asnumpy().tolist(), batch.pad) for batch in batches]
    [((2, 3, 4, 4), [0.0, 1.0], 0), ((2, 3, 4, 4), [2.0, 0.0], 1)]
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Sequence[int],
        label_width: int = 1,
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
        label_name: str = "softmax_label",
        dtype: str = "float32",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ):
        super().__init__(batch_size_of(batch_size))
        who = self._who = type(self).__name__
        if last_batch_handle not in _HANDLES:
            raise DataError(
                f"{who}: last_batch_handle is one of {', '.join(_HANDLES)}, given {brief(last_batch_handle)}."
            )
        if dtype not in _LABELS:
            raise DataError(f"{who}: dtype is that of labels, one of {', '.join(_LABELS)}, given {brief(dtype)}.")
        self.check_data_shape(data_shape)
        self.data_shape = tuple(data_shape)
        self.label_width = whole_number(label_width, f"{who}: label_width", 1)
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.path_root = path_root
        self._open(path_imgrec, path_imgidx, path_imglist, imglist, np.dtype(dtype))
        self._take_part(num_parts, part_index)
        self.provide_data = [(data_name, (self.batch_size, *self.data_shape))]
        lengths = (self.batch_size, label_width) if label_width > 1 else (self.batch_size,)
        self.provide_label: list[tuple[str, tuple[int, ...]]] = [(label_name, lengths)]
        if aug_list is not None and not (isinstance(aug_list, (list, tuple)) and all(map(callable, aug_list))):
            raise DataError(f"{who}: aug_list is a list of augmenters, given {described(aug_list)}.")
        self.auglist: Sequence[Any] = CreateAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.cur = 0
        self._allow_read = True
        self.num_image = None if self.seq is None else len(self.seq)
        self._cache: tuple[np.ndarray, np.ndarray, int] | None = None
        self.reset()

    def _open(self, records: Any, index: Any, list_path: Any, imglist: Any, dtype: np.dtype) -> None:
        """Find out which pictures there are; `seq` has their keys, or is ``None`` if they can be read in order only."""
        if not (records or list_path or isinstance(imglist, (list, tuple))):
            raise DataError(f"{self._who}: give path_imgrec, path_imglist or imglist, or there are no pictures.")
        self.imgrec: MXRecordIO | None = None
        self.imgidx: list[Any] | None = None
        self.imglist = None
        if records and index:
            indexed = MXIndexedRecordIO(index, records, "r")
            self.imgrec, self.imgidx = indexed, list(indexed.keys)
        elif records:
            self.imgrec = MXRecordIO(records, "r")
        if list_path:
            self.imglist = read_list(list_path, dtype, self._who)
        elif isinstance(imglist, (list, tuple)):
            self.imglist = given_list(imglist, dtype, self._who)
        by_list = self.imglist is not None and (self.imgrec is None or self.imgidx is not None)
        self.seq = list(self.imglist) if by_list and self.imglist is not None else self.imgidx

    def _take_part(self, num_parts: int, part_index: int) -> None:
        whole_number(num_parts, f"{self._who}: num_parts", 1)
        if self.seq is None and (self.shuffle or num_parts > 1):
            raise DataError(
                f"{self._who}: shuffle and num_parts need path_imgidx, which says where records begin; without it, "
                f"records are read in their order."
            )
        if not 0 <= whole_number(part_index, f"{self._who}: part_index") < num_parts:
            raise DataError(
                f"{self._who}: part_index={part_index} is no part of num_parts={num_parts}; parts are counted from 0."
            )
        if self.seq is not None and num_parts > 1:
            length = len(self.seq) // num_parts
            self.seq = self.seq[part_index * length : (part_index + 1) * length]

    def reset(self) -> None:
        """Begin the next epoch, with the pictures that have been rolled over if there are any."""
        if self.shuffle and self.seq is not None:
            random.shuffle(self.seq)
        if self._cache is None:
            self._rewind()
        self._allow_read = True

    def hard_reset(self) -> None:
        """Begin again with the first picture, even where some have been rolled over."""
        self._cache = None
        self.reset()

    def _rewind(self) -> None:
        self.cur = 0
        if self.imgrec is not None:
            self.imgrec.reset()

    def next_sample(self) -> tuple[Any, bytes]:
        """Label and encoded picture of the next one.

        Raises:
            StopIteration: there is none.
        """
        if not self._allow_read:
            raise StopIteration(AT_END)
        if self.seq is None:
            assert self.imgrec is not None
            record = self.imgrec.read()
            if record is None:
                self._end_pass()
                raise StopIteration(AT_END)
            header, content = unpack(record)
            return header.label, content
        if self.cur >= len(self.seq):
            self._end_pass()
            raise StopIteration(AT_END)
        key = self.seq[self.cur]
        self.cur += 1
        label = self._listed(key)[0] if self.imglist is not None else None
        if isinstance(self.imgrec, MXIndexedRecordIO):
            header, content = unpack(self.imgrec.read_idx(key))
            return header.label if label is None else label, content
        return label, self.read_image(self._listed(key)[1])

    def _listed(self, key: Any) -> tuple[np.ndarray, str]:
        assert self.imglist is not None
        return self.imglist[key]

    def _end_pass(self) -> None:
        """Pictures that fill up a batch come from the beginning."""
        if self.last_batch_handle != "discard":
            self._rewind()

    def next(self) -> DataBatch:
        """The next batch.

        Raises:
            StopIteration: there is none, or pictures are too few to fill it up.
        """
        rolled_over, self._cache = self._cache, None
        if rolled_over is not None:
            data, label, count = rolled_over
        else:
            data, label = self._rooms()
            count = self._batchify(data, label)
        pad = self.batch_size - count
        if pad:
            if self.last_batch_handle == "discard":
                raise StopIteration(AT_END)
            if self.last_batch_handle == "roll_over" and rolled_over is None:
                self._cache = (data, label, count)
                raise StopIteration(AT_END)
            while count < self.batch_size:
                count = self._batchify(data, label, count)
            if self.last_batch_handle == "pad":
                self._allow_read = False
        return DataBatch([_adopted(data)], [_adopted(label)], pad=pad)

    def _rooms(self) -> tuple[np.ndarray, np.ndarray]:
        """A batch of zeros, and labels of zeros."""
        shapes = (self.provide_data[0][1], self.provide_label[0][1])  # pairs, which subclasses may replace
        data, label = (room(tuple(shape), np.dtype(np.float32)) for shape in shapes)
        data[...], label[...] = 0, 0
        return data, label

    def _batchify(self, batch_data: np.ndarray, batch_label: np.ndarray, start: int = 0) -> int:
        """Write pictures and labels into a batch, from a place on; how far it is filled."""
        place = start
        while place < self.batch_size:
            try:
                label, content = self.next_sample()
            except StopIteration:
                if not place:
                    raise
                break
            data = self.imdecode(content)
            self.check_valid_image(data)
            self._write(self.augmentation_transform(data), label, batch_data, batch_label, place)
            place += 1
        return place

    def _write(self, data: Any, label: Any, batch_data: np.ndarray, batch_label: np.ndarray, place: int) -> None:
        self._write_picture(data, batch_data, place)
        try:
            batch_label[place] = np.asarray(label) if batch_label.ndim > 1 else np.asarray(label).reshape(())
        except ValueError:
            raise DataError(
                f"{self._who}: a picture has the labels {brief(np.asarray(label).tolist())}, and "
                f"label_width={self.label_width}."
            ) from None

    def _write_picture(self, data: Any, batch_data: np.ndarray, place: int) -> None:
        planes = np.asarray(self.postprocess_data(data))
        if planes.shape != self.data_shape:
            raise DataError(
                f"{self._who}: the augmenters made a picture of shape {show(planes.shape)}, expected "
                f"data_shape={show(self.data_shape)}; let them cut out a part, or resize."
            )
        batch_data[place] = planes

    def check_data_shape(self, data_shape: Any) -> None:
        """Raise `DataError` if it is no shape of a picture with colors."""
        if not isinstance(data_shape, (list, tuple)) or len(data_shape) != 3 or data_shape[0] != 3:
            raise DataError(
                f"{type(self).__name__}: data_shape should have length 3, with dimensions CxHxW, and inputs have 3 channels, "
                f"as in (3, 224, 224); given {described(data_shape)}."
            )

    def check_valid_image(self, data: Any) -> None:
        """Raise `DataError` if `data` is no picture."""
        pixels(data, self._who)

    def imdecode(self, s: bytes) -> NDArray:
        """The picture that is encoded.

        Raises:
            FormatError: there is none; the text names the file.
        """
        try:
            return imdecode(s)
        except FormatError as error:
            raise FormatError(f"{self._who}: {self._place()}: {error}") from None

    def _place(self) -> str:
        """Which picture is being read, in messages."""
        if self.seq is None:
            return f"a record before byte {self.imgrec._file.tell()} of '{self.imgrec.uri}'" if self.imgrec else ""
        key = self.seq[max(self.cur - 1, 0)]
        return f"'{self._listed(key)[1]}'" if self.imgrec is None else f"the record {key} of '{self.imgrec.uri}'"

    def read_image(self, fname: str) -> bytes:
        """The content of a file in the folder `path_root`."""
        return read_whole(os.path.join(self.path_root or "", fname), self._who)

    def augmentation_transform(self, data: Any) -> Any:
        """The picture that the augmenters make of one."""
        for augmenter in self.auglist:
            data = augmenter(data)
        return data

    def postprocess_data(self, datum: Any) -> NDArray:
        """A picture (height, width, channels) as (channels, height, width)."""
        return delivered(pixels(datum, self._who).transpose(2, 0, 1))


def _adopted(values: np.ndarray) -> NDArray:
    return NDArray(adopt(values, cpu()), cpu())
