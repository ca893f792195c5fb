"""What a program marks by itself: stretches of time, values that change, and instants."""

from __future__ import annotations

import time
from typing import Any, Self

import jax

from symgraph.errors import described
from symgraph.profiler.session import SESSION, ProfilerError

_SCOPES = {"global": "g", "process": "p", "thread": "t", "task": "t", "marker": "t"}
"""How far across the timeline a marker is drawn, by MXNet's names."""


class Domain:
    """A group of tasks, frames, counters and markers, under whose name the statistics list them.

    >>> import symgraph as mx
    >>> domain = mx.profiler.Domain("training")
    >>> str(domain), str(domain.new_counter("images", 0))
    ('training', 'images')
    """

    def __init__(self, name: str):
        self.name = _checked(name)

    def __str__(self) -> str:
        return self.name

    def new_task(self, name: str) -> Task:
        """A `Task` of this domain."""
        return Task(self, name)

    def new_frame(self, name: str) -> Frame:
        """A `Frame` of this domain."""
        return Frame(self, name)

    def new_counter(self, name: str, value: int | None = None) -> Counter:
        """A `Counter` of this domain."""
        return Counter(self, name, value)

    def new_marker(self, name: str) -> Marker:
        """A `Marker` of this domain."""
        return Marker(self, name)


class _Stretch:
    """Something that starts and stops, again and again."""

    def __init__(self, category: str, name: str):
        self.name = _checked(name)
        self._category = category
        self._begin: int | None = None
        self._annotation: Any = None

    def __str__(self) -> str:
        return self.name

    def start(self) -> None:
        """Begin; this counts if the profiler runs."""
        if SESSION.is_recording:
            self._annotation = jax.profiler.TraceAnnotation(self.name)
            self._annotation.__enter__()
            self._begin = time.perf_counter_ns()

    def stop(self) -> None:
        """End what `start` has begun."""
        if self._begin is None:
            return
        spent, self._begin = time.perf_counter_ns() - self._begin, None
        self._annotation.__exit__(None, None, None)
        SESSION.measure(self._category, self.name, spent)


class Task(_Stretch):
    """A piece of work of one thread; tasks may be nested."""

    def __init__(self, domain: Domain, name: str):
        super().__init__(_domain(domain), name)


class Frame(_Stretch):
    """One of many alike, as the steps of a training are."""

    def __init__(self, domain: Domain, name: str):
        super().__init__(f"{_domain(domain)},frame", name)


class Event(_Stretch):
    """A stretch of time that belongs to no domain."""

    def __init__(self, name: str):
        super().__init__("event", name)


class Counter:
    """A whole number that changes in the course of time.

    >>> import symgraph as mx
    >>> images = mx.profiler.Domain("training").new_counter("images", 0)
    >>> images += 32
    >>> images.decrement()
    """

    def __init__(self, domain: Domain, name: str, value: int | None = None):
        self.name = _checked(name)
        self._category = _domain(domain)
        self._value = 0
        if value is not None:
            self.set_value(value)

    def __str__(self) -> str:
        return self.name

    def set_value(self, value: int) -> None:
        """Set the counter."""
        self._value = _whole(value)
        SESSION.count(self._category, self.name, self._value)

    def increment(self, delta: int = 1) -> None:
        """Add to the counter."""
        self.set_value(self._value + _whole(delta))

    def decrement(self, delta: int = 1) -> None:
        """Subtract from the counter."""
        self.set_value(self._value - _whole(delta))

    def __iadd__(self, delta: int) -> Self:
        self.increment(delta)
        return self

    def __isub__(self, delta: int) -> Self:
        self.decrement(delta)
        return self


class Marker:
    """An instant on the timeline."""

    def __init__(self, domain: Domain, name: str):
        _domain(domain)
        self.name = _checked(name)
        self.domain = domain

    def mark(self, scope: str = "process") -> None:
        """Mark this instant, across the timeline of everything, of the process or of a thread (``"global"``, ``"process"``,
        ``"thread"``, ``"task"``, ``"marker"``)."""
        if scope not in _SCOPES:
            raise ProfilerError(f"mark: scope must be one of {', '.join(_SCOPES)}, given {described(scope)}.")
        SESSION.mark(self.domain.name, self.name, _SCOPES[scope])


def _checked(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a name for the profiler must be a string, given {described(name)}.")
    return name


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise TypeError(f"a counter counts in whole numbers, given {described(value)}.") from None


def _domain(domain: Any) -> str:
    if not isinstance(domain, Domain):
        raise TypeError(f"domain must be a profiler.Domain, given {described(domain)}.")
    return domain.name
