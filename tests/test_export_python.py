"""Networks as Python source: every operator of the table against MXNet, networks against an executor, formatted, alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

import symgraph as mx
from benchmarks.networks import NETWORKS, lstm
from symgraph.errors import BindError, CustomOpError, ExportError, FileError, MXNetError
from symgraph.export.python_source.snippets import TABLE
from symgraph.export.python_source.source import save_python, to_python
from symgraph.ir.registry import find_op
from tests.cases import FAMILIES, family
from tests.cases.case import Case
from tests.check import at_inference
from tests.golden import Recorded, load_family
from tests.golden.record_networks import draw
from tests.test_export_stablehlo import expected, values

DATA = mx.sym.Variable("data")
HERE = Path(__file__).parent


def module_of(text: str) -> types.ModuleType:
    """A written module, imported into a namespace that holds nothing else."""
    module = types.ModuleType("written")
    exec(compile(text, "written.py", "exec"), module.__dict__)
    assert "symgraph" not in text.split('"""', 2)[2], "symgraph is named in the description, and nowhere else"
    return module


# -- operators --------------------------------------------------------------------------------------------------------


def written_cases(name: str) -> Iterator[tuple[Case, Recorded, str]]:
    """The cases of a family whose operators are all in the table and that can be written, and their source."""
    for case in family(name):
        record = load_family(name)[case.name]
        if record.error is not None or case.random:
            continue
        operators = {node["op"] for node in json.loads(record.facts["json"])["nodes"]} - {"null"}
        if not operators <= TABLE.keys():
            continue
        shapes, dtypes = ({n: spec[i] for n, spec in record.facts["arguments"].items()} for i in (0, 1))
        aux = {n: case.value(n, tuple(s), d) for n, (s, d) in record.facts["auxiliary"].items()}
        try:
            yield case, record, to_python(case.build(mx), aux, shapes, dtypes)
        except (ExportError, CustomOpError):
            continue  # which attributes these are, the tests of messages say


WRITTEN = {
    name
    for name in FAMILIES
    for record in load_family(name).values()
    if record.error is None
    and {node["op"] for node in json.loads(record.facts["json"])["nodes"]} - {"null"} <= TABLE.keys()
}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_operators_give_mxnets_values(name: str) -> None:
    """All cases of a family in one program, as it takes longer to compile than to run."""
    networks, given, cases = [], [], []
    for case, record, text in written_cases(name):
        args, aux = (
            {n: case.value(n, tuple(s), d) for n, (s, d) in record.facts[kind].items()}
            for kind in ("arguments", "auxiliary")
        )
        networks.append(module_of(text).network)
        given.append((aux, *args.values()))
        cases.append((case, at_inference(case, record)))
    with jax.enable_x64(True):
        found = jax.jit(lambda given: [network(*args) for network, args in zip(networks, given, strict=True)])(given)
    for (case, wanted), results in zip(cases, found, strict=True):
        for actual, output in zip(results if isinstance(results, tuple) else (results,), wanted, strict=True):
            assert actual.shape == output.shape, case.name
            assert actual.dtype == output.dtype, case.name
            loose = 10 if output.dtype == np.float16 else 1
            tolerance = {"rtol": case.rtol * loose, "atol": case.atol * loose, "err_msg": case.name}
            np.testing.assert_allclose(np.asarray(actual, "float64"), output.astype("float64"), **tolerance)


def test_most_cases_can_be_written() -> None:
    """What is refused are attributes that hardly anybody uses, and real functions of integers."""
    counted = [
        (len(list(written_cases(name))), len(family(name))) for name in ("convolution", "pooling", "join", "rnn")
    ]
    assert all(written >= 0.6 * cases for written, cases in counted), counted


def test_each_operator_of_the_table_is_one() -> None:
    assert [name for name in TABLE if find_op(name).name != name] == []


# -- networks ---------------------------------------------------------------------------------------------------------

SMALL = {
    "mlp": (784,),
    "lenet": (1, 28, 28),
    "alexnet": (3, 64, 64),
    "vgg-11": (3, 32, 32),
    "resnet-18": (3, 32, 32),
    "resnet-18-v1": (3, 32, 32),
    "inception-bn": (3, 64, 64),
    "mobilenet": (3, 32, 32),
    "squeezenet": (3, 64, 64),
    "densenet-121": (3, 64, 64),
}


def is_formatted(path: Path) -> bool:
    """Whether ruff has nothing to say to a file, and would write it as it is, 100 columns wide."""
    for command in (["format", "--check"], ["check", "--select", "E,F,W,I,B,UP"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "100", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return True


LONG_TO_COMPILE = ("vgg-11", "resnet-18-v1", "inception-bn", "densenet-121")
"""Networks of operators that others have, too; what they make is looked at, but not its values."""


@pytest.mark.parametrize("name", SMALL)
def test_networks_are_equal_and_formatted(name: str, tmp_path: Path) -> None:
    net, shape = NETWORKS[name].build(mx, classes=5), (2, *SMALL[name])
    params = values(net, data=shape)
    path = tmp_path / "net.py"
    _, saved = save_python(path, net, params, {"data": shape}, title=name)
    module = module_of(path.read_text())
    batch = draw(["data"], [(3, *SMALL[name])])["data"]
    if name in LONG_TO_COMPILE:
        assert jax.eval_shape(module.network, module.load(saved), batch).shape == (3, 5)
    else:
        outputs = jax.jit(module.network)(module.load(saved), batch)
        np.testing.assert_allclose(outputs, expected(net, params, data=batch)[0], 1e-4, 1e-5)
    assert is_formatted(path)
    names = [node.name for node in net.graph.order if node.op is not None]
    body = path.read_text().split("def network")[1]
    assert all(f"\n    {node} = " in body for node in names), "one line for each node, with its name"


def test_a_recurrent_network(tmp_path: Path) -> None:
    """With a batch and a length of its own."""
    net = mx.sym.SoftmaxOutput(lstm.fused(mx, 4, 2), preserve_shape=True, name="softmax")
    shapes = {"data": (5, 2, 3), "lstm_state": (2, 2, 4), "lstm_state_cell": (2, 2, 4)}
    params = values(net, **shapes)
    text = to_python(net, params, shapes)
    inputs = draw(list(shapes), [(7, 3, 3), (2, 3, 4), (2, 3, 4)])
    found = module_of(text).network({n: a.jax for n, a in params.items()}, **inputs)
    np.testing.assert_allclose(found, expected(net, params, **inputs)[0], 1e-4, 1e-5)
    assert "    lstm = recurrent(\n        lstm_cell, 4, data, " in text


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    net = NETWORKS["lenet"].build(mx, classes=5)
    save_python(tmp_path / "net.py", net, values(net, data=(1, 1, 28, 28)), {"data": (1, 1, 28, 28)})
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "net.py"], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.stdout == "(1, 5)\n", done.stderr


# -- text -------------------------------------------------------------------------------------------------------------

ODD = """\
def network(params: dict, data_0: jax.Array, lambda_: jax.Array) -> tuple:
    \"\"\"data-0 (2, 3) float32 · lambda (2, 3) float32 -> a/b_output, jnp_output0.\"\"\"
    a_b = data_0 + lambda_  # (2, 3)
    jnp_ = jnp.split(a_b, 3, axis=1)  # (2, 1), ...
    return a_b, jnp_[0]
"""


def test_odd_names_become_those_of_python() -> None:
    total = mx.sym.elemwise_add(mx.sym.Variable("data-0"), mx.sym.Variable("lambda"), name="a/b")
    parts = mx.sym.split(total, num_outputs=3, name="jnp")
    text = to_python(mx.sym.Group([total, parts[0]]), {}, {"data-0": (2, 3), "lambda": (2, 3)})
    assert ODD in text.replace("data_0 (2, 3) float32 · lambda_", "data-0 (2, 3) float32 · lambda") + "\n"
    assert "load" not in text, "there are no parameters"
    assert [part.shape for part in module_of(text).network({}, np.ones((2, 3)), np.ones((2, 3)))] == [(2, 3), (2, 1)]


def test_long_lines_are_broken(tmp_path: Path) -> None:
    parts = [mx.sym.relu(DATA, name=f"a_node_with_a_long_name_{i}") for i in range(9)]
    net = mx.sym.Convolution(mx.sym.concat(*parts, name="joined"), kernel=(3, 3), num_filter=2, name="c" * 40)
    save_python(tmp_path / "net.py", net, values(net, data=(1, 2, 5, 5)), {"data": (1, 2, 5, 5)})
    assert is_formatted(tmp_path / "net.py")


def test_nodes_that_nobody_reads_are_left_out() -> None:
    label = mx.sym.exp(mx.sym.Variable("softmax_label"), name="unread")
    net = mx.sym.SoftmaxOutput(mx.sym.Dropout(DATA, name="dropped"), label, name="softmax")
    body = to_python(net, {}, {"data": (2, 3)}).split("def network")[1]
    assert "unread" not in body
    assert "    dropped = data  # (2, 3)\n" in body


class Nothing(mx.operator.CustomOp):
    def forward(self, *_: Any) -> None: ...


@mx.operator.register("of_python_test")
class NothingProp(mx.operator.CustomOpProp):
    def create_operator(self, *_: Any) -> Nothing:
        return Nothing()


REMEDY = "; use Symbol.to_jax, or export StableHLO (to_stablehlo), which has all operators."
SHAPES = {"data": (2, 3)}


@pytest.mark.parametrize(
    ("net", "kind", "text"),
    [
        (
            mx.sym.contrib.box_nms(mx.sym.reshape(DATA, (1, 1, 6)), name="nms"),
            ExportError,
            f"to_python: _contrib_box_nms 'nms' (made at * has no form as Python source{REMEDY}",
        ),
        (
            mx.sym.softmax(DATA, dtype="float64", name="s"),
            ExportError,
            f"to_python: softmax 's' (made at * has no form as Python source where it has use_length or dtype{REMEDY}",
        ),
        (
            mx.sym.exp(mx.sym.Cast(DATA, dtype="int32"), name="e"),
            ExportError,
            "to_python: exp 'e' (made at * has no form as Python source where it is applied to int32; Cast to float32 before "
            f"it{REMEDY}",
        ),
        (
            mx.sym.LayerNorm(DATA, mx.sym.ones((3,)), mx.sym.zeros((3,)), output_mean_var=True, name="n")[1],
            ExportError,
            f"to_python: LayerNorm 'n' (made at * has no form as Python source for its output 'mean'{REMEDY}",
        ),
        (
            mx.sym.Custom(DATA, op_type="of_python_test", name="c"),
            CustomOpError,
            "to_python: Custom 'c' (made at * calls Python code, which cannot leave this process; write it with operators, or "
            "export the parts before and behind it.",
        ),
        (
            DATA + mx.sym.Variable("a_label"),
            BindError,
            "to_python: 'a_label' is read at inference; give its shape in shapes.",
        ),
    ],
)
def test_what_has_no_form(net: mx.Symbol, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as caught:
        to_python(net, {}, SHAPES)
    before, _, after = text.partition("*")
    assert str(caught.value).startswith(before)
    assert str(caught.value).endswith(after)


@pytest.mark.parametrize(
    ("fname", "params", "kind", "text"),
    [
        ("net.txt", {}, ExportError, "save_python: '{}/net.txt' must end in .py, since it is a module."),
        (
            "no/net.py",
            {},
            FileError,
            "save_python: there is no folder '{}/no' for '{}/no/net.py'; check the path, or make the folder.",
        ),
        (
            "net.py",
            {"w": mx.nd.ones((2, 3), dtype="bfloat16")},
            ExportError,
            "save_python: 'w' is bfloat16, which NumPy's files do not know; make it float32.",
        ),
    ],
)
def test_files_that_cannot_be_written(fname: str, params: dict, kind: type, text: str, tmp_path: Path) -> None:
    net = DATA + mx.sym.Variable("w") if params else DATA + 1
    with pytest.raises(kind) as caught:
        save_python(tmp_path / fname, net, params, SHAPES, {"data": params["w"].dtype} if params else None)
    assert isinstance(caught.value, MXNetError)
    assert str(caught.value) == text.replace("{}", str(tmp_path))
    assert not list(tmp_path.iterdir())
