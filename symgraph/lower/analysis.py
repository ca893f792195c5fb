"""What XLA says of a compiled program before it runs."""

from __future__ import annotations

from typing import Any


def programs_of(executable: Any) -> tuple[Any, ...]:
    """What XLA has compiled of something that is called as one program: itself, or the parts of it."""
    return getattr(executable, "programs", (executable,))


def memory_plan(executable: Any) -> dict[str, int]:
    """Bytes a compiled program needs on its device; the sums for one in parts.

    Returns:
        ``arguments``, ``outputs``, ``temporaries``, ``aliased`` (outputs that reuse an argument's memory), ``code``, and
        their ``total``, in which aliased bytes count once.
    """
    stats = [program.memory_analysis() for program in programs_of(executable)]
    plan = {
        "arguments": sum(part.argument_size_in_bytes for part in stats),
        "outputs": sum(part.output_size_in_bytes for part in stats),
        "temporaries": sum(part.temp_size_in_bytes for part in stats),
        "aliased": sum(part.alias_size_in_bytes for part in stats),
        "code": sum(part.generated_code_size_in_bytes for part in stats),
    }
    return {**plan, "total": sum(plan.values()) - 2 * plan["aliased"]}


def cost(executable: Any) -> dict[str, float]:
    """XLA's count of work for one run: ``flops``, and ``bytes`` read and written."""
    parts = [program.cost_analysis() for program in programs_of(executable)]
    names = {"flops": "flops", "bytes": "bytes accessed"}
    return {name: sum(float(part.get(key, 0.0)) for part in parts) for name, key in names.items()}


def as_text(executable: Any) -> str:
    """A compiled program as XLA's HLO text; its parts one after the other."""
    return "\n".join(program.as_text() for program in programs_of(executable))


_ON_THE_CALLER = 1000
"""XLA:CPU runs a program of fewer operations on the thread that calls it."""


def runs_beside(executable: Any, platform: str) -> bool:
    """Whether a compiled program computes while its caller goes on."""
    return platform != "cpu" or cost(executable)["flops"] >= _ON_THE_CALLER
