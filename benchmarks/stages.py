"""The stages of a start, as the worker runs them: see `benchmarks.starts`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.libraries import prepare
from benchmarks.networks import NETWORKS
from benchmarks.problem import Problem

Seconds = dict[str, float]


def stages(name: str, library: Any, network: str, problems: Sequence[Problem]) -> list[Seconds]:
    """Seconds of each stage, for each problem: the same network with another batch."""
    symbolic = hasattr(library, "sym")
    return _symbolic(library, network, problems) if symbolic else [_other(name, library, one) for one in problems]


def _symbolic(mx: Any, network: str, problems: Sequence[Problem]) -> list[Seconds]:
    """With MXNet's API: build the symbol once, bind it, run two steps; values are zero, as `simple_bind` leaves them."""
    begin = time.perf_counter()
    symbol = NETWORKS[network].build(mx)
    built = time.perf_counter() - begin
    found = []
    for problem in problems:
        requests = {n: "null" if n in problem.frozen else "write" for n in symbol.list_arguments()}
        shapes = {n: problem.shapes[n] for n in problem.frozen}
        begin = time.perf_counter()
        executor = symbol.simple_bind(mx.current_context(), grad_req=requests, **shapes)
        seconds = {"build": built, "bind": time.perf_counter() - begin}

        def step(executor: Any = executor) -> None:
            executor.forward(is_train=True)
            executor.backward()
            for array in [*executor.outputs, *executor.grad_arrays, *executor.aux_arrays]:
                if array is not None:
                    array.wait_to_read()

        found.append(seconds | _steps(step))
        built = 0.0
    return found


def _other(name: str, library: Any, problem: Problem) -> Seconds:
    """Without: there is nothing to build or bind."""
    return _steps(prepare(name, library, [problem]).run)


def _steps(step: Any) -> Seconds:
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return {"first step": times[0], "second step": times[1]}
