"""Record which batches real MXNet 1.9.1 makes of files.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_io_files

Writes ``tests/golden/io_files.json``: for each of `CASES` the descriptions, and three epochs of batches. The tests use
`write_files` and `told` too, with symgraph.
MXNet's `LibSVMIter` ends the process now and then; if it does, run this again.
"""

from __future__ import annotations

import json
import os
import pathlib
import struct
import tempfile
from typing import Any

import numpy as np

FILE = pathlib.Path(__file__).parent / "io_files.json"

TEXTS = {
    "a.csv": "".join(f"{i},{i * 10},{i * 100}\n" for i in range(1, 6)),
    "label.csv": "1\n2\n3\n4\n5\n",
    "labels.csv": "1,-1\n2,-2\n3,-3\n4,-4\n5,-5\n",
    "odd.csv": "\ufeff 1, 2 ,3,\r\n\r\nnan,inf,-inf\n1e3,-2.5E-2,+7",
    "whole.csv": "16777217,-3,1.9\n-2.9,5,0\n",
    "d.t": "1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2\n4 2:-1.2\n",
    "l.t": "1.0\n-2.0 0:0.125\n-3.0 2:1.2\n4 1:1.0 2:-1.2\n",
}

_CSV = {"data_csv": "a.csv", "label_csv": "label.csv", "data_shape": (3,)}
_SVM = {"data_libsvm": "d.t", "data_shape": (3,), "batch_size": 3}
_MNIST = {"image": "images", "label": "labels", "batch_size": 4, "silent": True}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"csv of {size}, {'round' if is_round else 'not round'}": (
            "CSVIter",
            {**_CSV, "batch_size": size, "round_batch": is_round},
        )
        for size, is_round in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (2, 0), (3, 0), (4, 0), (5, 0)]
    },
    "csv without labels": ("CSVIter", {"data_csv": "a.csv", "data_shape": (3,), "batch_size": 2}),
    "csv with text": (
        "CSVIter",
        {"data_csv": "a.csv", "data_shape": "(1,3)", "batch_size": "2", "round_batch": "False", "data_name": "x"},
    ),
    "csv with wide labels": (
        "CSVIter",
        {**_CSV, "label_csv": "labels.csv", "label_shape": (2,), "batch_size": 2, "label_name": "y"},
    ),
    "csv spelled oddly": ("CSVIter", {"data_csv": "odd.csv", "data_shape": (3,), "batch_size": 3}),
    "csv of int32": ("CSVIter", {"data_csv": "whole.csv", "data_shape": (3,), "batch_size": 2, "dtype": "int32"}),
    "csv of int64": ("CSVIter", {"data_csv": "whole.csv", "data_shape": (3,), "batch_size": 2, "dtype": "int64"}),
    "csv in two files": (
        "CSVIter",
        {**_CSV, "data_csv": "a.csv;a.csv", "label_csv": "label.csv;label.csv", "batch_size": 4},
    ),
    "libsvm": ("LibSVMIter", _SVM),
    "libsvm, wider": ("LibSVMIter", {**_SVM, "data_shape": (5,)}),
    "libsvm with labels": ("LibSVMIter", {**_SVM, "label_libsvm": "l.t", "label_shape": (3,)}),
    "libsvm, part 0": ("LibSVMIter", {**_SVM, "num_parts": 2, "part_index": 0, "batch_size": 2}),
    "mnist": ("MNISTIter", {**_MNIST, "shuffle": False}),
    "mnist, flat": ("MNISTIter", {**_MNIST, "shuffle": False, "flat": True, "input_shape": (1, 2, 3)}),
    "mnist, shuffled": ("MNISTIter", _MNIST),
    "mnist, seed 7": ("MNISTIter", {**_MNIST, "seed": 7}),
    "mnist, many": ("MNISTIter", {**_MNIST, "image": "many", "label": "many-labels", "batch_size": 1500, "seed": 3}),
    **{
        f"mnist, part {part}": ("MNISTIter", {**_MNIST, "num_parts": 3, "part_index": part, "batch_size": 2})
        for part in range(3)
    },
}


def write_files(folder: str) -> None:
    """Write what the cases read; the digits say which image they are, and where in it."""
    for name, text in TEXTS.items():
        pathlib.Path(folder, name).write_bytes(text.encode())
    digits = np.arange(11)[:, None, None] * 20 + np.arange(6).reshape(2, 3)
    many = np.stack([np.arange(1600) // 256, np.arange(1600) % 256], axis=1)[:, :, None]
    for name, values, magic in [
        ("images", digits, 2051),
        ("labels", np.arange(11) % 10, 2049),
        ("many", many, 2051),
        ("many-labels", np.arange(1600) % 10, 2049),
    ]:
        header = struct.pack(f">{1 + values.ndim}I", magic, *values.shape)
        pathlib.Path(folder, name).write_bytes(header + values.astype(np.uint8).tobytes())


def told(mx: Any, name: str, folder: str) -> list[str]:
    """Descriptions, and batches of three epochs: data, labels, pad and index, where that has a meaning."""
    kind, given = CASES[name]
    paths = {
        key: ";".join(os.path.join(folder, part) for part in value.split(";"))
        for key, value in given.items()
        if key in ("data_csv", "label_csv", "data_libsvm", "label_libsvm", "image", "label")
    }
    batches = getattr(mx.io, kind)(**{**given, **paths})
    lines = [
        f"{desc.name} {desc.shape} {np.dtype(desc.dtype).name} {desc.layout}"
        for desc in (*batches.provide_data, *batches.provide_label)
    ]
    for _ in range(3):
        for batch in batches:
            index = "" if kind == "MNISTIter" else f" {batch.index.astype(int).tolist()}"
            lines.append(f"{_values(batch.data)} {_values(batch.label)} +{batch.pad}{index}")
        lines.append("end")
        batches.reset()
    return lines


def _values(arrays: Any) -> str:
    (array,) = arrays
    values = array.asnumpy().ravel()
    if values.size > 1000:
        values = values[:: values.size // 50]
    return ",".join(f"{value:.7g}" for value in values.tolist())


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    with tempfile.TemporaryDirectory() as folder:
        write_files(folder)
        entries = [f"{json.dumps(name)}: {json.dumps(told(mx, name, folder))}" for name in CASES]
    FILE.write_text("{\n" + ",\n".join(entries) + "\n}\n")


if __name__ == "__main__":
    main()
