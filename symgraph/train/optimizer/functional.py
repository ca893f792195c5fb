"""Optimizers as pure functions of arrays: one weight at a time, or all of a network in the program that trains it.

Arrays go in and come out; whatever changes from step to step goes in as a number, so that a rule is compiled once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.lower.emit import wrap_key
from symgraph.lower.program import Rule
from symgraph.runtime import rng
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import Optimizer

Array = jax.Array


class Functional(Optimizer):
    """Base of optimizers that define `step` in place of ``update``."""

    copy_is_last: ClassVar[bool] = False
    """Whether the float32 copy of a weight in half precision stands behind its other states, and not before them."""

    def step(
        self, weight: Array, grad: Array, state: tuple[Array, ...], n: SimpleNamespace, key: Array | None
    ) -> tuple[Array, tuple[Array, ...]]:
        """New weight and state.

        Args:
            weight, grad: arrays of one shape and dtype.
            state: what ``create_state`` made, as a flat tuple.
            n: the `numbers`, as arrays of one element and of the weight's dtype.
            key: a random key, if the optimizer `is_random`.
        """
        raise NotImplementedError

    def numbers(self, index: Any) -> dict[str, float]:
        """All numbers that `step` takes for a parameter; its update is counted already."""
        found = {"lr": self._get_lr(index), "wd": self._get_wd(index), "rescale_grad": self.rescale_grad}
        return found | {"clip_gradient": self.clip_gradient} if self.clips and self.clip_gradient else found

    def structure(self) -> Hashable:
        """All else that `step` depends on: optimizers of a class with the same structure take the same steps."""
        return self.clips

    @property
    def clips(self) -> bool:
        """Whether gradients are limited."""
        return self.clip_gradient is not None and self.clip_gradient > 0

    def scaled(self, grad: Array, n: SimpleNamespace) -> Array:
        """The gradient, rescaled and limited."""
        grad = grad * n.rescale_grad
        return jnp.clip(grad, -n.clip_gradient, n.clip_gradient) if self.clips else grad

    def update(self, index: Any, weight: NDArray, grad: NDArray, state: Any) -> None:
        self._update_one(index, weight, grad, state, precise=False)

    def update_multi_precision(self, index: Any, weight: NDArray, grad: NDArray, state: Any) -> None:
        if _is_overridden(self):
            super().update_multi_precision(index, weight, grad, state)
        else:
            self._update_one(index, weight, grad, state, precise=self._keeps_copy(weight))

    def _update_one(self, index: Any, weight: NDArray, grad: NDArray, state: Any, precise: bool) -> None:
        cells = leaves(state)
        numbers = self.all_numbers([index])
        key = rng.next_key(weight.context) if self.is_random else None
        rule = _FunctionalRule(type(self), self.structure(), (precise,), self)
        with jax.enable_x64(True):
            (new,), (after,) = _run(rule, (weight.jax,), (grad.jax,), (tuple(c.jax for c in cells),), numbers, key)
        weight.rebind(new)
        for cell, value in zip(cells, after, strict=True):
            cell.rebind(value)

    def all_numbers(self, indices: Sequence[Any]) -> dict[str, np.ndarray]:
        """Count an update of each of these parameters, and give the `numbers` of all: arrays with one element for each."""
        self._update_count(list(indices))
        each = [self.numbers(index) for index in indices]
        return {name: np.array([numbers[name] for numbers in each], np.float32) for name in each[0]} if each else {}

    def rule(self, weights: Sequence[NDArray]) -> Rule | None:
        """A pure function for all of these weights, unless a subclass has an ``update`` of its own."""
        if _is_overridden(self):
            return None
        precise = tuple(self._keeps_copy(weight) for weight in weights)
        return _FunctionalRule(type(self), self.structure(), precise, self)

    def _keeps_copy(self, weight: NDArray) -> bool:
        return self.multi_precision and weight.dtype == np.float16


def _is_overridden(optimizer: Functional) -> bool:
    kind = type(optimizer)
    return kind.update is not Functional.update or kind.update_multi_precision is not Functional.update_multi_precision


@dataclass(frozen=True)
class _FunctionalRule:
    """Updates of several weights. Rules are equal if they take the same steps, whatever the numbers.

    Attributes:
        precise: per weight, whether its states have a float32 copy of it.
        optimizer: takes the steps; of it, only what `Functional.structure` tells is looked at.
    """

    kind: type[Functional]
    structure: Hashable
    precise: tuple[bool, ...]
    optimizer: Functional = field(compare=False)

    def __call__(
        self,
        weights: Sequence[Array],
        grads: Sequence[Array],
        states: Sequence[Sequence[Array]],
        numbers: Mapping[str, Array],
        key: Array | None,
    ) -> tuple[list[Array], list[tuple[Array, ...]]]:
        new_weights, new_states = [], []
        for i, (weight, grad, state) in enumerate(zip(weights, grads, states, strict=True)):
            own_key = None if key is None else jax.random.fold_in(key, i)
            own = {name: values[i] for name, values in numbers.items()}
            take = self._precise_step if self.precise[i] else self._step
            new, after = take(weight, grad, tuple(state), own, own_key)
            new_weights.append(new.astype(weight.dtype))
            new_states.append(tuple(new.astype(old.dtype) for new, old in zip(after, state, strict=True)))
        return new_weights, new_states

    def _step(self, weight: Array, grad: Array, state: tuple, numbers: Mapping[str, Array], key: Any) -> tuple:
        n = SimpleNamespace(**{name: value.astype(weight.dtype) for name, value in numbers.items()})
        return self.optimizer.step(weight, grad.astype(weight.dtype), state, n, key)

    def _precise_step(self, weight: Array, grad: Array, state: tuple, numbers: Mapping[str, Array], key: Any) -> tuple:
        last = self.optimizer.copy_is_last
        copy, others = (state[-1], state[:-1]) if last else (state[0], state[1:])
        new, after = self._step(copy, grad.astype(copy.dtype), others, numbers, key)
        return new, (*after, new) if last else (new, *after)


@partial(jax.jit, static_argnums=0)
def _run(rule: Rule, weights: Any, grads: Any, states: Any, numbers: Any, key: Any) -> Any:
    return rule(weights, grads, states, numbers, None if key is None else wrap_key(key))


def leaves(state: Any) -> list[NDArray]:
    """The arrays of a state, which is ``None``, an array, or a tuple of such."""
    if state is None:
        return []
    if isinstance(state, (list, tuple)):
        return [leaf for part in state for leaf in leaves(part)]
    return [state]
