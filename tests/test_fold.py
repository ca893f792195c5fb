"""Inference: normalization is folded into the layer before it, parameters are prepared once, and nobody can tell."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_shapes
from symgraph.ir.op import LowerContext
from symgraph.lower.optimize import optimized
from symgraph.lower.prepare import split

DATA = mx.sym.Variable("data")
INFERENCE = LowerContext(False, "cpu")


def _conv(data: Any, **attrs: Any) -> Any:
    return mx.sym.Convolution(data, kernel=(3, 3), num_filter=4, name="layer", **attrs)


LAYERS = {
    "conv": lambda: _conv(DATA),
    "no_bias": lambda: _conv(DATA, no_bias=True),
    "groups": lambda: _conv(DATA, num_group=4),
    "last": lambda: _conv(DATA, layout="NHWC"),
    "dense": lambda: mx.sym.FullyConnected(DATA, num_hidden=4, name="layer"),
    "sparse": lambda: mx.sym.FullyConnected(DATA, num_hidden=4, no_bias=True, name="layer"),
}


def _executor(net: Any, **attrs: Any) -> Any:
    executor = net.simple_bind(mx.current_context(), grad_req="null", data=(2, 4, 6, 4))
    rng = np.random.RandomState(0)
    for name, array in {**executor.arg_dict, **executor.aux_dict}.items():
        low = 0.5 if name.endswith(("var", "gamma")) else -1
        array[:] = rng.uniform(low, 1.5, array.shape)
    return executor


def _lowered(net: Any) -> Graph:
    graph = net.graph
    known = infer_shapes(graph, {n: (2, 4, 6, 4) for n in graph.arguments if n.name == "data"}).values
    by_node = {node: known[first] for node, (_, _, first, _) in zip(graph.order, graph.wiring, strict=True)}
    args, aux = ([jax.ShapeDtypeStruct(by_node[n], "float32") for n in ns] for ns in (graph.arguments, graph.auxiliary))
    return optimized(graph, INFERENCE, args, aux, folds=True)


def _names(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.order if node.op is not None]


@pytest.mark.parametrize("fix_gamma", [False, True])
@pytest.mark.parametrize("layer", LAYERS)
def test_folded_is_the_same(layer: str, fix_gamma: bool) -> None:
    """A layer whose own output is looked at is not folded; so that is the other side."""
    below = LAYERS[layer]()
    axis = -1 if layer == "last" else 1
    net = mx.sym.BatchNorm(below, fix_gamma=fix_gamma, axis=axis, name="bn")
    assert "BatchNorm" not in _names(_lowered(net))
    seen = mx.sym.Group([net, below])
    assert "BatchNorm" in _names(_lowered(seen))
    (found,), (expected, _) = _executor(net).forward(), _executor(seen).forward()
    np.testing.assert_allclose(found.asnumpy(), expected.asnumpy(), 1e-5, 1e-5)


@pytest.mark.parametrize(
    "part", ["layer_weight", "layer_bias", "bn_gamma", "bn_beta", "bn_moving_mean", "bn_moving_var"]
)
def test_changed_parameters_are_seen(part: str) -> None:
    net = mx.sym.BatchNorm(_conv(DATA), fix_gamma=False, name="bn")
    executor, plain = _executor(net), _executor(mx.sym.Group([net, net.get_internals()["layer_output"]]))
    executor.forward()[0].asnumpy()
    for one in (executor, plain):
        array = {**one.arg_dict, **one.aux_dict}[part]
        array[:] = array.asnumpy() * 2 + 1
    np.testing.assert_allclose(executor.forward()[0].asnumpy(), plain.forward()[0].asnumpy(), 1e-5, 1e-5)


def test_parameters_are_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the arrays are the same, whatever data is; and again for another executor of the symbol."""
    net = mx.sym.BatchNorm(_conv(DATA), fix_gamma=False, name="bn")
    first, second = _executor(net), _executor(net)
    first.forward()[0].asnumpy()
    (forward,) = first._forwards.values()
    calls = []
    prepare = forward._prepare
    monkeypatch.setattr(forward, "_prepare", lambda *arrays: calls.append(1) or prepare(*arrays))
    first.forward(data=np.random.RandomState(1).normal(size=(2, 4, 6, 4)))[0].asnumpy()
    assert not calls
    second.arg_dict["layer_weight"][:] = 0
    assert np.ptp(second.forward()[0].asnumpy()[:, 0]) == 0
    assert np.ptp(first.forward()[0].asnumpy()[:, 0]) > 0
    assert not calls
    first.arg_dict["layer_weight"][:] = 0
    assert np.ptp(first.forward()[0].asnumpy()[:, 0]) == 0
    assert calls == [1]


def test_another_batch_size_prepares_with_the_same_program() -> None:
    net = mx.sym.BatchNorm(_conv(DATA), fix_gamma=False, name="bn")
    first = _executor(net)
    small = first.reshape(data=(1, 4, 6, 4))
    outputs = [executor.forward()[0].asnumpy() for executor in (first, small)]
    np.testing.assert_allclose(outputs[0][:1], outputs[1], 1e-5, 1e-5)
    kinds = [kind[0] for kind, *_ in first._program._executables]
    assert sorted(kinds) == ["prepare", "run", "run"]


def test_weights_that_are_computed_are_not_prepared() -> None:
    weight = mx.sym.Variable("weight", shape=(4, 4, 3, 3))
    kept, computed = (split(_lowered(_conv(DATA, weight=w))) for w in (weight, weight * 2))
    assert kept is not None
    assert computed is None


def test_shared_weights() -> None:
    weight = mx.sym.Variable("weight", shape=(4, 4, 3, 3))
    below = _conv(DATA, weight=weight, no_bias=True, pad=(1, 1))
    net = mx.sym.BatchNorm(
        mx.sym.Convolution(below, weight, kernel=(3, 3), num_filter=4, no_bias=True, name="c"), name="bn"
    )
    seen = mx.sym.Group([net, net.get_internals()["c_output"]])
    np.testing.assert_allclose(
        _executor(net).forward()[0].asnumpy(), _executor(seen).forward()[0].asnumpy(), 1e-4, 1e-4
    )


def test_batch_statistics_are_not_folded() -> None:
    net = mx.sym.BatchNorm(_conv(DATA), name="bn")
    graph = net.graph
    assert optimized(graph, LowerContext(True, "gpu"), *_arrays(graph), folds=True) is graph
    visible = mx.sym.BatchNorm(_conv(DATA), output_mean_var=True, name="bn")
    assert "BatchNorm" in _names(_lowered(visible))


def _arrays(graph: Graph) -> tuple[list[Any], list[Any]]:
    executor = _executor(mx.sym.Group([mx.sym.BatchNorm(_conv(DATA), name="bn")]))
    return [a.jax for a in executor.arg_arrays], [a.jax for a in executor.aux_arrays]
