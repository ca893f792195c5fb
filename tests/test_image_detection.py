"""`mx.image` and `mx.io` for finding objects: pictures and boxes change together, as MXNet changes them."""

from __future__ import annotations

import json
import logging
import re

import numpy as np
import pytest

import symgraph as mx
from tests import detection_cases
from tests.detection_cases import LABEL
from tests.folders import folder_with
from tests.golden.record_detection_cases import FILE
from tests.pictures import picture, png

RECORDED = json.loads(FILE.read_text())


files, folder = folder_with(detection_cases.write_files)


def assert_alike(found, expected, place=""):
    if isinstance(expected, list):
        assert len(found) == len(expected), place
        for i, (a, b) in enumerate(zip(found, expected, strict=True)):
            assert_alike(a, b, f"{place}/{i}")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-5, abs=2e-3), place
    else:
        assert found == expected, place


@pytest.mark.parametrize("name", detection_cases.CASES)
def test_as_mxnet(folder, name):
    assert_alike(json.loads(json.dumps(detection_cases.CASES[name](mx))), RECORDED[name])


def test_boxes_move_with_the_pixels():
    """A box around bright pixels stays around them."""
    bright = np.zeros((40, 50, 3), np.uint8)
    bright[10:20, 15:30] = 255
    label = np.array([[0, 15 / 50, 10 / 40, 30 / 50, 20 / 40]])
    image = mx.image
    augmenters = [
        image.DetRandomCropAug(0.9, (0.5, 2), (0.3, 1)),
        image.DetHorizontalFlipAug(0.5),
        image.DetRandomPadAug(),
    ]
    for _ in range(40):
        values, boxes = mx.nd.array(bright, dtype="uint8"), label
        for augmenter in augmenters:
            values, boxes = augmenter(values, boxes)
        found = values.asnumpy()
        rows, columns = np.nonzero((found == 255).all(axis=2))
        height, width = found.shape[:2]
        edges = [columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height]
        np.testing.assert_allclose(boxes[0, 1:5], edges, atol=1e-6)
    np.testing.assert_array_equal(label, np.array([[0, 0.3, 0.25, 0.6, 0.5]]), "the label that is given is not changed")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda im: im.DetRandomCropAug(area_range=(0.5, 0.1)),
            "Skip DetRandomCropAug due to invalid parameters: area_rang",
        ),
        (
            lambda im: im.DetRandomCropAug(aspect_ratio_range=(2, 1)),
            "Skip DetRandomCropAug due to invalid aspect_ratio_rang",
        ),
        (
            lambda im: im.DetRandomPadAug(area_range=(1.0, 1.0)),
            "Skip DetRandomPadAug due to invalid parameters: area_range=",
        ),
        (
            lambda im: im.DetRandomPadAug(aspect_ratio_range=(0, 1)),
            "Skip DetRandomPadAug due to invalid aspect_ratio_range:",
        ),
    ],
)
def test_ranges_that_are_none(make, text):
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}"):
        augmenter = make(mx.image)
    image = mx.nd.array(picture(8, 9))
    assert augmenter(image, LABEL) == (image, LABEL)


def test_ranges_of_one_number(caplog):
    with caplog.at_level(logging.INFO):
        crop = mx.image.DetRandomCropAug(aspect_ratio_range=1.5, area_range=0.2)
        pad = mx.image.DetRandomPadAug(area_range=2.0)
    assert (crop.aspect_ratio_range, crop.area_range, pad.area_range) == ((1.5, 1.5), (0.2, 1.0), (1.0, 2.0))
    assert caplog.messages == [
        "Using fixed aspect ratio: 1.5 in DetRandomCropAug",
        "Using fixed area range: 0.2 in DetRandomCropAug",
        "Using fixed area range: 2.0 in DetRandomPadAug",
    ]


def _records(*labels):
    with mx.recordio.MXRecordIO("some.rec", "w") as file:
        for i, label in enumerate(labels):
            file.write(mx.recordio.pack((0, label, i, 0), png(picture(9, 9, i))))
    return "some.rec"


GOOD = [2, 5, 1, 0.1, 0.2, 0.5, 0.6]


def test_pictures_without_objects_are_left_out(folder, caplog):
    bad = [
        [1.0, 2],
        [2, 5, 1, 0.1, 0.2, 0.5],
        [2, 5, 1, 0.5, 0.2, 0.1, 0.6],
        [9, 5, 1, 0.1, 0.2, 0.5, 0.6],
        [2, 4, 1, 0.1, 0.2, 0.5, 0.6, 7],
        [2, 5, -1, 0.1, 0.2, 0.5, 0.6],
        [2, 5, 1, 0.1, 0.2, 0.5, 1.6],
    ]
    with caplog.at_level(logging.INFO):
        batches = mx.image.ImageDetIter(1, (3, 6, 6), path_imgrec=_records(GOOD, *bad, GOOD))
    assert [message.split(":")[0] for message in caplog.messages] == ["Invalid label, skipping"] * len(bad)
    assert len(list(batches)) == 2
    assert batches.label_shape == (1, 5)


def test_labels_in_lists(folder):
    objects = LABEL[:2].ravel().tolist()
    entries = [[[2, 5, *objects], "a.png"], [[2, 5, *objects[:5]], "b.png"]]
    for _, name in entries:
        (folder / name).write_bytes(png(picture(9, 9)))
    batch = mx.image.ImageDetIter(2, (3, 6, 6), imglist=entries, path_root=".").next()
    np.testing.assert_allclose(batch.label[0].asnumpy()[0], LABEL[:2], rtol=1e-6)
    assert (batch.label[0].asnumpy()[1, 1] == -1).all()
    lines = [f"{i}\t" + "\t".join(map(str, label)) + f"\t{name}\n" for i, (label, name) in enumerate(entries)]
    (folder / "objects.lst").write_text("".join(lines))
    again = mx.image.ImageDetIter(2, (3, 6, 6), path_imglist="objects.lst", path_root=".").next()
    np.testing.assert_array_equal(again.label[0].asnumpy(), batch.label[0].asnumpy())


def test_boxes_are_drawn(folder):
    pytest.importorskip("cv2")
    batches = mx.image.ImageDetIter(
        2, (3, 40, 40), path_imgrec="objects.rec", mean=True, std=True, aug_list=None, inter_method=1
    )
    plain = mx.image.ImageDetIter(2, (3, 40, 40), path_imgrec="objects.rec", inter_method=1).next().data[0].asnumpy()
    drawn = list(batches.draw_next(color=(255, 0, 0), thickness=1, mean=True, std=True, id2labels={1: "one"}))
    assert len(drawn) == 5
    is_red = (drawn[0] == (255, 0, 0)).all(axis=2)
    assert is_red[8, 4:20].all(), "the upper edge of the first object"
    assert np.abs(drawn[0][30:, 25:].astype(int) - plain[0].transpose(1, 2, 0)[30:, 25:]).max() <= 1


def _iter(**given):
    return mx.image.ImageDetIter(**{"batch_size": 1, "data_shape": (3, 12, 14), "path_imgrec": "objects.rec", **given})


@pytest.mark.parametrize(
    ("call", "builtin", "text"),
    [
        (
            lambda: _iter(path_imgrec=_records([1.0, 2])),
            ValueError,
            "ImageDetIter: no picture has a label with an object in",
        ),
        (
            lambda: _iter().reshape(label_shape=(2, 5)),
            ValueError,
            "ImageDetIter: label_shape (2, 5) cannot hold labels of (",
        ),
        (
            lambda: _iter().reshape(label_shape=(9, 6)),
            ValueError,
            "ImageDetIter: label_shape (9, 6) cannot hold labels of (",
        ),
        (
            lambda: _iter().reshape(label_shape=(9,)),
            ValueError,
            "ImageDetIter: label_shape should have length 2, the number",
        ),
        (
            lambda: _iter().reshape(data_shape=(9, 9)),
            ValueError,
            "ImageDetIter: data_shape should have length 3, with dimen",
        ),
        (
            lambda: _iter().sync_label_shape(5),
            AssertionError,
            "ImageDetIter: expected an ImageDetIter to share a label shap",
        ),
        (lambda: mx.image.DetBorrowAug(5), TypeError, "DetBorrowAug: expected an Augmenter, given 5 of type int."),
        (
            lambda: mx.image.DetRandomSelectAug([5]),
            ValueError,
            "DetRandomSelectAug: expected DetAugmenters, given 5 of type",
        ),
        (
            lambda: mx.image.DetAugmenter()(1, 2),
            NotImplementedError,
            "DetAugmenter needs a method __call__(self, src, label",
        ),
        (
            lambda: mx.image.CreateDetAugmenter((3, 4)),
            AssertionError,
            "CreateDetAugmenter: data_shape is (channels, height,",
        ),
        (
            lambda: mx.image.CreateMultiRandCropAugmenter([0.1, 0.2], max_attempts=[1, 2, 3]),
            AssertionError,
            "CreateMultiRandCropAugmenter: min_object_covered has 2 entries, and another argument 3; give one for each, or a ",
        ),
    ],
)
def test_messages(folder, call, builtin, text):
    with pytest.raises(builtin) as info:
        call()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError)


def _rows(batches):
    """The labels without what stands before them, and only what is there."""
    for batch in batches:
        for row in batch.label[0].asnumpy():
            yield row[4 + int(row[4]) : 4 + int(row[3])].reshape(-1, 5)


def _detections(**given):
    return mx.io.ImageDetRecordIter(
        **{"path_imgrec": "objects.rec", "data_shape": (3, 12, 14), "batch_size": 5, "verbose": False, **given}
    )


def test_frames_and_parts_by_chance(folder):
    """Frames make objects smaller, parts larger; all stay within the image. The same for any number of threads."""
    plain = np.concatenate(list(_rows(_detections())))
    framed = np.concatenate(list(_rows(_detections(rand_pad_prob=1, max_pad_scale=3))))
    assert framed.shape == plain.shape
    size, framed_size = (boxes[:, 3:] - boxes[:, 1:3] for boxes in (plain, framed))
    assert (framed_size < size).all()
    given = {"rand_crop_prob": 1, "min_crop_scales": (0.3, 0.5), "max_crop_scales": (0.5, 0.9), "num_crop_sampler": 2}
    parts = np.concatenate(list(_rows(_detections(max_crop_aspect_ratios=1.5, preprocess_threads=1, **given))))
    again = np.concatenate(list(_rows(_detections(max_crop_aspect_ratios=1.5, preprocess_threads=4, **given))))
    np.testing.assert_array_equal(parts, again)
    assert ((parts[:, 1:] >= 0) & (parts[:, 1:] <= 1)).all()
    assert (parts[:, 3:] - parts[:, 1:3]).mean() > size.mean()
    for name in ("overlaps", "sample_coverages", "object_coverages"):
        assert len(list(_rows(_detections(crop_emit_mode="overlap", **{f"min_crop_{name}": 0.2}, **given)))) == 5


def test_colors_by_chance(folder):
    plain = _detections().next().data[0].asnumpy()
    for name, most in (("hue", 40), ("saturation", 60), ("illumination", 60), ("contrast", 0.5)):
        changed = _detections(**{f"max_random_{name}": most, f"random_{name}_prob": 1}).next().data[0].asnumpy()
        assert np.abs(changed - plain).max() > 1, name
        assert changed.min() >= 0
        assert changed.max() <= 255


def test_other_settings_of_records(folder, caplog):
    with caplog.at_level(logging.INFO):
        gray = _detections(data_shape=(1, 12, 14), dtype="uint8", verbose=True)
    assert caplog.messages == [
        "ImageDetRecordIter: objects.rec, use 4 threads for decoding..",
        "ImageDetRecordIter: objects.rec, label padding width: 17",
    ]
    batch = gray.next()
    assert (batch.data[0].shape, batch.data[0].dtype, batch.label[0].dtype) == ((5, 1, 12, 14), np.uint8, np.float32)
    mx.nd.save("mean.bin", {"mean_img": mx.nd.full((3, 12, 14), 10)})
    np.testing.assert_allclose(
        _detections(mean_img="mean.bin").next().data[0].asnumpy(), _detections().next().data[0].asnumpy() - 10
    )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: _detections(label_pad_width=10),
            "ImageDetRecordIter: label_pad_width=10 does not suffice for the longest label",
        ),
        (lambda: _detections(label_width=7), "ImageDetRecordIter: image 1 has 12 labels, and label_width=7."),
        (
            lambda: _detections(data_shape=(4, 5, 5)),
            "ImageDetRecordIter: data_shape=(4, 5, 5) is invalid; expected (1 or 3 chan",
        ),
        (
            lambda: _detections(path_imgrec=_records([1.0, 2])),
            "ImageDetRecordIter: image 0: its label of 2 numbers is none of",
        ),
        (
            lambda: _detections(path_imgrec=_records([2, 5, 1, 2, 3, 4, 5, 6])),
            "ImageDetRecordIter: image 0: its label of 8 numb",
        ),
        (
            lambda: _detections(resize_mode="x"),
            "ImageDetRecordIter: resize_mode='x' is invalid; expected one of 'fit', 'force'",
        ),
    ],
)
def test_messages_of_records(folder, call, text):
    with pytest.raises(ValueError) as info:  # noqa: PT011 - the text follows
        call()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError)
