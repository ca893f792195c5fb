"""`plot_network`: what a picture is to show, checked, and handed to those who draw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symgraph.errors import ArgumentTypeError, DTypeError, boundary, described
from symgraph.ir.dtype import as_dtype
from symgraph.ir.graph import Graph
from symgraph.ir.infer import Inferred, infer_dtypes
from symgraph.lower.announce import LOGGER
from symgraph.viz.blocks import Block, blocks_of
from symgraph.viz.drawing import Drawing, kind_of
from symgraph.viz.inputs import (
    Shapes,
    by_variable,
    graph_of,
    how_to_see_sizes,
    is_parameter_name,
    require_complete,
    shapes_of,
)
from symgraph.viz.legend import legend
from symgraph.viz.parameters import counts_of, roles
from symgraph.viz.picture import DEFAULT_FORMAT, Picture
from symgraph.viz.render import known_format

_NODE_STYLE = {"shape": "box", "fixedsize": "false", "width": "1.3", "height": "0.8034", "style": "filled"}


@boundary
def plot_network(
    symbol: Any,
    title: str | None = "plot",
    save_format: str | None = DEFAULT_FORMAT,
    shape: Shapes | None = None,
    dtype: Mapping[str, Any] | None = None,
    node_attrs: Mapping[str, Any] = {},
    hide_weights: bool = True,
    *,
    blocks: bool = False,
    fold: bool = False,
    details: bool = False,
) -> Picture:
    """Draw a symbol as a graph of coloured layers; a notebook shows the result, ``.save("net.svg")`` writes it.

    Args:
        symbol: what to draw.
        title: name of the graph, and stem of the files that `Picture.render` writes.
        save_format: format that `Picture.render` writes, unless told otherwise.
        shape: shapes of the inputs; given these, each edge tells the shape of its tensor without the batch dimension. Where
            one of them is ``None``, what does not follow is left open.
        dtype: dtypes of the inputs; given these, each edge tells the dtype of its tensor.
        node_attrs: Graphviz attributes of all nodes, such as ``{"shape": "oval", "fixedsize": "true"}``.
        hide_weights: leave out variables whose names mark them as belonging to a layer (``fc1_weight``).
        blocks: frame layers whose names begin alike, such as ``stage1_unit1_conv1`` and ``stage1_unit1_bn1``.
        fold: also draw a row of blocks that compute the same as its first, and one box for the rest; the log of
            ``symgraph`` tells if there is none. Given shapes, blocks whose tensors differ in shape are not the same.
        details: write on each layer not only what it does, as MXNet, but its name and the number of its parameters, and add a
            legend.

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
    given = _checked(node_attrs)
    format = known_format(save_format or DEFAULT_FORMAT)
    shown = [node for node in graph.order if not (hide_weights and node.is_variable and is_parameter_name(node.name))]
    parameters, inputs = roles(graph, shape)
    counts = counts_of(graph, shapes or shapes_of(graph, None), parameters) if details else None
    whole = blocks_of(graph) if blocks or fold else Block("")
    drawing = Drawing(shown or graph.order, whole, shapes, dtypes, counts, _NODE_STYLE | given, frozenset(given))
    if fold and not drawing.fold(graph):
        LOGGER.warning(
            "plot_network: nothing is folded, as no two neighbouring blocks compute the same. Blocks are read from the "
            "names of layers: stage1_unit1_conv1 is in stage1 and its unit1."
        )
    dot = drawing.dot(name)
    if counts is not None:
        notes = ["(numbers: shape of one example)"] if shapes is not None else []
        if None in counts.values():
            notes.append(how_to_see_sizes(graph, inputs))
        dot.add_subgraph(legend({kind_of(node) for node in drawing.nodes}, notes))
    return Picture(dot, name, format)


def _checked(node_attrs: Any) -> dict[str, Any]:
    try:
        attrs = dict(node_attrs)
    except (TypeError, ValueError):
        attrs = {None: None}
    if not all(isinstance(key, str) for key in attrs):
        raise ArgumentTypeError(
            f"node_attrs must be a dict of Graphviz's attributes by name, as in {{'shape': 'oval'}}, "
            f"given {described(node_attrs)}."
        )
    return attrs


def _facts(graph: Graph, shape: Shapes | None, dtype: Mapping | None) -> tuple[Inferred | None, Inferred | None]:
    shapes = dtypes = None
    if shape is not None:
        shapes = shapes_of(graph, shape)
    if dtype is not None:
        dtypes = infer_dtypes(graph, {node: as_dtype(d) for node, d in by_variable(graph, dtype, "dtype").items()})
        require_complete(dtypes, "dtype", lambda d: d is not None, DTypeError)
    return shapes, dtypes
