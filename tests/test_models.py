"""Public models saved by MXNet 0.8 to 2.0: loaded, bound and compared with what real MXNet 1.9.1 made of them.

The files lie beside the project, in ``../shared/models``, whose README tells how their inputs are drawn.
"""

from __future__ import annotations

import csv
import json
import pathlib
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main

MODELS = pathlib.Path(__file__).parent.parent.parent / "shared" / "models"
INDEX = (MODELS / "INDEX.tsv").read_text(encoding="utf-8").splitlines() if MODELS.is_dir() else []
ROWS = list(csv.DictReader(INDEX, delimiter="\t"))

RUN = (
    "cluster_mxnet_try__mymodel",
    "cluster_mxnet_try__mymodel_v2",
    "mxnet2tf__mnet.25",
    "mxnet_mnist_evaluation_scripts__fashion_mnist",
    "mxnet_mnist_evaluation_scripts__mnist",
    "djl__mlp",
    "djl__resnet18_v1",
    "djl__simple_pose_resnet18_v1b",
    "djl__ssd_512_resnet50_v1",
    "mxnet_matchbox__lenet",
    "mxnet_matchbox__lenet_v3",
    "MXNet_Deep_Learning_in_Action__LeNet",
    "MXNet_Deep_Learning_in_Action__resnet_18",
    "MXNet_Deep_Learning_in_Action__vgg16_reduced",
    "neural_art_mini__squeezenet",
)
"""Models small enough to compile and run in every test run; of the others the graph is compared."""

PREDICTED = (
    "cluster_mxnet_try__mymodel",
    "cluster_mxnet_try__mymodel_v2",
    "mxnet_mnist_evaluation_scripts__fashion_mnist",
    "mxnet_mnist_evaluation_scripts__mnist",
    "MXNet_Deep_Learning_in_Action__LeNet",
)
"""Checkpoints with real parameters, that modules run."""

pytestmark = pytest.mark.skipif(not ROWS, reason=f"no public models in {MODELS}")


def by_name(names: Any) -> list:
    return [pytest.param(row, id=row["name"]) for row in ROWS if row["name"] in names]


def draw(rng: np.random.RandomState, name: str, shape: tuple, kind: str, gain: float) -> np.ndarray:
    """One argument, by the recipe in the README of the models."""
    low = name.lower()
    if kind == "normal":
        return rng.normal(0, 1, shape)
    if kind == "label":
        return rng.randint(0, 2, shape)
    if kind.startswith("int:"):
        return rng.randint(0, int(kind[4:]), shape)
    if kind.startswith("const:"):
        return np.full(shape, float(kind[6:]))
    if "gamma" in low or low.endswith("var"):
        return rng.uniform(0.5, 1.5, shape)
    if low.endswith("mean") or len(shape) < 2:
        return 0.05 * rng.normal(size=shape)
    return rng.normal(size=shape) * np.sqrt(gain / np.prod(shape[1:]))


def shapes_of(row: dict) -> dict[str, tuple]:
    return {name: tuple(shape) for name, shape in json.loads(row["input_shapes"]).items()}


@pytest.mark.parametrize("row", by_name({r["name"] for r in ROWS if r["mxnet_1.9.1"] == "ok"}))
def test_graph_is_mxnets(row: dict) -> None:
    symbol = mx.sym.load(str(MODELS / f"{row['name']}-symbol.json"))
    with np.load(MODELS / f"{row['name']}.npz") as recorded:
        assert symbol.list_arguments() + symbol.list_auxiliary_states() == [str(n) for n in recorded["arg_names"]]
        assert symbol.list_outputs() == [str(n) for n in recorded["out_names"]]
        _, shapes, _ = symbol.infer_shape(**shapes_of(row))
        assert shapes == [recorded[f"out{i}"].shape for i in range(len(shapes))]
    assert mx.sym.load_json(symbol.tojson()).tojson() == symbol.tojson()


@pytest.mark.parametrize("row", by_name(RUN))
def test_outputs_are_mxnets(row: dict) -> None:
    symbol = mx.sym.load(str(MODELS / f"{row['name']}-symbol.json"))
    executor = symbol.simple_bind(mx.current_context(), grad_req="null", **shapes_of(row))
    with np.load(MODELS / f"{row['name']}.npz") as file:
        recorded = dict(file)
    kinds = {name: entry["kind"] for name, entry in json.loads(str(recorded["recipe"]))["inputs"].items()}
    rng = np.random.RandomState(0)
    arrays = {**executor.arg_dict, **executor.aux_dict}
    for name, array in arrays.items():
        array[:] = draw(rng, name, array.shape, kinds.get(name, ""), float(row["gain_c"])).astype(array.dtype)
    compare(executor, recorded, "out")
    if "real_out0" not in recorded:
        return
    for key, value in mx.nd.load(str(MODELS / f"{row['name']}-0000.params")).items():
        name = key.split(":", 1)[-1]
        if name in arrays and arrays[name].shape == value.shape:
            arrays[name][:] = value
    compare(executor, recorded, "real_out")


@pytest.mark.parametrize("row", by_name({r["name"] for r in ROWS if r["mxnet_1.9.1"] == "ok"}))
def test_commands_show_it(row: dict, tmp_path: pathlib.Path) -> None:
    shapes = [f"--shape={name}={','.join(map(str, shape))}" for name, shape in shapes_of(row).items()]
    model = str(MODELS / row["name"])
    for args in (["summary", model, *shapes], ["plot", model, *shapes, "-o", str(tmp_path / "model.dot")]):
        done = CliRunner().invoke(main, args)
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("row", by_name(PREDICTED))
def test_a_module_predicts_what_mxnet_does(row: dict) -> None:
    """With the real parameters; where they have no prefixes, ``symgraph predict`` knows what they are."""
    prefix = str(MODELS / row["name"])
    with np.load(f"{prefix}.npz") as file:
        recorded = dict(file)
    recipe = json.loads(str(recorded["recipe"]))["inputs"]
    shapes = shapes_of(row)
    symbol, args, aux = mx.model.load_checkpoint(prefix, 0)
    module = mx.mod.Module(symbol, data_names=list(shapes), label_names=None)
    module.bind(list(shapes.items()), for_training=False)
    module.set_params(args, aux, allow_missing=True)
    rng = np.random.RandomState(0)
    fed = {}
    for name in symbol.list_arguments():
        if name in shapes:
            fed[name] = mx.nd.array(draw(rng, name, shapes[name], recipe[name]["kind"], 1.0))
        else:  # the same random numbers are used up as for the record
            draw(rng, name, args[name].shape if name in args else (), "", 1.0)
    module.forward(mx.io.DataBatch([fed[name] for name in module.data_names]), is_train=False)
    for i, output in enumerate(module.get_outputs()):
        expected = recorded[f"real_out{i}"]
        np.testing.assert_allclose(output.asnumpy(), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def compare(executor: mx.Executor, recorded: dict, key: str) -> None:
    for i, output in enumerate(executor.forward()):
        expected = recorded[f"{key}{i}"]
        scale = np.abs(expected).max()
        np.testing.assert_allclose(output.asnumpy(), expected, rtol=1e-3, atol=1e-4 * scale, err_msg=f"output {i}")


@pytest.mark.parametrize("row", by_name({r["name"] for r in ROWS if r["mxnet_1.9.1"] != "ok"}))
def test_what_cannot_be_loaded_says_what_is_unknown(row: dict) -> None:
    with pytest.raises(mx.MXNetError, match="node '.*': Operator WarpCTC is not registered"):
        mx.sym.load(str(MODELS / f"{row['name']}-symbol.json"))
