"""The process that does the work: one library, requests as JSON lines on stdin, answers as JSON lines on stdout.

    PYTHON -m benchmarks.worker LIBRARY DEVICE

Runs under symgraph's Python and under the peers' alike, so it needs NumPy and the library only. A request is
``{"do": method of Worker, **its arguments}``; an answer is ``{"ok": result}``, ``{"error": text}``, or
``{"lacks": operator}`` where the library has nothing for an operator of MXNet.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.check import Fingerprint, fingerprint
from benchmarks.high_water import high_water, reset_high_water, resident
from benchmarks.libraries import prepare, use
from benchmarks.libraries.graph import MissingOperatorError
from benchmarks.problem import Problem
from benchmarks.stages import stages
from benchmarks.workload import Body


class Worker:
    """Workloads in one library on one device, ``"cpu"`` or ``"gpu"``."""

    def __init__(self, name: str, device: str):
        begin = time.perf_counter()
        self.library = importlib.import_module(name)
        self.import_seconds = time.perf_counter() - begin
        self.name = name
        self.device = use(name, self.library, device)
        self.bodies: dict[str, Body] = {}
        self.problems: dict[str, list[Problem]] = {}

    def hello(self) -> dict[str, Any]:
        """Who answers here."""
        return {
            "library": self.library.__name__,
            "version": self.library.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "threads": os.environ.get("OMP_NUM_THREADS", ""),
            "device": self.device,
            "import_seconds": self.import_seconds,
            "import_bytes": high_water(),
        }

    def start(self, workload: str, suite: str = "", problems: Sequence[Mapping[str, Any]] = ()) -> float:
        """Prepare a workload, which is in the module `suite` or consists of `problems`; the seconds of its first call."""
        if problems:
            self.problems[workload] = [Problem.from_json(problem) for problem in problems]
            self.bodies[workload] = prepare(self.name, self.library, self.problems[workload])
        else:
            self.bodies[workload] = importlib.import_module(suite).WORKLOADS[workload].prepare(self.library)
        return self.sample(workload, 1)

    def check(self, workload: str) -> Fingerprint | None:
        """What the workload computes, as `Problem.comparable`; ``None`` if that cannot be compared."""
        body = self.bodies[workload]
        timed = self.problems.get(workload, [])
        compared = [problem.comparable() for problem in timed]
        if compared != timed:
            body = prepare(self.name, self.library, compared)
            body.run()
        return None if body.results is None else fingerprint(body.results())

    def memory(self, workload: str, calls: int) -> dict[str, Any]:
        """Bytes: the most that the process has had so far, the most during `calls` more calls, and what was planned."""
        body = self.bodies[workload]
        so_far = high_water()
        reset_high_water()
        for _ in range(calls):
            body.run()
        return {"start": so_far, "calls": high_water(), "plan": None if body.plan is None else body.plan()}

    def soak(self, workload: str, calls: int, parts: int) -> dict[str, list[int]]:
        """Resident bytes, Python objects and JAX arrays after each part of a long run, as far as there are any."""
        body = self.bodies[workload]
        counts: dict[str, list[int]] = {}
        for part in range(parts):
            _repeat(body, calls * (part + 1) // parts - calls * part // parts)
            gc.collect()
            found = {"bytes": resident(), "objects": len(gc.get_objects())}
            if "jax" in sys.modules:
                found["arrays"] = len(sys.modules["jax"].live_arrays())
            for kind, count in found.items():
                if count is not None:
                    counts.setdefault(kind, []).append(count)
        return counts

    def stages(self, network: str, problems: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
        """Seconds of the stages of a start, for each of `problems`."""
        return stages(self.name, self.library, network, [Problem.from_json(problem) for problem in problems])

    def sample(self, workload: str, calls: int) -> float:
        """Seconds per call, the mean of `calls` calls in a row, after a few that do not count: the caches were another's."""
        body = self.bodies[workload]
        repeat = _repeat if body.fresh is None else _repeat_fresh
        gc.collect()
        repeat(body, calls // 4)
        return repeat(body, calls) / calls

    def drop(self, workload: str) -> None:
        """Forget a workload, so that its memory is free."""
        self.bodies.pop(workload, None)
        self.problems.pop(workload, None)
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
    worker = Worker(*sys.argv[1:])
    print(json.dumps({"ok": worker.hello()}), file=answers)
    for line in sys.stdin:
        request = json.loads(line)
        method = getattr(worker, request.pop("do"))
        try:
            answer = {"ok": method(**request)}
        except MissingOperatorError as error:
            answer = {"lacks": str(error)}
        except Exception as error:  # the other side must hear of whatever a library raises
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main()
