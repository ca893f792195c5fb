"""The state of a transformation of ``optax``, and the shares of parameters in it.

A transformation has one state for all parameters. An updater has one for each: its share consists of the leaves of the
whole that are the parameter's own, and of those that are no parameter's, such as a count, of which each has a copy. So a
parameter may also be updated alone, and the set of parameters may change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import DictKey, tree_flatten_with_path, tree_unflatten

from symgraph.errors import StateError, listed

Array = jax.Array


def shares_of(state: Any, names: Sequence[str]) -> dict[str, tuple[Array, ...]]:
    """The share of each parameter, as arrays that MXNet has types for."""
    shares: dict[str, list[Array]] = {name: [] for name in names}
    for path, leaf in tree_flatten_with_path(state)[0]:
        owner = _owner(path, shares)
        for share in [shares[owner]] if owner else shares.values():
            share.append(_stored(leaf))
    return {name: tuple(share) for name, share in shares.items()}


def whole_of(structure: Any, shares: Mapping[str, Sequence[Array]]) -> Any:
    """The state of all parameters; what they have in common is that of the first."""
    rest = {name: iter(share) for name, share in shares.items()}
    found, tree = tree_flatten_with_path(structure)
    leaves = []
    try:
        for path, spec in found:
            owner = _owner(path, shares)
            values = [next(iterator) for iterator in ([rest[owner]] if owner else rest.values())]
            leaves.append(_restored(values[0], spec))
    except StopIteration:
        raise _other_state(shares, structure) from None
    if any(next(iterator, None) is not None for iterator in rest.values()):
        raise _other_state(shares, structure)
    return tree_unflatten(tree, leaves)


def _other_state(shares: Mapping[str, Sequence[Array]], structure: Any) -> StateError:
    counts = listed([f"{name}: {len(share)}" for name, share in shares.items()])
    return StateError(
        f"OptaxOptimizer: the states of the parameters have numbers of arrays ({counts}) that are not those of this "
        f"transformation, {structure!r:.200}. They were saved with another one, or other parameters took part."
    )


def _owner(path: Sequence[Any], names: Mapping[str, Any]) -> str | None:
    """Whose leaf it is."""
    keys = [part.key for part in path if isinstance(part, DictKey) and part.key in names]
    return keys[-1] if keys else None


def _stored(leaf: Any) -> Array:
    """A leaf as an array of one of MXNet's types: random keys as signed integers."""
    array = jnp.asarray(leaf)
    if jax.dtypes.issubdtype(array.dtype, jax.dtypes.prng_key):
        array = jax.random.key_data(array)
    return jax.lax.bitcast_convert_type(array, jnp.int32) if array.dtype == jnp.uint32 else array


def _restored(array: Array, spec: Any) -> Array:
    """The leaf that was `_stored`."""
    is_key = jax.dtypes.issubdtype(spec.dtype, jax.dtypes.prng_key)
    if is_key or spec.dtype == jnp.uint32:
        array = jax.lax.bitcast_convert_type(array, jnp.uint32)
    return jax.random.wrap_key_data(array) if is_key else array.astype(spec.dtype)
