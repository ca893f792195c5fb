"""`Cell`: a mutable place for an immutable `jax.Array`; the storage under every NDArray.

A cell is in one of four states, told apart by two slots:

- it *holds* its value (`_value`; `_source` is None);
- it *waits*: somebody, in practice an Executor, has promised the value (`_source` has a method ``force()``, which
  computes everything promised together and hands the arrays out through `Cell.fulfil`);
- it is *spread* (`_source` is a `Spread`): its value lies on several devices, and a copy on its context is made when
  somebody looks who is not a program over these devices (`Cell.on`);
- it is a *view*: a contiguous window on another cell's memory (`_source` is a `Window`), read and written there.

Shape, dtype and context are known in all four.

Whoever keeps what a cell held, as an Executor does, watches it: a cell tells its watchers of every change, after it.

What a cell holds never changes, so that several may hold it; a program is given the memory of none that somebody else holds
(`symgraph.runtime.spare`).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, Self
from weakref import WeakSet, ref

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import NamedSharding, SingleDeviceSharding

from symgraph.errors import MXNetError, ShapeError
from symgraph.ir.shape import show
from symgraph.lower.quiet import quietly
from symgraph.runtime.context import Context
from symgraph.runtime.job_arrays import of_whole, whole_here

Array = jax.Array
Shape = tuple[int, ...]


class Pending(Protocol):
    """A promise of values for cells."""

    def force(self) -> None:
        """Compute the values and `Cell.fulfil` the cells; raises if that fails. May be called again after it failed."""


class Promiser(Protocol):
    """Something that lets cells wait, such as an Executor."""

    def settle(self) -> None:
        """Keep all promises that are still open."""


class Watcher(Protocol):
    """Something that keeps what cells held."""

    def forget(self, positions: Sequence[int]) -> None:
        """Cells have changed that the watcher knows by these numbers."""


_PROMISERS: WeakSet[Promiser] = WeakSet()
_promisers_lock = threading.Lock()
_watchers_lock = threading.Lock()


def add_promiser(promiser: Promiser) -> None:
    """Let `settle_all` know of something that may have open promises, as long as it lives."""
    with _promisers_lock:
        _PROMISERS.add(promiser)


def settle_all() -> None:
    """Keep all promises that are still open, whoever made them."""
    with _promisers_lock:
        promisers = list(_PROMISERS)
    for promiser in promisers:
        promiser.settle()


class Cell:
    """A mutable place for a value of fixed shape and dtype on a context."""

    __slots__ = ("__weakref__", "_context", "_dtype", "_shape", "_source", "_value", "_watchers")

    _value: Array | None
    _source: Any
    _watchers: tuple[tuple[ref[Watcher], Sequence[int]], ...]
    _shape: Shape
    _dtype: np.dtype
    _context: Context

    def __init__(self, value: Array, context: Context):
        """A cell that holds `value`, which lives on ``context.jax_device``."""
        self._value = value
        self._source = None
        self._shape = value.shape
        self._dtype = value.dtype
        self._context = context
        self._watchers = ()

    @classmethod
    def waiting(cls, shape: Shape, dtype: np.dtype, context: Context, pending: Pending | Window | Spread) -> Self:
        """A cell whose value `pending` has promised."""
        self = cls.__new__(cls)
        self._value = None
        self._source = pending
        self._shape = shape
        self._dtype = dtype
        self._context = context
        self._watchers = ()
        return self

    @property
    def jax(self) -> Array:
        """The current value on the context, computed now if it was only promised."""
        value = self._value
        return self._gathered() if value is None else value

    def on(self, sharding: NamedSharding | None) -> Array:
        """The current value as it is to lie on several devices; on the context if that is ``None``."""
        if sharding is None:
            return self.jax
        value = self._resolve()
        return value if value.sharding == sharding else distributed(value, sharding)

    def _gathered(self) -> Array:
        value, source = self._resolve(), self._source
        if not _is_spread(value):
            return value
        gathered = gather(value, self._context)
        if type(source) is Spread and source.value is value and self._source is source:
            self._value, self._source = gathered, None
        return gathered

    def _resolve(self) -> Array:
        # At any time another thread may keep the promise, or replace it by a new one.
        while (value := self._value) is None:
            source = self._source
            if type(source) is Window:
                return source.read()
            if type(source) is Spread:
                return source.value
            if source is None:
                continue
            source.force()
            if self._value is None and self._source is source:
                raise MXNetError(
                    f"{type(source).__name__} has not delivered a value it promised; if it was interrupted, run forward and "
                    f"backward again, or write into the array."
                )
        return value

    @property
    def is_pending(self) -> bool:
        """Whether reading would compute something: the cell, or the one it is a view of, waits."""
        source = self._source
        return self._value is None and (source.root.is_pending if type(source) is Window else True)

    @property
    def is_view(self) -> bool:
        """Whether the cell is a window on another one. Views cannot wait for a value."""
        return type(self._source) is Window

    @property
    def extent(self) -> tuple[int, int, Shape]:
        """Whose memory the cell stands for (by identity), from which element on, and in which shape."""
        source = self._source
        return (id(source.root), source.start, self._shape) if type(source) is Window else (id(self), 0, self._shape)

    @property
    def root(self) -> Cell:
        """The cell that has the memory: itself, or the one it is a view of."""
        source = self._source
        return source.root if type(source) is Window else self

    def watch(self, watcher: Watcher, positions: Sequence[int]) -> None:
        """Tell `watcher`, as long as it lives, of every change. For roots, which change when their views are written."""
        with _watchers_lock:
            alive = [known for known in self._watchers if known[0]() is not None]
            self._watchers = (*alive, (ref(watcher), positions))

    def _tell(self) -> None:
        for reference, positions in self._watchers:
            watcher = reference()
            if watcher is not None:
                watcher.forget(positions)

    def awaits(self, pending: Pending) -> bool:
        """Whether the cell waits for `pending`."""
        return self._source is pending

    def set_pending(self, pending: Pending) -> None:
        """Let the cell wait for `pending`; an earlier value or promise is dropped. Not for views."""
        if type(self._source) is Window:
            raise MXNetError("a view cannot wait for a value; compute first and rebind it.")
        self._source = pending
        self._value = None
        if self._watchers:
            self._tell()

    def fulfil(self, value: Array, pending: Pending) -> None:
        """Keep `pending`'s promise, unless the cell was written or promised by somebody else since."""
        if self._source is pending:
            self._hold(value)

    def put_aside(self) -> Callable[[], None]:
        """Remember what the cell holds or waits for; to call the result gives it that back. Not for views."""
        value, source = self._value, self._source

        def put_back() -> None:
            self._value, self._source = value, source
            self._tell()

        return put_back

    def rebind(self, value: Array) -> None:
        """Give the cell a whole new value of the same shape and dtype; views write it through."""
        if value.shape != self._shape or value.dtype != self._dtype:
            raise ShapeError(
                f"an array of shape {show(self._shape)} and dtype {self._dtype.name} cannot take a value of shape "
                f"{show(value.shape)} and dtype {value.dtype.name}; convert it first (astype, reshape)."
            )
        source = self._source
        if type(source) is Window:
            source.write(gather(value, self._context))
        else:
            self._hold(value)

    def _hold(self, value: Array) -> None:
        if type(value.sharding) is SingleDeviceSharding or not _is_spread(value):  # the first test is the cheap one
            self._value, self._source = value, None
        else:
            self._value, self._source = None, Spread(value)
        if self._watchers:
            self._tell()

    def window(self, start: int, shape: Shape) -> Self:
        """A view of ``prod(shape)`` consecutive elements from the flat position `start` on."""
        root = self.root
        if root is not self:
            start += self._source.start
        return self.waiting(shape, self._dtype, self._context, Window(root, start, shape))


class Window:
    """What a view looks at: consecutive elements of a root cell, which is never a view itself.

    The last value read is kept as long as the root has not changed.
    """

    __slots__ = ("_last", "root", "shape", "start")

    def __init__(self, root: Cell, start: int, shape: Shape):
        self.root = root
        self.start = start
        self.shape = shape
        self._last: tuple[jax.Array, jax.Array] | None = None

    def read(self) -> jax.Array:
        """The present elements."""
        base, last = self.root.jax, self._last
        if last is None or last[0] is not base:
            with jax.enable_x64(True):
                last = self._last = base, _read_window(base, self.start, self.shape)
        return last[1]

    def write(self, value: jax.Array) -> None:
        """Replace the elements in the root."""
        with jax.enable_x64(True):
            if math.prod(self.shape) == math.prod(self.root._shape):
                self.root.rebind(_reshaped(value, self.root._shape))
            else:
                self.root.rebind(_write_window(self.root.jax, value, self.start))


@quietly
@partial(jax.jit, static_argnums=2)
def _read_window(base: jax.Array, start: int, shape: Shape) -> jax.Array:
    return lax.dynamic_slice(base.reshape(-1), (start,), (math.prod(shape),)).reshape(shape)


@quietly
@jax.jit
def _write_window(base: jax.Array, value: jax.Array, start: int) -> jax.Array:
    return lax.dynamic_update_slice(base.reshape(-1), value.reshape(-1), (start,)).reshape(base.shape)


@quietly
@partial(jax.jit, static_argnums=1)
def _reshaped(value: jax.Array, shape: Shape) -> jax.Array:
    return value.reshape(shape)


class Spread:
    """A value that lies on several devices."""

    __slots__ = ("value",)

    def __init__(self, value: jax.Array):
        self.value = value


def _is_spread(value: jax.Array) -> bool:
    sharding = value.sharding
    return type(sharding) is not SingleDeviceSharding and len(sharding.device_set) > 1


def gather(value: jax.Array, context: Context) -> jax.Array:
    """A value on one device: itself, or a copy that shares no memory with the parts of it."""
    if not _is_spread(value):
        return value
    return _moved(value if value.is_fully_addressable else whole_here(value), context.jax_device)


def distributed(value: jax.Array, sharding: NamedSharding) -> jax.Array:
    """A copy of a value on several devices, which shares no memory with it: a program may take that over."""
    return _moved(value, sharding) if sharding.is_fully_addressable else of_whole(value, sharding)


@quietly
def _moved(value: jax.Array, where: Any) -> jax.Array:
    with jax.enable_x64(True):
        moved = jax.device_put(value, where)
        # Where a device has all of it already, JAX lets both arrays have the same memory, whatever `may_alias` says.
        may_share = moved.is_fully_replicated or _is_spread(value)
        return jnp.array(moved, copy=True) if may_share else moved
