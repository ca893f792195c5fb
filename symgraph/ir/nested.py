"""Functions of loops and branches: how they are called, and the lists inside lists that they take and return, flat for
us and regrouped for the user."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from symgraph.errors import CompositionError, brief, counted, described

Layout = int | list[Any]
"""Of a single value 0, of a list the layouts of its members."""


def flatten(values: Any) -> tuple[list[Any], Layout]:
    """All values of nested lists and tuples in order, and the layout that `regroup` needs; ``None`` is an empty list."""
    if values is None:
        return [], []
    if not isinstance(values, (list, tuple)):
        return [values], 0
    parts = [flatten(value) for value in values]
    return [value for flat, _ in parts for value in flat], [layout for _, layout in parts]


def regroup(values: Sequence[Any], layout: Layout) -> Any:
    """The nested lists whose values are `values`."""
    return _take(iter(values), layout)


def as_list(values: Any) -> list[Any]:
    """`values` as the arguments of a function: a list or tuple gives several, anything else is the only one."""
    return list(values) if isinstance(values, (list, tuple)) else [values]


def call(function: Any, arguments: Sequence[Any], form: str) -> Any:
    """What a function that the user gave returns; `form` says whose it is and how it is called: ``"cond: then_func()"``.

    Raises:
        CompositionError: it cannot be called like that.
    """
    try:
        return function(*arguments)
    except TypeError:
        takes = _refused(function, arguments)
        if takes is None:  # the error comes from inside
            raise
    loop, name = form.split("(")[0].split(": ")
    raise CompositionError(
        f"{loop}: {name} is called as {form.removeprefix(loop + ': ')}, with {counted(len(arguments), 'argument')}, but "
        f"{brief(function)} {takes}; give a function with these parameters."
    )


def _refused(function: Any, arguments: Sequence[Any]) -> str | None:
    """What a function takes, if it does not take these arguments."""
    if not callable(function):
        return "is no function"
    try:
        signature = inspect.signature(function)
    except ValueError:  # as some functions written in C
        return None
    try:
        signature.bind(*arguments)
    except TypeError:
        return f"takes {signature}"
    return None


def pair(result: Any, what: str, second: str) -> tuple[Any, Any]:
    """What a body returns, taken apart: outputs, and what `second` names.

    Raises:
        CompositionError: it is no list or tuple of two.
    """
    if not isinstance(result, (list, tuple)) or len(result) != 2:
        raise CompositionError(f"{what} must return two things, outputs and {second}, but returns {described(result)}.")
    return result[0], result[1]


def require_as_many(after: Sequence[Any], before: Sequence[Any]) -> None:
    """Raise `CompositionError` unless the body of a ``while_loop`` returns as many variables as it takes."""
    if len(after) != len(before):
        raise CompositionError(
            f"while_loop: func takes {counted(len(before), 'loop variable')} but returns {len(after)}; return as many."
        )


def iterations(value: Any) -> int:
    """The limit of a ``while_loop``.

    Raises:
        CompositionError: it is missing or no number of steps.
    """
    if value is None:
        raise CompositionError("while_loop: max_iterations is missing; give the largest number of steps.")
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise CompositionError(f"while_loop: max_iterations must be a whole number, given {described(value)}.")
    return number


def _take(values: Iterator[Any], layout: Layout) -> Any:
    return next(values) if isinstance(layout, int) else [_take(values, part) for part in layout]
