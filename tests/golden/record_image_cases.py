"""Record what real MXNet 1.9.1 makes of the cases in `tests.image_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_image_cases

Writes ``tests/golden/image_cases.npz``: the arrays of each case by name and place, and the rest of what it gives as text.
The tests use `flattened` too.
"""

from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from tests import image_cases

FILE = pathlib.Path(__file__).parent / "image_cases.npz"


def flattened(value: Any, place: str, arrays: dict[str, np.ndarray]) -> str:
    """What a case gives as text, and its arrays by their places in it."""
    if hasattr(value, "asnumpy"):
        arrays[place] = value.asnumpy()
        return f"array {value.shape} {np.dtype(value.dtype).name}"
    if isinstance(value, (list, tuple)):
        parts = [flattened(part, f"{place}/{i}", arrays) for i, part in enumerate(value)]
        return f"{type(value).__name__}[{'; '.join(parts)}]"
    return repr(value) if isinstance(value, (str, bool)) else str(value)


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    content: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as folder:
        image_cases.write_files(mx, folder)
        os.chdir(folder)
        for name, function in image_cases.CASES.items():
            arrays: dict[str, np.ndarray] = {}
            content[f"{name}|text"] = np.array(flattened(function(mx), "", arrays))
            content.update({f"{name}|{place}": values for place, values in arrays.items()})
    np.savez_compressed(FILE, **content)


if __name__ == "__main__":
    main()
