"""Record what real MXNet 1.9.1 reads out of the ``.params`` files of `tests.params_cases`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_params_cases

Writes ``tests/golden/params_cases.json``. Files of version 3 are read under NumPy's shape semantics, as MXNet wants it.
"""

from __future__ import annotations

import json
import pathlib
import tempfile

from tests.params_cases import CASES, outcome

FILE = pathlib.Path(__file__).parent / "params_cases.json"


def main() -> None:
    import mxnet as mx

    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in CASES.items():
            with mx.util.np_shape(name.startswith("V3")):
                found = outcome(mx, content, pathlib.Path(folder))
            lines.append(f"{json.dumps(name)}: {json.dumps(found)}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
