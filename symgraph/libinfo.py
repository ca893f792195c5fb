"""MXNet's ``mx.libinfo``: there is no compiled library to find."""

from __future__ import annotations

import pathlib

__version__ = "1.9.1"
"""The release of MXNet whose API this is."""


def find_lib_path(prefix: str = "libmxnet") -> list[str]:
    """Paths of compiled libraries: none."""
    return []


def find_include_path() -> str:
    """Folder of the package, which has no headers."""
    return str(pathlib.Path(__file__).parent)
