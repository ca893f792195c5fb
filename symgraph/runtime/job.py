"""A job of several processes, on one machine or many, that train one network together (``mx.job``).

`symgraph launch` starts such processes, and has joined them before their program begins. A program that is started by others,
such as SLURM, Open MPI or a TPU pod, calls `join` first, before it makes an array:

    import symgraph as mx
    mx.job.join()

It goes on after all of them are there. `jax.distributed` connects them; what they then do together, a `KVStore` of type
``"dist_sync"`` does for a module. Each process is a worker of the job, with a `rank` among `size`.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, NoReturn

import jax

from symgraph.errors import JobError, StateError, described
from symgraph.lower.quiet import quiet
from symgraph.runtime.meeting import explained, is_loss, loss, meet, rank, size
from symgraph.runtime.roll_call import call_roll

__all__ = ["barrier", "explained", "join", "leave", "meet", "rank", "size"]

TIMEOUT = 300.0
"""Seconds to wait for the processes of a job when it starts."""

HEARTBEAT = 30
"""Seconds after which a process that gives no sign of life is lost: a machine that fails, not a process that ends, which the
others notice at once."""


LOST = 75
"""Exit code of a process that fails because another one has left, which is not the one to blame."""


def join(
    coordinator: str | None = None,
    workers: int | None = None,
    rank: int | None = None,
    timeout: float = TIMEOUT,
    heartbeat_timeout: int = HEARTBEAT,
    local_device_ids: list[int] | None = None,
) -> None:
    """Join the job that this process is to be a worker of. Call it before anything is computed.

    Without arguments, `jax.distributed.initialize` finds the job in the environment: of SLURM, Open MPI, Kubernetes or a TPU
    pod.

    Args:
        coordinator: ``"host:port"`` of worker 0, which listens there.
        workers: how many there are.
        rank: number of this one, from 0.
        timeout: seconds to wait for the others.
        heartbeat_timeout: seconds after which a worker that gives no sign of life is lost, and the job with it.
        local_device_ids: which accelerators of the machine this process uses, where it shares them with others.

    Raises:
        JobError: others do not arrive; or there is no job.
        StateError: the process is in a job already, or has computed something.
    """
    if jax.distributed.is_initialized():
        raise StateError("join: this process is in a job already; call it once.")
    host, port = _address(coordinator, workers, rank)
    is_called = coordinator is not None
    if is_called:
        call_roll(host, port, int(workers or 0), int(rank or 0), timeout)
    options = {
        "local_device_ids": local_device_ids,
        "initialization_timeout": int(timeout + 2 * _GRACE),
        "heartbeat_timeout_seconds": heartbeat_timeout,
        "cluster_detection_method": "deactivate" if is_called else None,
    }
    with quiet(), _Deadline(timeout + _GRACE * is_called, rank):
        _connect(coordinator, workers, rank, options)
    sys.excepthook = _leave_at_once
    atexit.register(leave)


def _connect(coordinator: str | None, workers: int | None, rank: int | None, options: dict[str, Any]) -> None:
    try:
        jax.distributed.initialize(coordinator, workers, rank, **options)
    except ValueError as error:
        raise JobError(
            f"join: the environment tells of no job ({str(error).rstrip('.')}). Start the program with "
            f"`symgraph launch -n 2 script.py`, or give coordinator, workers and rank."
        ) from None
    except jax.errors.JaxRuntimeError as error:
        raise JobError(
            f"join: the processes of the job could not be connected ({str(error).splitlines()[0]})."
        ) from None
    except RuntimeError as error:
        raise StateError(
            "join: JAX has begun to compute before the process joined the job; call mx.job.join() first, before any array is "
            "made, or start the program with symgraph launch."
        ) from error


def _address(coordinator: str | None, workers: int | None, rank: int | None) -> tuple[str, int]:
    given = coordinator, workers, rank
    if given == (None, None, None):
        return "", 0
    if None in given:
        raise StateError(
            f"join: give all of coordinator, workers and rank, or none of them, given {described(coordinator)}, "
            f"{described(workers)} and {described(rank)}."
        )
    host, _, port = str(coordinator).rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise StateError(f"join: coordinator is host:port, as '10.0.0.1:9876', given {described(coordinator)}.")
    if not isinstance(workers, int) or not isinstance(rank, int) or not 0 <= rank < workers:
        raise StateError(
            f"join: rank is from 0 to workers - 1, given rank={described(rank)} and workers={described(workers)}."
        )
    return host.strip("[]"), int(port)


_GRACE = 10.0
"""Seconds that JAX has after a roll call, and before it would end the process itself."""


class _Deadline:
    """Ends the process with a message if it takes too long to connect: JAX would end it with a trace of its own code."""

    def __init__(self, seconds: float, rank: int | None):
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        who = "this process" if rank is None else f"worker {rank}"
        self._text = (
            f"symgraph: {who} waited {seconds:g} seconds for the other processes of its job, and not all of them came. Their "
            f"output, or the manager of the cluster, tells which were not started; timeout= (of mx.job.join) or --timeout (of "
            f"symgraph launch) waits longer."
        )

    def _end(self) -> None:
        sys.stderr.write(f"{self._text}\n")
        leave_at_once(1)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()


def barrier() -> None:
    """Wait for all workers.

    Raises:
        JobError: one of them has left, or waits elsewhere.
    """
    meet("a barrier")


def leave() -> None:
    """Wait until all workers are at the end of their programs, and leave the job. A process does so when it ends."""
    if not jax.distributed.is_initialized():
        return
    sys.excepthook = sys.__excepthook__
    try:
        meet("the end of its program")
    except JobError as error:
        sys.stderr.write(f"symgraph: {error}\n")
        leave_at_once(code_of(error))
    with quiet():
        jax.distributed.shutdown()


def leave_at_once(code: int) -> NoReturn:
    """End this process without waiting for others, as JAX does when Python ends: they notice that the connection is gone."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def code_of(error: BaseException) -> int:
    """The exit code of a process that ends by an error. What JAX says of others that have left is explained."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    if not is_loss(error):
        return 1
    if not isinstance(error, JobError):
        sys.stderr.write(f"symgraph: {loss(error, 'was computing')}\n")
    return LOST


def _leave_at_once(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.__excepthook__(kind, error, trace)
    code = code_of(error)
    sys.stderr.write(f"symgraph: worker {rank()} of {size()} leaves the job, which ends with it.\n")
    leave_at_once(code)


_is_shared: ContextVar[bool] = ContextVar("is_shared", default=False)


@contextmanager
def shared() -> Iterator[None]:
    """In this context all workers have the same model: files of it are written by worker 0 only."""
    token = _is_shared.set(True)
    try:
        yield
    finally:
        _is_shared.reset(token)


def is_writer() -> bool:
    """Whether this process is to write a file of the model that it trains."""
    return rank() == 0 or not _is_shared.get()


_SIGNS = {
    "SLURM_STEP_NUM_TASKS": "SLURM",
    "OMPI_COMM_WORLD_SIZE": "Open MPI",
    "DMLC_NUM_WORKER": "a tracker for MXNet's parameter server",
}


def check_joined(who: str) -> None:
    """Look whether a process that has not joined a job was meant to.

    Raises:
        JobError: the environment tells of several processes.
    """
    if jax.distributed.is_initialized():
        return
    for name, manager in _SIGNS.items():
        count: Any = os.environ.get(name, "")
        if count.isdecimal() and int(count) > 1:
            raise JobError(
                f"{who}: this process seems to be one of {count} that {manager} has started ({name}={count}), but it has not "
                f"joined the others. Call mx.job.join() first in the program, or start it with symgraph launch."
            )
