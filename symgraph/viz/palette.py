"""What kinds of layers look like: a colour, and a mark that those see who do not see the colour."""

from __future__ import annotations

from collections.abc import Mapping

COLOURS: Mapping[str, str] = {
    "variable": "#8dd3c7",
    "affine": "#fb8072",
    "activation": "#ffffb3",
    "normalization": "#bebada",
    "pooling": "#80b1d3",
    "reshaping": "#fdb462",
    "other": "#fccde5",
}
"""Fill colour by kind of layer (`Op.picture`): those of MXNet, light enough for black text."""

MARKS: Mapping[str, Mapping[str, str]] = {
    "variable": {"shape": "oval"},
    "affine": {"penwidth": "2.5"},
    "activation": {"style": "filled,rounded"},
    "normalization": {"style": "filled,dashed"},
    "pooling": {"style": "filled,diagonals"},
    "reshaping": {"style": "filled,dotted"},
    "other": {"peripheries": "2"},
}
"""Shape or border by kind of layer, as Graphviz's attributes: no two are alike, whatever becomes of the colours."""

MEANINGS: Mapping[str, str] = {
    "variable": "input or parameter",
    "affine": "layer with weights",
    "activation": "activation",
    "normalization": "normalization",
    "pooling": "pooling",
    "reshaping": "joins or reshapes",
    "other": "other operator",
}
"""What a legend says of a kind of layer."""

BORDER_COLOUR = "#666666"
FRAME: Mapping[str, str] = {"style": "filled", "fillcolor": "#f3f3f3", "color": BORDER_COLOUR, "labeljust": "l"}
"""The frame of a block, as Graphviz's attributes."""
