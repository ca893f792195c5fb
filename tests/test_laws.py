"""Laws that hold for every case of every operator, against recorded MXNet and against themselves."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.op import LowerContext
from tests.cases import FAMILIES, family
from tests.cases.case import Case
from tests.golden import Recorded, load_family

TABLE = [pytest.param(case, name, id=f"{name}:{case.name}") for name in FAMILIES for case in family(name)]
every_case = pytest.mark.parametrize(("case", "family_name"), TABLE)


def recorded(case: Case, family_name: str) -> Recorded:
    record = load_family(family_name)[case.name]
    if record.error is not None:
        pytest.skip(f"MXNet refuses this case: {record.error}")
    return record


def bound(case: Case, record: Recorded) -> mx.Executor:
    symbol = case.build(mx)
    args, aux = (
        {n: mx.nd.array(case.value(n, s, d), dtype=d) for n, (s, d) in record.facts[kind].items()}
        for kind in ("arguments", "auxiliary")
    )
    grads = {n: mx.nd.zeros(args[n].shape, dtype=args[n].dtype) for n in record.group("grad")}
    requests = {n: "write" if n in grads else "null" for n in args}
    return symbol.bind(mx.cpu(), args, args_grad=grads, grad_req=requests, aux_states=aux)


def assert_close(actual: np.ndarray, expected: np.ndarray, case: Case, what: str) -> None:
    assert actual.shape == expected.shape, what
    assert actual.dtype == expected.dtype, what
    loose = 10 if actual.dtype == np.float16 else 1
    np.testing.assert_allclose(
        actual.astype("float64"),
        expected.astype("float64"),
        rtol=case.rtol * loose,
        atol=case.atol * loose,
        err_msg=what,
    )


@every_case
def test_json_is_mxnets(case: Case, family_name: str) -> None:
    expected = recorded(case, family_name).facts["json"]
    assert case.build(mx).tojson() == expected
    assert mx.sym.load_json(expected).tojson() == expected


@every_case
def test_inference_is_mxnets(case: Case, family_name: str) -> None:
    facts = recorded(case, family_name).facts
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


@every_case
def test_value_and_gradient_are_mxnets(case: Case, family_name: str) -> None:
    record = recorded(case, family_name)
    executor = bound(case, record)
    executor.forward(is_train=case.is_train)
    outputs = record.group("out")
    if record.group("grad"):
        heads = [case.head_gradient(i, o.shape, o.dtype) for i, o in enumerate(outputs.values())]
        executor.backward([mx.nd.array(h, dtype=h.dtype) for h in heads])
    for i, expected in outputs.items():
        assert_close(executor.outputs[int(i)].asnumpy(), expected, case, f"output {i}")
    for name, expected in record.group("grad").items():
        assert_close(executor.grad_dict[name].asnumpy(), expected, case, f"gradient of {name}")
    for name, expected in record.group("aux").items():
        assert_close(executor.aux_dict[name].asnumpy(), expected, case, f"auxiliary state {name}")


@every_case
def test_lowering_agrees_with_inference(case: Case, family_name: str) -> None:
    """Shapes and dtypes of `Op.lower` are those inferred; so float32 stays float32."""
    facts = recorded(case, family_name).facts
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
        expected = [(shapes.values[e], dtypes.values[e]) for e in (*range(first, last), *ins[len(op.arguments()) :])]
        assert [(r.shape, r.dtype) for r in results] == expected, node.describe()


@every_case
def test_gradient_is_the_derivative(case: Case, family_name: str) -> None:
    """Gradients agree with finite differences of the forward pass, where the case says so."""
    record = recorded(case, family_name)
    names = list(record.group("grad"))
    if not case.numeric or not names or case.dtype not in ("float32", "float64"):
        pytest.skip("no derivative to compare with")
    location = {n: case.value(n, s, "float64") for n, (s, d) in record.facts["arguments"].items()}
    dtypes = {n: d for n, (_, d) in record.facts["arguments"].items() if not d.startswith("float")}
    aux = {n: case.value(n, s, "float64") for n, (s, _) in record.facts["auxiliary"].items()}
    if dtypes:
        pytest.skip("integer arguments are not moved by finite differences")
    test_utils.check_numeric_gradient(
        case.build(mx), location, aux, numeric_eps=1e-4, rtol=1e-3, atol=1e-4, grad_nodes=names, dtype=np.float64
    )
