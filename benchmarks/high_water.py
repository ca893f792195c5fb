"""The most memory that this process has had in RAM at once (its resident set), as the operating system counts it."""

from __future__ import annotations

import pathlib
import resource
import sys

STATUS = pathlib.Path("/proc/self/status")
RESET = pathlib.Path("/proc/self/clear_refs")


def high_water() -> int:
    """Bytes. Linux's VmHWM, which a new program starts at zero; elsewhere getrusage's figure, which may be inherited."""
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def reset_high_water() -> None:
    """Start counting again from what the process has now, where the system can do that."""
    if RESET.exists():
        RESET.write_text("5")
