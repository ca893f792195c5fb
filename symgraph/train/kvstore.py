"""`KVStore`: arrays by key that several devices add to and read (``mx.kv``), or the processes of a job.

There is no server. Of a store of several machines (``"dist_sync"``), each process of the job (`symgraph.runtime.job`) has what
is stored, and all do the same with it: sums over them are XLA's collective operations. So all make the same calls in the same
order, and one that does not is told so. A process that belongs to no job is a job of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, OpAttributeError, ShapeError, StateError, UnknownArgumentError, described, listed
from symgraph.runtime import job
from symgraph.runtime.atomic import write_atomically
from symgraph.runtime.meeting import from_first, total
from symgraph.runtime.ndarray import NDArray
from symgraph.train.optimizer.base import Optimizer
from symgraph.train.optimizer.updater import Updater, get_updater

TYPES = ("local", "local_update_cpu", "local_allreduce_cpu", "local_allreduce_device", "device", "nccl")
JOB_TYPES = ("dist", "dist_sync", "dist_sync_device", "dist_device_sync")
LARGE = 16 * 1024 * 1024
"""Elements of an array from which on MXNet updates beside a local store instead of in it."""


class KVStore:
    """Arrays by key, which are all integers or all strings.

    Args:
        kind: what `type` is to be; see `create`.

    >>> import symgraph as mx
    >>> store, out = mx.kv.create("local"), mx.nd.zeros((2,))
    >>> store.init("w", mx.nd.ones((2,)))
    >>> store.push("w", [mx.nd.ones((2,)), mx.nd.ones((2,))])
    >>> store.pull("w", out=out)
    >>> out.asnumpy().tolist()
    [2.0, 2.0]
    """

    def __init__(self, kind: str = "local"):
        self._kind = kind
        self._arrays: dict[Any, NDArray] = {}
        self._updater: Callable[[Any, NDArray, NDArray], None] | None = None

    @property
    def type(self) -> str:
        """What it was created as."""
        return self._kind

    @property
    def rank(self) -> int:
        """Number of this worker among all: 0, but in a store of several machines."""
        return job.rank() if self.is_shared else 0

    @property
    def num_workers(self) -> int:
        """Number of workers: 1, but in a store of several machines."""
        return job.size() if self.is_shared else 1

    @property
    def is_shared(self) -> bool:
        """Whether it is a store of several machines."""
        return self._kind.lower() in JOB_TYPES

    @property
    def updater(self) -> Any:
        """What updates the stored arrays by what is pushed, if anything."""
        return self._updater

    @staticmethod
    def is_capable(capability: str) -> bool:
        """Whether the store can do something; ``"optimizer"``, update what it stores, is all that is asked for."""
        return str(capability).lower() == "optimizer"

    def init(self, key: Any, value: Any) -> None:
        """Store first values; of a job, those of worker 0.

        Args:
            key: a key, or a list of keys.
            value: an NDArray, or a list with one for each key.
        """
        found = _pairs("init", key, value)
        firsts = self._of_first("init", found)
        for (k, values), first in zip(found, firsts, strict=True):
            if self._arrays and type(next(iter(self._arrays))) is not type(k):
                raise UnknownArgumentError(
                    f"init: keys of a KVStore are all integers or all strings; it has {listed(map(repr, self._arrays), 4)}, "
                    f"given {k!r}."
                )
            if k in self._arrays:
                raise UnknownArgumentError(f"init: key {k!r} is stored already; push to it.")
            self._arrays[k] = values[0].copy()
            if first is not None:
                self._arrays[k][:] = first

    def _of_first(self, what: str, found: Sequence[tuple[Any, list[NDArray]]]) -> list[np.ndarray | None]:
        """What worker 0 gives for these keys; ``None`` where there is no other."""
        if self.num_workers == 1:
            return [None] * len(found)
        self._meet(what, found)
        return [*from_first([values[0].asnumpy() for _, values in found])]

    def _meet(self, what: str, found: Sequence[tuple[Any, list[NDArray]]]) -> None:
        if self.num_workers > 1:
            keys = listed([f"{k!r} of shape {tuple(values[0].shape)} and {values[0].dtype}" for k, values in found], 4)
            job.meet(f"{what} of {keys} in the KVStore")

    def adopt(self, arrays: Mapping[str, NDArray]) -> None:
        """Store a module's parameters themselves, not copies of them, by name."""
        self._arrays.update(arrays)

    def push(self, key: Any, value: Any, priority: int = 0) -> None:
        """Add up what devices have, per key, and update the stored array by the sum, or replace it if there is no updater.

        In a job, that is the sum over the devices of all workers.

        Args:
            key: a key, or a list of keys.
            value: an NDArray or a list of such, one per device; for a list of keys, one of these for each.
            priority: which key to treat first; no effect.
        """
        found = _pairs("push", key, value)
        sums = [self._sum(k, values) for k, values in found]
        self._meet("push", found)
        if self.num_workers > 1:
            sums = [
                NDArray(each, array.context) for each, array in zip(total([s.jax for s in sums]), sums, strict=True)
            ]
        for (k, _), total_of_all in zip(found, sums, strict=True):
            stored = self._stored("push", k)
            if self._updater is None:
                stored[:] = total_of_all
            else:
                self._updater(k, total_of_all, stored)

    def _sum(self, key: Any, values: Sequence[NDArray]) -> NDArray:
        """What the devices of this process have, added up."""
        stored = self._stored("push", key)
        found = values[0].as_in_context(stored.context)
        for other in values[1:]:
            found = found + other.as_in_context(stored.context)
        if found.shape != stored.shape:
            raise ShapeError(f"push: key {key!r} has shape {stored.shape}, given {found.shape}.")
        return found

    def pull(self, key: Any, out: Any = None, priority: int = 0, ignore_sparse: bool = True) -> None:
        """Copy what is stored into an array, or several.

        Args:
            key: a key, or a list of keys.
            out: as `value` of `push`.
            priority, ignore_sparse: no effect.
        """
        if out is None:
            raise StateError("pull: give the arrays to copy to, as in pull(key, out=array).")
        for k, arrays in _pairs("pull", key, out):
            stored = self._stored("pull", k)
            for array in arrays:
                if array.shape != stored.shape:
                    raise ShapeError(f"pull: key {k!r} has shape {stored.shape}, out has {array.shape}.")
                stored.copyto(array)

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """`push`, then `pull` into `out`, by default into what was pushed."""
        self.push(key, value, priority)
        self.pull(key, value if out is None else out, priority)

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """`init`, then `pull`."""
        self.init(key, value)
        self.pull(key, out, priority)

    def row_sparse_pull(self, key: Any, out: Any = None, priority: int = 0, row_ids: Any = None) -> None:
        """Of sparse arrays, which do not exist here."""
        raise BindError("row_sparse_pull: there are no sparse arrays here; use pull.")

    def set_gradient_compression(self, compression_params: Mapping[str, Any]) -> None:
        """Compress what goes from one machine to another: no effect."""
        if not isinstance(compression_params, Mapping) or "type" not in compression_params:
            raise OpAttributeError(
                f"set_gradient_compression: give a dict such as {{'type': '2bit', 'threshold': 0.5}}, given "
                f"{described(compression_params)}."
            )

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """Update what is stored with an optimizer."""
        if not isinstance(optimizer, Optimizer):
            raise StateError(
                f"set_optimizer: expected an Optimizer, as mx.optimizer.SGD(), given {described(optimizer)}."
            )
        self._set_updater(get_updater(optimizer))

    def _set_updater(self, updater: Callable[[Any, NDArray, NDArray], None]) -> None:
        """Call ``updater(key, pushed, stored)`` for what is pushed."""
        self._updater = updater

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Write the states of the optimizer, and the optimizer if wanted, to a file; in a job, worker 0 does."""
        states = self._states_of("save_optimizer_states")
        if self.rank == 0:
            write_atomically(fname, states.get_states(dump_optimizer))

    def load_optimizer_states(self, fname: str) -> None:
        """Take the states of the optimizer from a file."""
        self._states_of("load_optimizer_states").take_file(fname)

    def _states_of(self, what: str) -> Updater:
        if not isinstance(self._updater, Updater):
            raise StateError(f"{what}: the KVStore has no optimizer; call set_optimizer first.")
        return self._updater

    def _stored(self, what: str, key: Any) -> NDArray:
        if key not in self._arrays:
            raise UnknownArgumentError(
                f"{what}: key {key!r} is not stored; call init with it first. Stored: {listed(map(repr, self._arrays))}."
            )
        return self._arrays[key]

    def barrier(self) -> None:
        """Wait for all workers.

        Raises:
            JobError: one of them has left, or waits elsewhere.
        """
        if self.is_shared:
            job.barrier()

    def _barrier(self) -> None:
        """As `barrier`; scripts call it by this name."""
        self.barrier()


def _pairs(what: str, key: Any, value: Any) -> list[tuple[Any, list[NDArray]]]:
    """Keys with the arrays of each."""
    if isinstance(key, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(value) % max(len(key), 1):
            raise BindError(f"{what}: {len(key)} keys need as many values, or lists of them, given {described(value)}.")
        each = len(value) // max(len(key), 1)
        groups = [value[i * each : (i + 1) * each] for i in range(len(key))]
        return [pair for k, group in zip(key, groups, strict=True) for pair in _pairs(what, k, _flat(group))]
    if not isinstance(key, (int, str, np.integer)):
        raise BindError(f"{what}: a key is an integer or a string, given {described(key)}.")
    arrays = list(value) if isinstance(value, (list, tuple)) else [value]
    for array in arrays:
        if not isinstance(array, NDArray):
            raise StateError(
                f"{what}: key {key!r} needs NDArrays, given {described(array)}; mx.nd.array(...) makes one."
            )
    return [(key, arrays)]


def _flat(group: Sequence[Any]) -> list[Any]:
    return [array for part in group for array in (part if isinstance(part, (list, tuple)) else [part])]


def create(name: str = "local") -> KVStore:
    """A store.

    Args:
        name: ``"local"``, ``"device"`` and their variants, which differ in MXNet in where sums are computed; ``"dist_sync"``
            and its variants, for the processes of a job.

    Raises:
        OpAttributeError: another type.
        JobError: the process was started as one of several, and has not joined them.
    """
    if not isinstance(name, str):
        raise KindError(f"a KVStore is created by the name of its type, given {described(name)}.")
    kind = name.lower()
    if kind.startswith("dist") and "async" in kind:
        raise KindError(
            f"KVStore '{name}': workers that update parameters without waiting for one another need a server that holds them, "
            f"and results depend on who comes first; a job is one program here, in which all take each step together. Use "
            f"'dist_sync'."
        )
    if kind in JOB_TYPES:
        job.check_joined(f"KVStore '{name}'")
    elif kind not in TYPES:
        raise KindError(f"there is no KVStore of type '{name}'; known: {listed((*TYPES, *JOB_TYPES))}.")
    return KVStore(name)


class KindError(OpAttributeError, TypeError):
    """There is no store of such a type."""


def for_module(kvstore: Any, num_device: int, arg_params: Mapping[str, NDArray]) -> tuple[KVStore | None, bool]:
    """The store of a module, and whether it is to hold the optimizer; one device needs none."""
    if kvstore is None:
        return None, False
    if isinstance(kvstore, KVStore):
        return kvstore, True
    if not isinstance(kvstore, str):
        raise KindError(f"kvstore must be a KVStore, the name of a type, or None, given {described(kvstore)}.")
    store = create(kvstore)
    if num_device == 1 and not store.is_shared:
        return None, False
    is_large = kvstore == "local" and any(array.size > LARGE for array in arg_params.values())
    return store, not is_large
