"""What an executor can tell of its program without running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import UnknownArgumentError
from symgraph.lower.analysis import as_text, cost, memory_plan
from symgraph.lower.chain import Chain
from symgraph.lower.program import GradPlan, Program
from symgraph.lower.sharding import Lying
from symgraph.runtime.arrays import check_names
from symgraph.runtime.bound import BoundArrays
from symgraph.runtime.heads import Heads
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.spare import Spare


class Inspection(BoundArrays):
    """Reports on the compiled program of an executor; what is not compiled yet is compiled for them."""

    _program: Program | Chain
    _plan: GradPlan
    _heads: Heads
    _grad_cells: list[NDArray]
    _grad_lying: Sequence[Lying]
    _spare_outputs: Spare
    _spare_grads: Spare

    def debug_str(self) -> str:
        """The graph as text, and the memory its program takes besides the bound arrays, in MXNet's words."""
        bound = sum(cell.size * np.dtype(cell.dtype).itemsize for cell in (*self._args, *self._aux, *self._grad_cells))
        megabytes = max(self.memory_plan()["total"] - bound, 0) // 2**20
        # Scripts on the cost of memory read the third line from the end.
        ending = f"Total {megabytes} MB allocated\nTotal 0 TempSpace resource requested\n"
        return self._symbol.debug_str() + ending

    def get_optimized_symbol(self) -> Any:
        """The bound symbol itself: XLA optimizes the compiled program, which `as_text` shows, and not the graph."""
        return self._symbol

    def sharding_of(self, name: str) -> Lying:
        """How an argument lies on several devices, as `jax.sharding` says it; ``None`` on one device."""
        names = self._symbol.list_arguments()
        check_names([name], names, "sharding_of: argument", UnknownArgumentError)
        return self._program.shardings.args[names.index(name)]

    def memory_plan(self, is_train: bool | None = None) -> dict[str, int]:
        """Bytes the compiled program needs on its device, or on each of a mesh, known before it runs; the sums for segments
        on several devices (`group2ctx`).

        Args:
            is_train: plan of a training step (forward and backward) or of an inference pass; default: a training step
                if any gradient is taken.

        Returns:
            ``arguments``, ``outputs``, ``temporaries``, ``aliased`` (outputs that reuse an argument's memory),
            ``code``, and their ``total``.
        """
        return memory_plan(self._whole_program(is_train))

    def cost(self, is_train: bool | None = None) -> dict[str, float]:
        """XLA's count of work for one run of the program: ``flops`` and ``bytes`` accessed; `is_train` as in `memory_plan`."""
        return cost(self._whole_program(is_train))

    def as_text(self, is_train: bool | None = None) -> str:
        """The compiled program as XLA's HLO text, with node names in its metadata; those of several segments (`group2ctx`)
        one after the other. `is_train` as in `memory_plan`."""
        return as_text(self._whole_program(is_train))

    def _whole_program(self, is_train: bool | None) -> Any:
        program, plan = self._program, self._plan
        args = _specs(program, self._args, program.shardings.args)
        aux = _specs(program, self._aux, program.shardings.aux)
        key = program.spec((2,), np.dtype(np.uint32)) if program.is_random else None
        if not (bool(self._grad_cells) if is_train is None else is_train):
            return program.forward(False, self._spare_outputs.specs, args, aux, key)
        if not self._grad_cells:
            return program.forward(True, self._spare_outputs.specs, args, aux, key)
        cotangents = tuple(
            program.spec(*spec) if needed else None
            for needed, spec in zip(self._heads.needed, self._heads.specs, strict=True)
        )
        heads = self._heads.starts(cotangents)
        old = tuple(
            program.spec(*spec, lying)
            for spec, add, lying in zip(plan.specs, plan.add, self._grad_lying, strict=True)
            if add
        )
        spare = self._spare_outputs.specs + self._spare_grads.specs
        return program.step(True, plan, heads, spare, args, aux, key, cotangents, old)


def _specs(program: Program | Chain, arrays: Sequence[NDArray], lying: Sequence[Lying]) -> tuple[Any, ...]:
    return tuple(program.spec(a.shape, np.dtype(a.dtype), lies) for a, lies in zip(arrays, lying, strict=True))
