"""Record what real MXNet 1.9.1 makes of the networks in `benchmarks.networks`.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_networks

Writes ``tests/golden/networks.json``: per network the names and shapes of its arguments and auxiliary states, the shape
of its output for a batch of 2, a digest of its JSON, and for the small ones what enters the softmax (the softmax itself
would hide most of it) for inputs and parameters that `draw` makes. The tests use `facts` and `run` too, with symgraph.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.networks import NETWORKS

FILE = pathlib.Path(__file__).parent / "networks.json"
BATCH = 2
SMALL = {"mlp": (784,), "lenet": (1, 28, 28), "resnet-18": (3, 32, 32), "resnet-18-v1": (3, 32, 32)}
"""Networks that are also run, and the shape of one input."""


def draw(names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Inputs and parameters by name, the same on every machine; weights scaled so that activations keep their size."""
    rng = np.random.RandomState(0)
    values = {}
    for name, shape in zip(names, shapes, strict=True):
        if name == "data":
            value = rng.normal(size=shape)
        elif name.endswith(("gamma", "var")):
            value = rng.uniform(0.5, 1.5, size=shape)
        elif len(shape) > 1:
            value = rng.normal(size=shape) * math.sqrt(2 / math.prod(shape[1:]))
        else:
            value = 0.05 * rng.normal(size=shape)
        values[name] = value.astype(np.float32)
    return values


def run(mx: Any, symbol: Any, shape: tuple[int, ...]) -> np.ndarray:
    """What enters the softmax for a batch of inputs of that shape, at inference."""
    symbol = symbol.get_children()[0]
    arg_shapes, _, aux_shapes = symbol.infer_shape(data=(BATCH, *shape))
    arg_names, aux_names = symbol.list_arguments(), symbol.list_auxiliary_states()
    drawn = draw(arg_names + aux_names, arg_shapes + aux_shapes)
    arrays = {name: mx.nd.array(value) for name, value in drawn.items()}
    args, aux = ({name: arrays[name] for name in names} for names in (arg_names, aux_names))
    executor = symbol.bind(mx.current_context(), args, grad_req="null", aux_states=aux)
    return executor.forward(is_train=False)[0].asnumpy()


def facts(mx: Any, symbol: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """Names, shapes and digest of one network, as in the file."""
    arg_shapes, out_shapes, aux_shapes = symbol.infer_shape(data=(BATCH, *shape))
    return {
        "arguments": [[n, list(s)] for n, s in zip(symbol.list_arguments(), arg_shapes, strict=True)],
        "auxiliary": [[n, list(s)] for n, s in zip(symbol.list_auxiliary_states(), aux_shapes, strict=True)],
        "outputs": [[n, list(s)] for n, s in zip(symbol.list_outputs(), out_shapes, strict=True)],
        "json_sha256": hashlib.sha256(symbol.tojson().encode()).hexdigest(),
    }


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    lines = []
    for name, network in NETWORKS.items():
        record = facts(mx, network.build(mx), network.shape)
        if name in SMALL:
            logits = run(mx, network.build(mx, classes=10), SMALL[name])
            record["logits"] = [[float(f"{value:.9g}") for value in row] for row in logits]
        lines.append(f"{json.dumps(name)}: {json.dumps(record, separators=(',', ':'))}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
