"""`Shardings`: how the arrays of a program lie on the devices of a mesh.

A program over a mesh is one program for all of its devices. It is written as for one; XLA divides the computation by the
way in which arguments lie, and adds the communication: where examples are divided and parameters are not, each gradient is
summed over the devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.ir.graph import Graph

if TYPE_CHECKING:
    from symgraph.lower.program import GradPlan

Array = jax.Array
Lying = NamedSharding | None
"""How an array lies on a mesh; ``None`` on one device."""


@dataclass(frozen=True)
class Rows:
    """How the examples of a batch stand in an output whose parts each belong to somebody.

    An axis of an output may have several rows for an example. A network over sequences that puts time first has, for each
    time, a block with one row for each example. A program gives such an output with the rows of a part side by side.

    Attributes:
        lying: how the output lies on the mesh.
        axis: along which its examples are.
        blocks: how often all examples occur one after the other; 1 if the rows of an example are side by side.
        parts: of how many parts the batch consists.
    """

    lying: NamedSharding
    axis: int
    blocks: int
    parts: int

    def by_part(self, output: Array) -> Array:
        """The rows of each part side by side."""
        return self._swapped(output, self.blocks, self.parts)

    def by_block(self, output: Array) -> Array:
        """As the network has them."""
        return self._swapped(output, self.parts, self.blocks)

    def _swapped(self, output: Array, first: int, second: int) -> Array:
        if self.blocks == 1:
            return output
        before, after = output.shape[: self.axis], output.shape[self.axis + 1 :]
        apart = output.reshape(*before, first, second, -1, *after)
        return jnp.swapaxes(apart, self.axis, self.axis + 1).reshape(output.shape)


@dataclass(frozen=True)
class Shardings:
    """How the arrays of a graph lie.

    Attributes:
        mesh: the devices; ``None`` for one device, on which everything else is ``None``, too.
        args, aux: of each argument and each auxiliary state, in the order of the graph.
        outputs: of each output; ``None`` leaves that to XLA. An output without examples is whole on each device.
    """

    mesh: Mesh | None
    args: tuple[Lying, ...]
    aux: tuple[Lying, ...]
    outputs: tuple[Rows | None, ...] | None = None

    @classmethod
    def of_one_device(cls, graph: Graph) -> Shardings:
        """What a graph has without a mesh."""
        return cls(None, (None,) * len(graph.arguments), (None,) * len(graph.auxiliary))

    @cached_property
    def whole(self) -> Lying:
        """How an array lies that each device has a copy of."""
        return None if self.mesh is None else NamedSharding(self.mesh, PartitionSpec())

    @cached_property
    def heads(self) -> tuple[Lying, ...] | None:
        """Of each output, and of its gradient; ``None`` leaves that to XLA."""
        if self.outputs is None:
            return None
        return tuple([self.whole if rows is None else rows.lying for rows in self.outputs])

    def given(self, outputs: Sequence[Array]) -> tuple[Array, ...]:
        """Outputs of a graph, as its program gives them."""
        if self.outputs is None:
            return tuple(outputs)
        return tuple([x if rows is None else rows.by_part(x) for x, rows in zip(outputs, self.outputs, strict=True)])

    def taken(self, cotangents: Sequence[Array | None]) -> tuple[Array | None, ...]:
        """Gradients of outputs, as its program takes them, for the graph."""
        if self.outputs is None:
            return tuple(cotangents)
        pairs = zip(cotangents, self.outputs, strict=True)
        return tuple([x if x is None or rows is None else rows.by_block(x) for x, rows in pairs])

    def gradients(self, plan: GradPlan) -> tuple[Lying, ...]:
        """Of each gradient array: as the argument it serves, or the first of them."""
        wanted = [lying for lying, is_wanted in zip(self.args, plan.wanted, strict=True) if is_wanted]
        return tuple([wanted[members[0]] for members in plan.cells])

    def state(self, argument: int, shape: Sequence[int], weight: Sequence[int]) -> Lying:
        """Of an array that an optimizer keeps for an argument: as the argument if it has its shape."""
        return self.args[argument] if tuple(shape) == tuple(weight) else self.whole

    def of(self, leaf: Any) -> Any:
        """Of something that a program is compiled for: as it lies, and whole if it lies on no mesh."""
        lying = getattr(leaf, "sharding", None)
        return lying if isinstance(lying, NamedSharding) else self.whole
