"""The documents tell the truth: their Python blocks run, print what they say, and quote the sources word for word.

In a Markdown file, a ``python`` block is a program that continues the blocks before it, and the ``text`` blocks together
are what it prints. A ``python`` block whose first line has a file name behind the language, as in
``python symgraph/ops/pad.py``, is not run: it quotes that file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("**/*.md"))
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it quotes if any, its text, and the line it starts on, counted from 0."""

    language: str
    quoted: str | None
    text: str
    line: int


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text()
    return [Block(m[1], m[2], m[3], text.count("\n", 0, m.start(3))) for m in FENCE.finditer(text)]


def program_of(path: Path) -> str:
    """The blocks to run as one program, each on the lines where it stands in the document, so that tracebacks fit."""
    lines: list[str] = []
    for block in blocks_of(path):
        if block.language == "python" and block.quoted is None:
            lines += [""] * (block.line - len(lines)) + block.text.splitlines()
    return "\n".join(lines) + "\n"


@every_document
def test_blocks_run_and_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    program = program_of(path)
    if not program.strip():
        pytest.skip("nothing to run")
    script = tmp_path / f"{path.stem}.py"
    script.write_text(program)
    # A process of its own: operators registered in a document must not be seen by other tests.
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(block.text for block in blocks_of(path) if block.language == "text")


@every_document
def test_quotes_are_word_for_word(path: Path) -> None:
    for block in blocks_of(path):
        if block.quoted is not None:
            source = (ROOT / block.quoted).read_text()
            assert block.text in source, f"{path.name}:{block.line + 1} quotes {block.quoted}, which reads differently"


@every_document
def test_links_lead_somewhere(path: Path) -> None:
    missing = [target for target in LINK.findall(path.read_text()) if not (path.parent / target).exists()]
    assert not missing
