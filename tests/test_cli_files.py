"""Files that commands write: where they are by default, and that none is lost."""

from __future__ import annotations

import os
import sys

import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from symgraph.errors import ExistingFileError
from symgraph.export.convert import convert

NET = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
VALUES = {"fc_weight": mx.nd.ones((3, 5)), "fc_bias": mx.nd.ones((3,))}
SHAPE = ("--shape", "data=1,5")
TO_PYTHON = ("convert", "models/net", "1", "--to", "python", *SHAPE)
ALREADY = "there is a file '{}' already; choose another name, or replace it with {}."
PERMIT = "--force, or overwrite=True in Python"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a checkpoint in a folder beside."""
    monkeypatch.chdir(tmp_path)
    os.mkdir("models")
    mx.model.save_checkpoint("models/net", 1, NET, VALUES, {})
    return tmp_path


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(*args):
    """The message of a command that does not do what it was told, and writes nothing."""
    done = CliRunner().invoke(main, list(args))
    assert done.exit_code == 1, done.output
    return done.output.removeprefix("Error: ").removesuffix("\n")


@pytest.mark.parametrize(
    ("args", "written"),
    [
        (TO_PYTHON, ["net.py", "net-params.npz"]),
        (("convert", "models/net", "1", "--to", "safetensors"), ["net.safetensors"]),
        (("convert", "models/net", "1", "--to", "stablehlo", *SHAPE), ["net.stablehlo"]),
        (("plot", "models/net"), ["net.svg"]),
        (("plot", "models/net-symbol.json"), ["net.svg"]),
    ],
)
def test_files_are_in_the_current_folder_under_the_models_name(args, written, folder):
    before = files(folder)
    done = CliRunner().invoke(main, list(args))
    assert done.stdout.splitlines() == written
    after = files(folder)
    assert after.keys() - before.keys() == set(written)
    assert after.items() >= before.items()


@pytest.mark.parametrize(
    ("args", "there", "who", "permit"),
    [
        (TO_PYTHON, "net.py", "convert", PERMIT),
        (TO_PYTHON, "net-params.npz", "convert", PERMIT),
        ((*TO_PYTHON, "-o", "models/a.py"), "models/a-params.npz", "convert", PERMIT),
        (("plot", "models/net"), "net.svg", "plot", "--force"),
        (("plot", "models/net", "--html", "page.html"), "page.html", "plot", "--force"),
    ],
)
def test_a_file_that_is_there_is_replaced_by_force_only(args, there, who, permit, folder):
    (folder / there).write_text("mine")
    before = files(folder)
    assert refused(*args) == f"{who}: {ALREADY.format(there, permit)}"
    assert files(folder) == before
    assert CliRunner().invoke(main, [*args, "--force"]).exit_code == 0
    assert (folder / there).read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("args", "target"),
    [
        (("convert", "models/net", "1", "--to", "onnx", *SHAPE, "-o"), "models/net-0001.params"),
        (("convert", "models/net", "1", "--to", "stablehlo", *SHAPE, "-o"), "linked"),
        (("plot", "models/net", "--html"), "models/net-symbol.json"),
        (("plot", "models/net", "--html"), "models/../models/net-symbol.json"),
    ],
)
def test_what_is_read_is_never_replaced(args, target, folder):
    os.symlink("models/net-symbol.json", "linked")
    before = files(folder)
    assert refused(*args, target, "--force") == (
        f"{args[0]}: '{target}' is what is read, and is not replaced; choose another name."
    )
    assert files(folder) == before


def test_a_device_is_no_file_to_lose(folder):
    assert CliRunner().invoke(main, ["plot", "models/net", "--html", os.devnull]).exit_code == 0


def test_python_is_as_careful(folder):
    def again(**options):
        return convert("models/net", 1, "python", {"data": (1, 5)}, **options)

    assert again() == ["net.py", "net-params.npz"]
    with pytest.raises(ExistingFileError) as error:
        again()
    assert str(error.value) == f"convert: {ALREADY.format('net.py', PERMIT)}"
    assert isinstance(error.value, FileExistsError)
    assert again(overwrite=True) == ["net.py", "net-params.npz"]


@pytest.mark.parametrize(
    ("module", "args", "text"),
    [
        (
            "flatbuffers",
            ("convert", "models/net", "1", "--to", "stablehlo", *SHAPE),
            "save_stablehlo: to write programs, install flatbuffers: pip install flatbuffers.",
        ),
        (
            "onnx",
            ("convert", "models/net", "1", "--to", "onnx", *SHAPE),
            "to_onnx: for ONNX models, install onnx: pip install onnx.",
        ),
        (
            "safetensors.numpy",
            ("convert", "models/net", "1", "--to", "safetensors"),
            "for safetensors files, install safetensors: pip install safetensors.",
        ),
        (
            "PIL.Image",
            ("predict", "models/image", "1", "--shape", "data=1,3,4,4", "--image", "models/image-symbol.json"),
            "to read images, install Pillow: pip install pillow.",
        ),
    ],
)
def test_a_package_that_is_missing_is_named(module, args, text, folder, monkeypatch):
    mx.model.save_checkpoint("models/image", 1, mx.sym.Flatten(mx.sym.Variable("data")), {}, {})
    monkeypatch.setitem(sys.modules, module, None)
    before = files(folder)
    assert refused(*args) == text
    assert files(folder) == before


@pytest.mark.parametrize("name", ["net.png", "net.pdf"])
def test_what_needs_graphviz_says_how_to_get_it_and_what_does_not(name, folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    text = refused("plot", "models/net", *SHAPE, "-o", name)
    assert text == (
        f"Format '{name[4:]}' needs Graphviz on the system, which has no 'dot' command: install it (apt install graphviz on "
        f"Debian and Ubuntu, dnf install graphviz on Fedora, brew install graphviz on macOS, winget install graphviz on "
        f"Windows, conda install graphviz in an environment of conda). Without it there are svg, dot, xdot, json, plain, ps, "
        f"eps, and a page for browsers (mx.viz.save_html, symgraph plot --html)."
    )
    assert not (folder / name).exists()
