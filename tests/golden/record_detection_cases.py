"""Record what real MXNet 1.9.1 makes of the cases in `tests.detection_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_detection_cases

Writes ``tests/golden/detection_cases.json``: what each case gives.
"""

from __future__ import annotations

import json
import os
import pathlib
import tempfile

from tests import detection_cases

FILE = pathlib.Path(__file__).parent / "detection_cases.json"


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = []
    with tempfile.TemporaryDirectory() as folder:
        detection_cases.write_files(mx, folder)
        os.chdir(folder)
        for name, function in detection_cases.CASES.items():
            lines.append(f"{json.dumps(name)}: {json.dumps(function(mx), separators=(',', ':'))}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
