"""What a file of another kind than expected is, by how it begins: for the message that refuses it."""

from __future__ import annotations

import re

_MARKS = (
    (rb"version https://git-lfs", "a pointer of git-lfs: run git lfs pull"),
    (rb"\s*<(!doctype\s+html|html)", "an HTML page, as a server sends in place of a file: download the file again"),
    (rb"\x1f\x8b", "compressed by gzip: decompress it first"),
    (rb"BZh", "compressed by bzip2: decompress it first"),
    (rb"\xfd7zXZ\0", "compressed by xz: decompress it first"),
    (rb"PK\x03\x04", "a zip archive: unpack it, or read NumPy's .npz with numpy.load"),
    (rb"\x93NUMPY", "an array of NumPy: read it with numpy.load"),
    (rb"\x89HDF", "HDF5: convert it with the program that wrote it"),
    (rb"\x12\x01\0\0\0\0\0\0", "a .params file: read it with mx.nd.load"),
    (rb"\x0a\x23\xd7\xce", "a RecordIO file: read it with mx.recordio.MXRecordIO"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture: read it with mx.image.imread"),
    (rb".{6}\0\0\{\"", "a file of safetensors: read it with symgraph.interop.safetensors.load_params"),
    (rb"\x80[\x02-\x05]", "a pickle of Python: read it with the program that wrote it"),
    (rb"\s*\{", "perhaps a symbol: read it with mx.sym.load"),
    (rb"[\t\n\r\x20-\x7e]+\Z", "text"),
)
SAMPLE = 256
"""So many bytes tell what a file is."""


def kind_of(content: bytes | bytearray | memoryview) -> str | None:
    """What bytes are and what to do with them, such as ``"a pointer of git-lfs: run git lfs pull"``; ``None`` if unknown."""
    sample = bytes(content[:SAMPLE])
    if not sample:
        return "empty"
    return next((kind for mark, kind in _MARKS if re.match(mark, sample, re.IGNORECASE | re.DOTALL)), None)


def remark(content: bytes | bytearray | memoryview, expected: str = "nothing") -> str:
    """`kind_of` as a sentence behind others: ``" It is text."``, or nothing if it is unknown, or begins with `expected`."""
    kind = kind_of(content)
    return "" if kind is None or kind.startswith(expected) else f" It is {kind}."
