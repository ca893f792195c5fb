"""Folders of files that the tests of a module read and work in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import symgraph as mx


def folder_with(write_files: Callable[[Any, str], None]) -> tuple[Any, Any]:
    """Two fixtures: a folder in which ``write_files(mx, folder)`` has been, and the same as the present one.

    Assign them to ``files`` and ``folder``.
    """

    @pytest.fixture(scope="module")
    def files(tmp_path_factory):
        path = tmp_path_factory.mktemp("files")
        write_files(mx, str(path))
        return path

    @pytest.fixture
    def folder(files, monkeypatch):
        monkeypatch.chdir(files)
        return files

    return files, folder
