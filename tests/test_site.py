"""The documentation site builds without a warning and without asking the network, and has a page for each operator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from symgraph.ir.registry import registered_names
from tools.operator_pages import page_of

ROOT = Path(__file__).parent.parent
MKDOCS = "import socket; socket.socket.connect = None; from mkdocs.__main__ import cli; cli()"
"""MkDocs, where nothing can be connected to."""
OPERATORS = sorted(set(registered_names().values()), key=lambda cls: cls.name)


def text_of(page: Path) -> str:
    return re.sub(r"<[^>]+>", "", page.read_text())


def check_that_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert not re.search(r"<(script|img|iframe|source)[^>]* src=\"?https?:", page.read_text()), page
        assert not re.search(r"<link[^>]* rel=\"?(stylesheet|preconnect)[^>]*https?:", page.read_text()), page


def check_operators(folder: Path) -> None:
    assert {page.stem for page in folder.glob("*.html")} == {"index", *(cls.name for cls in OPERATORS)}
    dense = text_of(folder / "FullyConnected.html")
    for part in (
        "Affine map",
        "length of the output's last axis",
        "int &gt;= 1",
        "required",
        "infer_shape(data=(2, 3))",
    ):
        assert part in dense, part


def check_notebooks(folder: Path) -> None:
    assert {page.stem for page in folder.glob("*.html")} == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    tutorial = (folder / "01-tutorial.html").read_text()
    pictures = re.findall(r'<img[^>]* src="([^"]*)"', tutorial)
    assert pictures
    assert all((folder / name).is_file() for name in pictures)


def check_references(folder: Path) -> None:
    parts = {
        "module": ("fit(", "score(", "save_checkpoint(", "init_optimizer("),
        "symbol": ("tojson(", "simple_bind(", "Variable("),
        "executor": ("forward(", "grad_dict", "memory_plan("),
        "ndarray": ("asnumpy(", "arange(", "load("),
        "optimizer": ("Adam(", "CosineScheduler("),
        "errors": ("ShapeError", "NotImplementedForSymbol"),
    }
    for page, names in parts.items():
        text = text_of(folder / f"{page}.html")
        assert not [name for name in names if name not in text], page


def test_the_site_builds(tmp_path: Path) -> None:
    """One test, so that no other worker of xdist builds it again."""
    command = [sys.executable, "-W", "error", "-c", MKDOCS, "build", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_that_nothing_is_loaded_from_elsewhere(tmp_path / "site")
    check_operators(tmp_path / "site" / "reference" / "operators")
    check_notebooks(tmp_path / "site" / "notebooks")
    check_references(tmp_path / "site" / "reference")


def test_a_page_tells_all_of_its_operator() -> None:
    for cls in OPERATORS:
        page = page_of(cls)
        inputs = cls.tensors if cls.has_fixed_inputs() else ()
        told = set(re.findall(r"`(\w+)`", page))
        assert {*cls.codecs, *cls.states, *inputs} <= told, cls.name
        assert page.count("```") % 2 == 0, cls.name
