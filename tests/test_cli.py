"""The command line: programs for MXNet run unchanged, checkpoints show themselves, mistakes end in a message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from symgraph.frontend import absent
from symgraph.interop.old_python import hint

PROGRAM = Path(__file__).parent / "legacy_program.py"


def symgraph(*args, **options):
    return subprocess.run(
        [sys.executable, "-m", "symgraph", *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
        **options,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the program has left its checkpoints."""
    path = tmp_path_factory.mktemp("program")
    done = symgraph("run", PROGRAM, "--num-epochs", 2, "--prefix", path / "net")
    (path / "done.json").write_text(json.dumps([done.returncode, done.stdout, done.stderr]))
    return path


def test_a_program_runs_unchanged(folder):
    code, out, err = json.loads((folder / "done.json").read_text())
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "version 1.9.1 in legacy_program.py"
    assert lines[1].startswith("score 0.")
    assert lines[2] == "has gluon: False"
    log = err.splitlines()
    assert any("Epoch[1] Train-accuracy=" in line for line in log)
    assert any("Speed:" in line for line in log)
    assert not [line for line in log if line.startswith("DEBUG:jax")], "JAX does not flood the program's log"
    assert log[-2] == f"{PROGRAM} asked for what symgraph does not have:"
    assert log[-1].startswith(f"  {PROGRAM}:")
    assert "symgraph has no 'gluon': it is outside of symgraph's scope" in log[-1]
    assert (folder / "net-0002.params").exists()


def test_a_checkpoint_predicts(folder):
    done = symgraph("predict", folder / "net", 2, "--shape", "data=3,20", "--top", 1, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["softmax_output"]
    assert found["shape"] == [3, 2]
    _, args, _ = mx.model.load_checkpoint(str(folder / "net"), 2)
    hidden = np.maximum(args["fc1_bias"].asnumpy(), 0)
    scores = np.exp(args["fc2_weight"].asnumpy() @ hidden + args["fc2_bias"].asnumpy())
    assert found["top"][0]["index"] == scores.argmax()
    np.testing.assert_allclose(found["top"][0]["value"], scores.max() / scores.sum(), rtol=1e-5)


def test_an_image_is_fed(folder, tmp_path):
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    pixels = np.zeros((2, 2, 3), np.uint8) + np.array([10, 20, 30], np.uint8)
    image.fromarray(pixels).save(tmp_path / "flat.png")
    net = mx.sym.Flatten(mx.sym.Variable("data") * mx.sym.Variable("w", shape=(1, 3, 1, 1)).broadcast_to((1, 3, 2, 2)))
    mx.model.save_checkpoint(str(tmp_path / "flat"), 0, net, {"w": mx.nd.ones((1, 3, 1, 1))}, {})
    shown = ("--shape", "data=1,3,2,2", "--image", tmp_path / "flat.png", "--mean", "1,2,3", "--scale", 2, "--top", 12)
    done = symgraph("predict", tmp_path / "flat", 0, *shown, "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout).values()
    assert [entry["value"] for entry in found["top"]] == [54.0] * 4 + [36.0] * 4 + [18.0] * 4


def test_summary_and_plot(folder, tmp_path):
    def shown(command, *args):
        done = CliRunner().invoke(main, [command, str(folder / "net"), "--shape", "data=1,20", *args])
        assert done.exit_code == 0, done.output
        return done.output

    assert "fc1(FullyConnected)" in shown("summary")
    assert "Total params: 370" in shown("summary")
    assert "Total FLOPs: " in shown("summary", "--cost")
    assert json.loads(shown("summary", "--json"))["parameters"] == 370
    assert shown("plot", "-o", str(tmp_path / "net.svg")) == f"{tmp_path / 'net.svg'}\n"
    assert "Legend" in (tmp_path / "net.svg").read_text()
    shown("plot", "--plain", "-o", str(tmp_path / "plain.svg"))
    assert "Legend" not in (tmp_path / "plain.svg").read_text()
    assert shown("plot", "--html", str(tmp_path / "net.html")) == f"{tmp_path / 'net.html'}\n"
    assert "<title>net</title>" in (tmp_path / "net.html").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"net.svg", "plain.svg", "net.html"}, "no DOT text beside"


PYTHON_2 = "import mxnet as mx\nprint 'hello'\n"
GLUON = "import mxnet as mx\n\n\ndef build():\n    return mx.gluon.nn.Dense(3)\n\n\nbuild()\n"


@pytest.mark.parametrize(
    ("program", "code", "last"),
    [
        (
            PYTHON_2,
            1,
            "Error: program.py, line 2: `print 'hello'` is not Python 3 (Missing parentheses in call to 'print'.",
        ),
        ("import sys\nsys.exit('no data')", 1, "no data"),
        ("import sys\nsys.exit(3)", 3, ""),
        ("raise SystemExit", 0, ""),
        ("from mxnet import gluon", 0, "  program.py:1: symgraph has no 'gluon': it is outside of symgraph's scope"),
        ("import mxnet.gluon.nn", 0, "  program.py:1: symgraph has no 'gluon': it is outside of symgraph's scope"),
        (GLUON, 1, "  program.py:5: symgraph has no 'gluon': it is outside of symgraph's scope"),
        ("import mxnet as mx\nmx.nd.zeros((2, 3)) + mx.nd.zeros((4,))", 1, ""),
        ("import signal\nsignal.raise_signal(signal.SIGINT)", 130, "KeyboardInterrupt"),
    ],
)
def test_how_programs_end(program, code, last, tmp_path):
    (tmp_path / "program.py").write_text(program)
    done = symgraph("run", "program.py", cwd=tmp_path)
    assert done.returncode == code
    assert (done.stderr.splitlines() or [""])[-1].startswith(last)
    assert "runpy" not in done.stderr


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("xrange(3)", "Python has no `xrange` any more: use `range`."),
        ("unicode('a')", "Python has no `unicode` any more: use `str`."),
        ("raw_input()", "Python has no `raw_input` any more: use `input`."),
        ("{}.has_key(1)", "Python has no `.has_key` any more: use `key in mapping`."),
        ("{}.iteritems()", "Python has no `.iteritems` any more: use `items()`."),
        ("iter([]).next()", "Python has no `.next` any more: use `next(iterator)`."),
        ("import string; string.letters", "Python has no `string.letters` any more: use `string.ascii_letters`."),
        ("import cPickle as pickle", "Python has no `import cPickle` any more: use `import pickle`."),
        ("import urllib2", "Python has no `import urllib2` any more: use `import urllib.request`."),
        (
            "import urllib; urllib.urlretrieve",
            "Python has no `urllib.urlretrieve` any more: use `urllib.request.urlretrieve`.",
        ),
        ("from urllib import urlopen", "Python has no `urllib.urlopen` any more: use `urllib.request.urlopen`."),
        ("from itertools import izip", "Python has no `itertools.izip` any more: use `zip`."),
        (
            "from collections import Iterable",
            "Python has no `collections.Iterable` any more: use `collections.abc.Iterable`.",
        ),
        ("{}.keys()[0]", "Since Python 3, dict_keys makes no list: put list(...) around it."),
        ("map(int, '12')[0]", "Since Python 3, map makes no list: put list(...) around it."),
        ("len(filter(None, [1]))", "Since Python 3, filter makes no list: put list(...) around it."),
        (
            "import find_mxnet",
            "find_mxnet.py stands beside MXNet's examples and finds MXNet, which is not needed here: ",
        ),
        ("range2(3)", None),
        ("[].iteritem()", None),
        ("import nothing_of_this_name", None),
        ("import os; os.nothing", None),
        ("from os import nothing", None),
        ("1 + 'a'", None),
    ],
)
def test_errors_of_old_python_say_what_it_is_today(program, text):
    with pytest.raises(Exception) as info:  # noqa: PT011 - of whatever kind Python raises
        exec(program, {})
    found = hint(info.value, "train.py")
    if text is None:
        assert found is None
    else:
        assert found.startswith(text)
        assert "find_mxnet" in program or found.endswith(
            " If the program was written for Python 2, translate it first, as with "
            "`pip install modernize six && python -m modernize -w train.py`."
        )


def test_the_hint_stands_below_the_traceback(tmp_path):
    (tmp_path / "program.py").write_text("for i in xrange(3):\n    pass\n")
    done = symgraph("run", "program.py", cwd=tmp_path)
    *_, error, empty, last = done.stderr.splitlines()
    assert error.startswith("NameError: name 'xrange' is not defined")
    assert empty == ""
    assert last.startswith("Python has no `xrange` any more: use `range`. If the program was written for Python 2, ")
    assert done.returncode == 1


def test_a_traceback_begins_in_the_program(tmp_path):
    (tmp_path / "program.py").write_text(GLUON)
    done = symgraph("run", "program.py", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == '  File "program.py", line 8, in <module>'


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (
            ("predict", "nothing", 1, "--shape", "data=1,2"),
            1,
            "Error: load: there is no file 'nothing-symbol.json'; check the path.",
        ),
        (
            ("predict", "net", 2),
            1,
            "Error: the inputs of net are data; give the shape of each, as in --shape data=1,3,224,224.",
        ),
        (
            ("predict", "net", 2, "--shape", "data=1,21"),
            1,
            "Error: parameter 'fc1_weight' has shape (16, 20), but data (1, 21) needs (16, 21); give data of the shape that "
            "the parameters were made for, or other parameters.",
        ),
        (
            ("predict", "net", 7, "--shape", "data=1,20"),
            1,
            "Error: load: there is no file 'net-0007.params'; did you mean 'net-0002.params' or 'net-0001.params'?",
        ),
        (
            ("predict", "net", 2, "--shape", "data"),
            2,
            "Error: Invalid value for '--shape': 'data' is not of the form name=1,3,224,224.",
        ),
        (
            ("plot", "net", "-o", "picture"),
            2,
            "Error: Invalid value for --output: 'picture' does not end in one of .svg, .dot, .ps, .eps, .png, .pdf, "
            "which tell the format.",
        ),
        (("run", "nothing.py"), 2, "Error: Invalid value for 'SCRIPT': File 'nothing.py' does not exist."),
        (("sumary", "net"), 2, "Error: No such command 'sumary'."),
    ],
)
def test_mistakes(args, code, text, folder, monkeypatch):
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(main, list(map(str, args)))
    assert done.exit_code == code
    assert done.output.splitlines()[-1].startswith(text), done.output


def test_a_mistake_ends_a_process_with_its_code():
    done = symgraph("summary", "nothing")
    assert done.returncode == 1
    assert done.stderr == "Error: load: there is no file 'nothing-symbol.json'; check the path.\n"


def test_an_alias_without_the_command():
    code = (
        "import symgraph.interop.mxnet_alias\n"
        "import mxnet as mx, mxnet.symbol as S\n"
        "from mxnet.ndarray import NDArray\n"
        "import symgraph\n"
        "assert S is symgraph.sym and NDArray is symgraph.NDArray and mx.nd is symgraph.nd\n"
        "print(mx.__version__, mx.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "1.9.1 mxnet\n", done.stderr


def test_absent_modules_can_be_imported_and_not_used(tmp_path):
    (tmp_path / "program.py").write_text(
        "import mxnet as mx\n"
        "from mxnet import autograd, gluon\n"
        "import mxnet.gluon.nn as nn\n"
        "from mxnet.gluon import Block, rnn\n"
        "from mxnet.contrib import quantization\n"
        "print(isinstance(mx.nd.ones((1,)), gluon.Parameter), Block)\n"
        "def train():\n"
        "    with autograd.record():\n"
        "        pass\n"
        "def define():\n"
        "    class Net(Block):\n"
        "        pass\n"
        "for use in (train, define, lambda: nn.Dense(3), lambda: rnn.LSTM(3), quantization.quantize_model):\n"
        "    try:\n"
        "        use()\n"
        "    except mx.MXNetError as error:\n"
        "        print(error)\n"
    )
    done = symgraph("run", "program.py", cwd=tmp_path)
    scope = absent.answer("gluon")
    assert done.stdout.splitlines() == [
        "False <mxnet.gluon.Block, which is not in symgraph>",
        "mxnet.autograd.record: symgraph has no 'autograd': make a symbol of what is to be differentiated and use "
        "executor.backward or Symbol.gradient.",
        f"mxnet.gluon.Block: {scope}",
        f"mxnet.gluon.nn.Dense: {scope}",
        f"mxnet.gluon.rnn.LSTM: {scope}",
        f"symgraph.contrib.quantization.quantize_model: {absent.answer('contrib.quantization')}",
    ]
    assert done.returncode == 0


def test_processes_of_a_program_find_mxnet(tmp_path):
    (tmp_path / "program.py").write_text(
        "import multiprocessing, subprocess, sys\n"
        "import mxnet as mx\n"
        "def version(_):\n"
        "    return mx.__version__\n"
        "if __name__ == '__main__':\n"
        "    code = 'import mxnet, numpy as np; print(mxnet.__version__, float(np.ones(1)))'\n"
        "    print(subprocess.check_output([sys.executable, '-c', code]).decode().strip())\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.map(version, [1]))\n"
    )
    done = symgraph("run", "program.py", cwd=tmp_path)
    assert done.stdout == "1.9.1 1.0\n['1.9.1']\n", done.stderr


def test_an_interrupted_command_ends_as_shells_expect(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(mx.sym, "load", interrupted)
    done = CliRunner().invoke(main, ["summary", "net"])
    assert (done.exit_code, done.output) == (130, "Interrupted.\n")


def test_examples_of_the_help_are_commands():
    shown = CliRunner().invoke(main, ["--help"]).output
    assert "Exit codes:" in shown
    assert set(main.commands) >= {"run", "predict", "summary", "plot", "convert", "bench", "doctor"}
    for name in main.commands:
        assert f"  {name} " in shown
        assert f"  symgraph {name}" in shown
        assert f"\n  symgraph {name}" in CliRunner().invoke(main, [name, "--help"]).output
