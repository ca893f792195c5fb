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

from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.ir.graph import Graph

if TYPE_CHECKING:
    from symgraph.lower.program import GradPlan

Lying = NamedSharding | None
"""How an array lies on a mesh; ``None`` on one device."""


@dataclass(frozen=True)
class Shardings:
    """How the arrays of a graph lie.

    Attributes:
        mesh: the devices; ``None`` for one device, on which everything else is ``None``, too.
        args, aux: of each argument and each auxiliary state, in the order of the graph.
    """

    mesh: Mesh | None
    args: tuple[Lying, ...]
    aux: tuple[Lying, ...]

    @classmethod
    def of_one_device(cls, graph: Graph) -> Shardings:
        """What a graph has without a mesh."""
        return cls(None, (None,) * len(graph.arguments), (None,) * len(graph.auxiliary))

    @cached_property
    def whole(self) -> Lying:
        """How an array lies that each device has a copy of."""
        return None if self.mesh is None else NamedSharding(self.mesh, PartitionSpec())

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
