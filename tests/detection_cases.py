"""What scripts do with `mx.image` to find objects, for real MXNet and for us; as `tests.image_cases`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.pictures import picture, png

CASES: dict[str, Callable[[Any], Any]] = {}
LABEL = np.array(
    [[1, 0.1, 0.2, 0.5, 0.6], [0, 0.4, 0.4, 0.9, 0.95], [3, 0.0, 0.0, 0.2, 0.1], [2, 0.7, 0.1, 0.75, 0.3]], np.float64
)
"""Class, left, top, right and bottom of objects."""

AUGMENTERS: dict[str, Callable[[Any], Any]] = {
    "Borrow": lambda im: im.DetBorrowAug(im.CenterCropAug((6, 5), 1)),
    "HorizontalFlip": lambda im: im.DetHorizontalFlipAug(0.5),
    "RandomCrop": lambda im: im.DetRandomCropAug(),
    "RandomCrop of small parts": lambda im: im.DetRandomCropAug(0.3, (0.5, 2.0), (0.05, 0.4), 0.5, 20),
    "RandomCrop of whole objects": lambda im: im.DetRandomCropAug(0.95, (0.5, 2.0), (0.1, 1.0), 0.9, 50),
    "RandomCrop of one ratio": lambda im: im.DetRandomCropAug(0.1, 1.5, (0.1, 1.0)),
    "RandomPad": lambda im: im.DetRandomPadAug(),
    "RandomPad of one ratio": lambda im: im.DetRandomPadAug(1.2, (1.5, 4.0), 10, (9, 8, 7)),
    "RandomPad of another color": lambda im: im.DetRandomPadAug((0.5, 2.0), (1.0, 2.0), 50, (100, 100, 100)),
    "RandomSelect": lambda im: im.DetRandomSelectAug([im.DetHorizontalFlipAug(0.9), im.DetRandomPadAug()], 0.3),
    "RandomSelect of one": lambda im: im.DetRandomSelectAug(im.DetHorizontalFlipAug(0.9)),
    "RandomSelect of none": lambda im: im.DetRandomSelectAug([], 0.5),
    "MultiRandCrop": lambda im: im.CreateMultiRandCropAugmenter(
        [0.1, 0.5, 0.9], (0.75, 1.33), [(0.05, 0.5), (0.1, 1.0), (0.3, 0.9)], [0.3], [50], 0.2
    ),
}

CREATED: dict[str, dict[str, Any]] = {
    "plain": {},
    "resize": {"resize": 9},
    "crop": {"rand_crop": 0.7},
    "pad": {"rand_pad": 0.7, "area_range": (0.3, 2.5)},
    "mirror": {"rand_mirror": True},
    "colors": {"brightness": 0.1, "contrast": 0.2, "saturation": 0.3, "hue": 0.1, "pca_noise": 0.1, "rand_gray": 0.2},
    "mean": {"mean": True, "std": True},
    "everything": {"rand_crop": 0.5, "rand_pad": 0.5, "rand_mirror": True, "mean": True, "brightness": 0.1},
    "several parts": {"rand_crop": 1, "min_object_covered": [0.1, 0.5], "area_range": (0.1, 1.0)},
}


def image(mx: Any) -> Any:
    return mx.nd.array(picture(40, 50), dtype="uint8")


def _seeded(function: Callable[[Any], Any], count: int) -> Callable[[Any], Any]:
    def run(mx: Any) -> list[Any]:
        random.seed(11)
        np.random.seed(11)
        return [function(mx) for _ in range(count)]

    return run


def _told(mx: Any, augmenters: Any) -> Any:
    """A few pixels, the shape and the label of an augmented picture."""
    values, label = image(mx), LABEL.copy()
    for augmenter in augmenters:
        values, label = augmenter(values, label)
    found = values.asnumpy().astype(float)
    few = found.reshape(-1, 3)[:: found.shape[0] * found.shape[1] // 5 + 1]
    return [found.shape, few.round(3).tolist(), label.round(6).tolist()]


def write_files(mx: Any, folder: str) -> None:
    """Write a file of pictures with one to four objects each."""
    paths = (os.path.join(folder, f"objects.{ending}") for ending in ("idx", "rec"))
    file = mx.recordio.MXIndexedRecordIO(*paths, "w")
    for i in range(5):
        label = [2, 5, *LABEL[: i % 4 + 1].ravel()] if i != 3 else [4, 5, 40, 50, *LABEL[2:].ravel()]
        file.write_idx(i, mx.recordio.pack(mx.recordio.IRHeader(0, label, i, 0), png(picture(20 + i, 24 - i, i))))
    file.close()


ITERATORS: dict[str, dict[str, Any]] = {
    "plain": {},
    "pad": {"batch_size": 3},
    "roll over": {"last_batch_handle": "roll_over", "path_imgidx": "objects.idx", "shuffle": True},
    "discard": {"last_batch_handle": "discard"},
    "augmented": {"rand_crop": 0.5, "rand_pad": 0.5, "rand_mirror": True, "mean": True, "std": True},
    "names": {"data_name": "x", "label_name": "y"},
}


def _iterator(mx: Any, given: dict[str, Any]) -> Any:
    given = {"batch_size": 2, "data_shape": (3, 12, 14), "path_imgrec": "objects.rec", "inter_method": 1, **given}
    batches = mx.image.ImageDetIter(**given)
    found = [
        [tuple(desc) for desc in batches.provide_data + batches.provide_label],
        batches.batch_size,
        batches.label_shape,
    ]
    for _ in range(3):
        for batch in batches:
            values = batch.data[0].asnumpy()[:, :, 5, 4:6].astype(float).round(3).tolist()
            found.append([values, batch.label[0].asnumpy().astype(float).round(5).tolist(), batch.pad])
        found.append("end")
        batches.reset()
    return found


def _reshaped(mx: Any) -> Any:
    batches = mx.image.ImageDetIter(2, (3, 12, 14), path_imgrec="objects.rec")
    batches.reshape(data_shape=(3, 8, 9), label_shape=(6, 5))
    found = [[tuple(desc) for desc in batches.provide_data + batches.provide_label]]
    other = mx.image.ImageDetIter(2, (3, 12, 14), path_imgrec="objects.rec")
    batches = other.sync_label_shape(batches)
    found.append([tuple(desc) for desc in other.provide_label + batches.provide_label])
    found.append(other.next().label[0].asnumpy().astype(float).round(5).tolist())
    return found


RECORDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "filled up": {"label_pad_width": 30, "label_pad_value": -7},
    "mean": {"mean_r": 10, "mean_g": 20, "scale": 0.5, "std_r": 2},
    "std": {"std_r": 2, "std_g": 3, "std_b": 4},
    "mirror": {"rand_mirror_prob": 1},
    "fit": {"resize_mode": "fit", "mean_r": 7},
    "fit larger": {"resize_mode": "fit", "data_shape": (3, 30, 30)},
    "shrink": {"resize_mode": "shrink"},
    "shrink larger": {"resize_mode": "shrink", "data_shape": (3, 30, 22)},
    "resize": {"resize": 16, "inter_method": 3},
    "shuffle": {"shuffle": True},
    "shuffle by 3": {"shuffle": True, "seed": 3, "batch_size": 5},
    "part": {"num_parts": 2, "part_index": 1, "batch_size": 1},
    "names": {"data_name": "x", "label_name": "y"},
}


def _recorded(mx: Any, given: dict[str, Any]) -> Any:
    given = {"batch_size": 2, "data_shape": (3, 12, 14), "path_imgrec": "objects.rec", "verbose": False, **given}
    batches = mx.io.ImageDetRecordIter(**given)
    found = [[tuple(desc) for desc in batches.provide_data + batches.provide_label]]
    for _ in range(2):
        pad = None
        for batch in batches:
            values = batch.data[0].asnumpy()[:, :, 5, 4:6].astype(float).round(3).tolist()
            found.append(
                [values, batch.label[0].asnumpy().astype(float).round(5).tolist(), batch.index.astype(int).tolist()]
            )
            pad = batch.pad
        found.append(pad)
        batches.reset()
    return found


for _name, _given in RECORDS.items():
    CASES[f"ImageDetRecordIter {_name}"] = lambda mx, g=_given: _recorded(mx, g)
for _name, _make in AUGMENTERS.items():
    CASES[f"dumps {_name}"] = lambda mx, m=_make: m(mx.image).dumps()
    CASES[f"apply {_name}"] = _seeded(lambda mx, m=_make: _told(mx, [m(mx.image)]), 12)
for _name, _given in CREATED.items():
    CASES[f"create {_name}"] = lambda mx, g=_given: [a.dumps() for a in mx.image.CreateDetAugmenter((3, 12, 14), **g)]
    CASES[f"created {_name}"] = _seeded(
        lambda mx, g=_given: _told(mx, mx.image.CreateDetAugmenter((3, 12, 14), inter_method=1, **g)), 4
    )
for _name, _given in ITERATORS.items():
    CASES[f"ImageDetIter {_name}"] = _seeded(lambda mx, g=_given: _iterator(mx, g), 1)
CASES["reshape"] = _seeded(_reshaped, 1)
