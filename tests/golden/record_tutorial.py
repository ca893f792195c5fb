"""Record what the tutorial's blocks give under real MXNet 1.9.1.

Run from the project root in an environment that holds mxnet==1.9.1, numpy==1.23.5 and graphviz:

    MXNET_PYTHON -m tests.golden.record_tutorial

Writes ``tests/golden/tutorial.json``.
"""

from __future__ import annotations

import json
import os
import pathlib

from tests.tutorial_blocks import BLOCKS


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    results = {}
    for name, function in BLOCKS.items():
        with mx.name.NameManager():
            results[name] = function(mx)
    path = pathlib.Path(__file__).parent / "tutorial.json"
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
