"""NumPy as it was when programs were written for MXNet, for such a program while it runs.

MXNet 1.9.1 needs a NumPy before 1.24, and JAX one from 2.0 on. What went in between and can be given back is here: names,
what functions took, methods of arrays, arrays of one element as numbers, and how numbers print. Types of results cannot be:
since NumPy 2, ``float32 array * np.float64(2)`` is float64, and ``uint8 array * -1`` is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from symgraph.interop.old_numpy.functions import old_functions
from symgraph.interop.old_numpy.methods import old_methods
from symgraph.interop.old_numpy.names import old_names
from symgraph.interop.old_numpy.types import with_attributes


@contextmanager
def with_old_numpy() -> Iterator[None]:
    """In this context, NumPy is as it was."""
    with ExitStack() as stack:
        stack.enter_context(_with_names({**old_names(), **old_functions()}))
        for cls, attributes in old_methods().items():
            stack.enter_context(with_attributes(cls, attributes))
        stack.enter_context(np.printoptions(legacy="1.25"))
        yield


@contextmanager
def _with_names(names: dict[str, Any]) -> Iterator[None]:
    space = vars(np)
    kept = {name: space[name] for name in names if name in space}
    space.update(names)
    try:
        yield
    finally:
        for name in names:
            del space[name]
        space.update(kept)
