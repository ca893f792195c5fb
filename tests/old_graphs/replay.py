"""Old graphs through files and modules, under symgraph or real MXNet."""

from __future__ import annotations

import hashlib
import pathlib
import re
from typing import Any

import numpy as np

from tests.old_graphs import OldGraph
from tests.params_writer import named_bytes, version_of


def shapes_of(graph: OldGraph) -> dict[str, tuple[int, ...]]:
    return {name: shape for name, (shape, _) in graph.inputs.items()}


def facts(symbol: Any, graph: OldGraph) -> dict[str, Any]:
    """Names, shapes, attributes, and a digest of the JSON that the symbol is written as today.

    Versions of inputs are left out: real MXNet's depend on what else was ever made of the same variables.
    """
    args, outs, auxs = symbol.infer_shape(**shapes_of(graph))
    text = re.sub(r"\[(\d+), (\d+), \d+\]", r"[\1, \2]", symbol.tojson(remove_amp_cast=False))
    return {
        "arguments": [[name, list(shape)] for name, shape in zip(symbol.list_arguments(), args, strict=True)],
        "auxiliary": [[name, list(shape)] for name, shape in zip(symbol.list_auxiliary_states(), auxs, strict=True)],
        "outputs": [[name, list(shape)] for name, shape in zip(symbol.list_outputs(), outs, strict=True)],
        "attributes": symbol.attr_dict(),
        "json": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def write_checkpoint(graph: OldGraph, found: dict[str, Any], folder: pathlib.Path) -> str:
    """The two files, as the release of the graph wrote them; their prefix."""
    prefix = str(folder / graph.name)
    pathlib.Path(f"{prefix}-symbol.json").write_text(graph.text(), encoding="utf-8")
    arrays = {
        f"{kind}:{name}": graph.value(name, tuple(shape)).astype("float32")
        for kind, entries in (("arg", found["arguments"]), ("aux", found["auxiliary"]))
        for name, shape in entries
        if name not in graph.inputs and not name.endswith("label")
    }
    pathlib.Path(f"{prefix}-0007.params").write_bytes(named_bytes(arrays, version_of(graph.version)))
    return prefix


def outputs(mx: Any, graph: OldGraph, prefix: str) -> list[np.ndarray]:
    """What a module of the checkpoint predicts."""
    symbol, args, _ = mx.model.load_checkpoint(prefix, 7)
    fed = list(graph.inputs)
    labels = [name for name in symbol.list_arguments() if name not in args and name not in fed]
    module = mx.mod.Module.load(prefix, 7, data_names=fed, label_names=labels, context=mx.cpu())
    shapes = shapes_of(graph)
    batch = shapes[fed[0]][0]
    layouts = ["NCHW" if shapes[name][0] == batch else "" for name in fed]
    module.bind(
        [mx.io.DataDesc(name, shapes[name], layout=layout) for name, layout in zip(fed, layouts, strict=True)],
        for_training=False,
    )
    arrays = [mx.nd.array(graph.value(name, shapes[name])) for name in fed]
    module.forward(mx.io.DataBatch(arrays), is_train=False)
    return [output.asnumpy() for output in module.get_outputs()]
