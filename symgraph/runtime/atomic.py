"""Files as wholes: read in one piece, and written such that nobody ever sees half of one."""

from __future__ import annotations

import errno
import io
import itertools
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from symgraph.errors import (
    ArgumentTypeError,
    ExistingFileError,
    FileError,
    FilePermissionError,
    FolderError,
    MissingFileError,
    all_near,
    described,
)

Path = str | os.PathLike[str]

_OPEN_FILES = "/proc/self/fd"
"""Where Linux shows the files that a process has open."""


def read_whole(fname: Path, what: str = "load") -> bytes:
    """The content of a file; `what` says in messages who wants it.

    Raises:
        TypeError: `fname` is no path.
        FileError: there is no such file, it is a folder, or it may not be read.
    """
    check_name(fname, what)
    with explained(fname, what, "read"), open(fname, "rb") as file:
        return file.read()


@contextmanager
def opened(fname: Path, what: str = "load") -> Iterator[tuple[io.BufferedIOBase, int]]:
    """A file to read from, piece by piece, and its size in bytes; arguments and errors are those of `read_whole`."""
    check_name(fname, what)
    with explained(fname, what, "read"), open(fname, "rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            yield file, status.st_size
        else:  # a pipe does not tell its size
            content = file.read()
            yield io.BytesIO(content), len(content)


def write_atomically(
    fname: Path, content: bytes | Iterable[bytes | memoryview], what: str = "save", make_folder: bool = False
) -> None:
    """Write a file beside `fname` and rename it, so that `fname` is the old file or the whole new one, never a part.

    Args:
        content: the bytes, or pieces of them in order.
        what: who writes, in messages.
        make_folder: make the folder of the file where there is none.

    Raises:
        TypeError: `fname` is no path.
        FileError: there is no such folder, `fname` is one, or it may not be written.
    """
    check_name(fname, what)
    with explained(fname, what, "write"):
        if make_folder:
            os.makedirs(os.path.dirname(fname) or ".", exist_ok=True)
        _replace(fname, (content,) if isinstance(content, bytes) else content)


def _replace(fname: Path, pieces: Iterable[bytes | memoryview]) -> None:
    # Writing through a link replaces the file it points to, not the link.
    target = os.path.realpath(fname)
    if os.path.exists(target) and not os.path.isfile(target):
        _write(os.open(target, os.O_WRONLY), pieces)
        return
    beside = f"{target}.{secrets.token_hex(4)}.part"
    try:
        _write_beside(beside, pieces)
        with suppress(FileNotFoundError):
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
        os.replace(beside, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def _write_beside(beside: str, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a new file. Where the system can, it has no name before it is whole: of a killed process nothing is left."""
    try:
        os.stat(_OPEN_FILES)
        nameless = os.open(os.path.dirname(beside), os.O_WRONLY | os.O_TMPFILE, 0o666)
    except (OSError, AttributeError):
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), pieces)
        return
    try:
        _write(os.dup(nameless), pieces)
        # With a folder to start from, Python calls the function of the system that follows this link.
        os.link(f"{_OPEN_FILES}/{nameless}", beside, src_dir_fd=nameless)
    finally:
        os.close(nameless)


def _write(descriptor: int, pieces: Iterable[bytes | memoryview]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        with suppress(OSError):  # pipes and devices cannot be synced
            os.fsync(file.fileno())


def check_name(fname: Path, what: str) -> None:
    """Raise `TypeError` or `MissingFileError` for what cannot be the path of a file; `what` says who wants it."""
    if not isinstance(fname, (str, os.PathLike)):  # a number would be taken, and closed, as a file descriptor
        raise ArgumentTypeError(f"{what}: the file name must be a string, given {described(fname)}.")
    if not os.fspath(fname):
        raise MissingFileError(f"{what}: the file name is empty; give the path of a file.")


def require_writable(
    fnames: Iterable[Path], what: str, permit: str, reads: Iterable[Path] = (), overwrite: bool = False
) -> None:
    """Raise, before a work begins, unless files can be written afterwards, and nothing is lost by that.

    Args:
        what: who will write, in messages.
        permit: how to say that files may be replaced, in messages.
        reads: what the work reads, which is never replaced.
        overwrite: whether other files may be.

    Raises:
        TypeError: one is no path.
        FileError: there is no folder for a file, or it is one.
        ExistingFileError: a file is there, and may not be replaced.
    """
    kept = list(reads)
    for fname in fnames:
        check_name(fname, what)
        with explained(fname, what, "write"):
            if not os.path.isdir(os.path.dirname(fname) or "."):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if os.path.isdir(fname):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if any(os.path.exists(other) and os.path.exists(fname) and os.path.samefile(fname, other) for other in kept):
            raise ExistingFileError(f"{what}: '{fname}' is what is read, and is not replaced; choose another name.")
        if os.path.isfile(fname) and not overwrite:
            raise ExistingFileError(
                f"{what}: there is a file '{fname}' already; choose another name, or replace it with {permit}."
            )


_KINDS: dict[type[OSError], type[FileError]] = {
    FileNotFoundError: MissingFileError,
    IsADirectoryError: FolderError,
    PermissionError: FilePermissionError,
}


@contextmanager
def explained(fname: Path, what: str, verb: str) -> Iterator[None]:
    """Turn errors of the operating system into a `FileError` that says what to do."""
    try:
        yield
    except OSError as error:
        error.filename = os.fspath(fname)
        raise _KINDS.get(type(error), FileError)(f"{what}: {_explanation(error, verb)}", error) from error


_CHECKPOINT = "-symbol.json"
_DOUBLED = re.compile(r"(.+?)(?:-symbol\.json|-\d{4,}\.(?:params|states))(?:-symbol\.json|-\d{4,}\.\w+)")
"""The name of a checkpoint's file where its prefix belongs, and a second ending."""


def _near(name: str, folder: str) -> str:
    """The end of a sentence about a file that is not there: which ones of its kind are that may have been meant."""
    ending = _CHECKPOINT if name.endswith(_CHECKPOINT) else os.path.splitext(name)[1]
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in itertools.islice(entries, 1000))
    except OSError:
        names = []
    known = [other.removesuffix(ending) for other in names if other.endswith(ending)]
    meant = [f"'{stem}{ending}'" for stem in all_near(name.removesuffix(ending), known, 3)]
    return f"; did you mean {' or '.join(meant)}?" if meant else "; check the path."


def _explanation(error: OSError, verb: str) -> str:
    path = error.filename
    folder = os.path.dirname(path) or "."
    match error:
        case FileNotFoundError() if not os.path.isdir(folder):
            return f"there is no folder '{folder}' for '{path}'; check the path, or make the folder."
        case FileNotFoundError() if verb == "read" and (whole := _DOUBLED.fullmatch(path)):
            return f"there is no file '{path}', as a prefix gets its ending by itself; give the prefix '{whole[1]}'."
        case FileNotFoundError() if verb == "read":
            return f"there is no file '{path}'{_near(os.path.basename(path), folder)}"
        case IsADirectoryError():
            return f"'{path}' is a folder; give the name of a file in it."
        case PermissionError():
            return f"there is no permission to {verb} '{path}'; ask its owner, or give another file."
    return f"cannot {verb} '{path}': {error.strerror or error}."
