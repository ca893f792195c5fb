"""Record what real MXNet 1.9.1 makes of the trainings in `tests.optimizer_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_optimizers

Writes ``tests/golden/optimizers.npz``: per case all weights and states in one array, since each array of a file takes more
room than these; their names, shapes and dtypes as JSON, where they are those of many cases.
"""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import numpy as np

from tests.optimizer_cases import CASES, Found, run

FILE = pathlib.Path(__file__).parent / "optimizers.npz"


def pack(cases: dict[str, Found]) -> dict[str, np.ndarray]:
    """The content of the file: ``layouts``, and per case the elements, with the number of its layout in front."""
    layouts: list[Any] = []
    packed = {}
    for name, found in cases.items():
        layout = [[key, list(value.shape), value.dtype.name] for key, value in found.items()]
        if layout not in layouts:
            layouts.append(layout)
        elements = [value.reshape(-1) for value in found.values()]
        dtype = max((value.dtype for value in elements), key=lambda dtype: dtype.itemsize)
        packed[name] = np.concatenate([[layouts.index(layout)], *elements]).astype(dtype)
    return packed | {"layouts": np.array(json.dumps(layouts))}


def load() -> dict[str, Found]:
    """What MXNet found, by name of the case."""
    cases = {}
    with np.load(FILE) as file:
        layouts = json.loads(str(file["layouts"]))
        for name in file.files:
            if name != "layouts":
                number, *elements = file[name]
                cases[name] = found = {}
                for key, shape, dtype in layouts[int(number)]:
                    size = int(np.prod(shape))
                    found[key] = np.array(elements[:size]).reshape(shape).astype(dtype)
                    elements = elements[size:]
    return cases


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    cases: dict[str, Found] = {}
    for case in CASES:
        try:
            found = run(mx, case)
        except (mx.MXNetError, AssertionError) as error:
            if not case.refused:
                raise RuntimeError(f"MXNet cannot run {case.name}") from error
            continue
        if case.refused:
            raise RuntimeError(f"MXNet runs {case.name}")
        cases[case.name] = found
    np.savez_compressed(FILE, **pack(cases))


if __name__ == "__main__":
    main()
