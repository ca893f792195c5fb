"""The roll call of a job: its processes tell the first one that they are there, so that those which are not can be named.

`jax.distributed` waits for all processes, and ends each that has waited too long without saying whom it has waited for. So
the processes meet before, at the same address: each sends a line with its number, and gets a line with the verdict.
"""

from __future__ import annotations

import json
import selectors
import socket
import time
from contextlib import suppress
from typing import Any

from symgraph.errors import JobError, listed

_RETRY = 0.2
"""Seconds between two attempts to reach the first process."""

_LINE = 4096
"""Bytes of a message at most."""


def call_roll(host: str, port: int, workers: int, rank: int, timeout: float) -> None:
    """Wait until all processes of a job are there.

    Args:
        host, port: where the first process listens; the others connect to it.
        workers: how many there are to be.
        rank: number of this one.
        timeout: seconds to wait.

    Raises:
        JobError: some are missing, two have the same number, or they disagree about how many there are.
    """
    end = time.monotonic() + timeout
    rest = end, timeout
    verdict = _listen(host, port, workers, *rest) if rank == 0 else _report(host, port, workers, rank, *rest)
    if verdict:
        raise JobError(verdict)


def _listen(host: str, port: int, workers: int, end: float, timeout: float) -> str:
    is_dual = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if is_dual else socket.AF_INET
    try:
        server = socket.create_server(("", port), family=family, dualstack_ipv6=is_dual, backlog=workers)
    except OSError as error:
        return (
            f"the first process of the job cannot listen at {host}:{port}: {error.strerror or error}. If another job uses "
            f"the port, give a free one, as in --coordinator {host}:{port + 1}."
        )
    with server:
        present: dict[int, socket.socket] = {}
        verdict = _gather(server, present, workers, end)
        missing = [rank for rank in range(1, workers) if rank not in present]
        if not verdict and missing:
            verdict = _missing(missing, workers, timeout)
        for connection in present.values():
            with suppress(OSError):
                connection.sendall(json.dumps({"verdict": verdict}).encode() + b"\n")
        for connection in present.values():
            # The other side closes first: a port whose own side did stays taken for a while.
            with suppress(OSError), connection:
                connection.settimeout(2)
                connection.recv(1)
    return verdict


def _gather(server: socket.socket, present: dict[int, socket.socket], workers: int, end: float) -> str:
    """Collect connections until all are there, the time is over, or something is wrong, which is told."""
    with selectors.DefaultSelector() as selector:
        selector.register(server, selectors.EVENT_READ)
        while len(present) < workers - 1 and (left := end - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            connection, _ = server.accept()
            told = _read(connection, 2.0)
            if not isinstance(told.get("rank"), int):  # no process of a job
                connection.close()
                continue
            rank, their = told["rank"], told.get("workers")
            is_known = rank in present or not 0 < rank < workers
            present[-1 - len(present) if is_known else rank] = connection  # it is told the verdict, too
            if their != workers:
                return (
                    f"worker {rank} was started for a job of {their}, worker 0 for one of {workers}; give all of them the "
                    f"same -n."
                )
            if is_known:
                return f"two workers have the rank {rank}; give each of the {workers} another one, from 0 to {workers - 1}."
    return ""


def _missing(missing: list[int], workers: int, timeout: float) -> str:
    who = f"{'worker' if len(missing) == 1 else 'workers'} {listed(missing)}"
    return (
        f"{who} of {workers} did not arrive within {timeout:g} seconds. Look whether they were started, with this "
        f"coordinator, and can reach it; --timeout (of symgraph launch) or timeout= (of mx.job.join) waits longer."
    )


def _report(host: str, port: int, workers: int, rank: int, end: float, timeout: float) -> str:
    reason = ""
    while (left := end - time.monotonic()) > 0:
        try:
            with socket.create_connection((host, port), timeout=left) as connection:
                connection.sendall(json.dumps({"rank": rank, "workers": workers}).encode() + b"\n")
                told = _read(connection, left + 5.0)  # the first process counts from its own start
                if "verdict" in told:
                    return str(told["verdict"])
                reason = "what listens there is no process of this job"
        except OSError as error:
            reason = error.strerror or str(error)
        time.sleep(_RETRY)
    return (
        f"worker {rank} could not reach worker 0 at {host}:{port} within {timeout:g} seconds ({reason}). Look whether worker 0 "
        f"was started, and whether its port {port} is open; --timeout (of symgraph launch) or timeout= (of "
        f"mx.job.join) waits longer."
    )


def _read(connection: socket.socket, seconds: float) -> dict[str, Any]:
    """The line that the other side sends; empty if that is something else."""
    content = b""
    with suppress(OSError, ValueError):
        connection.settimeout(max(seconds, 0.1))
        while not content.endswith(b"\n") and len(content) < _LINE:
            piece = connection.recv(_LINE)
            if not piece:
                break
            content += piece
        found = json.loads(content)
        return found if isinstance(found, dict) else {}
    return {}
