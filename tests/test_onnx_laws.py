"""The law of the ONNX table: what it writes of every case of every operator computes what MXNet does."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.registry import find_op
from tests.cases.case import Case
from tests.check import at_inference, rows
from tests.golden import Recorded

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from symgraph.export.onnx import to_onnx
from symgraph.export.onnx.table import OPERATORS
from tests.onnx_runs import run

UNDEFINED = {
    # of NaN: ONNX leaves open what becomes of it
    *("max/ties", "max/ties_all", "max/nan", "min/ties", "min/ties_all", "min/nan"),
    *("argmax/first_of_all", "argmin/first_of_all", "BilinearSampler/nan", "sign/edges", "contrib.sign_ste/(9,)"),
    # of numbers whose squares overflow or vanish, and of the sign of zero
    *("norm/huge", "norm/tiny", "rcbrt/edges"),
}
"""Cases whose values are not ONNX's to promise."""

NO_RUNTIME = {
    *("RNN/lstm,deep,bidirectional:float64", "RNN/gru,deep,bidirectional:float64"),
    "RNN/mode=gru,state_size=1,num_layers=3,state_outputs=True,(1,1,1):float64",
    "BilinearSampler/(2,3,4,5)x(2,2,4,5):float64",
}
"""Cases that neither onnxruntime nor ONNX's own evaluator has a kernel for, because they are float64."""

REFUSED = {
    "RNN/mode=lstm,projection_size=3,state_outputs=True,state_size=2,num_layers=1,(3,2,4)",
    "RNN/mode=lstm,projection_size=1,bidirectional=True,state_size=3,num_layers=2,state_outputs=True,(3,2,4)",
    "RNN/mode=lstm,state_size=2,num_layers=1,(3,2,4)x(64,)x(1,2,2)x(1,2,2),all_given",
    "contrib.BilinearResize2D/mode=to_even_down,(1,2,1,3)",
    "linalg.gemm/transpose_a=True,transpose_b=True,axis=0,(3,5,2)x(4,5,3)x(2,5,4)",
    "linalg.gemm/axis=-3,(2,2,5,3)x(2,3,5,1)x(2,2,5,1)",
    "linalg.gemm2/axis=0,(2,5,3)x(3,5,4)",
}
"""Cases of real numbers that are refused; those of integers and booleans often are."""


def has_form(case: Case, record: Recorded) -> bool:
    """Whether all of a case is in the table, and MXNet says what it is."""
    if record.error is not None or case.random:
        return False
    kinds = {node["op"] for node in json.loads(record.facts["json"])["nodes"]} - {"null"}
    return {find_op(kind).name for kind in kinds} <= OPERATORS.keys()


def written(symbol: mx.sym.Symbol, *given: Any) -> tuple[Any, str]:
    """The model, or why there is none."""
    try:
        return to_onnx(symbol, *given), ""
    except mx.MXNetError as error:
        return None, str(error)


@rows(has_form)
def test_what_is_written_computes_the_same(case: Case, record: Recorded) -> None:
    symbol, facts = case.build(mx), {**record.facts["arguments"], **record.facts["auxiliary"]}
    values = {name: case.value(name, shape, dtype) for name, (shape, dtype) in facts.items()}
    inputs = {name: values[name] for name in values if name in case.shapes}
    params = {name: value for name, value in values.items() if name not in inputs}
    dtypes = {name: value.dtype for name, value in inputs.items()}
    model, message = written(symbol, params, {name: value.shape for name, value in inputs.items()}, dtypes)
    if model is None:
        known = [dtype for _, dtype in facts.values()] + record.facts["out_types"]
        assert message.startswith("to_onnx: ")
        assert case.name in REFUSED or any(np.dtype(dtype).kind in "iub" for dtype in known)
        return
    assert case.name not in REFUSED
    assert [output.name for output in model.graph.output] == symbol.list_outputs()
    if case.name in NO_RUNTIME:
        return
    outputs = run(model, inputs)
    for expected, found in zip(at_inference(case, record), outputs, strict=True):
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        if case.name not in UNDEFINED:
            loose = 10 if found.dtype == np.float16 else 1
            np.testing.assert_allclose(
                found.astype("float64"), expected.astype("float64"), case.rtol * loose, case.atol * loose
            )
