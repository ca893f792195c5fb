"""Record what the metrics of real MXNet 1.9.1 tell of the cases in `tests.metric_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_metrics

Writes ``tests/golden/metrics.json``, a line per case: what it tells after every batch, see `tests.metric_cases.told`.
"""

from __future__ import annotations

import json
import os
import pathlib

from tests.metric_cases import CASES, told

FILE = pathlib.Path(__file__).parent / "metrics.json"


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = [f"{json.dumps(name)}: {json.dumps(told(mx, case))}" for name, case in CASES.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
