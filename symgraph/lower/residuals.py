"""Residuals: the arrays a backward pass needs of a forward pass that is a program of its own.

Many of them are there anyway: inputs of the forward program, such as weights, and its results. XLA would copy an input
that is also a result, and a result that stands twice. So only the others leave the program, each of them once; and none
leaves it that the backward program would not look at, such as the output of a layer whose gradient needs its input only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import Jaxpr, Var

Array = jax.Array
Spec = jax.ShapeDtypeStruct


@dataclass(frozen=True)
class Parts:
    """A tree of arrays in terms of others: where each of its leaves is found.

    Attributes:
        structure: of the tree.
        places: per leaf, its place among the known arrays, followed by the new ones.
    """

    structure: Any
    places: tuple[int, ...]

    @classmethod
    def of(cls, tree: Any, known: Any) -> tuple[tuple[Array, ...], Parts]:
        """The leaves of `tree` that are none of `known`, each once; and how to put the tree together again."""
        leaves, structure = jax.tree_util.tree_flatten(tree)
        given = jax.tree_util.tree_leaves(known)
        place = {id(array): i for i, array in enumerate(given)}
        new = [array for array in distinct(leaves) if id(array) not in place]
        place |= {id(array): len(given) + i for i, array in enumerate(new)}
        return tuple(new), cls(structure, tuple(place[id(array)] for array in leaves))

    def whole(self, known: Any, new: Sequence[Array]) -> Any:
        """The tree, from arrays in the order of `of`."""
        arrays = (*jax.tree_util.tree_leaves(known), *new)
        return jax.tree_util.tree_unflatten(self.structure, [arrays[i] for i in self.places])


@dataclass(frozen=True, eq=False)
class Residuals:
    """A tree of arrays of which not all are needed, without its arrays.

    It stays with the program that makes the arrays. JAX would keep it for good, as it remembers the structure of all that
    enters or leaves a program; and in a pullback's structure are operators, and in these the functions of users.

    Attributes:
        structure: of the tree.
        places: per leaf, its place among the arrays that are kept; of one that is not needed, its shape and dtype.
    """

    structure: Any
    places: tuple[int | Spec, ...]

    @classmethod
    def of(cls, tree: Any, use: Callable[[Any], Any] | None) -> tuple[tuple[Array, ...], Residuals]:
        """The leaves of `tree` that ``use(tree)`` looks at (without `use`: all), each once; and how to put it together."""
        leaves, structure = jax.tree_util.tree_flatten(tree)
        needed = _looked_at(leaves, structure, use) if use is not None else [True] * len(leaves)
        kept = distinct(leaf for leaf, need in zip(leaves, needed, strict=True) if need)
        place = {id(array): i for i, array in enumerate(kept)}
        places = (place[id(leaf)] if need else _spec(leaf) for leaf, need in zip(leaves, needed, strict=True))
        return tuple(kept), cls(structure, tuple(places))

    def whole(self, arrays: Sequence[Array]) -> Any:
        """The tree, from arrays in the order of `of`; what nobody looks at is not a number."""
        leaves = [arrays[place] if isinstance(place, int) else _blank(place) for place in self.places]
        return jax.tree_util.tree_unflatten(self.structure, leaves)


class Recording:
    """A compiled forward program that keeps what backward needs, called with ``(args, aux, key)``.

    Args:
        executable: gives outputs, and all else that is not there anyway.
        parts: all else, in terms of inputs, outputs and what the executable gives.
        residuals: what the last of it is for backward.
    """

    def __init__(self, executable: Any, parts: Parts, residuals: Residuals):
        self.residuals = residuals
        self._executable, self._parts = executable, parts

    def __call__(self, args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
        return self._whole(self._executable(args, aux, key), (args, aux, key))

    def results(self, args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
        """Stand-ins for what a call returns."""
        return self._whole(self._executable.out_info, (args, aux, key))

    @property
    def programs(self) -> tuple[Any, ...]:
        """What XLA has compiled."""
        return (self._executable,)

    def _whole(self, results: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        outputs, new = results
        return outputs, *self._parts.whole((*inputs, outputs), new)


def distinct(arrays: Iterable[Array]) -> list[Array]:
    """Each array once."""
    return list({id(array): array for array in arrays}.values())


def _spec(array: Array) -> Spec:
    return Spec(jnp.shape(array), jnp.result_type(array))


def _blank(spec: Spec) -> Array:
    if jnp.issubdtype(spec.dtype, jnp.inexact):
        return jnp.full(spec.shape, jnp.nan, spec.dtype)
    return jnp.zeros(spec.shape, spec.dtype)


def _looked_at(leaves: Sequence[Array], structure: Any, use: Callable[[Any], Any]) -> list[bool]:
    """Which leaves a function's results depend on, by its trace."""

    def function(*leaves: Array) -> Any:
        return use(jax.tree_util.tree_unflatten(structure, leaves))

    try:
        traced = jax.make_jaxpr(function)(*leaves)
    except Exception:  # it is for those who use the tree to hear of that; who reads outputs only may never do
        return [True] * len(leaves)
    return _live(traced.jaxpr)


def _live(jaxpr: Jaxpr) -> list[bool]:
    """Which inputs the outputs depend on. What goes into a function that is called is taken to be looked at there."""
    live = {out for out in jaxpr.outvars if isinstance(out, Var)}
    for equation in reversed(jaxpr.eqns):
        if equation.effects or not live.isdisjoint(equation.outvars):
            live.update(source for source in equation.invars if isinstance(source, Var))
    return [source in live for source in jaxpr.invars]
