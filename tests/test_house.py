"""House rules: what every operator has, and what the library never does."""

from __future__ import annotations

import inspect
import pathlib
import re
import subprocess
import sys

import pytest

import symgraph as mx
from symgraph.ir.op import Op
from symgraph.ir.registry import register, registered_names
from tests.cases import all_cases
from tests.elsewhere import ELSEWHERE

ROOT = pathlib.Path(mx.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
OPERATORS = sorted(set(registered_names().values()), key=lambda cls: cls.name)


def test_no_operator_names_outside_of_ops() -> None:
    """What a pass must know of an operator, it asks the operator."""
    comparison = re.compile(r"\bop(\.name)?\s*(==|!=|in)\s*[\[({]?['\"]")
    lookup = re.compile(r"\bfind_op\(\s*['\"]")
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if path.parent.name != "ops":
            assert not comparison.search(text), path
        if path.parent.name in ("ir", "lower", "viz"):
            assert not lookup.search(text), path


def test_the_library_never_prints_nor_configures_jax() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"jax\.config\.(update|\w+\s*=)", text), path
        if path.name != "summary.py":
            assert not re.search(r"^\s*print\(", text, re.MULTILINE), path


def test_logging_is_left_to_the_program() -> None:
    """Functions of the module `logging` install a handler, after which the program's `basicConfig` does nothing."""
    call = re.compile(
        r"\blogging\.(debug|info|warning|error|exception|critical|log)\(|[lL]ogger\b[^=\n]*= logging\b(?!\.)"
    )
    found = [str(path) for path in FILES if call.search(path.read_text(encoding="utf-8"))]
    assert not found, f"write logging.root.info(...): {found}"


def test_advice_to_install_names_packages_rather_than_our_extras() -> None:
    """``symgraph[onnx]`` is known to pip only where it finds symgraph, and zsh takes the brackets for a pattern."""
    for path in [
        *FILES,
        *ROOT.parent.glob("docs/*.md"),
        *ROOT.parent.glob("*.md"),
        *ROOT.parent.glob("benchmarks/*.py"),
    ]:
        assert not re.search(r"pip install ['\"]?symgraph\[", path.read_text(encoding="utf-8")), path


def test_importing_changes_no_global_setting() -> None:
    code = (
        "import os, jax; before = (jax.config.jax_enable_x64, dict(os.environ)); import symgraph; "
        "assert before == (jax.config.jax_enable_x64, dict(os.environ))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("cls", OPERATORS, ids=lambda cls: cls.name)
def test_every_operator_is_documented(cls: type[Op]) -> None:
    doc = inspect.getdoc(cls) or ""
    assert doc.split("\n")[0].rstrip().endswith((".", ",", ":")) or "\n" in doc, "the first line is a sentence"
    assert "->" in doc, "the docstring says which shapes go in and come out"
    _, _, after = doc.partition("\nAttributes:\n")
    entries = re.findall(r"^    (\w+(?:, \w+)*): ", after.split("\n\n")[0], re.MULTILINE)
    described = {name for entry in entries for name in entry.split(", ")}
    assert described == set(cls.codecs), "the block 'Attributes' describes each attribute, and nothing else"


@pytest.mark.parametrize(
    "cls", [c for c in OPERATORS if c.__module__.startswith("symgraph.ops.")], ids=lambda c: c.name
)
def test_a_family_says_what_it_takes_and_shows_how(cls: type[Op]) -> None:
    """The shape of every tensor, and an example unless a builder made the class."""
    doc = inspect.getdoc(cls) or ""
    for name in (*cls.tensors, *cls.states) if cls.variadic is None else ():
        assert re.search(rf"\b{name}\b", doc), f"the shape of {name} is missing"
    module = inspect.getmodule(cls)
    assert module is not None
    by_builder = f"class {cls.__name__}(" not in inspect.getsource(module)
    assert by_builder or ">>> " in doc, "a class of its own has an example"


def test_every_operator_is_in_the_table() -> None:
    seen = set()
    for case in all_cases():
        try:
            symbol = case.build(mx)
        except mx.MXNetError:
            continue
        seen |= {node.op.name for node in symbol.graph.order if node.op is not None}
    missing = {cls.name for cls in OPERATORS} - seen - set(ELSEWHERE)
    assert not missing, f"operators without a row in tests/cases: {sorted(missing)}"


def test_the_registry_refuses_what_breaks_the_contract() -> None:
    with pytest.raises(TypeError, match="operator name 'relu' is registered twice"):

        @register("relu")
        class Again(Op):
            """Documented."""

            infer_shape = OPERATORS[0].infer_shape
            lower = OPERATORS[0].lower

    with pytest.raises(TypeError, match="operator _undocumented needs a docstring"):

        @register("_undocumented")
        class Undocumented(Op):
            pass

    with pytest.raises(TypeError, match="operator _ruleless needs the method infer_shape"):

        @register("_ruleless")
        class Ruleless(Op):
            """Documented."""

    with pytest.raises(TypeError, match="operators add_n and _second_sum have the same role 'sum'"):

        @register("_second_sum")
        class SecondSum(Op):
            """Documented."""

            role = "sum"
            infer_shape = OPERATORS[0].infer_shape
            lower = OPERATORS[0].lower

    with pytest.raises(TypeError, match="an operator attribute cannot be annotated"):

        @register("_odd")
        class Odd(Op):
            """Documented."""

            value: complex = 0j
