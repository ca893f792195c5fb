"""A graph as text, one paragraph per node, in the layout MXNet prints."""

from __future__ import annotations

from symgraph.ir.graph import Graph, Node


def debug_text(graph: Graph) -> str:
    """Heads, variables, and operators with their inputs and attributes; of a lone variable, its name."""
    if len(graph.heads) == 1 and graph.heads[0][0].is_variable:
        return f"Variable:{graph.heads[0][0].name}\n"
    lines = ["Symbol Outputs:"]
    lines += [f"\toutput[{i}]={node.name}({index})" for i, (node, index) in enumerate(graph.heads)]
    versions: dict[Node, int] = {}
    for node in graph.order:
        if node.op is None:
            lines.append(f"Variable:{node.name}")
            continue
        for state, _ in node.states():
            versions[state] = versions.get(state, 0) + 1
        lines += ["-" * 20, f"Op:{node.op.name}, Name={node.name}", "Inputs:"]
        for slot, (source, index) in enumerate(node.inputs):
            version = f" version={versions.get(source, 0)}" if source.is_variable else ""
            lines.append(f"\targ[{slot}]={source.name}({index}){version}")
        if node.attrs:
            lines += ["Attrs:", *(f"\t{key}={value}" for key, value in sorted(node.attrs.items()))]
    return "\n".join(lines) + "\n"
