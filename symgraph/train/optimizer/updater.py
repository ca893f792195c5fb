"""`Updater`: an optimizer together with the states of the parameters it updates."""

from __future__ import annotations

import pickle
from typing import Any

from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import Optimizer


class Updater:
    """Called as ``updater(index, grad, weight)``; makes the state of a parameter when it meets it for the first time.

    Attributes:
        optimizer: takes the steps.
        states: of each parameter, by index.
        states_synced: whether a state is on the device of its weight.
        aggregate_updates: whether the optimizer updates several parameters at once.
    """

    def __init__(self, optimizer: Optimizer):
        self.optimizer = optimizer
        self.states: dict[Any, Any] = {}
        self.states_synced: dict[Any, bool] = {}
        self.aggregate_updates = optimizer.aggregate_num > 0

    def __call__(self, index: Any, grad: Any, weight: Any) -> None:
        if isinstance(index, (list, tuple)):
            for i, g, w in zip(index, grad, weight, strict=True):
                self(i, g, w)
            return
        state = self.state_of(index, weight)
        self.optimizer.update_multi_precision(index, weight, grad, state)

    def state_of(self, index: Any, weight: NDArray) -> Any:
        """The state of a parameter, on its device."""
        if index not in self.states:
            self.states[index] = self.optimizer.create_state_multi_precision(index, weight)
        elif not self.states_synced.get(index, False):
            self.states[index] = self.sync_state_context(self.states[index], weight.context)
        self.states_synced[index] = True
        return self.states[index]

    def sync_state_context(self, state: Any, context: Context) -> Any:
        """A state, moved to a device."""
        if isinstance(state, NDArray):
            return state.as_in_context(context)
        if isinstance(state, (list, tuple)):
            return type(state)(self.sync_state_context(part, context) for part in state)
        return state

    def set_states(self, states: bytes) -> None:
        """Take the states that `get_states` gave, and the optimizer if it is among them."""
        content = pickle.loads(states)
        if isinstance(content, tuple) and len(content) == 2:
            self.states, self.optimizer = content
        else:
            self.states = content
        self.states_synced = dict.fromkeys(self.states, False)

    def get_states(self, dump_optimizer: bool = False) -> bytes:
        """All states as bytes, with the optimizer if that is wanted, to be kept in a file."""
        return pickle.dumps((self.states, self.optimizer) if dump_optimizer else self.states)


def get_updater(optimizer: Optimizer) -> Updater:
    """The function that updates parameters with an optimizer."""
    return Updater(optimizer)
