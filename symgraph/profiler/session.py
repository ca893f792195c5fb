"""`Session`: the profiler of this process, with its settings, its state and what it has found."""

from __future__ import annotations

import atexit
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import jax

from symgraph.errors import MXNetError, described, listed, suggestion
from symgraph.ir.attrs import codec
from symgraph.profiler.statistics import MEMORY, Statistics
from symgraph.profiler.trace import Trace
from symgraph.runtime import timing
from symgraph.runtime.atomic import check_name, write_atomically


class ProfilerError(MXNetError, ValueError):
    """The profiler cannot do what it was asked for."""


@dataclass(frozen=True)
class Settings:
    """What `set_config` takes. If it names no kind of what is to be measured, everything is."""

    filename: str = "profile.json"
    profile_all: bool = False
    profile_symbolic: bool = False
    profile_imperative: bool = False
    profile_memory: bool = False
    profile_api: bool = False
    continuous_dump: bool = False
    dump_period: float = 1.0
    aggregate_stats: bool = False
    profile_process: str = "worker"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """Settings from keywords, whose values may be texts, as in MXNet.

        Raises:
            ProfilerError: a keyword is not known, or its value is not of its kind.
        """
        kinds: dict[str, Any] = {field.name: type(field.default) for field in fields(cls)}
        values = {}
        for name, value in given.items():
            if name not in kinds:
                raise ProfilerError(f"set_config has no '{name}'.{suggestion(name, kinds)} It takes {listed(kinds)}.")
            try:
                values[name] = codec(kinds[name]).parse(str(value))
            except ValueError:
                raise ProfilerError(
                    f"set_config: {name} must be a {kinds[name].__name__}, given {described(value)}."
                ) from None
        check_name(values.get("filename", cls.filename), "set_config")
        return cls(**values)

    def wants(self, kind: str) -> bool:
        """Whether a kind is measured: ``"symbolic"``, ``"imperative"`` or ``"memory"``."""
        kinds = {
            "symbolic": self.profile_symbolic,
            "imperative": self.profile_imperative,
            "memory": self.profile_memory,
        }
        return self.profile_all or kinds[kind] or not any((*kinds.values(), self.profile_api))


class Session:
    """The profiler: it records while its state is ``"run"`` and it is not paused."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.statistics = Statistics()
        self._trace = Trace()
        self._lock = threading.RLock()
        self._runs = self._is_paused = False

    @property
    def is_recording(self) -> bool:
        """Whether what happens is measured."""
        return self._trace.is_open

    def configure(self, settings: Settings) -> None:
        """Other settings; a profiler that runs goes on with them."""
        with self._lock:
            runs, is_paused = self._runs, self._is_paused
            self._go(False, False)
            self.settings = settings
            self._go(runs, is_paused)

    def set_running(self, runs: bool) -> None:
        """Start or stop."""
        with self._lock:
            self._go(runs, False)

    def set_paused(self, is_paused: bool) -> None:
        """Interrupt what `set_running` has started, or go on with it."""
        with self._lock:
            self._go(self._runs, is_paused)

    def dump(self, finished: bool) -> None:
        """Write the timeline so far to the file; if that is all, stop and forget it."""
        with self._lock:
            runs, is_paused = self._runs, self._is_paused
            self._go(False, False)
            self._write()
            if finished:
                self._trace.clear()
            else:
                self._go(runs, is_paused)

    def leave(self) -> None:
        """Write what a program leaves behind that ends while the profiler runs."""
        if self._runs:
            self.dump(True)

    def call(self, category: str, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """``function(*args)``, measured until its results are there."""
        with jax.profiler.TraceAnnotation(name):
            begin = time.perf_counter_ns()
            results = jax.block_until_ready(function(*args))
            spent = time.perf_counter_ns() - begin
        self.statistics.add(category, name, spent / 1e6)
        if self.settings.wants("memory"):
            for device, size in _memory_in_use().items():
                self.statistics.add(MEMORY, f"Memory: {device}", size / 1024)
        return results

    def measure(self, category: str, name: str, nanoseconds: int) -> None:
        """Add the duration of something that a user has timed."""
        self.statistics.add(category, name, nanoseconds / 1e6)

    def mark(self, category: str, name: str, scope: str) -> None:
        """Put an instant on the timeline."""
        if self.is_recording:
            self._trace.mark(name, "i", category, {"s": scope})

    def count(self, category: str, name: str, value: int) -> None:
        """Put the new value of a counter on the timeline and into the statistics."""
        if self.is_recording:
            self._trace.mark(name, "C", category, {"args": {name: value}})
            self.statistics.add(category, name, value)

    def _go(self, runs: bool, is_paused: bool) -> None:
        """To another state; if that fails, everything stays as it was."""
        records = runs and not is_paused
        if records and not self._trace.is_open:
            self._start()
        elif not records and self._trace.is_open:
            self._stop()
        self._runs, self._is_paused = runs, is_paused

    def _start(self) -> None:
        settings = self.settings
        folder = Path(settings.filename).absolute().parent
        if not folder.is_dir():
            raise ProfilerError(
                f"the profiler cannot start: there is no folder '{folder}' for '{settings.filename}'; make it, or name "
                f"another file in set_config."
            )
        try:
            self._trace.start(folder, settings.profile_api)
        except RuntimeError as error:
            raise ProfilerError(
                f"the profiler cannot start, as JAX's says: {error} End what was started with jax.profiler first."
            ) from None
        if settings.wants("symbolic"):
            timing.programs = lambda *args: self.call(OPERATOR, *args)
        if settings.wants("imperative"):
            timing.operators = lambda *args: self.call(OPERATOR, *args)

    def _stop(self) -> None:
        timing.programs = timing.operators = None
        try:
            self._trace.stop()
        except RuntimeError as error:
            raise ProfilerError(f"the profiler's trace is lost, as JAX's says: {error}.") from None
        if self.settings.continuous_dump:
            self._write()

    def _write(self) -> None:
        write_atomically(self.settings.filename, self._trace.as_json(), "profiler.dump")


def _memory_in_use() -> dict[str, int]:
    """Bytes by device: what its allocator says, or else the size of all arrays that are alive."""
    found: dict[str, int] = defaultdict(int)
    for array in jax.live_arrays():
        for shard in array.addressable_shards:
            found[_title(shard.device)] += shard.data.nbytes
    for device in jax.local_devices():
        stats = device.memory_stats()
        if stats:
            found[_title(device)] = stats["bytes_in_use"]
    return found


def _title(device: Any) -> str:
    return f"{device.platform}/{device.id}"


OPERATOR = "operator"
"""The category of what is computed, as MXNet calls it."""

SESSION = Session()
"""There is one profiler in a process."""

atexit.register(SESSION.leave)
