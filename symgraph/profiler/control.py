"""The functions of ``mx.profiler``: settings, start and stop, and what has been found."""

from __future__ import annotations

from typing import Any

from symgraph.errors import described
from symgraph.ir.source import warn_user
from symgraph.profiler.session import SESSION, ProfilerError, Settings
from symgraph.profiler.statistics import ORDERS

_STATES = {"stop": False, "run": True}
_FORMATS = ("table", "json")


def set_kvstore_handle(handle: Any) -> None:
    """Accepted for compatibility: there are no servers, whose profilers MXNet reaches through a store."""


def set_config(**kwargs: Any) -> None:
    """What to measure, and where to write it. What is not given is as if it had never been set.

    Args:
        filename: file for `dump`, ``profile.json`` by default. JAX's own traces go to ``plugins/profile`` beside it.
        profile_symbolic: measure the programs of executors.
        profile_imperative: measure operators that run on arrays.
        profile_memory: after each of these, note how much memory is in use.
        profile_all: all of these, which is also what happens if nothing is chosen.
        profile_api: show calls of Python functions on the timeline, which makes the program slower.
        aggregate_stats: accepted; statistics are always kept.
        continuous_dump: write the file whenever the profiler stops.
        dump_period: accepted for compatibility.
        profile_process: ``"worker"``; there are no servers.

    Measuring waits for results after each program or operator, so nothing runs beside the caller while it does.

    Raises:
        ProfilerError: a keyword is not known, or its value is of the wrong kind.
    """
    settings = Settings.of(kwargs)
    _require_worker("set_config", settings.profile_process)
    SESSION.configure(settings)


def profiler_set_config(mode: str = "symbolic", filename: str = "profile.json") -> None:
    """`set_config` as it was called once; `mode` is ``"symbolic"`` or ``"all"``."""
    _warn_old("profiler_set_config", "set_config")
    set_config(**{f"profile_{mode}": True, "filename": filename})


def set_state(state: str = "stop", profile_process: str = "worker") -> None:
    """Start (``"run"``) or end (``"stop"``) to measure.

    Raises:
        ProfilerError: there is no such state, or JAX's profiler runs already.
    """
    _require("set_state: state", state, _STATES)
    _require_worker("set_state", profile_process)
    SESSION.set_running(_STATES[state])


def profiler_set_state(state: str = "stop") -> None:
    """`set_state` as it was called once."""
    _warn_old("profiler_set_state", "set_state")
    set_state(state)


def pause(profile_process: str = "worker") -> None:
    """Leave out what follows, until `resume`."""
    _require_worker("pause", profile_process)
    SESSION.set_paused(True)


def resume(profile_process: str = "worker") -> None:
    """End a `pause`."""
    _require_worker("resume", profile_process)
    SESSION.set_paused(False)


def dump(finished: bool = True, profile_process: str = "worker") -> None:
    """Write the timeline to the file of `set_config`, for ``chrome://tracing`` or https://ui.perfetto.dev.

    Args:
        finished: also stop, and begin with an empty timeline next time; otherwise the profiler goes on.

    Raises:
        FileError: the file cannot be written.
    """
    _require_worker("dump", profile_process)
    SESSION.dump(bool(finished))


def dump_profile() -> None:
    """`dump` as it was called once."""
    _warn_old("dump_profile", "dump")
    dump(True)


def dumps(reset: bool = False, format: str = "table", sort_by: str = "total", ascending: bool = False) -> str:
    """Statistics of what has been measured: how often, and how long in all, at least, at most and on average.

    Args:
        reset: forget them afterwards.
        format: ``"table"`` or ``"json"``.
        sort_by: ``"total"``, ``"avg"``, ``"min"``, ``"max"`` or ``"count"``, within each category.
        ascending: the least first.

    Raises:
        ProfilerError: there is no such format or order.
    """
    _require("dumps: format", format, _FORMATS)
    _require("dumps: sort_by", sort_by, ORDERS)
    for name, value in (("reset", reset), ("ascending", ascending)):
        _require(f"dumps: {name}", value, (False, True))
    statistics = SESSION.statistics
    text = statistics.as_table(sort_by, ascending) if format == "table" else statistics.as_json(sort_by, ascending)
    if reset:
        statistics.clear()
    return text


def _require(what: str, value: Any, known: Any) -> None:
    try:
        if value in known:
            return
    except TypeError:  # what has no hash is in no dict
        pass
    names = [str(name) for name in known]
    raise ProfilerError(f"{what} must be one of {', '.join(names)}, given {described(value)}.")


def _require_worker(what: str, process: str) -> None:
    if process != "worker":
        raise ProfilerError(
            f"{what}: profile_process must be 'worker', as there are no servers to be profiled, given {described(process)}."
        )


def _warn_old(old: str, new: str) -> None:
    warn_user(f"profiler.{old} is deprecated; use profiler.{new}.")
