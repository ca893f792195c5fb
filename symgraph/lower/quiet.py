"""What JAX tells of its own work is kept out of a program's log while it works for us.

Scripts for MXNet begin with ``logging.basicConfig(level=logging.DEBUG)``, to see how a training goes, and would otherwise
see some thirty lines about each program that is compiled.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_LOGGER = logging.getLogger("jax")
_Function = TypeVar("_Function", bound=Callable[..., Any])


@contextmanager
def quiet() -> Iterator[None]:
    """In this context JAX logs warnings only, unless somebody has given its logger a level."""
    if _LOGGER.level != logging.NOTSET:
        yield
        return
    _LOGGER.setLevel(logging.WARNING)
    try:
        yield
    finally:
        _LOGGER.setLevel(logging.NOTSET)


def quietly(function: _Function) -> _Function:
    """A function of ours that has JAX compile, in `quiet`. Where nobody would listen to JAX, that costs nothing."""

    @functools.wraps(function)
    def silent(*args: Any, **kwargs: Any) -> Any:
        if not _LOGGER.isEnabledFor(logging.DEBUG):
            return function(*args, **kwargs)
        with quiet():
            return function(*args, **kwargs)

    return silent  # type: ignore[return-value]
