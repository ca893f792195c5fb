"""What scripts do with `mx.image`, for real MXNet and for us: `CASES` maps names to functions of the module ``mx``.

A function gives arrays, numbers, text, or lists and tuples of them. Chance is seeded: the generators of Python and of NumPy
decide about it in both programs.
"""

from __future__ import annotations

import os
import pathlib
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.pictures import picture, png

CASES: dict[str, Callable[[Any], Any]] = {}
SIZES = [(12, 15), (20, 11), (9, 9), (16, 24), (13, 13)]
"""Heights and widths of the pictures in files."""


def image(mx: Any, height: int = 13, width: int = 17, dtype: str = "uint8", channels: int = 3) -> Any:
    """A picture as an array."""
    return mx.nd.array(picture(height, width, 0, channels), dtype=dtype)


def _add(name: str, function: Callable[[Any], Any]) -> None:
    assert name not in CASES, name
    CASES[name] = function


def _seeded(function: Callable[[Any], Any], count: int = 2) -> Callable[[Any], Any]:
    """What a function gives several times, from one seed on."""

    def run(mx: Any) -> list[Any]:
        random.seed(7)
        np.random.seed(7)
        return [function(mx) for _ in range(count)]

    return run


def _decoding() -> None:
    for channels in (1, 3, 4):
        content = png(picture(6, 7, 1, channels))
        for given in ({}, {"flag": 0}, {"to_rgb": 0}, {"to_rgb": False, "flag": 1}):
            _add(f"imdecode {channels} {given}", lambda mx, c=content, g=given: mx.image.imdecode(c, **g))
    content = png(picture(6, 7))
    _add("imdecode bytearray", lambda mx: mx.image.imdecode(bytearray(content)))
    _add("imdecode array", lambda mx: mx.image.imdecode(np.frombuffer(content, np.uint8)))
    _add("imdecode ndarray", lambda mx: mx.image.imdecode(mx.nd.array(np.frombuffer(content, np.uint8), dtype="uint8")))
    _add("img", lambda mx: mx.img.imdecode(content))

    def into(mx: Any) -> Any:
        out = mx.nd.zeros((6, 7, 3), dtype="uint8")
        mx.image.imdecode(content, out=out)
        return out

    _add("imdecode out", into)


def _sizes() -> None:
    for interp in (0, 1, 3, 4):
        for size in ((9, 8), (30, 21), (17, 13)):
            _add(f"imresize {size} {interp}", lambda mx, s=size, i=interp: mx.image.imresize(image(mx), *s, interp=i))
    _add("imresize default", lambda mx: mx.image.imresize(image(mx), 9, 8))
    _add("imresize positional", lambda mx: mx.image.imresize(image(mx), 9, 8, 0))
    _add("imresize float", lambda mx: mx.image.imresize(image(mx, dtype="float32"), 9, 8))
    _add("imresize gray", lambda mx: mx.image.imresize(image(mx, channels=1), 9, 8))
    for size in (6, 13, 20):
        for shape in ((13, 17), (17, 13)):
            _add(f"resize_short {shape} {size}", lambda mx, s=size, h=shape: mx.image.resize_short(image(mx, *h), s, 1))
    _add("resize_short area", lambda mx: mx.image.resize_short(image(mx), 6, 3))
    _add("resize_short auto", lambda mx: mx.image.resize_short(image(mx), 6, 9))
    for source in ((640, 480), (100, 100), (48, 64)):
        for size in ((720, 120), (120, 720), (50, 50), (101, 99), (200, 300)):
            _add(f"scale_down {source} {size}", lambda mx, a=source, b=size: mx.image.scale_down(a, b))
    for interp in (0, 1, 2, 3, 4, 9):
        for sizes in ((), (5, 5, 9, 9), (9, 9, 5, 5), (5, 9, 9, 5), (5, 5, 5, 9)):
            _add(f"method {interp} {sizes}", lambda mx, i=interp, s=sizes: mx.image.image._get_interp_method(i, s))
    _add("method by chance", _seeded(lambda mx: mx.image.image._get_interp_method(10), 10))


def _crops() -> None:
    _add("fixed_crop", lambda mx: mx.image.fixed_crop(image(mx), 3, 2, 8, 7))
    _add("fixed_crop resized", lambda mx: mx.image.fixed_crop(image(mx), 3, 2, 8, 7, (5, 6), 1))
    _add("fixed_crop same size", lambda mx: mx.image.fixed_crop(image(mx), 3, 2, 8, 7, size=(8, 7)))
    _add("fixed_crop beyond", lambda mx: mx.image.fixed_crop(image(mx), 12, 9, 8, 7))
    for size in ((5, 5), (6, 5), (17, 13), (9, 4)):
        _add(f"center_crop {size}", lambda mx, s=size: mx.image.center_crop(image(mx), s, 1))
        _add(f"random_crop {size}", _seeded(lambda mx, s=size: mx.image.random_crop(image(mx), s, 1)))
    for size in ((20, 20), (40, 5), (5, 40)):
        _add(f"center_crop {size}", lambda mx, s=size: mx.image.center_crop(image(mx), s, 1))
        _add(f"random_crop {size}", _seeded(lambda mx, s=size: mx.image.random_crop(image(mx), s, 1), 2))
    for area in (0.3, (0.08, 1.0), (0.9, 1.0)):
        for ratio in ((0.75, 4 / 3), (1, 1), (3, 4)):
            _add(
                f"random_size_crop {area} {ratio}",
                _seeded(lambda mx, a=area, r=ratio: mx.image.random_size_crop(image(mx), (6, 5), a, r, 1)),
            )
    margins = (1, 2, 3, 0)
    for kind in range(5):
        _add(f"copyMakeBorder {kind}", lambda mx, k=kind: mx.image.copyMakeBorder(image(mx), *margins, type=k))
    _add("copyMakeBorder values", lambda mx: mx.image.copyMakeBorder(image(mx), *margins, values=(9, 8, 7)))
    _add("copyMakeBorder value", lambda mx: mx.image.copyMakeBorder(image(mx), *margins, value=9))
    _add(
        "copyMakeBorder float",
        lambda mx: mx.image.copyMakeBorder(image(mx, dtype="float32"), *margins, values=(1.5,) * 3),
    )


def _colors() -> None:
    mean, std = np.array([10.0, 20, 30]), np.array([2.0, 4, 5])

    def normalized(mx: Any, *args: Any) -> Any:
        return mx.image.color_normalize(image(mx, dtype="float32"), *args)

    _add("color_normalize", lambda mx: normalized(mx, mx.nd.array(mean), mx.nd.array(std)))
    _add("color_normalize mean", lambda mx: normalized(mx, mx.nd.array(mean)))
    _add("color_normalize std", lambda mx: normalized(mx, None, mx.nd.array(std)))
    _add("color_normalize numbers", lambda mx: normalized(mx, 128.0, 2.0))


AUGMENTERS: dict[str, Callable[[Any], Any]] = {
    "Resize": lambda im: im.ResizeAug(6, 1),
    "ForceResize": lambda im: im.ForceResizeAug((6, 9), 1),
    "RandomCrop": lambda im: im.RandomCropAug((6, 5), 1),
    "RandomSizedCrop": lambda im: im.RandomSizedCropAug((6, 5), (0.1, 0.9), (0.5, 2.0), 1),
    "RandomSizedCrop of one area": lambda im: im.RandomSizedCropAug((6, 5), 0.5, (0.5, 2.0), 1),
    "CenterCrop": lambda im: im.CenterCropAug((6, 5), 1),
    "Brightness": lambda im: im.BrightnessJitterAug(0.5),
    "Contrast": lambda im: im.ContrastJitterAug(0.5),
    "Saturation": lambda im: im.SaturationJitterAug(0.5),
    "Hue": lambda im: im.HueJitterAug(0.5),
    "ColorJitter": lambda im: im.ColorJitterAug(0.1, 0.2, 0.3),
    "ColorJitter of two": lambda im: im.ColorJitterAug(0.1, 0, 0.3),
    "ColorNormalize": lambda im: im.ColorNormalizeAug(np.array([1.0, 2, 3]), np.array([2.0, 4, 5])),
    "ColorNormalize without std": lambda im: im.ColorNormalizeAug([1.0, 2, 3], None),
    "Lighting": lambda im: im.LightingAug(0.1, np.array([55.46, 4.794, 1.148]), np.arange(9.0).reshape(3, 3) / 10),
    "RandomGray": lambda im: im.RandomGrayAug(0.5),
    "HorizontalFlip": lambda im: im.HorizontalFlipAug(0.5),
    "Cast": lambda im: im.CastAug(),
    "Cast to float16": lambda im: im.CastAug("float16"),
    "Sequential": lambda im: im.SequentialAug([im.CenterCropAug((6, 5), 1), im.BrightnessJitterAug(0.5)]),
    "RandomOrder": lambda im: im.RandomOrderAug([im.BrightnessJitterAug(0.5), im.HorizontalFlipAug(0.5)]),
}

CREATED: dict[str, dict[str, Any]] = {
    "plain": {},
    "resize": {"resize": 7},
    "crop": {"rand_crop": True},
    "crop and size": {"rand_crop": True, "rand_resize": True},
    "mirror": {"rand_mirror": True},
    "mean": {"mean": True},
    "mean and std": {"mean": True, "std": True},
    "given mean": {"mean": np.array([1.0, 2, 3]), "std": np.array([2.0, 2, 2])},
    "only std": {"std": np.array([2.0, 2, 2])},
    "colors": {"brightness": 0.1, "contrast": 0.2, "saturation": 0.3, "hue": 0.4},
    "noise": {"pca_noise": 0.1, "rand_gray": 0.3},
    "interpolation": {"resize": 7, "inter_method": 0},
    "everything": {
        "resize": 9,
        "rand_crop": True,
        "rand_mirror": True,
        "mean": True,
        "std": True,
        "brightness": 0.1,
        "contrast": 0.1,
        "saturation": 0.1,
        "hue": 0.1,
        "pca_noise": 0.1,
        "rand_gray": 0.1,
        "inter_method": 1,
    },
}


def _augmenters() -> None:
    for name, make in AUGMENTERS.items():
        _add(f"dumps {name}", lambda mx, m=make: m(mx.image).dumps())
        _add(f"apply {name}", _seeded(lambda mx, m=make: m(mx.image)(image(mx, dtype="float32"))))
    for name, given in CREATED.items():
        _add(
            f"create {name}",
            lambda mx, g=given: [aug.dumps() for aug in mx.image.CreateAugmenter((3, 6, 5), **g)],
        )
        exact = {"inter_method": 1, **given}
        _add(
            f"created {name}",
            _seeded(lambda mx, g=exact: _applied(mx.image.CreateAugmenter((3, 6, 5), **g), image(mx))),
        )


def _applied(augmenters: Any, values: Any) -> Any:
    for augmenter in augmenters:
        values = augmenter(values)
    return values


def _rotations() -> None:
    def planes(mx: Any, *lead: int) -> Any:
        return mx.nd.array(np.random.RandomState(0).rand(*lead, 3, 7, 9))

    for angle in (0, 30, 90, -45, 200):
        for zoom in ({}, {"zoom_in": True}, {"zoom_out": True}):
            _add(f"imrotate {angle} {zoom}", lambda mx, a=angle, z=zoom: mx.image.imrotate(planes(mx), a, **z))
    _add("imrotate batch", lambda mx: mx.image.imrotate(planes(mx, 2), mx.nd.array([10, 80])))
    _add("imrotate batch by one", lambda mx: mx.image.imrotate(planes(mx, 2), 25))
    _add("random_rotate", _seeded(lambda mx: mx.image.random_rotate(planes(mx), (-30, 60))))
    _add("random_rotate batch", _seeded(lambda mx: mx.image.random_rotate(planes(mx, 2), (-30, 60))))


def write_files(mx: Any, folder: str) -> None:
    """Write the files that iterators read."""
    lines = []
    paths = (os.path.join(folder, f"five.{ending}") for ending in ("idx", "rec"))
    file = mx.recordio.MXIndexedRecordIO(*paths, "w")
    for i, size in enumerate(SIZES):
        content = png(picture(*size, i))
        pathlib.Path(folder, f"p{i}.png").write_bytes(content)
        file.write_idx(i, mx.recordio.pack(mx.recordio.IRHeader(0, i * 1.5, i, 0), content))
        lines.append(f"{i}\t{i + 50}\t{-i}\tp{i}.png\n")
    file.close()
    pathlib.Path(folder, "five.lst").write_text("".join(lines))


_REC = {"path_imgrec": "five.rec"}
_INDEXED = {"path_imgrec": "five.rec", "path_imgidx": "five.idx"}
_LISTED = {"path_imglist": "five.lst", "path_root": ".", "label_width": 2}
_IMGLIST = {"imglist": [[i, f"p{i}.png"] for i in range(5)], "path_root": "."}
_VECTORS = {"imglist": [[[i, i + 1], f"p{i}.png"] for i in range(5)], "path_root": ".", "label_width": 2}

ITERATORS: dict[str, dict[str, Any]] = {
    "records": _REC,
    "records and index": _INDEXED,
    "list": _LISTED,
    "imglist": _IMGLIST,
    "imglist of vectors": _VECTORS,
    **{
        f"{handle}, {name}": {**source, "last_batch_handle": handle}
        for handle in ("pad", "discard", "roll_over")
        for name, source in {"records": _REC, "index": _INDEXED, "imglist": _IMGLIST}.items()
    },
    "shuffled list": {**_IMGLIST, "shuffle": True},
    "shuffled index": {**_INDEXED, "shuffle": True, "last_batch_handle": "roll_over"},
    "part 0": {**_INDEXED, "num_parts": 2, "part_index": 0},
    "part 1": {**_INDEXED, "num_parts": 2, "part_index": 1, "batch_size": 1},
    "list over records": {**_INDEXED, "path_imglist": "five.lst", "label_width": 2},
    "resized": {**_IMGLIST, "resize": 9, "mean": True, "std": True},
    "augmented": {**_IMGLIST, "rand_crop": True, "rand_mirror": True, "brightness": 0.1, "resize": 9},
    "names": {**_IMGLIST, "data_name": "x", "label_name": "y"},
    "float64": {**_IMGLIST, "dtype": "float64"},
    "larger than there are": {**_IMGLIST, "batch_size": 7},
}


def _iterator(mx: Any, given: dict[str, Any]) -> Any:
    given = {"batch_size": 2, "data_shape": (3, 6, 5), "inter_method": 1, **given}
    batches = mx.image.ImageIter(**given)
    found = [[tuple(desc) for desc in batches.provide_data + batches.provide_label], batches.batch_size]
    for _ in range(3):
        for batch in batches:
            found.append([batch.data[0][:, :, 2, 1:3], batch.label[0], batch.pad])
        found.append("end")
        batches.reset()
    return found


def _iterators() -> None:
    for name, given in ITERATORS.items():
        _add(f"ImageIter {name}", _seeded(lambda mx, g=given: _iterator(mx, g), 1))


for _group in (_decoding, _sizes, _crops, _colors, _augmenters, _rotations, _iterators):
    _group()
