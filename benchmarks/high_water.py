"""What this process has in RAM (its resident set), and the most it has had at once, as the operating system counts it."""

from __future__ import annotations

import pathlib
import resource
import sys

STATUS = pathlib.Path("/proc/self/status")
RESET = pathlib.Path("/proc/self/clear_refs")


def high_water() -> int:
    """Bytes. Linux's VmHWM, which a new program starts at zero; elsewhere getrusage's figure, which may be inherited."""
    found = _status("VmHWM")
    if found is not None:
        return found
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def resident() -> int | None:
    """Bytes at present, where the system says so."""
    return _status("VmRSS")


def _status(field: str) -> int | None:
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return None


def reset_high_water() -> None:
    """Start counting again from what the process has now, where the system can do that."""
    if RESET.exists():
        RESET.write_text("5")
