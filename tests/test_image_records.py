"""`mx.io.ImageRecordIter` and its like: which images are in a batch, and what becomes of them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import pictures
from tests.folders import folder_with
from tests.golden import record_images
from tests.golden.record_images import AUGMENTED, EPOCHS
from tests.image_iterators import flat, images, labels, various
from tests.pictures import picture, png

RECORDED = np.load(record_images.FILE)


files, folder = folder_with(record_images.write_files)


@pytest.mark.parametrize("name", AUGMENTED)
def test_images_as_mxnet(folder, name):
    """Bicubic interpolation and affine maps differ in the last bit from one release of OpenCV to another."""
    found, expected = record_images.first_batch(mx, name, str(folder)), RECORDED[f"augmented/{name}"]
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    given = AUGMENTED[name]
    is_exact = given.get("inter_method", 1) in (0, 1, 3, 4) and not any(
        key in given for key in ("min_random_scale", "rotate", "min_img_size", "max_img_size", "min_aspect_ratio")
    )
    difference = np.abs(found.astype(np.float64) - expected)
    assert difference.max() <= (1e-6 * np.abs(expected).max() if is_exact else 2)


@pytest.mark.parametrize("name", EPOCHS)
def test_epochs_as_mxnet(folder, name):
    assert record_images.told(mx, name, str(folder)) == str(RECORDED[f"epochs/{name}"])


@pytest.mark.parametrize("name", [name for name in AUGMENTED if name != "scaled 1.1 by 2"])
def test_images_without_opencv(folder, name, monkeypatch):
    """Pillow decodes and NumPy resizes. Affine maps are then bilinear, so that one that is bicubic is left out."""
    monkeypatch.setattr(pictures, "opencv", lambda: None)
    found, expected = record_images.first_batch(mx, name, str(folder)), RECORDED[f"augmented/{name}"]
    assert np.abs(found.astype(np.float64) - expected).max() <= 2


def test_a_last_batch_that_is_not_filled_up(folder):
    """MXNet fills it with anything, and says that it is full."""
    batches = flat(round_batch=False)
    for _ in range(2):
        *_, last = batches
        assert last.label[0].asnumpy().tolist() == [8, 9, 10, 0]
        assert (last.pad, last.index.tolist()) == (1, [108, 109, 110, 0])
        batches.reset()


def test_more_than_there_are(folder):
    batches = flat(batch_size=25)
    (batch,) = batches
    assert batch.label[0].asnumpy().astype(int).tolist() == [*range(11), *range(11), 0, 1, 2]
    assert batch.pad == 14
    batches.reset()
    assert labels(batches)[:3] == [3, 4, 5]
    exact = flat(batch_size=22)
    for _ in range(3):
        assert labels(exact) == [*range(11)] * 2
        exact.reset()


def test_an_epoch_that_was_left(folder):
    """Its order is over, however far the threads were; the next one is that of a second epoch."""
    whole = flat(shuffle=True, batch_size=11)
    first = labels(whole)
    whole.reset()
    second = labels(whole)
    assert sorted(first) == sorted(second) == list(range(11))
    assert first != second
    for taken in (1, 3):
        left = flat(shuffle=True)
        assert labels(next(left) for _ in range(taken))[:11] == (first + second)[: 4 * taken][:11]
        time.sleep(0.05)
        left.reset()
        expected = second if taken == 1 else second[1:]
        assert labels(left)[: len(expected)] == expected


def test_passes_that_are_left_are_counted(folder, monkeypatch):
    """The order of a pass does not depend on how much of the ones before was read."""
    monkeypatch.setattr("symgraph.train.io.orders.WINDOW", 4000)
    given = {"path_imgrec": "many.rec", "data_shape": (1, 2, 2), "batch_size": 70, "shuffle": True}
    batches = flat(**given)
    passes = []
    for _ in range(3):
        passes.append(labels(batches))
        batches.reset()
    assert [sorted(one) for one in passes] == [list(range(700))] * 3
    assert max(passes[0][:30]) < 60, "what is read together comes together"
    left = flat(prefetch_buffer=1, **given)
    for one in passes:
        assert labels([next(left)]) == one[:70]
        left.reset()


def test_parts_are_shuffled(folder):
    given = {"path_imgrec": "large.rec", "data_shape": (1, 2, 2), "batch_size": 100, "shuffle": True}
    batches = flat(shuffle_chunk_size=4, **given)
    first = labels(batches)
    batches.reset()
    second = labels(batches)
    assert sorted(first) == sorted(second) == list(range(100))
    assert first != second
    assert first == labels(flat(shuffle_chunk_size=4, **given))
    assert first != labels(flat(shuffle_chunk_size=4, shuffle_chunk_seed=1, **given))


@pytest.mark.parametrize("index", ["", "flat.idx"])
@pytest.mark.parametrize("parts", [1, 2, 4, 11])
def test_parts_have_every_image_once(folder, parts, index):
    given = {"batch_size": 1, "num_parts": parts, "path_imgidx": index, "shuffle": True}
    found = [labels(flat(part_index=part, **given)) for part in range(parts)]
    assert sorted(label for part in found for label in part) == list(range(11))


def test_mean_image(folder, tmp_path, caplog):
    """It is made of the images, and then read; the means of channels have no meaning beside it."""
    path = str(tmp_path / "mean.bin")
    plain = images(various())
    with caplog.at_level(logging.INFO):
        made = images(various(mean_img=path, mirror=False))
    assert caplog.messages == [
        f"Cannot find {path}: create mean image, this will take some time...",
        f"Save mean image to {path}..",
    ]
    mean = mx.nd.load(path)["mean_img"].asnumpy()
    np.testing.assert_allclose(mean, plain.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(made, plain - mean, atol=1e-4)
    mirrored = images(various(mean_img=path, mirror=True, mean_r=5, scale=0.5, std_g=2))
    expected = (plain - mean) * 0.5 / np.array([1, 2, 1])[:, None, None]
    np.testing.assert_allclose(mirrored, expected[..., ::-1], atol=1e-4)
    with pytest.raises(
        ValueError, match=r"mean_img '.*' holds \(3, 8, 8\), expected an array of data_shape=\(3, 4, 4\)\.$"
    ):
        flat(mean_img=path)


def test_other_dtypes(folder):
    """MXNet refuses them."""
    batches = various(dtype="float16", mean_r=10)
    assert batches.provide_data[0].dtype == np.float16
    assert batches.provide_label[0].dtype == np.float32
    expected = images(various(mean_r=10))
    assert np.array_equal(images(batches), expected.astype(np.float16))


def test_it_says_what_it_reads(folder, caplog):
    with caplog.at_level(logging.INFO):
        flat(verbose=True, preprocess_threads=2)
    assert caplog.messages == ["ImageRecordIter: flat.rec, use 2 threads for decoding.."]


def _bad(content=b"junk" * 5, label=1.0):
    with mx.recordio.MXRecordIO("bad.rec", "w") as file:
        for i, part in enumerate([png(picture(4, 4)), content]):
            file.write(mx.recordio.pack((0, label if i else 0, i, 0), part))
    return flat(path_imgrec="bad.rec", batch_size=1)


def _truncated(kind):
    return _bad(png(picture(4, 4))[:40]) if kind == "png" else _bad(b"")


def _list(text):
    with open("bad.lst", "w") as file:
        file.write(text)
    return flat(path_imglist="bad.lst")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: flat(path_imgrec="no.rec"),
            "ImageRecordIter: path_imgrec: there is no file 'no.rec'; check the path.",
        ),
        (lambda: flat(path_imgrec=""), "ImageRecordIter: give path_imgrec, a file of records."),
        (lambda: flat(path_imgrec="flat.lst"), "'flat.lst' is no RecordIO file, or damaged: at byte 0, "),
        (lambda: flat(path_imgidx="no.idx"), "MXIndexedRecordIO: there is no file 'no.idx'; check the path."),
        (lambda: flat(path_imgidx="many.idx"), None),
        (
            lambda: flat(path_imgrec="flat.rec;one.rec", path_imgidx="flat.idx"),
            "ImageRecordIter: path_imgidx says where the ",
        ),
        (
            lambda: flat(num_parts=2, part_index=2),
            "ImageRecordIter: part_index=2 is no part of num_parts=2; parts are",
        ),
        (
            lambda: flat(data_shape=(4, 4)),
            "ImageRecordIter: data_shape=(4, 4) is invalid; expected (1, 3 or 4 ",
        ),
        (
            lambda: flat(data_shape=(2, 4, 4)),
            "ImageRecordIter: data_shape=(2, 4, 4) is invalid; expected (1, 3 or 4 ",
        ),
        (
            lambda: flat(data_shape=(4, 4, 4)),
            "ImageRecordIter: image 100: it has 3 channels, and data_shape=(4, 4, 4) needs",
        ),
        (lambda: flat(label_width=2), "ImageRecordIter: image 100 has 1 label, and label_width=2."),
        (lambda: flat(path_imgrec="labels.rec"), "ImageRecordIter: image 100 has 3 labels, and label_width=1."),
        (lambda: flat(preprocess_threads=0), "ImageRecordIter: preprocess_threads=0 is invalid; expected int >= 1."),
        (lambda: flat(std_g=0), "ImageRecordIter: std_r, std_g, std_b and std_a divide, and must not be 0."),
        (lambda: flat(resize=0), "ImageRecordIter: image 100: an image of 4 x 4 cannot be resized to 0 x 0."),
        (
            lambda: flat(min_crop_size=3, max_crop_size=9),
            "ImageRecordIter: image 100: an image of 4 x 4 has no square between min_crop_size=3 and max_crop_size=9.",
        ),
        (lambda: flat(random_h=0.5), "ImageRecordIter: random_h=0.5 is invalid; expected int."),
        (lambda: flat(inter_method=11), "ImageRecordIter: inter_method=11 is invalid; expected int in [0, 10]."),
        (
            lambda: _bad(),
            "ImageRecordIter: image 1: its content cannot be decoded as a picture: it is of ",
        ),
        (
            lambda: _truncated("png"),
            "ImageRecordIter: image 1: its content cannot be decoded as a picture: it is of another",
        ),
        (lambda: _truncated("empty"), "ImageRecordIter: image 1: its content is empty, and no picture."),
        (
            lambda: _list("100\tx.png\n"),
            "ImageRecordIter: line 1 of 'bad.lst' is no number, labels and a path, with ",
        ),
        (
            lambda: _list("100\ta\tx.png\n"),
            "ImageRecordIter: line 1 of 'bad.lst' is no number, labels and a path, with tabul",
        ),
        (lambda: _list("100\t1\tx.png\n"), "ImageRecordIter: image 101 of 'flat.rec' is not in 'bad.lst'."),
    ],
)
def test_messages(folder, make, text):
    with pytest.raises(mx.MXNetError) as info:
        list(make())
    if text is None:
        assert "the files do not belong together" in str(info.value) or "is no RecordIO file" in str(info.value)
    else:
        assert str(info.value).startswith(text)


def test_an_error_in_a_later_batch_comes_later(folder):
    batches = _bad()
    assert batches.next().label[0].asnumpy().tolist() == [0]
    with pytest.raises(ValueError, match="^ImageRecordIter: image 1: "):
        batches.next()


def test_dropped_iterators_leave_no_threads(folder):
    def workers():
        return {thread for thread in threading.enumerate() if thread.name.startswith("symgraph-io")}

    before = workers()
    for _ in range(3):
        batches = flat(batch_size=1, prefetch_buffer=1)
        batches.next()
        assert workers() - before
        del batches
    for _ in range(200):
        if workers() <= before:
            break
        time.sleep(0.01)
    assert workers() <= before


def test_the_interpreter_ends_while_threads_decode(folder):
    code = (
        "import symgraph as mx\n"
        "a = mx.io.ImageRecordIter(path_imgrec='flat.rec', data_shape=(3, 4, 4), batch_size=1, verbose=False)\n"
        "a.next()\n"
    )
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_images_are_decoded_while_nobody_asks(folder, monkeypatch):
    """The batches after the first one are ready when they are wanted."""
    decoded = []
    original = pictures.decoded

    def counting(*args, **kwargs):
        decoded.append(1)
        return original(*args, **kwargs)

    monkeypatch.setattr("symgraph.train.io.image_record_iter.decoded", counting)
    batches = flat(batch_size=2, prefetch_buffer=3)
    for _ in range(200):
        if len(decoded) >= 8:
            break
        time.sleep(0.01)
    assert len(decoded) >= 8, "the first batch, and three that follow"
    time.sleep(0.05)
    assert len(decoded) <= 12, "no more than there is room for, and two that are under way"
    assert labels(batches)[:11] == list(range(11))
    assert os.path.exists("flat.rec")
