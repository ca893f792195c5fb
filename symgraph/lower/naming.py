"""The name of a node, in what is made while it is lowered: HLO, profiles, and errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import jax

from symgraph.errors import MXNetError
from symgraph.ir.graph import Node


@contextmanager
def naming(node: Node) -> Iterator[None]:
    """Carry a node's name into HLO and profiles, and into any error raised while it is lowered."""
    try:
        with jax.named_scope(node.name):
            yield
    except MXNetError as error:
        if not getattr(error, "located", False):
            error.located = True  # type: ignore[attr-defined]
            error.add_note(f"while running {node.describe()}")
        raise
    except Exception as error:
        message = f"{node.describe()} cannot be lowered: {type(error).__name__}: {error}"
        raise MXNetError(message) from error
