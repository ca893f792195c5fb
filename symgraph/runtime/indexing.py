"""Indexing: what a Python key means for an array of a given shape, and how to read and write there.

Keys follow NumPy, with MXNet's departures: an index of integers alone gives shape (1,) instead of (), a Boolean mask is
read as the integers 0 and 1, and fractions in index arrays are cut off. Index arrays are checked on the host: one that is
out of range is an ``IndexError`` and never a silent read elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import ArgumentValueError, NoSuchElementError, ShapeError, counted, described
from symgraph.ir.shape import show
from symgraph.lower.quiet import quietly
from symgraph.runtime.cell import Cell, Shape

Span = tuple[int, int, int]
"""Where one axis is read: first index, number of elements, step (which may be negative)."""


@dataclass(frozen=True)
class Region:
    """Meaning of a key of integers, slices, None and Ellipsis: one span per axis.

    Attributes:
        spans: for each axis of the array.
        shape: of the result, after integers dropped their axis and None added one.
    """

    spans: tuple[Span, ...]
    shape: Shape

    def flat_start(self, shape: Shape) -> int | None:
        """Where the region starts in memory if its elements are consecutive there, in order; else None."""
        if math.prod(self.shape) == 0:
            return None
        whole_from_here = True
        start, stride = 0, 1
        for (first, length, step), dim in zip(reversed(self.spans), reversed(shape), strict=True):
            if length > 1 and (step != 1 or not whole_from_here):
                return None
            start += first * stride
            stride *= dim
            whole_from_here &= length == dim
        return start


@dataclass(frozen=True)
class Lookup:
    """Meaning of a key with index arrays.

    Attributes:
        template: the key with `Span` for slices, None for new axes and "array" for the next of `arrays`.
        arrays: non-negative index arrays.
        shape: of the result.
    """

    template: tuple[Span | str | None, ...]
    arrays: tuple[np.ndarray, ...]
    shape: Shape


def parse(key: Any, shape: Shape) -> Region | Lookup:
    """What `key` means for an array of this shape.

    Raises:
        IndexError: an index is out of range, or there are too many.
        ValueError: something in the key is no index.
    """
    entries = _expand(key if isinstance(key, tuple) else (key,), shape)
    if any(isinstance(entry, np.ndarray) for entry in entries):
        return _lookup(entries, shape)
    spans: list[Span] = []
    result: list[int] = []
    for entry in entries:
        if entry is None:
            result.append(1)
            continue
        axis = len(spans)
        if isinstance(entry, slice):
            spans.append(_span(entry, shape[axis]))
            result.append(spans[-1][1])
        else:
            spans.append((_in_range(entry, axis, shape[axis]), 1, 1))
    return Region(tuple(spans), tuple(result) or ((1,) if entries else ()))


def _expand(key: tuple, shape: Shape) -> list[Any]:
    """The key with one entry per axis (int, slice or index array) and None for every new axis."""
    entries = [_entry(part) for part in key]
    ellipses = sum(entry is Ellipsis for entry in entries)
    if ellipses > 1:
        raise NoSuchElementError("an index can have only one ellipsis ('...').")
    given = sum(entry is not None and entry is not Ellipsis for entry in entries)
    if given > len(shape):
        raise NoSuchElementError(f"too many indices ({given}) for an array of {counted(len(shape), 'dimension')}.")
    rest = [slice(None)] * (len(shape) - given)
    if not ellipses:
        return entries + rest
    at = next(i for i, entry in enumerate(entries) if entry is Ellipsis)
    return entries[:at] + rest + entries[at + 1 :]


def _entry(part: Any) -> Any:
    if part is None or part is Ellipsis or isinstance(part, slice):
        return part
    if isinstance(part, (int, np.integer)):
        return int(part)
    if isinstance(part, Cell):
        if part._dtype == np.bool_:
            raise ArgumentValueError(
                "an NDArray of dtype bool cannot be an index; use mx.nd.contrib.boolean_mask(data, mask)."
            )
        part = np.asarray(part.jax)
    if isinstance(part, (np.ndarray, list, tuple, range)):
        array = np.asarray(part)
        if array.dtype.kind in "iufb":
            return array.astype(np.int64)
    raise ArgumentValueError(
        f"{described(part)} cannot be an index; use integers, slices, '...', None, or arrays and lists of integers."
    )


def _span(part: slice, dim: int) -> Span:
    covered = range(*part.indices(dim))
    return covered.start, len(covered), covered.step


def _in_range(index: int, axis: int, dim: int) -> int:
    if not -dim <= index < dim:
        raise NoSuchElementError(f"index {index} is out of bounds for axis {axis} with size {dim}.")
    return index % dim


def _lookup(entries: Sequence[Any], shape: Shape) -> Lookup:
    template: list[Span | str | None] = []
    arrays: list[np.ndarray] = []
    axis = 0
    for entry in entries:
        if entry is None:
            template.append(None)
            continue
        dim = shape[axis]
        if isinstance(entry, slice):
            template.append(_span(entry, dim))
        else:
            index = np.asarray(entry, np.int64)
            outside = index[(index < -dim) | (index >= dim)]
            if outside.size:
                _in_range(int(outside.flat[0]), axis, dim)
            template.append("array")
            arrays.append(np.where(index < 0, index + dim, index))
        axis += 1
    try:
        np.broadcast_shapes(*(a.shape for a in arrays))
    except ValueError:
        given = ", ".join(show(a.shape) for a in arrays)
        raise NoSuchElementError(f"index arrays of shapes {given} cannot be broadcast together.") from None
    # An array of the same shape without memory of its own tells the shape of the result.
    model = np.broadcast_to(np.empty((), np.bool_), shape)
    key = _key(tuple(template), arrays)
    return Lookup(tuple(template), tuple(arrays), model[key].shape)


def _key(template: tuple[Span | str | None, ...], arrays: Sequence[Any]) -> tuple:
    remaining = iter(arrays)
    return tuple(_key_part(part, remaining) for part in template)


def _key_part(part: Span | str | None, arrays: Any) -> Any:
    if part is None:
        return None
    if isinstance(part, str):
        return next(arrays)
    first, length, step = part
    stop = first + length * step
    return slice(first, None if stop < 0 else stop, step)


def read(value: jax.Array, index: Region | Lookup) -> jax.Array:
    """The elements that `index` means, as a new array."""
    with jax.enable_x64(True):
        if isinstance(index, Lookup):
            return _gather(value, index.arrays, index.template)
        starts, spans = _split(index)
        return _read_region(value, starts, spans, index.shape)


def write(value: jax.Array, index: Region | Lookup, new: Any) -> jax.Array:
    """`value` with other elements where `index` says; `new` has value's dtype and fits `index.shape`."""
    new = fit(new, index.shape)
    if math.prod(index.shape) == 0:
        return value
    with jax.enable_x64(True):
        if isinstance(index, Lookup):
            if _names_a_place_twice(index, value.shape):
                written = np.array(value)
                written[_key(index.template, index.arrays)] = new
                return jax.device_put(written, value.sharding)
            return _scatter(value, new, index.arrays, index.template)
        starts, spans = _split(index)
        return _write_region(value, new, starts, spans, index.shape)


def _names_a_place_twice(index: Lookup, shape: Shape) -> bool:
    """Whether the last value written to a place must win, of which XLA makes no promise."""
    axes = [
        dim for part, dim in zip([p for p in index.template if p is not None], shape, strict=False) if part == "array"
    ]
    places = np.ravel_multi_index(np.broadcast_arrays(*index.arrays), axes)
    return np.unique(places).size < places.size


def fit(new: Any, shape: Shape) -> Any:
    """`new` without leading axes of length 1 that `shape` lacks, if it can be broadcast to `shape`.

    Raises:
        ShapeError: it cannot.
    """
    lead = max(new.ndim - len(shape), 0)
    trimmed = new.shape[lead:]
    aligned = zip(reversed(trimmed), reversed(shape), strict=False)
    if any(d != 1 for d in new.shape[:lead]) or any(d not in (1, dim) for d, dim in aligned):
        raise ShapeError(f"an array of shape {show(new.shape)} cannot be assigned to a place of shape {show(shape)}.")
    return new.reshape(trimmed) if lead else new


def _split(region: Region) -> tuple[np.ndarray, tuple[tuple[int, int], ...]]:
    """Lowest index per axis, and (length, step) per axis: programs are compiled for the latter only."""
    starts = [first + min((length - 1) * step, 0) for first, length, step in region.spans]
    return np.array(starts, np.int64), tuple((length, step) for _, length, step in region.spans)


def _extents(spans: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    return tuple((length - 1) * abs(step) + 1 if length else 0 for length, step in spans)


def _strides(spans: tuple[tuple[int, int], ...]) -> tuple[slice, ...]:
    return tuple(slice(None, None, step) for _, step in spans)


@quietly
@partial(jax.jit, static_argnums=(2, 3))
def _read_region(value: jax.Array, starts: jax.Array, spans: tuple[tuple[int, int], ...], shape: Shape) -> jax.Array:
    return lax.dynamic_slice(value, starts, _extents(spans))[_strides(spans)].reshape(shape)


@quietly
@partial(jax.jit, static_argnums=(3, 4))
def _write_region(
    value: jax.Array, new: jax.Array, starts: jax.Array, spans: tuple[tuple[int, int], ...], shape: Shape
) -> jax.Array:
    new = jnp.broadcast_to(new, shape).reshape([length for length, _ in spans])
    if all(step == 1 for _, step in spans):
        return lax.dynamic_update_slice(value, new, starts)
    block = lax.dynamic_slice(value, starts, _extents(spans)).at[_strides(spans)].set(new)
    return lax.dynamic_update_slice(value, block, starts)


@quietly
@partial(jax.jit, static_argnums=2)
def _gather(value: jax.Array, arrays: Sequence[jax.Array], template: tuple) -> jax.Array:
    return value.at[_key(template, arrays)].get(mode="promise_in_bounds")


@quietly
@partial(jax.jit, static_argnums=3)
def _scatter(value: jax.Array, new: jax.Array, arrays: Sequence[jax.Array], template: tuple) -> jax.Array:
    return value.at[_key(template, arrays)].set(new, mode="promise_in_bounds")
