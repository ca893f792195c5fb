"""`MNISTIter`: batches of handwritten digits, or of other images in files of their format."""

from __future__ import annotations

import gzip
import logging
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError, counted
from symgraph.ir.dtype import as_dtype
from symgraph.ir.file_kinds import remark
from symgraph.runtime.atomic import read_whole
from symgraph.runtime.copies import cast, room
from symgraph.train.io.description import DataDesc
from symgraph.train.io.mersenne import MersenneTwister
from symgraph.train.io.mx_data_iter import HostBatch, MXDataIter
from symgraph.train.io.rounds import Start
from symgraph.train.io.settings import BatchSettings, BatchSize, read_settings


@dataclass(frozen=True, kw_only=True)
class MNISTSettings(BatchSettings):
    """See `MNISTIter`."""

    image: str = "./train-images-idx3-ubyte"
    label: str = "./train-labels-idx1-ubyte"
    batch_size: BatchSize = 128
    shuffle: bool = True
    flat: bool = False
    seed: int = 0
    silent: bool = False
    num_parts: int = 1
    part_index: int = 0
    input_shape: str = ""


class MNISTIter(MXDataIter):
    """Batches of gray images (batch_size, 1, height, width) with values from 0 to 1, and their labels. Takes keywords only.

    Args:
        image, label: files in the format of MNIST (idx), perhaps compressed by gzip.
        batch_size: number of examples in a batch; those that do not fill one are left out.
        shuffle: put the examples into an order that `seed` decides, the same one in every epoch.
        flat: give batches (batch_size, height · width).
        silent: do not log how many images there are.
        num_parts, part_index: read one of several parts.
        dtype: float32 by default.
        input_shape: has no meaning, as in MXNet.
        prefetch_buffer, data_name, label_name, round_batch, ctx: see `symgraph.train.io.settings.BatchSettings`.

    Raises:
        DataError: a keyword is invalid, or there are not as many labels as images.
        FormatError: a file is of another format.
        FileError: a file cannot be read.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        settings = read_settings(MNISTSettings, "MNISTIter", args, kwargs)
        super().__init__(_Digits(settings), settings.batch_size, settings.prefetch_buffer)


class _Digits:
    """Batches of images in memory."""

    def __init__(self, settings: MNISTSettings):
        images, labels = _read(settings.image, 3), _read(settings.label, 1)
        if len(images) != len(labels):
            raise DataError(
                f"MNISTIter: '{settings.image}' has {counted(len(images), 'image')}, and '{settings.label}' has "
                f"{counted(len(labels), 'label')}; give the files that belong together."
            )
        parts, part = settings.num_parts, settings.part_index
        if not 0 <= part < parts:
            raise DataError(f"MNISTIter: part_index={part} is no part of num_parts={parts}; parts are counted from 0.")
        count = len(images)
        begin, end = (int(count / parts * number) for number in (part, part + 1))
        self.order = np.arange(begin, count if part + 1 == parts else end)
        if settings.shuffle:
            self.order = self.order[MersenneTwister(settings.seed).order(len(self.order))]
        self.images, self.labels = images, labels
        self.size = settings.batch_size
        if self.size > len(self.order):
            raise DataError(f"MNISTIter: batch_size={self.size} exceeds the number of images, {len(self.order)}.")
        self.dtype = as_dtype(settings.dtype or np.float32)
        if self.dtype.kind in "iub":
            raise DataError(f"MNISTIter: dtype={self.dtype.name} cannot hold values between 0 and 1; use float32.")
        lengths = (math.prod(images.shape[1:]),) if settings.flat else (1, *images.shape[1:])
        self.provide_data = [DataDesc(settings.data_name, (self.size, *lengths), self.dtype.type)]
        self.provide_label = [DataDesc(settings.label_name, (self.size,), self.dtype.type)]
        if not settings.silent:
            shape = ",".join(map(str, self.provide_data[0].shape))
            logging.root.info(
                "MNISTIter: load %d images, shuffle=%d, shape=[%s]", len(self.order), settings.shuffle, shape
            )

    def epoch(self, start: Start) -> Iterator[HostBatch]:
        """The batches of an epoch."""
        for begin in range(start.skip, len(self.order) - self.size + 1, self.size):
            index = self.order[begin : begin + self.size]
            data, label = (room(desc.shape, self.dtype) for desc in (*self.provide_data, *self.provide_label))
            data[...] = cast(self.images[index].reshape(data.shape) * np.float32(1 / 256), self.dtype)
            label[...] = self.labels[index]
            yield HostBatch(data, label, 0, index.astype(np.uint64), Start())


def _read(path: str, rank: int) -> np.ndarray:
    """The unsigned bytes of a file in idx format: 0, 0, type, rank, lengths as four bytes each, elements in C order."""
    content = read_whole(path.removeprefix("file://"), "MNISTIter")
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise FormatError(f"MNISTIter: '{path}' is damaged: {error}.") from None
    magic = bytes((0, 0, 8, rank))
    if content[:4] != magic:
        kind = "images" if rank == 3 else "labels"
        raise FormatError(
            f"MNISTIter: '{path}' holds no {kind}: a file of {kind} begins with {magic.hex()}, this one with "
            f"{content[:4].hex() or 'nothing'}.{remark(content)}"
        )
    begin = 4 + 4 * rank
    lengths = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, begin, 4))
    size = len(content) - begin
    if size < math.prod(lengths):
        raise FormatError(
            f"MNISTIter: '{path}' is truncated: it begins with lengths {lengths}, and has {counted(max(size, 0), 'element')}."
        )
    return np.frombuffer(content, np.uint8, math.prod(lengths), begin).reshape(lengths)
