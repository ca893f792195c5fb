"""Optimizers as pure functions of arrays: one weight at a time, or all of a network in the program that trains it.

Arrays go in and come out; whatever changes from step to step goes in as a number, so that a rule is compiled once.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError, described
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.shape import show
from symgraph.lower.emit import wrap_key
from symgraph.lower.program import Rule
from symgraph.runtime import rng
from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import NumberError, Optimizer, is_half

Array = jax.Array
States = tuple[Array, ...]
Numbers = dict[str, float]
_NONE = type(None)


class Functional(Optimizer):
    """Base of optimizers that define `step` in place of ``update``."""

    copy_is_last: ClassVar[bool] = False
    """Whether the float32 copy of a weight in half precision stands behind its other states, and not before them."""

    clips_to_zero: ClassVar[bool] = False
    """Whether a ``clip_gradient`` of 0 is a limit. In MXNet it is where an optimizer is written as arithmetic of arrays,
    and is not where it is an operator."""

    def step(self, weight: Array, grad: Array, state: States, n: SimpleNamespace, key: Any) -> tuple[Array, States]:
        """New weight and state.

        Args:
            weight, grad: arrays of one shape and dtype. What is in half precision is computed in float32.
            state: what ``create_state`` made, as a flat tuple.
            n: the `numbers`, as arrays of one element and of the weight's dtype.
            key: a random key, if the optimizer `is_random`.
        """
        raise NotImplementedError

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        """All numbers that `step` takes for a parameter; its update is counted already."""
        found: Numbers = {"lr": lr, "wd": wd, "rescale_grad": self.rescale_grad}
        if self.clips and self.clip_gradient is not None:
            found["clip_gradient"] = self.clip_gradient
        return found

    def structure(self) -> Hashable:
        """All else that `step` depends on: optimizers of a class with the same structure take the same steps."""
        return self.clips

    @property
    def clips(self) -> bool:
        """Whether gradients are limited."""
        limit = self.clip_gradient
        return limit is not None and (limit > 0 or (limit == 0 and self.clips_to_zero))

    def clipped(self, grad: Array, n: SimpleNamespace) -> Array:
        """A gradient, limited if that is wanted."""
        return jnp.clip(grad, -n.clip_gradient, n.clip_gradient) if self.clips else grad

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update(index, weight, grad, state, may_be_precise=False)

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        if _is_overridden(self):
            super().update_multi_precision(index, weight, grad, state)
        else:
            self._update(index, weight, grad, state, may_be_precise=True)

    def _update(self, index: Any, weight: Any, grad: Any, state: Any, may_be_precise: bool) -> None:
        """Update one weight, or several that are given as lists."""
        if not isinstance(index, (list, tuple)):
            index, weight, grad, state = [index], [weight], [grad], [state]
        numbers = self.all_numbers(index)
        key = rng.next_key(weight[0].context) if self.is_random else None
        precise = [may_be_precise and self._keeps_copy(w) for w in weight]
        _check_shapes(type(self).__name__, index, weight, grad)
        cells = [leaves(s) for s in state]
        arrays = [tuple([cell.jax for cell in group]) for group in (weight, grad, *cells)]
        with jax.enable_x64(True):
            new, after = _run(self._rule(precise), arrays[0], arrays[1], tuple(arrays[2:]), numbers, key)
        for group, values in zip((weight, *cells), (new, *after), strict=True):
            for cell, value in zip(group, values, strict=True):
                cell.rebind(value)

    def all_numbers(self, indices: Sequence[Any]) -> dict[str, np.ndarray]:
        """Count an update of each of these parameters, and give the `numbers` of all: arrays with one element for each."""
        rates = zip(indices, self._counted_rates(indices), self._get_wds(indices), strict=True)
        each = [self.numbers(index, lr, wd) for index, lr, wd in rates]
        return {name: self._numeric(name, [numbers[name] for numbers in each]) for name in (each[0] if each else ())}

    def _numeric(self, name: str, values: Sequence[float]) -> np.ndarray:
        array = np.array(values)
        if array.dtype.kind not in "biuf" or array.ndim != 1:
            raise NumberError(f"{type(self).__name__}: {name} is a number, given {described(values[0])}.")
        return array.astype(np.float64)

    def _counted_rates(self, indices: Sequence[Any]) -> list[float]:
        """Count an update of each of these parameters, and give the learning rate of each."""
        self._update_count(list(indices))
        tells_single_rates = type(self)._get_lr is not Optimizer._get_lr
        return [self._get_lr(index) for index in indices] if tells_single_rates else self._get_lrs(indices)

    def rule(self, weights: Sequence[NDArray]) -> Rule | None:
        """A pure function for all of these weights, unless a subclass has an ``update`` of its own."""
        return None if _is_overridden(self) else self._rule([self._keeps_copy(weight) for weight in weights])

    def _rule(self, precise: Sequence[bool]) -> Rule:
        settings = copy.copy(self)  # rules are kept with what was compiled of them: they must not keep arrays
        settings.__dict__ = {
            k: v for k, v in self.__dict__.items() if isinstance(v, (int, float, str, np.generic, _NONE))
        }
        return _FunctionalRule(type(self), self.structure(), tuple(precise), settings)


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
    ) -> tuple[list[Array], list[States]]:
        new_weights, new_states = [], []
        for i, (weight, grad, state) in enumerate(zip(weights, grads, states, strict=True)):
            own_key = None if key is None else jax.random.fold_in(key, i)
            own = {name: values[i] for name, values in numbers.items()}
            take = self._precise_step if self.precise[i] else self._step
            new, after = take(weight, grad, tuple(state), own, own_key)
            new_weights.append(new.astype(weight.dtype))
            new_states.append(tuple([new.astype(old.dtype) for new, old in zip(after, state, strict=True)]))
        return new_weights, new_states

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


@partial(jax.jit, static_argnums=0)
def _run(rule: Rule, weights: Any, grads: Any, states: Any, numbers: Any, key: Any) -> Any:
    return rule(weights, grads, states, numbers, None if key is None else wrap_key(key))


def _check_shapes(optimizer: str, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any]) -> None:
    for index, weight, grad in zip(indices, weights, grads, strict=True):
        if weight.shape != grad.shape:
            raise ShapeError(
                f"{optimizer}: weight {index!r} has shape {show(weight.shape)}, given a gradient of shape {show(grad.shape)}."
            )


def leaves(state: Any) -> list[NDArray]:
    """The arrays of a state, which is ``None``, an array, or a tuple of such."""
    if state is None:
        return []
    if isinstance(state, (list, tuple)):
        return [leaf for part in state for leaf in leaves(part)]
    return [state]


def zeros_like(weight: NDArray) -> NDArray:
    """A first state."""
    return zeros(weight.shape, weight.context, dtype=weight.dtype)


def single(value: float) -> float:
    """A number as MXNet's operators hold it, rounded to float32."""
    return float(np.float32(value))
