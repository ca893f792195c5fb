"""Arrays for cells to hold: copies of what lies in NumPy's memory or on another device, and what two cells may share.

What comes from NumPy is copied first, as JAX may read it after the call that took it returned, or adopt its memory for good.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import SingleDeviceSharding

from symgraph.errors import OutOfMemoryError
from symgraph.ir.shape import show
from symgraph.lower.quiet import quietly
from symgraph.runtime.context import Context

_ALIGNMENT = 64
"""XLA's CPU client adopts host memory with this alignment instead of copying it."""

_lent: WeakValueDictionary[int, jax.Array] = WeakValueDictionary()
"""Arrays whose memory somebody else may write to, by identity."""


def place(source: np.ndarray, dtype: np.dtype, context: Context) -> jax.Array:
    """A copy of a host array, as `dtype`, on a context."""
    copy = room(source.shape, dtype)
    copy[...] = cast(source, dtype)
    return adopt(copy, context)


def room(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """A host array without values, in memory that XLA's CPU client can adopt.

    Raises:
        OutOfMemoryError: there is not so much memory.
    """
    size = math.prod(shape) * dtype.itemsize
    try:
        memory = np.empty(size + _ALIGNMENT, np.uint8)
    except MemoryError:
        raise OutOfMemoryError(
            f"an NDArray of shape {show(shape)} and {dtype.name} takes {size / 1e9:,.1f} GB, which cannot be allocated."
        ) from None
    first = -memory.ctypes.data % _ALIGNMENT
    return memory[first : first + size].view(dtype).reshape(shape)


def adopt(values: np.ndarray, context: Context) -> jax.Array:
    """A host array on a context, made of `room` and not used by anybody else from now on."""
    with jax.enable_x64(True):
        return jax.device_put(values, context.jax_device)


@quietly
def duplicate(value: jax.Array, context: Context) -> jax.Array:
    """A copy of `value` on a context, with memory of its own; one that is being computed is not waited for."""
    device = context.jax_device
    if device.platform == "cpu" and _is_computed(value):
        return place(np.asarray(value), value.dtype, context)
    with jax.enable_x64(True):
        return jnp.array(value, copy=True) if value.devices() == {device} else jax.device_put(value, device)


def lend(value: jax.Array) -> Any:
    """A DLPack capsule of an array's memory for somebody who will write there."""
    _lent[id(value)] = value
    return value.__dlpack__()


def held(value: jax.Array, context: Context) -> jax.Array:
    """`value` on a context, for another cell to hold: the array itself, as it never changes, unless its memory was lent."""
    is_there = value.sharding == SingleDeviceSharding(context.jax_device)
    return value if is_there and _lent.get(id(value)) is not value else duplicate(value, context)


@quietly
def spread(value: np.ndarray | jax.Array, shape: tuple[int, ...], context: Context) -> jax.Array:
    """`value` broadcast to `shape` on a context, with memory of its own; one that is being computed is not waited for."""
    device = context.jax_device
    if device.platform == "cpu" and _is_computed(value):
        return place(np.broadcast_to(np.asarray(value), shape), value.dtype, context)
    if isinstance(value, np.ndarray):
        value = value.copy()
    with jax.enable_x64(True), jax.default_device(device):
        return jax.device_put(_broadcast(value, shape), device)


def _is_computed(value: np.ndarray | jax.Array) -> bool:
    return isinstance(value, np.ndarray) or value.is_ready()  # type: ignore[attr-defined]


@quietly
@partial(jax.jit, static_argnums=1)
def _broadcast(value: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    return jnp.broadcast_to(value, shape)


def cast(source: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """`source` as `dtype`, converted as C does: fractions are cut off and integers wrap around, without a warning."""
    if source.dtype == dtype:
        return source
    with np.errstate(invalid="ignore", over="ignore"):
        if dtype.kind in "iu" and source.dtype.kind == "f" and dtype.itemsize < 4:
            source = source.astype(np.int64)
        return source.astype(dtype)
