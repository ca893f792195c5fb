"""Where the nodes of a graph are, when groups of them are given contexts (``group2ctx``)."""

from __future__ import annotations

from collections.abc import Mapping

from symgraph.errors import BindError, DeviceError, listed, suggestion
from symgraph.ir.graph import Graph, Node
from symgraph.runtime.context import Context

_GROUP = "__ctx_group__"

Places = dict[Node, Context]


def homes(graph: Graph, groups: Mapping[str, Context], default: Context) -> Places:
    """The context of each variable, for which an array is to be made: that of its group.

    Raises:
        BindError: a node is in a group that is not among these.
        DeviceError: the machine lacks the device of a group.
    """
    _check(graph, groups)
    return {node: _of_group(node, groups) or default for node in graph.arguments + graph.auxiliary}


def placed(graph: Graph, groups: Mapping[str, Context], variables: Places, default: Context) -> Places:
    """The context of every node: that of its group, else that of its first input which has one, else that of the last node
    that uses it; as MXNet places them.

    Args:
        variables: where the array of each variable is.

    Raises:
        BindError, DeviceError: see `homes`.
    """
    _check(graph, groups)
    found = dict(variables)
    for node in graph.order:
        if node.op is not None:
            candidates = (_of_group(node, groups), *(found.get(source) for source, _ in node.inputs))
            context = next((candidate for candidate in candidates if candidate is not None), None)
            if context is not None:
                found[node] = context
    for node in reversed(graph.order):
        for source, _ in node.inputs:
            if node in found:
                found.setdefault(source, found[node])
    return {node: found.get(node, default) for node in graph.order}


def _of_group(node: Node, groups: Mapping[str, Context]) -> Context | None:
    return groups.get(node.attrs.get(_GROUP, ""))


def _check(graph: Graph, groups: Mapping[str, Context]) -> None:
    for node in graph.order if groups else ():
        group = node.attrs.get(_GROUP)
        if group and group not in groups:
            raise BindError(
                f"{node.describe()} is in the group '{group}' (ctx_group), for which group2ctx has no context."
                f"{suggestion(group, groups)} Groups given: {listed(groups)}; add it, as in "
                f"group2ctx={{'{group}': mx.cpu(1)}}."
            )
        context = _of_group(node, groups)
        try:
            _ = context and context.jax_device
        except DeviceError as error:
            raise DeviceError(f"group2ctx: group '{group}': {error}") from None
