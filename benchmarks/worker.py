"""The process that does the work: one library, requests as JSON lines on stdin, answers as JSON lines on stdout.

    PYTHON -m benchmarks.worker LIBRARY SUITE

Runs under symgraph's Python and under the peers' alike, so it needs NumPy and the library only. Requests are
``{"do": "start" | "sample" | "drop", "workload": name, "calls": n}``; an answer is ``{"ok": result}`` or
``{"error": text}``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import platform
import sys
import time
from typing import Any

import numpy as np

from benchmarks.workload import Body


class Worker:
    """The workloads of one suite in one library."""

    def __init__(self, library: str, suite: str):
        begin = time.perf_counter()
        self.library = importlib.import_module(library)
        self.import_seconds = time.perf_counter() - begin
        self.workloads = importlib.import_module(f"benchmarks.suites.{suite}").WORKLOADS
        self.bodies: dict[str, Body] = {}

    def hello(self) -> dict[str, Any]:
        """Who answers here."""
        return {
            "library": self.library.__name__,
            "version": self.library.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "import_seconds": self.import_seconds,
        }

    def start(self, workload: str) -> float:
        """Prepare a workload, and the seconds of its first call."""
        self.bodies[workload] = self.workloads[workload].prepare(self.library)
        return self.sample(workload, 1)

    def sample(self, workload: str, calls: int) -> float:
        """Seconds per call, the mean of `calls` calls in a row, after a few that do not count: the caches were another's."""
        body = self.bodies[workload]
        repeat = _repeat if body.fresh is None else _repeat_fresh
        gc.collect()
        repeat(body, calls // 4)
        return repeat(body, calls) / calls

    def drop(self, workload: str) -> None:
        """Forget a workload, so that its memory is free."""
        del self.bodies[workload]
        gc.collect()


def _repeat(body: Body, calls: int) -> float:
    run = body.run
    begin = time.perf_counter()
    for _ in range(calls):
        run()
    if body.finish is not None:
        body.finish()
    return time.perf_counter() - begin


def _repeat_fresh(body: Body, calls: int) -> float:
    assert body.fresh is not None
    total = 0.0
    for _ in range(calls):
        given = body.fresh()
        begin = time.perf_counter()
        result = body.run(given)
        if body.finish is not None:
            body.finish()
        total += time.perf_counter() - begin
        del given, result
    return total


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not get between the answers
    worker = Worker(*sys.argv[1:3])
    print(json.dumps({"ok": worker.hello()}), file=answers)
    for line in sys.stdin:
        request = json.loads(line)
        method = getattr(worker, request.pop("do"))
        try:
            answer = {"ok": method(**request)}
        except Exception as error:  # the other side must hear of whatever a library raises
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main()
