"""Layouts: an operator that computes on arrays in another order of axes gives the same, and so does a whole network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.layout import Order, Relaid, channels_last, is_one_column, moved, stored
from symgraph.ir.op import LowerContext, Op
from symgraph.lower.optimize import optimized
from symgraph.lower.pull import apply_with_pull
from tests.cases.case import Case
from tests.check import rows


def _nodes(case: Case, record: Any) -> Iterator[tuple[Op, list[np.ndarray]]]:
    """Every operator of a case, and arrays for it."""
    graph = case.build(mx).graph
    specs = {**record.facts["arguments"], **record.facts["auxiliary"]}
    variables = graph.arguments + graph.auxiliary
    shapes = infer_shapes(graph, {n: tuple(specs[n.name][0]) for n in variables})
    dtypes = infer_dtypes(graph, {n: np.dtype(specs[n.name][1]) for n in variables})
    for op, ins, first, last in graph.wiring:
        if op is None:
            continue
        if op.complete is not None:
            op = op.complete(shapes.values[first:last], dtypes.values[first:last])
        names = [node.name for node in graph.order for _ in range(1 if node.op is None else len(node.op.outputs()))]
        yield op, [case.value(names[e], shapes.values[e], dtypes.values[e].name) for e in ins]


def _is_relaid(case: Case, record: Any) -> bool:
    if record.error is not None or all(len(shape) < 3 for shape in case.shapes.values()):
        return False
    return any(_relaid(op, LowerContext(True, "cpu"), arrays, channels_last) for op, arrays in _nodes(case, record))


def _reversed(rank: int) -> tuple[int, ...]:
    return tuple(reversed(range(rank)))


def _relaid(op: Op, ctx: LowerContext, arrays: list[np.ndarray], arranged: Callable[[int], Order]) -> Relaid | None:
    orders = [arranged(a.ndim) if a.ndim > 2 else None for a in arrays]
    return None if op.blocks_gradient else op.relaid(ctx, [a.shape for a in arrays], orders)


def _apply(op: Op, ctx: LowerContext, arrays: list[np.ndarray], heads: list[np.ndarray] | None) -> tuple[Any, Any]:
    mask = tuple(a.dtype.kind == "f" for a in arrays)

    @jax.jit
    def applied(key: Any, arrays: list[Any]) -> tuple[Any, Any]:
        results, pull = apply_with_pull(op, LowerContext(ctx.is_train, ctx.platform, key), arrays, mask)
        given = heads or [
            np.ones(r.shape, r.dtype) * (1 + np.arange(r.size).reshape(r.shape) % 7)
            for r in results[: len(op.outputs())]
        ]
        cotangents = [jax.numpy.asarray(h, r.dtype) for h, r in zip(given, results, strict=False)]
        return (results, cotangents), pull(cotangents)

    with jax.enable_x64(True):
        return applied(jax.random.key(0) if op.is_random else None, arrays)


def _moved(array: Any, order: Order) -> Any:
    axes = moved(None, order, np.ndim(array))
    return array if axes is None else np.transpose(array, axes)


@pytest.mark.cpu  # other platforms keep the graph
@rows(_is_relaid)
def test_relaid_operator_is_the_same(case: Case, record: Any) -> None:
    for op, arrays in _nodes(case, record):
        for is_train in (True, False) if op.auxiliary() or op.is_random else (True,):
            ctx = LowerContext(is_train, "cpu")
            forms = [_relaid(op, ctx, arrays, arranged) for arranged in (_reversed, channels_last)]
            for relaid in {form.op: form for form in forms if form is not None}.values():
                _compare(case, op, ctx, arrays, relaid)


def _compare(case: Case, op: Op, ctx: LowerContext, arrays: list[np.ndarray], relaid: Relaid) -> None:
    (expected, heads), gradients = _apply(op, ctx, arrays, None)
    theirs = [_moved(a, order) for a, order in zip(arrays, relaid.inputs, strict=True)]
    prepared = {slot: preparation.order for slot, preparation in relaid.preparations}
    theirs = [_moved(a, prepared.get(slot)) for slot, a in enumerate(theirs)]
    (found, _), found_gradients = _apply(
        relaid.op, ctx, theirs, [_moved(h, order) for h, order in zip(heads, relaid.outputs, strict=True)]
    )
    slack = 1e-2 if case.dtype == "float16" else 2e-4
    slots = (*relaid.outputs, *[None] * len(op.state_slots()))
    for want, got, order in zip(expected, found, slots, strict=True):
        np.testing.assert_allclose(np.asarray(got), _moved(np.asarray(want), order), slack, slack)
    arguments, states = op.split([prepared.get(slot, order) for slot, order in enumerate(relaid.inputs)])
    for want, got, order in zip(gradients, found_gradients, [*arguments, *states], strict=True):
        assert (want is None) == (got is None)
        if want is not None:
            np.testing.assert_allclose(np.asarray(got), _moved(np.asarray(want), order), slack, slack)


def _network() -> Any:
    data = mx.sym.Variable("data")
    net = mx.sym.Convolution(data, kernel=(3, 3), num_filter=8, pad=(1, 1), name="conv")
    net = mx.sym.Activation(mx.sym.BatchNorm(net, fix_gamma=False, name="bn"), act_type="relu")
    pooled = mx.sym.Pooling(net, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max")
    left = mx.sym.Convolution(pooled, kernel=(3, 3), num_filter=8, num_group=8, pad=(1, 1), stride=(2, 2), name="depth")
    right = mx.sym.Convolution(pooled, kernel=(1, 1), num_filter=4, stride=(2, 2), no_bias=True, name="point")
    net = mx.sym.Concat(left, mx.sym.broadcast_mul(right, mx.sym.sum(right, axis=(2, 3), keepdims=True)))
    net = mx.sym.Pooling(net, global_pool=True, kernel=(1, 1), pool_type="avg")
    return mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=3, name="fc")


def _stand_ins(graph: Graph, **shapes: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    known = infer_shapes(graph, {n: shapes[n.name] for n in graph.arguments if n.name in shapes}).values
    by_node = {node: known[first] for node, (_, _, first, _) in zip(graph.order, graph.wiring, strict=True)}
    return tuple(
        [jax.ShapeDtypeStruct(by_node[n], "float32") for n in nodes] for nodes in (graph.arguments, graph.auxiliary)
    )


def test_transpositions_stand_at_the_borders_only() -> None:
    """Weights are prepared."""
    graph = _network().graph
    lowered = optimized(graph, LowerContext(True, "cpu"), *_stand_ins(graph, data=(2, 3, 16, 16)))
    permutations = [node for node in lowered.order if node.op is not None and node.op.role == "permutation"]
    assert len(permutations) == 1
    assert sum(node.op is not None and node.op.prepares for node in lowered.order) == 3
    assert lowered.arguments == graph.arguments
    assert lowered.auxiliary == graph.auxiliary


@pytest.mark.parametrize("is_train", [False, True])
def test_operators_that_inference_completes_stand_among_layers(is_train: bool) -> None:
    """``zeros((0, 4))`` learns its shape from what it is added to, before anything is put in another order."""
    layer = mx.sym.BatchNorm(mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv"))
    executor = (layer + mx.sym.zeros((0, 4, 4, 4))).simple_bind(mx.current_context(), data=(2, 3, 6, 6))
    plain = layer.simple_bind(mx.current_context(), data=(2, 3, 6, 6))
    for one in (executor, plain):
        for array in one.arg_arrays:
            array[:] = np.linspace(-1, 1, array.size).reshape(array.shape)
        one.forward(is_train=is_train)
        one.backward(mx.nd.ones((2, 4, 4, 4)))
    np.testing.assert_allclose(executor.outputs[0].asnumpy(), plain.outputs[0].asnumpy(), 1e-5, 1e-5)
    for found, expected in zip(executor.grad_arrays, plain.grad_arrays, strict=True):
        np.testing.assert_allclose(found.asnumpy(), expected.asnumpy(), 1e-4, 1e-4)
    executor.forward(is_train=is_train)
    np.testing.assert_allclose(executor.outputs[0].asnumpy(), plain.outputs[0].asnumpy(), 1e-5, 1e-5)


def test_monitored_passes_pull_through_completed_operators() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc") + mx.sym.zeros((0, 4))
    monitored, plain = (net.simple_bind(mx.current_context(), data=(2, 3)) for _ in range(2))
    monitored.set_monitor_callback(lambda name, array: None)
    for one in (monitored, plain):
        for array in one.arg_arrays:
            array[:] = np.linspace(-1, 1, array.size).reshape(array.shape)
        one.forward(is_train=True)
        one.backward(mx.nd.ones((2, 4)))
    for found, expected in zip(monitored.grad_arrays, plain.grad_arrays, strict=True):
        np.testing.assert_allclose(found.asnumpy(), expected.asnumpy(), 1e-6)


def test_other_platforms_keep_the_graph() -> None:
    graph = _network().graph
    assert optimized(graph, LowerContext(True, "gpu"), *_stand_ins(graph, data=(2, 3, 16, 16))) is graph


def test_orders() -> None:
    assert channels_last(4) == (0, 2, 3, 1)
    assert stored((2, 3, 5, 7), channels_last(4)) == (2, 5, 7, 3)
    assert moved(channels_last(4), None, 4) == (0, 3, 1, 2)
    assert moved(channels_last(4), channels_last(4), 4) is None
    assert is_one_column((2, 3, 1, 1), channels_last(4))
    assert not is_one_column((2, 3, 4, 1), channels_last(4))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("lift", [0.0, 100.0])
def test_variance_is_exact_far_from_zero(lift: float, dtype: str) -> None:
    """A variance from plain sums of squares is wrong in the fourth digit at mean / std = 100; ours is not, whatever the
    sample that it is taken relative to looks like."""
    rng = np.random.RandomState(0)
    x = (rng.normal(size=(8, 4, 14, 14)) + lift).astype(dtype)
    x[0, 1, 7, 7] += 20
    net = mx.sym.BatchNorm(mx.sym.Variable("x"), momentum=0.0, name="bn")
    executor = net.simple_bind(mx.current_context(), x=x.shape, type_dict={"x": dtype})
    executor.forward(is_train=True, x=mx.nd.array(x, dtype=dtype))
    executor.backward(mx.nd.ones(x.shape, dtype=dtype))
    exact = x.astype("float64").var(axis=(0, 2, 3))
    np.testing.assert_allclose(executor.aux_dict["bn_moving_var"].asnumpy(), exact, 1e-5)
