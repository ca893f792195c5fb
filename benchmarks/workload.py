"""What is measured: a piece of work, written once for every library that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Body:
    """Work that is ready to run.

    Attributes:
        run: the work itself; with `fresh`, it takes what `fresh` made.
        fresh: makes something new for every call, outside of the clock.
        finish: waits for whatever `run` started; at the end of a sample, inside the clock.
    """

    run: Callable[..., Any]
    fresh: Callable[[], Any] | None = None
    finish: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Workload:
    """A row of the table.

    Attributes:
        title: what is done in one call.
        prepare: ``prepare(library) -> Body``; where `library` is the imported symgraph or MXNet.
        note: what a reader must know to compare the two sides fairly.
    """

    title: str
    prepare: Callable[[Any], Body]
    note: str = ""
