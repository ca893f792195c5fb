"""What JAX tells of its own work is kept out of a program's log while it works for us.

Scripts for MXNet begin with ``logging.basicConfig(level=logging.DEBUG)``, to see how a training goes, and would otherwise
see some thirty lines about each program that is compiled.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """In this context JAX logs warnings only, unless somebody has given its logger a level."""
    logger = logging.getLogger("jax")
    if logger.level != logging.NOTSET:
        yield
        return
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(logging.NOTSET)
