"""`symgraph launch`: processes of a job on this machine, which are watched, or one process of a job over several."""

from __future__ import annotations

import io
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from symgraph.errors import counted, listed
from symgraph.interop.programs import INTERRUPTED, run_and_report
from symgraph.runtime import job

_LOOK = 0.05
"""Seconds between two looks at the processes."""

_LAST_WORDS = 3.0
"""Seconds that the others have to say what they see, after one has failed."""

_TO_SAVE = 7.0
"""Seconds that processes have to save and end after an interrupt. With `_TO_END` less than the ten that others, such as those
who stop containers, wait before they kill."""

_FOR_OTHERS = 5.0
"""Seconds that a worker stays for others after an interrupt, since those may still save what they compute with it. They may
wait for something that it does no more, so it does not stay for ever."""

_LAST = 0.2
"""Seconds that worker 0 then stays for others to end, since JAX ends them, with words of its own, where it is gone."""

_TO_END = 1.0
"""Seconds that they have after a SIGTERM. JAX catches it, so that alone it does not end them."""


def start_workers(workers: int, script: str, args: Sequence[str], timeout: float) -> int:
    """Run a script in several processes on this machine, and end all of them if one fails.

    An interrupt (Ctrl-C) of this process, or a SIGTERM, interrupts them, so that they can save; a second one kills them. They
    are sessions of their own, as a terminal would interrupt them, too, and in the middle of what they save.

    Args:
        workers: how many processes.
        script, args: as of `symgraph.interop.programs.run_program`.
        timeout: seconds that they wait for one another when they start.

    Returns:
        0, or the exit code of the first that failed.
    """
    address = f"127.0.0.1:{_free_port()}"
    common = ["--coordinator", address, "--workers", str(workers), "--timeout", f"{timeout:g}"]
    head = [sys.executable, "-m", "symgraph", "launch"]
    pipe = os.pipe()
    common += ["--pipe", *map(str, pipe)]
    commands = [[*head, "--rank", str(rank), *common, script, *args] for rank in range(workers)]
    children = [subprocess.Popen(command, start_new_session=True, pass_fds=pipe) for command in commands]
    for end in pipe:
        os.close(end)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _watch(children)
    except KeyboardInterrupt:
        with suppress(KeyboardInterrupt):
            _end(children)
        return INTERRUPTED
    finally:
        for child in children:
            child.kill()
        for child in children:
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
    _have_ended(children, _LAST_WORDS)
    order += [rank for rank in _failed(children) if rank not in order]
    first = next((rank for rank in order if children[rank].returncode != job.LOST), order[0])
    code = children[first].returncode
    running = sum(child.poll() is None for child in children)
    rest = f"{counted(running, 'other worker')} stopped" if running else "the job is over"
    sys.stderr.write(f"symgraph launch: worker {first} of {len(children)} {_ending(code)}; {rest}.\n")
    return code if code > 0 else 128 - code


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Interrupt processes and wait until they have ended, but not for ever."""
    sys.stderr.write(
        f"symgraph launch: interrupted; workers have {_TO_SAVE:g} seconds to save and end, a second Ctrl-C kills them.\n"
    )
    for number, seconds in ((signal.SIGINT, _TO_SAVE), (signal.SIGTERM, _TO_END)):
        for child in children:
            child.send_signal(number)
        if _have_ended(children, seconds):
            return
    running = [rank for rank, child in enumerate(children) if child.poll() is None]
    sys.stderr.write(f"symgraph launch: killed, as they have not ended: worker {listed(running)} of {len(children)}.\n")


def _have_ended(children: Sequence[subprocess.Popen[bytes]], seconds: float) -> bool:
    """Wait until processes have ended, so many seconds at most."""
    end = time.monotonic() + seconds
    while any(child.poll() is None for child in children):
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK)
    return True


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


def _wait_for_others(pipe: tuple[int, int]) -> None:
    """After an interrupt, wait until all workers are at this point: each has both ends of the pipe, and closes one here."""
    read, write = pipe
    os.close(write)
    select.select([read], [], [], _FOR_OTHERS)
    if job.rank() == 0:
        time.sleep(_LAST)


def run_worker(
    script: str,
    args: Sequence[str],
    coordinator: str | None,
    workers: int | None,
    rank: int | None,
    timeout: float,
    pipe: tuple[int, int] | None = None,
) -> NoReturn:
    """Join a job, run a script as a worker of it, and leave.

    Args:
        script, args: as of `symgraph.interop.programs.run_program`.
        coordinator, workers, rank, timeout: as of `symgraph.runtime.job.join`.
        pipe: `start_workers` has started several on this machine, each of which has one of its accelerators, and this pipe.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # several processes write to one stream: line by line, as it comes
    is_local = pipe is not None
    is_told = "JAX_LOCAL_DEVICE_IDS" in os.environ
    own = [rank] if is_local and rank is not None and not is_told else None
    if is_local:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what is in the background ignore it
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    job.join(coordinator, workers, rank, timeout, local_device_ids=own)
    try:
        code = run_and_report(script, args, tells=job.rank() == 0, code_of=job.code_of)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED and pipe is not None:
        _wait_for_others(pipe)
    if code:
        job.leave_at_once(code)
    job.leave()
    sys.exit(0)
