"""Laws that hold for every case of every operator, against recorded MXNet and against themselves."""

from __future__ import annotations

import re

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.op import LowerContext
from tests.cases.case import Case
from tests.check import compare, first_of_each_operator, has_derivative, rows
from tests.golden import Recorded

BEYOND_MXNET = {"im2col/kernel=(2, 1, 2),(1,2,3,2,2)"}
"""Cases that MXNet refuses and that work here; see `docs/divergences.md`."""


accepted = rows(lambda case, record: record.error is None)
refused = rows(lambda case, record: record.error is not None and case.name not in BEYOND_MXNET)
differentiable = rows(first_of_each_operator(has_derivative))


@accepted
def test_json_is_mxnets(case: Case, record: Recorded) -> None:
    expected = record.facts["json"]
    assert case.build(mx).tojson() == expected
    assert mx.sym.load_json(expected).tojson() == expected


@accepted
def test_inference_is_mxnets(case: Case, record: Recorded) -> None:
    facts = record.facts
    symbol = case.build(mx)
    assert symbol.list_arguments() == list(facts["arguments"])
    assert symbol.list_auxiliary_states() == list(facts["auxiliary"])
    args, outs, aux = symbol.infer_shape(**case.shapes)
    assert [list(s) for s in args] == [s for s, _ in facts["arguments"].values()]
    assert [list(s) for s in aux] == [s for s, _ in facts["auxiliary"].values()]
    assert [[n, list(s)] for n, s in zip(symbol.list_outputs(), outs, strict=True)] == [o[:2] for o in facts["outputs"]]
    types = {name: case.dtypes.get(name, case.dtype) for name in case.shapes}
    arg_types, out_types, aux_types = symbol.infer_type(**types)
    assert [np.dtype(t).name for t in arg_types] == [t for _, t in facts["arguments"].values()]
    assert [np.dtype(t).name for t in aux_types] == [t for _, t in facts["auxiliary"].values()]
    assert [np.dtype(t).name for t in out_types] == facts["out_types"]


@accepted
def test_value_and_gradient_are_mxnets(case: Case, record: Recorded) -> None:
    compare(case, record)


def run(case: Case) -> None:
    """What a user does with a symbol, from its shapes alone, to the end: outputs and gradients."""
    symbol = case.build(mx)
    types = {name: case.dtypes.get(name, case.dtype) for name in case.shapes}
    wanted = {n: "write" if case.wanted(n, types.get(n, case.dtype)) else "null" for n in symbol.list_arguments()}
    executor = symbol.simple_bind(mx.current_context(), wanted, types, **case.shapes)
    for name, cell in executor.arg_dict.items():
        cell[:] = case.value(name, cell.shape, np.dtype(cell.dtype).name)
    outputs = executor.forward(is_train=case.is_train)
    executor.backward([mx.nd.ones(out.shape, dtype=out.dtype) for out in outputs])
    for array in (*outputs, *(grad for grad in executor.grad_arrays if grad is not None)):
        array.asnumpy()


@refused
def test_what_mxnet_refuses_is_refused(case: Case, record: Recorded) -> None:
    """And with an error of ours, whichever step finds it: composing, inference, binding or running. It names the operator
    once, where it names the node."""
    with pytest.raises(mx.MXNetError) as caught:
        run(case)
    assert not re.match(r"(\w+) '.*: (operator )?\1[ :]", str(caught.value))


@accepted
def test_lowering_agrees_with_inference(case: Case, record: Recorded) -> None:
    """Shapes and dtypes of `Op.lower` are those inferred; so float32 stays float32."""
    facts = record.facts
    graph = case.build(mx).graph
    specs = {**facts["arguments"], **facts["auxiliary"]}
    shapes = infer_shapes(graph, {n: tuple(specs[n.name][0]) for n in graph.arguments + graph.auxiliary})
    dtypes = infer_dtypes(graph, {n: np.dtype(specs[n.name][1]) for n in graph.arguments + graph.auxiliary})
    for node, (op, ins, first, last) in zip(graph.order, graph.wiring, strict=True):
        if op is None:
            continue
        if op.complete is not None:
            op = op.complete(shapes.values[first:last], dtypes.values[first:last])
        stand_ins = [jax.ShapeDtypeStruct(shapes.values[e], dtypes.values[e]) for e in ins]
        with jax.enable_x64(True):
            key = jax.random.key(0) if op.is_random else None
            results = jax.eval_shape(
                lambda *xs, op=op, key=key: op.lower(LowerContext(True, "cpu", key), *xs), *stand_ins
            )
        expected = [(shapes.values[e], dtypes.values[e]) for e in (*range(first, last), *op.split(ins)[1])]
        assert [(r.shape, r.dtype) for r in results] == expected, node.describe()


@differentiable
def test_gradient_is_the_derivative(case: Case, record: Recorded) -> None:
    """Where the case says so: along random directions in the space of an argument, a finite difference of a projection of
    all outputs is the product of gradient and direction. `check_numeric_gradient` moves single elements, which takes longer.

    The gradients of all cases are held to MXNet's; one case of each operator shows here that those are derivatives, and that
    ours stay precise in float64."""
    facts = record.facts
    given = {n: case.value(n, s, "float64") for n, (s, _) in facts["arguments"].items()}
    aux = {n: case.value(n, s, "float64") for n, (s, _) in facts["auxiliary"].items()}
    args, states = ({n: mx.nd.array(a, dtype="float64") for n, a in arrays.items()} for arrays in (given, aux))
    grads = {n: mx.nd.zeros(given[n].shape, dtype="float64") for n in record.group("grad")}
    requests = {n: "write" if n in grads else "null" for n in given}
    executor = case.build(mx).bind(mx.current_context(), args, grads, requests, states)
    rng = np.random.RandomState(0)
    weights = [rng.uniform(0.1, 1.1, shape) for _, shape, _ in facts["outputs"]]
    heads = [mx.nd.array(w, dtype=output.dtype) for w, output in zip(weights, executor.outputs, strict=True)]

    def projection() -> float:
        executor.copy_params_from({}, aux)
        executor.forward(is_train=True)
        executor.backward(heads)
        return sum(float((o.asnumpy() * w).sum()) for o, w in zip(executor.outputs, weights, strict=True))

    is_exact = all(output.dtype == np.float64 for output in executor.outputs)
    step, slack = (1e-6, 1e-6) if is_exact else (1e-3, 1e-3)
    projection()
    gradients = {name: grad.asnumpy() for name, grad in grads.items()}
    for name in grads:
        for _ in range(2):
            direction = rng.uniform(0.5, 1.0, given[name].shape) * rng.choice([-1, 1], given[name].shape)
            ends = []
            for sign in (1, -1):
                args[name][:] = given[name] + sign * step * direction
                ends.append(projection())
            args[name][:] = given[name]
            products = gradients[name] * direction
            tolerance = slack * (1 + np.abs(products).sum())
            assert abs((ends[0] - ends[1]) / (2 * step) - products.sum()) <= tolerance, name
