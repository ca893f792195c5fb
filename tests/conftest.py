"""Shared set-up of the tests: compilation caches that survive between runs, fresh automatic names per test, and where they
run: ``pytest --context gpu`` makes the first GPU the current context of each.

The cache in this process is JAX's, which serves imperative calls, too; in those that tests start it is ours.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator

import jax
import pytest

import symgraph as mx
from symgraph.runtime.context import platform_devices

# Programs: for 8 devices, with mxnet, or with mistakes that a type checker is to find.
collect_ignore = ["device_blocks.py", "group_blocks.py", "legacy_program.py", "typed_program.py"]

CACHE = pathlib.Path(__file__).parent.parent / ".cache" / "jax"
os.environ["SYMGRAPH_COMPILATION_CACHE"] = str(CACHE.with_name("programs"))
os.environ["SYMGRAPH_TRACEBACK"] = "full"  # for those who look for mistakes of ours
jax.config.update("jax_compilation_cache_dir", str(CACHE))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)

QUICK_TO_COMPILE = " ".join(
    [
        "--xla_backend_optimization_level=0",  # LLVM leaves machine code as it comes
        "--xla_cpu_use_fusion_emitters=false",  # fusions go to LLVM straight, not by way of MLIR
        "--xla_cpu_parallel_codegen_split_count=1",  # a program is one module
    ]
)
"""Tests compile some ten thousand programs, run most of them once, and ask what they compute, not how fast: compiled like this,
the suite takes half of the time. XLA's own passes, fusion and memory planning are those of users; with ``pytest --optimized``
all is as users have it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--context", choices=["cpu", "gpu", "tpu"], default="cpu", help="where the tests run")
    parser.addoption(
        "--optimized", action="store_true", help="compile programs as users do, which takes twice the time"
    )


def pytest_configure(config: pytest.Config) -> None:
    kind = config.getoption("--context")
    if kind == "cpu" and not config.getoption("--optimized"):  # here and in the processes that tests start
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {QUICK_TO_COMPILE}".strip()
    if not platform_devices(kind):
        pytest.exit(f"JAX finds no {kind} on this machine: nothing was tested there.", returncode=0)
    if kind != "cpu":
        jax.config.update("jax_default_matmul_precision", "float32")  # what values are compared to MXNet's with


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--context") != "cpu":
        for item in items:
            if item.get_closest_marker("cpu"):
                item.add_marker(pytest.mark.skip(reason="holds on the CPU only"))


@pytest.fixture(autouse=True)
def fresh_names_and_current_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Automatic names start from 0 in every test, and arrays are where the command line says."""
    with mx.name.NameManager(), mx.Context(request.config.getoption("--context")):
        yield
