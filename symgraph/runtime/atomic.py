"""Writing files such that nobody ever sees half of one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress


def write_atomically(fname: str | os.PathLike[str], content: bytes | Iterable[bytes | memoryview]) -> None:
    """Write a file beside `fname` and rename it, so that `fname` is the old file or the whole new one, never a part.

    Args:
        content: the bytes, or pieces of them in order.
    """
    pieces = (content,) if isinstance(content, bytes) else content
    # Writing through a link replaces the file it points to, not the link.
    target = os.path.realpath(fname)
    if os.path.exists(target) and not os.path.isfile(target):
        _write(os.open(target, os.O_WRONLY), pieces)
        return
    beside = f"{target}.{secrets.token_hex(4)}.part"
    try:
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), pieces)
        with suppress(FileNotFoundError):
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
        os.replace(beside, target)
    except BaseException as error:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        if isinstance(error, OSError):
            error.filename = os.fspath(fname)
        raise


def _write(descriptor: int, pieces: Iterable[bytes | memoryview]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        with suppress(OSError):  # pipes and devices cannot be synced
            os.fsync(file.fileno())
