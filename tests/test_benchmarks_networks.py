"""What is benchmarked is one network in all libraries; plain JAX is here to be compared with, the others when measured."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

import symgraph as mx
from benchmarks.check import difference, distances, fingerprint
from benchmarks.libraries import MODULES, jax_operators, prepare
from benchmarks.libraries.graph import MissingOperatorError, read
from benchmarks.libraries.tensors import lstm_parts, lstm_vector
from benchmarks.networks import NETWORKS, lstm
from benchmarks.peers import ROOT
from benchmarks.problem import Problem, draw
from benchmarks.suites import nets, ops, rnn, scaling, start


def computed(name: str, library: Any, problems: list[Problem]) -> dict[str, np.ndarray]:
    body = prepare(name, library, problems)
    body.run()
    assert body.results is not None
    return dict(body.results())


def assert_same(problems: list[Problem]) -> None:
    problems = [problem.comparable() for problem in problems]
    ours, plain = (fingerprint(computed(name, lib, problems)) for name, lib in (("symgraph", mx), ("jax", jax)))
    assert difference(ours, plain) == ""


def image_problem(name: str, size: int, train: bool) -> list[Problem]:
    """A network for small images and ten classes."""
    kinds = {"data": "real", "softmax_label": "below 10"}
    shape = {"data": (2, *NETWORKS[name].shape[:-2], size, size)}
    return [Problem.of(NETWORKS[name].build(mx, classes=10), train, shape, tuple(kinds), kinds)]


@pytest.mark.parametrize(
    ("name", "size", "train"), [("lenet", 28, True), ("resnet-18", 32, True), ("squeezenet", 48, False)]
)
def test_networks_in_plain_jax_are_ours(name: str, size: int, train: bool) -> None:
    assert_same(image_problem(name, size, train))


@pytest.mark.parametrize("train", [True, False])
def test_recurrent_networks_in_plain_jax_are_ours(train: bool) -> None:
    assert_same(rnn.fused(mx, train, 3, 2, 4))
    assert_same(rnn.unrolled(mx, train, 3, 2, 4))
    assert_same(rnn.bucketing(mx, train, (2, 3), 2, words=7, hidden=4))


def test_unrolled_is_the_operator() -> None:
    fused, unrolled = rnn.fused(mx, False, 3, 2, 4, layers=1)[0], rnn.unrolled(mx, False, 3, 2, 4, layers=1)[0]
    node = next(node for node in read(fused.symbol).nodes if node.op == "RNN")
    parts = lstm_parts(node, fused.values()["lstm_parameters"])
    names = ("l0_i2h_weight", "l0_h2h_weight", "l0_i2h_bias", "l0_h2h_bias")
    given = {**unrolled.values(), **dict(zip(names, parts, strict=True))}
    symbol = mx.sym.load_json(unrolled.symbol)
    outputs = symbol.bind(mx.current_context(), {name: mx.nd.array(value) for name, value in given.items()}).forward()
    expected = computed("symgraph", mx, [fused])["output 0"]
    np.testing.assert_allclose(outputs[0].asnumpy(), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(lstm_vector(parts), fused.values()["lstm_parameters"])


@pytest.mark.parametrize("name", ["deconvolution", "layer-norm", "upsampling", "pick", "topk", "norm", "slice-axis"])
def test_operators_in_plain_jax_are_ours(name: str) -> None:
    row = ops.ROWS[name]
    axes = {"deconvolution": (2, 64, 4, 4), "upsampling": (1, 2, 3, 3), "slice-axis": (1, 256, 2, 2)}
    shapes = {n: axes.get(name, tuple(min(size, 12) for size in shape)) for n, shape in row.shapes.items()}
    kinds = {n: "below 12" if kind.startswith("below") else kind for n, kind in row.kinds.items()}
    for mode in row.modes:
        assert_same(replace(row, shapes=shapes, kinds=kinds).problems(mx, mode))


def test_every_row_of_operators_is_a_network() -> None:
    workloads = ops.workloads(mx)
    assert all(workload.problems()[0].outputs for workload in workloads.values())
    known = set(jax_operators.OPERATORS) | {"ROIPooling", "_contrib_ROIAlign"}
    for workload in workloads.values():
        assert {node.op for node in read(workload.problems()[0].symbol).nodes} - {"null"} <= known


def test_an_operator_that_a_library_lacks_is_named() -> None:
    problem = ops.ROWS["roi-pooling"].problems(mx, "forward")
    with pytest.raises(MissingOperatorError, match="^ROIPooling"):
        prepare("jax", jax, problem).run()


def test_a_problem_survives_json() -> None:
    problem = rnn.fused(mx, True, 3, 2, 4)[0]
    again = Problem.from_json(json.loads(json.dumps(problem.to_json())))
    assert again.shapes == problem.shapes
    assert again.outputs == [(3, 2, 4)]
    assert all((again.values()[name] == value).all() for name, value in problem.values().items())


def test_values_suit_their_names() -> None:
    assert draw("bn_gamma", (100,)).min() >= 0.5
    assert set(draw("label", (200,), "below 3")) == {0, 1, 2}
    assert not draw("state", (3,), "zero").any()
    assert draw("fc_weight", (50, 200)).std() == pytest.approx(0.1, rel=0.1)
    boxes = draw("rois", (9, 5), "boxes 60")
    assert (boxes[:, 3:] >= boxes[:, 1:3]).all()
    assert boxes.max() <= 60
    assert (draw("x", (4,)) != draw("y", (4,))).all()


def test_another_network_is_noticed() -> None:
    given = {"output 0": np.ones((4, 5), np.float32), "gradient w": np.arange(6, dtype=np.float32)}
    ours = fingerprint(given)
    assert difference(ours, ours) == ""
    half = fingerprint({**given, "gradient w": given["gradient w"] * 0.5})
    assert difference(ours, half).startswith("its gradient differs from ours by 0.")
    assert "its output differs" in difference(ours, fingerprint({**given, "output 0": given["output 0"] * 1.1}))
    assert "its set of results differs" in difference(ours, fingerprint({"output 0": given["output 0"]}))
    broken = fingerprint({**given, "output 0": np.full((4, 5), np.nan, np.float32)})
    assert "its output differs from ours by nan" in difference(ours, broken)
    assert distances(ours, ours) == {"output": 0.0, "gradient": 0.0}


def test_what_is_compared_drops_nothing_and_hides_nothing() -> None:
    (problem,) = nets.problems(mx, "alexnet", "train", 1)
    assert '"p": "0.5"' in problem.symbol
    assert '"p": "0.5"' not in problem.comparable().symbol
    trained, asked = (image_problem("lenet", 28, train)[0] for train in (True, False))
    assert trained.comparable() is trained
    assert mx.sym.load_json(asked.symbol).list_outputs() == ["softmax_output"]
    assert mx.sym.load_json(asked.comparable().symbol).list_outputs() == ["fc2_output"]


def test_rows_have_the_sizes_asked_for() -> None:
    assert list(nets.workloads(mx, ["resnet-50"], ["infer"], [1, 2])) == ["resnet-50/infer/1", "resnet-50/infer/2"]
    assert list(nets.workloads(mx, ["vgg-16"])) == ["vgg-16/train/4", "vgg-16/infer/1", "vgg-16/infer/4"]
    assert set(nets.CHOSEN) <= set(NETWORKS)
    wide = scaling.workloads(mx, ("width",))["width/64"].problems()[0]
    assert wide.shapes["conv1_weight"] == (64, 64, 3, 3)
    assert scaling.workloads(mx, ("length",))["length/32"].problems()[0].shapes["data"] == (32, 8, 128)
    first, second = start.workloads(mx, ("mlp",), (2, 3))["mlp"].problems()
    assert (first.shapes["data"], second.shapes["data"]) == ((2, 784), (3, 784))
    names = lstm.unrolled(mx, 2, 4, 1).list_arguments()
    assert len(names) == len(set(names)) == 7


def test_workers_of_peers_need_neither_symgraph_nor_jax() -> None:
    """The modules that run beside another library import NumPy only."""
    code = "import sys; sys.modules.update(symgraph=None, jax=None); import benchmarks.worker, benchmarks.libraries.symbolic"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert set(MODULES) == {"symgraph", "mxnet", "jax", "torch"}
