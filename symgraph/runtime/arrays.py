"""Small helpers for arrays that are known by name: making, looking up, resizing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, MXNetError, UnknownArgumentError, bounded, counted, listed, suggestion
from symgraph.ir.graph import Graph, Node
from symgraph.ir.shape import show
from symgraph.ir.source import shown_place, warn_user
from symgraph.runtime.context import Context
from symgraph.runtime.copies import place
from symgraph.runtime.ndarray import NDArray


class _Zeros:
    """The promise of zeros: memory is taken only if somebody looks before the array is written."""

    __slots__ = ("cell",)

    cell: NDArray

    def force(self) -> None:
        cell, zero = self.cell, np.zeros((), self.cell.dtype)
        cell.fulfil(place(np.broadcast_to(zero, cell.shape), zero.dtype, cell.context), self)


def zeros(shape: Sequence[int], dtype: np.dtype, context: Context) -> NDArray:
    """A new array of zeros."""
    promise = _Zeros()
    promise.cell = NDArray.waiting(tuple(shape), dtype, context, promise)
    return promise.cell


class Overlay:
    """The promise that an array shows another one, the *front*, in its leading elements, as if both shared memory.

    Unlike with a view, the front may itself wait for its value: nothing is computed until somebody looks.
    """

    __slots__ = ("behind", "cell", "front")

    behind: NDArray

    def __init__(self, cell: NDArray, front: NDArray):
        self.cell, self.front = cell, front

    def renew(self) -> None:
        """Lay the front over what the array shows now."""
        if not self.cell.awaits(self):
            self.behind = NDArray(self.cell.jax, self.cell.context)
            self.cell.set_pending(self)

    def force(self) -> None:
        self.behind.window(0, self.front.shape).rebind(self.front.jax)
        self.cell.fulfil(self.behind.jax, self)


def by_name(names: Sequence[str], arrays: Sequence[Any], graph: Graph) -> dict[str, Any]:
    """Arrays of a graph by name; names that occur several times have no dict, as MXNet says too."""
    if len(set(names)) != len(names):
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise BindError(
            f"Duplicate names: {listed(doubled)} stand for several arrays{_namesakes(graph, doubled)}; give each a name of its "
            f"own, or use the lists (arg_arrays, grad_arrays, aux_arrays, outputs)."
        )
    return dict(zip(names, arrays, strict=True))


def _namesakes(graph: Graph, doubled: Sequence[str]) -> str:
    """Who has the first name that is there several times: layers, if what is called so was made for them."""
    layers = {source: node for node in graph.order for source in node.own_variables()}
    owners: dict[tuple[bool, str], dict[Node, None]] = {}
    for node in graph.order:
        if any(name in doubled for name in node.output_names()):
            owner = layers.get(node, node)
            owners.setdefault((owner.is_variable, owner.name), {})[owner] = None
    for (is_variable, name), nodes in owners.items():
        if len(nodes) > 1:
            places = [shown_place(*node.source) for node in nodes if node.source]
            made = f" (made at {listed(places)})" if places else ""
            return f", as {counted(len(nodes), 'variable' if is_variable else 'layer')} are named '{name}'{made}"
    return ""


@bounded
class Named(dict[str, Any]):
    """Arrays by name, as an executor shows them.

    Args:
        kind: what the names stand for, in messages.
        attribute: name of the executor's attribute that this is.
        arrays: the arrays.
    """

    def __init__(self, kind: str, attribute: str, arrays: Mapping[str, Any]):
        super().__init__(arrays)
        self._kind, self._attribute = kind, attribute

    def __missing__(self, name: str) -> Any:
        raise UnknownArgumentError(unknown_name(name, self, f"executor: {self._kind}"))

    def __setitem__(self, name: str, array: Any) -> None:
        warn_user(
            f"executor: another array under '{name}' in this dict changes nothing that is computed; "
            f"write into the {self._kind}'s own array, as in {self._attribute}['{name}'][:] = array."
        )
        super().__setitem__(name, array)


def unknown_name(name: str, known: Any, what: str) -> str:
    """The message about a name that is not among the known ones."""
    return f"{what} '{name}' is unknown.{suggestion(str(name), known)} Known: {listed(known)}."


def check_names(given: Any, known: Any, what: str, error: type[MXNetError], advice: str = "") -> None:
    """Raise `error` for the first name that is not among the known ones; `advice` ends the message."""
    for name in given:
        if name not in known:
            raise error(unknown_name(name, known, what) + advice)


def warn_unknown(given: Any, known: Any, what: str) -> None:
    """Warn of names that nothing is bound to; MXNet ignores them in silence, and scripts rely on it."""
    unknown = [name for name in given if name not in known]
    if len(unknown) == 1:
        warn_user(unknown_name(unknown[0], known, what) + " It is ignored.")
    elif unknown:  # a checkpoint holds more than a part of its network asks for: that is one warning
        warn_user(f"{what}s are unknown: {listed(unknown)}. Known: {listed(known)}. They are ignored.")


def resized(cell: NDArray, shape: tuple[int, ...], name: str, allow_up_sizing: bool) -> NDArray:
    """`cell` if it has that shape, a view of its leading elements if they suffice, else a new array of zeros.

    Raises:
        BindError: a larger one would be needed, and that is not allowed.
    """
    if cell.shape == shape:
        return cell
    if math.prod(shape) <= cell.size:
        return cell.window(0, shape)
    if not allow_up_sizing:
        raise BindError(
            f"reshape: array '{name}' would grow from {show(cell.shape)} to {show(shape)}; "
            f"set allow_up_sizing=True to allocate a larger one."
        )
    return zeros(shape, np.dtype(cell.dtype), cell.context)
