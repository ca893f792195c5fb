"""``mx.base``: MXNet's errors, and small things that its scripts import from there."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.errors import MXNetError, NotImplementedForSymbol

string_types = (str,)
integer_types = (int, np.int32, np.int64)
numeric_types = (float, int, np.generic)
mx_real_t = np.float32
"""The dtype of arrays for which none is given."""


def py_str(text: bytes | str) -> str:
    """The text that MXNet hands out as bytes; monitor callbacks here get strings, which stay as they are."""
    return text.decode() if isinstance(text, bytes) else text


def _as_list(value: Any) -> list | tuple:
    """A list or tuple itself, anything else as the only entry of a list. MXNet's own tests import it."""
    return value if isinstance(value, (list, tuple)) else [value]


__all__ = [
    "MXNetError",
    "NotImplementedForSymbol",
    "integer_types",
    "mx_real_t",
    "numeric_types",
    "py_str",
    "string_types",
]
