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


def bound(mx: Any, graph: OldGraph, prefix: str, for_training: bool = False) -> Any:
    """A module of the checkpoint, bound for the inputs of the graph."""
    symbol, args, _ = mx.model.load_checkpoint(prefix, 7)
    fed = list(graph.inputs)
    labels = [name for name in symbol.list_arguments() if name not in args and name not in fed]
    module = mx.mod.Module.load(prefix, 7, data_names=fed, label_names=labels, context=mx.current_context())
    shapes = shapes_of(graph)
    batch = shapes[fed[0]][0]
    layouts = ["NCHW" if shapes[name][0] == batch else "" for name in fed]
    module.bind(
        [mx.io.DataDesc(name, shapes[name], layout=layout) for name, layout in zip(fed, layouts, strict=True)],
        for_training=for_training,
    )
    return module


def _batch(mx: Any, graph: OldGraph) -> Any:
    shapes = shapes_of(graph)
    return mx.io.DataBatch([mx.nd.array(graph.value(name, shapes[name])) for name in graph.inputs])


def outputs(mx: Any, graph: OldGraph, prefix: str) -> list[np.ndarray]:
    """What a module of the checkpoint predicts."""
    module = bound(mx, graph, prefix)
    module.forward(_batch(mx, graph), is_train=False)
    return [output.asnumpy() for output in module.get_outputs()]


def saved(mx: Any, graph: OldGraph, prefix: str) -> list[str]:
    """Digests of the files that a module of the checkpoint saves: parameters, and the symbol without versions of inputs."""
    bound(mx, graph, prefix).save_checkpoint(f"{prefix}-saved", 3)
    params = pathlib.Path(f"{prefix}-saved-0003.params").read_bytes()
    text = pathlib.Path(f"{prefix}-saved-symbol.json").read_text(encoding="utf-8")
    contents = (params, re.sub(r"\[(\d+), (\d+), \d+\]", r"[\1, \2]", text).encode())
    return [hashlib.sha256(content).hexdigest()[:16] for content in contents]


def trained(mx: Any, graph: OldGraph, prefix: str) -> dict[str, float]:
    """How far two steps move each parameter: attributes of old files say how fast, and whether at all.

    A gamma that is fixed is left out: MXNet overwrites it.
    """
    module = bound(mx, graph, prefix, for_training=True)
    attributes = module.symbol.attr_dict()
    before = {name: array.asnumpy() for name, array in module.get_params()[0].items()}
    module.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.05, "momentum": 0.9, "wd": 0.01})
    for _ in range(2):
        module.forward(_batch(mx, graph), is_train=True)
        module.backward()
        module.update()
    after = module.get_params()[0]
    return {
        name: float(f"{np.abs(after[name].asnumpy() - value).sum():.7g}")
        for name, value in sorted(before.items())
        if not (name.endswith("_gamma") and attributes.get(name[: -len("_gamma")], {}).get("fix_gamma") == "True")
    }
