"""The picture of a network as a DOT graph: one node per layer, one edge per tensor that flows between two layers.

Kind and text of a node come from its operator (`Op.picture`, `Op.picture_label`); a name is quoted whatever it contains,
and two nodes of the same name stay two nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import pydot

from symgraph.errors import DTypeError, ShapeError, described
from symgraph.ir.dtype import as_dtype
from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.infer import Inferred, infer_dtypes
from symgraph.ir.shape import is_known
from symgraph.viz.inputs import by_variable, graph_of, is_parameter_name, require_complete, shapes_of
from symgraph.viz.picture import DEFAULT_FORMAT, Picture
from symgraph.viz.render import known_format

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

# Beyond so many crossed layers Graphviz's best layout takes minutes (an LSTM of 50 steps: three), a coarse one seconds.
_LARGE = 3000
_COARSE_LAYOUT = {"nslimit": "0.2", "splines": "line"}
_NODE_STYLE = {"shape": "box", "fixedsize": "false", "width": "1.3", "height": "0.8034", "style": "filled"}


def plot_network(
    symbol: Any,
    title: str | None = "plot",
    save_format: str | None = DEFAULT_FORMAT,
    shape: Mapping[str, Sequence[int]] | None = None,
    dtype: Mapping[str, Any] | None = None,
    node_attrs: Mapping[str, Any] = {},
    hide_weights: bool = True,
) -> Picture:
    """Draw a symbol as a graph of coloured layers; a notebook shows the result inline.

    Args:
        symbol: what to draw.
        title: name of the graph, and stem of the files that `Picture.render` writes.
        save_format: format that `Picture.render` writes, unless told otherwise.
        shape: shapes of the inputs; given these, each edge tells the shape of its tensor without the batch dimension.
        dtype: dtypes of the inputs; given these, each edge tells the dtype of its tensor.
        node_attrs: Graphviz attributes of all nodes, such as ``{"shape": "oval", "fixedsize": "true"}``.
        hide_weights: leave out variables whose names mark them as belonging to a layer (``fc1_weight``).

    Raises:
        TypeError: `symbol` is no Symbol, or `shape`, `dtype` or `node_attrs` no mapping.
        RenderError: Graphviz knows no format `save_format`.
        UnknownArgumentError: `shape` or `dtype` names something that is no input.
        ShapeError, DTypeError: shapes or dtypes contradict each other or are incomplete.

    Differs from MXNet in that nodes grow with long names, equal names do not merge two nodes, weights that are not hidden
    look like other variables, and an edge from a layer with several outputs tells the shape of the one it comes from.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1")
    >>> print(mx.viz.plot_network(net, shape={"data": (32, 128)}).source)  # doctest: +ELLIPSIS
    digraph "plot" {
    ...
      "fc1" -> "data" [dir=back, arrowtail=open, label="128"];
    }
    <BLANKLINE>
    """
    graph = graph_of(symbol)
    shapes, dtypes = _facts(graph, shape, dtype)
    name = "plot" if title is None else str(title)
    style = _NODE_STYLE | _checked(node_attrs)
    format = known_format(save_format or DEFAULT_FORMAT)
    shown = [node for node in graph.order if not (hide_weights and node.is_variable and is_parameter_name(node.name))]
    return Picture(_drawn(shown or graph.order, name, style, shapes, dtypes), name, format)


def _checked(node_attrs: Any) -> dict[str, Any]:
    try:
        attrs = dict(node_attrs)
    except (TypeError, ValueError):
        attrs = {None: None}
    if not all(isinstance(key, str) for key in attrs):
        raise TypeError(
            f"node_attrs must be a dict of Graphviz's attributes by name, as in {{'shape': 'oval'}}, "
            f"given {described(node_attrs)}."
        )
    return attrs


def _drawn(
    nodes: Sequence[Node], title: str, style: Mapping[str, Any], shapes: Inferred | None, dtypes: Inferred | None
) -> pydot.Dot:
    """The DOT graph of some nodes and of all edges between them."""
    ids = _identifiers(nodes)
    dot = pydot.Dot(_quote(title), graph_type="digraph", bgcolor="white")
    if _extent(list(ids)) > _LARGE:
        dot.obj_dict["attributes"].update(_COARSE_LAYOUT)
    dot.set_node_defaults(**{key: _quote(str(value)) for key, value in style.items()})
    for node, identifier in ids.items():
        dot.add_node(pydot.Node(identifier, **_appearance(node)))
    for node, identifier in ids.items():
        for entry in node.inputs:
            if entry[0] in ids:
                label = _quote(_edge_label(entry, shapes, dtypes))
                dot.add_edge(pydot.Edge(identifier, ids[entry[0]], dir="back", arrowtail="open", label=label))
    return dot


def _facts(graph: Graph, shape: Mapping | None, dtype: Mapping | None) -> tuple[Inferred | None, Inferred | None]:
    shapes = dtypes = None
    if shape is not None:
        shapes = shapes_of(graph, shape)
        require_complete(shapes, "shape", is_known, ShapeError)
    if dtype is not None:
        dtypes = infer_dtypes(graph, {node: as_dtype(d) for node, d in by_variable(graph, dtype, "dtype").items()})
        require_complete(dtypes, "dtype", lambda d: d is not None, DTypeError)
    return shapes, dtypes


def _extent(nodes: Sequence[Node]) -> int:
    """How many layers all edges cross together. The time of a layout grows with it, and with its square or worse."""
    depth: dict[Node, int] = {}
    users: dict[Node, list[int]] = {node: [] for node in nodes}
    for node in nodes:
        sources = [source for source, _ in node.inputs if source in users]
        depth[node] = 1 + max((depth[source] for source in sources if source.inputs), default=0)
        for source in sources:
            users[source].append(depth[node])
    starts = {node: depth[node] if node.inputs else min(users[node], default=1) - 1 for node in nodes}
    return sum(end - starts[node] for node in nodes for end in users[node])


def _identifiers(nodes: Sequence[Node]) -> dict[Node, str]:
    """A quoted DOT identifier per node: its name, numbered from the second node of that name on."""
    names = {node.name for node in nodes}
    taken: set[str] = set()
    ids = {}
    for node in nodes:
        name = node.name
        if name in taken:
            name = next(n for i in count(2) if (n := f"{node.name} ({i})") not in names and n not in taken)
        taken.add(name)
        ids[node] = _quote(name)
    return ids


def _appearance(node: Node) -> dict[str, Any]:
    if node.op is None:
        return {"label": _quote(node.name), "shape": "oval", "fillcolor": _quote(COLOURS["variable"])}
    return {"label": _quote(node.op.picture_label() or node.name), "fillcolor": _quote(COLOURS[node.op.picture])}


def _edge_label(entry: Entry, shapes: Inferred | None, dtypes: Inferred | None) -> str:
    """``64x32x32(float16)``: shape without the first dimension, and dtype, as far as they were asked for."""
    text = ""
    if shapes is not None:
        text = "x".join(map(str, shapes.at(entry)[1:]))
    if dtypes is not None:
        text += f"({as_dtype(dtypes.at(entry)).name})"
    return text


def _quote(text: str) -> str:
    """`text` as a double-quoted DOT string that stands for exactly these characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
