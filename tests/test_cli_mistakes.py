"""What the command line says to mistakes: one line that names what was given and what to do, and a code."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from tests.params_cases import MATRIX
from tests.params_writer import named_bytes

NET = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")
VALUES = {"fc_weight": mx.nd.array(np.arange(15).reshape(3, 5)), "fc_bias": mx.nd.ones((3,))}
PICTURE = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=2, name="c")
SHAPE = ("--shape", "data=1,5")
IMAGE = ("--shape", "data=1,3,4,4", "--image", "ok.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Checkpoints that are right, damaged, and of something else."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    path = tmp_path_factory.mktemp("mistakes")
    text = NET.tojson()
    mx.model.save_checkpoint(str(path / "net"), 1, NET, VALUES, {})
    mx.model.save_checkpoint(str(path / "less"), 1, NET, {"fc_weight": VALUES["fc_weight"]}, {})
    mx.model.save_checkpoint(str(path / "other"), 1, NET, {"conv_weight": VALUES["fc_bias"]}, {})
    for name, channels in (("image", 3), ("deep", 4)):
        weights = {"c_weight": mx.nd.ones((2, channels, 3, 3)), "c_bias": mx.nd.zeros((2,))}
        mx.model.save_checkpoint(str(path / name), 1, PICTURE, weights, {})
    plain = {"fc_weight": np.arange(15.0, dtype="float32").reshape(3, 5), "fc_bias": np.ones(3, "float32")}
    numbered = {"0.weight": plain["fc_weight"], "0.bias": plain["fc_bias"]}
    for name, content in (
        ("plain", named_bytes(plain, 2)),
        ("gluon", named_bytes({"0.weight": MATRIX}, 2)),
        ("numbered", named_bytes(numbered, 2)),
        ("twisted", named_bytes(dict(reversed(numbered.items())), 2)),
    ):
        (path / f"{name}-0001.params").write_bytes(content)
        (path / f"{name}-symbol.json").write_text(text)
    (path / "cut-symbol.json").write_text(text[:200])
    (path / "short-symbol.json").write_text(text)
    (path / "short-0001.params").write_bytes((path / "net-0001.params").read_bytes()[:60])
    nodes = [{"op": "null", "name": "x", "inputs": []}, {"op": "Custom", "name": "f", "attrs": {"op_type": "mine"}}]
    nodes[1]["inputs"] = [[0, 0]]
    (path / "custom-symbol.json").write_text(json.dumps({"nodes": nodes, "heads": [[1, 0]]}))
    (path / "folder.json").mkdir()
    (path / "no.jpg").write_bytes(b"nothing")
    (path / "bytes.txt").write_bytes(b"\xff\xfe\0")
    (path / "binary.py").write_bytes(b"\x7fELF\0\0")
    (path / "syntax.py").write_text("import mxnet as mx\n\ndef f(:\n")
    (path / "tabs.py").write_text("if True:\n\tx = 1\n        y = 2\n")
    (path / "latin.py").write_bytes(b'print("h\xe9")\n')
    (path / "exec.py").write_text('exec "print 1"\n')
    image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(path / "ok.png")
    (path / "half.png").write_bytes((path / "ok.png").read_bytes()[:40])
    return path


NO_FILE = "Error: load: there is no file 'nothing-symbol.json'; check the path."
CUSTOM = (
    "Error: file 'custom-symbol.json': node 'f': operator Custom: op_type 'mine' is not registered; use "
    "@mx.operator.register('mine') or import the module that does so. Registered: "
)
CUT = "Error: file 'cut-symbol.json': Symbol JSON is truncated or corrupted: Expecting value at line 12, column 17."
FORM = "Error: Invalid value for '--shape': '{}' is not of the form name=1,3,224,224."
PYTHON_2 = "If the program was written for Python 2, translate it first, as with"

MISTAKES = {
    "summary": [
        (["nothing"], 1, NO_FILE),
        (["folder.json"], 1, "Error: load: 'folder.json' is a folder; give the name of a file in it."),
        (
            ["net-0001.params"],
            2,
            "Error: Invalid value for MODEL: 'net-0001.params' holds parameters; give the file of its symbol, which ends in "
            "-symbol.json, or the prefix of both.",
        ),
        (["cut"], 1, CUT),
        (["custom"], 1, CUSTOM),
        (
            ["net", "--shape", "dat=1,5"],
            1,
            "Error: shape names 'dat', which is no input of the symbol. Did you mean 'data'? Inputs: data, fc_weight, fc_bias, "
            "softmax_label.",
        ),
        (["net", "--shape", "data"], 2, FORM.format("data")),
        (["net", "--shape", "data=1,x"], 2, FORM.format("data=1,x")),
        (["net", "--shape", "data=1,-2"], 2, FORM.format("data=1,-2")),
        (["net", "--shape", "=1,2"], 2, FORM.format("=1,2")),
        (
            ["net", *SHAPE, "--shape", "data=1,6"],
            2,
            "Error: Invalid value for '--shape': 'data' is given two shapes, '(1, 5)' and '(1, 6)'.",
        ),
        (
            ["net", *SHAPE, "--shape", "fc_weight=3,4"],
            1,
            "Error: FullyConnected 'fc': shape of input 'weight' (from variable 'fc_weight') is (3, 4), but (3, 5) is expected "
            "from its other inputs, outputs and attributes. Give matching shapes.",
        ),
        ([], 2, "Error: Missing argument 'MODEL'."),
        (["net", "x"], 2, "Error: Got unexpected extra argument (x)"),
    ],
    "plot": [
        (["nothing"], 1, NO_FILE),
        (["cut"], 1, CUT),
        (["custom"], 1, CUSTOM),
        (
            ["net", "--html", "net-symbol.json/x.html"],
            1,
            "Error: plot: there is no folder 'net-symbol.json' for 'net-symbol.json/x.html'; check the path, or make the "
            "folder.",
        ),
        *(
            (
                ["net", "-o", name],
                2,
                f"Error: Invalid value for --output: '{name}' does not end in one of .svg, .dot, .ps, .eps, .png, .pdf, which "
                f"tell the format.",
            )
            for name in ("x", "x.", ".svg", "", "x.foo", "x.jpg", "x.json")
        ),
        (
            ["net", "-o", "x.html"],
            2,
            "Error: Invalid value for --output: 'x.html' does not end in one of .svg, .dot, .ps, .eps, .png, .pdf, which tell "
            "the format; a page for browsers is --html x.html.",
        ),
        *(
            (
                ["net", "--html", "x.html", *other],
                2,
                "Error: --html writes a page instead of a picture: leave out -o, --fold and --plain, or give a second "
                "command for these.",
            )
            for other in (["-o", "x.svg"], ["--fold"], ["--plain"])
        ),
        (["net", "--html", ""], 1, "Error: plot: the file name is empty; give the path of a file."),
        (
            ["net", "-o", "no/x.svg"],
            1,
            "Error: plot: there is no folder 'no' for 'no/x.svg'; check the path, or make the folder.",
        ),
        (
            ["net", "-o", "net-0001.params/x.svg"],
            1,
            "Error: plot: there is no folder 'net-0001.params' for 'net-0001.params/x.svg'; check the path, or make the "
            "folder.",
        ),
        (
            ["net", "--shape", "q=1"],
            1,
            "Error: shape names 'q', which is no input of the symbol. Inputs: data, fc_weight, fc_bias, softmax_label.",
        ),
        (["net", "--shape", "data=1,x"], 2, FORM.format("data=1,x")),
        (["net", "-o"], 2, "Error: Option '-o' requires an argument."),
    ],
    "predict": [
        (["nothing", "1", *SHAPE], 1, NO_FILE),
        (["net"], 2, "Error: Missing argument 'EPOCH'."),
        (["net", "one"], 2, "Error: Invalid value for 'EPOCH': 'one' is not a valid integer."),
        (["net", "2", *SHAPE], 1, "Error: load: there is no file 'net-0002.params'; did you mean 'net-0001.params'?"),
        (
            ["net", "1"],
            1,
            "Error: the inputs of net are data; give the shape of each, as in --shape data=1,3,224,224.",
        ),
        (
            ["net", "1", "--shape", "dat=1,5"],
            1,
            "Error: net has no input 'dat'. Did you mean 'data'? Its inputs are data, softmax_label.",
        ),
        (
            ["net", "1", *SHAPE, "--shape", "fc_weight=3,5"],
            1,
            "Error: net has no input 'fc_weight'. Its inputs are data, softmax_label.",
        ),
        (
            ["net", "1", "--shape", "data=1,6"],
            1,
            "Error: parameter 'fc_weight' has shape (3, 5), but data (1, 6) needs (3, 6); give data of the shape that the "
            "parameters were made for, or other parameters.",
        ),
        (
            ["less", "1", *SHAPE],
            1,
            "Error: less-0001.params has no values for fc_bias; it holds fc_weight. Is it of another network? What is an input "
            "needs a shape, as in --shape fc_bias=1,3,224,224.",
        ),
        (
            ["other", "1", *SHAPE],
            1,
            "Error: other-0001.params has no values for fc_weight, fc_bias; it holds conv_weight. Is it of another network? "
            "What is an input needs a shape, as in --shape fc_weight=1,3,224,224.",
        ),
        (
            ["gluon", "1", *SHAPE],
            1,
            "Error: gluon-0001.params: none of its names is one of the symbol. It holds 0.weight; the symbol has data, "
            "fc_weight, fc_bias, softmax_label. The symbol has 2 parameters, and the file 1 array: it is of another network.",
        ),
        (
            ["twisted", "1", *SHAPE],
            1,
            "Error: twisted-0001.params: none of its names is one of the symbol. It holds 0.bias, 0.weight; the symbol has "
            "data, fc_weight, fc_bias, softmax_label. Taken in order, its arrays have not the shapes of the symbol's "
            "parameters: is it of another network?",
        ),
        (
            ["short", "1", *SHAPE],
            1,
            "Error: short-0001.params: at byte 60: found 0 more bytes, expected 4 for the dtype of array 0 of 2; the file is "
            "truncated or corrupted.",
        ),
        (
            ["net", "1", *SHAPE, "--image", "none.jpg"],
            2,
            "Error: Invalid value for '--image': File 'none.jpg' does not exist.",
        ),
        (
            ["net", "1", *SHAPE, "--image", "ok.png"],
            1,
            "Error: an image is for an input of shape (n, 3, height, width), but the first input is (1, 5).",
        ),
        (
            ["deep", "1", "--shape", "data=1,4,4,4", "--image", "ok.png"],
            1,
            "Error: an image is for an input of shape (n, 3, height, width), but the first input is (1, 4, 4, 4).",
        ),
        (
            ["image", "1", "--shape", "data=1,3,4,4", "--image", "no.jpg"],
            1,
            "Error: 'no.jpg' is no image that Pillow can read, or damaged: cannot identify image file 'no.jpg'. It is text.",
        ),
        (
            ["image", "1", "--shape", "data=1,3,4,4", "--image", "net-0001.params"],
            1,
            "Error: 'net-0001.params' is no image that Pillow can read, or damaged: cannot identify image file "
            "'net-0001.params'. It is a .params file: read it with mx.nd.load.",
        ),
        (
            ["image", "1", "--shape", "data=1,3,4,4", "--image", "half.png"],
            1,
            "Error: 'half.png' is no image that Pillow can read, or damaged: ",
        ),
        (
            ["image", "1", *IMAGE, "--mean", "1,2"],
            2,
            "Error: Invalid value for '--mean': '1,2' is not three numbers, such as 123.7,116.3,103.5.",
        ),
        (
            ["image", "1", *IMAGE, "--mean", "gray"],
            2,
            "Error: Invalid value for '--mean': 'gray' is not three numbers, such as 123.7,116.3,103.5.",
        ),
        (
            ["image", "1", "--shape", "data=1,3,2,2"],
            1,
            "Error: Convolution 'c': the kernel spans 3 elements of axis 2, but data (1, 3, 2, 2) has 2; use a smaller "
            "kernel or more pad.",
        ),
        (
            ["net", "1", *SHAPE, "--labels", "bytes.txt"],
            2,
            "Error: Invalid value for --labels: 'bytes.txt' is not text.",
        ),
        (["net", "1", *SHAPE, "--top", "0"], 2, "Error: Invalid value for '--top': 0 is not in the range x>=1."),
    ],
    "convert": [
        (["nothing", "1", "--to", "python", *SHAPE], 1, NO_FILE),
        (["nothing", "1", "--to", "safetensors"], 1, NO_FILE),
        (
            ["net", "2", "--to", "onnx", *SHAPE],
            1,
            "Error: load: there is no file 'net-0002.params'; did you mean 'net-0001.params'?",
        ),
        (
            ["net", "1", "--to", "caffe", *SHAPE],
            2,
            "Error: Invalid value for '--to': 'caffe' is not one of 'stablehlo', 'onnx', 'safetensors', 'python'.",
        ),
        (["net", "one", "--to", "python"], 2, "Error: Invalid value for 'EPOCH': 'one' is not a valid integer."),
        (
            ["net", "1", "--to", "stablehlo", "--shape", "dat=1,5"],
            1,
            "Error: net has no input 'dat'. Did you mean 'data'? Its inputs are data, softmax_label.",
        ),
        (
            ["net", "1", "--to", "python"],
            1,
            "Error: the inputs of net are data; give the shape of each, as in --shape data=1,3,224,224.",
        ),
        (
            ["net", "1", "--to", "stablehlo", "--shape", "data=1,6"],
            1,
            "Error: FullyConnected 'fc': shape of input 'weight' (from variable 'fc_weight') is (3, 5), but (3, 6) is expected "
            "from its other inputs, outputs and attributes. Give matching shapes.",
        ),
        (["net", "1", "--to", "python", "--shape", "data=1,x"], 2, FORM.format("data=1,x")),
        (
            ["net", "1", "--to", "python", *SHAPE, "--batch", "n"],
            1,
            "Error: convert: batch is for stablehlo and onnx; leave it out for python.",
        ),
        (
            ["net", "1", "--to", "stablehlo", *SHAPE, "--batch", "1"],
            1,
            "Error: to_stablehlo: batch is a name for a length, such as 'n', given '1' of type str.",
        ),
        (
            ["net", "1", "--to", "safetensors", *SHAPE],
            1,
            "Error: convert: safetensors holds parameters, which have their shapes; leave out --shape, or shapes.",
        ),
        (
            ["net", "1", "--to", "python", *SHAPE, "-o", "net.txt"],
            1,
            "Error: save_python: 'net.txt' must end in .py, since it is a module.",
        ),
        (
            ["net", "1", "--to", "stablehlo", *SHAPE, "-o", "no/net"],
            1,
            "Error: convert: there is no folder 'no' for 'no/net'; check the path, or make the folder.",
        ),
        (
            ["net", "1", "--to", "stablehlo", *SHAPE, "-o", "folder.json"],
            1,
            "Error: convert: 'folder.json' is a folder; give the name of a file in it.",
        ),
        (["custom", "1", "--to", "python", *SHAPE], 1, CUSTOM),
        (["cut", "1", "--to", "python", *SHAPE], 1, CUT),
        (
            ["short", "1", "--to", "safetensors"],
            1,
            "Error: short-0001.params: at byte 60: found 0 more bytes, expected 4 for the dtype of array 0 of 2; the file is "
            "truncated or corrupted.",
        ),
    ],
    "bench": [
        (["nothing", *SHAPE], 1, NO_FILE),
        (
            ["net"],
            2,
            "Error: Invalid value for --shape: give the shape of each input, as in --shape data=16,3,224,224.",
        ),
        (
            ["net", "--shape", "dat=1,5"],
            1,
            "Error: there is no input 'dat'. Did you mean 'data'? Inputs: data, softmax_label.",
        ),
        (
            ["net", "--shape", "softmax_label=2"],
            1,
            "Error: bench cannot decide the shapes of these arguments (? is an unknown dimension): data: unknown. "
            "Given: {'softmax_label': (2,)}. Give the shape of data.",
        ),
        (
            ["net", *SHAPE, "--device", "gpu(77)"],
            1,
            "Error: gpu(77) was asked for, but JAX finds no such device on this machine, which has ",
        ),
        *(
            (
                ["net", *SHAPE, "--device", given],
                2,
                f"Error: Invalid value for '--device': '{given}' is none of cpu, gpu, tpu, nor one of several, as in 'gpu(1)'.",
            )
            for given in ("cuda", "gpu(x)", "")
        ),
        (["net", *SHAPE, "--seconds", "0"], 2, "Error: Invalid value for '--seconds': 0.0 is not in the range x>0."),
        (
            ["net", *SHAPE, "--only", "backward"],
            2,
            "Error: Invalid value for '--only': 'backward' is not one of 'forward', 'train'.",
        ),
    ],
    "run": [
        ([], 2, "Error: Missing argument 'SCRIPT'."),
        (["nothing.py"], 2, "Error: Invalid value for 'SCRIPT': File 'nothing.py' does not exist."),
        (["folder.json"], 2, "Error: Invalid value for 'SCRIPT': File 'folder.json' is a directory."),
        (["--gpus", "0"], 2, "Error: Invalid value for 'SCRIPT': File '--gpus' does not exist."),
        (
            ["binary.py"],
            1,
            "Error: binary.py is not a program in Python: source code string cannot contain null bytes.",
        ),
        (["syntax.py"], 1, f"Error: syntax.py, line 3: `def f(:` is not Python 3 (invalid syntax). {PYTHON_2} "),
        (
            ["tabs.py"],
            1,
            "Error: tabs.py, line 3: `y = 2` is not Python 3 (inconsistent use of tabs and spaces in indentation). ",
        ),
        (["exec.py"], 1, 'Error: exec.py, line 1: `exec "print 1"` is not Python 3 (Missing parentheses in call to '),
        (["latin.py"], 1, "Error: latin.py, line 1: "),
        (["ok.png"], 1, "Error: ok.png is not a program in Python: "),
    ],
}


@pytest.mark.parametrize(
    ("command", "args", "code", "text"),
    [(command, *mistake) for command, mistakes in MISTAKES.items() for mistake in mistakes],
)
def test_mistakes(command, args, code, text, folder, monkeypatch):
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(main, [command, *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    last = done.output.splitlines()[-1]
    assert last.startswith(text) if text.endswith((" ", "to ")) else last == text
    assert done.exit_code == code


def test_names_without_prefixes_are_those_of_the_symbol(folder, monkeypatch):
    monkeypatch.chdir(folder)
    with_prefixes, without = (
        CliRunner().invoke(main, ["predict", name, "1", "--shape", "data=2,5", "--json"]) for name in ("net", "plain")
    )
    assert without.exit_code == 0, without.output
    assert json.loads(without.output) == json.loads(with_prefixes.output)


def test_one_mean_is_for_all_colours(folder, monkeypatch):
    monkeypatch.chdir(folder)
    one, three = (
        CliRunner().invoke(main, ["predict", "image", "1", *IMAGE, "--mean", mean]) for mean in ("7", "7,7,7")
    )
    assert one.exit_code == 0, one.output
    assert one.output == three.output
    assert "-189" in one.output


def test_numbered_parameters_are_renamed_as_the_message_says(folder, monkeypatch):
    monkeypatch.chdir(folder)
    predicted = [CliRunner().invoke(main, ["predict", name, "1", *SHAPE]) for name in ("numbered", "plain")]
    message, *lines = predicted[0].output.splitlines()
    assert message == (
        "Error: numbered-0001.params: none of its names is one of the symbol. It holds 0.weight, 0.bias; the symbol has data, "
        "fc_weight, fc_bias, softmax_label. Gluon's save_parameters numbers layers. If the arrays are the symbol's parameters "
        "in order, give them their names, or let Gluon's export() write both files:"
    )
    exec("\n".join(line.strip() for line in lines), {"mx": mx})
    assert CliRunner().invoke(main, ["predict", "numbered", "1", *SHAPE]).output == predicted[1].output
