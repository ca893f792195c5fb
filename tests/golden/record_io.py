"""Record which batches real MXNet 1.9.1 makes of arrays.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_io

Writes ``tests/golden/io.json``: for a few hundred random settings of `NDArrayIter`, and a random way to go through its
epochs, a line of text. The tests use `settings` and `replay` too, with symgraph.
"""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import numpy as np

FILE = pathlib.Path(__file__).parent / "io.json"
NUMBER = 300


def settings(number: int) -> dict[str, Any]:
    """One of the random settings; batches are larger than the data in places, where MXNet can do that."""
    rng = np.random.RandomState(number)
    handle = ["pad", "discard", "roll_over"][number % 3]
    examples = int(rng.randint(1, 13))
    largest = examples if handle == "roll_over" else examples + 4
    ways = ["all", "all", "some", "hard", "steps", "again"]
    return {
        "seed": number,
        "examples": examples,
        "batch_size": int(rng.randint(1, largest + 1)),
        "last_batch_handle": handle,
        "shuffle": bool(rng.randint(2)),
        "epochs": [ways[i] for i in rng.randint(len(ways), size=5)],
    }


def replay(mx: Any, number: int) -> str:
    """What an iterator gives: per epoch the examples of all batches, their pad, and where the cursor then stands."""
    given = settings(number)
    numbers = np.arange(given["examples"])
    np.random.seed(given["seed"])
    batches = mx.io.NDArrayIter(
        {"b": numbers, "a": np.stack([numbers, -numbers], axis=1)},
        mx.nd.array(10 * numbers),
        given["batch_size"],
        given["shuffle"],
        given["last_batch_handle"],
    )
    told = []
    for way in given["epochs"]:
        told.append(f"{way} {' '.join(_epoch(batches, way))} @{batches.cursor}")
        if way == "hard":
            batches.hard_reset()
        elif way != "again":
            batches.reset()
    return "; ".join(told)


def _epoch(batches: Any, way: str) -> list[str]:
    found = []
    if way == "steps":
        while batches.iter_next():
            found.append(_shown(batches.getdata(), batches.getlabel(), batches.getpad()))
        return found
    for batch in batches:
        found.append(_shown(batch.data, batch.label, batch.pad))
        if way == "some":
            break
    return found


def _shown(data: Any, label: Any, pad: int) -> str:
    a, b, tens = (array.asnumpy() for array in (*data, *label))
    assert (a == np.stack([b, -b], axis=1)).all()
    assert (tens == 10 * b).all()
    return ",".join(str(int(x)) for x in b) + (f"+{pad}" if pad else "")


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = [json.dumps(replay(mx, number)) for number in range(NUMBER)]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
