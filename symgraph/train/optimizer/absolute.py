"""`NDabs`, which MXNet lists among the names of its module."""

from __future__ import annotations

from symgraph.runtime.ndarray import NDArray, invoke_by_name


def NDabs(data: NDArray, out: NDArray | None = None, name: str | None = None) -> NDArray:  # noqa: N802 - MXNet's name
    """``mx.nd.abs``."""
    return invoke_by_name("abs", (data,), {} if out is None else {"out": out})
