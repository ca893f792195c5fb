"""Record what the callbacks of real MXNet 1.9.1 log in the cases of `tests.callback_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_callbacks

Writes ``tests/golden/callbacks.json``: per case, level, logger and text of every line.
"""

from __future__ import annotations

import json
import os
import pathlib

from tests.callback_cases import BATCHES, logged

FILE = pathlib.Path(__file__).parent / "callbacks.json"


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = [f"{json.dumps(case)}: {json.dumps(logged(mx, case), indent=0)}" for case in BATCHES]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
