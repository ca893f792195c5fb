"""`mx.recordio`: files of records, byte for byte as MXNet writes them."""

from __future__ import annotations

import json
import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

import symgraph as mx
from symgraph.train.io.records import records
from tests.golden import record_recordio
from tests.golden.record_recordio import HEADERS, MAGIC, RECORDS

RECORDED = json.loads(record_recordio.FILE.read_text())
MXIndexedRecordIO, MXRecordIO = mx.recordio.MXIndexedRecordIO, mx.recordio.MXRecordIO


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that MXNet wrote."""
    (tmp_path / "a.rec").write_bytes(bytes.fromhex(RECORDED["rec"]))
    (tmp_path / "a.idx").write_text(RECORDED["idx"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_all(path):
    with MXRecordIO(path, "r") as file:
        return list(iter(file.read, None))


def test_bytes_are_mxnets(tmp_path):
    written = record_recordio.written(mx, str(tmp_path))
    assert written == {"idx": RECORDED["idx"], "rec": RECORDED["rec"]}
    assert record_recordio.packed(mx) == RECORDED["packed"]


def test_mxnets_files_are_read(folder):
    assert read_all("a.rec") == RECORDS
    assert read_all(Path("a.rec")) == read_all(f"file://{folder}/a.rec") == RECORDS
    with MXIndexedRecordIO("a.idx", "a.rec", "r") as file:
        assert file.keys == [30 - number for number in range(len(RECORDS))]
        assert [file.read_idx(key) for key in reversed(file.keys)] == RECORDS[::-1]
        file.seek(29)
        assert [file.read(), file.read()] == RECORDS[1:3]
        assert file.tell() == file.idx[27]
        file.reset()
        assert [file.read(), file.read()] == RECORDS[:2]


@pytest.mark.parametrize("block", [12, 16, 1 << 20])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 100])
def test_parts_have_every_record_once(folder, monkeypatch, parts, block):
    """Wherever a part begins, it finds the next record; the number that marks it is found nowhere else."""
    monkeypatch.setattr("symgraph.train.io.records._CHUNK", block)
    files = ["a.rec", "a.rec"]
    found = [list(records(files, "test", parts, part)) for part in range(parts)]
    assert [record for part in found for record in part] == RECORDS * 2
    assert parts == 1 or any(found[1:])


@pytest.mark.parametrize("seed", range(20))
def test_any_bytes_come_back(tmp_path, seed):
    rng = np.random.RandomState(seed)
    pieces = [b"", b"\0", b"ab", b"abc", b"abcd", MAGIC, MAGIC[:1], MAGIC[1:], MAGIC * 2]
    given = [b"".join(pieces[i] for i in rng.randint(len(pieces), size=rng.randint(12))) for _ in range(30)]
    with MXRecordIO(tmp_path / "b.rec", "w") as file:
        for record in given:
            file.write(record)
    assert read_all(tmp_path / "b.rec") == given
    content = (tmp_path / "b.rec").read_bytes()
    assert len(content) % 4 == 0
    for parts in (2, 5):
        files = [str(tmp_path / "b.rec")]
        assert [r for part in range(parts) for r in records(files, "test", parts, part)] == given


def test_reading_and_writing_by_turns(folder):
    file = MXRecordIO("b.rec", "w")
    assert (file.is_open, file.writable, file.uri, file.flag, file.pid) == (True, True, "b.rec", "w", os.getpid())
    for record in (b"1", bytearray(b"2"), memoryview(b"3")):
        file.write(record)
    file.close()
    file.close()
    assert not file.is_open
    assert read_all("b.rec") == [b"1", b"2", b"3"]
    file.open()
    file.write(b"4")
    file.reset()
    file.write(b"5")
    del file
    assert read_all("b.rec") == [b"5"]


def test_keys(folder):
    with MXIndexedRecordIO("k.idx", "k.rec", "w", str) as file:
        for key in ("b", "a", "b"):
            file.write_idx(key, key.encode() + b"%d" % len(file.keys))
        assert file.keys == ["b", "a", "b"]
    with MXIndexedRecordIO("k.idx", "k.rec", "r", str) as file:
        assert (file.keys, file.read_idx("b"), file.read_idx("a")) == (["b", "a", "b"], b"b2", b"a1")
    with MXIndexedRecordIO("k.idx", "k.rec", "w") as file:
        for key in ("7", 8.0, np.int64(9)):
            file.write_idx(key, b"")
        assert file.keys == [7, 8, 9]
    assert Path("k.idx").read_text() == "7\t0\n8\t8\n9\t16\n"


def test_pickles(folder):
    """A copy begins with the first record. MXNet closes the original, and empties a file that is written."""
    file = MXRecordIO("a.rec", "r")
    file.read()
    again = pickle.loads(pickle.dumps(file))
    assert again.read() == RECORDS[0]
    assert file.read() == RECORDS[1]
    file.close()
    assert not pickle.loads(pickle.dumps(file)).is_open
    with MXIndexedRecordIO("a.idx", "a.rec", "r") as indexed:
        assert pickle.loads(pickle.dumps(indexed)).read_idx(28) == RECORDS[2]
    with (
        MXRecordIO("b.rec", "w") as file,
        pytest.raises(mx.MXNetError, match=r"^'b\.rec' is being written, .*; close it first\.$"),
    ):
        pickle.dumps(file)


def test_other_processes(folder, monkeypatch):
    """As after a fork: a file that is read can be opened again, by hand or to seek; one that is written is left alone."""
    reading, keyed, writing = (
        MXRecordIO("a.rec", "r"),
        MXIndexedRecordIO("a.idx", "a.rec", "r"),
        MXRecordIO("b.rec", "w"),
    )
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(RuntimeError, match=r"^'a\.rec' was opened by another process, .*; use reset\(\) first\.$"):
        reading.read()
    reading.reset()
    assert reading.read() == RECORDS[0]
    assert keyed.read_idx(27) == RECORDS[3]
    with pytest.raises(RuntimeError, match=r"^'b\.rec' was opened by another process, .*; write another file\.$"):
        writing.write(b"")


def corrupted(offset, content):
    whole = bytearray(bytes.fromhex(RECORDED["rec"]))
    whole[offset : offset + len(content)] = content
    return bytes(whole)


WHOLE = bytes.fromhex(RECORDED["rec"])


@pytest.mark.parametrize(
    ("content", "good", "text"),
    [
        (WHOLE[:4], 0, "'bad.rec' is truncated: it ends with 4 bytes of a record."),
        (WHOLE[:17], 1, "'bad.rec' is truncated: the record at byte 8 has 1 bytes, of which 1 are there."),
        (WHOLE[:30], 2, "'bad.rec' is truncated: the record at byte 20 has 4 bytes, of which 2 are there."),
        (WHOLE[:56], 4, "'bad.rec' is damaged or truncated before byte 56: a record lacks its last part."),
        (
            corrupted(8, b"abcd"),
            1,
            "'bad.rec' is no RecordIO file, or damaged: at byte 8, where a record should begin, stands 61626364 and",
        ),
        (
            corrupted(12, struct.pack("<I", 5000)),
            1,
            "'bad.rec' is truncated: the record at byte 8 has 5000 bytes, of which 2",
        ),
        (
            corrupted(12, struct.pack("<I", 2 << 29 | 1)),
            1,
            "'bad.rec', byte 8: a record begins with its first part, not with ",
        ),
        (
            corrupted(12, struct.pack("<I", 1 << 29 | 1)),
            1,
            "'bad.rec' is damaged or truncated before byte 32: a record lacks ",
        ),
        (b"GIF89a" * 10, 0, "'bad.rec' is no RecordIO file, or damaged: at byte 0, "),
    ],
)
def test_damaged_files(folder, content, good, text):
    Path("bad.rec").write_bytes(content)
    file = MXRecordIO("bad.rec", "r")
    assert [file.read() for _ in range(good)] == RECORDS[:good]
    with pytest.raises(ValueError) as info:  # noqa: PT011 - the text follows
        file.read()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError)


def test_an_empty_file_has_no_records(folder):
    Path("empty.rec").touch()
    assert read_all("empty.rec") == []


def _reading():
    return MXRecordIO("a.rec", "r")


def _indexed(text, records_="a.rec"):
    Path("bad.idx").write_text(text)
    return MXIndexedRecordIO("bad.idx", records_, "r")


@pytest.mark.parametrize(
    ("call", "builtin", "text"),
    [
        (lambda: MXRecordIO("a.rec", "rb"), ValueError, "flag is 'r' to read or 'w' to write, given 'rb'."),
        (lambda: MXRecordIO("no.rec", "r"), OSError, "MXRecordIO: there is no file 'no.rec'; check the path."),
        (
            lambda: MXRecordIO("no/a.rec", "w"),
            OSError,
            "MXRecordIO: there is no folder 'no' for 'no/a.rec'; check the path, or",
        ),
        (lambda: _reading().write(b""), AssertionError, "'a.rec' is open to read; open it with flag 'w'."),
        (lambda: MXRecordIO("b.rec", "w").read(), AssertionError, "'b.rec' is open to write; open it with flag 'r'."),
        (
            lambda: MXRecordIO("b.rec", "w").write("text"),
            TypeError,
            "a record consists of bytes, given 'text' of type str; ",
        ),
        (
            lambda: MXRecordIO("b.rec", "w").write(None),
            TypeError,
            "a record consists of bytes, given None; encode text, and ",
        ),
        (
            lambda: MXRecordIO("b.rec", "w").write(bytes(2**29)),
            ValueError,
            "a record has less than 2**29 bytes, given 536870912",
        ),
        (lambda: _indexed("9\t0\n").read_idx(1), KeyError, "'bad.idx' has no key 1; its keys are 9."),
        (
            lambda: _indexed("a\tb\n"),
            ValueError,
            r"line 1 of 'bad.idx' is no key and position with a tabulator between them: 'a",
        ),
        (
            lambda: _indexed("1\t0\n\n2\n"),
            ValueError,
            "line 3 of 'bad.idx' is no key and position with a tabulator between them",
        ),
        (
            lambda: _indexed("1\t9999\n").read_idx(1),
            ValueError,
            "'a.rec' ends before byte 9999, where 'bad.idx' has the record 1",
        ),
        (lambda: _indexed("1\t2\n").read_idx(1), ValueError, "'a.rec' is no RecordIO file, or damaged: at byte 2, "),
        (
            lambda: MXIndexedRecordIO("no.idx", "a.rec", "r"),
            OSError,
            "MXIndexedRecordIO: there is no file 'no.idx'; check the",
        ),
        (
            lambda: mx.recordio.unpack(b"short"),
            ValueError,
            "unpack: a record of an image begins with 24 bytes, given 5.",
        ),
        (
            lambda: mx.recordio.unpack(mx.recordio.pack((0, [1, 2, 3], 1, 0), b"")[:28]),
            ValueError,
            "unpack: the record has 3 labels, for which its 28 bytes do not suffice.",
        ),
        (
            lambda: mx.recordio.pack((0, "x", 1, 0), b""),
            ValueError,
            "pack: a header has a flag, a label (a number or several) and",
        ),
        (lambda: mx.recordio.pack((0, 1, -1, 0), b""), ValueError, "pack: a header has "),
        (lambda: mx.recordio.pack((0, 1, 1.5, 0), b""), ValueError, "pack: a header has "),
        (lambda: mx.recordio.pack((0, 1), b""), ValueError, "pack: a header has "),
        (lambda: mx.recordio.pack((0, 1, 1, 0), "text"), TypeError, "pack: a header has "),
    ],
)
def test_messages(folder, call, builtin, text):
    with pytest.raises(mx.MXNetError) as info:
        call()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, builtin)


def test_a_closed_file(folder):
    file = _reading()
    file.close()
    with pytest.raises(RuntimeError, match=r"^'a\.rec' is closed; open it with open\(\) or reset\(\)\.$"):
        file.read()
    file.reset()
    assert file.read() == RECORDS[0]


def test_headers_come_back():
    for header in HEADERS:
        found, content = mx.recordio.unpack(mx.recordio.pack(mx.recordio.IRHeader(*header), b"data"))
        assert content == b"data"
        assert np.array_equal(
            found.label, np.asarray(header[1], np.float32).ravel() if found.flag else float(header[1] or 0)
        )
        assert found[2:] == header[2:]
    assert repr(found).startswith("HEADER(flag=0, label=0.0, id=1")
    assert mx.recordio.unpack(mx.recordio.pack((0, mx.nd.array([1, 2]), 1, 0), b""))[0].label.tolist() == [1, 2]
    assert (mx.recordio._IR_FORMAT, mx.recordio._IR_SIZE) == ("IfQQ", 24)
