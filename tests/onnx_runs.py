"""ONNX models run by the runtimes of others, beside our own executor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from onnx.reference import ReferenceEvaluator

import symgraph as mx
from symgraph.export.onnx import to_onnx

Arrays = Mapping[str, np.ndarray]


def run(model: Any, arrays: Arrays) -> list[np.ndarray]:
    """Outputs of a model by onnxruntime; by ONNX's own evaluator where that has no kernel for a dtype."""
    feed = {entry.name: arrays[entry.name] for entry in model.graph.input}
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        return [np.asarray(out) for out in session.run(None, feed)]
    except Exception as error:
        if not any(text in str(error) for text in ("NOT_IMPLEMENTED", "does not support double yet")):
            raise
    return [np.asarray(out) for out in ReferenceEvaluator(model).run(None, feed)]


def predicted(symbol: mx.sym.Symbol, arrays: Arrays) -> list[np.ndarray]:
    """What our executor predicts; labels may be missing."""
    shapes = dict(
        zip(symbol.list_arguments(), symbol.infer_shape(**{n: a.shape for n, a in arrays.items()})[0], strict=True)
    )
    full = {n: arrays[n] if n in arrays else np.zeros(shape, "float32") for n, shape in shapes.items()}
    args = {n: mx.nd.array(value, dtype=value.dtype) for n, value in full.items()}
    aux = {n: mx.nd.array(arrays[n], dtype=arrays[n].dtype) for n in symbol.list_auxiliary_states()}
    executor = symbol.bind(mx.current_context(), args, grad_req="null", aux_states=aux)
    return [out.asnumpy() for out in executor.forward(is_train=False)]


def assert_same(symbol: mx.sym.Symbol, arrays: Arrays, inputs: Arrays, batch: str | None = None) -> Any:
    """The model of a symbol, whose outputs are our executor's; with a name for the batch, for one that is longer, too."""
    params = {name: value for name, value in arrays.items() if name not in inputs}
    model = to_onnx(symbol, params, {name: value.shape for name, value in inputs.items()}, batch=batch)
    assert [output.name for output in model.graph.output] == symbol.list_outputs()
    fed = dict(inputs)
    if batch is not None:
        fed = {name: np.concatenate([value, value[:1]]) for name, value in inputs.items()}
    for ours, theirs in zip(predicted(symbol, {**params, **fed}), run(model, fed), strict=True):
        assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype)
        scale = max(np.abs(ours).max(initial=0), 1e-30)
        np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=2e-5 * scale)
    return model


def drawn(symbol: mx.sym.Symbol, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Inputs and parameters of a network, labels excepted, such that activations neither vanish nor explode."""
    rng = np.random.RandomState(7)
    args, _, auxs = symbol.infer_shape(**shapes)
    arrays = {}
    for name, shape in [
        *zip(symbol.list_arguments(), args, strict=True),
        *zip(symbol.list_auxiliary_states(), auxs, strict=True),
    ]:
        if name.endswith(("gamma", "var")):
            value = rng.uniform(0.5, 1.5, shape)
        else:
            fan_in = int(np.prod(shape[1:])) if len(shape) > 1 and name not in shapes else 0
            value = rng.normal(size=shape) * (np.sqrt(2.0 / fan_in) if fan_in else 1 if name in shapes else 0.1)
        if not name.endswith("label"):
            arrays[name] = value.astype("float32")
    return arrays
