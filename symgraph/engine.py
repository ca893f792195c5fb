"""What scripts tell MXNet's engine (``mx.engine``). XLA compiles whole graphs, so nothing is to be bundled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_size = 0


def set_bulk_size(size: int) -> int:
    """Remember how many operations MXNet was to bundle, which has no effect here; the number before."""
    global _size
    before, _size = _size, int(size)
    return before


@contextmanager
def bulk(size: int) -> Iterator[None]:
    """`set_bulk_size` for a ``with`` block.

    >>> import symgraph as mx
    >>> with mx.engine.bulk(10):
    ...     x = mx.nd.ones((2,)) * 3
    """
    before = set_bulk_size(size)
    try:
        yield
    finally:
        set_bulk_size(before)
