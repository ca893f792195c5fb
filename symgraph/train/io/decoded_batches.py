"""Batches of images that several threads decode, whatever becomes of an image then."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from symgraph.errors import DataError, MXNetError
from symgraph.ir.dtype import as_dtype
from symgraph.ir.shape import show
from symgraph.runtime.copies import room
from symgraph.runtime.params import load
from symgraph.train.io.description import DataDesc
from symgraph.train.io.image_records import Example, ImageRecords
from symgraph.train.io.image_settings import RecordSettings
from symgraph.train.io.mx_data_iter import HostBatch
from symgraph.train.io.rounds import Group, Start, groups


class DecodedBatches:
    """A `BatchSource` that begins to decode a batch before the one before it is complete.

    Args:
        images: where images come from.
        settings: batches and names.
        label_shape: the shape of the labels of an image.
        dtype: of the images, if `settings` does not say it; labels are float32.
    """

    def __init__(self, images: ImageRecords, settings: RecordSettings, label_shape: tuple[int, ...], dtype: str):
        self.images = images
        self.settings = settings
        self.dtype = as_dtype(settings.dtype or dtype)
        size = settings.batch_size
        self.provide_data = [DataDesc(settings.data_name, (size, *settings.data_shape), self.dtype.type)]
        self.provide_label = [DataDesc(settings.label_name, (size, *label_shape), np.float32)]

    def write(self, example: Example, seed: tuple[int, ...], data: np.ndarray, label: np.ndarray) -> None:
        """Write image and labels into their places in a batch; what is drawn follows from `seed`. Runs in several threads."""
        raise NotImplementedError

    def epoch(self, start: Start) -> Iterator[HostBatch]:
        """The batches of an epoch; zeros fill the last one up without ``round_batch``."""
        pool = ThreadPoolExecutor(self.settings.preprocess_threads, thread_name_prefix="symgraph-io")
        begun: deque[tuple[HostBatch, list[Future[None]]]] = deque()
        try:
            batches = groups(self.images.examples, self.settings.batch_size, start, self.settings.round_batch)
            for number, group in enumerate(batches):
                begun.append(self._begin(pool, group, (start.number, number)))
                if len(begun) > 1:
                    yield _complete(*begun.popleft())
            while begun:
                yield _complete(*begun.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _begin(
        self, pool: ThreadPoolExecutor, group: Group[Example], key: tuple[int, ...]
    ) -> tuple[HostBatch, list[Future[None]]]:
        size, count = self.settings.batch_size, len(group.items)
        data = room(self.provide_data[0].shape, self.dtype)
        label = room(self.provide_label[0].shape, np.dtype(np.float32))
        data[count:], label[count:] = 0, 0
        index = np.zeros(size, np.uint64)
        index[:count] = [example.number for example in group.items]
        tasks = [
            pool.submit(self._write, example, (*key, place), data[place], label[place, ...])
            for place, example in enumerate(group.items)
        ]
        return HostBatch(data, label, size - group.own, index, group.following), tasks

    def _write(self, example: Example, seed: tuple[int, ...], data: np.ndarray, label: np.ndarray) -> None:
        try:
            self.write(example, seed, data, label)
        except MXNetError as error:
            raise type(error)(f"{self.images.who}: image {example.number}: {error}") from None


def _complete(batch: HostBatch, tasks: list[Future[None]]) -> HostBatch:
    for task in tasks:
        task.result()
    return batch


def mean_image(path: str, shape: tuple[int, ...], who: str) -> np.ndarray:
    """The mean of images that is in a file.

    Raises:
        DataError: there is something else in it.
    """
    content = load(path)
    found = [values.asnumpy() for values in (content.values() if isinstance(content, dict) else content)]
    if len(found) != 1 or found[0].shape != shape:
        shapes = " and ".join(show(values.shape) for values in found) or "nothing"
        raise DataError(f"{who}: mean_img '{path}' holds {shapes}, expected an array of data_shape={show(shape)}.")
    return found[0].astype(np.float32)
