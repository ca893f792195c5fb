"""How convolutions of channels in groups are computed on a CPU: as convolutions that are not, each by its own rule.

XLA's grouped convolutions are loops over single numbers, and their gradients hundreds of times as slow as these;
``python -m benchmarks ops --only conv-3x3-grouped-256/backward`` shows it. Arrays are as in `convolution_rules`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.ops import convolution_rules
from symgraph.ops.convolution_rules import Filter, Rule
from symgraph.ops.family import Array

Shape = tuple[int, ...]

_FEWEST_CHANNELS = 16
"""Of a convolution that vectorizes: rather than with fewer, it is computed with zeros for the channels of other groups."""

_MOST_PARTS = 8
"""Of a layer: more are faster where groups have 16 channels and more, but a network of them takes minutes to compile. (As a
loop, XLA of jaxlib 0.10 computes their gradients slowly, or ends the process.)"""


def rule_for(filter: Filter, dtype: Any) -> Rule:
    """The way to compute a convolution, in groups or not."""
    if filter.groups == 1 or filter.groups == filter.channels == filter.filters:
        return convolution_rules.rule_for(filter, dtype)
    return _MULTIPLIED if filter.groups == filter.channels else _DIVIDED


# -- groups of several channels: one convolution for every few of them ---------------------------------------------------------


def _together(filter: Filter) -> int:
    """How many groups are computed as one."""
    divisors = (n for n in range(-(-filter.groups // _MOST_PARTS), filter.groups) if filter.groups % n == 0)
    enough = (n for n in divisors if n * filter.channels >= _FEWEST_CHANNELS * filter.groups)
    return next(enough, filter.groups)


def _part(filter: Filter) -> tuple[int, Filter]:
    """How many convolutions there are, and what each of them is."""
    count = filter.groups // _together(filter)
    return count, replace(filter, groups=1, channels=filter.channels // count, filters=filter.filters // count)


def _weights(filter: Filter, weight: Array) -> list[Array]:
    """The filters of each part, zero where a channel is of another group than the filter."""
    count, part = _part(filter)
    pieces = jnp.split(weight, count, -1)
    together = _together(filter)
    if together == 1:
        return pieces
    *kernel, per_group, _ = weight.shape
    is_own = jnp.eye(together, dtype=weight.dtype)[:, None, :, None]
    apart = (piece.reshape(*kernel, 1, per_group, together, part.filters // together) for piece in pieces)
    return [(piece * is_own).reshape(*kernel, part.channels, part.filters) for piece in apart]


def _divided(filter: Filter, data: Array, weight: Array) -> Array:
    count, part = _part(filter)
    rule = rule_for(part, data.dtype)
    pairs = zip(jnp.split(data, count, -1), _weights(filter, weight), strict=True)
    return jnp.concatenate([rule.forward(part, *pair) for pair in pairs], -1)


def _divided_data(filter: Filter, shape: Shape, weight: Array, cotangent: Array) -> Array:
    count, part = _part(filter)
    rule, piece = rule_for(part, cotangent.dtype), (*shape[:-1], part.channels)
    pairs = zip(_weights(filter, weight), jnp.split(cotangent, count, -1), strict=True)
    return jnp.concatenate([rule.data_gradient(part, piece, *pair) for pair in pairs], -1)


def _divided_weight(filter: Filter, data: Array, shape: Shape, cotangent: Array) -> Array:
    count, part = _part(filter)
    rule, piece = rule_for(part, data.dtype), (*shape[:-2], part.channels, part.filters)
    pairs = zip(jnp.split(data, count, -1), jnp.split(cotangent, count, -1), strict=True)
    found = [rule.weight_gradient(part, x, piece, head) for x, head in pairs]
    weight = jax.ShapeDtypeStruct(shape, cotangent.dtype)
    (gradient,) = jax.linear_transpose(partial(_weights, filter), weight)(found)
    return gradient


# -- several filters for one channel each: as many convolutions of one filter a channel ---------------------------------------


def _single(filter: Filter, dtype: Any) -> tuple[Filter, Rule]:
    """The layer with one filter a channel, and how it is computed."""
    single = replace(filter, filters=filter.channels)
    return single, rule_for(single, dtype)


def _nth(filter: Filter, array: Array) -> list[Array]:
    """Of the last axis of an array, what belongs to the first filter of every channel, to the second, and so on."""
    apart = array.reshape(*array.shape[:-1], filter.channels, -1)
    return [apart[..., n] for n in range(apart.shape[-1])]


def _woven(parts: list[Array]) -> Array:
    """The opposite of `_nth`."""
    return jnp.stack(parts, -1).reshape(*parts[0].shape[:-1], -1)


def _multiplied(filter: Filter, data: Array, weight: Array) -> Array:
    single, rule = _single(filter, data.dtype)
    return _woven([rule.forward(single, data, part) for part in _nth(filter, weight)])


def _multiplied_data(filter: Filter, shape: Shape, weight: Array, cotangent: Array) -> Array:
    single, rule = _single(filter, cotangent.dtype)
    pairs = zip(_nth(filter, weight), _nth(filter, cotangent), strict=True)
    first, *others = (rule.data_gradient(single, shape, *pair) for pair in pairs)
    return sum(others, first)


def _multiplied_weight(filter: Filter, data: Array, shape: Shape, cotangent: Array) -> Array:
    single, rule = _single(filter, data.dtype)
    part = (*shape[:-1], filter.channels)
    return _woven([rule.weight_gradient(single, data, part, head) for head in _nth(filter, cotangent)])


_DIVIDED = Rule(lambda filter, dtype: True, _divided, _divided_data, _divided_weight)
_MULTIPLIED = Rule(lambda filter, dtype: True, _multiplied, _multiplied_data, _multiplied_weight)
