"""Lists of pictures in files, and their labels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np

from symgraph.errors import DataError, FormatError, described
from symgraph.train.io.text import files_of, lines

Listed = dict[Any, tuple[np.ndarray, str]]
"""Labels and paths, by the keys of the pictures."""


def read_list(path: str | os.PathLike[str], dtype: np.dtype, who: str) -> Listed:
    """The list in a file of lines ``key<TAB>label ...<TAB>path``.

    Raises:
        FileError: the file cannot be read.
        FormatError: a line is something else.
    """
    found: Listed = {}
    for line in lines(files_of(os.fspath(path), f"{who}: path_imglist"), who):
        key, *labels, picture = line.text.split("\t")
        try:
            if not labels:
                raise ValueError("there is no label")
            found[int(key)] = (np.array([float(label) for label in labels], dtype), picture)
        except ValueError as error:
            raise FormatError(
                f"{who}: {line} is no key, labels and a path, with tabulators between them: {error}."
            ) from None
    return found


def given_list(entries: Sequence[Any], dtype: np.dtype, who: str) -> Listed:
    """A list of ``[label, path]``, ``[label, label, path]`` or ``[labels, path]``; keys are "1", "2" and so on.

    Raises:
        DataError: an entry is something else.
    """
    found: Listed = {}
    for number, entry in enumerate(entries, 1):
        try:
            *labels, picture = entry
            several = labels if len(labels) > 1 or isinstance(labels[0], Number) else labels[0]
            found[str(number)] = (np.array(several, dtype), os.fspath(picture))
        except (TypeError, ValueError, IndexError):
            raise DataError(
                f"{who}: an entry of imglist has a label, or several, and a path, as in [0.5, 'a.jpg']; entry {number} is "
                f"{described(entry)}."
            ) from None
    return found
