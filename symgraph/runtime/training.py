"""Updates of an executor's arguments by their gradients: a step of training, as one program where nobody looks in between.

New values take over the memory of old ones. An array of JAX's that somebody else holds must not change, though: such a one
is copied first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from symgraph.lower.program import Program
from symgraph.lower.update import Rule, Update
from symgraph.runtime import timing
from symgraph.runtime.due import Due
from symgraph.runtime.interrupts import uninterrupted
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.spare import overwritable, own
from symgraph.runtime.underway import Underway

if TYPE_CHECKING:
    from symgraph.runtime.executor import Executor

States = Sequence[Sequence[NDArray]]
"""Arrays that an optimizer keeps, some for each argument it updates."""


def planned(executor: Executor, names: Sequence[str], rule: Rule) -> Update:
    """The update of arguments, each of which has a gradient array, by a rule."""
    positions = tuple([executor._positions[name] for name in names])
    grads = [executor._grads[position] for position in positions]
    return Update(positions, tuple([executor._grad_places[grad.extent] for grad in grads if grad is not None]), rule)


def update(executor: Executor, step: Update, states: States, numbers: Mapping[str, np.ndarray], key: Any) -> None:
    """New values of arguments and optimizer states, by the gradients of the last backward.

    Args:
        step: which arguments, and how.
        states: arrays for each of these arguments, which are updated, too.
        numbers: of this step, such as learning rates, by name: one element for each argument.
        key: random key of this step, if the rule draws random numbers.
    """
    with uninterrupted(), executor._lock:
        due = executor._due
        if due is not None and due.can_be_joined(step.arguments):
            _train(executor, due, step, states, dict(numbers), key)
        else:
            _update(executor, step, states, dict(numbers), key)


def _train(executor: Executor, due: Due, step: Update, states: States, numbers: dict, key: Any) -> None:
    """Forward, backward and update."""
    run, program = due.run, executor._program
    assert isinstance(program, Program)  # others join no updates
    args, aux, run_key = executor._inputs_of(run)
    weights = [args[i] for i in step.arguments]
    updated = set(step.arguments)
    others = tuple([None if i in updated else arg for i, arg in enumerate(args)])
    held = _held(executor, step, states)
    heads = executor._heads.starts(due.cotangents)
    rest = others, aux, run_key, due.cotangents, numbers, key
    executable = executor._executable(
        ("train", run.is_train, heads, tuple(c is None for c in due.cotangents), step),
        program.train,
        run.is_train,
        executor._plan,
        heads,
        step,
        args=(tuple(weights), tuple(map(tuple, held)), executor._grad_specs, *rest),
    )
    del args
    cells = [[executor._args[i] for i in step.arguments], *states]
    executor._due, run.inputs = None, (others, aux, run_key)
    compute = timing.timed("training step", program.graph, executable)
    try:
        with jax.enable_x64(True), _Taken(executor, cells, [weights, *held]) as taken:  # numbers are float64
            del weights, held
            new, new_states, grads, outputs, forward_states, updates = compute(
                tuple(taken[0]),
                tuple(map(tuple, taken[1:])),
                overwritable(due.old, executor._grad_specs, executor._ctx),
                *rest,
            )
    except Exception as error:
        due.fail(error)
        run.failure = error
        executor._keep_states(run)
        raise
    executor._finish(run, outputs, forward_states)
    executor._store(run, grads, updates)
    _rebind(cells, [new, *new_states])


def _update(executor: Executor, step: Update, states: States, numbers: dict, key: Any) -> None:
    """Update by gradients that are known."""
    executor.settle()  # what still waits for its outputs is computed with the arguments it was asked with
    cells = [[executor._args[i] for i in step.arguments], *states]
    grads = tuple([executor._gradient(i) for i in step.gradients])
    values = [[executor._arg_contents.at(i) for i in step.arguments], *_held(executor, step, states)]
    rest = grads, numbers, key
    executable = executor._executable(
        ("update", step.rule),
        executor._program.update,
        step.rule,
        args=(tuple(values[0]), tuple(map(tuple, values[1:])), *rest),
    )
    if executor._run is not None:
        executor._run.inputs = None
    compute = timing.timed("update", executor._program.graph, executable)
    with jax.enable_x64(True), _Taken(executor, cells, values) as taken:
        del values
        new, new_states = compute(tuple(taken[0]), tuple(map(tuple, taken[1:])), *rest)
    _rebind(cells, [new, *new_states])


def _held(executor: Executor, step: Update, states: States) -> list[list[jax.Array]]:
    """What the states hold, as the program has it."""
    shapes, lying = [executor._args[i].shape for i in step.arguments], executor._program.shardings
    return [
        [cell.on(lying.state(i, cell.shape, shape)) for cell in state]
        for i, shape, state in zip(step.arguments, shapes, states, strict=True)
    ]


def _rebind(cells: Sequence[Sequence[NDArray]], values: Sequence[Sequence[jax.Array]]) -> None:
    for group, new in zip(cells, values, strict=True):
        for cell, value in zip(group, new, strict=True):
            cell.rebind(value)


class _Taken:
    """While in this context, cells have given their values away: arrays whose memory a program may take over.

    If the program fails before it does, they get them back.
    """

    def __init__(self, executor: Executor, cells: Sequence[Sequence[NDArray]], values: list[list[jax.Array]]):
        self._cells = [cell for group in cells for cell in group]
        self._values = values
        self._underway = Underway([cell for cell in self._cells if not cell.is_view], executor._lock)

    def __enter__(self) -> list[list[jax.Array]]:
        self._underway.__enter__()
        self._values[:] = [own(group) for group in self._values]
        return self._values

    def __exit__(self, kind: object, failure: BaseException | None, traceback: object) -> None:
        self._underway.__exit__(kind, failure, traceback)
        if failure is not None:
            kept = [value for group in self._values for value in group]
            for cell, value in zip(self._cells, kept, strict=True):
                if not value.is_deleted():
                    cell.fulfil(value, self._underway)
