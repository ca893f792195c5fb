"""Recorded results of real MXNet 1.9.1, and `load_family` to read them."""

from __future__ import annotations

import functools
import json
import pathlib
from typing import Any

import numpy as np

HERE = pathlib.Path(__file__).parent


class Recorded:
    """What real MXNet made of one case.

    Attributes:
        error: its message if it refused the case, else ``None``.
        facts: JSON, shapes and types; see `tests.golden.record`.
    """

    def __init__(self, values: dict[str, np.ndarray]):
        self.error = str(values["error"]) if "error" in values else None
        self.facts: dict[str, Any] = json.loads(str(values["facts"])) if "facts" in values else {}
        self._values = values

    def group(self, kind: str) -> dict[str, np.ndarray]:
        """Arrays of one kind (``out``, ``grad``, ``aux``) by name."""
        return {k.split("/", 1)[1]: v for k, v in self._values.items() if k.startswith(kind + "/")}


@functools.cache
def load_family(name: str) -> dict[str, Recorded]:
    """All recorded cases of a family by case name."""
    values: dict[str, dict[str, np.ndarray]] = {}
    with np.load(HERE / f"{name}.npz") as file:
        for key in file.files:
            case, item = key.rsplit("|", 1)
            values.setdefault(case, {})[item] = file[key]
    return {case: Recorded(items) for case, items in values.items()}
