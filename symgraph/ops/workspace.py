"""Outputs that MXNet uses as scratch memory."""

from __future__ import annotations

from typing import ClassVar

from jax import lax

from symgraph.ops.family import Array
from symgraph.ops.floating import Floating


class WithWorkspace(Floating):
    """One output to be seen, and hidden ones, which JSON counts; XLA needs none of them, so they repeat the first."""

    workspaces: ClassVar[tuple[str, ...]] = ()

    def outputs(self) -> tuple[str, ...]:
        return ("output", *self.workspaces)

    def visible_outputs(self) -> int:
        return 1

    def with_workspaces(self, output: Array) -> tuple[Array, ...]:
        """All outputs; no gradient flows through the hidden ones."""
        return (output, *[lax.stop_gradient(output)] * len(self.workspaces))
