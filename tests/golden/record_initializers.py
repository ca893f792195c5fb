"""Record what the initializers of real MXNet 1.9.1 make of the cases in `tests.initializer_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_initializers

Writes ``tests/golden/initializers.json``: which rule names ask for, what is filled in, and what is told.
"""

from __future__ import annotations

import json
import os
import pathlib

from tests.initializer_cases import FILLED, TOLD, filled, rules

FILE = pathlib.Path(__file__).parent / "initializers.json"


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    record = {
        "rules": rules(mx),
        "filled": {case: filled(mx, case) for case in FILLED},
        "told": {text: eval(text, {"mx": mx}).dumps() for text in TOLD},
    }
    lines = []
    for kind, entries in record.items():
        inner = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items())
        lines.append(f"{json.dumps(kind)}: {{\n{inner}\n}}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
