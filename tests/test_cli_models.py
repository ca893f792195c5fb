"""What commands take beside a model's symbol: its newest parameters, for their shapes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main

OPEN = "For those of outputs, give that of each input (data), as in --shape data=1,3,224,224.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(*args, code=0):
    done = CliRunner().invoke(main, list(args))
    assert done.exit_code == code, done.output
    return done


# -- parameters beside a symbol ---------------------------------------------------------------------------------------


@pytest.fixture
def with_parameters(folder):
    """A network whose last parameter has a shape that follows from nothing, and a name that only the file knows."""
    net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(1, 1), num_filter=3, name="conv")
    net = mx.sym.mean(mx.sym.BatchNorm(net, name="bn"), axis=(2, 3), name="mean")
    net = mx.sym.SoftmaxOutput(mx.sym.dot(net, mx.sym.Variable("w"), name="dot"), name="softmax")
    args = {"conv_weight": (3, 5, 1, 1), "conv_bias": (3,), "bn_gamma": (3,), "bn_beta": (3,), "w": (3, 4)}
    aux = {"bn_moving_mean": (3,), "bn_moving_var": (3,)}
    args, aux = ({name: mx.nd.ones(shape) for name, shape in shapes.items()} for shapes in (args, aux))
    mx.model.save_checkpoint("net", 9, net, {**args, "w": mx.nd.ones((3, 7))}, aux)
    mx.model.save_checkpoint("net", 12345, net, args, aux)
    (folder / "net-0002.params.bak").write_text("not this one")
    return folder


def test_shapes_are_those_of_the_newest_parameters(with_parameters):
    for model in ("net", "net-symbol.json", str(with_parameters / "net")):
        done = ran("summary", model, "--json")
        found = json.loads(done.stdout)
        assert done.stderr.startswith("Shapes of parameters are from ")
        assert done.stderr.endswith(f"net-12345.params. {OPEN}")
        assert found["parameters"] == 18 + 6 + 12
        shapes = {layer["name"]: (layer["output_shape"], layer["parameters"]) for layer in found["layers"]}
        assert shapes == {
            "data": (None, 0),
            "conv": ([None, 3, None, None], 18),
            "bn": ([None, 3, None, None], 6),
            "mean": ([None, 3], 0),
            "dot": ([None, 4], 12),
            "softmax": ([None, 4], 0),
        }
    assert "Total params: 36" in ran("summary", "net").stdout


def test_shapes_of_inputs_decide_first(with_parameters):
    done = ran("summary", "net", "--shape", "data=2,6,1,1", "--json")
    assert done.stderr == "Shapes of parameters are from net-12345.params.\n"
    assert [layer["parameters"] for layer in json.loads(done.stdout)["layers"]] == [0, 21, 6, 0, 12, 0]
    done = ran("summary", "net", "--shape", "data=2,6,1,1", "--shape", "w=3,2")
    assert done.stderr == "", "no file was needed"


def test_pictures_know_them_too(with_parameters):
    for args in (("-o", "net.dot"), ("--html", "net.html")):
        done = ran("plot", "net", *args)
        assert (done.stdout, done.stderr) == (f"{args[1]}\n", f"Shapes of parameters are from net-12345.params. {OPEN}")
        assert "18 parameters" in (with_parameters / args[1]).read_text()


def test_a_measurement_knows_them_too(with_parameters):
    done = ran("bench", "net", "--shape", "data=2,5,1,1", "--only", "forward", "--seconds", "0.01", "--json")
    assert json.loads(done.stdout)["seconds"]["forward"]["median"] > 0


def test_without_parameters_nothing_is_said(with_parameters):
    mx.sym.load("net-symbol.json").save("other.json")
    mx.sym.load("net-symbol.json").save("lone-symbol.json")
    for model in ("other.json", "lone"):
        done = ran("summary", model)
        assert "Total params: ?" in done.stdout
        assert done.stderr == ""


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "net-99999.params: at byte 0: found magic number "),
        ({"arg:conv_weight": (4, 5, 1, 1)}, "Convolution 'conv': shape of input "),
        ({"conv": (3, 5)}, "net-99999.params: none of its names is one of the symbol. "),
    ],
)
def test_parameters_of_another_network_are_told_and_left_out(content, text, with_parameters):
    if content is None:
        (with_parameters / "net-99999.params").write_text("no parameters")
    else:
        mx.nd.save("net-99999.params", {name: mx.nd.ones(shape) for name, shape in content.items()})
    done = ran("summary", "net")
    assert done.stderr.startswith(f"net-99999.params is not used: {text}")
    assert "Total params: ?" in done.stdout
