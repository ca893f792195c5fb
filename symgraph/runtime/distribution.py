"""`Distribution`: how a symbol's arrays are put on the devices of a mesh (`jax.sharding.Mesh`).

An axis of a mesh has a name. The axis ``data`` divides the examples of a batch; the other axes are for what the user says
of a variable by its attribute ``sharding``: for each axis of its array, the axis of the mesh that divides it, or ``None``.
What nobody speaks of, each device has as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.errors import BindError, DeviceError, OpAttributeError, counted, listed, suggestion
from symgraph.ir.graph import Graph, Node
from symgraph.ir.shape import show
from symgraph.ir.sharding import RULE, Rule, parsed_rule
from symgraph.lower.sharding import Rows, Shardings
from symgraph.runtime.context import Context, as_context, platform_devices
from symgraph.runtime.job_arrays import DATA, mesh_here
from symgraph.runtime.ndarray import NDArray


@dataclass(frozen=True)
class Distribution:
    """How to put the arrays of any graph on a mesh.

    Attributes:
        mesh: the devices.
        examples: the axis of examples in the arguments that have one, by name.
        outputs: how examples stand in each output, if that is to be kept to; ``None`` for one that has none.
    """

    mesh: Mesh
    examples: Mapping[str, int] = field(default_factory=dict)
    outputs: Sequence[Rows | None] | None = None

    def shardings(self, graph: Graph, args: Sequence[NDArray], aux: Sequence[NDArray]) -> Shardings:
        """How the arrays of a graph lie.

        Raises:
            BindError: a rule names an axis that the mesh or the array does not have, or that does not divide the array;
                or the graph runs Python code.
        """
        for node in graph.order:
            if node.op is not None and node.op.is_effectful:
                raise BindError(f"{node.describe()} runs Python code, which has one device; bind it to a context.")
        return Shardings(
            self.mesh,
            tuple([self._of(node, array.shape) for node, array in zip(graph.arguments, args, strict=True)]),
            tuple([self._of(node, array.shape) for node, array in zip(graph.auxiliary, aux, strict=True)]),
            None if self.outputs is None else tuple(self.outputs),
        )

    def _of(self, node: Node, shape: tuple[int, ...]) -> NamedSharding:
        if RULE in node.attrs:
            rule = _rule_of(node)
        elif node.name in self.examples and DATA in self.mesh.shape:
            rule = (None,) * self.examples[node.name] + (DATA,)
        else:
            rule = ()
        self._check(node.name, rule, shape)
        return NamedSharding(self.mesh, PartitionSpec(*rule))

    def _check(self, name: str, rule: Rule, shape: tuple[int, ...]) -> None:
        if len(rule) > len(shape):
            raise BindError(
                f"'{name}': its sharding {rule} speaks of {counted(len(rule), 'axis', 'axes')}, but its shape is "
                f"{show(shape)}; give at most one entry for each axis."
            )
        known, used = self.mesh.shape, []
        for axis, entry in enumerate(rule):
            names = entry if isinstance(entry, tuple) else () if entry is None else (entry,)
            for given in names:
                if given not in known:
                    raise BindError(
                        f"'{name}': its sharding {rule} names the axis '{given}', which the mesh does not have."
                        f"{suggestion(given, known)} Its axes: {_sizes(known)}."
                    )
                if given in used:
                    raise BindError(
                        f"'{name}': its sharding {rule} names the axis '{given}' twice; an axis of the mesh divides "
                        f"one axis of an array."
                    )
                used.append(given)
            parts = math.prod(known[given] for given in names)
            if shape[axis] % parts:
                raise BindError(
                    f"'{name}' of shape {show(shape)} cannot be divided along axis {axis} into {parts} equal parts, as its "
                    f"sharding {rule} asks for on a mesh of {_sizes(known)}; make the length a multiple of {parts}."
                )


def _rule_of(node: Node) -> Rule:
    try:
        return parsed_rule(node.attrs[RULE])
    except OpAttributeError as error:
        raise BindError(f"'{node.name}': {error}") from None


def _sizes(axes: Mapping[Any, int]) -> str:
    return listed([f"'{name}' of {size}" for name, size in axes.items()])


def mesh_of(contexts: Sequence[Context]) -> Mesh | None:
    """The devices that contexts stand for, along the axis ``data``; ``None`` if that is one device.

    Raises:
        DeviceError: the machine lacks one of them, or they are of several kinds.
    """
    devices = list(dict.fromkeys(context.jax_device for context in contexts))
    if len({context.platform for context in contexts}) > 1:
        raise DeviceError(
            f"one program runs on devices of one kind, given {listed(map(str, contexts))}; choose contexts of one kind."
        )
    return Mesh(np.array(devices), (DATA,)) if len(devices) > 1 else None


def located(where: Any) -> tuple[Context, Mesh | None]:
    """The context that is meant by a context, its text, or a mesh, of which it is the first device; and the mesh.

    A mesh of one device is that device.
    """
    if not isinstance(where, Mesh):
        return as_context(where), None
    return contexts_of(mesh_here(where))[0], as_mesh(where) if where.size > 1 else None


def as_mesh(mesh: Mesh) -> Mesh:
    """A mesh on which XLA decides how intermediate values lie."""
    return Mesh(mesh.devices, mesh.axis_names)


def contexts_of(mesh: Mesh) -> list[Context]:
    """The contexts that have parts of a batch: along the axis ``data``, the first device of each; or the first of all."""
    axes = list(mesh.axis_names)
    rows = np.moveaxis(mesh.devices, axes.index(DATA), 0) if DATA in axes else mesh.devices[None]
    return [_context_of(row.flat[0]) for row in rows.reshape(len(rows), -1)]


def _context_of(device: Any) -> Context:
    for kind in ("cpu", "gpu", "tpu"):
        devices = platform_devices(kind)
        if device in devices:
            return Context(kind, devices.index(device))
    raise DeviceError(f"{device} of the mesh is not a device of this process; give a mesh of jax.local_devices().")
