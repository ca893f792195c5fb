"""What is measured: a piece of work, written once for every library that runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.problem import Problem


@dataclass(frozen=True)
class Body:
    """Work that is ready to run.

    Attributes:
        run: the work itself; with `fresh`, it takes what `fresh` made.
        fresh: makes something new for every call, outside of the clock.
        finish: waits for whatever `run` started; at the end of a sample, inside the clock.
        results: what the last `run` computed, by name: ``output 0``, ``gradient fc_weight``, ``state bn_moving_mean``.
        plan: bytes that the compiled programs need, by kind.
    """

    run: Callable[..., Any]
    fresh: Callable[[], Any] | None = None
    finish: Callable[[], Any] | None = None
    results: Callable[[], Mapping[str, np.ndarray]] | None = None
    plan: Callable[[], Mapping[str, int]] | None = None


@dataclass(frozen=True)
class Workload:
    """A row of the table that uses MXNet's API, and so runs in libraries that have it.

    Attributes:
        title: what is done in one call.
        prepare: ``prepare(library) -> Body``; where `library` is the imported symgraph or MXNet.
        note: what a reader must know to compare the two sides fairly.
    """

    title: str
    prepare: Callable[[Any], Body]
    note: str = ""

    def request(self) -> dict[str, Any]:
        """What the worker must be told: the module in whose ``WORKLOADS`` it finds this."""
        return {"suite": self.prepare.__module__}


@dataclass(frozen=True)
class NetworkWorkload:
    """A row of the table that runs networks, in any library.

    Attributes:
        title: network, size, and whether it is trained.
        problems: makes the networks, which are run one after the other in each call and share their parameters.
        note: what a reader must know to compare the libraries fairly.
    """

    title: str
    problems: Callable[[], Sequence[Problem]]
    note: str = ""

    def request(self) -> dict[str, Any]:
        """What the worker must be told: the networks."""
        return {"problems": [problem.to_json() for problem in self.problems()]}


AnyWorkload = Workload | NetworkWorkload
