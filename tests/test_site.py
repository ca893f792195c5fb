"""The documentation site builds without a warning and without asking the network, and has a page for each operator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from symgraph.ir.op import registered_names
from tools.site import page_of

ROOT = Path(__file__).parent.parent
MKDOCS = "import socket; socket.socket.connect = None; from mkdocs.__main__ import cli; cli()"
"""MkDocs, where nothing can be connected to."""
OPERATORS = sorted(set(registered_names().values()), key=lambda cls: cls.name)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-W", "error", "-c", MKDOCS, "build", "--quiet", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def text_of(page: Path) -> str:
    return re.sub(r"<[^>]+>", "", page.read_text())


def test_pages_ask_nothing_of_others(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert not re.search(r"<(script|img|iframe|source)[^>]* src=\"?https?:", page.read_text()), page
        assert not re.search(r"<link[^>]* rel=\"?(stylesheet|preconnect)[^>]*https?:", page.read_text()), page


def test_every_operator_has_a_page(site: Path) -> None:
    pages = {page.stem for page in (site / "reference" / "operators").glob("*.html")}
    assert pages == {"index", *(cls.name for cls in OPERATORS)}
    dense = text_of(site / "reference" / "operators" / "FullyConnected.html")
    for part in (
        "Affine map",
        "length of the output's last axis",
        "int &gt;= 1",
        "required",
        "infer_shape(data=(2, 3))",
    ):
        assert part in dense, part


def test_references_show_what_modules_have(site: Path) -> None:
    module = text_of(site / "reference" / "module.html")
    for method in ("fit", "score", "predict", "save_checkpoint", "init_optimizer"):
        assert f"{method}(" in module, method
    assert "tojson" in text_of(site / "reference" / "symbol.html")


def test_a_page_tells_all_of_its_operator() -> None:
    for cls in OPERATORS:
        page = page_of(cls)
        inputs = cls.tensors if cls.has_fixed_inputs() else ()
        told = set(re.findall(r"`(\w+)`", page))
        assert {*cls.codecs, *cls.states, *inputs} <= told, cls.name
        assert page.count("```") % 2 == 0, cls.name
