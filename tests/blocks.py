"""Blocks: functions of the module `mx` that return JSON-able facts, recorded under real MXNet and compared under symgraph."""

from __future__ import annotations

from typing import Any, Callable


class Blocks(dict):
    """Blocks by name; as a decorator it enters a function."""

    def __call__(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        self[function.__name__] = function
        return function


def attempt(call: Callable[[], Any]) -> Any:
    """What `call` returns (a symbol: its name), or ``"error"`` if it raises: texts and classes of errors are ours."""
    try:
        result = call()
    except Exception:
        return "error"
    return getattr(result, "name", result)
