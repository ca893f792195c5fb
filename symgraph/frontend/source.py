"""Where in the user's code a call came from."""

from __future__ import annotations

import os
import sys

import symgraph

_PACKAGE = os.path.dirname(os.path.abspath(symgraph.__file__)) + os.sep


def user_line() -> tuple[str, int] | None:
    """File and line of the innermost caller outside of symgraph."""
    frame = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if not filename.startswith(_PACKAGE):
            return filename, frame.f_lineno
        frame = frame.f_back
    return None
