"""Blocks of networks by the names of their layers, folded ones, and pictures that need no colours."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

import symgraph as mx
from benchmarks.networks import inception_bn, resnet
from symgraph.viz.blocks import Block, blocks_of
from symgraph.viz.palette import BORDER_COLOUR, COLOURS, FRAME, MARKS, MEANINGS

IMAGE = {"data": (1, 3, 224, 224)}


def tree(block: Block) -> dict:
    return {inner.name: tree(inner) for inner in block.blocks}


def test_blocks_of_resnet_are_its_stages_and_units() -> None:
    blocks = tree(blocks_of(resnet.build(mx, 18).graph))
    assert blocks == {f"stage{i}": {f"stage{i}_unit{k}": {} for k in (1, 2)} for i in (1, 2, 3, 4)}


def test_words_that_only_tell_the_kind_are_passed_over() -> None:
    blocks = tree(blocks_of(inception_bn.build(mx).graph))
    assert [name for name in blocks if len(name) == 2] == ["3a", "3b", "3c", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    assert set(blocks["3a"]) == {"3a_1x1", "3a_3x3", "3a_double", "3a_proj"}
    assert set(blocks["3a"]["3a_double"]) == {"3a_double_3x3_reduce", "3a_double_3x3_0", "3a_double_3x3_1"}


def test_what_does_not_hang_together_is_no_block() -> None:
    net = mx.sym.Variable("data")
    for i in (1, 2):  # as VGG is named: conv1_1, relu1_1, conv1_2, relu1_2
        net = mx.sym.relu(mx.sym.FullyConnected(net, num_hidden=3, name=f"fc1_{i}"), name=f"relu1_{i}")
    parts = [mx.sym.relu(net, name=f"part_{i}") * 2 for i in (1, 2)]
    assert (
        tree(blocks_of(mx.sym.Group([mx.sym.sigmoid(part, name=f"end{i}") for i, part in enumerate(parts)]).graph))
        == {}
    )


def test_layers_without_a_name_stand_where_their_last_input_does() -> None:
    first = mx.sym.relu(mx.sym.Variable("data"), name="a_1")
    second = mx.sym.sigmoid(first, name="a_2") + first
    net = mx.sym.tanh(mx.sym.relu(second, name="b_1"), name="b_2")
    (block, _) = blocks_of(net.graph).blocks
    assert [node.name for node in block.nodes] == ["a_1", "a_2", second.name]


def test_frames_change_no_node_and_no_edge() -> None:
    net = resnet.build(mx, 18)
    plain, framed = (mx.viz.plot_network(net, blocks=blocks).source for blocks in (False, True))
    statements = [
        sorted(line.strip() for line in re.findall(r'^ *".*;$', text, re.MULTILINE)) for text in (plain, framed)
    ]
    assert statements[0] == statements[1]
    assert "subgraph" not in plain
    assert framed.count("subgraph") == 12


def test_folded_blocks_are_counted_and_connected() -> None:
    picture = mx.viz.plot_network(resnet.build(mx), shape=IMAGE, fold=True, details=True)
    assert r'"4 more blocks like stage3_unit2\nstage3_unit3 … stage3_unit6\n4,468,736 parameters"' in picture.source
    fold = '"more like stage3_unit2"'
    assert f'{fold} -> "stage3_unit2_plus" [dir=back, arrowtail=open, label="1024x14x14"]' in picture.source
    assert f'"stage4_unit1_bn1" -> {fold}' in picture.source
    assert f"{fold} -> {fold}" not in picture.source
    assert "stage3_unit4_conv1" not in picture.source
    assert '"stage3_unit2_conv1\\nConvolution\\n1x1/1x1, 256\\n262,144 parameters"' in picture.source


def test_units_that_differ_are_not_folded() -> None:
    net = mx.sym.Variable("data")
    for i, size in enumerate((8, 8, 4)):
        net = mx.sym.FullyConnected(net, num_hidden=size, name=f"unit{i}_fc")
        net = mx.sym.Activation(net, act_type="relu", name=f"unit{i}_relu")
    source = mx.viz.plot_network(mx.sym.softmax(net, name="end"), shape={"data": (1, 8)}, fold=True).source
    assert "1 more block like unit0" in source
    assert "unit2_fc" in source


def test_where_nothing_is_folded_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    mx.viz.plot_network(resnet.build(mx, 50), fold=True)
    assert caplog.messages == []
    net = mx.sym.Variable("data")
    for i in range(3):
        net = mx.sym.FullyConnected(net, num_hidden=8, name=f"fc{i}")
    source = mx.viz.plot_network(net, fold=True).source
    assert source == mx.viz.plot_network(net, blocks=True).source
    (message,) = caplog.messages
    assert message.startswith(
        "plot_network: nothing is folded, as no two neighbouring blocks compute the same. Blocks are"
    )


def test_a_legend_explains_what_is_there() -> None:
    net = mx.sym.Activation(mx.sym.Variable("data"), act_type="relu", name="relu1")
    source = mx.viz.plot_network(net, details=True).source
    shown = {kind for kind in COLOURS if f'"legend: {kind}" [' in source}
    assert shown == {"variable", "activation"}
    assert "shape of one example" not in source
    assert "shape of one example" in mx.viz.plot_network(net, shape={"data": (1, 2)}, details=True).source


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2."""
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("fill", [*COLOURS.values(), FRAME["fillcolor"], "#ffffff"])
def test_text_stands_out(fill: str) -> None:
    """A ratio of 7 is WCAG's highest level, AAA; the picture brings its white ground along, on dark pages, too."""
    assert contrast("#000000", fill) >= 7


def test_frames_stand_out() -> None:
    assert contrast(BORDER_COLOUR, FRAME["fillcolor"]) >= 3


def test_kinds_differ_in_more_than_hue() -> None:
    assert set(COLOURS) == set(MARKS) == set(MEANINGS)
    for first, second in combinations(MARKS.values(), 2):
        assert first != second


def test_styles_of_the_user_stay() -> None:
    net = mx.sym.Activation(mx.sym.Variable("data"), act_type="relu", name="relu1")
    source = mx.viz.plot_network(net, node_attrs={"style": "dotted"}).source
    assert re.findall(r'style="?([\w,]+)', source) == ["dotted"]
