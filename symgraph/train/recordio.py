"""Files of records (``mx.recordio``): any bytes, or images and their labels, one after the other or by key."""

from __future__ import annotations

import os
import struct
from collections import namedtuple
from collections.abc import Callable, Hashable
from numbers import Number
from typing import IO, Any, Self

import numpy as np

from symgraph.errors import DataError, FormatError, StateError, UnknownArgumentError, brief, described, listed
from symgraph.runtime.atomic import check_name, explained
from symgraph.runtime.pictures import COLOR, GRAY, UNCHANGED, decoded, encoded
from symgraph.train.io.records import read_record, write_record

IRHeader = namedtuple("HEADER", ("flag", "label", "id", "id2"))  # type: ignore[name-match] # as MXNet shows it
"""What stands before an image: number of labels (0 for a single one), the label or labels, and two numbers to know it by."""

_IR_FORMAT = "IfQQ"
_IR_SIZE = struct.calcsize(_IR_FORMAT)
_HEADER = struct.Struct(f"<{_IR_FORMAT}")


class MXRecordIO:
    """A file of records, read or written from its beginning.

    In a process that was forked meanwhile, reading goes on only after `reset`, and writing never, since both would
    share one position.

    Args:
        uri: the file.
        flag: ``r`` to read, ``w`` to write a new file.

    Raises:
        DataError: `flag` is neither.
        FileError: the file cannot be opened.

    >>> import symgraph as mx, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXRecordIO(path, "w") as file:
    ...         for record in (b"one", b"two"):
    ...             file.write(record)
    ...     with mx.recordio.MXRecordIO(path, "r") as file:
    ...         file.read(), file.read(), file.read()
    (b'one', b'two', None)
    """

    def __init__(self, uri: str | os.PathLike[str], flag: str):
        self.is_open = False
        check_name(uri, type(self).__name__)
        self.uri = os.fspath(uri)
        self.flag = flag
        self.open()

    def open(self) -> None:
        """Open the file, from its beginning; one that is written is emptied."""
        if self.flag not in ("r", "w"):
            raise DataError(f"flag is 'r' to read or 'w' to write, given {brief(self.flag)}.")
        self.writable = self.flag == "w"
        path = self.uri.removeprefix("file://")
        with explained(path, type(self).__name__, "write" if self.writable else "read"):
            self._file: IO[bytes] = open(path, f"{self.flag}b")  # noqa: SIM115 - it stays open
        self.pid: int | None = os.getpid()
        self.is_open = True

    def close(self) -> None:
        """Close the file."""
        if self.is_open:
            self._file.close()
            self.is_open = False
            self.pid = None

    def __del__(self) -> None:
        if getattr(self, "is_open", False):
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        if self.is_open and self.writable:
            raise StateError(
                f"'{self.uri}' is being written, and what is read from a pickle would write it anew; close it first."
            )
        return {name: value for name, value in self.__dict__.items() if name not in ("_file", "_index_file")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.is_open:
            self.is_open = False
            self.open()

    def _require(self, writable: bool, allow_reset: bool = False) -> None:
        """Raise `StateError` if the file is not open for this, in this process."""
        if not self.is_open:
            raise StateError(f"'{self.uri}' is closed; open it with open() or reset().")
        if self.writable != writable:
            raise StateError(
                f"'{self.uri}' is open to {'write' if self.writable else 'read'}; open it with flag "
                f"'{'w' if writable else 'r'}'."
            )
        if self.pid != os.getpid():
            if not allow_reset:
                raise StateError(
                    f"'{self.uri}' was opened by another process, whose position this one would change"
                    f"{'; write another file' if writable else '; use reset() first'}."
                )
            self.reset()

    def reset(self) -> None:
        """Begin again: close and open the file. One that is written is emptied."""
        self.close()
        self.open()

    def write(self, buf: bytes) -> None:
        """Append a record.

        Raises:
            StateError: the file is not open for writing.
            DataError: `buf` is no bytes, or too many.
        """
        self._require(writable=True)
        if not isinstance(buf, (bytes, bytearray, memoryview)):
            raise DataError(f"a record consists of bytes, given {described(buf)}; encode text, and pack arrays.")
        write_record(self._file, buf)

    def read(self) -> bytes | None:
        """The next record; ``None`` if there is none.

        Raises:
            StateError: the file is not open for reading.
            FormatError: it is damaged.
        """
        self._require(writable=False)
        return read_record(self._file, self.uri)


class MXIndexedRecordIO(MXRecordIO):
    """A file of records with keys, and another one that says where each begins.

    Args:
        idx_path: the file of keys and positions.
        uri: the file of records.
        flag: ``r`` to read, ``w`` to write.
        key_type: makes a key of a text.

    Attributes:
        keys: the keys, in the order in which they were written.
        idx: the position of each.

    Raises:
        FormatError: the file of keys cannot be understood.

    >>> import symgraph as mx, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec")
    ...     with mx.recordio.MXIndexedRecordIO(*paths, "w") as file:
    ...         for key in (3, 1):
    ...             file.write_idx(key, b"record %d" % key)
    ...     with mx.recordio.MXIndexedRecordIO(*paths, "r") as file:
    ...         file.keys, file.read_idx(1)
    ([3, 1], b'record 1')
    """

    def __init__(
        self,
        idx_path: str | os.PathLike[str],
        uri: str | os.PathLike[str],
        flag: str,
        key_type: Callable[[Any], Any] = int,
    ):
        check_name(idx_path, type(self).__name__)
        self.idx_path = os.fspath(idx_path)
        self.idx: dict[Any, int] = {}
        self.keys: list[Any] = []
        self.key_type = key_type
        super().__init__(uri, flag)

    def open(self) -> None:
        """Open both files."""
        super().open()
        self.idx, self.keys = {}, []
        try:
            path = self.idx_path.removeprefix("file://")
            with explained(path, type(self).__name__, "write" if self.writable else "read"):
                self._index_file: IO[str] = open(path, self.flag, errors="replace")  # noqa: SIM115 - it stays open
            if not self.writable:
                self._read_index()
        except BaseException:
            self._file.close()
            self.is_open = False
            raise

    def _read_index(self) -> None:
        with self._index_file as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    key, position = line.rstrip("\n").split("\t")[:2]
                    found = self.key_type(key), int(position)
                except ValueError:
                    raise FormatError(
                        f"line {number} of '{self.idx_path}' is no key and position with a tabulator between them: "
                        f"{brief(line.rstrip())}."
                    ) from None
                self.idx[found[0]] = found[1]
                self.keys.append(found[0])

    def close(self) -> None:
        """Close both files."""
        if self.is_open:
            self._index_file.close()
        super().close()

    def seek(self, idx: Any) -> None:
        """Let the record of a key be the next one that `read` gives.

        Raises:
            UnknownArgumentError: there is no such key.
        """
        self._require(writable=False, allow_reset=True)
        if not isinstance(idx, Hashable) or idx not in self.idx:
            raise UnknownArgumentError(
                f"'{self.idx_path}' has no key {brief(idx)}; its keys are {listed(map(repr, self.keys))}."
            )
        self._file.seek(self.idx[idx])

    def tell(self) -> int:
        """The present position: where the next record begins."""
        self._require(writable=self.writable)
        return self._file.tell()

    def read_idx(self, idx: Any) -> bytes:
        """The record of a key.

        Raises:
            UnknownArgumentError: there is no such key.
            FormatError: there is no record where it should be.
        """
        self.seek(idx)
        record = self.read()
        if record is None:
            raise FormatError(
                f"'{self.uri}' ends before byte {self.idx[idx]}, where '{self.idx_path}' has the record {brief(idx)}; the "
                f"files do not belong together."
            )
        return record

    def write_idx(self, idx: Any, buf: bytes) -> None:
        """Append a record under a key."""
        key, position = self.key_type(idx), self.tell()
        self.write(buf)
        self._index_file.write(f"{key}\t{position}\n")
        self.idx[key] = position
        self.keys.append(key)


def pack(header: IRHeader, s: bytes) -> bytes:
    """A record of a header and bytes, such as an encoded image.

    Args:
        header: an `IRHeader`, or its four entries. Its `flag` does not matter; its label is a number, or several.
        s: the bytes.

    Raises:
        DataError: an entry of the header is of another type.

    >>> import symgraph as mx
    >>> record = mx.recordio.pack(mx.recordio.IRHeader(0, [1, 2], 7, 0), b"...")
    >>> mx.recordio.unpack(record)[0].label.tolist()
    [1.0, 2.0]
    """
    try:
        _, label, number, number2 = header
        if isinstance(label, Number):
            return _HEADER.pack(0, label, number, number2) + bytes(s)
        labels = np.asarray(label, np.float32)
        return _HEADER.pack(labels.size, 0, number, number2) + labels.tobytes() + bytes(s)
    except (struct.error, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"pack: a header has a flag, a label (a number or several) and two whole numbers from 0 on, and bytes follow it; "
            f"given {brief(header)} and {brief(s)}: {error}."
        ) from None


def unpack(s: bytes) -> tuple[IRHeader, bytes]:
    """Header and bytes of a record that `pack` made; several labels are an array of float32.

    Raises:
        FormatError: there are too few bytes.
    """
    if not isinstance(s, (bytes, bytearray, memoryview)):
        raise DataError(f"unpack: a record consists of bytes, given {described(s)}.")
    if len(s) < _IR_SIZE:
        raise FormatError(f"unpack: a record of an image begins with {_IR_SIZE} bytes, given {len(s)}.")
    header = IRHeader(*_HEADER.unpack_from(s))
    if not header.flag:
        return header, s[_IR_SIZE:]
    end = _IR_SIZE + 4 * header.flag
    if len(s) < end:
        raise FormatError(f"unpack: the record has {header.flag} labels, for which its {len(s)} bytes do not suffice.")
    return header._replace(label=np.frombuffer(s, np.float32, header.flag, _IR_SIZE)), s[end:]


def pack_img(header: IRHeader, img: Any, quality: int = 95, img_fmt: str = ".jpg") -> bytes:
    """A record of a header and an image.

    Args:
        header: see `pack`.
        img: (height, width), or (height, width, 3) in the order blue, green, red, of unsigned bytes.
        quality: of JPEG, from 1 to 100; for PNG, how much time to spend on compression, from 1 to 9.
        img_fmt: ``.jpg``, ``.png`` or the ending of another format.

    Raises:
        DataError: `img` is no image, or the format is unknown.
    """
    return pack(header, encoded(img, img_fmt, quality))


def unpack_img(s: bytes, iscolor: int = -1) -> tuple[IRHeader, np.ndarray]:
    """Header and image of a record that `pack_img` made.

    Args:
        s: the record.
        iscolor: 1 for (height, width, 3) in the order blue, green, red; 0 for (height, width); -1 for what the image is.

    Raises:
        FormatError: there is no image in the record.
    """
    if not isinstance(iscolor, (int, np.integer)):
        raise DataError(f"unpack_img: iscolor is 1, 0 or -1, given {described(iscolor)}.")
    header, content = unpack(s)
    kind = min(max(int(iscolor), UNCHANGED), COLOR)
    found = decoded(bytes(content), kind, in_rgb=False, what="unpack_img: the record's content")
    return header, found[:, :, 0] if kind == GRAY else found
