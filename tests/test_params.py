"""``.params`` files: byte for byte those of MXNet 1.9.1, read in all versions, and never half-written or half-read."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import struct

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import FileError, FormatError
from symgraph.runtime import atomic
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


@pytest.mark.cpu
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
    for length in range(1, len(content)):
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
    "empty": (b"", r"the file is empty; a .params file has at least 24 bytes\.$"),
    "text": (b"something else", r"this is not a .params file, but text\.$"),
    "html": (
        b"\n<!DOCTYPE html><p>404",
        r"but an HTML page, as a server sends in place of a file: download the file again",
    ),
    "lfs": (b"version https://git-lfs.github.com/spec/v1", r"but a pointer of git-lfs: run git lfs pull\.$"),
    "gzip": (b"\x1f\x8b" + bytes(20), r"but compressed by gzip: decompress it first\.$"),
    "pickle": (b"\x80\x04\x95" + bytes(20), r"but a pickle of Python: read it with the program that wrote it\.$"),
    "safetensors": (
        b'\x40\0\0\0\0\0\0\0{"a":',
        r"but a file of safetensors: read it with symgraph.interop.safetensors",
    ),
    "magic": (b"something else", r"at byte 0: found magic number 0x6e696874656d6f73, expected 0x112; this is not a"),
    "npz": (
        b"PK\x03\x04" + bytes(28),
        r"this is not a .params file, but a zip archive: unpack it, or read NumPy's .npz with numpy.load",
    ),
    "npy": (b"\x93NUMPY\x01\x00", r"this is not a .params file, but an array of NumPy: read it with numpy.load"),
    "symbol": (b'{\n  "nodes": []}', r"this is not a .params file, but perhaps a symbol: read it with mx.sym.load"),
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
    "huge but for a zero": (
        old_file(struct.pack("<Iii3q3i", V2, 0, 3, 2**62, 0, 2**62, 1, 0, 0)),
        r"found dimensions \(4611686018427387904, 0, 4611686018427387904\), expected ones that an array can have",
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
    "names": (
        struct.pack("<QQQQ", 0x112, 0, 0, 5),
        r"at byte 24: found 5 names, expected 0, or one for each of 0 arrays",
    ),
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


def test_bytes_after_the_end_are_ignored():
    """As MXNet does."""
    assert list(mx.nd.load_frombuffer(golden("named") + b"more")) == list(named())


def test_what_is_no_buffer():
    with pytest.raises(TypeError, match="expected bytes, given str"):
        mx.nd.load_frombuffer("text")


A, FC = mx.nd.ones((2,)), mx.sym.FullyConnected(mx.sym.Variable("a"), num_hidden=2)
FILES = [(mx.nd.load, "load"), (mx.sym.load, "load"), (lambda f: mx.nd.save(f, [A]), "save"), (FC.save, "save")]
"""Everything that reads or writes a file, and the name under which its errors go."""


@pytest.mark.parametrize(("use", "what"), FILES)
def test_files_that_cannot_be_used(use, what, tmp_path, monkeypatch):
    def text_of(kind, path):
        with pytest.raises(kind) as info:
            use(path)
        assert isinstance(info.value, FileError)
        assert info.value.filename in (None, path)
        return str(info.value)

    folder, missing, inside = str(tmp_path), f"{tmp_path}/missing.x", f"{tmp_path}/no/x"
    assert text_of(IsADirectoryError, folder) == f"{what}: '{folder}' is a folder; give the name of a file in it."
    assert text_of(FileNotFoundError, inside) == (
        f"{what}: there is no folder '{tmp_path}/no' for '{inside}'; check the path, or make the folder."
    )
    assert text_of(FileNotFoundError, "") == f"{what}: the file name is empty; give the path of a file."
    if what == "load":
        assert text_of(FileNotFoundError, missing) == f"load: there is no file '{missing}'; check the path."
    for name, text in (
        (3, "3 of type int"),
        (None, "None"),
        (b"x", "b'x' of type bytes"),
        (A, "NDArray of shape (2,)"),
    ):
        with pytest.raises(TypeError) as info:
            use(name)
        assert str(info.value) == f"{what}: the file name must be a string, given {text}."

    def refuse(*args):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(atomic, "open", refuse, raising=False)
    monkeypatch.setattr(atomic, "_write", refuse)
    verb = "read" if what == "load" else "write"
    assert text_of(PermissionError, missing) == (
        f"{what}: there is no permission to {verb} '{missing}'; ask its owner, or give another file."
    )
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (3, ValueError, "expected an NDArray, or a list or dict of NDArrays, given 3 of type int"),
        ([np.ones(2)], TypeError, r"entry 0 is ndarray of shape \(2,\), expected an NDArray"),
        ({"a": 3}, TypeError, "entry 'a' is 3 of type int"),
        ({3: None}, TypeError, "names must be strings, given 3 of type int"),
    ],
)
def test_what_cannot_be_saved(data, error, message, tmp_path):
    file = tmp_path / "x.params"
    file.write_bytes(b"before")
    with pytest.raises(error, match=message):
        mx.nd.save(file, data)
    assert file.read_bytes() == b"before"


def test_arguments_of_save_in_the_order_of_others():
    with pytest.raises(TypeError) as caught:
        mx.nd.save({"a": mx.nd.ones((2,))}, "x.params")
    assert str(caught.value) == "save: the file comes first, then the arrays: save('x.params', arrays)."


def test_a_failing_write_leaves_the_old_file_and_nothing_beside(tmp_path):
    file = tmp_path / "x.params"
    file.write_bytes(b"before")

    def pieces():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match=r"save: cannot write '.*x\.params': No space left on device\.") as info:
        write_atomically(file, pieces())
    assert info.value.errno == errno.ENOSPC
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
