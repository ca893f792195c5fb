"""`symgraph launch`: processes of a job on this machine, which are watched, or one process of a job over several."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from symgraph.errors import counted
from symgraph.interop.programs import INTERRUPTED, run_and_report
from symgraph.runtime import job

_LOOK = 0.05
"""Seconds between two looks at the processes."""

_LAST_WORDS = 3.0
"""Seconds that the others have to say what they see, after one has failed."""


def start_workers(workers: int, script: str, args: Sequence[str], timeout: float) -> int:
    """Run a script in several processes on this machine, and end all of them if one fails.

    Args:
        workers: how many processes.
        script, args: as of `symgraph.interop.programs.run_program`.
        timeout: seconds that they wait for one another when they start.

    Returns:
        0, or the exit code of the first that failed.
    """
    address = f"127.0.0.1:{_free_port()}"
    common = ["--coordinator", address, "--workers", str(workers), "--timeout", f"{timeout:g}", "--local-devices"]
    head = [sys.executable, "-m", "symgraph", "launch"]
    children = [subprocess.Popen([*head, "--rank", str(rank), *common, script, *args]) for rank in range(workers)]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _watch(children)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        for child in children:
            child.kill()  # JAX catches a mere SIGTERM
            child.wait()


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _watch(children: Sequence[subprocess.Popen[bytes]]) -> int:
    """Wait for all processes, or until one fails; the others then have a moment to say what they see of it."""
    order: list[int] = []
    while not order:
        order = _failed(children)
        if all(child.returncode == 0 for child in children):
            return 0
        time.sleep(_LOOK)
    end = time.monotonic() + _LAST_WORDS
    while time.monotonic() < end and any(child.poll() is None for child in children):
        time.sleep(_LOOK)
    order += [rank for rank in _failed(children) if rank not in order]
    first = next((rank for rank in order if children[rank].returncode != job.LOST), order[0])
    code = children[first].returncode
    running = sum(child.poll() is None for child in children)
    rest = f"{counted(running, 'other worker')} stopped" if running else "the job is over"
    sys.stderr.write(f"symgraph launch: worker {first} of {len(children)} {_ending(code)}; {rest}.\n")
    return code if code > 0 else 128 - code


def _failed(children: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    return [rank for rank, child in enumerate(children) if child.poll()]


def _ending(code: int) -> str:
    if code > 0:
        return f"ended with exit code {code}"
    return f"was ended by the signal {signal.Signals(-code).name}"


def _end_with(launcher: int) -> None:
    """End this process when the one that has started it is gone, which can no longer do so."""
    while os.getppid() == launcher:
        time.sleep(1)
    job.leave_at_once(1)


def run_worker(
    script: str,
    args: Sequence[str],
    coordinator: str | None,
    workers: int | None,
    rank: int | None,
    timeout: float,
    has_own_device: bool = False,
) -> NoReturn:
    """Join a job, run a script as a worker of it, and leave.

    Args:
        script, args: as of `symgraph.interop.programs.run_program`.
        coordinator, workers, rank, timeout: as of `symgraph.runtime.job.join`.
        has_own_device: `start_workers` has started several on this machine, each of which has one of its accelerators.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # several processes write to one stream: line by line, as it comes
    is_told = "JAX_LOCAL_DEVICE_IDS" in os.environ
    own = [rank] if has_own_device and rank is not None and not is_told else None
    if has_own_device:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    job.join(coordinator, workers, rank, timeout, local_device_ids=own)
    try:
        code = run_and_report(script, args, tells=job.rank() == 0, code_of=job.code_of)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code:
        job.leave_at_once(code)
    job.leave()
    sys.exit(0)
