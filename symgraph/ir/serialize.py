"""Symbol JSON: MXNet 1.x's layout, byte for byte, and back.

Layout: ``nodes`` in execution order (``op`` is ``"null"`` for a variable; an input is ``[node, output, version]``, where
the version of an auxiliary state counts the operators that have updated it), ``arg_nodes``, ``node_row_ptr`` (running
count of outputs), ``heads``. Older files spell ``attrs`` as ``attr`` or ``param`` and omit versions; both are read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from textwrap import indent
from typing import Any

from symgraph.errors import FormatError, MXNetError, brief, counted
from symgraph.ir.file_kinds import kind_of
from symgraph.ir.graph import Entry, Graph, Node, connect
from symgraph.ir.names import addressee, hide
from symgraph.ir.op import Op
from symgraph.ir.registry import find_op

MXNET_VERSION = 10901
"""Version of the layout that is written: MXNet 1.9.1."""

_quoted = json.encoder.encode_basestring
"""A string as JSON, not limited to ASCII."""

_BEFORE_STAMPS = 800
"""What stands for the version of files that do not tell it."""
_FIRST_WITH_STATES = 900
"""MXNet 0.9, the first version whose files list auxiliary states among the inputs of a node."""
_FIRST_WITH_INITIALIZERS = 904
"""MXNet 0.9.4, the first version whose files name the initializers of `Op.input_inits`."""
_FIRST_WITH_TODAYS_DEFAULTS = 905
"""MXNet 0.9.5, the first version that `Op.early_defaults` does not speak of."""


def to_json(graph: Graph) -> str:
    """The graph as MXNet 1.9.1 would write it."""
    return f'{_graph_text(graph)}, \n  "attrs": {{"mxnet_version": ["int", {MXNET_VERSION}]}}\n}}'


def _graph_text(graph: Graph) -> str:
    """The JSON object of a graph, without its end."""
    versions: Counter[Node] = Counter()
    ids = graph.node_ids
    nodes = []
    for node in graph.order:
        for source, _ in node.states():
            versions[source] += 1
        inputs = [[ids[source], index, versions[source]] for source, index in node.inputs]
        nodes.append(_node_text(node, inputs))
    heads = [[ids[node], index, versions[node]] for node, index in graph.heads]
    arguments = [i for i, node in enumerate(graph.order) if node.is_variable]
    return (
        '{\n  "nodes": [\n' + ", \n".join(nodes) + "\n  ], \n"
        f'  "arg_nodes": {_array(arguments, "  ")}, \n'
        f'  "node_row_ptr": {_array(graph.offsets, "  ")}, \n'
        f'  "heads": {_array(heads, "  ")}'
    )


def _node_text(node: Node, inputs: list[list[int]]) -> str:
    lines = [
        f'      "op": {_quoted("null" if node.op is None else node.op.name)}',
        f'      "name": {_quoted(node.name)}',
    ]
    if node.attrs:
        lines.append(f'      "attrs": {_object(node.attrs, "      ")}')
    lines.append(f'      "inputs": {_array(inputs, "      ")}')
    if node.op is not None and node.op.subgraphs:
        inner = ", \n".join(indent(f"{_graph_text(graph)}\n}}", " " * 8) for graph in node.op.subgraphs)
        lines.append(f'      "subgraphs": [\n{inner}\n      ]')
    return "    {\n" + ", \n".join(lines) + "\n    }"


def _object(items: Mapping[str, str], margin: str) -> str:
    """A JSON object of strings; MXNet gives each item a line of its own when there is more than one."""
    pairs = [f"{_quoted(key)}: {_quoted(value)}" for key, value in sorted(items.items())]
    if len(pairs) == 1:
        return f"{{{pairs[0]}}}"
    return "{\n" + ", \n".join(f"{margin}  {pair}" for pair in pairs) + f"\n{margin}}}"


def _array(items: list[Any], margin: str) -> str:
    """A JSON array of numbers or arrays of them; MXNet gives each item a line of its own when there are more than ten."""
    if len(items) <= 10:
        return str(items)
    return "[\n" + ", \n".join(f"{margin}  {item}" for item in items) + f"\n{margin}]"


def from_json(text: str) -> list[Entry]:
    """The heads of the graph that `text` describes.

    Raises:
        FormatError: the text is no JSON, or not a complete and consistent symbol.
        MXNetError: it uses an operator that is not registered.
    """
    document = _parse(text)
    return _heads(document, _version(document), "the symbol")


def _heads(document: dict[str, Any], version: int, where: str) -> list[Entry]:
    """The heads of a graph, the symbol's or one inside of a node."""
    records = _field(document, "nodes", list, where)
    nodes: list[Node] = []
    for i, record in enumerate(records):
        if not isinstance(record, dict):
            raise FormatError(f"Symbol JSON: node {i} is {type(record).__name__}, expected an object.")
        nodes.append(_node(record, nodes, version))
    heads = _field(document, "heads", list, where)
    if not heads:
        raise FormatError(f"Symbol JSON: 'heads' of {where} is empty; a symbol has at least one output.")
    return [_entry(head, nodes, f"'heads' of {where}") for head in heads]


def _subgraphs(op: Op, record: dict[str, Any], version: int, where: str) -> Op:
    """An operator with the graphs that its record in the file gives it."""
    graphs = record.get("subgraphs") or []
    if not isinstance(graphs, list) or not all(isinstance(graph, dict) for graph in graphs):
        raise FormatError(f"Symbol JSON: 'subgraphs' of {where} must be a list of objects.")
    if not graphs and not op.subgraph_roles:
        return op
    if not op.subgraph_roles:
        raise FormatError(f"Symbol JSON: {where}: operator {op.name} has no subgraphs, the file gives {len(graphs)}.")
    heads = [_heads(graph, version, f"a subgraph of {where}") for graph in graphs]
    try:
        return op.with_subgraphs([Graph(entries) for entries in heads])
    except MXNetError as error:
        raise FormatError(f"Symbol JSON: {where}: {error}") from None


def _version(document: dict[str, Any]) -> int:
    """The version of MXNet that wrote the file, or whose layout it follows; early files do not say."""
    attrs = document.get("attrs")
    stamp = attrs.get("mxnet_version") if isinstance(attrs, dict) else None
    return stamp[1] if isinstance(stamp, list) and len(stamp) == 2 and isinstance(stamp[1], int) else _BEFORE_STAMPS


def _parse(text: str) -> dict[str, Any]:
    if isinstance(text, bytes):
        raise FormatError("Symbol JSON: given bytes, expected text.")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        kind = None if text.lstrip().startswith("{") else kind_of(text.strip().encode())
        if kind not in (None, "text"):
            raise FormatError(f"Symbol JSON: given text that is {kind}.") from None
        if text.rstrip().endswith(".json"):
            raise FormatError(f"Symbol JSON: {brief(text)} is the name of a file; mx.sym.load reads files.") from None
        raise FormatError(
            f"Symbol JSON is truncated or corrupted: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, thousands of brackets
        raise FormatError(f"Symbol JSON is corrupted: {error}.") from None
    if not isinstance(document, dict):
        raise FormatError(f"Symbol JSON: given {type(document).__name__}, expected an object with 'nodes' and 'heads'.")
    return document


def _field(record: dict[str, Any], key: str, kind: type, of: str) -> Any:
    if key not in record:
        raise FormatError(f"Symbol JSON: {of} has no field '{key}'; is the file truncated?")
    if not isinstance(record[key], kind):
        raise FormatError(
            f"Symbol JSON: field '{key}' of {of} is {type(record[key]).__name__}, expected {kind.__name__}."
        )
    return record[key]


def _node(record: dict[str, Any], nodes: list[Node], version: int) -> Node:
    name = _field(record, "name", str, f"node {len(nodes)}")
    where = f"node {len(nodes)} '{name}'"
    op_name = _field(record, "op", str, where)
    attrs: dict[str, str] = {}
    for key in ("param", "attr", "attrs"):
        part = record.get(key) or {}
        if not isinstance(part, dict) or not all(isinstance(v, str) for v in part.values()):
            raise FormatError(f"Symbol JSON: '{key}' of {where} must map names to strings.")
        attrs.update(part)
    inputs = tuple([_entry(e, nodes, where) for e in _field(record, "inputs", list, where)])
    if op_name == "null":
        # What MXNet 1.9.1 wrote has the stored spelling, and it does not respell that.
        return Node(None, name, attrs if version >= MXNET_VERSION else hide(attrs))
    meant = {key: attrs.pop(key) for key in list(attrs) if addressee(key)}
    attrs = hide(attrs)
    op = _parse_op(op_name, name, attrs)
    if version < _FIRST_WITH_TODAYS_DEFAULTS and (defaults := op.early_defaults.items() & attrs.items()):
        attrs = dict(attrs.items() - defaults)
        op = _parse_op(op_name, name, attrs)
    op = _subgraphs(op, record, version, where)
    slots = op.inputs()
    is_complete = len(inputs) == len(slots)
    if version < _FIRST_WITH_INITIALIZERS and (
        is_complete or (version < _FIRST_WITH_STATES and len(inputs) < len(slots))
    ):
        # Files of the time before states were listed leave them out.
        node = connect(op, name, attrs, dict(zip(slots, inputs, strict=False)))
    elif not is_complete:
        raise FormatError(
            f"Symbol JSON: {where}: operator {op_name} takes {counted(len(slots), 'input')} "
            f"({', '.join(slots)}), the file gives {len(inputs)}."
        )
    else:
        node = Node(op, name, attrs, inputs)
    _hand_on(node, meant, where)
    return node


def _hand_on(node: Node, meant: Mapping[str, str], where: str) -> None:
    """Give attributes such as ``weight_lr_mult`` to the inputs that they are meant for."""
    for key, value in meant.items():
        slot, hidden = addressee(key) or ("", "")
        variable = dict(zip(node.op.inputs(), node.inputs, strict=True)).get(slot, (None, 0))[0] if node.op else None
        if variable is None or not variable.is_variable:
            raise FormatError(
                f"Symbol JSON: {where}: attribute {key} is meant for input '{slot}', which is no variable."
            )
        variable.attrs = {**variable.attrs, f"__{hidden}__": value}


def _parse_op(op_name: str, node_name: str, attrs: Mapping[str, str]) -> Op:
    """The operator of a node from its attribute strings, hidden ones (``__key__``) left aside.

    Of operators without attributes, MXNet never looks at them, so files may say anything there.
    """
    try:
        cls = find_op(op_name)
        return cls.from_strings({k: v for k, v in attrs.items() if not is_hidden(k)} if cls.fields else {})
    except MXNetError as error:
        raise type(error)(f"node '{node_name}': {error}") from None


def is_hidden(key: str) -> bool:
    """Whether an attribute belongs to the node and not to its operator."""
    return key.startswith("__") and key.endswith("__")


def _entry(entry: Any, nodes: list[Node], where: str) -> Entry:
    if not isinstance(entry, list) or not 2 <= len(entry) <= 3 or not all(isinstance(n, int) for n in entry):
        raise FormatError(f"Symbol JSON: {where}: an input must be [node, output, version], given {brief(entry)}.")
    node_id, index = entry[0], entry[1]
    if not 0 <= node_id < len(nodes):
        raise FormatError(
            f"Symbol JSON: {where} refers to node {node_id}, but only nodes 0..{len(nodes) - 1} stand before it."
        )
    node = nodes[node_id]
    outputs = 1 if node.op is None else len(node.op.outputs())
    if not 0 <= index < outputs:
        raise FormatError(f"Symbol JSON: {where} refers to output {index} of '{node.name}', which has {outputs}.")
    return node, index
