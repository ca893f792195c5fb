"""What `to_jax` makes of a network has no more to compute than what one would write by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import symgraph as mx
from benchmarks.cli import main
from benchmarks.embed import OURS, THEIRS, WAYS, operations
from benchmarks.libraries.plain_jax import Jitted
from benchmarks.suites import nets


def both(network: str, mode: str) -> tuple[Jitted, Jitted]:
    (problem,) = nets.problems(mx, network, mode, 4)
    known: dict[tuple, Any] = {}
    return WAYS[OURS](problem, known), WAYS[THEIRS](problem, known)


@pytest.mark.parametrize("mode", ["train", "infer"])
def test_a_perceptron_compiles_to_no_more_operations(mode: str) -> None:
    """Give or take how XLA divides work between threads."""
    ours, theirs = map(operations, both("mlp", mode))
    assert 0 < ours <= 1.03 * theirs


@pytest.mark.parametrize("mode", ["train", "infer"])
def test_lenet_compiles_to_no_more_operations(mode: str) -> None:
    """But for max pooling, which is several here because they are faster (`benchmarks.embed.POOLING`)."""
    ours, theirs = both("lenet", mode)
    pooling = operations(ours, "pool")
    assert pooling > 0
    assert operations(ours) - pooling <= 1.03 * operations(theirs)


def test_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    assert main(["embed", "--networks", "mlp", "--batch", "2", "--quick", "--json", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "HLO operations of the compiled programs:" in shown
    found = json.loads(file.read_text())
    assert set(found["operations"]) == {"mlp/train/2", "mlp/infer/2"}
    assert all(len(samples) == 3 for row in found["rows"] for samples in row["samples"].values())
    assert not any(row["failures"] for row in found["rows"])
