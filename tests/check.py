"""A case against its record: the comparison that the law tests and the report of operators share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symgraph as mx
from tests.cases import FAMILIES, family
from tests.cases.case import Case
from tests.golden import Recorded, load_family


def rows(wanted: Callable[[Case, Recorded], bool]) -> pytest.MarkDecorator:
    """Parametrizes a law over the cases, and what MXNet made of them, for which `wanted` holds."""
    pairs = [(name, case, load_family(name)[case.name]) for name in FAMILIES for case in family(name)]
    return pytest.mark.parametrize(
        ("case", "record"),
        [pytest.param(case, record, id=f"{name}:{case.name}") for name, case, record in pairs if wanted(case, record)],
    )


def has_derivative(case: Case, record: Recorded) -> bool:
    """Whether finite differences can tell the gradients: all arguments are real numbers, and the case says so."""
    dtypes = [dtype for _, dtype in record.facts.get("arguments", {}).values()]
    floats = case.dtype in ("float32", "float64") and all(dtype.startswith("float") for dtype in dtypes)
    return case.numeric and not case.random and floats and bool(record.group("grad"))


def first_of_each_operator(wanted: Callable[[Case, Recorded], bool]) -> Callable[[Case, Recorded], bool]:
    """Narrows `wanted` to one case of each operator, the first."""
    seen: set[str] = set()

    def is_first(case: Case, record: Recorded) -> bool:
        operator = case.name.partition("/")[0]
        if operator in seen or not wanted(case, record):
            return False
        seen.add(operator)
        return True

    return is_first


def bound(case: Case, record: Recorded) -> mx.Executor:
    """An executor on the case's inputs."""
    symbol = case.build(mx)
    args, aux = (
        {n: mx.nd.array(case.value(n, s, d), dtype=d) for n, (s, d) in record.facts[kind].items()}
        for kind in ("arguments", "auxiliary")
    )
    grads = {n: mx.nd.zeros(args[n].shape, dtype=args[n].dtype) for n in record.group("grad")}
    requests = {n: "write" if n in grads else "null" for n in args}
    return symbol.bind(mx.current_context(), args, args_grad=grads, grad_req=requests, aux_states=aux)


def at_inference(case: Case, record: Recorded) -> list[np.ndarray]:
    """What a case gives at inference: what MXNet recorded, unless its operators do something else in training."""
    operators = [node.op for node in case.build(mx).graph.order if node.op is not None]
    if case.is_train and any(op.auxiliary() or op.is_random or op.ignores_head_grad() for op in operators):
        return [output.asnumpy() for output in bound(case, record).forward(is_train=False)]
    return list(record.group("out").values())


def compare(case: Case, record: Recorded) -> None:
    """Run a case forward and, where MXNet gave gradients, backward.

    Raises:
        AssertionError: an output, gradient or auxiliary state is not MXNet's.
    """
    executor = bound(case, record)
    executor.forward(is_train=case.is_train)
    specs = [(tuple(shape), dtype) for _, shape, dtype in record.facts["outputs"]]
    if record.group("grad"):
        heads = [case.head_gradient(i, *spec) for i, spec in enumerate(specs)]
        executor.backward([mx.nd.array(h, dtype=h.dtype) for h in heads])
    assert [(o.shape, np.dtype(o.dtype).name) for o in executor.outputs] == specs
    for i, expected in record.group("out").items():
        _assert_close(executor.outputs[int(i)].asnumpy(), expected, case, f"output {i}")
    for name, expected in record.group("grad").items():
        gradient = executor.grad_dict[name]
        assert gradient is not None
        _assert_close(gradient.asnumpy(), expected, case, f"gradient of {name}")
    for name, expected in record.group("aux").items():
        _assert_close(executor.aux_dict[name].asnumpy(), expected, case, f"auxiliary state {name}")


def _assert_close(actual: np.ndarray, expected: np.ndarray, case: Case, what: str) -> None:
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
