"""Where in the user's code a call came from."""

from __future__ import annotations

import os
import sys
import warnings

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def user_line(libraries: tuple[str, ...] = ()) -> tuple[str, int] | None:
    """File and line of the innermost caller outside of symgraph, and outside of the folders `libraries`."""
    hidden = (_PACKAGE, *libraries)
    frame = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if not filename.startswith(hidden):
            return filename, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None


def warn_user(message: str, libraries: tuple[str, ...] = ()) -> None:
    """A ``UserWarning`` at the user's line that led here; `libraries` as in `user_line`."""
    filename, line = user_line(libraries) or ("symgraph", 0)
    warnings.warn_explicit(message, UserWarning, filename, line)
