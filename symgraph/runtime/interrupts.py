"""Interrupts (Ctrl-C) at the right moment: a step of training is done as a whole or not at all.

A step takes over the memory of parameters, which have no value until it has given them the new ones. Python may raise
``KeyboardInterrupt`` anywhere in between, and a training of hours would be lost.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

try:  # what `signal` makes handsome, at ten times the cost: enums of handlers, which a step of training has no use for
    from _signal import getsignal as _get  # type: ignore[import-not-found]
    from _signal import signal as _set
except ImportError:  # another Python than CPython
    from signal import getsignal as _get
    from signal import signal as _set

_SIGINT = int(signal.SIGINT)
_MAIN = threading.main_thread().ident


class uninterrupted:  # noqa: N801 - it reads as what it does: with uninterrupted()
    """In this context the first interrupt waits until its end; a second one does not. Other threads get none anyway."""

    __slots__ = ("_frame", "_handler", "_is_asked")

    def __enter__(self) -> None:
        self._handler: Any = None
        self._is_asked = False
        self._frame: FrameType | None = None
        if threading.get_ident() == _MAIN:
            handler = _get(_SIGINT)
            if callable(handler):
                self._handler = handler
                _set(_SIGINT, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._is_asked:
            self._release()
            self._handler(number, frame)
        self._is_asked, self._frame = True, frame

    def _release(self) -> None:
        if _get(_SIGINT) == self._note:
            _set(_SIGINT, self._handler)

    def __exit__(self, *_: object) -> None:
        if self._handler is not None:
            self._release()
            if self._is_asked:
                self._handler(_SIGINT, self._frame)
