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


def shown_place(filename: str, line: int) -> str:
    """``file:line`` for a message; a cell of a notebook, whose file is a temporary one, as ``Cell In[3], line 2``."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    cell_of = getattr(getattr(shell, "compile", None), "format_code_name", None)
    cell = cell_of(filename) if cell_of is not None else None
    return f"{' '.join(cell)}, line {line}" if cell else f"{filename}:{line}"


def warn_user(message: str, libraries: tuple[str, ...] = ()) -> None:
    """A ``UserWarning`` at the user's line that led here; `libraries` as in `user_line`."""
    filename, line = user_line(libraries) or ("symgraph", 0)
    warnings.warn_explicit(message, UserWarning, filename, line)
