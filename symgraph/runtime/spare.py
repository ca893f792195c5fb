"""Memory that a program may take over: arrays whose content is overwritten by what it computes.

An array of JAX's never changes for those who hold it. So an array is given away only if nobody else does, which Python's
count of references tells; XLA itself takes care of those who look at its memory in other ways.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.lower.chain import Chain
from symgraph.lower.program import Program
from symgraph.lower.quiet import quietly
from symgraph.runtime.cell import Cell
from symgraph.runtime.context import Context

WORTH = 2**20
"""Bytes from which on it pays to give memory away: the system clears each page of new memory, at some 10 GB/s."""


class Spare:
    """The arrays of some cells, for a program that computes what they will hold; none if they are small.

    Args:
        cells: no views.

    Attributes:
        specs: stand-ins for the arrays, to compile for them.
    """

    def __init__(self, cells: Sequence[Cell], context: Context, program: Program | Chain):
        specs = [program.spec(cell._shape, np.dtype(cell._dtype)) for cell in cells]
        is_worth = sum(spec.size * spec.dtype.itemsize for spec in specs) >= WORTH
        self._cells = list(cells) if is_worth else []
        self.specs = tuple(specs) if is_worth else ()
        self._context = context

    def collect(self) -> list[jax.Array | None]:
        """What the cells hold, before they are told to wait for something else; ``None`` where they wait already."""
        return [None if cell.is_pending else cell.jax for cell in self._cells]

    def given(self, values: list[jax.Array | None]) -> tuple[jax.Array, ...]:
        """Arrays to give away: of a list, which is emptied, those that nobody else holds, and new ones for the others."""
        return overwritable(values or [None] * len(self.specs), self.specs, self._context) if self.specs else ()


def overwritable(
    values: list[jax.Array | None], specs: Sequence[jax.ShapeDtypeStruct], context: Context
) -> tuple[jax.Array, ...]:
    """The arrays of a list, which is emptied, where nobody else holds them, and new ones of the same kind for the others.

    Args:
        values: ``None`` where there is no array.
        specs: the kind of each.
    """
    found: list[Any] = []
    for spec in reversed(specs):
        value = values.pop()
        # One reference is the variable's, one the call's.
        found.append(_blank(spec, context) if value is None or sys.getrefcount(value) > 2 else value)
    return tuple(found[::-1])


@quietly
def own(values: list[jax.Array]) -> list[jax.Array]:
    """The arrays of a list, which is emptied, where nobody else holds them, and copies of the others."""
    owned = []
    while values:
        value = values.pop()
        if sys.getrefcount(value) > 2:
            with jax.enable_x64(True):
                value = jnp.array(value, copy=True)
        owned.append(value)
    return owned[::-1]


def _blank(spec: jax.ShapeDtypeStruct, context: Context) -> jax.Array:
    with jax.enable_x64(True), jax.default_device(context.jax_device):
        return jax.device_put(_zeros(spec.shape, spec.dtype), context.jax_device)


@quietly
@partial(jax.jit, static_argnums=(0, 1))
def _zeros(shape: tuple[int, ...], dtype: np.dtype) -> jax.Array:
    return jnp.zeros(shape, dtype)
