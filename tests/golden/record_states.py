"""Record states of optimizers as real MXNet 1.9.1 writes them, and what it reads of those that symgraph writes.

Run from the project root, first with symgraph, then in an environment that holds mxnet==1.9.1 and numpy==1.23.5:

    .venv/bin/python -m tests.golden.record_states symgraph
    MXNET_PYTHON -m tests.golden.record_states mxnet

Writes ``tests/golden/states/<case>.<program>``, and with MXNet ``states.json``: what it reads of either file.
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import pickle
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.optimizer_blocks import NAMES, attributes, plain

HERE = pathlib.Path(__file__).parent
FILES = HERE / "states"
PROTOCOLS = (0, 2)
"""Of old versions of Python; their files end in ``.mxnet-0`` and ``.mxnet-2``."""


def scheduler(mx: Any) -> Any:
    return mx.lr_scheduler.MultiFactorScheduler([2, 8], 0.5, base_lr=0.25)


CASES: dict[str, tuple[Callable[[Any], Any], str, bool]] = {
    "sgd": (lambda mx: mx.optimizer.SGD(), "float32", False),
    "momentum": (lambda mx: mx.optimizer.SGD(momentum=0.5), "float32", False),
    "copy": (lambda mx: mx.optimizer.SGD(momentum=0.5, multi_precision=True), "float16", True),
    "adam": (lambda mx: mx.optimizer.Adam(beta1=0.5, beta2=0.75), "float64", False),
    "nadam": (lambda mx: mx.optimizer.Nadam(0.25, lr_scheduler=scheduler(mx), param_idx2name=NAMES), "float32", True),
    "dcasgd": (lambda mx: mx.optimizer.DCASGD(wd=0.25), "float32", True),
    "lbsgd": (lambda mx: mx.optimizer.LBSGD(batch_scale=4, momentum=0.5), "float32", True),
    "group": (lambda mx: mx.optimizer.contrib.GroupAdaGrad(), "float32", True),
}
"""Per case an optimizer, the dtype of weights, and whether the optimizer is saved with its states."""


def trained(mx: Any, case: str) -> Any:
    """An updater that has updated two weights, known by number and by name."""
    make, dtype, _ = CASES[case]
    updater = mx.optimizer.get_updater(make(mx))
    for index in (0, "fc_bias"):
        weight = mx.nd.array([[1, -2], [3, 4]], dtype=dtype)
        for step in range(3):
            updater(index, mx.nd.array([[0.5, 0.25], [0, step]], dtype=dtype), weight)
    return updater


def content(updater: Any) -> list:
    """What an updater has read."""
    types = [[np.dtype(array.dtype).name, str(array.context)] for array in arrays(list(updater.states.values()))]
    return [plain(updater.states), types, attributes(updater.optimizer)]


def arrays(state: Any) -> list:
    if isinstance(state, (list, tuple)):
        return [array for part in state for array in arrays(part)]
    return [] if state is None else [state]


def read(mx: Any, data: bytes) -> list:
    updater = mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=7))
    updater.set_states(data)
    return content(updater)


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    program = sys.argv[1]
    mx = importlib.import_module(program)
    FILES.mkdir(exist_ok=True)
    facts = {}
    for case, (_, _, with_optimizer) in CASES.items():
        data = trained(mx, case).get_states(with_optimizer)
        (FILES / f"{case}.{program}").write_bytes(data)
        if program == "mxnet":
            for protocol in PROTOCOLS:
                (FILES / f"{case}.mxnet-{protocol}").write_bytes(pickle.dumps(pickle.loads(data), protocol))
            facts[case] = {of: read(mx, (FILES / f"{case}.{of}").read_bytes()) for of in ("mxnet", "symgraph")}
    if facts:
        text = ",\n".join(f"{json.dumps(case)}: {json.dumps(found)}" for case, found in facts.items())
        (HERE / "states.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
