"""Programs for eight virtual devices, whose number is settled when JAX starts: files of blocks, each a test within one."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

ROOT = pathlib.Path(__file__).parent.parent


def cpu_devices(number: int) -> dict[str, str]:
    """What a process needs in its environment to have so many devices."""
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={number}"
    return {"XLA_FLAGS": flags.strip(), "JAX_PLATFORMS": "cpu"}


def outcome_of(program: str) -> dict[str, str | None]:
    """What went wrong in each block of a program, on eight devices."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.{program}"],
        cwd=ROOT,
        env=os.environ | cpu_devices(8),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str | None] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(blocks: Mapping[str, Callable[[], None]]) -> None:
    """Run blocks, or those that the command line names, and print what went wrong in each, as JSON."""
    import symgraph as mx

    found: dict[str, str | None] = {}
    for name in sys.argv[1:] or blocks:
        try:
            with mx.name.NameManager():
                blocks[name]()
            found[name] = None
        except Exception:
            found[name] = traceback.format_exc()
    sys.stdout.write(json.dumps(found))


def raises(kind: type, text: str, call: Callable[[], Any]) -> None:
    """Check that a call raises an error of this kind and text."""
    given = None
    try:
        call()
    except kind as error:
        given = str(error)
    assert given == text, f"given: {given}\nexpected: {text}"
