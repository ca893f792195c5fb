"""The libraries: each module has ``prepare(library, problems) -> Body`` and needs NumPy and its library only."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from benchmarks.problem import Problem
from benchmarks.workload import Body

MODULES = {"symgraph": "symbolic", "mxnet": "symbolic", "jax": "plain_jax", "torch": "eager_torch"}


def prepare(name: str, library: Any, problems: Sequence[Problem]) -> Body:
    """`problems` ready to run in a library, which has been imported already."""
    body: Body = importlib.import_module(f"benchmarks.libraries.{MODULES[name]}").prepare(library, problems)
    return body
