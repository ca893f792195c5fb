"""What the command line tells of this machine: `symgraph doctor` and `symgraph bench`; and what `--debug` shows."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import jax
import pytest
from click.testing import CliRunner

import symgraph as mx
from symgraph.cli import main
from symgraph.lower import compilation_cache

doctor_module = importlib.import_module("symgraph.cli.doctor")  # whose name in the package is the command
PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]


def told(*args):
    done = CliRunner().invoke(main, ["doctor", *args])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of ours, with two files."""
    theirs = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.setenv(compilation_cache.SWITCH, str(tmp_path))
    monkeypatch.setattr(compilation_cache, "WORTH_KEEPING", 1e9)
    for name in "ab":
        (tmp_path / name).write_bytes(bytes(2**20))
    yield tmp_path
    jax.config.update("jax_compilation_cache_dir", theirs)


def test_a_healthy_installation(cache):
    text = told()
    assert f"symgraph {mx.__version__}, Python 3." in text
    assert "\n  cpu(0) " in text
    assert (
        f"\n  {cache}: 2 programs, 2.0 MB of at most 512.0 MB; SYMGRAPH_COMPILATION_CACHE=off switches it off" in text
    )
    assert text.endswith("a program was compiled and run: all is well\n")
    found = json.loads(told("--json"))
    assert found["works"]
    assert found["cache"] == {"folder": str(cache), "jax": None, "programs": 2, "bytes": 2**21, "limit": 2**29}


def test_a_cache_that_is_off_or_that_of_jax(cache, monkeypatch):
    monkeypatch.setenv(compilation_cache.SWITCH, "off")
    assert "\n  not kept (SYMGRAPH_COMPILATION_CACHE or a setting of JAX says so)\n" in told()
    jax.config.update("jax_compilation_cache_dir", str(cache))
    assert f"\n  in JAX's own cache, {cache}, as that is set up\n" in told()


def test_what_is_missing_comes_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(doctor_module, "_version", lambda name: None if name in ("optax", "pydot") else "1.0")
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    lines = [line.split(maxsplit=1) for line in done.output.splitlines() if line.startswith("  ")]
    assert dict(lines)["pydot"] == "MISSING: pip install pydot"
    assert dict(lines)["optax"].startswith("missing: pip install optax ")
    assert done.output.endswith("PROBLEM: see above\n")


def test_what_does_not_work_is_told(monkeypatch):
    def broken(*_):
        raise RuntimeError("no kernel image")

    monkeypatch.setattr(mx.sym.Symbol, "bind", broken)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    assert done.output.endswith("PROBLEM: RuntimeError: no kernel image\n")


def test_packages_are_those_of_the_project():
    name = lambda requirement: requirement.partition(">")[0].strip()  # noqa: E731
    assert set(doctor_module.REQUIRED) == set(map(name, PROJECT["dependencies"]))
    extras = PROJECT["optional-dependencies"]
    inner = {"benchmarks", "demo", "docs", "notebooks", "test"}  # what is in the clone, and not in the package
    assert set(doctor_module.OPTIONAL) <= {name(package) for extra in extras.values() for package in extra}
    assert {package for extra in extras.keys() - inner for package in extras[extra]} <= set(doctor_module.OPTIONAL)


def test_a_model_is_timed(tmp_path):
    net = mx.sym.BatchNorm(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="bn")
    mx.sym.SoftmaxOutput(net, name="softmax").save(str(tmp_path / "net-symbol.json"))
    args = ["bench", str(tmp_path / "net"), "--shape", "data=4,5", "--seconds", "0.01"]
    table = CliRunner().invoke(main, args).output.splitlines()
    assert table[0].endswith(f"data=4,5, on {mx.current_context()}")
    assert [line.split("  ")[0] for line in table[2:]] == ["forward pass", "step of training"]
    found = json.loads(CliRunner().invoke(main, [*args, "--json", "--only", "forward"]).output)
    assert found["shapes"] == {"data": [4, 5]}
    (times,) = found["seconds"].values()
    assert 0 < times["least"] <= times["median"]
    assert times["examples_per_second"] == pytest.approx(4 / times["median"])


def test_a_model_without_a_loss_has_no_step_of_training(tmp_path):
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    net.save(str(tmp_path / "net-symbol.json"))
    args = ["bench", str(tmp_path / "net"), "--shape", "data=4,5", "--seconds", "0.01"]
    done = CliRunner().invoke(main, [*args, "--json"])
    assert list(json.loads(done.stdout)["seconds"]) == ["forward"]
    assert done.stderr == "Without a loss there is no step of training; these outputs are none: fc_output.\n"
    done = CliRunner().invoke(main, [*args, "--only", "train"])
    assert done.stderr.startswith("Error: backward: output 'fc_output' is not a loss")


def test_debug_before_a_script_is_for_symgraph_and_behind_it_for_the_script(tmp_path):
    script = tmp_path / "show.py"
    script.write_text("import sys\nprint(sys.argv[1:])")
    command = [sys.executable, "-m", "symgraph", "run", "--debug", str(script), "--debug"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "['--debug']\n"


@pytest.mark.parametrize("args", [["--debug", "summary", "nothing"], ["summary", "nothing", "--debug"]])
def test_debug_lets_the_error_through(args):
    done = CliRunner().invoke(main, args)
    assert isinstance(done.exception, mx.MXNetError)
