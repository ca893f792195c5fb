"""``.params`` files: byte for byte those of MXNet 1.9.1, read in all versions, and never half-written or half-read."""

from __future__ import annotations

import contextlib
import os
import random
import struct

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import FormatError
from symgraph.runtime.atomic import write_atomically
from tests.golden.record_params import FOLDER, MATRIX, named, old_file, unnamed


def golden(name):
    return (FOLDER / f"{name}.params").read_bytes()


def array(value):
    return mx.nd.array(value, dtype=value.dtype)


WRITTEN = {
    "named": lambda: {name: array(value) for name, value in named().items()},
    "unnamed": lambda: [array(value) for value in unnamed()],
    "single": lambda: array(MATRIX),
    "nothing": list,
    "scalar": lambda: [array(MATRIX), mx.nd.array(2.5)],
}


@pytest.mark.parametrize("name", WRITTEN)
def test_same_bytes_as_mxnet(name, tmp_path):
    mx.nd.save(tmp_path / "x.params", WRITTEN[name]())
    assert (tmp_path / "x.params").read_bytes() == golden(name)


def test_views_and_other_contexts_are_written_as_they_are(tmp_path):
    big = mx.nd.array(np.arange(18).reshape(3, 6), ctx=mx.cpu(1))
    mx.nd.save(tmp_path / "x.params", [big[1], big[:, 1:3]])
    row, block = mx.nd.load(tmp_path / "x.params")
    assert row.asnumpy().tolist() == [6, 7, 8, 9, 10, 11]
    assert block.asnumpy().tolist() == [[1, 2], [7, 8], [13, 14]]
    assert row.context == mx.cpu(0)


def test_named():
    loaded = mx.nd.load(str(FOLDER / "named.params"))
    assert list(loaded) == list(named())
    for name, value in named().items():
        assert loaded[name].asnumpy().dtype == value.dtype
        np.testing.assert_array_equal(loaded[name].asnumpy(), value)


def test_unnamed():
    loaded = mx.nd.load_frombuffer(golden("unnamed"))
    assert [a.asnumpy().tolist() for a in loaded] == [a.tolist() for a in unnamed()]
    assert mx.nd.load_frombuffer(golden("nothing")) == []


@pytest.mark.parametrize("name", ["single", "before_v1", "v1", "gpu"])
def test_all_versions(name):
    (loaded,) = mx.nd.load_frombuffer(bytearray(golden(name)))
    np.testing.assert_array_equal(loaded.asnumpy(), MATRIX)


def test_scalars():
    assert mx.nd.load_frombuffer(golden("scalar"))[1].asnumpy() == 2.5


def test_bfloat16(tmp_path):
    a = mx.nd.array([1.0, 2.5, -3], dtype="bfloat16")
    mx.nd.save(tmp_path / "x.params", [a])
    (b,) = mx.nd.load(tmp_path / "x.params")
    assert (b.dtype, b.asnumpy().tolist()) == (a.dtype, [1, 2.5, -3])


@pytest.mark.parametrize("name", ["named", "unnamed", "scalar", "before_v1", "v1"])
def test_every_truncation_is_reported(name):
    content = golden(name)
    for length in range(len(content)):
        with pytest.raises(FormatError, match=r"<buffer>: at byte \d+: found .*, expected .*truncated"):
            mx.nd.load_frombuffer(content[:length])


@pytest.mark.parametrize("name", ["named", "v1"])
def test_corruption_gives_a_format_error_or_other_values(name):
    rng = random.Random(0)
    for _ in range(2000):
        content = bytearray(golden(name))
        for _ in range(rng.randint(1, 3)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        with contextlib.suppress(FormatError):
            mx.nd.load_frombuffer(content)


V2 = 0xF993FAC9
BAD = {
    "magic": (b"PK\x03\x04" + bytes(28), r"at byte 0: found magic number 0x4034b50, expected 0x112; this is not"),
    "rank": (old_file(struct.pack("<Iii", V2, 0, -3)), r"at byte 32: found rank -3"),
    "huge rank": (old_file(struct.pack("<Ii", 0xF993FAC8, 2**31 - 1)), r"at byte 28: found rank 2147483647"),
    "version": (old_file(struct.pack("<I", 0xF993FACB)), r"at byte 24: found rank 4187224779 \(0xf993facb\)"),
    "dimension": (
        old_file(struct.pack("<Iii2q", V2, 0, 2, 3, -1)),
        r"found dimensions \(3, -1\), expected non-negative",
    ),
    "huge": (
        old_file(struct.pack("<Iii2q3i", V2, 0, 2, 2**40, 2**40, 1, 0, 0)),
        r"expected 48357.* elements of array 0",
    ),
    "many": (
        struct.pack("<QQQ", 0x112, 0, 2**60),
        r"found 0 more bytes, expected 4 for the magic number of array 0 of 11",
    ),
    "dtype": (
        old_file(struct.pack("<Iiiq3i", V2, 0, 1, 1, 1, 0, 99)),
        r"found dtype code 99, expected one of 0 \(float32\)",
    ),
    "no value": (old_file(struct.pack("<Iii", V2, 0, 0)), r"found rank 0, expected a shape for array 0 of 1"),
    "names": (struct.pack("<QQQQ", 0x112, 0, 0, 5), r"at byte 24: found 5 names, expected 0, or one for each of the 0"),
    "long name": (golden("named")[:-4] + b"\xff" * 4, r"found b'\\xff.*, expected name 9 of 10 as UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_content(name, tmp_path):
    content, message = BAD[name]
    file = tmp_path / "bad.params"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=f"bad.params: .*{message}"):
        mx.nd.load(file)


def test_sparse_arrays_are_refused():
    with pytest.raises(
        FormatError, match=r"storage type row_sparse, expected a dense array; convert .* tostype\('default'\)"
    ):
        mx.nd.load_frombuffer(golden("sparse"))


def test_what_cannot_be_loaded(tmp_path):
    with pytest.raises(mx.MXNetError, match=r"there is no file '.*missing\.params'"):
        mx.nd.load(tmp_path / "missing.params")
    with pytest.raises(TypeError, match="must be a string, given 3"):
        mx.nd.load(3)
    with pytest.raises(TypeError, match="expected bytes, given str"):
        mx.nd.load_frombuffer("text")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (3, ValueError, "expected an NDArray, or a list or dict of NDArrays, given int"),
        ([np.ones(2)], TypeError, "entry 0 is ndarray, expected an NDArray"),
        ({"a": 3}, TypeError, "entry 'a' is int"),
        ({3: None}, TypeError, "names must be strings, given 3"),
    ],
)
def test_what_cannot_be_saved(data, error, message, tmp_path):
    file = tmp_path / "x.params"
    file.write_bytes(b"before")
    with pytest.raises(error, match=message):
        mx.nd.save(file, data)
    assert file.read_bytes() == b"before"


def test_a_failing_write_leaves_the_old_file_and_nothing_beside(tmp_path):
    file = tmp_path / "x.params"
    file.write_bytes(b"before")

    def pieces():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"No space left on device: .*x\.params'"):
        write_atomically(file, pieces())
    assert file.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["x.params"]


def test_writing_keeps_permissions_and_links(tmp_path):
    file, link = tmp_path / "x.params", tmp_path / "link.params"
    file.write_bytes(b"before")
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, b"after")
    assert link.is_symlink()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"after", 0o640)
    write_atomically("/dev/null", b"gone")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_atomically(tmp_path / "nowhere" / "x", b"")
