"""The notebooks run from top to bottom, and show what they were saved with."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def shown(cell: Any) -> str:
    """The text a cell shows; a picture counts as its kind, as its details are up to the installed Graphviz. What is logged is
    not shown: that something takes long depends on the machine."""
    text = ""
    for output in cell.get("outputs", []):
        if output.get("name") == "stderr":
            continue
        data = output.get("data", {})
        text += "<picture>" if "image/svg+xml" in data else output.get("text") or data.get("text/plain", "")
    return text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_small_and_says_what_it_is_good_for(path: Path) -> None:
    assert path.stat().st_size < 150_000
    assert "After this notebook you will be able to" in nbformat.read(path, as_version=4).cells[0].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_shows_what_it_was_saved_with(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(path.parent.parent))
    saved = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    with warnings.catch_warnings():
        # What the client of the kernel warns of is no concern of the notebook.
        warnings.simplefilter("ignore")
        nbclient.NotebookClient(fresh, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for before, after in zip(saved.cells, fresh.cells, strict=True):
        if "machine-dependent" not in before.metadata.get("tags", []):
            assert shown(after) == shown(before), before.source


def brought(extra: str) -> set[str]:
    """The packages that an extra of the project names, those of the extras inside of it included."""
    found = set()
    for requirement in PROJECT["optional-dependencies"][extra]:
        package, _, inner = requirement.partition("[")
        found |= {name for one in inner.rstrip("]").split(",") for name in brought(one)} if inner else {package}
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_extra_brings_what_the_notebook_imports(path: Path) -> None:
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    modules = {alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    required = {requirement.partition(">")[0] for requirement in PROJECT["dependencies"]}
    known = brought("notebooks") | required | {"symgraph", "ipython"}  # which notebook needs
    packages = importlib.metadata.packages_distributions()
    for module in modules - sys.stdlib_module_names:
        assert known & {name.lower() for name in packages[module]}, f"{module}: add its package to the extra notebooks"
