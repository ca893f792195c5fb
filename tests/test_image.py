"""`mx.image`: pictures as arrays, augmenters, and batches of pictures, as MXNet makes them."""

from __future__ import annotations

import os
import random

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import pictures
from tests import image_cases
from tests.folders import folder_with
from tests.golden.record_image_cases import FILE, flattened
from tests.pictures import picture, png

RECORDED = np.load(FILE)


files, folder = folder_with(image_cases.write_files)


def difference(name):
    """The largest difference from what is recorded, relative to the largest value; the texts must be equal."""
    arrays = {}
    text = flattened(image_cases.CASES[name](mx), "", arrays)
    assert text == str(RECORDED[f"{name}|text"])
    largest = 0.0
    for place, values in arrays.items():
        expected = RECORDED[f"{name}|{place}"].astype(np.float64)
        assert values.shape == expected.shape
        largest = max(largest, np.abs(values - expected).max(initial=0) / max(np.abs(expected).max(initial=0), 1))
    return largest


@pytest.mark.parametrize("name", image_cases.CASES)
def test_as_mxnet(folder, name):
    assert difference(name) < 1e-5


@pytest.mark.parametrize(
    "name", [name for name in image_cases.CASES if not name.startswith(("dumps", "method", "create "))]
)
def test_without_opencv(folder, name, monkeypatch):
    monkeypatch.setattr(pictures, "opencv", lambda: None)
    assert difference(name) < 0.05


def test_pictures_go_round(folder):
    """Out of files, and into records and back, in the order of colors of either function."""
    given = picture(9, 7)
    for ending, tolerance in ((".png", 0), (".jpg", 40)):
        record = mx.recordio.pack_img(mx.recordio.IRHeader(0, 1, 2, 0), given, quality=95, img_fmt=ending)
        header, found = mx.recordio.unpack_img(record)
        assert (header.label, header.id, found.shape) == (1, 2, given.shape)
        assert np.abs(found.astype(int) - given).max() <= tolerance
        assert mx.recordio.unpack_img(record, iscolor=0)[1].shape == (9, 7)
        content = mx.recordio.unpack(record)[1]
        np.testing.assert_array_equal(mx.image.imdecode(content, to_rgb=False).asnumpy(), found)
        (folder / f"x{ending}").write_bytes(content)
        np.testing.assert_array_equal(mx.image.imread(f"x{ending}").asnumpy(), found[..., ::-1])
        np.testing.assert_array_equal(mx.image.imread(folder / f"x{ending}", flag=0).asnumpy().shape, (9, 7, 1))
    gray = mx.recordio.pack_img((0, 1, 2, 0), given[..., 0], img_fmt=".png")
    np.testing.assert_array_equal(mx.recordio.unpack_img(gray)[1], given[..., 0])
    assert mx.recordio.unpack_img(gray, iscolor=1)[1].shape == (9, 7, 3)
    low, high = (len(mx.recordio.pack_img((0, 1, 2, 0), picture(64, 64), quality=q)) for q in (10, 95))
    assert low < high


def test_both_libraries_encode_alike(folder, monkeypatch):
    given = picture(9, 7)
    contents = [
        pictures.encoded(given, ".png"),
        pictures.encoded(given, ".bmp"),
        pictures.encoded(given[..., 0], ".png"),
    ]
    monkeypatch.setattr(pictures, "opencv", lambda: None)
    contents += [
        pictures.encoded(given, ".png"),
        pictures.encoded(given, ".bmp"),
        pictures.encoded(given[..., 0], ".png"),
    ]
    for content in contents:
        found = pictures.decoded(content, pictures.UNCHANGED, in_rgb=False)
        np.testing.assert_array_equal(found, given if found.ndim == 3 else given[..., 0])
    alpha = pictures.decoded(png(picture(5, 4, channels=4)), pictures.UNCHANGED)
    np.testing.assert_array_equal(alpha, picture(5, 4, channels=4))


def test_pictures_of_other_dtypes():
    for dtype in ("int8", "int32", "int64", "float16", "float64"):
        small = mx.image.imresize(mx.nd.array(picture(8, 8) // 4, dtype=dtype), 4, 4)
        assert small.dtype == np.dtype(dtype)
        np.testing.assert_allclose(small.asnumpy(), (picture(8, 8) // 4).reshape(4, 2, 4, 2, 3).mean((1, 3)), atol=0.51)


def test_numpy_arrays_are_pictures():
    assert mx.image.resize_short(picture(8, 9), 4).shape == (4, 4, 3)
    assert mx.image.CenterCropAug((2, 3))(picture(8, 9)).shape == (3, 2, 3)


def test_out():
    out = mx.nd.zeros((4, 5, 3), dtype="uint8")
    assert mx.image.imresize(mx.nd.array(picture(8, 9), dtype="uint8"), 5, 4, out=out) is out
    assert out.asnumpy().any()
    with pytest.raises(
        ValueError, match=r"^out must be an NDArray of shape \(4, 4, 3\), given NDArray of shape \(4, 5, 3\)"
    ):
        mx.image.imresize(mx.nd.zeros((8, 9, 3)), 4, 4, out=out)


def test_a_color_of_one_number():
    """MXNet reads the others from elsewhere in memory."""
    for given in ({"values": 9}, {"values": (9,)}, {"value": 9}):
        framed = mx.image.copyMakeBorder(mx.nd.zeros((2, 2, 3)), 1, 0, 0, 0, **given)
        assert framed.asnumpy()[0].tolist() == [[9, 9, 9]] * 2
    padded, _ = mx.image.DetRandomPadAug(1.0, (3.0, 3.0), pad_val=7)(mx.nd.zeros((9, 9, 3)), np.zeros((1, 5)))
    assert set(padded.asnumpy().reshape(-1, 3).sum(axis=1)) == {0, 21}


def test_old_keyword():
    image = mx.nd.array(picture(8, 9))
    with pytest.warns(DeprecationWarning, match=r"^`min_area` is deprecated\. Please use `area` instead\.$"):
        part, _ = mx.image.random_size_crop(image, (4, 4), None, (1, 1), min_area=0.5)
    assert part.shape == (4, 4, 3)


def test_augmenters_of_users(folder):
    class Invert(mx.image.Augmenter):
        def __init__(self, most):
            super().__init__(most=most)
            self.most = most

        def __call__(self, src):
            return self.most - src

    assert Invert(255).dumps() == '["invert", {"most": 255}]'
    batches = mx.image.ImageIter(
        2,
        (3, 6, 5),
        path_imgrec="five.rec",
        aug_list=[mx.image.ForceResizeAug((5, 6)), mx.image.CastAug(), Invert(255.0)],
    )
    plain = mx.image.ImageIter(2, (3, 6, 5), path_imgrec="five.rec", aug_list=[mx.image.ForceResizeAug((5, 6))])
    np.testing.assert_allclose(batches.next().data[0].asnumpy(), 255 - plain.next().data[0].asnumpy())
    with pytest.raises(
        NotImplementedError, match=r"^Augmenter needs a method __call__\(self, src\) that gives a picture\.$"
    ):
        mx.image.Augmenter()(plain)


def test_hooks_of_subclasses(folder):
    """Those that MXNet's documentation names are called, in its order."""
    calls = []

    class Watched(mx.image.ImageIter):
        def next_sample(self):
            calls.append("next_sample")
            return super().next_sample()

        def read_image(self, fname):
            calls.append(f"read {fname}")
            return super().read_image(fname)

        def imdecode(self, s):
            calls.append("imdecode")
            return super().imdecode(s)

        def check_valid_image(self, data):
            calls.append("check")
            super().check_valid_image(data)

        def augmentation_transform(self, data):
            calls.append(f"augment {data.shape}")
            return super().augmentation_transform(data)

        def postprocess_data(self, datum):
            calls.append(f"postprocess {datum.shape}")
            return super().postprocess_data(datum)

    batches = Watched(1, (3, 6, 5), imglist=[[0.5, "p0.png"]], path_root=".")
    assert batches.next().label[0].asnumpy().tolist() == [0.5]
    assert calls == ["next_sample", "read p0.png", "imdecode", "check", "augment (12, 15, 3)", "postprocess (6, 5, 3)"]

    class Made(mx.image.ImageIter):
        left = 3

        def next_sample(self):
            self.left -= 1
            if self.left < 0:
                raise StopIteration
            return self.left, png(picture(6, 5, self.left))

    assert Made(1, (3, 6, 5), path_imgrec="five.rec").provide_data == [("data", (1, 3, 6, 5))]
    labels = [batch.label[0].asnumpy().tolist() for batch in Made(1, (3, 6, 5), path_imgrec="five.rec")]
    assert labels == [[2], [1], [0]]


def test_epochs_that_are_left(folder):
    def labels(batches):
        return [batch.label[0].asnumpy().tolist() for batch in batches]

    given = {
        "batch_size": 2,
        "data_shape": (3, 6, 5),
        "imglist": [[i, f"p{i}.png"] for i in range(5)],
        "path_root": ".",
    }
    batches = mx.image.ImageIter(**given)
    batches.next()
    batches.reset()
    assert labels(batches) == [[0, 1], [2, 3], [4, 0]]
    assert labels(batches) == []
    batches = mx.image.ImageIter(last_batch_handle="roll_over", **given)
    assert labels(batches) == [[0, 1], [2, 3]]
    batches.reset()
    assert labels([batches.next()]) == [[4, 0]]
    batches.reset()
    assert labels(batches) == [[0, 1], [2, 3]]
    batches.hard_reset()
    assert labels(batches) == [[0, 1], [2, 3]]


def test_a_batch_much_larger_than_there_are_pictures(folder):
    """MXNet leaves a part of it empty."""
    batches = mx.image.ImageIter(13, (3, 6, 5), path_imgrec="five.rec")
    (batch,) = batches
    assert batch.label[0].asnumpy().tolist() == [0, 1.5, 3, 4.5, 6] * 2 + [0, 1.5, 3]
    assert batch.pad == 8


def test_without_any_library(monkeypatch):
    monkeypatch.setattr(pictures, "opencv", lambda: None)
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    pictures._pillow.cache_clear()
    try:
        with pytest.raises(
            mx.MXNetError,
            match=r"install OpenCV or Pillow: pip install 'symgraph\[image\]'\.$",
        ):
            mx.image.imdecode(png(picture(4, 4)))
    finally:
        pictures._pillow.cache_clear()


def test_sixteen_bits_and_a_camera_on_its_side(folder, monkeypatch):
    """Both libraries give the upper byte, and leave the picture as it lies in the file, as MXNet does."""
    image = pytest.importorskip("PIL.Image")
    deep = picture(5, 6, channels=1)[..., 0].astype(np.uint16) * 257
    image.fromarray(deep).save("deep.png")
    exif = image.Exif()
    exif[0x112] = 6
    image.fromarray(picture(8, 16)).save("turned.jpg", exif=exif)
    for use_opencv in (True, False):
        if not use_opencv:
            monkeypatch.setattr(pictures, "opencv", lambda: None)
        np.testing.assert_array_equal(mx.image.imread("deep.png", flag=0).asnumpy()[..., 0], deep >> 8)
        np.testing.assert_array_equal(mx.image.imread("deep.png").asnumpy()[..., 1], deep >> 8)
        assert mx.image.imread("turned.jpg").shape == (8, 16, 3)
    random.seed(0)
    assert os.path.exists("deep.png")
