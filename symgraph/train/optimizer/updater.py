"""`Updater`: an optimizer together with the states of the parameters it updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.errors import (
    BindError,
    CompositionError,
    FormatError,
    StateError,
    counted,
    described,
)
from symgraph.ir.shape import show
from symgraph.runtime.atomic import read_whole
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray, require_array
from symgraph.train.optimizer import state_file
from symgraph.train.optimizer.base import Optimizer
from symgraph.train.optimizer.compiled import Compiled, leaves


class Updater:
    """Called as ``updater(index, grad, weight)``; makes the state of a parameter when it meets it for the first time.

    Attributes:
        optimizer: takes the steps.
        states: of each parameter, by index.
        states_synced: whether a state is on the device of its weight.
        aggregate_updates: whether the optimizer updates several parameters at once.
    """

    def __init__(self, optimizer: Optimizer):
        if not isinstance(optimizer, Optimizer):
            raise CompositionError(
                f"an Updater needs an Optimizer, given {described(optimizer)}; mx.optimizer.create makes one of its name."
            )
        self.optimizer = optimizer
        self.states: dict[Any, Any] = {}
        self.states_synced: dict[Any, bool] = {}
        self.aggregate_updates = optimizer.aggregate_num > 0

    def __call__(self, index: Any, grad: Any, weight: Any) -> None:
        """Update a weight by its gradient, or several that are given as lists."""
        if isinstance(index, (list, tuple)):
            if not len(index) == len(grad) == len(weight):
                raise CountError(
                    f"an Updater takes as many gradients and weights as indices, given "
                    f"{counted(len(index), 'index', 'indices')}, {counted(len(grad), 'gradient')} and "
                    f"{counted(len(weight), 'weight')}."
                )
            on_one_device = len({w.context for w in weight}) == 1
            if on_one_device and self.optimizer.rule(weight, index) is not None:
                self.optimizer.update_multi_precision(index, weight, grad, self.states_of(index, weight))
            else:
                for i, g, w in zip(index, grad, weight, strict=True):
                    self(i, g, w)
            return
        require_array(weight, f"the weight of parameter {index!r}")
        require_array(grad, f"the gradient of parameter {index!r}")
        self.optimizer.update_multi_precision(index, weight, grad, self.state_of(index, weight))

    def state_of(self, index: Any, weight: NDArray) -> Any:
        """The state of a parameter, on its device."""
        return self.states_of([index], [weight])[0]

    def states_of(self, indices: Sequence[Any], weights: Sequence[NDArray]) -> list[Any]:
        """The states of several parameters, each on its device."""
        new = [(index, weight) for index, weight in zip(indices, weights, strict=True) if index not in self.states]
        if new:
            created = self.optimizer.create_states([index for index, _ in new], [weight for _, weight in new])
            for (index, _), state in zip(new, created, strict=True):
                self.states[index], self.states_synced[index] = state, True
        for index, weight in zip(indices, weights, strict=True):
            if not self.states_synced.get(index, False):
                self._check(index, weight)
                self.states[index] = self.sync_state_context(self.states[index], weight.context)
                self.states_synced[index] = True
        return [self.states[index] for index in indices]

    def _check(self, index: Any, weight: NDArray) -> None:
        """Raise an error if a state that was loaded is another optimizer's, or another weight's."""
        if not isinstance(self.optimizer, Compiled):
            return
        given = leaves(self.states[index])
        usual = leaves(self.optimizer.create_state_multi_precision(index, weight))
        shapes, needed = ([array.shape for array in arrays] for arrays in (given, usual))
        is_optional = self.optimizer.may_lack_state and not (shapes and needed)
        if shapes != ([weight.shape] * bool(given) if is_optional else needed):
            shown = [
                f"arrays of shape {', '.join(map(show, part))}" if part else "nothing" for part in (shapes, needed)
            ]
            raise StateError(
                f"the state of parameter {index!r} consists of {shown[0]}; {type(self.optimizer).__name__} needs {shown[1]} "
                f"for a weight of shape {show(weight.shape)}. It was saved with another optimizer or network."
            )

    def sync_state_context(self, state: Any, context: Context) -> Any:
        """A state, moved to a device."""
        if isinstance(state, NDArray):
            return state.as_in_context(context)
        if isinstance(state, (list, tuple)):
            return type(state)(self.sync_state_context(part, context) for part in state)
        return state

    def set_states(self, states: bytes) -> None:
        """Take the states that `get_states` gave, here or in MXNet, and the optimizer if it is among them.

        The optimizer that is here already goes on counting updates where that of the states was, unless it was told where to
        begin (``begin_num_update``). States of MXNet do not tell.

        Raises:
            FormatError: these are no states; see `symgraph.train.optimizer.state_file`.
        """
        content, *rest = state_file.loads(states)
        optimizer = self.optimizer
        if isinstance(content, tuple) and len(content) == 2:
            content, optimizer = content
        if not isinstance(content, dict) or not isinstance(optimizer, Optimizer):
            raise FormatError(
                f"states of an optimizer are a dict, alone or with the optimizer, given {described(content)}."
            )
        if rest and not optimizer.begin_num_update:
            optimizer._take_progress(rest[0])
        self.states, self.optimizer = content, optimizer
        self.states_synced = dict.fromkeys(content, False)

    def take_file(self, fname: str) -> None:
        """`set_states` with the content of a file.

        Raises:
            FileError: it cannot be read.
            FormatError: it holds something else.
        """
        try:
            self.set_states(read_whole(fname, "load_optimizer_states"))
        except FormatError as error:
            raise FormatError(f"{fname}: {error}") from None

    def get_states(self, dump_optimizer: bool = False) -> bytes:
        """All states as bytes, with the optimizer or else with its counts, to be kept in a file; MXNet can read it."""
        if dump_optimizer:
            return state_file.dumps((self.states, self.optimizer))
        counts = state_file.dumps(self.optimizer._progress()) if self.optimizer.num_update else b""
        return state_file.dumps(self.states) + counts


class CountError(BindError, IndexError):
    """Lists of different lengths; MXNet indexes the shorter one."""


def get_updater(optimizer: Optimizer) -> Updater:
    """The function that updates parameters with an optimizer."""
    return Updater(optimizer)
