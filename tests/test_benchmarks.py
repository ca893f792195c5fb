"""The benchmarks run, say what they measured, and invent nothing."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

import symgraph as mx
from benchmarks import operators, report, timings
from benchmarks.cli import main
from benchmarks.measure import Effort, Outcome, Row, measure
from benchmarks.peers import ROOT, Peer, PeerError, Process, ourselves
from benchmarks.suites import small
from symgraph.ir.registry import find_op

LEAST = Effort(rounds=2, seconds=1e-4, cold=1)


@pytest.mark.parametrize("name", small.WORKLOADS)
def test_every_workload_runs(name: str) -> None:
    body = small.WORKLOADS[name].prepare(mx)
    body.run(*(() if body.fresh is None else (body.fresh(),)))
    if body.finish is not None:
        body.finish()


def test_command_line(tmp_path: pathlib.Path) -> None:
    document = tmp_path / "results.md"
    document.write_text("before\n<!-- small: begin -->\nold\n<!-- small: end -->\nafter\n")
    command = [sys.executable, "-m", "benchmarks", "small", "--quick", "--only", "compose,forward_ready"]
    command += ["--json", str(tmp_path / "results.json"), "--markdown", str(document)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "compose `a + b`" in done.stdout
    assert "mxnet" not in done.stdout
    results = json.loads((tmp_path / "results.json").read_text())
    assert [row["workload"] for row in results["rows"]] == ["compose", "forward_ready"]
    assert all(len(row["samples"]["symgraph"]) == 3 and row["ratio"] == {} for row in results["rows"])
    text = document.read_text()
    assert text.startswith("before\n<!-- small: begin -->\nMeasured ")
    assert text.endswith("<!-- small: end -->\nafter\n")
    assert "old" not in text
    assert "| forward of `a + b`, outputs[0] ready |" in text


def test_rounds_are_taken_in_turn() -> None:
    outcome = measure([ourselves()], {"compose": small.WORKLOADS["compose"]}, ["compose"], LEAST, lambda what: None)
    (row,), (cold,) = outcome.rows, outcome.cold
    assert len(row.samples["symgraph"]) == 2
    assert 0 < row.samples["symgraph"][0] < row.first["symgraph"] + 1
    assert (cold.library, len(cold.imports), len(cold.firsts)) == ("symgraph", 1, 1)


def test_ratio_is_that_of_the_pairs() -> None:
    row = Row("compose", samples={"symgraph": [1.0, 4.0, 9.0], "mxnet": [2.0, 4.0, 3.0]})
    assert row.ratios("symgraph", "mxnet") == [0.5, 1.0, 3.0]
    assert row.ratio("symgraph", "mxnet") == 1.0
    assert row.best_ratio("symgraph", "mxnet") == 0.5
    assert row.median("mxnet") == 3.0
    assert row.spread("mxnet") == pytest.approx(0.5 / 3)


def test_a_library_that_fails_has_no_result() -> None:
    row = Row("compose", {"symgraph": 1.0}, {"symgraph": [1e-6, 2e-6, 3e-6]}, {"mxnet": "mxnet: ValueError: no"})
    facts = {name: {"version": "1", "python": "3", "numpy": "2"} for name in ("symgraph", "mxnet")}
    outcome = Outcome([row], [], facts)
    found = timings.report("small", outcome, small.WORKLOADS, LEAST)
    assert found.failed
    assert found.tables[0].rows[0] == ["compose `a + b`", "2.00 µs ± 25%", "failed", "-", "-", "1.00 s", "-"]
    assert "FAILED in mxnet: ValueError: no" in found.as_text()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3.2e-8, "32.0 ns"), (1.234e-5, "12.3 µs"), (0.01, "10.0 ms"), (0.5, "500 ms"), (61.0, "61.0 s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert report.duration(seconds) == text


def test_a_failing_workload_is_reported_by_the_worker() -> None:
    with Process(ourselves()) as process, pytest.raises(PeerError, match="symgraph: KeyError: 'nothing'"):
        process.ask("start", workload="nothing", suite="benchmarks.suites.small")


@pytest.mark.parametrize(
    ("peer", "message"),
    [
        (
            Peer("no_such_library", sys.executable),
            "ended with code 1: ModuleNotFoundError: No module named 'no_such_library'",
        ),
        (Peer("mxnet", "/no/such/python"), "mxnet: cannot start /no/such/python: No such file or directory"),
    ],
)
def test_a_peer_that_cannot_start(peer: Peer, message: str) -> None:
    with pytest.raises(PeerError, match=message):
        Process(peer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "composr"], "there is no workload 'composr'; choose from compose, build"),
        (["--against", "tensorflow"], "argument --against: there is no 'tensorflow'; choose from mxnet"),
        (["--against", "mxnet"], "--against mxnet needs --mxnet-python"),
        (["--markdown", "no-such-file.md"], "No such file or directory"),
    ],
)
def test_mistakes_on_the_command_line(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["small", *options])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_document_without_marks_is_refused_before_measuring(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "plain.md"
    document.write_text("nothing to replace\n")
    with pytest.raises(SystemExit):
        main(["small", "--markdown", str(document)])
    assert "needs a line '<!-- small: begin -->'" in capsys.readouterr().err
    assert document.read_text() == "nothing to replace\n"


def test_a_peer_that_cannot_start_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["small", "--only", "compose", "--against", "mxnet", "--mxnet-python", "/no/such/python"]) == 2
    assert "error: mxnet: cannot start /no/such/python" in capsys.readouterr().err


def test_the_report_of_operators_is_fresh() -> None:
    """Otherwise: ``python -m benchmarks operators --write``."""
    assert operators.as_markdown(operators.rows()) == operators.DOCUMENT.read_text(encoding="utf-8")


def test_operators_are_run_and_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(operators, "FAMILIES", ["fully_connected", "pad"])
    assert main(["operators"]) == 0
    output = capsys.readouterr().out
    assert " recorded cases; the gradient of " in output
    assert "cases agree with MXNet, 0 do not." in output


def test_an_operator_that_differs_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(operators, "FAMILIES", ["fully_connected"])
    monkeypatch.setattr(find_op("FullyConnected"), "lower", lambda self, ctx, data, *_: (data * 0,))
    assert main(["operators"]) == 1
    assert "FullyConnected/" in capsys.readouterr().err
