"""What is told of a computation that JAX or XLA did not finish."""

from __future__ import annotations

import re

import jax

from symgraph.errors import MXNetError, OutOfMemoryError

_REMEDY = "Smaller batches take less; Executor.memory_plan() tells how much before anything runs."


def failed(what: str, error: Exception) -> MXNetError:
    """The error that tells what was not done, and why."""
    if not isinstance(error, jax.errors.JaxRuntimeError):
        return MXNetError(f"{what}: {type(error).__name__}: {error}")
    text = str(error)
    if text.startswith("RESOURCE_EXHAUSTED"):
        return OutOfMemoryError(f"{what}: {text} {_REMEDY}")
    return MXNetError(f"{what}: {_without_traceback(text)}")


def _without_traceback(text: str) -> str:
    """What XLA says; of an exception inside of a JAX callback, the exception without the traceback around it."""
    if "Traceback (most recent call last)" not in text:
        return text
    last = re.sub(r" \[executable_name='.*'\]$", "", text.rstrip().splitlines()[-1])
    return (
        f"a JAX callback in it failed with {last}. JAX passes no 64-bit numbers through callbacks "
        f"here; an mx.operator.CustomOp takes them, and names the line that fails."
    )
