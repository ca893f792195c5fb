"""Record what the blocks of ``tests/*_blocks.py`` give under real MXNet 1.9.1, and the signatures of its functions.

Run from the project root in an environment that holds mxnet==1.9.1, numpy==1.23.5 and graphviz:

    MXNET_PYTHON -m tests.golden.record_blocks [NAME ...]

Writes ``tests/golden/NAME.json`` for every name of `TABLES`, and ``tests/golden/signatures.json``.
"""

from __future__ import annotations

import inspect
import json
import os
import pathlib
import sys
from typing import Any

from tests import (
    amp_blocks,
    attribute_blocks,
    checkpoint_blocks,
    control_blocks,
    graph_blocks,
    inference_blocks,
    json_blocks,
    lr_scheduler_blocks,
    naming_blocks,
    odd_data_blocks,
    optimizer_blocks,
    rnn_blocks,
    rnn_training_blocks,
    script_blocks,
    training_blocks,
    tutorial_blocks,
    update_blocks,
)

TABLES = {
    "tutorial": tutorial_blocks.BLOCKS,
    "naming": naming_blocks.BLOCKS,
    "attribute": attribute_blocks.BLOCKS,
    "graph": graph_blocks.BLOCKS,
    "json": json_blocks.BLOCKS,
    "inference": inference_blocks.BLOCKS,
    "control": control_blocks.BLOCKS,
    "update": update_blocks.BLOCKS,
    "recurrent": rnn_blocks.BLOCKS,
    "recurrent_training": rnn_training_blocks.BLOCKS,
    "training": training_blocks.BLOCKS,
    "odd_data": odd_data_blocks.BLOCKS,
    "checkpoints": checkpoint_blocks.BLOCKS,
    "scripts": script_blocks.BLOCKS,
    "lr_scheduler": lr_scheduler_blocks.BLOCKS,
    "optimizer": optimizer_blocks.BLOCKS,
    "amp": amp_blocks.BLOCKS,
}


def signatures(mx: Any) -> dict[str, list[str]]:
    """Positional parameters of every function of ``mx.sym``, and of every method of Symbol as ``Symbol.<name>``."""
    functions = {name: f for name, f in vars(mx.sym).items() if inspect.isfunction(f)}
    methods = {f"Symbol.{name}": f for name, f in vars(mx.sym.Symbol).items() if inspect.isfunction(f)}
    return {
        name: [str(p).split(":")[0].split("=")[0] for p in inspect.signature(f).parameters.values()]
        for name, f in sorted((functions | methods).items())
        if not name.removeprefix("Symbol.").startswith("_")
    }


def write(name: str, facts: dict[str, Any]) -> None:
    """One line for each block."""
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    path = pathlib.Path(__file__).parent / f"{name}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    for table in sys.argv[1:] or [*TABLES, "signatures"]:
        if table == "signatures":
            write(table, signatures(mx))
            continue
        results = {}
        for name, function in TABLES[table].items():
            with mx.name.NameManager():
                results[name] = function(mx)
        write(table, results)


if __name__ == "__main__":
    main()
