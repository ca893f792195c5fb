"""Record ``.params`` files of real MXNet 1.9.1, for the two-way exchange that ``tests/test_params.py`` checks.

Run from the project root in an environment of its own that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_params

Writes ``tests/golden/params/*.params``. Files of versions that MXNet 1.9.1 no longer writes are put together here and
kept only after MXNet has read them back correctly.
"""

from __future__ import annotations

import pathlib
import struct
from typing import Any

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "params"
DTYPES = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool")
MATRIX = np.arange(6, dtype="float32").reshape(2, 3)


def named() -> dict[str, np.ndarray]:
    """Arrays of all dtypes, several ranks and an empty one, with names that are no ASCII and not sorted."""
    rng = np.random.RandomState(0)
    arrays = {f"arg:{dtype}": (rng.normal(size=(2, 3)) * 5).astype(dtype) for dtype in reversed(DTYPES)}
    arrays.update({"aux:größe": np.arange(24.0, dtype="float32").reshape(2, 3, 4, 1), "leer": np.zeros(0, "float32")})
    return arrays


def unnamed() -> list[np.ndarray]:
    """Arrays without names."""
    return [MATRIX, np.array([7, -7], "int64")]


def old_file(*arrays: bytes) -> bytes:
    """A list file around arrays in any version."""
    return struct.pack("<QQQ", 0x112, 0, len(arrays)) + b"".join(arrays) + struct.pack("<Q", 0)


def old_versions() -> dict[str, bytes]:
    """`MATRIX` as the older versions, and as a GPU machine, wrote it."""
    end = struct.pack("<3i", 1, 0, 0) + MATRIX.tobytes()
    return {
        "before_v1": old_file(struct.pack("<I2I", 2, 2, 3) + end),
        "v1": old_file(struct.pack("<Ii2q", 0xF993FAC8, 2, 2, 3) + end),
        "gpu": old_file(struct.pack("<Iii2q3i", 0xF993FAC9, 0, 2, 2, 3, 2, 0, 0) + MATRIX.tobytes()),
    }


def main() -> None:
    import mxnet as mx

    FOLDER.mkdir(exist_ok=True)

    def array(value: np.ndarray) -> Any:
        return mx.nd.array(value, dtype=value.dtype)

    def save(name: str, data: Any) -> None:
        mx.nd.save(str(FOLDER / f"{name}.params"), data)

    save("named", {name: array(value) for name, value in named().items()})
    save("unnamed", [array(value) for value in unnamed()])
    save("single", array(MATRIX))
    save("nothing", [])
    with mx.util.np_shape(True):
        save("scalar", [array(MATRIX), array(np.array(2.5, "float32"))])
    save("sparse", {"w": array(MATRIX), "rows": array(MATRIX).tostype("row_sparse")})
    for name, content in old_versions().items():
        (value,) = mx.nd.load_frombuffer(content)
        np.testing.assert_array_equal(value.asnumpy(), MATRIX)
        (FOLDER / f"{name}.params").write_bytes(content)
    print(*sorted(f"{file.name} {file.stat().st_size}" for file in FOLDER.iterdir()), sep="\n")


if __name__ == "__main__":
    main()
