"""Symbol files that are damaged, or that somebody has edited: an error of ours, or a symbol that works."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

import pytest

import symgraph as mx
from symgraph.errors import FormatError
from tests.old_graphs import GRAPHS, OldGraph

BY_NAME = {graph.name: graph for graph in GRAPHS}

STRANGE = (
    *(None, True, -1, 0, 1, 5, 10**30, 1.5, float("nan"), [], [[]], [0], [0, 0], [0, 0, 0], [[0, 0]], {}, {"a": 1}),
    *(
        "",
        "x",
        "null",
        "None",
        "(1, 2)",
        "-1",
        "1e400",
        "9" * 400,
        "(((",
        "\ud800",
        "\0",
        "__lr_mult__",
        "relu",
        "_foreach",
    ),
)
"""What is put in the place of something else."""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<html><p>404", "an HTML page, as a server sends in place of a file: download the file again"),
        ("version https://git-lfs.github.com/spec/v1", "a pointer of git-lfs: run git lfs pull"),
    ],
)
def test_text_of_another_kind_is_called_what_it_is(text: str, kind: str) -> None:
    with pytest.raises(FormatError) as info:
        mx.sym.load_json(text)
    assert str(info.value) == f"Symbol JSON: given text that is {kind}."


@pytest.mark.parametrize("name", ["lenet", "scan"])
def test_every_truncation_is_reported(name: str) -> None:
    text = BY_NAME[name].text()
    for length in range(7, len(text), 7):
        with pytest.raises(FormatError, match=r"Symbol JSON is truncated or corrupted: .* at line \d+, column \d+\."):
            mx.sym.load_json(text[:length])


def _places(document: Any, path: tuple = ()) -> list[tuple]:
    """The way to everything in a document but itself."""
    items: Any = ()
    if isinstance(document, dict):
        items = document.items()
    elif isinstance(document, list):
        items = enumerate(document)
    return [place for key, value in items for place in ((*path, key), *_places(value, (*path, key)))]


def _changed(graph: OldGraph, rng: random.Random) -> str:
    """A file in which something is gone, strange, or in the place of something else."""
    document = json.loads(graph.text())
    places = _places(document)
    *way, key = rng.choice(places)
    holder = document
    for step in way:
        holder = holder[step]
    if rng.random() < 0.3:
        del holder[key]
    elif rng.random() < 0.3:
        found = document
        for step in rng.choice(places):
            found = found[step]
        holder[key] = json.loads(json.dumps(found))
    else:
        holder[key] = rng.choice(STRANGE)
    return json.dumps(document)


@pytest.mark.parametrize("graph", [pytest.param(graph, id=graph.name) for graph in GRAPHS])
def test_changed_files_are_refused_or_work(graph: OldGraph) -> None:
    rng = random.Random(graph.name)
    shapes = {name: shape for name, (shape, _) in graph.inputs.items()}
    for _ in range(40):
        text = _changed(graph, rng)
        with contextlib.suppress(mx.MXNetError):
            symbol = mx.sym.load_json(text)
            known = {name: shape for name, shape in shapes.items() if name in symbol.list_arguments()}
            symbol.infer_shape_partial(**known)
            assert mx.sym.load_json(symbol.tojson()).list_outputs() == symbol.list_outputs()


CYCLE = {"op": "relu", "name": "r", "inputs": [[1, 0]]}
NODE = {"op": "null", "name": "x", "inputs": []}


@pytest.mark.parametrize(
    ("nodes", "heads", "text"),
    [
        ([NODE, CYCLE], [[1, 0]], "node 1 'r' refers to node 1, but only nodes 0..0 stand before it."),
        (
            [NODE, {**CYCLE, "inputs": [[2, 0]]}, {**CYCLE, "name": "q"}],
            [[2, 0]],
            "node 1 'r' refers to node 2, but only nodes 0..0 stand before it.",
        ),
        ([NODE], [[1, 0]], "'heads' of the symbol refers to node 1, but only nodes 0..0 stand before it."),
        ([NODE], [[0, 1]], "'heads' of the symbol refers to output 1 of 'x', which has 1."),
        (
            [NODE, {**CYCLE, "inputs": [[0, 0], [0, 0]]}],
            [[1, 0]],
            "node 1 'r': operator relu takes 1 input (data), the file gives 2.",
        ),
        ([NODE, {**CYCLE, "attrs": {"a": 1}}], [[1, 0]], "'attrs' of node 1 'r' must map names to strings."),
        (
            [NODE, {**CYCLE, "inputs": [["0", 0]]}],
            [[1, 0]],
            "node 1 'r': an input must be [node, output, version], given ['0', 0].",
        ),
        ([3], [[0, 0]], "node 0 is int, expected an object."),
        ([{**NODE, "name": None}], [[0, 0]], "field 'name' of node 0 is NoneType, expected str."),
    ],
)
def test_what_is_inconsistent_is_named(nodes: list, heads: list, text: str, tmp_path: Any) -> None:
    file = tmp_path / "net-symbol.json"
    file.write_text(json.dumps({"nodes": nodes, "heads": heads}))
    with pytest.raises(FormatError) as caught:
        mx.sym.load(str(file))
    assert str(caught.value) == f"file '{file}': Symbol JSON: {text}"


def test_an_unknown_operator_is_named_with_node_and_file(tmp_path: Any) -> None:
    file = tmp_path / "net-symbol.json"
    file.write_text(json.dumps({"nodes": [NODE, {**CYCLE, "op": "Convoluton", "inputs": [[0, 0]]}], "heads": [[1, 0]]}))
    with pytest.raises(mx.MXNetError) as caught:
        mx.model.load_checkpoint(str(tmp_path / "net"), 1)
    assert str(caught.value).startswith(
        f"file '{file}': node 'r': Operator Convoluton is not registered; did you mean Convolution"
    )
