"""How much work nodes are: operations, bytes and parameters, against numbers that were counted by hand."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

import symgraph as mx
from benchmarks.networks import lenet, resnet
from symgraph.ir.infer import infer_shapes
from symgraph.lower.work import Work, work
from tests.cases import FAMILIES, family
from tests.golden import load_family

X = mx.sym.Variable("x")


def of(symbol: mx.Symbol, **shapes: tuple[int, ...]) -> dict[str, Work]:
    """Work by the name of the node."""
    graph = symbol.graph
    known = {node: shapes[node.name] for node in graph.arguments + graph.auxiliary if node.name in shapes}
    return {node.name: found for node, found in work(graph, infer_shapes(graph, known).values).items()}


def flops(symbol: mx.Symbol, **shapes: tuple[int, ...]) -> int | None:
    """Of the node that makes the output."""
    return of(symbol, **shapes)[symbol.graph.heads[0][0].name].flops


def test_lenet() -> None:
    """LeCun's network on 28 × 28 pixels: products by two, and one more for each bias that is added."""
    found = of(lenet.build(mx), data=(2, 1, 28, 28))
    assert {name: found[name].flops for name in ("conv1", "conv2", "fc1", "fc2", "tanh1", "flatten")} == {
        "conv1": 2 * (20 * 24 * 24) * (2 * 25 + 1),
        "conv2": 2 * (50 * 8 * 8) * (2 * 20 * 25 + 1),
        "fc1": 2 * 500 * (2 * 800 + 1),
        "fc2": 2 * 10 * (2 * 500 + 1),
        "tanh1": 2 * 20 * 24 * 24,
        "flatten": 0,
    }
    assert found["conv1"].bytes == 4 * (2 * 28 * 28 + 20 * 25 + 20 + 2 * 20 * 24 * 24)
    assert found["fc2"].bytes == 4 * (2 * 500 + 10 * 500 + 10 + 2 * 10)


@pytest.mark.parametrize(("version", "products"), [(1, 3_857_973_248), (2, 4_089_184_256)])
def test_resnet_50(version: int, products: int) -> None:
    """The number that papers tell, multiplications with additions in convolutions and the last layer, is known: 3.86 billion
    with the stride in the first convolution of a unit, 4.09 with the stride in the second."""
    found = of(resnet.build(mx, 50, version=version), data=(1, 3, 224, 224))
    layers = {name: one.flops for name, one in found.items() if re.search(r"conv\d$|_sc$|^fc1$", name)}
    assert len(layers) == 54
    assert sum(layers.values()) == 2 * products + 1000  # type: ignore[arg-type]
    assert layers["conv0"] == 2 * 112 * 112 * 64 * 3 * 49


def conv(**options: Any) -> mx.Symbol:
    return mx.sym.Convolution(X, no_bias=True, **options)


@pytest.mark.parametrize(
    ("symbol", "shape", "expected"),
    [
        (conv(kernel=(3, 3), pad=(1, 1), num_filter=4), (2, 3, 8, 8), 2 * (2 * 4 * 64) * 27),
        (conv(kernel=(3, 3), pad=(1, 1), num_filter=6, num_group=3), (2, 6, 8, 8), 2 * (2 * 6 * 64) * 18),
        (conv(kernel=(3, 3), stride=(2, 2), dilate=(2, 2), num_filter=4), (1, 3, 9, 9), 2 * (4 * 9) * 27),
        (conv(kernel=(3, 3), num_filter=4, layout="NHWC"), (2, 8, 8, 3), 2 * (2 * 36 * 4) * 27),
        (
            mx.sym.Deconvolution(X, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=6, num_group=2),
            (1, 4, 5, 5),
            2 * (4 * 25) * 16 * 3,
        ),
        (mx.sym.dot(X, mx.sym.Variable("y", shape=(5, 7))), (3, 5), 2 * 3 * 5 * 7),
        (mx.sym.batch_dot(X, mx.sym.Variable("y", shape=(2, 5, 7))), (2, 3, 5), 2 * 2 * 3 * 5 * 7),
        (mx.sym.sum(X, axis=1), (3, 5), 15),
        (X + X, (3, 5), 15),
        (mx.sym.transpose(X), (3, 5), 0),
        (mx.sym.reshape(X, (-1,)), (3, 5), 0),
    ],
)
def test_formulas(symbol: mx.Symbol, shape: tuple[int, ...], expected: int) -> None:
    assert flops(symbol, x=shape) == expected


def test_a_recurrent_layer_counts_every_step() -> None:
    """An LSTM of n features and units: eight products of a vector with an n × n matrix a step."""
    n, batch = 64, 2

    def of_length(length: int) -> int:
        cells = mx.sym.Variable("w"), mx.sym.Variable("h"), mx.sym.Variable("c")
        found = flops(mx.sym.RNN(X, *cells, state_size=n, num_layers=1, mode="lstm"), x=(length, batch, n))
        assert found is not None
        return found

    step = (of_length(9) - of_length(4)) / 5
    products = 2 * 8 * n * n * batch
    assert products <= step <= 1.1 * products


def test_a_loop_counts_every_turn() -> None:
    data, state = mx.sym.Variable("x"), mx.sym.Variable("state")
    outputs, _ = mx.sym.contrib.foreach(lambda x, s: (x * s, s), data, state)
    assert flops(outputs, x=(6, 3), state=(3,)) == 6 * 3


@mx.operator.register("test_work_python")
class Python(mx.operator.CustomOpProp):
    """Python code, of which nothing is known."""


def test_what_is_not_known_stays_open() -> None:
    assert flops(mx.sym.Custom(X, op_type="test_work_python", name="c"), x=(2, 3)) is None
    assert of(mx.sym.FullyConnected(X, num_hidden=2, name="fc"))["fc"] == Work(None, None)


def test_wider_numbers_have_more_bytes() -> None:
    wide = mx.sym.Cast(X, dtype="float64", name="wide")
    assert of(mx.sym.exp(wide, name="e"), x=(3,)) == {"wide": Work(0, 3 * (4 + 8)), "e": Work(3, 3 * (8 + 8))}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_operator_can_be_counted(name: str) -> None:
    """By the first case of each operator that MXNet accepts."""
    records = load_family(name)
    cases = {case.name.split("/")[0]: case for case in reversed(family(name)) if records[case.name].error is None}
    for case in cases.values():
        for found in of(case.build(mx), **case.shapes).values():
            assert found.flops is None or found.flops >= 0, case.name


# -- the table --------------------------------------------------------------------------------------------------------


def test_table() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1")
    lines = mx.viz.summary_table(net, {"data": (32, 128)}, cost=True).splitlines()
    assert lines[1].split() == [
        "Layer",
        "(type)",
        "Output",
        "Shape",
        "Param",
        "#",
        "FLOPs",
        "Bytes",
        "Previous",
        "Layer",
    ]
    assert lines[3].split() == ["data(null)", "128", "0", "0", "0"]
    row = ["fc1(FullyConnected)", "10", "1290", str(32 * 10 * 257), str(4 * (32 * 128 + 1290 + 320)), "data"]
    assert lines[5].split() == row
    assert lines[7:10] == [f"Total params: {row[2]}", f"Total FLOPs: {row[3]}", f"Total bytes: {row[4]}"]
    assert {len(line) for line in lines if not line.startswith("Total")} == {120}


def test_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    net = mx.sym.Group([mx.sym.relu(X, name="r"), mx.sym.Variable("y")])
    mx.viz.print_summary(net, {"x": (2, 3), "y": (1,)}, 90, cost=True)
    assert "Total FLOPs: 6\nTotal bytes: 48\n" in capsys.readouterr().out


def test_table_of_unknown_shapes() -> None:
    assert "Total FLOPs: ?\nTotal bytes: ?\n" in mx.viz.summary_table(mx.sym.relu(X), cost=True)


def test_columns() -> None:
    with pytest.raises(mx.viz.RenderError, match="where each of the 6 columns ends, given 4 numbers"):
        mx.viz.summary_table(X, positions=[0.4, 0.6, 0.7, 1.0], cost=True)
    ends = [math.ceil(10 * i) for i in range(1, 7)]
    assert (
        mx.viz.summary_table(X, positions=ends, line_length=60, cost=True).splitlines()[1][30:50]
        == "FLOPs     Bytes     "
    )
