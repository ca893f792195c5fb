"""Around a test: environment variables, error output, repetition, expected exceptions."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from symgraph.runtime.creation import waitall


@contextlib.contextmanager
def environment(*args: Any) -> Iterator[None]:
    """Set environment variables within a ``with`` block, and put them back after it, whatever happens in it.

    Args:
        *args: a name and its value, or a dict of them; ``None`` unsets a variable.

    >>> with environment("SYMGRAPH_EXAMPLE", "1"):
    ...     os.environ["SYMGRAPH_EXAMPLE"]
    '1'
    """
    if len(args) == 1 and isinstance(args[0], Mapping):
        wanted = dict(args[0])
    elif len(args) == 2:
        wanted = {args[0]: args[1]}
    else:
        raise ValueError("environment takes the name and the value of a variable, or a dict of them.")
    before = {name: getenv(name) for name in wanted}
    try:
        _set(wanted)
        try:
            yield
        finally:
            # What was asked for in the block is computed with its settings.
            waitall()
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        setenv(name, value)


def getenv(name: str) -> str | None:
    """The value of an environment variable; ``None`` if it is not set."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable, or unset it for ``None``."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@contextlib.contextmanager
def discard_stderr() -> Iterator[None]:
    """Throw away what is written to the error output within a ``with`` block, by Python and by libraries."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        saved = os.dup(2)
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def retry(n: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a test that depends on chance: only its `n`-th ``AssertionError`` in a row makes it fail.

    >>> @retry(3)
    ... def test_dice():
    ...     assert next(throws) == 6
    >>> throws = iter([1, 6])
    >>> test_dice()
    """
    if n < 1:
        raise ValueError(f"retry: a test runs at least once, given n={n}.")

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def repeated(*args: Any, **kwargs: Any) -> Any:
            for _ in range(n - 1):
                with contextlib.suppress(AssertionError):
                    return function(*args, **kwargs)
                waitall()
            return function(*args, **kwargs)

        return repeated

    return decorate


def assert_exception(
    f: Callable[..., Any],
    exception_type: type[BaseException] | tuple[type[BaseException], ...],
    *args: Any,
    **kwargs: Any,
) -> None:
    """Raise ``AssertionError`` unless ``f(*args, **kwargs)`` raises an exception of a type; others pass through.

    >>> assert_exception(int, ValueError, "x")
    """
    try:
        f(*args, **kwargs)
    except exception_type:
        return
    name = getattr(f, "__name__", repr(f))
    types = exception_type if isinstance(exception_type, tuple) else (exception_type,)
    raise AssertionError(f"{name} did not raise {' or '.join(kind.__name__ for kind in types)}.")
