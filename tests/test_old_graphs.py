"""Checkpoints of old releases: read, bound and run by a module, compared with what real MXNet 1.9.1 made of the files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from tests.golden import HERE
from tests.old_graphs import GRAPHS, TRAINED, OldGraph
from tests.old_graphs.replay import facts, outputs, saved, shapes_of, trained, write_checkpoint

RECORDED = json.loads((HERE / "old_graphs.json").read_text(encoding="utf-8"))
FACTS = {name: {k: v for k, v in record.items() if k not in ("saved", "moved")} for name, record in RECORDED.items()}
EACH = pytest.mark.parametrize("graph", [pytest.param(graph, id=graph.name) for graph in GRAPHS])


def test_each_is_recorded():
    assert list(FACTS) == [graph.name for graph in GRAPHS]


@EACH
def test_a_module_predicts_what_mxnet_does(graph: OldGraph, tmp_path):
    prefix = write_checkpoint(graph, FACTS[graph.name], tmp_path)
    with np.load(HERE / "old_graphs.npz") as recorded:
        for i, output in enumerate(outputs(mx, graph, prefix)):
            expected = recorded[f"{graph.name}:{i}"]
            assert output.dtype == expected.dtype
            scale = max(np.abs(expected).max(initial=0), 1e-30)
            np.testing.assert_allclose(output, expected, rtol=1e-3, atol=1e-4 * scale, err_msg=f"output {i}")


@EACH
def test_it_is_described_as_in_mxnet(graph: OldGraph):
    symbol = mx.sym.load_json(graph.text())
    assert facts(symbol, graph) == FACTS[graph.name]
    assert facts(mx.sym.load_json(symbol.tojson(remove_amp_cast=False)), graph) == FACTS[graph.name]


@EACH
def test_what_a_module_saves_is_mxnets_byte_for_byte(graph: OldGraph, tmp_path):
    assert saved(mx, graph, write_checkpoint(graph, FACTS[graph.name], tmp_path)) == RECORDED[graph.name]["saved"]


@pytest.mark.parametrize("graph", [pytest.param(graph, id=graph.name) for graph in GRAPHS if graph.name in TRAINED])
def test_training_goes_on_from_it(graph: OldGraph, tmp_path):
    moved = trained(mx, graph, write_checkpoint(graph, FACTS[graph.name], tmp_path))
    expected = RECORDED[graph.name]["moved"]
    assert list(moved) == list(expected)
    for name, distance in expected.items():
        np.testing.assert_allclose(moved[name], distance, rtol=2e-3, atol=1e-6, err_msg=name)


@EACH
def test_commands_take_it(graph: OldGraph, tmp_path):
    prefix = write_checkpoint(graph, FACTS[graph.name], tmp_path)
    shapes = [
        part for name, shape in shapes_of(graph).items() for part in ("--shape", f"{name}={','.join(map(str, shape))}")
    ]
    for args in (["summary", prefix, *shapes], ["summary", prefix], ["plot", prefix, "-o", f"{prefix}.dot", *shapes]):
        done = CliRunner().invoke(main, args)
        assert done.exit_code == 0, done.output
