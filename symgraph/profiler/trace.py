"""`Trace`: what JAX's profiler saw in one or more stretches of time, as one timeline for ``chrome://tracing``."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax

OWN_PROCESS = 1_000_000
"""Process of the timeline that shows counters and markers: JAX's profiler has none, and numbers its own from 1."""


class Trace:
    """A timeline that grows by a stretch each time the trace is started and stopped.

    JAX writes each stretch to ``plugins/profile`` in the given folder, too, in the form that XProf and TensorBoard read.
    """

    def __init__(self) -> None:
        self._origin: int | None = None
        self._begin = 0
        self._folder: Path | None = None
        self._stretches: list[tuple[int, bytes]] = []
        self._marks: list[dict[str, Any]] = []

    @property
    def is_open(self) -> bool:
        """Whether it is being recorded."""
        return self._folder is not None

    def start(self, folder: Path, with_python: bool) -> None:
        """Begin to record.

        Args:
            with_python: record every call of a Python function, too, which makes the program slower.

        Raises:
            RuntimeError: JAX's profiler runs already.
        """
        options = jax.profiler.ProfileOptions()
        options.python_tracer_level = int(with_python)
        jax.profiler.start_trace(folder, profiler_options=options)
        self._folder, self._begin = folder, time.perf_counter_ns()
        if self._origin is None:
            self._origin = self._begin

    def stop(self) -> None:
        """End the stretch.

        Raises:
            RuntimeError: somebody else has ended it.
        """
        assert self._folder is not None
        assert self._origin is not None
        folder, self._folder = self._folder, None
        jax.profiler.stop_trace()
        written = max((folder / "plugins" / "profile").glob("*/*.trace.json.gz"), key=os.path.getmtime)
        self._stretches.append((self._begin - self._origin, written.read_bytes()))

    def mark(self, name: str, phase: str, category: str, details: Mapping[str, Any]) -> None:
        """Add an event of our own: an instant (``"i"``) or the new value of a counter (``"C"``)."""
        if self._origin is not None:
            moment = (time.perf_counter_ns() - self._origin) / 1e3
            event = {"name": name, "ph": phase, "cat": category, "ts": moment, "pid": OWN_PROCESS, "tid": 0}
            self._marks.append({**event, **details})

    def as_json(self) -> bytes:
        """The timeline in the format of ``chrome://tracing``; its zero is the first start."""
        events: list[dict[str, Any]] = []
        for begin, packed in self._stretches:
            for event in json.loads(gzip.decompress(packed))["traceEvents"]:
                if "ts" in event:
                    event["ts"] += begin / 1e3
                if event:
                    events.append(event)
        if self._marks:
            own = {"name": "process_name", "ph": "M", "pid": OWN_PROCESS, "args": {"name": "mx.profiler"}}
            events += [own, *self._marks]
        return json.dumps({"displayTimeUnit": "ms", "traceEvents": events}).encode()

    def clear(self) -> None:
        """Forget all stretches."""
        self._stretches.clear()
        self._marks.clear()
        self._origin = None
