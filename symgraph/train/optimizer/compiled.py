"""Optimizers as rules: pure functions of arrays, which update one weight, or all of a network in the program that trains it.

Arrays go in and come out; whatever changes from step to step goes in as a number, so that a rule is compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import jax
import numpy as np

from symgraph.errors import ShapeError, described
from symgraph.ir.shape import show
from symgraph.lower.emit import wrap_key
from symgraph.lower.quiet import quietly
from symgraph.lower.update import Rule
from symgraph.runtime import rng
from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import NumberError, Optimizer

Numbers = dict[str, float]


class Compiled(Optimizer):
    """Base of optimizers that define `make_rule` in place of ``update``."""

    may_lack_state: ClassVar[bool] = False
    """Whether a step goes by the state that there is: with momentum if it is one, and without if there is none."""

    clips_to_zero: ClassVar[bool] = False
    """Whether a ``clip_gradient`` of 0 is a limit. In MXNet it is where an optimizer is written as arithmetic of arrays,
    and is not where it is an operator."""

    def make_rule(self, indices: Sequence[Any], precise: Sequence[bool]) -> Rule:
        """The rule for these parameters.

        Args:
            precise: for each, whether its states have a float32 copy of the weight, which is in half precision.
        """
        raise NotImplementedError

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        """All numbers that the rule takes for a parameter; its update is counted already."""
        found: Numbers = {"lr": lr, "wd": wd, "rescale_grad": self.rescale_grad}
        if self.clips and self.clip_gradient is not None:
            found["clip_gradient"] = self.clip_gradient
        return found

    @property
    def clips(self) -> bool:
        """Whether gradients are limited."""
        limit = self.clip_gradient
        return limit is not None and (limit > 0 or (limit == 0 and self.clips_to_zero))

    def rule(self, weights: Sequence[NDArray], indices: Sequence[Any] = ()) -> Rule | None:
        """A pure function for all of these weights, unless a subclass has an ``update`` of its own."""
        return None if _is_overridden(self) else self.make_rule(indices, [self._keeps_copy(w) for w in weights])

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
        _check_shapes(type(self).__name__, index, weight, grad)
        numbers = self.all_numbers(index)
        key = rng.next_key(weight[0].context) if self.is_random else None
        rule = self.make_rule(index, [may_be_precise and self._keeps_copy(w) for w in weight])
        cells = [leaves(s) for s in state]
        arrays = [tuple([cell.jax for cell in group]) for group in (weight, grad, *cells)]
        with jax.enable_x64(True):
            new, after = _run(rule, arrays[0], arrays[1], tuple(arrays[2:]), numbers, key)
        for group, values in zip((weight, *cells), (new, *after), strict=True):
            for cell, value in zip(group, values, strict=True):
                cell.rebind(value)

    def all_numbers(self, indices: Sequence[Any]) -> dict[str, np.ndarray]:
        """Count an update of each of these parameters, and give the `numbers` of all: arrays with one element for each."""
        rates = zip(indices, self._counted_rates(indices), self._get_wds(indices), strict=True)
        try:
            each = [self.numbers(index, lr, wd) for index, lr, wd in rates]
        except ZeroDivisionError:
            raise NumberError(
                f"{type(self).__name__}: a number is divided by 0; averages need betas below 1."
            ) from None
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


def _is_overridden(optimizer: Compiled) -> bool:
    kind = type(optimizer)
    return kind.update is not Compiled.update or kind.update_multi_precision is not Compiled.update_multi_precision


@quietly
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
