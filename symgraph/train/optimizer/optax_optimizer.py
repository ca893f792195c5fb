"""Transformations of ``optax`` as optimizers, or anything of their protocol: a pair of functions ``init`` and ``update``.

Nothing of optax is imported here. A transformation sees all parameters at once, in a dict by name, so that it can limit
the norm of all gradients together, or treat parameters by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import CompositionError, OpAttributeError, StateError, described, listed
from symgraph.lower.update import Rule
from symgraph.runtime.copies import duplicate
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import Optimizer, constructed, create
from symgraph.train.optimizer.compiled import Compiled, Numbers
from symgraph.train.optimizer.shares import shares_of, whole_of

Array = jax.Array


class OptaxOptimizer(Compiled):
    """A transformation of ``optax``: w ← w + learning_rate u, where u is what it makes of the rescaled gradients.

    Where single parameters are updated, as by an `Updater` that is called for one, the transformation sees but that one.

    Args:
        transformation: has ``init(params)``, which gives a state, and ``update(gradients, state, params)``, which gives
            updates and the next state.
        learning_rate: factor on updates, besides that of the transformation; by default 1, or the scheduler's.
        **kwargs: see `Optimizer`. Multipliers of learning rates count, those of weight decay do not: a transformation
            decays weights itself, as ``optax.add_decayed_weights`` does.

    >>> import jax, symgraph as mx
    >>> from collections import namedtuple
    >>> Transformation = namedtuple("Transformation", "init update")
    >>> halving = Transformation(lambda params: (), lambda grads, state, params: (jax.tree.map(lambda w: -w / 2, params), ()))
    >>> weight, update = mx.nd.ones((2,)), mx.optimizer.get_updater(mx.optimizer.as_optimizer(halving))
    >>> update(0, mx.nd.ones((2,)), weight)
    >>> weight.asnumpy().tolist()
    [0.5, 0.5]
    """

    clips_to_zero = True

    def __init__(self, transformation: Any, learning_rate: float | None = None, **kwargs: Any):
        if learning_rate is None and kwargs.get("lr_scheduler") is None:
            learning_rate = 1.0
        super().__init__(learning_rate=learning_rate, **kwargs)
        if self.wd != 0:
            raise OpAttributeError(
                f"OptaxOptimizer: wd is the transformation's, given {self.wd}; chain it with "
                f"optax.add_decayed_weights({self.wd})."
            )
        if not is_transformation(transformation):
            raise CompositionError(
                f"OptaxOptimizer: a transformation has functions init and update, given {described(transformation)}."
            )
        self.transformation = transformation

    def create_state(self, index: Any, weight: NDArray) -> Any:
        return self._first_states([index], [weight])[0]

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        return self.create_states([index], [weight])[0]

    def create_states(self, indices: Sequence[Any], weights: Sequence[NDArray]) -> list[Any]:
        copies = [weight.astype(np.float32) if self._keeps_copy(weight) else weight for weight in weights]
        states = self._first_states(indices, copies)
        for i, weight in enumerate(weights):
            if copies[i] is not weight:
                states[i] = (copies[i], *states[i])
            else:
                self._warn_of_half(weight)
        return states

    def _first_states(self, indices: Sequence[Any], weights: Sequence[NDArray]) -> list[Any]:
        params = dict(zip(self._names(indices), [weight.jax for weight in weights], strict=True))
        with jax.enable_x64(_needs_x64(params.values())):
            shares = shares_of(self.transformation.init(params), list(params))
        return [
            tuple([NDArray(duplicate(array, weight.context), weight.context) for array in share])
            for share, weight in zip(shares.values(), weights, strict=True)
        ]

    def _names(self, indices: Sequence[Any]) -> tuple[str, ...]:
        return tuple([self.idx2name.get(index, str(index)) for index in indices])

    def numbers(self, index: Any, lr: float, wd: float) -> Numbers:
        found = super().numbers(index, lr, wd)
        del found["wd"]
        return found

    def make_rule(self, indices: Sequence[Any], precise: Sequence[bool]) -> Rule:
        names = self._names(indices)
        if len(names) != len(precise) or len(set(names)) != len(names):
            raise StateError(
                f"OptaxOptimizer: {len(precise)} parameters need as many names, each another one, given {listed(names)}."
            )
        return _OptaxRule(names, tuple(precise), self.clips, id(self.transformation), self.transformation)


@dataclass(frozen=True)
class _OptaxRule:
    """Updates of several weights by a transformation.

    Attributes:
        names: of the parameters.
        precise: per parameter, whether its states begin with a float32 copy of the weight.
        clips: whether gradients are limited.
        identity: of the transformation, which may not be comparable.
    """

    names: tuple[str, ...]
    precise: tuple[bool, ...]
    clips: bool
    identity: int
    transformation: Any = field(compare=False)

    def __call__(
        self,
        weights: Sequence[Array],
        grads: Sequence[Array],
        states: Sequence[Sequence[Array]],
        numbers: Mapping[str, Array],
        key: Array | None,
    ) -> tuple[list[Array], list[tuple[Array, ...]]]:
        whole = [
            state[0] if precise else weight
            for weight, state, precise in zip(weights, states, self.precise, strict=True)
        ]
        params = dict(zip(self.names, whole, strict=True))
        gradients = {n: self._gradient(i, grads[i], numbers, params[n]) for i, n in enumerate(self.names)}
        rates = {n: numbers["lr"][i].astype(params[n].dtype) for i, n in enumerate(self.names)}
        kept = {n: tuple(s[1:] if p else s) for n, s, p in zip(self.names, states, self.precise, strict=True)}
        with jax.enable_x64(_needs_x64(whole)):
            state = whole_of(jax.eval_shape(self.transformation.init, params), kept)
            updates, state = self.transformation.update(gradients, state, params)
            after = shares_of(state, list(self.names))
        new = [params[n] + rates[n] * updates[n].astype(params[n].dtype) for n in self.names]
        new_states = [(w, *after[n]) if p else after[n] for n, w, p in zip(self.names, new, self.precise, strict=True)]
        return (
            [value.astype(weight.dtype) for value, weight in zip(new, weights, strict=True)],
            [tuple(_as_before(a, b)) for a, b in zip(new_states, states, strict=True)],
        )

    def part(self, positions: Sequence[int]) -> None:
        """There is none: a transformation sees all parameters."""

    def _gradient(self, i: int, grad: Array, numbers: Mapping[str, Array], param: Array) -> Array:
        grad = grad.astype(param.dtype) * numbers["rescale_grad"][i].astype(param.dtype)
        if not self.clips:
            return grad
        limit = numbers["clip_gradient"][i].astype(param.dtype)
        return jnp.clip(grad, -limit, limit)


def _as_before(new: Sequence[Array], old: Sequence[Array]) -> Iterator[Array]:
    return (value.astype(before.dtype) for value, before in zip(new, old, strict=True))


def _needs_x64(arrays: Any) -> bool:
    """Whether 64 bits are wanted: in JAX's 64-bit mode, what optax makes of counts is wide."""
    return any(array.dtype == np.float64 for array in arrays)


def is_transformation(given: Any) -> bool:
    """Whether something has the protocol of optax's transformations."""
    functions = (getattr(given, name, None) for name in ("init", "update"))
    return not isinstance(given, type) and all(callable(function) for function in functions)


def as_optimizer(given: Any, **arguments: Any) -> Optimizer:
    """An optimizer.

    Args:
        given: an `Optimizer`, its name, or a transformation of ``optax``.
        arguments: of an optimizer that is to be made; one that is made already keeps its own.

    Raises:
        RegistryError: no optimizer has that name.
        CompositionError: it is something else.
    """
    if isinstance(given, Optimizer):
        return given
    if isinstance(given, str):
        return create(given, **arguments)
    if is_transformation(given):
        return constructed(OptaxOptimizer, given, **arguments)
    raise CompositionError(
        f"an optimizer is an Optimizer, as mx.optimizer.SGD(), its name, or a transformation of optax, given "
        f"{described(given)}."
    )
