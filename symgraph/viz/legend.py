"""The legend of a picture: a frame with a box for each kind of layer that is in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import pydot

from symgraph.viz.palette import BORDER_COLOUR, COLOURS, MARKS, MEANINGS
from symgraph.viz.quoting import quote


def legend(kinds: Collection[str], notes: Sequence[str]) -> Any:
    """Boxes one above the other; what arrows are, and more notes on the picture."""
    text = "\n".join(["arrows: the way of the data", *notes])
    frame: Any = pydot.Cluster("legend", label=quote(f"Legend\n{text}"), color=quote(BORDER_COLOUR), style="dashed")
    shown = [kind for kind in MEANINGS if kind in kinds]
    for kind in shown:
        marks: dict[str, Any] = {key: quote(value) for key, value in MARKS[kind].items()}
        label, fill = quote(MEANINGS[kind]), quote(COLOURS[kind])
        frame.add_node(pydot.Node(quote(f"legend: {kind}"), label=label, fillcolor=fill, height="0.4", **marks))
    for upper, lower in pairwise(shown):
        frame.add_edge(pydot.Edge(quote(f"legend: {upper}"), quote(f"legend: {lower}"), style="invis"))
    return frame
