"""The libraries: each module needs NumPy and its library only, and has

- ``prepare(library, problems) -> Body``, and
- ``use(library, device) -> str``, which makes ``"cpu"`` or ``"gpu"`` the place of all that follows, and names it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from benchmarks.problem import Problem
from benchmarks.workload import Body

MODULES = {"symgraph": "symbolic", "mxnet": "symbolic", "jax": "plain_jax", "torch": "eager_torch"}


def prepare(name: str, library: Any, problems: Sequence[Problem]) -> Body:
    """`problems` ready to run in a library, which has been imported already."""
    body: Body = _module(name).prepare(library, problems)
    return body


def use(name: str, library: Any, device: str) -> str:
    """Make a device the place of all that follows; its name, empty for the CPU."""
    found: str = _module(name).use(library, device)
    return found


def _module(name: str) -> Any:
    return importlib.import_module(f"benchmarks.libraries.{MODULES[name]}")
