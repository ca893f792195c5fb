"""Compiled programs on disk: who finds them again, what is kept, and that no file can do harm."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import jax
import numpy as np
import pytest
from jax.experimental.compilation_cache.compilation_cache import reset_cache

import symgraph as mx
from symgraph.lower import compilation_cache

ROOT = pathlib.Path(__file__).parent.parent
STEP = """
import sys, jax, numpy as np, symgraph as mx
from symgraph.lower import compilation_cache
compilation_cache.WORTH_KEEPING = 0.0
compiled = []
compile = jax.stages.Lowered.compile
jax.stages.Lowered.compile = lambda self, **options: compiled.append(options) or compile(self, **options)
net = mx.sym.softmax(mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=5, no_bias=True, name="fc"))
executor = net.simple_bind(mx.current_context(), x=(3, 4))
for array in executor.arg_arrays:
    array[:] = np.linspace(-1, 1, array.size).reshape(array.shape)
executor.forward(is_train=True)
executor.backward(mx.nd.arange(15).reshape((3, 5)))
values = [array.asnumpy().tobytes().hex() for array in (*executor.outputs, *executor.grad_arrays)]
print(len(compiled), *values)
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch):
    """An empty folder that our cache uses, however short a compilation was; JAX's own is not set up."""
    theirs = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    reset_cache()
    monkeypatch.setenv(compilation_cache.SWITCH, str(tmp_path / "programs"))
    monkeypatch.setattr(compilation_cache, "WORTH_KEEPING", 0.0)
    yield tmp_path / "programs"
    reset_cache()
    jax.config.update("jax_compilation_cache_dir", theirs)


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list:
    """What JAX has compiled ahead of time in this test."""
    done: list = []
    real = jax.stages.Lowered.compile

    def counted(self: jax.stages.Lowered, **options: object) -> jax.stages.Compiled:
        done.append(self)
        return real(self, **options)

    monkeypatch.setattr(jax.stages.Lowered, "compile", counted)
    return done


def _run(scale: float = 2.0) -> np.ndarray:
    """The same computation by a symbol that nothing has been compiled for in this process."""
    net = mx.sym.sin(mx.sym.var("x")) * scale
    return net.bind(mx.current_context(), {"x": mx.nd.arange(6)}).forward()[0].asnumpy()


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _process(environment: dict[str, str]) -> list[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "SYMGRAPH_"))}
    command = [sys.executable, "-c", STEP]
    done = subprocess.run(command, cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_another_process_compiles_nothing_and_computes_the_same_bits(tmp_path: pathlib.Path) -> None:
    environment = {compilation_cache.SWITCH: str(tmp_path)}
    cold, warm = _process(environment), _process(environment)
    assert (cold[0], warm[0]) == ("1", "0")
    assert cold[1:] == warm[1:]
    assert len(_files(tmp_path)) == 1


def test_the_usual_folder_is_that_of_the_user(tmp_path: pathlib.Path) -> None:
    home = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    _process(home)
    (folder,) = tmp_path.rglob("symgraph/programs")
    assert len(_files(folder)) == 1


@pytest.mark.parametrize("off", compilation_cache.OFF)
def test_one_variable_switches_it_off(off: str, monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path) -> None:
    monkeypatch.setenv(compilation_cache.SWITCH, off)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    _run()
    assert not folder.exists()


def test_where_the_user_has_set_up_that_of_jax_ours_is_not_used(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "theirs"))
    _run()
    assert not folder.exists()


def test_what_jax_takes_from_its_cache_is_not_written_to_ours(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """JAX goes on with a cache whose folder is no longer set, and jaxlib does not write again what it has read."""
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "theirs"))
    _run()
    jax.config.update("jax_compilation_cache_dir", None)
    with mx.name.NameManager():
        first = _run()
    for file in _files(
        folder
    ):  # for JAX 0.10 the folder is part of what tells programs apart; later releases find it at once
        file.unlink()
    with mx.name.NameManager():
        np.testing.assert_array_equal(_run(), first)
    assert _files(folder) == []


def test_import_and_runs_leave_the_settings_of_jax_alone(tmp_path: pathlib.Path) -> None:
    program = "import jax; before = dict(jax.config.values)\n" + STEP + "print(dict(jax.config.values) == before)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, compilation_cache.SWITCH: str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split()[-1] == "True", done.stderr


def test_a_symbol_that_is_built_again_is_found(folder: pathlib.Path, compilations: list) -> None:
    first, second = _run(), _run()
    assert len(compilations) == 1
    np.testing.assert_array_equal(first, second)


def test_a_program_that_was_read_can_be_looked_at(folder: pathlib.Path) -> None:
    looks = []
    for _ in range(2):
        executor = mx.sym.tanh(mx.sym.var("x"), name="t").bind(mx.current_context(), {"x": mx.nd.ones((4,))})
        looks.append((executor.as_text(), executor.memory_plan(), executor.cost()))
    assert looks[0] == looks[1]


@pytest.mark.parametrize("harm", [lambda _: b"", lambda b: b[:-1], lambda b: b[:40] + b"\0" + b[41:], lambda b: b * 2])
def test_a_damaged_file_is_replaced(harm, folder: pathlib.Path, compilations: list) -> None:
    first = _run()
    (file,) = _files(folder)
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    np.testing.assert_array_equal(_run(), first)
    assert len(compilations) == 2
    assert len(file.read_bytes()) > 100
    np.testing.assert_array_equal(_run(), first)
    assert len(compilations) == 2


def test_a_file_with_a_good_digest_of_nonsense_is_replaced(folder: pathlib.Path, compilations: list) -> None:
    import hashlib

    first = _run()
    (file,) = _files(folder)
    file.write_bytes(hashlib.sha256(b"nonsense").digest() + b"nonsense")
    np.testing.assert_array_equal(_run(), first)
    assert len(compilations) == 2


def test_a_folder_that_is_none_costs_nothing_but_time(folder: pathlib.Path) -> None:
    folder.write_text("a file")
    np.testing.assert_allclose(_run(), 2 * np.sin(np.arange(6)), rtol=1e-6)
    assert folder.read_text() == "a file"


@pytest.mark.parametrize("call", ["mkstemp", "replace", "fdopen"])
def test_a_folder_that_is_full_or_read_only_costs_nothing_but_time(
    call: str, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    module = compilation_cache.tempfile if call == "mkstemp" else compilation_cache.os
    monkeypatch.setattr(module, call, refuse)
    np.testing.assert_allclose(_run(), 2 * np.sin(np.arange(6)), rtol=1e-6)
    assert _files(folder) == []


def test_programs_that_call_python_are_not_kept(folder: pathlib.Path) -> None:
    def on_host(x: jax.Array) -> jax.Array:
        return jax.pure_callback(lambda v: v + 1, jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    net = mx.operator.from_jax(on_host)(mx.sym.var("x"))
    assert net.bind(mx.current_context(), {"x": mx.nd.zeros((3,))}).forward()[0].asnumpy().tolist() == [1, 1, 1]
    assert _files(folder) == []


def test_short_compilations_are_not_kept(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation_cache, "WORTH_KEEPING", 1e9)
    _run()
    assert _files(folder) == []


def test_what_was_not_used_for_longest_makes_room(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(1.0)
    (size,) = (file.stat().st_size for file in _files(folder))
    _run(2.0)
    for age, file in enumerate(_files(folder)):
        os.utime(file, (age, age))
    oldest, other = _files(folder)
    monkeypatch.setattr(compilation_cache, "LIMIT", size * 5 // 2)
    _run(3.0)
    assert not oldest.exists()
    assert other.exists()
    assert len(_files(folder)) == 2


def test_to_be_read_counts_as_use(folder: pathlib.Path) -> None:
    _run()
    (file,) = _files(folder)
    os.utime(file, (0, 0))
    _run()
    assert file.stat().st_mtime > 0


def _lowered(function: object) -> jax.stages.Lowered:
    device = jax.devices("cpu")[0]
    like = jax.ShapeDtypeStruct((3,), np.float32, sharding=jax.sharding.SingleDeviceSharding(device))
    return jax.jit(function).lower(like, like)  # type: ignore[arg-type]


def test_what_an_executable_depends_on_tells_it_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    device = jax.devices("cpu")[0]

    def name(function: object = lambda a, b: a + b, **options: str) -> str | None:
        return compilation_cache._identity(_lowered(function), options, device)

    assert name() == name()
    names = {name(), name(option="1"), name(option="2"), name(lambda a, b: a - b)}
    names |= {name(lambda a, b: a + 1), name(lambda a, b: b + 1)}
    monkeypatch.setenv("XLA_FLAGS", f"{os.environ.get('XLA_FLAGS', '')} --xla_dump_hlo_as_text=false")
    names.add(name())
    monkeypatch.setattr(compilation_cache, "_processor", lambda: "another")
    names.add(name())
    monkeypatch.setattr(jax, "__version__", "1000")
    names.add(name())
    assert None not in names
    assert len(names) == 9
