"""What editors and `help` show of functions that come from the registry. `make types` checks `tests/typed_program.py`."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

import symgraph as mx
from tools import stubs


@pytest.fixture(scope="module")
def written():
    return stubs.stubs()


def test_stubs_are_those_of_the_registry(written):
    stale = [str(path) for path, text in written.items() if (stubs.PACKAGE / path).read_text() != text]
    assert not stale, "run `make stubs`"
    found = {path.relative_to(stubs.PACKAGE) for path in stubs.PACKAGE.rglob("*.pyi")}
    assert found == set(written)


@pytest.mark.parametrize("space", [mx.sym, mx.sym.contrib, mx.sym.linalg, mx.nd, mx.nd.random, mx.nd.image])
def test_every_public_function_is_in_a_stub(space, written):
    _, name, *parts = space.__name__.split(".")
    text = written[Path(name, *(f"{part}.pyi" for part in parts or ["__init__"]))]
    for function in (name for name in dir(space) if not name.startswith("_") and name not in stubs.SPACES):
        assert any(f"{start}{function}{end}" in text for start, end in (("def ", "("), (" as ", "\n"), ("\n", " ="))), (
            function
        )


def test_an_editor_completes_and_shows_documentation():
    jedi = pytest.importorskip("jedi")
    program = "import symgraph as mx\nmx.sym.Convolution("
    (found,) = jedi.Script(program).get_signatures()
    assert found.params[4].description.startswith("param stride: Sequence[int] | int")
    assert found.docstring().startswith("Convolution(data: Symbol | None=None")
    assert "kernel: extent of the filters" in found.docstring()
    names = [c.name for c in jedi.Script("import symgraph as mx\nmx.nd.contrib.box_").complete()]
    assert names == ["box_decode", "box_encode", "box_iou", "box_nms", "box_non_maximum_suppression"]


def test_signatures_tell_defaults_and_what_must_be_given():
    text = str(inspect.signature(mx.sym.Convolution))
    assert text.startswith(
        "(data=None, weight=None, bias=None, kernel=<required>, stride=(), dilate=(), pad=(), num_filter=<required>,"
    )
    assert str(inspect.signature(mx.nd.Concat)) == "(*data, num_args=None, dim=1, out=None, name=None)"


def test_help_tells_what_attributes_take():
    text = mx.sym.Convolution.__doc__
    assert "\n    kernel (tuple of int): extent of the filters" in text
    assert "\n    stride, dilate, pad (tuple of int): step between" in text
    assert "\n    layout (one of 'NCW', 'NCHW', 'NCDHW', 'NHWC', 'NDHWC' or None): order of the axes" in text
    assert "\n    workspace (int >= 0), cudnn_tune (one of 'off', " in text
    assert max(map(len, text.splitlines())) <= 120
    assert mx.nd.Convolution.__doc__ == text


def test_completion_at_a_prompt_shows_what_is_public():
    names = [name for name in dir(mx.sym) if not name.startswith("__")]
    assert {"Convolution", "contrib", "Variable", "zeros"} <= set(names)
    assert not {"sys", "create", "OPTIONS", "populate", "annotations"} & set(names)


def test_namespaces_are_modules():
    import symgraph.nd.linalg
    import symgraph.sym.contrib

    assert symgraph.sym.contrib is mx.sym.contrib is sys.modules["symgraph.symbol.contrib"]
    assert symgraph.nd.linalg.__name__ == "symgraph.nd.linalg"
