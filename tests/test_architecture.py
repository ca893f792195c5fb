"""The rooms of the house are those of docs/architecture.md, and imports go downward only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "symgraph"
ROW = re.compile(r"^\| ((?:`\w+` ?)+) \| .* \|((?: `\w+`)*) \|$", re.MULTILINE)


def allowed() -> dict[str, set[str]]:
    """What each room may import, by the table in the document."""
    rows = ROW.findall((ROOT / "docs" / "architecture.md").read_text())
    return {room: set(re.findall(r"\w+", targets)) for rooms, targets in rows for room in re.findall(r"\w+", rooms)}


def imported(path: Path) -> set[str]:
    """The rooms that a module imports from, at any depth of its code."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
    names = {module.split(".")[1] for module in modules if module.startswith("symgraph.")}
    return names & set(allowed())


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.name != "__init__.py"]


def test_table_names_every_room() -> None:
    assert {room_of(path) for path in SOURCES} == set(allowed())


def test_table_goes_downward() -> None:
    order = list(allowed())
    for room, targets in allowed().items():
        for target in targets - {room}:
            assert order.index(target) > order.index(room), f"{room} -> {target}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downward(path: Path) -> None:
    room = room_of(path)
    assert imported(path) - {room} <= allowed()[room]


def test_no_jax_in_ir_and_no_private_jax() -> None:
    for path in SOURCES:
        text = path.read_text()
        assert "jax._src" not in text, path
        if room_of(path) == "ir":
            assert not re.search(r"^\s*(import|from) jax", text, re.MULTILINE), path
