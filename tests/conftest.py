"""Shared set-up of the tests: compilation caches that survive between runs, and fresh automatic names per test.

In this process it is JAX's, which serves imperative calls, too; in those that tests start it is ours.
"""

from __future__ import annotations

import os
import pathlib

import jax
import pytest

import symgraph as mx

collect_ignore = ["legacy_program.py"]  # imports mxnet; `tests.test_cli` runs it

CACHE = pathlib.Path(__file__).parent.parent / ".cache" / "jax"
os.environ["SYMGRAPH_COMPILATION_CACHE"] = str(CACHE.with_name("programs"))
jax.config.update("jax_compilation_cache_dir", str(CACHE))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


@pytest.fixture(autouse=True)
def fresh_names():
    """Automatic names start from 0 in every test."""
    with mx.name.NameManager():
        yield
