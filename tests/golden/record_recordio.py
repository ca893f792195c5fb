"""Record which bytes real MXNet 1.9.1 makes of records.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_recordio

Writes ``tests/golden/recordio.json``: the files of `RECORDS` and the packed `HEADERS` as hexadecimal text, and what parts of
the file hold. The tests use `written` and `packed` too, with symgraph.
"""

from __future__ import annotations

import json
import os
import pathlib
import struct
import tempfile
from typing import Any

import numpy as np

FILE = pathlib.Path(__file__).parent / "recordio.json"
MAGIC = struct.pack("<I", 0xCED7230A)
"""What every part of a record begins with; a record that holds it is cut there."""

RECORDS = [
    b"",
    b"a",
    b"abcd",
    b"hello",
    MAGIC,
    MAGIC + MAGIC,
    b"x" * 4 + MAGIC + b"y",
    b"x" * 3 + MAGIC + b"y",
    b"x" * 4 + MAGIC,
    MAGIC + b"abc",
    b"x" * 8 + MAGIC + MAGIC + b"zz",
    MAGIC[:2] + MAGIC + MAGIC[2:],
    bytes(range(50)),
]

HEADERS: list[tuple[int, Any, int, int]] = [
    (0, 4, 2574, 0),
    (7, 2.5, 11, 12),
    (0, np.float32(3), 2**40, 2**50),
    (0, np.int64(7), 0, 0),
    (0, True, 1, 0),
    (0, [1, 2, 3], 1, 0),
    (9, (1.5, 2), 1, 0),
    (0, np.array([[1.0, 2], [3, 4]]), 1, 0),
    (0, np.array(5.0), 1, 0),
    (0, [], 1, 0),
]


def written(mx: Any, folder: str) -> dict[str, str]:
    """The files of `RECORDS`, with keys from 3 on downward."""
    paths = os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec")
    file = mx.recordio.MXIndexedRecordIO(*paths, "w")
    for key, record in enumerate(RECORDS):
        file.write_idx(30 - key, record)
    file.close()
    return {"idx": pathlib.Path(paths[0]).read_text(), "rec": pathlib.Path(paths[1]).read_bytes().hex()}


def packed(mx: Any) -> list[str]:
    """The packed `HEADERS`."""
    return [mx.recordio.pack(mx.recordio.IRHeader(*header), b"data").hex() for header in HEADERS]


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    with tempfile.TemporaryDirectory() as folder:
        content = {**written(mx, folder), "packed": packed(mx)}
    FILE.write_text(json.dumps(content, indent=0) + "\n")


if __name__ == "__main__":
    main()
