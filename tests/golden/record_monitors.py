"""Record what the monitor of real MXNet 1.9.1 tells in the cases of `tests.monitor_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_monitors

Writes ``tests/golden/monitors.json``: number of the batch, name and values of all that was seen; and log lines.
"""

from __future__ import annotations

import json
import os
import pathlib

from tests.monitor_cases import MONITORS, printed, seen

FILE = pathlib.Path(__file__).parent / "monitors.json"


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = [f"{json.dumps(name)}: {json.dumps(seen(mx, text))}" for name, text in MONITORS.items()]
    lines.append(f'"printed": {json.dumps(printed(mx), indent=0)}')
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
