"""A network as a page for browsers: the picture with search, zoom, foldable blocks and details, all of it in one file.

The page has no address in it but those of XML namespaces, and forbids the browser to load anything. Its state is in the part of
its own address behind ``#``, so that a link leads to a layer (``#node=conv1``) or a search (``#search=conv``).
"""

from __future__ import annotations

import html as markup
import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from symgraph.errors import ArgumentTypeError, boundary, described
from symgraph.ir.graph import Node
from symgraph.ir.infer import Inferred
from symgraph.ir.shape import is_known
from symgraph.runtime.atomic import check_name, write_atomically
from symgraph.viz.blocks import Block, blocks_of
from symgraph.viz.drawing import Drawing, kind_of
from symgraph.viz.inputs import Shapes, graph_of, how_to_see_sizes, is_parameter_name, shapes_of
from symgraph.viz.palette import COLOURS, MEANINGS
from symgraph.viz.parameters import counts_of, roles
from symgraph.viz.render import render

_NODE_STYLE = {"shape": "box", "width": "1.3", "height": "0.6", "style": "filled", "fontname": "Helvetica"}


def html(symbol: Any, title: str = "plot", shape: Shapes | None = None) -> str:
    """The text of a page that shows a network: search, zoom, blocks that fold, and what is known of a layer by a click.

    Args:
        symbol: what to show.
        title: of the page.
        shape: shapes of the inputs; given these, edges and layers tell those of their tensors, and parameters are counted.
            Where one of them is ``None``, what does not follow is left open.

    Raises:
        TypeError: `symbol` is no Symbol, or `shape` no mapping.
        UnknownArgumentError: `shape` names something that is no input.
        ShapeError: shapes contradict each other or are incomplete.
        RenderError: Graphviz cannot draw it.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1")
    >>> page = mx.viz.html(net, shape={"data": (32, 128)})
    >>> "1,290 parameters" in page, "<svg" in page
    (True, True)
    """
    graph = graph_of(symbol)
    inferred = shapes_of(graph, shape)
    parameters, inputs = roles(graph, shape)
    counts = counts_of(graph, inferred, parameters)
    shown = [node for node in graph.order if not (node.is_variable and is_parameter_name(node.name))] or graph.order
    whole = blocks_of(graph)
    drawing = Drawing(shown, whole, None if shape is None else inferred, counts=counts, style=_NODE_STYLE, has_ids=True)
    svg = render(drawing.dot(str(title)).to_string(), "svg").decode()
    number = {name: i for i, name in enumerate(drawing.framed)}
    innermost = {node: number.get(block.name, 0) for block in (whole, *whole.walk()) for node in block.nodes}
    facts = {
        "nodes": [_node_facts(node, inferred, counts) | {"block": innermost.get(node, 0)} for node in shown],
        "blocks": _block_facts(whole, number),
        "hint": "" if all(map(is_known, inferred.values)) else how_to_see_sizes(graph, inputs),
        "legend": [[k, MEANINGS[k], COLOURS[k]] for k in MEANINGS if k in {kind_of(node) for node in shown}],
    }
    return _page(str(title), svg[svg.index("<svg") :], facts)


@boundary
def save_html(
    symbol: Any,
    path: str | os.PathLike,
    title: str | None = None,
    shape: Shapes | None = None,
) -> str:
    """Write the page that `html` makes, under the file's name unless a title is given, and return its path.

    Raises:
        ArgumentTypeError: `symbol` is no Symbol, or `path` no path.
        FileError: there is no folder for the file, or it cannot be written.

    Other errors are those of `html`.
    """
    if isinstance(symbol, (str, os.PathLike)) and not isinstance(path, (str, os.PathLike)):
        raise ArgumentTypeError(
            f"save_html: symbol must be a Symbol, given {described(symbol)}; the symbol comes first, then the name of the "
            f"file, as in save_html(net, {str(symbol)!r})."
        )
    check_name(path, "save_html")
    page = html(symbol, Path(path).stem if title is None else title, shape)
    write_atomically(path, page.encode(), "save_html")
    return str(path)


def _node_facts(node: Node, inferred: Inferred, counts: Mapping[Node, int | None]) -> dict[str, Any]:
    """What the page tells of a node once it is clicked on."""
    own = [(source.name, inferred.of(source)) for source, _ in node.inputs if is_parameter_name(source.name)]
    return {
        "name": node.name,
        "kind": kind_of(node),
        "operator": "" if node.op is None else node.op.name,
        "attributes": {k: str(v) for k, v in node.attrs.items()},
        "outputs": [_sizes(inferred.at((node, i))) for i in range(len(node.output_names()))],
        "parameters": [[name, _sizes(shape)] for name, shape in own],
        "count": counts[node],
    }


def _block_facts(whole: Block, number: Mapping[str, int]) -> list[dict[str, Any]]:
    """Name of each block with a frame, and the block around it, by number; the whole comes first."""
    around = {inner.name: number.get(block.name, 0) for block in (whole, *whole.walk()) for inner in block.blocks}
    return [{"name": name, "parent": around.get(name, 0)} for name in number]


def _sizes(shape: Any) -> str:
    return "unknown" if shape is None else " × ".join("?" if size is None else str(size) for size in shape) or "scalar"


def _page(title: str, svg: str, facts: Any) -> str:
    """The page's parts, which are files beside this one, put together."""
    folder = resources.files("symgraph.viz") / "page"
    part = {
        name: (folder / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "layout.js", "page.js")
    }
    values = {
        "title": markup.escape(title),
        "style": part["page.css"],
        "picture": svg,
        # A "<" in a script could end it.
        "facts": json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
        "script": part["layout.js"] + part["page.js"],
    }
    pieces = part["page.html"].split("%%")
    return "".join(values[piece] if i % 2 else piece for i, piece in enumerate(pieces))
