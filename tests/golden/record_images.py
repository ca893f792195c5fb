"""Record which batches real MXNet 1.9.1 makes of files of images.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_images

Writes ``tests/golden/images.npz``: for each of `AUGMENTED` the first batch, and for each of `EPOCHS` the descriptions,
labels and last pads of three epochs as text. Images are PNG, so that decoders agree. The tests use `write_files`,
`first_batch` and `told` too, with symgraph.
"""

from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from tests.pictures import picture, png

FILE = pathlib.Path(__file__).parent / "images.npz"

SIZES = [(8, 8), (9, 11), (12, 8), (8, 13), (16, 9), (20, 30)]
"""Heights and widths of the images in various.rec."""


def write_files(mx: Any, folder: str) -> None:
    """Write the files that the cases read."""
    files = {
        "various": [(i, 100 + i, picture(*size, i)) for i, size in enumerate(SIZES)],
        "flat": [(i, 100 + i, np.full((4, 4, 3), i, np.uint8)) for i in range(11)],
        "labels": [([i, i + 0.5, -i], 100 + i, np.full((4, 4, 3), i, np.uint8)) for i in range(5)],
        "gray": [(i, 100 + i, picture(8, 8, i, 1)) for i in range(3)],
        "one": [(3, 100, picture(21, 30))],
        "alpha": [(i, 100 + i, picture(8, 8, i, 4)) for i in range(3)],
        "many": [(i, i, np.full((2, 2, 1), i % 256, np.uint8)) for i in range(700)],
    }
    for name, entries in files.items():
        paths = (os.path.join(folder, f"{name}.{ending}") for ending in ("idx", "rec"))
        file = mx.recordio.MXIndexedRecordIO(*paths, "w")
        for key, (label, number, pixels) in enumerate(entries):
            file.write_idx(key, mx.recordio.pack(mx.recordio.IRHeader(0, label, number, 0), png(pixels)))
        file.close()
    with_tail = mx.recordio.MXRecordIO(os.path.join(folder, "large.rec"), "w")
    for i in range(100):  # more than MXNet shuffles at a time; what follows the picture is not looked at
        tail = bytes(200_000 if i != 50 else 9_000_000)
        with_tail.write(mx.recordio.pack(mx.recordio.IRHeader(0, i, i, 0), png(np.full((2, 2, 1), i, np.uint8)) + tail))
    with_tail.close()
    for name, labels in {"flat": lambda i: f"{50 + i}", "wide": lambda i: f"{50 + i}\t{-i}"}.items():
        lines = [f"{100 + i}\t{labels(i)}\tx{i}.png\n" for i in range(11)]
        pathlib.Path(folder, f"{name}.lst").write_text("".join(lines))


def _various(**given: Any) -> dict[str, Any]:
    return {"path_imgrec": "various.rec", "data_shape": (3, 8, 8), "batch_size": 6, **given}


def _one(**given: Any) -> dict[str, Any]:
    return {"path_imgrec": "one.rec", "data_shape": (3, 8, 8), "batch_size": 1, **given}


def _gray(**given: Any) -> dict[str, Any]:
    return {"path_imgrec": "gray.rec", "data_shape": (1, 8, 8), "batch_size": 3, **given}


_IMAGENET = {"mean_r": 123.68, "mean_g": 116.779, "mean_b": 103.939, "std_r": 58.395, "std_g": 57.12, "std_b": 57.375}

AUGMENTED: dict[str, dict[str, Any]] = {
    "center": _various(),
    "odd center": _various(data_shape=(3, 5, 7)),
    "smaller": _various(data_shape=(3, 1, 1)),
    "larger": _various(data_shape=(3, 10, 12)),
    "larger on one side": _various(data_shape=(3, 12, 8)),
    "larger on the other": _various(data_shape=(3, 8, 12)),
    "much larger": _one(data_shape=(3, 40, 50)),
    "gray": _gray(),
    "gray of color": _various(data_shape=(1, 8, 8)),
    "color of gray": _gray(data_shape=(3, 8, 8)),
    "alpha": {"path_imgrec": "alpha.rec", "data_shape": (4, 8, 8), "batch_size": 3, "mean_a": 3, "std_a": 2},
    **{
        f"resize {length} by {method}": _various(data_shape=(3, 6, 6), resize=length, inter_method=method)
        for length in (6, 7, 15)
        for method in (0, 1, 2, 3, 4, 9)
    },
    **{f"resize one {length}": _one(resize=length) for length in (8, 20, 33)},
    "mirror": _various(mirror=True),
    "mean": _various(mean_r=10, mean_g=20, mean_b=30, mirror=True),
    "standard deviation": _various(std_r=2, std_g=4, std_b=5, mean_r=10),
    "scale": _various(scale=0.5, mean_r=10, std_g=4),
    "imagenet": _various(scale=1 / 255, **_IMAGENET),
    "gray mean": _gray(mean_r=10, std_r=2, mean_g=5),
    "uint8": _various(dtype="uint8", mean_r=10),
    "int8": _various(dtype="int8"),
    "int8 mean": _various(dtype="int8", mean_r=100.5, mean_g=100, mean_b=100),
    "int8 scale": _various(dtype="int8", scale=0.5),
    "pad": _various(data_shape=(3, 12, 12), pad=4),
    "pad with zeros": _various(data_shape=(3, 12, 12), pad=4, fill_value=0),
    "pad and cut": _various(pad=1, fill_value=7),
    **{
        f"scaled {factor} by {method}": _various(min_random_scale=factor, max_random_scale=factor, inter_method=method)
        for factor in (1.1, 2.0)
        for method in (1, 2)
    },
    "reduced": _one(min_random_scale=0.5, max_random_scale=0.5),
    **{f"rotated by {angle}": _one(rotate=angle) for angle in (1, 30, 45, 90, 180)},
    "rotated and filled": _one(data_shape=(3, 20, 20), rotate=45, fill_value=9),
    "at least": _various(min_img_size=15),
    "at most": _one(max_img_size=16),
    "between": _one(min_img_size=23, max_img_size=25),
    "wider": _one(min_aspect_ratio=1.5, max_aspect_ratio=1.5),
    "narrower": _one(min_aspect_ratio=0.7, max_aspect_ratio=0.7),
    "square": _one(min_crop_size=16, max_crop_size=16),
    "square, bicubic": _one(min_crop_size=10, max_crop_size=10, inter_method=2),
    "square, enlarged": _one(min_crop_size=6, max_crop_size=6, inter_method=9),
    "all of it": _one(
        random_resized_crop=True, min_random_area=1, max_random_area=1, min_aspect_ratio=10 / 7, max_aspect_ratio=10 / 7
    ),
    "no part fits": _one(
        random_resized_crop=True, min_random_area=1, max_random_area=1, min_aspect_ratio=1, max_aspect_ratio=1
    ),
    "several": _one(data_shape=(3, 12, 12), resize=10, pad=2, mirror=True, mean_g=3.5, scale=0.1),
    "text": {key: str(value) for key, value in _one(mirror=True, mean_r=1.5).items()},
}
"""What is done to images, without chance."""

_FLAT = {"path_imgrec": "flat.rec", "data_shape": (3, 4, 4), "batch_size": 4}
_MANY = {"path_imgrec": "many.rec", "data_shape": (1, 2, 2), "batch_size": 300, "shuffle": True}

EPOCHS: dict[str, tuple[str, dict[str, Any]]] = {
    "in order": ("ImageRecordIter", _FLAT),
    "in order, by index": ("ImageRecordIter", {**_FLAT, "path_imgidx": "flat.idx"}),
    "as many as there are": ("ImageRecordIter", {**_FLAT, "batch_size": 11}),
    "shuffled": ("ImageRecordIter", {**_FLAT, "shuffle": True}),
    "shuffled, seed 3": ("ImageRecordIter", {**_FLAT, "shuffle": True, "seed": 3}),
    "shuffled, by index": ("ImageRecordIter", {**_FLAT, "shuffle": True, "path_imgidx": "flat.idx"}),
    "many": ("ImageRecordIter", _MANY),
    "large": ("ImageRecordIter", {**_MANY, "path_imgrec": "large.rec", "batch_size": 30}),
    "a part of a large one": (
        "ImageRecordIter",
        {**_MANY, "path_imgrec": "large.rec", "batch_size": 30, "num_parts": 2, "part_index": 1, "seed": 3},
    ),
    "many, by index": ("ImageRecordIter", {**_MANY, "path_imgidx": "many.idx", "seed": 5}),
    **{
        f"part {part} of {parts}{' by index' if index else ''}": (
            "ImageRecordIter",
            {**_FLAT, "batch_size": 1, "num_parts": parts, "part_index": part, "path_imgidx": index},
        )
        for parts in (2, 3)
        for part in range(parts)
        for index in ("", "flat.idx")
    },
    "listed labels": ("ImageRecordIter", {**_FLAT, "path_imglist": "flat.lst"}),
    "two listed labels": ("ImageRecordIter", {**_FLAT, "path_imglist": "wide.lst", "label_width": 2}),
    "one of two listed labels": ("ImageRecordIter", {**_FLAT, "path_imglist": "wide.lst"}),
    "too few listed labels": ("ImageRecordIter", {**_FLAT, "path_imglist": "flat.lst", "label_width": 2}),
    "three labels": ("ImageRecordIter", {**_FLAT, "path_imgrec": "labels.rec", "label_width": 3, "batch_size": 2}),
    "names": ("ImageRecordIter", {**_FLAT, "data_name": "x", "label_name": "y"}),
    "unsigned": ("ImageRecordUInt8Iter", _FLAT),
    "signed": ("ImageRecordInt8Iter", _FLAT),
    "first version": ("ImageRecordIter_v1", _FLAT),
    "unsigned, first version": ("ImageRecordUInt8Iter_v1", _FLAT),
}
"""Which images are in which batch."""


def _placed(given: dict[str, Any], folder: str) -> dict[str, Any]:
    paths = {key: os.path.join(folder, value) for key, value in given.items() if key.startswith("path_") and value}
    return {"verbose": False, **given, **paths}


def first_batch(mx: Any, name: str, folder: str) -> np.ndarray:
    """The images of the first batch."""
    return mx.io.ImageRecordIter(**_placed(AUGMENTED[name], folder)).next().data[0].asnumpy()


def told(mx: Any, name: str, folder: str) -> str:
    """Descriptions, and of three epochs the labels and first pixels of every batch, and the pad of the last one."""
    kind, given = EPOCHS[name]
    batches = getattr(mx.io, kind)(**_placed(given, folder))
    lines = [
        f"{desc.name} {desc.shape} {np.dtype(desc.dtype).name} {desc.layout}"
        for desc in (*batches.provide_data, *batches.provide_label)
    ]
    for _ in range(3):
        pad = None
        for batch in batches:
            images = batch.data[0].asnumpy()[:, 0, 0, 0].astype(int).tolist()
            lines.append(f"{batch.label[0].asnumpy().ravel().tolist()} {images}")
            pad = batch.pad
        lines.append(f"end +{pad}")  # MXNet says now and then that the first batch of an epoch is padded as well
        batches.reset()
    return "\n".join(lines)


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    with tempfile.TemporaryDirectory() as folder:
        write_files(mx, folder)
        content = {f"augmented/{name}": first_batch(mx, name, folder) for name in AUGMENTED}
        content.update({f"epochs/{name}": np.array(told(mx, name, folder)) for name in EPOCHS})
    np.savez_compressed(FILE, **content)


if __name__ == "__main__":
    main()
