"""Optimizers whose rule treats each weight by itself: a step of one weight is all they define."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.ir.dtype import FLOAT32
from symgraph.lower.update import Rule
from symgraph.train.optimizer.base import is_half
from symgraph.train.optimizer.compiled import Compiled

Array = jax.Array
States = tuple[Array, ...]
_PLAIN = (int, float, str, np.generic, type(None))


class Functional(Compiled):
    """Base of optimizers that define `step` in place of ``update``."""

    copy_is_last: ClassVar[bool] = False
    """Whether the float32 copy of a weight in half precision stands behind its other states, and not before them."""

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        """New weight and state.

        Args:
            weight, grad: arrays of one shape and dtype. What is in half precision is computed in float32.
            state: what ``create_state`` made, as a flat tuple.
            n: the `numbers`, as arrays of one element and of the weight's dtype.
            key: a random key, if the optimizer `is_random`.
        """
        raise NotImplementedError

    def structure(self) -> Hashable:
        """All else that `step` depends on: optimizers of a class with the same structure take the same steps."""
        return self.clips

    def clipped(self, grad: Array, n: SimpleNamespace) -> Array:
        """A gradient, limited if that is wanted."""
        return jnp.clip(grad, -n.clip_gradient, n.clip_gradient) if self.clips else grad

    def make_rule(self, indices: Sequence[Any], precise: Sequence[bool]) -> Rule:
        # Rules are kept with what was compiled of them: they must not keep arrays.
        settings = object.__new__(type(self))
        vars(settings).update({name: value for name, value in vars(self).items() if isinstance(value, _PLAIN)})
        return _FunctionalRule(type(self), self.structure(), tuple(precise), tuple(range(len(precise))), settings)


@dataclass(frozen=True)
class _FunctionalRule:
    """Updates of several weights. Rules are equal if they take the same steps, whatever the numbers.

    Attributes:
        precise: per weight, whether its states have a float32 copy of it.
        places: of each weight among those that are updated at the same time, for its random numbers.
        optimizer: takes the steps; of it, only what `Functional.structure` tells is looked at.
    """

    kind: type[Functional]
    structure: Hashable
    precise: tuple[bool, ...]
    places: tuple[int, ...]
    optimizer: Functional = field(compare=False)

    def __call__(
        self,
        weights: Sequence[Array],
        grads: Sequence[Array],
        states: Sequence[Sequence[Array]],
        numbers: Mapping[str, Array],
        key: Array | None,
    ) -> tuple[list[Array], list[States]]:
        new_weights, new_states = [], []
        for i, (weight, grad, state) in enumerate(zip(weights, grads, states, strict=True)):
            own_key = None if key is None else jax.random.fold_in(key, self.places[i])
            own = {name: values[i] for name, values in numbers.items()}
            take = self._precise_step if self.precise[i] else self._step
            new, after = take(weight, grad, tuple(state), own, own_key)
            new_weights.append(new.astype(weight.dtype))
            new_states.append(tuple([new.astype(old.dtype) for new, old in zip(after, state, strict=True)]))
        return new_weights, new_states

    def part(self, positions: Sequence[int]) -> Rule:
        precise, places = tuple([self.precise[i] for i in positions]), tuple([self.places[i] for i in positions])
        return replace(self, precise=precise, places=places)

    def _step(self, weight: Array, grad: Array, state: States, numbers: Mapping[str, Array], key: Any) -> Any:
        dtype = FLOAT32 if is_half(weight.dtype) else weight.dtype
        state = tuple([array.astype(dtype) for array in state])
        return self.optimizer.step(weight.astype(dtype), grad.astype(dtype), state, _as(numbers, dtype), key)

    def _precise_step(self, weight: Array, grad: Array, state: States, numbers: Mapping[str, Array], key: Any) -> Any:
        last = self.optimizer.copy_is_last
        whole, others = (state[-1], state[:-1]) if last else (state[0], state[1:])
        n = _as(numbers, whole.dtype)
        new, after = self.optimizer.step(whole, grad.astype(whole.dtype), others, n, key)
        return new, (*after, new) if last else (new, *after)


def _as(numbers: Mapping[str, Array], dtype: Any) -> SimpleNamespace:
    return SimpleNamespace(**{name: value.astype(dtype) for name, value in numbers.items()})
