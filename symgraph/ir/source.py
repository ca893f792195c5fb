"""Where in the user's code a call came from."""

from __future__ import annotations

import sys
import warnings
from types import FrameType

from symgraph.errors import PACKAGE_FOLDER


def user_line() -> tuple[str, int] | None:
    """File and line of the innermost caller outside of symgraph."""
    frame = _user_frame((PACKAGE_FOLDER,))
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def shown_place(filename: str, line: int) -> str:
    """``file:line`` for a message; a cell of a notebook, whose file is a temporary one, as ``Cell In[3], line 2``."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    cell_of = getattr(getattr(shell, "compile", None), "format_code_name", None)
    cell = cell_of(filename) if cell_of is not None else None
    return f"{' '.join(cell)}, line {line}" if cell else f"{filename}:{line}"


def warn_user(message: str, libraries: tuple[str, ...] = (), category: type[Warning] = UserWarning) -> None:
    """A warning at the innermost line outside of symgraph, and outside of the folders `libraries`.

    As with ``warnings.warn``, filters decide whether the same warning at the same line is shown again.
    """
    frame = _user_frame((PACKAGE_FOLDER, *libraries))
    if frame is None:
        warnings.warn_explicit(message, category, "symgraph", 0)
        return
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    module = frame.f_globals.get("__name__")
    warnings.warn_explicit(message, category, frame.f_code.co_filename, frame.f_lineno, module, registry)


def _user_frame(hidden: tuple[str, ...]) -> FrameType | None:
    """The innermost frame whose file is in none of the `hidden` folders, and no part of Python's import system."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((*hidden, "<frozen ")):
        frame = frame.f_back
    return frame
