"""Shape and dtype inference: one bidirectional fixpoint over a graph.

Operators propose (`Op.infer_shape`, `Op.infer_dtype`); this engine merges proposals with what is known, sweeps forward
and backward until nothing new is learnt, and owns the error when two facts contradict each other. A rule's answer
depends only on the operator and what is known of its inputs and outputs, so answers are remembered across nodes,
graphs and calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import DTypeError, MXNetError, ShapeError, about
from symgraph.ir import shape as shapes
from symgraph.ir.attrs import Shape, codec
from symgraph.ir.dtype import FROM_CODE, as_dtype
from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.op import Op
from symgraph.ir.shape import Conflict, MaybeShape

REMEMBERED = 4096
"""How many answers of a rule an operator remembers at most."""


@dataclass(frozen=True)
class _Kind:
    """What distinguishes shape inference from dtype inference.

    Attributes:
        key: the attribute in which a variable declares it.
        learn: ``(op, ins, outs)`` to what the operator's rule adds to them, as (slot, value), and whether that is all;
            remembered across nodes, graphs and calls.
    """

    noun: str
    key: str
    learn: Callable[[Op, tuple[Any, ...], tuple[Any, ...]], tuple[Sequence[tuple[int, Any]], bool]]
    merge: Callable[[Any, Any], Any]
    show: Callable[[Any], str]
    declared: Callable[[Node], Any]
    error: type[MXNetError]


class _SlotConflict(Conflict):
    """A rule's proposal for one slot contradicts what is known: (slot, known, proposed)."""


def _learner(
    rule: str, merge: Callable[[Any, Any], Any], is_known: Callable[[Any], bool]
) -> Callable[[Op, tuple[Any, ...], tuple[Any, ...]], tuple[Sequence[tuple[int, Any]], bool]]:
    def learn(op: Op, ins: tuple[Any, ...], outs: tuple[Any, ...]) -> tuple[Sequence[tuple[int, Any]], bool]:
        # The operator holds what it said, so that code of the user's in it goes with the graphs that contain it.
        answers = op.__dict__.setdefault(memory, {})
        answer: tuple[Sequence[tuple[int, Any]], bool] | None = answers.get((ins, outs))
        if answer is None:
            if len(answers) >= REMEMBERED:
                answers.clear()
            answer = answers[ins, outs] = ask(op, ins, outs)
        return answer

    def ask(op: Op, ins: tuple[Any, ...], outs: tuple[Any, ...]) -> tuple[Sequence[tuple[int, Any]], bool]:
        new_ins, new_outs = getattr(op, rule)(ins, outs)
        news, complete = [], True
        for slot, (old, new) in enumerate(zip(ins + outs, (*new_ins, *new_outs), strict=True)):
            value = old
            if new is not None and (old is None or new != old):
                try:
                    value = merge(old, new)
                except Conflict:
                    raise _SlotConflict(slot, old, new) from None
                if old is None or value != old:
                    news.append((slot, value))
            complete = complete and is_known(value)
        return news, complete

    memory = f"_{rule}_answers"
    return learn


def merge_dtypes(a: np.dtype | None, b: np.dtype | None) -> np.dtype | None:
    """What both know together; raises `Conflict` when they contradict each other."""
    # NumPy takes dtype(float64) == None for true, so None must be ruled out before comparing.
    if a is None or b is None:
        return b if a is None else a
    if a == b:
        return a
    raise Conflict(a, b)


def _declared_shape(node: Node) -> MaybeShape:
    text = node.attrs.get("__shape__")
    return None if text is None else shapes.from_mxnet(parse_shape(text))


def _declared_dtype(node: Node) -> np.dtype | None:
    text = node.attrs.get("__dtype__")
    return None if text in (None, "-1") else parse_dtype_code(text)


_SHAPE = _Kind(
    "shape",
    "__shape__",
    _learner("infer_shape", shapes.merge, shapes.is_known),
    shapes.merge,
    shapes.show,
    _declared_shape,
    ShapeError,
)
_DTYPE = _Kind(
    "dtype",
    "__dtype__",
    _learner("infer_dtype", merge_dtypes, lambda dtype: dtype is not None),
    merge_dtypes,
    lambda dtype: "unknown" if dtype is None else as_dtype(dtype).name,
    _declared_dtype,
    DTypeError,
)


class Inferred:
    """Result of an inference: one value per entry of the graph, addressed by node."""

    def __init__(self, graph: Graph, values: list[Any]):
        self.graph = graph
        self.values = values

    def at(self, entry: Entry) -> Any:
        """Value of one entry."""
        node, index = entry
        return self.values[self.graph.starts[node] + index]

    def of(self, node: Node) -> Any:
        """Value of a node's first output (a variable's value)."""
        return self.values[self.graph.starts[node]]

    def heads(self) -> list[Any]:
        return [self.values[entry] for entry in self.graph.head_entries]


def infer_shapes(graph: Graph, known: Mapping[Node, MaybeShape], heads: Sequence[MaybeShape] = ()) -> Inferred:
    """Shapes of all entries as far as they follow from the variables in `known` and, if given, the `heads`.

    Raises:
        ShapeError: two facts contradict each other, or an operator cannot take a shape.
    """
    return _infer(graph, known, heads, _SHAPE)


def infer_dtypes(graph: Graph, known: Mapping[Node, np.dtype], heads: Sequence[np.dtype | None] = ()) -> Inferred:
    """Dtypes of all entries as far as they follow from the variables in `known` and, if given, the `heads`.

    Raises:
        DTypeError: two facts contradict each other, or an operator does not support a dtype.
    """
    return _infer(graph, known, heads, _DTYPE)


def _infer(graph: Graph, known: Mapping[Node, Any], heads: Sequence[Any], kind: _Kind) -> Inferred:
    values: list[Any] = [None] * graph.offsets[-1]
    open_nodes = []
    for i, (op, _, first, _) in enumerate(graph.wiring):
        if op is None:
            node = graph.order[i]
            given = known.get(node)
            values[first] = _start(node, given, kind) if kind.key in node.attrs else given
        else:
            open_nodes.append(i)
    for entry, value in zip(graph.head_entries, heads, strict=False):
        values[entry] = kind.merge(values[entry], value)
    progress = True
    while open_nodes and progress:
        progress = False
        still_open = []
        for i in open_nodes:
            changed, complete = _visit(graph, i, values, kind)
            progress |= changed
            if not complete:
                still_open.append(i)
        open_nodes = still_open[::-1]
    return Inferred(graph, values)


def _start(node: Node, given: Any, kind: _Kind) -> Any:
    """What is known of a variable: as in MXNet, what the caller gives overrules what it was declared with."""
    try:
        return kind.merge(kind.declared(node), given)
    except Conflict:
        return given
    except MXNetError as error:
        raise type(error)(f"{node.describe()}: {error}") from None


def _visit(graph: Graph, i: int, values: list[Any], kind: _Kind) -> tuple[bool, bool]:
    """Apply one node's rule; returns (something was learnt, everything about the node is known)."""
    op, entries, first, last = graph.wiring[i]
    assert op is not None
    ins = tuple([values[e] for e in entries])
    outs = tuple(values[first:last])
    try:
        news, complete = kind.learn(op, ins, outs)
        for slot, value in news:
            entry = entries[slot] if slot < len(entries) else first + slot - len(entries)
            before = values[entry]
            try:
                values[entry] = value if before is None else kind.merge(before, value)
            except Conflict:
                raise _SlotConflict(slot, before, value) from None
    except _SlotConflict as conflict:
        slot, known, proposed = conflict.args
        raise kind.error(_mismatch(graph.order[i], op, slot, known, proposed, kind)) from None
    except MXNetError as error:
        raise about(error, graph.order[i].describe(), op.name) from error.__cause__
    except Conflict as conflict:
        raise kind.error(_contradiction(graph.order[i], op, ins, outs, conflict, kind)) from None
    return bool(news), complete


def _mismatch(node: Node, op: Op, slot: int, given: Any, expected: Any, kind: _Kind) -> str:
    names = op.inputs()
    where = f"input '{names[slot]}'" if slot < len(names) else f"output '{op.outputs()[slot - len(names)]}'"
    origin = f" (from {node.inputs[slot][0].describe(beside=node)})" if slot < len(names) else ""
    return (
        f"{node.describe()}: {kind.noun} of {where}{origin} is {kind.show(given)}, but {kind.show(expected)} is expected "
        f"from its other inputs, outputs and attributes. Give matching {kind.noun}s."
    )


def _contradiction(
    node: Node, op: Op, ins: tuple[Any, ...], outs: tuple[Any, ...], conflict: Conflict, kind: _Kind
) -> str:
    names = (*op.inputs(), *(f"output '{name}'" for name in op.outputs()))
    given = [f"{name} {kind.show(value)}" for name, value in zip(names, ins + outs, strict=True) if value is not None]
    a, b = conflict.args
    advice = op.shape_advice if kind.noun == "shape" else ""
    return (
        f"{node.describe()}: {kind.noun}s do not fit together ({', '.join(given)}): {a} and {b} differ. "
        f"Give matching {kind.noun}s{advice}."
    )


def parse_shape(text: str) -> tuple[int, ...]:
    """The tuple in a ``__shape__`` attribute."""
    try:
        shape: tuple[int, ...] = codec(Shape).parse(text)
    except ValueError:
        raise ShapeError(f"its attribute __shape__={text!r} is not a tuple of integers.") from None
    return shape


def parse_dtype_code(text: str) -> np.dtype:
    """The dtype in a ``__dtype__`` attribute: MXNet's type code, or a name."""
    if text.isdigit() and int(text) in FROM_CODE:
        return FROM_CODE[int(text)]
    return as_dtype(text)
