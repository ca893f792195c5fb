"""What an executor settles once, when it is bound: the kind of its outputs, and where gradients go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError
from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.shape import is_known
from symgraph.lower.host import Spec
from symgraph.lower.program import GradPlan
from symgraph.runtime.ndarray import NDArray


def output_specs(graph: Graph, args: Sequence[NDArray], aux: Sequence[NDArray]) -> list[Spec]:
    """Shape and dtype of every output, after checking that the bound arrays agree with the graph."""
    for node in graph.order:
        if node.op is not None and node.op.shape_depends_on_values:
            raise BindError(
                f"{node.describe()}: the shape of its output depends on the values of its inputs, and a bound program has "
                f"fixed shapes. Run it on arrays with the function of mx.nd; or keep the shape and replace what is not "
                f"wanted, as with mx.sym.where."
            )
    cells = dict(zip(graph.arguments + graph.auxiliary, [*args, *aux], strict=True))
    shapes = infer_shapes(graph, {node: cell.shape for node, cell in cells.items()}).heads()
    dtypes = infer_dtypes(graph, {node: np.dtype(cell.dtype) for node, cell in cells.items()}).heads()
    for name, shape, dtype in zip(graph.output_names(), shapes, dtypes, strict=True):
        if not is_known(shape) or dtype is None:
            raise BindError(
                f"the {'dtype' if dtype is None else 'shape'} of output '{name}' does not follow from the bound arrays."
            )
    return list(zip(shapes, dtypes, strict=True))


def plan_gradients(
    graph: Graph, grads: Sequence[NDArray | None], requests: Sequence[str]
) -> tuple[GradPlan, list[NDArray]]:
    """Which gradients go into which arrays; memory given for several arguments, by arrays or views, appears once."""
    cells: list[NDArray] = []
    members: list[list[int]] = []
    add: list[bool] = []
    position: dict[Any, int] = {}
    index = 0
    for node, grad, request in zip(graph.arguments, grads, requests, strict=True):
        if grad is None:
            continue
        if grad.extent not in position:
            position[grad.extent] = len(cells)
            cells.append(grad)
            members.append([])
            add.append(request == "add")
        place = position[grad.extent]
        if add[place] != (request == "add"):
            raise BindError(
                f"argument '{node.name}': its gradient array serves several arguments, some with grad_req 'add' and "
                f"some with 'write'; use one of the two for all."
            )
        members[place].append(index)
        index += 1
    specs = tuple((cell.shape, np.dtype(cell.dtype)) for cell in cells)
    plan = GradPlan(tuple(g is not None for g in grads), tuple(map(tuple, members)), tuple(add), specs)
    return plan, cells


def overwritten(plan: GradPlan, grads: Sequence[NDArray], bound: Sequence[NDArray]) -> list[NDArray]:
    """Gradient arrays whose content nobody needs once backward runs: not added to, and not part of another bound array."""
    kept = {id(cell.root) for cell in bound}
    return [cell for cell, add in zip(grads, plan.add, strict=True) if not (add or cell.is_view or id(cell) in kept)]
