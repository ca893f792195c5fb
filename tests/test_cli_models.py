"""What commands take beside a symbol: the newest parameters, for shapes, arrays for inputs, modules with operators."""

from __future__ import annotations

import json
import pickle
import shutil
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from symgraph.errors import CustomOpError

SHAPE = ("--shape", "data=2,5")
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


# -- arrays for inputs ------------------------------------------------------------------------------------------------

VALUES = np.arange(10, dtype=np.float32).reshape(2, 5)


@pytest.fixture
def with_inputs(folder):
    """A network of two inputs, and files for them."""
    net = mx.sym.dot(mx.sym.Variable("data"), mx.sym.Variable("w_weight")) + mx.sym.Variable("more")
    mx.model.save_checkpoint("net", 1, net, {"w_weight": mx.nd.ones((5, 3))}, {})
    np.save("wide.npy", VALUES.astype(np.float64))
    np.save("order.npy", np.asfortranarray(VALUES.astype(">f4")))
    np.save("int.npy", VALUES.astype(np.int16))
    np.savez("several.npz", data=VALUES, more=np.full((2, 3), 100.0), other=np.ones(7))
    np.savez_compressed("one.npz", anything=VALUES)
    mx.nd.save("several.params", {"data": mx.nd.array(VALUES), "more": mx.nd.full((2, 3), 100)})
    mx.nd.save("list.params", [mx.nd.array(VALUES)])
    return folder


@pytest.mark.parametrize(
    ("data", "more"),
    [
        *((f"{name}.npy", None) for name in ("wide", "order", "int")),
        ("one.npz", None),
        ("list.params", None),
        ("several.npz", "several.params"),
        ("several.params", "several.npz"),
    ],
)
def test_arrays_are_fed(data, more, with_inputs):
    rest = ("--shape", "more=2,3") if more is None else ("--input", f"more={more}")
    found = json.loads(ran("predict", "net", "1", "--input", f"data={data}", *rest, "--json").stdout)
    (output,) = found.values()
    assert output["shape"] == [2, 3]
    assert [entry["value"] for entry in output["top"]] == [10.0 + 100 * (more is not None)] * 3


def test_integers_keep_their_values_where_the_network_takes_them(folder):
    mx.model.save_checkpoint("same", 1, mx.sym.identity(mx.sym.Variable("data")), {}, {})
    for values in ([2**24 + 1, 2**53 - 1], np.array([5, 250], np.uint8), np.array([1, 60_000], np.uint16)):
        np.save("x.npy", values)
        found = json.loads(ran("predict", "same", "1", "--input", "data=x.npy", "--json").stdout)
        (output,) = found.values()
        assert [entry["value"] for entry in output["top"]] == [values[0]]
        np.save("x.npy", [values])
        found = json.loads(ran("predict", "same", "1", "--input", "data=x.npy", "--json").stdout)
        (output,) = found.values()
        assert [(entry["index"], entry["value"]) for entry in output["top"]] == [(1, values[1]), (0, values[0])]


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (["dat=wide.npy"], 1, "net has no input 'dat'. Did you mean 'data'? Its inputs are data, more."),
        (
            ["data=wide.npy", "--shape", "data=1,5"],
            1,
            "input 'data' has the shape (1, 5) by --shape, and (2, 5) in 'wide.npy'; leave out --shape, as the file tells it.",
        ),
        (["data=wid.npy"], 1, "input: there is no file 'wid.npy'; did you mean 'wide.npy'?"),
        (["data=."], 1, "input: '.' is a folder; give the name of a file in it."),
        (["data=notes.txt"], 1, "input: 'notes.txt' is no .npy, .npz or .params file. It is text."),
        (
            ["data=pickle.npy"],
            1,
            "input: 'pickle.npy' is no .npy, .npz or .params file. It is a pickle of Python: read it with the program that "
            "wrote it.",
        ),
        (
            ["data=objects.npy"],
            1,
            "input: 'objects.npy' is damaged, or holds something else than numbers: Object arrays cannot be loaded when "
            "allow_pickle=False.",
        ),
        (["data=text.npy"], 1, "input: 'text.npy' holds dtype <U2, and inputs are numbers."),
        (["data=half.npy"], 1, "input: 'half.npy' is damaged, or holds something else than numbers: "),
        (["data=half.npz"], 1, "input: 'half.npz' is damaged, or holds something else than numbers: "),
        (["data=half.params"], 1, "half.params: at byte 36: found 5 more bytes, expected 16 for "),
        (
            ["data=large.npy"],
            1,
            "input: 'large.npy' holds 18446744073709551615, and MXNet's integers end at 9223372036854775807.",
        ),
        (
            ["data=scalar.npy"],
            1,
            "input 'data': the array in 'scalar.npy' has shape (), and an input has axes, and values.",
        ),
        (
            ["data=none.npy"],
            1,
            "input 'data': the array in 'none.npy' has shape (0, 5), and an input has axes, and values.",
        ),
        (
            ["dat=several.npz"],
            1,
            "input: 'several.npz' has no array 'dat'. Did you mean 'data'? It holds data, more, other; give the array the name "
            "of the input, or a file of its own.",
        ),
        (["data=two.params"], 1, "input: 'two.params' holds 2 arrays without names; save them by name."),
        (
            ["data=image.npy", "--image", "any.png"],
            1,
            "input 'data' is the first, which gets the image, and has an array, too; leave out one.",
        ),
        (["data"], 2, "Invalid value for '--input': 'data' is not of the form name=file.npy."),
        (["=wide.npy"], 2, "Invalid value for '--input': '=wide.npy' is not of the form name=file.npy."),
        (
            ["data=wide.npy", "--input", "data=one.npz"],
            2,
            "Invalid value for '--input': 'data' is given two files, 'wide.npy' and 'one.npz'.",
        ),
    ],
)
def test_arrays_that_cannot_be_fed(args, code, text, with_inputs):
    (with_inputs / "notes.txt").write_text("0.5 0.25")
    (with_inputs / "pickle.npy").write_bytes(pickle.dumps(VALUES))
    np.save("objects.npy", np.array([{}], object), allow_pickle=True)
    np.save("text.npy", np.array(["ab"]))
    np.save("large.npy", np.array([2**64 - 1], np.uint64))
    np.save("scalar.npy", 1.0)
    np.save("none.npy", np.ones((0, 5)))
    np.save("image.npy", np.ones((1, 3, 4, 4)))
    for whole, size in (("wide.npy", 150), ("one.npz", 100), ("several.params", 41)):
        (with_inputs / f"half.{whole.partition('.')[2]}").write_bytes((with_inputs / whole).read_bytes()[:size])
    mx.nd.save("two.params", [mx.nd.ones((2, 5))] * 2)
    (with_inputs / "any.png").write_bytes(b"")
    done = ran("predict", "net", "1", "--shape", "more=2,3", "--input", *args, code=code)
    assert done.stderr.splitlines()[-1].startswith(f"Error: {text}")


# -- operators of the user's ------------------------------------------------------------------------------------------

OPERATORS = """
import mxnet as mx
import numpy as np

from beside import FACTOR

class Times(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0] * np.float(FACTOR))

@mx.operator.register("{name}")
class TimesProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, shapes, dtypes):
        return Times()
"""


@pytest.fixture
def with_operators(folder):
    """A network with an operator that nobody has registered yet, and a package of which a module does."""
    nodes = [
        {"op": "null", "name": "data", "inputs": []},
        {"op": "Custom", "name": "f", "attrs": {"op_type": folder.name}, "inputs": [[0, 0, 0]]},
    ]
    (folder / "net-symbol.json").write_text(json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": [[1, 0, 0]]}))
    mx.nd.save("net-0001.params", {})
    np.save("x.npy", VALUES)
    (folder / "own_package").mkdir()
    (folder / "own_package" / "operators.py").write_text(OPERATORS.format(name=folder.name))
    (folder / "beside.py").write_text("FACTOR = 3")
    shutil.copy("beside.py", "own_package")
    yield folder
    for name in ("own_package", "own_package.operators", "operators", "beside", "broken"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("module", ["own_package.operators", "own_package/operators.py"])
def test_a_module_registers_what_a_model_needs(module, with_operators):
    path = sys.path.copy()
    done = ran("predict", "net", "1", "--input", "data=x.npy", "--import", module, "--json")
    assert [entry["value"] for entry in json.loads(done.stdout)["f_output"]["top"]] == [12.0, 9.0, 6.0, 3.0, 0.0]
    for args in (("summary",), ("plot", "-o", "net.dot"), ("bench", *SHAPE, "--only", "forward", "--seconds", "0.01")):
        ran(args[0], "net", *args[1:], "--import", module)
    assert sys.path == path


def test_a_file_may_have_the_name_of_a_module_that_is_there(with_operators):
    (with_operators / "json.py").write_text(OPERATORS.format(name=with_operators.name))
    assert "f(Custom)" in ran("summary", "net", "--import", "json.py").stdout
    assert sys.modules["json"] is json


def test_an_operator_that_is_not_registered_is_looked_for_in_a_module(with_operators):
    text = "On the command line, --import does, as in --import my_operators.py.\n"
    for command, *args in (("summary",), ("plot",), ("predict", "1", *SHAPE), ("bench", *SHAPE)):
        done = ran(command, "net", *args, code=1)
        assert f"op_type '{with_operators.name}' is not registered; use @mx.operator.register(" in done.stderr
        assert done.stderr.endswith(text)


@pytest.mark.parametrize(
    ("module", "content", "code", "text"),
    [
        ("broken", "\n1 / 0", 1, "--import: broken raised ZeroDivisionError: division by zero ({folder}/broken.py:2)."),
        (
            "broken.py",
            "def f():\n    raise ValueError('no data')\n\nf()",
            1,
            "--import: broken.py raised ValueError: no data ({folder}/broken.py:2).",
        ),
        ("broken", "x = (", 1, "--import: broken raised SyntaxError: '(' was never closed (broken.py, line 1)."),
        ("broken", "import sys\nsys.exit(3)", 1, "--import: broken raised SystemExit: 3 ({folder}/broken.py:2)."),
        (
            "broken",
            "import not_there",
            1,
            "--import: broken raised ModuleNotFoundError: No module named 'not_there' ({folder}/broken.py:1).",
        ),
        (
            "brken",
            "",
            1,
            "--import: there is no module 'brken' in the current folder, nor is it installed. Did you mean 'broken'?",
        ),
        ("brken.py", "", 1, "--import: there is no file 'brken.py'; did you mean 'broken.py'?"),
        (
            "own_package/operators",
            "",
            2,
            "Invalid value for '--import': 'own_package/operators' is neither a module, such as package.module, nor a file "
            "that ends in .py.",
        ),
    ],
)
def test_modules_that_cannot_be_imported(module, content, code, text, with_operators):
    (with_operators / "broken.py").write_text(content)
    done = ran("summary", "net", "--import", module, code=code)
    assert done.stderr.splitlines()[-1] == f"Error: {text.format(folder=with_operators)}"


def test_the_traceback_of_a_module_is_shown_to_who_asks(with_operators):
    (with_operators / "broken.py").write_text("1 / 0")
    done = CliRunner().invoke(main, ["summary", "net", "--import", "broken", "--debug"])
    assert isinstance(done.exception, CustomOpError)
    assert isinstance(done.exception.__cause__, ZeroDivisionError)


# -- names of classes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "shown"),
    [
        (["a", "b", "c"], "", ["c", "b"]),
        (["a"], "names.txt has 1 line for 3 classes of same0_output; is it of other data?\n", ["2", "1"]),
        ([*"abcd"], "names.txt has 4 lines for 3 classes of same0_output; is it of other data?\n", ["c", "b"]),
        ([], "names.txt has 0 lines for 3 classes of same0_output; is it of other data?\n", ["2", "1"]),
    ],
)
def test_names_are_as_many_as_classes_or_it_is_told(names, text, shown, folder):
    mx.model.save_checkpoint("net", 1, mx.sym.identity(mx.sym.Variable("data"), name="same0"), {}, {})
    np.save("x.npy", [[1, 2, 3], [5, 5, 5]])
    (folder / "names.txt").write_text("\n".join(names))
    done = ran("predict", "net", "1", "--input", "data=x.npy", "--labels", "names.txt", "--top", "2", "--json")
    assert done.stderr == text
    assert [entry["label"] for entry in json.loads(done.stdout)["same0_output"]["top"]] == shown


def test_positions_are_told_along_all_axes_and_which_row_is_shown(folder):
    mx.model.save_checkpoint("net", 1, mx.sym.identity(mx.sym.Variable("data"), name="same0"), {}, {})
    np.save("x.npy", np.arange(12).reshape(2, 2, 3))
    done = ran("predict", "net", "1", "--input", "data=x.npy", "--top", "2")
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [["5", "1,2"], ["4", "1,1"]]
    assert done.stdout.startswith("same0_output (2, 2, 3), the first of 2\n")
