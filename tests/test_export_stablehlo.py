"""Networks as StableHLO: equal in value, reloaded by JAX alone, for batches of any size where the graph allows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from benchmarks.networks import NETWORKS
from symgraph.errors import (
    BindError,
    CompositionError,
    CustomOpError,
    ExportError,
    MissingFileError,
    ShapeError,
    UnknownArgumentError,
)
from symgraph.export.stablehlo import save_stablehlo, to_stablehlo
from tests.golden.record_networks import draw

DATA = mx.sym.Variable("data")
DENSE = mx.sym.FullyConnected(DATA, num_hidden=2, name="fc")
WEIGHTS = {"fc_weight": mx.nd.array([[1, 2, 3], [4, 5, 6]]), "fc_bias": mx.nd.array([1, -1])}
SMALL = {"mlp": (784,), "lenet": (1, 28, 28), "resnet-18": (3, 32, 32)}


def values(net: mx.Symbol, **shapes: tuple[int, ...]) -> dict[str, mx.nd.NDArray]:
    """Parameters and states of a network, by name."""
    args, _, aux = net.infer_shape(**shapes)
    drawn = draw(net.list_arguments() + net.list_auxiliary_states(), args + aux)
    return {name: mx.nd.array(value) for name, value in drawn.items() if name not in shapes and "label" not in name}


def expected(net: mx.Symbol, params: dict, **inputs: np.ndarray) -> list[np.ndarray]:
    """What an executor computes."""
    executor = net.simple_bind(mx.cpu(), grad_req="null", **{name: array.shape for name, array in inputs.items()})
    executor.copy_params_from(params, params, allow_extra_params=True)
    return [out.asnumpy() for out in executor.forward(is_train=False, **{n: mx.nd.array(a) for n, a in inputs.items()})]


RELOADED = """
import sys
import jax
import numpy as np

with open(sys.argv[1], "rb") as file:
    network = jax.export.deserialize(file.read())
for name in sys.argv[2:]:
    (output,) = network.call(data=np.load(f"{name}-in.npy"))
    np.save(f"{name}-out.npy", output)
assert "symgraph" not in sys.modules
"""


@pytest.mark.parametrize("name", SMALL)
def test_it_runs_where_symgraph_is_not(name: str, tmp_path: Any) -> None:
    net = NETWORKS[name].build(mx, classes=5)
    params = values(net, data=(1, *SMALL[name]))
    save_stablehlo(tmp_path / "net.stablehlo", to_stablehlo(net, params, {"data": (1, *SMALL[name])}, batch="n"))
    batches = {f"of{count}": np.random.RandomState(count).normal(size=(count, *SMALL[name])) for count in (1, 3)}
    for file, batch in batches.items():
        np.save(tmp_path / f"{file}-in.npy", batch.astype("float32"))
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-c", RELOADED, "net.stablehlo", *batches]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    for file, batch in batches.items():
        (wanted,) = expected(net, params, data=batch.astype("float32"))
        np.testing.assert_allclose(np.load(tmp_path / f"{file}-out.npy"), wanted, 1e-4, 1e-6)


def test_parameters_are_inside_or_an_argument() -> None:
    x = jnp.ones((4, 3))
    inside = to_stablehlo(DENSE, WEIGHTS, {"data": (4, 3)})
    outside = to_stablehlo(DENSE, WEIGHTS, {"data": (4, 3)}, embed=False)
    other = {"fc_weight": jnp.zeros((2, 3)), "fc_bias": jnp.arange(2.0)}
    np.testing.assert_array_equal(inside.call(data=x)[0][0], [7, 14])
    np.testing.assert_array_equal(outside.call(other, data=x)[0][0], [0, 1])


def test_one_file_for_several_platforms() -> None:
    exported = to_stablehlo(DENSE, WEIGHTS, {"data": (1, 3)}, batch="n", platforms=("cpu", "cuda", "tpu"))
    assert exported.platforms == ("cpu", "cuda", "tpu")
    assert [str(aval) for aval in exported.out_avals] == ["float32[n,2]"]


def test_labels_are_not_asked_for() -> None:
    net = mx.sym.LinearRegressionOutput(DENSE, name="out")
    exported = to_stablehlo(net, WEIGHTS, {"data": (1, 3)}, batch="n")
    np.testing.assert_array_equal(exported.call(data=jnp.ones((2, 3)))[0], [[7, 14]] * 2)


def test_float64_stays_wide() -> None:
    wide = {name: value.astype("float64") for name, value in WEIGHTS.items()}
    exported = to_stablehlo(DENSE, wide, {"data": (1, 3)})
    assert [str(aval) for aval in exported.out_avals] == ["float64[1,2]"]
    with jax.enable_x64(True):
        assert exported.call(data=jnp.full((1, 3), 1e-12))[0][0, 0] == 1 + 6e-12


OPEN = "to_stablehlo: the size of a batch cannot be left open. "
FIXED = " Give a fixed batch: batch=None."


@pytest.mark.parametrize(
    ("net", "text"),
    [
        (
            mx.sym.Reshape(DATA, shape=(6,), name="r"),
            ": an array of shape (n, 3) has 3*n elements and cannot take shape (6,) of 6; give shapes with equally many "
            "elements.",
        ),
        (
            mx.sym.split(DATA, num_outputs=2, axis=0, name="s"),
            ": axis 0 of data (n, 3) must be a multiple of num_outputs=2 long to be cut into that many parts.",
        ),
        (
            mx.sym.slice_axis(DATA, axis=0, begin=0, end=2, name="s"),
            " has to know it: Symbolic dimension comparison 'n' >= '2' is inconclusive.",
        ),
    ],
)
def test_a_batch_that_cannot_be_left_open(net: mx.Symbol, text: str) -> None:
    with pytest.raises(ExportError) as caught:
        to_stablehlo(net, {}, {"data": (2, 3)}, batch="n")
    node = net.graph.heads[0][0].describe()
    assert str(caught.value) == f"{OPEN}{node}{text}{FIXED}"
    assert to_stablehlo(net, {}, {"data": (2, 3)}).in_avals[0].shape == (2, 3)


class Nothing(mx.operator.CustomOp):
    def forward(self, *_: Any) -> None: ...


@mx.operator.register("of_export_test")
class NothingProp(mx.operator.CustomOpProp):
    def create_operator(self, *_: Any) -> Nothing:
        return Nothing()


SHAPES = {"data": (2, 3)}


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (
            lambda: to_stablehlo(mx.sym.Custom(DATA, op_type="of_export_test", name="c"), {}, SHAPES),
            CustomOpError,
            "to_stablehlo: Custom 'c' (made at * calls Python code, which cannot leave this process; write it with operators, "
            "or export the parts before and behind it.",
        ),
        (
            lambda: to_stablehlo(DATA + mx.sym.uniform(shape=(2, 3), name="u"), {}, SHAPES),
            ExportError,
            "to_stablehlo: _random_uniform 'u' (made at * draws random numbers at inference, which no file can hold; make "
            "what it draws an input.",
        ),
        (
            lambda: to_stablehlo(DENSE, WEIGHTS, SHAPES, platforms=["cpu", "metal"]),
            ExportError,
            "to_stablehlo: there is no platform 'metal' of type str; choose of cpu, cuda, rocm, tpu.",
        ),
        (
            lambda: to_stablehlo(DENSE, WEIGHTS, SHAPES, batch=4),
            ExportError,
            "to_stablehlo: batch is a name for a length, such as 'n', given 4 of type int.",
        ),
        (
            lambda: to_stablehlo(
                mx.sym.broadcast_add(DATA, mx.sym.Variable("y")), {}, {**SHAPES, "y": (1, 3)}, batch="n"
            ),
            ExportError,
            "to_stablehlo: the first lengths of the inputs differ (data 2, y 1), so they are not one batch that could be left "
            "open. Give a fixed batch: batch=None.",
        ),
        (
            lambda: to_stablehlo(DENSE, WEIGHTS, {"dat": (2, 3)}),
            UnknownArgumentError,
            "to_stablehlo: the symbol has no input 'dat'. Did you mean 'data'? Its inputs are data.",
        ),
        (
            lambda: to_stablehlo(DENSE, {"fc_bias": WEIGHTS["fc_bias"]}, SHAPES),
            BindError,
            "to_stablehlo: there is neither a value nor a shape for fc_weight. Give parameters in params, and for each input "
            "its shape, as in shapes={'fc_weight': (1, 3, 224, 224)}.",
        ),
        (
            lambda: to_stablehlo(DENSE, {**WEIGHTS, "fc_bias": 5}, SHAPES),
            BindError,
            "to_stablehlo: the parameter 'fc_bias' must be an array, given 5 of type int.",
        ),
        (
            lambda: to_stablehlo(DENSE, WEIGHTS, [SHAPES]),
            BindError,
            "to_stablehlo: shapes must be a dict by name, given [{'data': (2, 3)}] of type list.",
        ),
        (
            lambda: to_stablehlo(DENSE, WEIGHTS, {"data": (2, 4)}, batch="n"),
            ShapeError,
            "FullyConnected 'fc' (made at * shape of input 'weight' (from variable 'fc_weight') is (2, 3), but (2, 4) is "
            "expected from its other inputs, outputs and attributes. Give matching shapes.",
        ),
        (lambda: to_stablehlo(7, {}, {}), CompositionError, "to_stablehlo: takes a Symbol, given 7 of type int."),
        (
            lambda: to_stablehlo(mx.sym.Variable("x", shape=(2,)) + mx.sym.Variable("x", shape=(2,)), {}, {"x": (2,)}),
            ExportError,
            "to_stablehlo: several variables are called x; give each a name of its own.",
        ),
        (
            lambda: save_stablehlo("no/such/net", to_stablehlo(DENSE, WEIGHTS, SHAPES)),
            MissingFileError,
            "save_stablehlo: there is no folder 'no/such' for 'no/such/net'; check the path, or make the folder.",
        ),
    ],
)
def test_mistakes(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    before, _, after = text.partition("*")
    assert str(caught.value).startswith(before)
    assert str(caught.value).endswith(after)
