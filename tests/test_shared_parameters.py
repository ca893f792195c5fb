"""Layers that share parameters: their gradient, taken from the rows of all of them at once, is the sum of theirs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symgraph as mx
from symgraph.lower import emit
from symgraph.lower.rows import sharing

WEIGHT, BIAS, A, B = (mx.sym.Variable(name) for name in ("weight", "bias", "a", "b"))


def dense(data: mx.Symbol, flatten: bool = True) -> mx.Symbol:
    return mx.sym.FullyConnected(data, WEIGHT, BIAS, num_hidden=4, flatten=flatten)


def chain() -> mx.Symbol:
    return dense(mx.sym.tanh(dense(mx.sym.tanh(dense(A)))))


def batches_of_two_sizes() -> mx.Symbol:
    return mx.sym.Group([dense(A), dense(B)])


def one_head_without_gradient() -> mx.Symbol:
    return mx.sym.Group([dense(A), mx.sym.BlockGrad(dense(B))])


def several_axes() -> mx.Symbol:
    return mx.sym.sum(dense(A, flatten=False)) + mx.sym.sum(dense(B, flatten=False))


def another_use_of_the_weight() -> mx.Symbol:
    return mx.sym.broadcast_add(mx.sym.dot(dense(dense(A)), WEIGHT), mx.sym.sum(WEIGHT * 2))


CASES: dict[Callable[[], mx.Symbol], dict[str, tuple[int, ...]]] = {
    chain: {"a": (3, 4)},
    batches_of_two_sizes: {"a": (3, 4), "b": (5, 4)},
    one_head_without_gradient: {"a": (3, 4), "b": (5, 4)},
    several_axes: {"a": (2, 3, 4), "b": (4,)},
    another_use_of_the_weight: {"a": (3, 4)},
}


def gradients(
    net: mx.Symbol, shapes: dict[str, tuple[int, ...]], requests: dict[str, str], reads: bool
) -> dict[str, np.ndarray]:
    """Gradients of small whole numbers."""
    shapes = {"weight": (4, 4), "bias": (4,), **shapes}
    draw = np.random.RandomState(0)
    args = {name: mx.nd.array(draw.randint(-3, 4, shapes[name]), dtype="float64") for name in net.list_arguments()}
    grads = {name: mx.nd.ones(array.shape, dtype="float64") for name, array in args.items()}
    executor = net.bind(mx.current_context(), args, grads, {name: requests.get(name, "write") for name in args})
    outputs = executor.forward(is_train=True)
    if reads:
        outputs[0].asnumpy()
    executor.backward([mx.nd.array(draw.randint(-3, 4, out.shape), dtype="float64") for out in outputs])
    return {name: grad.asnumpy() for name, grad in grads.items()}


@pytest.mark.parametrize("reads", [False, True])
@pytest.mark.parametrize(
    "requests", [{}, {"weight": "add"}, {"a": "null"}, {"weight": "null"}, {"bias": "null"}], ids=str
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_gradient_is_the_sum(
    case: Callable[[], mx.Symbol], requests: dict[str, str], reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = gradients(case(), CASES[case], requests, reads)
    monkeypatch.setattr(emit, "sharing", lambda graph, active: set())
    for name, wanted in gradients(case(), CASES[case], requests, reads).items():
        np.testing.assert_allclose(found[name], wanted, 1e-12, 1e-12, err_msg=name)


def test_only_layers_with_all_parameters_in_common_go_together() -> None:
    other = mx.sym.FullyConnected(A, WEIGHT, mx.sym.Variable("other_bias"), num_hidden=4)
    graph = mx.sym.Group([dense(A), dense(B), other]).graph
    assert len(sharing(graph, set(graph.order))) == 2
    assert sharing(graph, {node for node in graph.order if node.name == "a"}) == set()


def test_a_long_chain_needs_no_gradient_for_each_step() -> None:
    steps, units = 24, 128
    state = mx.sym.Variable("state")
    for _ in range(steps):
        state = mx.sym.tanh(mx.sym.FullyConnected(state, WEIGHT, num_hidden=units, no_bias=True))
    executor = state.simple_bind(mx.current_context(), state=(4, units))
    assert executor.memory_plan()["temporaries"] < 4 * units * units * steps / 4
