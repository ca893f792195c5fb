"""The documents tell the truth: their blocks run and print what they say, and quote the sources word for word.

In a Markdown file, a ``python`` block is a program that continues the blocks before it, and the ``text`` blocks together
are what it prints. A ``python`` block whose first line has a file name behind the language, as in
``python symgraph/ops/pad.py``, is not run: it quotes that file. ``sh`` blocks are run after these, in the same folder. A block
that cannot run says so behind its language: ``sh not run: it takes hours``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import symgraph as mx

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("**/*.md"))
FENCE = re.compile(r"^```(\w*)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"\n\n {4,}\S.*")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
NAME = re.compile(r"`mx((?:\.[A-Za-z]\w*)+)[`(]")
NOT_RUN = "not run: "

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands behind it, its text, and the line it starts on, counted from 0."""

    language: str
    note: str
    text: str
    line: int

    @property
    def quoted(self) -> str | None:
        """The file that the block quotes, if it does."""
        return self.note if self.note and not self.note.startswith(NOT_RUN) else None


def blocks_of(path: Path) -> list[Block]:
    text = path.read_text()
    return [Block(m[1], m[2] or "", m[3], text.count("\n", 0, m.start(3))) for m in FENCE.finditer(text)]


def program_of(path: Path) -> str:
    """The blocks to run as one program, each on the lines where it stands in the document, so that tracebacks fit."""
    lines: list[str] = []
    for block in blocks_of(path):
        if block.language == "python" and not block.note:
            lines += [""] * (block.line - len(lines)) + block.text.splitlines()
    return "\n".join(lines) + "\n"


def run(command: list[str | Path], folder: Path) -> str:
    """What a command prints, in a process of its own: what it registers must not be seen by other tests."""
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@every_document
def test_blocks_run_and_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    program = program_of(path)
    commands = "".join(block.text for block in blocks_of(path) if block.language == "sh" and not block.note)
    if not program.strip() and not commands:
        pytest.skip("nothing to run")
    script = tmp_path / f"{path.stem}.py"
    script.write_text(program)
    printed = run([sys.executable, "-W", "error", script], tmp_path)
    assert printed == "".join(block.text for block in blocks_of(path) if block.language == "text")
    if commands:
        run(["sh", "-e", "-c", commands], tmp_path)


@every_document
def test_a_block_says_what_it_is(path: Path) -> None:
    for block in blocks_of(path):
        assert block.language in ("python", "text", "sh"), f"{path.name}:{block.line}: no test knows this language"
        assert block.quoted is None or (ROOT / block.quoted).is_file(), f"{path.name}:{block.line}: {block.note}"
    assert not INDENTED.findall(FENCE.sub("", path.read_text())), "code that nothing runs; put a fence around it"


@every_document
def test_a_page_opens_with_what_it_is_for(path: Path) -> None:
    if path.is_relative_to(ROOT / "docs"):
        lead = path.read_text().split("\n\n")[1]
        assert re.search(r"^(After this|Here) .*\byou\b|^symgraph is", " ".join(lead.split()))


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


@every_document
def test_names_exist(path: Path) -> None:
    unknown = [f"mx{name}" for name in NAME.findall(path.read_text()) if not is_known(name.split(".")[1:])]
    assert not unknown


def is_known(parts: list[str]) -> bool:
    """Whether there is something at a path below ``mx``, or a reason for which there is not."""
    value: object = mx
    for part in parts:
        try:
            value = getattr(value, part)
        except AttributeError as error:
            return re.search(r": |on purpose", str(error)) is not None
    return True
