"""Record what real MXNet 1.9.1 makes of the cells in ``tests/rnn_cells.py``.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_rnn_cells

Writes ``tests/golden/rnn_cells.json``, what each case gives, and ``tests/golden/rnn_cells.npz``, what some of them compute; and
``tests/golden/rnn_compositions.json``, digests of the compositions in ``tests/rnn_compositions.py``.
"""

from __future__ import annotations

import json
import os
import pathlib

import numpy as np

from tests.rnn_cells import CASES, COMPUTED, facts, values
from tests.rnn_compositions import COUNT, composition

FOLDER = pathlib.Path(__file__).parent


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines, arrays = [], {}
    for case in CASES:
        found = facts(mx, case)
        if "json_sha256" in found and case in COMPUTED:
            try:
                arrays.update({f"{case}/{kind}": array for kind, array in values(mx, case).items()})
            except Exception as error:
                found["fails"] = f"{type(error).__name__}: {error}"[:160]
        lines.append(f"{json.dumps(case)}: {json.dumps(found, separators=(',', ':'))}")
    (FOLDER / "rnn_cells.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    digests = [composition(mx, seed) for seed in range(COUNT)]
    (FOLDER / "rnn_compositions.json").write_text(json.dumps(digests, separators=(",", ":")) + "\n")
    np.savez_compressed(FOLDER / "rnn_cells.npz", **arrays)


if __name__ == "__main__":
    main()
