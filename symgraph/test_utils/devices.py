"""Where checks run, and what this machine and this installation can do."""

from __future__ import annotations

import os
import platform
from typing import Any

from symgraph.runtime.context import Context, current_context, num_gpus


def default_context() -> Context:
    """The context that checks run on: the current one."""
    return current_context()


def set_default_context(ctx: Context) -> None:
    """Make `ctx` the current context of this thread."""
    Context.default_ctx = ctx


def list_gpus() -> list[int]:
    """The numbers of this machine's GPUs."""
    return list(range(num_gpus()))


def get_cuda_compute_capability(ctx: Any) -> int:
    """Compute capability of a GPU as a number of two digits or more, e.g. 90 for 9.0.

    Raises:
        ValueError: `ctx` is no GPU.
        DeviceError: the machine has no such GPU.
    """
    if not isinstance(ctx, Context) or ctx.device_type != "gpu":
        raise ValueError(f"only a GPU has a compute capability, given {ctx!r}.")
    return round(float(ctx.jax_device.compute_capability) * 10)


def is_op_runnable() -> bool:
    """True: every operator runs on every device."""
    return True


def has_tvm_ops() -> bool:
    """False: XLA compiles all operators."""
    return False


def is_cd_run() -> bool:
    """Whether this is a delivery job of MXNet's, by the environment variable ``CD_JOB``."""
    return os.environ.get("CD_JOB") == "1"


def is_aarch64_run() -> bool:
    """Whether the machine has a 64-bit ARM processor."""
    return platform.machine() == "aarch64"
