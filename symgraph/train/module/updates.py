"""How a module's parameters are updated: by a rule for all of them in one program, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.runtime import rng, training
from symgraph.runtime.executor import Executor
from symgraph.train.optimizer.compiled import leaves
from symgraph.train.optimizer.updater import Updater


def update(executor: Executor, names: Sequence[str], updater: Any, by_name: bool = False) -> None:
    """Update the parameters of an executor by their gradients.

    With an optimizer of ours, that joins a backward which has not been computed yet: then all is one program.

    Args:
        names: the parameters; the updater knows each by its position here, or by its name.
        updater: called as ``updater(index, gradient, weight)``, if it is no `Updater` whose optimizer has a rule.
        by_name: which of the two; the optimizer of a store knows parameters by the keys they are stored with.
    """
    places = [(name if by_name else i, name) for i, name in enumerate(names) if executor.grad_dict[name] is not None]
    weights = [executor.arg_dict[name] for _, name in places]
    if isinstance(updater, Updater) and not any(weight.is_view for weight in weights):
        optimizer = updater.optimizer
        indices = [i for i, _ in places]
        rule = optimizer.rule(weights, indices)
        if rule is not None:
            states = [leaves(state) for state in updater.states_of(indices, weights)]
            numbers = optimizer.all_numbers(indices)
            key = rng.next_key(executor._ctx) if optimizer.is_random else None
            step = training.planned(executor, [name for _, name in places], rule)
            training.update(executor, step, states, numbers, key)
            return
    for (i, name), weight in zip(places, weights, strict=True):
        updater(i, executor.grad_dict[name], weight)
