"""Suites of several devices and of exported networks; so small that nothing takes time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import export
from benchmarks.cli import main
from benchmarks.collectives import communicated
from benchmarks.suites import devices

HLO = """
HloModule jit_step
  %all-reduce.1 = f32[8,10]{1,0} all-reduce(%dot.2), channel_id=1, to_apply=%add
  ROOT %both = (f32[4]{0}, bf16[2,3]{1,0}, pred[5]{0}) all-reduce(%a, %b, %c), channel_id=2
  %gathered = f64[7]{0} all-gather(%p), dimensions={0}
  %begun = s8[16]{0} all-reduce-start(%q), channel_id=3
  %done = s8[16]{0} all-reduce-done(%begun)
  %scalar = f8e4m3fn[] collective-permute(%r), channel_id=4
  %sum = f32[8,10]{1,0} add(%all-reduce.1, %all-reduce.1)
"""


def test_what_devices_exchange_is_read_from_the_program() -> None:
    reduced = 8 * 10 * 4 + (4 * 4 + 2 * 3 * 2 + 5) + 16
    assert communicated(HLO) == {"all-reduce": reduced, "all-gather": 7 * 8, "collective-permute": 1}
    assert communicated("%a = f32[2] add(%b, %c)") == {}


def test_suite_of_devices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The gradients of a perceptron of 784 × 512 × 256 × 10 are added up."""
    file = tmp_path / "found.json"
    options = ["--networks", "mlp", "--batch", "4", "--counts", "2", "--length", "2", "--hidden", "3"]
    assert main(["devices", *options, "--quick", "--json", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "mlp, batch 4: the batch is divided." in shown
    assert "the layers are divided, by group2ctx" in shown
    dense, layered = json.loads(file.read_text())["steps"]
    parameters = (784 + 1) * 512 + (512 + 1) * 256 + (256 + 1) * 10
    assert dense["exchanged"] == {"1": 0, "2": 4 * parameters}
    for step in (dense, layered):
        assert step["row"]["failures"] == {}
        assert [len(samples) for samples in step["row"]["samples"].values()] == [3, 3]


def test_more_devices_than_layers_are_not_asked_for() -> None:
    import symgraph as mx

    rows = devices.workloads(mx, networks=(), counts=(2, 3, 8))
    assert list(rows) == ["lstm"]
    assert rows["lstm"].counts == [2, 3]


def test_suite_of_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    options = ["--networks", "mlp,lstm", "--length", "3", "--hidden", "4"]
    assert main(["export", *options, "--quick", "--json", str(file)]) == 0
    assert "size, stablehlo" in capsys.readouterr().out
    found = json.loads(file.read_text())
    for name in ("mlp", "lstm"):
        assert all(difference < 1e-5 for difference in found["differences"][name].values())
        assert found["bytes"][name].keys() == found["differences"][name].keys() == set(export.FORMS)
        assert all(size > 0 for form, size in found["bytes"][name].items() if form != export.OURS)
    assert not any(row["failures"] for row in found["rows"])


def test_a_form_that_cannot_be_written_has_no_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise ImportError("no onnx here")

    monkeypatch.setattr(export, "FORMS", {export.OURS: export.bound, "onnx": refuse})
    assert main(["export", "--networks", "mlp", "--quick"]) == 1
    assert "mlp, batch 1: FAILED in onnx: ImportError: no onnx here" in capsys.readouterr().out
