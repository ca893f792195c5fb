"""Loggers as MXNet's scripts make them (``mx.log``)."""

from __future__ import annotations

import logging
import os
import sys
from logging import CRITICAL, DEBUG, ERROR, INFO, NOTSET, WARNING

__all__ = ["CRITICAL", "DEBUG", "ERROR", "INFO", "NOTSET", "WARNING", "getLogger", "get_logger"]


_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"


class _Labelled(logging.Formatter):
    """A letter for the level, time, process, place; then the message. Coloured on a terminal."""

    def __init__(self, coloured: bool):
        super().__init__(datefmt="%m%d %H:%M:%S")
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        letter = record.levelname[0] if record.levelno in (CRITICAL, DEBUG, ERROR, INFO, WARNING) else "U"
        when = self.formatTime(record, self.datefmt)
        label = f"{letter}{when} {record.process} {record.pathname}:{record.funcName}:{record.lineno}]"
        if self._coloured:
            label = f"{_RED if record.levelno >= WARNING else _GREEN}{label}{_PLAIN}"
        text = f"{label} {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def get_logger(
    name: str | None = None,
    filename: str | os.PathLike | None = None,
    filemode: str | None = None,
    level: int = WARNING,
) -> logging.Logger:
    """The logger of a name, which writes to a file or to stderr from now on.

    Args:
        name: of the logger; without one it is the root logger, which is left as it is.
        filename: file to write to instead of stderr.
        filemode: ``"a"`` (default) to add to the file, ``"w"`` to begin it anew.
        level: what is less important than that is not written.

    >>> import symgraph as mx
    >>> logger = mx.log.get_logger("training", level=mx.log.INFO)
    >>> logger.level == mx.log.INFO, mx.log.get_logger("training") is logger, len(logger.handlers)
    (True, True, 1)
    """
    logger = logging.getLogger(name)
    if name is None or getattr(logger, "_init_done", False):
        return logger
    logger._init_done = True  # type: ignore[attr-defined]
    handler: logging.Handler
    if filename:
        handler = logging.FileHandler(filename, filemode or "a")
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(_Labelled(sys.stderr.isatty()))
    logger.addHandler(handler)
    logger.setLevel(level)
    return logger


getLogger = get_logger  # noqa: N816 - MXNet's older name
