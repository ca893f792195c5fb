"""``.params`` files by hand: read as real MXNet reads them, and refused without a memory's worth of allocation."""

from __future__ import annotations

import json
import logging
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import FormatError
from tests.golden import HERE
from tests.params_cases import CASES, MATRIX, outcome
from tests.params_writer import MAGIC, array_bytes, file_bytes, named_bytes

RECORDED = json.loads((HERE / "params_cases.json").read_text(encoding="utf-8"))


@pytest.mark.cpu
@pytest.mark.parametrize("name", CASES)
def test_read_as_mxnet_reads_it(name, tmp_path):
    assert json.loads(json.dumps(outcome(mx, CASES[name], tmp_path))) == RECORDED[name]


def test_what_is_neither_argument_nor_state_is_logged(tmp_path, caplog):
    (tmp_path / "x-0003.params").write_bytes(CASES["other prefixes"])
    with caplog.at_level(logging.WARNING):
        args, aux = mx.model.load_params(str(tmp_path / "x"), 3)
    assert (sorted(args), list(aux)) == (["a:b", "w"], ["m"])
    assert [record.getMessage() for record in caplog.records] == [
        f"Params file '{tmp_path}/x-0003.params' holds what is neither arg: nor aux:, passed over: foo:z"
    ]


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (named_bytes({"w": MATRIX, "arg:b": MATRIX}, 2), "w, arg:b"),
        (named_bytes({"arg:": MATRIX}, 2), "arg:"),
        (file_bytes([array_bytes(MATRIX, 2)]), "arrays without names"),
    ],
)
def test_names_that_say_nothing_are_refused(content, held, tmp_path):
    (tmp_path / "x-0003.params").write_bytes(content)
    text = f"in a file of parameters, names begin with 'arg:' or 'aux:'; this one holds {held}. mx.nd.load reads it."
    with pytest.raises(FormatError) as caught:
        mx.model.load_params(str(tmp_path / "x"), 3)
    assert str(caught.value) == f"{tmp_path}/x-0003.params: {text}"


HEAD = struct.pack("<QQQ", 0x112, 0, 1)
TERABYTE = 1 << 40


def _huge(path: Path, head: bytes) -> None:
    """A file of a terabyte that takes a few bytes on the disk."""
    path.write_bytes(head)
    os.truncate(path, TERABYTE)


def _v2(*dims: int) -> bytes:
    return HEAD + struct.pack(f"<Iii{len(dims)}q3i", MAGIC[2], 0, len(dims), *dims, 1, 0, 5)


LOAD_WITH_LITTLE_MEMORY = """
import resource, sys
import symgraph as mx
mx.nd.zeros((2,)).asnumpy()
limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + (256 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for path in sys.argv[1:]:
    try:
        mx.nd.load(path)
        print("read")
    except mx.MXNetError as error:
        print(str(error).removeprefix(path))
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux to know the size of a process")
def test_absurd_sizes_take_no_memory(tmp_path):
    cases = {
        "magic": (b"something else", "at byte 0: found magic number 0x6e696874656d6f73, expected 0x112; this is not a"),
        "content": (
            _v2(TERABYTE - 200),
            f"found {TERABYTE - 200} bytes for the {TERABYTE - 200} elements of array 0 of 1",
        ),
        "beyond": (_v2(TERABYTE, 3), f"found {TERABYTE - 64} more bytes, expected {3 * TERABYTE} for the {TERABYTE}x3"),
        "name": (_v2(1) + b"\7" + struct.pack("<QQ", 1, 1 << 62), f"expected {1 << 62} for name 0 of 1; the file is"),
    }
    for name, (head, _) in cases.items():
        _huge(tmp_path / name, head)
    (tmp_path / "many").write_bytes(struct.pack("<QQQ", 0x112, 0, 1 << 60))
    files = [str(tmp_path / name) for name in [*cases, "many"]]
    done = subprocess.run(
        [sys.executable, "-c", LOAD_WITH_LITTLE_MEMORY, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for line, (_, text) in zip(done.stdout.splitlines(), cases.values(), strict=False):
        assert text in line
    assert "expected 4 for the magic number of array 0 of" in done.stdout.splitlines()[-1]


def test_a_pipe_is_read_to_its_end(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    content = named_bytes({"w": MATRIX}, 2)
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=[content])
    writer.start()
    np.testing.assert_array_equal(mx.nd.load(tmp_path / "pipe")["w"].asnumpy(), MATRIX)
    writer.join()


def test_memory_is_not_shared_with_the_buffer():
    content = bytearray(named_bytes({"w": MATRIX}, 2))
    loaded = mx.nd.load_frombuffer(content)["w"]
    content[:] = bytes(len(content))
    np.testing.assert_array_equal(loaded.asnumpy(), MATRIX)


NET = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")


@pytest.mark.parametrize(("epoch", "number"), [(1, "0001"), (2.0, "0002"), (np.int64(3), "0003"), (12345, "12345")])
def test_epochs_are_numbers(epoch, number, tmp_path):
    prefix = str(tmp_path / "net")
    mx.model.save_checkpoint(prefix, epoch, NET, {"w": mx.nd.array(MATRIX)}, {})
    assert sorted(os.listdir(tmp_path)) == [f"net-{number}.params", "net-symbol.json"]
    symbol, args, aux = mx.model.load_checkpoint(prefix, epoch)
    assert (symbol.name, list(args), aux) == ("fc", ["w"], {})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("one", NET, {}, {}), "the epoch of a checkpoint is a number, given 'one' of type str."),
        ((None, NET, {}, {}), "the epoch of a checkpoint is a number, given None."),
        ((1, "net", {}, {}), "save_checkpoint: symbol is a Symbol, or None, given 'net' of type str."),
        ((1, NET, None, {}), "save_checkpoint: parameters are a dict of NDArrays by name, given None; {} is none."),
        ((1, NET, {}, None), "save_checkpoint: parameters are a dict of NDArrays by name, given None; {} is none."),
    ],
)
def test_what_is_no_checkpoint(arguments, text, tmp_path):
    with pytest.raises((TypeError, AttributeError)) as caught:
        mx.model.save_checkpoint(str(tmp_path / "net"), *arguments)
    assert isinstance(caught.value, mx.MXNetError)
    assert str(caught.value) == text
    assert os.listdir(tmp_path) == []
