"""What is released: a source distribution that builds the wheel, a wheel with all that belongs to the package and nothing
else, which works by itself; and one version in all places."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import symgraph as mx

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = ("pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE")
USER = """
import symgraph as mx
assert mx.__file__.startswith({home!r}), mx.__file__
x = mx.sym.Variable("x")
net = mx.sym.FullyConnected(x, num_hidden=2, name="fc")
executor = net.simple_bind(mx.cpu(), x=(1, 3))
executor.forward(is_train=True)
executor.backward(mx.nd.ones((1, 2)))
from symgraph.cli import main
main(["--version"])
"""


def call(hook: str, folder: Path, sources: Path) -> Path:
    """What setuptools makes of sources, by a hook of PEP 517, as pip and build ask for it. Nothing is downloaded."""
    code = f"from setuptools import build_meta; print(build_meta.{hook}({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=sources, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return folder / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The source distribution, and the wheel that is built from it, unpacked."""
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("setuptools is older than the build needs; `make test` installs a newer one")
    folder = tmp_path_factory.mktemp("release")
    tree = folder / "tree"
    shutil.copytree(ROOT / "symgraph", tree / "symgraph", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCES:
        shutil.copy(ROOT / name, tree)
    (tree / "tests").mkdir()
    (tree / "tests" / "test_one.py").write_text("")
    archive = call("build_sdist", folder, tree)
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    wheel = call("build_wheel", folder, folder / archive.name.removesuffix(".tar.gz"))
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "wheel")
    return archive, wheel, folder / "wheel"


def test_the_wheel_holds_the_package_and_nothing_else(released):
    _, wheel, home = released
    assert wheel.name == f"symgraph-{mx.__version__}-py3-none-any.whl"
    found = {path.relative_to(home).as_posix() for path in (home / "symgraph").rglob("*") if path.is_file()}
    package = [path for path in (ROOT / "symgraph").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert found == {path.relative_to(ROOT).as_posix() for path in package}
    assert {"symgraph/py.typed", "symgraph/sym/op.pyi", "symgraph/ir/fluent.pyi"} <= found
    assert sorted(path.name for path in home.iterdir()) == ["symgraph", f"symgraph-{mx.__version__}.dist-info"]


def test_the_source_distribution_has_what_tells_of_it(released):
    archive, _, _ = released
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert set(SOURCES) - {"MANIFEST.in"} <= names
    assert not [name for name in names if name.startswith("tests")]


def test_the_wheel_says_what_it_is(released):
    _, _, home = released
    info = home / f"symgraph-{mx.__version__}.dist-info"
    about = importlib.metadata.PathDistribution(info)
    assert about.metadata["Version"] == mx.__version__
    assert about.metadata["License-Expression"] == "Apache-2.0"
    assert (info / "licenses" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    (entry,) = about.entry_points
    assert (entry.group, entry.name, entry.value) == ("console_scripts", "symgraph", "symgraph.cli:main")


def test_the_wheel_works_by_itself(released, tmp_path):
    _, _, home = released
    done = subprocess.run(
        [sys.executable, "-W", "error", "-P", "-c", USER.format(home=str(home))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"symgraph, version {mx.__version__}\n"


def test_the_version_is_written_in_one_place():
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "symgraph.__version__"}
    (newest, *_) = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest == mx.__version__


def test_supported_releases_of_python_are_the_same_everywhere():
    project = PROJECT["project"]
    listed = [line.rpartition(" ")[2] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert project["requires-python"] == f">={listed[0]}"
    assert PROJECT["tool"]["mypy"]["python_version"] == listed[0]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{listed[0].replace('.', '')}"
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    (matrix,) = re.findall(r"python: \[(.*)\]", workflow)
    assert re.findall(r"[\d.]+", matrix) == listed
    assert re.findall(r"^ +run: (.*)$", workflow, re.MULTILINE) == [".ci/run"], (
        "what is checked there is what is checked here"
    )
