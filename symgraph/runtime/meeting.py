"""Meetings: points that all processes of a job (`symgraph.runtime.job`) have to reach, and what they tell each other there.

A program over several processes hangs if one of them runs another one, or none. So before each, the processes meet: each tells
what it is about to do, and if that is not the same everywhere, all of them fail and say who is where. Meetings are on the
CPUs, beside what accelerators compute.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.errors import JobError, MXNetError, counted
from symgraph.lower.quiet import quiet
from symgraph.runtime.context import platform_devices

_WORDS = 480
"""Bytes that a process tells at a meeting."""

_WORKERS = "workers"
_SIGNS_OF_LOSS = ("gloo", "nccl", "connection closed", "connection reset", "coordination service", "broken pipe")


def size() -> int:
    """Number of processes in the job that this one belongs to; 1 if it belongs to none."""
    return jax.process_count() if jax.distributed.is_initialized() else 1


def rank() -> int:
    """Number of this process among those of its job, from 0."""
    return jax.process_index() if jax.distributed.is_initialized() else 0


def meet(what: str) -> None:
    """Wait for all processes of the job.

    Args:
        what: what this one is about to do, for example ``"the end of epoch 3"``.

    Raises:
        JobError: another one is about to do something else, or has left.
    """
    if size() == 1:
        return
    row = _row_of(what)
    rows = np.asarray(_combined(row[None], _meeting_place(), _same, f"waited for the others at {what}"))
    told = [bytes(row).rstrip(b"\0").decode(errors="replace") for row in rows]
    if len(set(told)) > 1:
        raise JobError(_disagreement(told))


def _row_of(text: str) -> np.ndarray:
    words = text.encode()
    if len(words) > _WORDS:  # what differs may stand behind the end
        words = words[: _WORDS - 16] + f" ... ({zlib.crc32(words):08x})".encode()
    return np.frombuffer(words.ljust(_WORDS, b"\0"), np.uint8)


def _disagreement(told: Sequence[str]) -> str:
    places: dict[str, list[int]] = {}
    for worker, text in enumerate(told):
        places.setdefault(text, []).append(worker)
    shown = "; ".join(
        f"{'worker' if len(workers) == 1 else 'workers'} {', '.join(map(str, workers[:8]))}"
        f"{' and others' if len(workers) > 8 else ''}: {text}"
        for text, workers in places.items()
    )
    return (
        f"the workers of this job are not at the same point. {shown}. All workers have to do the same steps with batches of "
        f"the same shapes, and equally many of them: divide the data evenly (num_parts, part_index), or end each epoch after "
        f"the same number of batches, as with mx.io.ResizeIter(iterator, number)."
    )


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn JAX's errors about another process that is gone into one that says so; `what` is what this one did then."""
    try:
        yield
    except (jax.errors.JaxRuntimeError, ValueError) as error:  # JAX raises the one or the other
        if not is_loss(error) or isinstance(error, LossError):
            raise
        raise LossError(loss(error, what)) from None


def is_loss(error: BaseException) -> bool:
    """Whether an error says that another process is gone."""
    if isinstance(error, MXNetError) or size() == 1:
        return isinstance(error, LossError)
    is_jax = isinstance(error, (jax.errors.JaxRuntimeError, ValueError))
    return is_jax and any(sign in str(error).lower() for sign in _SIGNS_OF_LOSS)


def loss(error: BaseException, what: str) -> str:
    """What to say of such an error; `what` is what this process did then."""
    return (
        f"worker {rank()} of {size()} {what}, and another worker has left the job, or cannot be reached any more "
        f"({' '.join(str(error).split())[:160]}). What that one says, or the launcher, tells why. A job that is started again "
        f"goes on from its last checkpoint: see docs/scaling.md."
    )


class LossError(JobError):
    """Another process has left the job."""


def from_first(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The arrays of worker 0, on each worker, which gives arrays of the same shapes and dtypes."""
    if size() == 1:
        return list(arrays)
    flat = [np.ascontiguousarray(array).reshape(-1).view(np.uint8) for array in arrays]
    length = sum(part.size for part in flat)
    row = np.zeros(-(-length // 4) * 4, np.uint8)
    if rank() == 0 and flat:
        row[:length] = np.concatenate(flat)
    # Zeros of the others added to the bits change nothing, and integers can be added up whatever they stand for.
    first = np.asarray(_combined(row.view(np.uint32)[None], _meeting_place(), _sum)).view(np.uint8)
    ends = itertools.accumulate(part.size for part in flat)
    return [
        first[end - part.size : end].view(array.dtype).reshape(array.shape)
        for part, end, array in zip(flat, ends, arrays, strict=True)
    ]


def total(values: Sequence[jax.Array]) -> list[jax.Array]:
    """Sums over the workers of arrays that lie on a device of each; results are on the same device."""
    if size() == 1:
        return list(values)
    return [_combined(value[None], _beside(next(iter(value.devices()))), _sum) for value in values]


def _combined(
    row: Any, mesh: Mesh, combine: Callable[[jax.Array], jax.Array], doing: str = "exchanged arrays with the others"
) -> jax.Array:
    """What becomes of one row from each worker, on each; `doing` is what this one does then, in messages."""
    with explained(doing), jax.enable_x64(True), quiet():
        lying = NamedSharding(mesh, PartitionSpec(_WORKERS))
        rows = jax.make_array_from_process_local_data(lying, row, (size(), *row.shape[1:]))
        found: jax.Array = _compiled(mesh, combine)(rows).addressable_data(0).block_until_ready()
        return found


@cache
def _compiled(mesh: Mesh, combine: Callable[[jax.Array], jax.Array]) -> Any:
    return jax.jit(combine, out_shardings=NamedSharding(mesh, PartitionSpec()))


def _same(rows: jax.Array) -> jax.Array:
    return rows


def _sum(rows: jax.Array) -> jax.Array:
    return rows.sum(0, dtype=rows.dtype)


@cache
def _meeting_place() -> Mesh:
    """The first CPU of each process, or its first device where JAX was told to have no CPUs."""
    return _beside((platform_devices("cpu") or jax.local_devices())[0])


@cache
def _beside(device: jax.Device) -> Mesh:
    return Mesh(np.array(beside(device)), (_WORKERS,))


@cache
def beside(device: jax.Device) -> tuple[jax.Device, ...]:
    """The device of each process that has the number there which `device` has here.

    Raises:
        JobError: a process has fewer of them.
    """
    kind = device.platform
    position = jax.local_devices(backend=kind).index(device)
    found = []
    for worker in range(size()):
        theirs = [other for other in jax.devices(kind) if other.process_index == worker]
        if position >= len(theirs):
            raise JobError(
                f"worker {worker} has {counted(len(theirs), f'{kind} device')}, and worker {rank()} uses its number "
                f"{position}; give all workers equally many devices."
            )
        found.append(theirs[position])
    return tuple(found)
