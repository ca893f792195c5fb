"""``.params`` files that are regular, odd or wrong, and what a program makes of them. Needs NumPy only."""

from __future__ import annotations

import pathlib
import struct
from typing import Any

import numpy as np

from tests.params_writer import CODES, MAGIC, array_bytes, file_bytes

MATRIX = np.arange(6, dtype="float32").reshape(2, 3)


def _raw(*fields: int, layout: str, rest: bytes = b"") -> bytes:
    """One array named ``a``, field by field."""
    return file_bytes([struct.pack(layout, *fields) + rest], ["a"])


def _cases() -> dict[str, bytes]:
    cases: dict[str, bytes] = {}
    devices = {"cpu(3)": (1, 3), "gpu(0)": (2, 0), "pinned": (3, 0), "shared": (5, 0), "none": (0, 0), "what": (99, 0)}
    for version in range(4):
        arrays = {dtype: (MATRIX * 5 - 7).astype(dtype) for dtype in CODES}
        arrays |= {"empty": np.zeros(0, "float32"), "no columns": np.zeros((2, 0), "float32")}
        arrays |= {"scalar": np.array(2.5, "float32"), "rank 7": MATRIX.reshape(1, 2, 1, 3, 1, 1, 1)}
        arrays |= {"rank 32": MATRIX[:1, :1].reshape((1,) * 32)}
        for name, value in arrays.items():
            cases[f"V{version} {name}"] = file_bytes([array_bytes(value, version)], ["a"])
        for name, device in devices.items():
            cases[f"V{version} on {name}"] = file_bytes([array_bytes(MATRIX, version, device)], ["a"])
    three = [array_bytes(MATRIX + version, version) for version in range(3)]
    four = [array_bytes(MATRIX + i, 2) for i in range(4)]
    whole = file_bytes(three, ["a", "b", "c"])
    cases |= {
        "versions mixed": whole,
        "without names": file_bytes(three),
        "nothing": file_bytes([]),
        "same name twice": file_bytes(four[:2], ["arg:w", "arg:w"]),
        "arg and aux of a name": file_bytes(four[:2], ["arg:w", "aux:w"]),
        "other prefixes": file_bytes(four, ["arg:w", "aux:m", "foo:z", "arg:a:b"]),
        "no prefix": file_bytes(four[:2], ["arg:w", "m"]),
        "name without text": file_bytes(four[:1], [""]),
        "odd names": file_bytes(four, ["arg:größe 名", "arg:x/y:0", "arg:\t\n", 'aux:"q"\\']),
        "name that is no text": file_bytes(four[:1], [b"arg:\xff"]),
        "too many names": file_bytes(four[:1], ["a", "b"]),
        "too few names": file_bytes(four[:2], ["a"]),
        "reserved field in use": whole[:8] + b"\1" * 8 + whole[16:],
        "more behind the end": whole + b"junk",
        "no count of names": file_bytes(three)[:-8],
        "wrong magic": b"x" * 40,
        "negative dimension": _raw(MAGIC[2], 0, 2, 3, -1, 1, 0, 0, layout="<Iii2q3i"),
        "dtype that does not exist": _raw(MAGIC[2], 0, 1, 2, 1, 0, 99, layout="<Iii1q3i", rest=bytes(8)),
        "no value": _raw(MAGIC[2], 0, 0, layout="<Iii"),
        "sizes beyond all bounds": _raw(MAGIC[2], 0, 2, 2**40, 2**20, 1, 0, 0, layout="<Iii2q3i"),
    }
    return cases


CASES = _cases()


def _shown(array: Any) -> list:
    value = array.asnumpy()
    return [value.dtype.name, list(value.shape), value.reshape(-1)[:6].tolist(), str(array.context)]


def _tried(call: Any) -> Any:
    try:
        found = call()
    except Exception:
        return "error"
    if isinstance(found, tuple):
        return [{name: _shown(array) for name, array in sorted(part.items())} for part in found]
    return {name: _shown(array) for name, array in found.items()} if isinstance(found, dict) else [*map(_shown, found)]


def outcome(mx: Any, content: bytes, folder: pathlib.Path) -> list:
    """What `mx.nd.load` and `mx.model.load_params` give for a file."""
    (folder / "x-0003.params").write_bytes(content)
    prefix = str(folder / "x")
    return [_tried(lambda: mx.nd.load(f"{prefix}-0003.params")), _tried(lambda: mx.model.load_params(prefix, 3))]
