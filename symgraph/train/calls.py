"""Callbacks are called, after batches and epochs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from symgraph.errors import BindError, counted, described

Callbacks = Callable[..., Any] | Sequence[Callable[..., Any]] | None


def call_all(callbacks: Callbacks, *args: Any, what: str = "a callback") -> None:
    """Call each of none, one or several callbacks.

    Args:
        args: a `BatchEndParam`; or number of the epoch, symbol, parameters and auxiliary states.
        what: what they are given as, for messages.

    Raises:
        CallbackError: one is no function, or none of these arguments.
    """
    for callback in callbacks if isinstance(callbacks, Iterable) else [callbacks]:
        if callback is None:
            continue
        if not callable(callback):
            raise CallbackError(f"{what} is a function, or a list of such, given {described(callback)}.")
        try:
            callback(*args)
        except TypeError as error:
            if _takes(callback, args):  # the callback made the mistake, not who gave it
                raise
            taken = "a BatchEndParam (epoch, nbatch, eval_metric, locals)"
            given = taken if len(args) == 1 else "epoch, symbol, arg_params, aux_params"
            raise CallbackError(
                f"{what} is called with {counted(len(args), 'argument')}, {given}, which {described(callback)} does not take: "
                f"{error}."
            ) from None


def _takes(function: Callable[..., Any], args: tuple) -> bool:
    """Whether a function can be called with these arguments, as far as that is known."""
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        return False
    except ValueError:  # it does not tell
        return True
    return True


class CallbackError(BindError, TypeError, AttributeError):
    """What is to be called is no function of what it is told."""
