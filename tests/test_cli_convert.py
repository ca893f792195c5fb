"""`symgraph convert`: checkpoints of MXNet in formats of others, which give what real MXNet recorded."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import jax
import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from symgraph.interop import safetensors
from tests.golden import HERE
from tests.old_graphs import GRAPHS, OldGraph
from tests.old_graphs.replay import shapes_of, write_checkpoint
from tests.test_export_python import module_of

RECORDED = json.loads((HERE / "old_graphs.json").read_text(encoding="utf-8"))
BY_NAME = {graph.name: graph for graph in GRAPHS}
CLASSIFIERS = ("lenet", "resnet_09", "mobilenet_v3", "retinaface", "super_resolution")


def converted(graph: OldGraph, folder: Path, *args: str) -> list[str]:
    """The files that the command names, in `folder` unless they are told where to be."""
    prefix = write_checkpoint(graph, RECORDED[graph.name], folder)
    with contextlib.chdir(folder):
        done = CliRunner().invoke(main, ["convert", prefix, "7", *args])
    assert done.exit_code == 0, done.output
    return [str(folder / name) for name in done.output.splitlines()]


def shape_options(graph: OldGraph) -> list[str]:
    return [f"--shape={name}={','.join(map(str, shape))}" for name, shape in shapes_of(graph).items()]


def inputs_of(graph: OldGraph) -> dict[str, np.ndarray]:
    return {name: graph.value(name, shape).astype("float32") for name, shape in shapes_of(graph).items()}


def assert_recorded(graph: OldGraph, outputs: Any) -> None:
    """Outputs are those of real MXNet."""
    with np.load(HERE / "old_graphs.npz") as recorded:
        for i, output in enumerate(outputs):
            expected = recorded[f"{graph.name}:{i}"]
            scale = max(np.abs(expected).max(initial=0), 1e-30)
            np.testing.assert_allclose(output, expected, rtol=1e-3, atol=1e-4 * scale, err_msg=f"output {i}")


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_to_python(name: str, tmp_path: Path) -> None:
    graph = BY_NAME[name]
    source, parameters = converted(graph, tmp_path, "--to", "python", *shape_options(graph))
    assert (source, parameters) == (str(tmp_path / f"{name}.py"), str(tmp_path / f"{name}-params.npz"))
    text = Path(source).read_text()
    assert text.startswith(f'"""{name} after epoch 7, written by symgraph for inference with JAX alone.')
    module = module_of(text)
    outputs = jax.jit(module.network)(module.load(parameters), **inputs_of(graph))
    assert_recorded(graph, outputs if isinstance(outputs, tuple) else (outputs,))


@pytest.mark.parametrize("name", [*CLASSIFIERS, "deeplab", "bert"])
def test_to_stablehlo(name: str, tmp_path: Path) -> None:
    graph = BY_NAME[name]
    (file,) = converted(graph, tmp_path, "--to", "stablehlo", *shape_options(graph), "--batch", "n")
    network = jax.export.deserialize(Path(file).read_bytes())
    assert str(network.in_avals[0].shape[0]) == "n"
    assert_recorded(graph, network.call(**inputs_of(graph)))


def test_to_safetensors(tmp_path: Path) -> None:
    graph = BY_NAME["resnet_09"]
    (file,) = converted(graph, tmp_path, "--to", "safetensors", "-o", str(tmp_path / "here.safetensors"))
    assert file == str(tmp_path / "here.safetensors")
    wanted = mx.model.load_params(str(tmp_path / graph.name), 7)
    for found, expected in zip(safetensors.load_params(file), wanted, strict=True):
        assert found.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_array_equal(found[name].asnumpy(), array.asnumpy())


def test_to_onnx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is handed on; what becomes of it is tested with `to_onnx`."""
    given = []

    def to_onnx(symbol: Any, params: Any, shapes: Any, *, batch: Any) -> Any:
        given.append((symbol.list_outputs(), sorted(params)[0], shapes, batch))
        return SimpleNamespace(SerializeToString=lambda: b"a model")

    stand_in = ModuleType("symgraph.export.onnx")
    stand_in.to_onnx = to_onnx  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    graph = BY_NAME["lenet"]
    (file,) = converted(graph, tmp_path, "--to", "onnx", *shape_options(graph), "--batch", "n")
    assert Path(file).read_bytes() == b"a model"
    assert given == [(["softmax_output"], "conv1_bias", {"data": (2, 1, 28, 28)}, "n")]


class Nothing(mx.operator.CustomOp):
    def forward(self, *_: Any) -> None: ...


@mx.operator.register("of_convert_test")
class NothingProp(mx.operator.CustomOpProp):
    def create_operator(self, *_: Any) -> Nothing:
        return Nothing()


CUSTOM = mx.sym.Custom(mx.sym.Variable("data"), op_type="of_convert_test", name="mine")
CALLS_PYTHON = (
    "Custom 'mine' calls Python code, which cannot leave this process; write it with operators, or export the parts before "
    "and behind it."
)


@pytest.mark.parametrize(
    ("net", "to", "text"),
    [
        (CUSTOM, "stablehlo", f"Error: to_stablehlo: {CALLS_PYTHON}"),
        (CUSTOM, "python", f"Error: save_python: {CALLS_PYTHON}"),
        (
            mx.sym.linalg.potrf(mx.sym.Variable("data"), name="root"),
            "python",
            "Error: save_python: _linalg_potrf 'root' has no form as Python source; use Symbol.to_jax, or export StableHLO "
            "(to_stablehlo), which has all operators.",
        ),
    ],
)
def test_what_cannot_leave(net: mx.Symbol, to: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mx.model.save_checkpoint(str(tmp_path / "net"), 0, net, {}, {})
    done = CliRunner().invoke(main, ["convert", str(tmp_path / "net"), "0", "--to", to, "--shape", "data=2,2"])
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net-0000.params", "net-symbol.json"]


def test_as_a_program(tmp_path: Path) -> None:
    """From the shell to the shell."""
    write_checkpoint(BY_NAME["lenet"], RECORDED["lenet"], tmp_path)
    shape = "data=2,1,28,28"
    command = [
        sys.executable,
        "-m",
        "symgraph",
        "convert",
        "lenet",
        "7",
        "--to",
        "python",
        "--shape",
        shape,
        "-o",
        "a.py",
    ]
    for step, shown in ((command, "a.py\na-params.npz\n"), ([sys.executable, "a.py"], "(2, 10)\n")):
        done = subprocess.run(step, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, shown), done.stderr


def test_the_help_shows_how() -> None:
    text = CliRunner().invoke(main, ["convert", "--help"]).output
    assert "symgraph convert resnet-50 0 --to onnx --shape data=1,3,224,224 --batch n" in text
    assert "[stablehlo|onnx|safetensors|python]" in text
