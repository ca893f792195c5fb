"""What XLA says of a compiled program before it runs."""

from __future__ import annotations

from typing import Any


def memory_plan(executable: Any) -> dict[str, int]:
    """Bytes a compiled program needs on its device.

    Returns:
        ``arguments``, ``outputs``, ``temporaries``, ``aliased`` (outputs that reuse an argument's memory), ``code``, and
        their ``total``, in which aliased bytes count once.
    """
    stats = executable.memory_analysis()
    plan = {
        "arguments": stats.argument_size_in_bytes,
        "outputs": stats.output_size_in_bytes,
        "temporaries": stats.temp_size_in_bytes,
        "aliased": stats.alias_size_in_bytes,
        "code": stats.generated_code_size_in_bytes,
    }
    return {**plan, "total": sum(plan.values()) - 2 * plan["aliased"]}


def cost(executable: Any) -> dict[str, float]:
    """XLA's count of work for one run: ``flops``, and ``bytes`` read and written."""
    analysis = executable.cost_analysis()
    return {"flops": float(analysis.get("flops", 0.0)), "bytes": float(analysis.get("bytes accessed", 0.0))}


_ON_THE_CALLER = 1000
"""XLA:CPU runs a program of fewer operations on the thread that calls it."""


def runs_beside(executable: Any, platform: str) -> bool:
    """Whether a compiled program computes while its caller goes on."""
    return platform != "cpu" or cost(executable)["flops"] >= _ON_THE_CALLER
