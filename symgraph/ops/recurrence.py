"""Recurrence: one layer, one direction of a recurrent network as a scan over time.

Nothing that can be computed for all steps at once is left inside the scan: it is given the input's contribution to the
gates, and its gradient with respect to the weights is one product over all steps afterwards, rather than one per step
added up in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator


class State(NamedTuple):
    """What a layer hands from step to step.

    Attributes:
        hidden: (n, P), what the next step and the next layer see; P = H without projection.
        cell: (n, H), the memory of an LSTM; other layers have none.
    """

    hidden: Array
    cell: Array | None = None


class Inputs(NamedTuple):
    """What each step is given, over time: the contributions to the gates that do not depend on the state.

    The last two are shifts of the recurrent products, so that the gradient with respect to a shift is the product's.

    Attributes:
        gates: (T, n, G·H), from the layer's input, with bias.
        recurrent: (T, n, G·H), added to the recurrent product; None where that is added to `gates` anyway.
        projected: (T, n, P), added to the projection; None without one.
    """

    gates: Array
    recurrent: Array | None = None
    projected: Array | None = None


class Weights(NamedTuple):
    """Weights of the products inside the recurrence.

    Attributes:
        recurrent: (G·H, P), from the hidden state to the gates.
        projection: (P, H), from the cell's output to the hidden state; None without projection.
    """

    recurrent: Array
    projection: Array | None = None


Cell = Callable[..., tuple[Array, Array | None]]
"""``cell(gates, recurrent, state) -> (output (n, H), new cell)``; `recurrent` is already in `gates` if `Step.additive`."""


@dataclass(frozen=True)
class Step:
    """How to step: the element-wise part of the layer, and the direction.

    Attributes:
        additive: whether the recurrent product is only ever added to the input's contribution.
        reverse: from the last step to the first.
        plain: as in `LowerContext`.
    """

    cell: Cell
    additive: bool
    reverse: bool
    plain: bool


def product(x: Array, weight: Array) -> Array:
    """``x @ weight.T`` for x (..., k) and weight (m, k), with sums (and the result) of at least float32."""
    rows = _rows(x)
    result = jnp.matmul(rows, weight.T, preferred_element_type=accumulator(x.dtype))
    return result.reshape(*x.shape[:-1], weight.shape[0])


def recur(step: Step, weights: Weights, inputs: Inputs, alive: Array | None, start: State) -> tuple[Array, State]:
    """All hidden states (T, n, P), and the last state.

    Args:
        alive: (T, n, 1), whether a sequence has this step; where it has not, its state stays. None: all have all.
        start: the state before the first step.
    """
    run = _scan if step.plain else _recur
    hidden, _, last = run(step, weights, inputs, alive, start)
    return hidden, last


def _scan(
    step: Step, weights: Weights, inputs: Inputs, alive: Array | None, start: State
) -> tuple[Array, Array, State]:
    """Hidden states (T, n, P), outputs of the cell before projection (T, n, H), and the last state."""

    def advance(state: State, now: tuple[Inputs, Array | None]) -> tuple[State, tuple[Array, Array]]:
        given, is_alive = now
        recurrent = product(state.hidden, weights.recurrent)
        gates = given.gates + recurrent if step.additive else given.gates
        if given.recurrent is not None:
            recurrent = recurrent + given.recurrent
        output, cell = step.cell(gates, recurrent, state)
        output = output.astype(start.hidden.dtype)
        hidden = output
        if weights.projection is not None and given.projected is not None:
            hidden = (product(output, weights.projection) + given.projected).astype(output.dtype)
        new = State(hidden, cell)
        if is_alive is not None:
            new = jax.tree.map(partial(jnp.where, is_alive), new, state)
        return new, (new.hidden, output)

    last, (hidden, outputs) = lax.scan(advance, start, (inputs, alive), reverse=step.reverse)
    return hidden, outputs, last


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _recur(step: Step, weights: Weights, inputs: Inputs, alive: Array | None, start: State) -> Any:
    return _scan(step, weights, inputs, alive, start)


def _forward(step: Step, weights: Weights, inputs: Inputs, alive: Array | None, start: State) -> tuple[Any, Any]:
    results, pull = jax.vjp(lambda given, state: _scan(step, weights, given, alive, state), inputs, start)
    hidden, outputs, _ = results
    return results, (pull, weights, start.hidden, hidden, outputs)


def _backward(step: Step, residuals: Any, cotangents: Any) -> tuple[Any, ...]:
    pull, weights, first, hidden, outputs = residuals
    shifts, start = pull(cotangents)
    earlier = (hidden[1:], first[None]) if step.reverse else (first[None], hidden[:-1])
    before = jnp.concatenate(earlier)
    recurrent = shifts.gates if shifts.recurrent is None else shifts.recurrent
    projection = None if weights.projection is None else _outer(shifts.projected, outputs, weights.projection)
    return Weights(_outer(recurrent, before, weights.recurrent), projection), shifts, None, start


_recur.defvjp(_forward, _backward)


def _outer(shift: Array, x: Array, weight: Array) -> Array:
    """Gradient of a weight from that of its products (T, n, m) and what it was multiplied by (T, n, k)."""
    rows = _rows(shift).astype(x.dtype)
    total = jnp.matmul(rows.T, _rows(x), preferred_element_type=accumulator(x.dtype))
    return total.astype(weight.dtype)


def _rows(x: Array) -> Array:
    """x (..., k) as a matrix; k may be 0."""
    return x.reshape(prod(x.shape[:-1]), x.shape[-1])
