"""Whole networks, as they are lowered on a CPU, give in float64 what the graphs that were declared give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_shapes
from symgraph.ir.op import LowerContext
from symgraph.lower import control
from symgraph.lower.complete import complete
from symgraph.lower.emit import Mode, differentiate, outcome
from symgraph.lower.optimize import optimized

IMAGES = (2, 4, 12, 12)


def _conv(data: Any, name: str, filters: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> Any:
    """Convolution, normalization and activation."""
    window = {"kernel": (kernel,) * 2, "stride": (stride,) * 2, "pad": (kernel // 2,) * 2}
    out = mx.sym.Convolution(data, num_filter=filters, num_group=groups, no_bias=True, name=name, **window)
    return mx.sym.Activation(mx.sym.BatchNorm(out, fix_gamma=False, name=f"{name}_bn"), act_type="relu")


def _classes(data: Any) -> Any:
    pooled = mx.sym.Pooling(data, global_pool=True, kernel=(1, 1), pool_type="avg")
    return mx.sym.FullyConnected(mx.sym.Flatten(pooled), num_hidden=3, name="fc")


def _resnext(data: Any) -> Any:
    """Groups of channels, shortcuts, and a gate for every channel (Hu et al. 2018)."""
    stem = mx.sym.Pooling(_conv(data, "stem", 16), kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max")
    inner = _conv(_conv(stem, "narrow", 32, 1), "grouped", 32, groups=8)
    gate = mx.sym.mean(inner, axis=(2, 3))
    gate = mx.sym.Activation(mx.sym.FullyConnected(gate, num_hidden=32, name="gate"), act_type="sigmoid")
    gated = mx.sym.broadcast_mul(inner, mx.sym.reshape(gate, shape=(-1, 32, 1, 1)))
    return _classes(_conv(gated, "wide", 16, 1) + stem)


def _mobile(data: Any) -> Any:
    """One filter for each channel, several for each, and channels that are shuffled (Zhang et al. 2018)."""
    net = _conv(_conv(data, "stem", 8, stride=2), "depth", 8, stride=2, groups=8)
    net = _conv(net, "multiplied", 24, groups=8)
    net = mx.sym.reshape(
        mx.sym.swapaxes(mx.sym.reshape(net, shape=(0, -4, 3, -1, -2)), dim1=1, dim2=2), shape=(0, -3, -2)
    )
    left, right = mx.sym.split(net, num_outputs=2, axis=1)
    return _classes(
        mx.sym.concat(_conv(left, "left", 6, groups=3, kernel=1), mx.sym.slice_axis(right, axis=1, begin=2, end=9))
    )


def _inception(data: Any) -> Any:
    """Branches that are concatenated, with pooling of both kinds."""
    net = mx.sym.LRN(_conv(data, "stem", 8), nsize=3)
    window = {"kernel": (3, 3), "stride": (1, 1), "pad": (1, 1)}
    branches = [
        _conv(net, "one", 4, 1),
        _conv(_conv(net, "two", 4, 1), "three", 6),
        _conv(mx.sym.Pooling(net, pool_type="avg", **window), "average", 4, 1),
        mx.sym.Pooling(net, pool_type="max", **window),
    ]
    return _classes(_conv(mx.sym.concat(*branches), "last", 8, 2, stride=2))


def _segmentation(data: Any) -> Any:
    """Down and up again, three ways, to a class for every pixel."""
    first = _conv(data, "first", 8)
    second = _conv(mx.sym.Pooling(first, kernel=(2, 2), stride=(2, 2), pool_type="max"), "second", 8)
    third = _conv(second, "third", 8, stride=2)
    window = {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1)}
    up = mx.sym.Deconvolution(third, num_filter=8, name="up", **window) + second
    up = mx.sym.InstanceNorm(mx.sym.UpSampling(up, scale=2, sample_type="nearest"), name="norm")
    padded = mx.sym.pad(first, mode="reflect", pad_width=(0, 0, 0, 0, 1, 1, 1, 1))
    both = mx.sym.concat(up, mx.sym.Crop(padded, up, num_args=2, center_crop=True))
    return mx.sym.log_softmax(mx.sym.Convolution(both, kernel=(1, 1), num_filter=3, name="score"), axis=1)


def _arrays(graph: Graph) -> tuple[list[Any], list[Any]]:
    """Arguments and auxiliary states, drawn."""
    rng = np.random.RandomState(0)
    known = infer_shapes(graph, {node: IMAGES for node in graph.arguments if node.name == "data"}).values
    shapes = {node: known[first] for node, (_, _, first, _) in zip(graph.order, graph.wiring, strict=True)}
    args = [rng.normal(size=shapes[node] or ()) for node in graph.arguments]
    return args, [np.abs(rng.normal(size=shapes[node] or ())) + 0.5 for node in graph.auxiliary]


def _run(
    graph: Graph, is_train: bool, args: list[Any], aux: list[Any], is_differentiated: bool = True
) -> list[np.ndarray]:
    """Outputs, new auxiliary states, and all gradients."""

    def run(args: list[Any], aux: list[Any]) -> Any:
        values, pullback = differentiate(graph, Mode(is_train, "cpu"), args, aux, None, [is_differentiated] * len(args))
        outputs, states = outcome(graph, values)
        heads = [jax.numpy.cos(jax.numpy.arange(out.size, dtype=out.dtype)).reshape(out.shape) for out in outputs]
        return outputs, states, pullback(graph, heads)

    with jax.enable_x64(True):
        return [np.asarray(leaf) for leaf in jax.tree_util.tree_leaves(jax.jit(run)(args, aux))]


@pytest.mark.parametrize("network", [_resnext, _mobile, _inception, _segmentation])
@pytest.mark.parametrize("is_train", [True, False])
def test_optimized_network_is_the_same(network: Callable[[Any], Any], is_train: bool) -> None:
    graph = network(mx.sym.Variable("data")).graph
    args, aux = _arrays(graph)
    lowered = optimized(graph, LowerContext(is_train, "cpu"), args, aux)
    assert lowered is not graph
    for found, expected in zip(
        _run(lowered, is_train, args, aux), _run(complete(graph, args, aux), is_train, args, aux), strict=True
    ):
        np.testing.assert_allclose(found, expected, 1e-9, 1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("network", [_resnext, _mobile, _inception, _segmentation])
def test_networks_have_transpositions_at_their_borders_only(network: Callable[[Any], Any]) -> None:
    """Images are transposed where they come in, and once more where one goes out or channels are shuffled."""
    graph = network(mx.sym.Variable("data")).graph
    lowered = optimized(graph, LowerContext(True, "cpu"), *_arrays(graph))
    made = {node for node in lowered.order if node.op is not None and node.op.role == "permutation"}
    assert len(made) <= 2


def test_gradient_graphs_are_optimized() -> None:
    """What `Symbol.gradient` adds is in the layouts of the nodes that it differentiates."""
    network = _resnext(mx.sym.Variable("data"))
    weights = [name for name in network.list_arguments() if name.endswith("weight")]
    graph = mx.sym.Group([network, network.gradient(weights)]).graph
    args, aux = _arrays(graph)
    lowered = optimized(graph, LowerContext(True, "cpu"), args, aux)
    moved = [node for node in lowered.order if node.op is not None and node.op.role == "permutation"]
    assert len(moved) <= 2 * len(weights)  # one to each weight, one back from its gradient
    expected = _run(complete(graph, args, aux), True, args, aux, is_differentiated=False)
    for found, want in zip(_run(lowered, True, args, aux, is_differentiated=False), expected, strict=True):
        np.testing.assert_allclose(found, want, 1e-9, 1e-9 * np.abs(want).max())


@pytest.mark.cpu
def test_bodies_of_loops_are_optimized(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = control.optimized

    def spied(graph: Graph, *rest: Any) -> Graph:
        seen.append(real(graph, *rest))
        return seen[-1]

    monkeypatch.setattr(control, "optimized", spied)
    outputs, _ = mx.sym.contrib.foreach(
        lambda x, state: (_conv(x, "body", 4), state), mx.sym.Variable("data"), mx.sym.Variable("state")
    )
    executor = outputs.simple_bind(mx.current_context(), data=(2, 1, 4, 5, 5), state=(1,))
    executor.forward(is_train=True)
    executor.outputs[0].wait_to_read()
    assert any(node.op is not None and node.op.prepares for graph in seen for node in graph.order)


@pytest.mark.cpu
@mx.operator.register("scale_by_place")
class _ScaleByPlaceProp(mx.operator.CustomOpProp):
    """Multiplies by a number that every operator draws for itself, forward, and remembers for backward."""

    factors: ClassVar[list[float]] = [3.0, 5.0]

    def create_operator(self, ctx: Any, shapes: Any, dtypes: Any) -> Any:
        return _ScaleByPlace(self.factors.pop(0))


class _ScaleByPlace(mx.operator.CustomOp):
    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, is_train: bool, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
        self.assign(out_data[0], req[0], in_data[0] * self.factor)

    def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
        self.assign(in_grad[0], req[0], out_grad[0] * self.factor)


@pytest.mark.cpu
@pytest.mark.parametrize("reads_first", [False, True])
def test_graphs_with_python_operators_are_optimized(reads_first: bool) -> None:
    """And each operator is the same object in all programs of the executor, a monitored one included."""
    _ScaleByPlaceProp.factors[:] = [3.0, 5.0]
    net = mx.sym.Custom(_conv(mx.sym.Variable("data"), "first", 8), op_type="scale_by_place", name="same")
    net = mx.sym.Custom(_conv(net, "second", 8), op_type="scale_by_place", name="same")
    executor = mx.sym.MakeLoss(mx.sym.sum(net)).simple_bind(mx.current_context(), data=IMAGES)
    random = np.random.default_rng(0)
    for array in executor.arg_arrays:
        array[:] = random.standard_normal(array.shape)

    def gradients() -> list[np.ndarray]:
        (out,) = executor.forward(is_train=True)
        if reads_first:
            out.asnumpy()
        executor.backward()
        return [grad.asnumpy() for grad in executor.grad_arrays]

    optimized_way = gradients()
    kinds = [type(node.op).__name__ for graph in executor._program._variants for node in graph.order]
    assert "ChannelsLastConvolution" in kinds
    executor.set_monitor_callback(lambda name, array: None)
    for found, plain in zip(optimized_way, gradients(), strict=True):
        np.testing.assert_allclose(found, plain, rtol=1e-3, atol=1e-3 * np.abs(plain).max())
    beta = executor.grad_dict["second_bn_beta"].asnumpy()
    np.testing.assert_allclose(beta, 5 * np.round(beta / 5), rtol=1e-5)
    assert not _ScaleByPlaceProp.factors
