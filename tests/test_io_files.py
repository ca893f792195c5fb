"""`mx.io`: batches of files, as MXNet makes them, and what is wrong with files."""

from __future__ import annotations

import gzip
import json
import logging

import numpy as np
import pytest

import symgraph as mx
from tests.golden import record_io_files

RECORDED = json.loads(record_io_files.FILE.read_text())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    record_io_files.write_files(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", record_io_files.CASES)
def test_batches_as_mxnet(folder, name):
    assert record_io_files.told(mx, name, str(folder)) == RECORDED[name]


def test_they_are_mx_data_iters(folder):
    batches = mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=2)
    assert isinstance(batches, mx.io.MXDataIter)
    assert isinstance(batches, mx.io.DataIter)
    with pytest.raises(AssertionError, match="^there is no present batch: next has not been called, "):
        batches.getdata()
    assert batches.iter_next()
    assert batches.getdata().asnumpy().tolist() == [[1, 10, 100], [2, 20, 200]]
    assert batches.getlabel().asnumpy().tolist() == [0, 0]
    assert (batches.getpad(), batches.getindex().tolist()) == (0, [0, 1])
    assert len(list(batches)) == 2
    assert list(batches) == []
    assert not batches.iter_next()


def test_an_epoch_that_was_left_begins_again(folder):
    """In MXNet it depends on how far the threads were ahead."""
    batches = mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=2)
    batches.reset()
    for _ in range(2):
        assert batches.next().data[0].asnumpy()[:, 0].tolist() == [1, 2]
        assert batches.next().data[0].asnumpy()[:, 0].tolist() == [3, 4]
        batches.reset()


def test_more_than_there_are(folder):
    batches = mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=12)
    found = []
    for _ in range(2):
        found += [(batch.data[0].asnumpy()[:, 0].astype(int).tolist(), batch.pad) for batch in batches]
        batches.reset()
    assert found == [([1, 2, 3, 4, 5] * 2 + [1, 2], 7), ([3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4], 9)]


def test_batches_stay_what_they_are(folder):
    batches = list(mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=1, prefetch_buffer=1))
    assert [batch.data[0].asnumpy()[0, 0] for batch in batches] == [1, 2, 3, 4, 5]


def test_one_batch_again_and_again(folder):
    batches = mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=2)
    batches.debug_skip_load()
    assert {tuple(batches.next().data[0].asnumpy()[:, 0]) for _ in range(10)} == {(1.0, 2.0)}


@pytest.mark.parametrize("dtype", ["float64", "float16", "uint8"])
def test_other_dtypes(folder, dtype):
    """MXNet refuses them."""
    batches = mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=2, dtype=dtype)
    assert batches.provide_data[0].dtype == np.dtype(dtype)
    assert batches.next().data[0].dtype == np.dtype(dtype)


def test_folders(folder):
    (folder / "several").mkdir()
    for name in ("b", "a"):
        (folder / "several" / name).write_text(f"{ord(name)}\n")
    for path in ("several", "several/", f"file://{folder}/several"):
        batches = mx.io.CSVIter(data_csv=path, data_shape=(1,), batch_size=2)
        assert batches.next().data[0].asnumpy().ravel().tolist() == [97, 98]


def _csv(text, **given):
    with open("bad.csv", "w") as file:
        file.write(text)
    return mx.io.CSVIter(**{"data_csv": "bad.csv", "data_shape": (3,), "batch_size": 1, **given})


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        ("", {}, "CSVIter: data_csv: there is nothing in 'bad.csv'."),
        ("\n \n", {}, None),
        (
            "1,2,3\n4,5\n",
            {"batch_size": 2},
            "CSVIter: line 2 of 'bad.csv' has 2 numbers, and data_shape=(3,) needs 3; ",
        ),
        (
            "1,2,3,4\n",
            {},
            "CSVIter: line 1 of 'bad.csv' has 4 numbers, and data_shape=(3,) needs 3; check the file and the ",
        ),
        ("a,b,c\n1,2,3\n", {}, "CSVIter: line 1 of 'bad.csv', column 1: 'a' is no number of float32."),
        ("1,,3\n", {}, "CSVIter: line 1 of 'bad.csv', column 2: '' is no number of float32."),
        ("1,nan,3\n", {"dtype": "int32"}, "CSVIter: line 1 of 'bad.csv', column 2: 'nan' is no number of int32."),
        (
            "1,2,3\n4,5,6\n",
            {"label_csv": "one"},
            "CSVIter: 'one' has 1 row, and 'bad.csv' has more; give a label for each.",
        ),
        ("1,2,3\n", {"label_csv": "wide"}, "CSVIter: line 1 of 'wide' has 2 numbers, and label_shape=(1,) needs 1; "),
        ("1,2,3\n", {"label_csv": "no"}, "CSVIter: label_csv: there is no file 'no'; check the path."),
        ("1,2,3\n", {"batch_size": 0}, "CSVIter: batch_size=0 is invalid; expected int in [1, 2147483647]."),
        ("1,2,3\n", {"batch_size": 2.5}, "CSVIter: batch_size=2.5 is invalid; expected int in [1, 2147483647]."),
        ("1,2,3\n", {"data_shape": "x"}, "CSVIter: data_shape='x' is invalid; expected tuple of int."),
        ("1,2,3\n", {"dtype": "int7"}, "CSVIter: dtype='int7' is invalid; expected dtype (float32, "),
    ],
)
def test_csv_messages(folder, text, given, message):
    (folder / "one").write_text("1\n")
    (folder / "wide").write_text("1,2\n")
    if message is None:
        assert list(_csv(text, **given)) == []
        return
    with pytest.raises((ValueError, OSError)) as info:
        list(_csv(text, **given))
    assert str(info.value).startswith(message)
    assert isinstance(info.value, mx.MXNetError)


def test_what_is_wrong_is_said_when_it_is_read(folder):
    """The first batch is read at once; an error in a later one comes when that is asked for, and again until a reset."""
    batches = _csv("1,2,3\n4,5,6\n7,8\n")
    assert [next(batches).pad for _ in range(2)] == [0, 0]
    for _ in range(2):
        with pytest.raises(ValueError, match="^CSVIter: line 3 of "):
            next(batches)
    batches.reset()
    assert next(batches).data[0].asnumpy().tolist() == [[1, 2, 3]]
    with pytest.raises(ValueError, match="^CSVIter: line 1 of "):
        _csv("1,2\n")


def test_keywords(folder):
    with pytest.raises(ValueError, match=r"^CSVIter takes keywords only, given 'a\.csv' of type str by position\.$"):
        mx.io.CSVIter("a.csv", (3,), 1)
    with pytest.raises(ValueError, match=r"^CSVIter: batch_size \(int in \[1, 2147483647\]\) is missing\.$"):
        mx.io.CSVIter(data_csv="a.csv", data_shape=(3,))
    with pytest.warns(
        UserWarning, match=r"^CSVIter: keyword 'bach_size' is unknown and ignored\. Did you mean 'batch_size'\?$"
    ):
        mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=1, bach_size=2)
    given = {"label_csv": None, "dtype": None, "ctx": mx.cpu()}
    assert mx.io.CSVIter(data_csv="a.csv", data_shape=(3,), batch_size=1, **given).next().pad == 0


@pytest.mark.parametrize(
    ("text", "data", "labels"),
    [
        ("1 qid:3 0:1 1:2\n", [[1, 2, 0]], [1]),
        ("# only a comment\n2 1:1 # another\n", [[0, 0, 0], [0, 1, 0]], [0, 2]),
        ("1:0.5 0 2\n", [[1, 0, 1]], [1]),
        ("-1\t2:1 0:2\r\n\r\n", [[2, 0, 1]], [-1]),
    ],
)
def test_libsvm_spellings(folder, text, data, labels):
    (folder / "x.t").write_bytes(text.encode())
    batch = mx.io.LibSVMIter(data_libsvm="x.t", data_shape=(3,), batch_size=len(data)).next()
    assert batch.data[0].asnumpy().tolist() == data
    assert batch.label[0].asnumpy().tolist() == labels


@pytest.mark.parametrize("parts", [1, 2, 3, 5, 40])
def test_parts_have_every_line_once(folder, parts):
    files = "d.t;l.t"
    seen = []
    for part in range(parts):
        batches = mx.io.LibSVMIter(data_libsvm=files, data_shape=(3,), batch_size=1, num_parts=parts, part_index=part)
        seen += [batch.label[0].asscalar() for batch in batches]
    assert seen == [1, -2, -3, 4] * 2


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        (
            "1 3:2\n",
            {},
            "LibSVMIter: line 1 of 'bad.t' has an element 3, and the shape is (3,), with elements from 0 ",
        ),
        ("1 -1:2\n", {}, "LibSVMIter: line 1 of 'bad.t' has an element -1"),
        ("1 a:b\n", {}, "LibSVMIter: line 1 of 'bad.t': expected number:value, as in 3:0.5, given 'a:b'."),
        ("x 0:1\n", {}, "LibSVMIter: line 1 of 'bad.t': the label 'x' is no number."),
        (
            "1 0:1\n",
            {"data_shape": (3, 1)},
            "LibSVMIter: data_shape=(3, 1) is invalid; expected one length, as in (784,).",
        ),
        (
            "1 0:1\n",
            {"label_shape": (2,)},
            "LibSVMIter: label_shape=(2,) needs a file label_libsvm; the data has one label a",
        ),
        ("1 0:1\n", {"num_parts": 2, "part_index": 2}, "LibSVMIter: part_index=2 is no part of num_parts=2; parts are"),
    ],
)
def test_libsvm_messages(folder, text, given, message):
    (folder / "bad.t").write_text(text)
    with pytest.raises(ValueError) as info:  # noqa: PT011 - the text follows
        mx.io.LibSVMIter(**{"data_libsvm": "bad.t", "data_shape": (3,), "batch_size": 1, **given})
    assert str(info.value).startswith(message)


def _mnist(**given):
    return mx.io.MNISTIter(**{"image": "images", "label": "labels", "batch_size": 4, "silent": True, **given})


def test_mnist_compressed(folder):
    """MXNet crashes."""
    for name in ("images", "labels"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
    pairs = zip(_mnist(), _mnist(image="images.gz", label="labels.gz"), strict=True)
    assert all((a.data[0].asnumpy() == b.data[0].asnumpy()).all() for a, b in pairs)


def test_mnist_says_what_it_loads(folder, caplog):
    with caplog.at_level(logging.INFO):
        _mnist(silent=False, shuffle=False)
        _mnist()
    assert caplog.messages == ["MNISTIter: load 11 images, shuffle=0, shape=[4,1,2,3]"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"image": "no"}, "MNISTIter: there is no file 'no'; check the path."),
        (
            {"image": "labels", "label": "images"},
            "MNISTIter: 'labels' holds no images: a file of images begins with 00000803",
        ),
        (
            {"image": "short"},
            "MNISTIter: 'short' is truncated: it begins with lengths (11, 2, 3), and has 24 elements.",
        ),
        (
            {"image": "shorter"},
            "MNISTIter: 'shorter' is truncated: it begins with lengths (11, 0, 0), and has 0 elements.",
        ),
        ({"image": "damaged"}, "MNISTIter: 'damaged' is damaged: "),
        (
            {"image": "a.csv"},
            "MNISTIter: 'a.csv' holds no images: a file of images begins with 00000803, this one with 312c",
        ),
        (
            {"label": "many-labels"},
            "MNISTIter: 'images' has 11 images, and 'many-labels' has 1600 labels; give the files th",
        ),
        ({"batch_size": 12}, "MNISTIter: batch_size=12 exceeds the number of images, 11."),
        ({"dtype": "uint8"}, "MNISTIter: dtype=uint8 cannot hold values between 0 and 1; use float32."),
        (
            {"num_parts": 3, "part_index": 3},
            "MNISTIter: part_index=3 is no part of num_parts=3; parts are counted from 0.",
        ),
    ],
)
def test_mnist_messages(folder, given, message):
    whole = (folder / "images").read_bytes()
    (folder / "short").write_bytes(whole[:40])
    (folder / "shorter").write_bytes(whole[:10])
    (folder / "damaged").write_bytes(gzip.compress(whole)[:30])
    with pytest.raises((ValueError, OSError)) as info:
        _mnist(**given)
    assert str(info.value).startswith(message)
    assert isinstance(info.value, mx.MXNetError)
