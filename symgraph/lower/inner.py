"""Inference through the graphs of a loop or branch: what is known of the operator's values, handed to its graphs and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import DTypeError, MXNetError, ShapeError
from symgraph.ir import shape as shapes
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import infer_dtypes, infer_shapes, merge_dtypes


@dataclass(frozen=True)
class Kind:
    """What distinguishes shape from dtype inference here: the engine, and how values of a step become those of a loop."""

    infer: Callable[..., Any]
    merge: Callable[[Any, Any], Any]
    show: Callable[[Any], str]
    is_known: Callable[[Any], bool]
    error: type[MXNetError]

    def same(self, a: Any, b: Any, what: str, where: tuple[str, str]) -> Any:
        """What both say of something that is to be the same in two places."""
        try:
            return self.merge(a, b)
        except shapes.Conflict:
            raise self.error(
                f"{what} is {self.show(a)} {where[0]}, but {self.show(b)} {where[1]}; they must agree."
            ) from None

    def stacked(self, length: int | None, value: Any) -> Any:
        """Of all steps together, from one step's."""
        return value if value is None or self.infer is infer_dtypes else (length, *value)

    def step(self, value: Any) -> Any:
        """Of one step, from all steps'; a step of a vector is an array of one element, as there are no scalars."""
        return value if value is None or self.infer is infer_dtypes else value[1:] or (1,)

    def sliced(self, data: Any, length: int | None, step: Any) -> Any:
        """Of what is looped over, from what is known of it and of one step."""
        if self.infer is infer_shapes and data is not None and len(data) == 1:
            return (length,)
        return self.stacked(length, step)


SHAPES = Kind(infer_shapes, shapes.merge, shapes.show, shapes.is_known, ShapeError)
DTYPES = Kind(infer_dtypes, merge_dtypes, str, lambda dtype: dtype is not None, DTypeError)


def graph_inputs(graph: Graph) -> list[Node]:
    """The variables of a graph, auxiliary states included."""
    return [node for node in graph.order if node.is_variable]


def learn(kind: Kind, graph: Graph, values: list[Any], slots: Sequence[int], wanted: Sequence[Any] = ()) -> list[Any]:
    """What a graph's outputs are when its inputs are the `values` at `slots`; learns those values from it, and from what is
    `wanted` of outputs that do not follow from them."""
    variables = graph_inputs(graph)
    known = {node: values[slot] for node, slot in zip(variables, slots, strict=True)}
    found = kind.infer(graph, known)
    missing = [None if kind.is_known(head) else value for head, value in zip(found.heads(), wanted, strict=False)]
    if any(value is not None for value in missing):
        found = kind.infer(graph, known, missing)
    for node, slot in zip(variables, slots, strict=True):
        values[slot] = kind.merge(values[slot], found.of(node))
    return list(found.heads())


def learn_condition(
    kind: Kind, graph: Graph, values: list[Any], slots: Sequence[int], if_open: np.dtype | None = None
) -> None:
    """`learn` of a graph whose output decides how to go on, of dtype `if_open` if its inputs do not tell."""
    (shape,) = learn(kind, graph, values, slots, [if_open if kind is DTYPES else None])
    if kind is SHAPES and shape is not None and None not in shape and math.prod(shape) != 1:
        raise ShapeError(
            f"the condition must have one element, but its shape is {shapes.show(shape)}; reduce it, as with sum."
        )
