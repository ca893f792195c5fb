"""The part of MXNet's ``mx.util`` that has to do with symbols' programs: devices, the environment, and the semantics of
``mx.np``, which is never in effect here."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from symgraph.errors import MXNetError
from symgraph.runtime.context import gpu_memory_info, num_gpus

_INSTEAD = "symgraph has no mx.np; the Symbol API, mx.sym and mx.nd, is here as it was before mx.np"


def get_gpu_count() -> int:
    """How many GPUs JAX can use on this machine."""
    return num_gpus()


def get_gpu_memory(gpu_dev_id: int) -> tuple[int, int]:
    """Free and total bytes of a GPU, see `symgraph.runtime.context.gpu_memory_info`."""
    return gpu_memory_info(gpu_dev_id)


def getenv(name: str) -> str | None:
    """The value of an environment variable of this process, ``None`` without one."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable of this process, or remove it by ``None``."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def is_np_shape() -> bool:
    """Whether shapes mean what they do in NumPy, where () is a scalar; here as in MXNet by default, 0 and () are unknown."""
    return False


def is_np_array() -> bool:
    """Whether operators return arrays of ``mx.np``; never here."""
    return False


def reset_np() -> None:
    """Return to the semantics that are in effect anyway."""


def set_np(shape: bool = True, array: bool = True) -> None:
    """Switch to the semantics of ``mx.np``.

    Raises:
        MXNetError: they are asked for.
    """
    if shape or array:
        raise MXNetError(f"set_np: {_INSTEAD}.")


def use_np(func: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function run with the semantics of ``mx.np``.

    Raises:
        MXNetError: always.
    """
    raise MXNetError(f"use_np: {_INSTEAD}.")
