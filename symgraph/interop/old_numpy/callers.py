"""Who called NumPy: a program, or a library that counts on what NumPy does today."""

from __future__ import annotations

import sys

_LIBRARIES = ("jax", "jaxlib", "symgraph")


def asked_by_library() -> bool:
    """Whether the caller of our caller belongs to symgraph or JAX."""
    return sys._getframe(2).f_globals.get("__name__", "").partition(".")[0] in _LIBRARIES
