"""The command line of the benchmarks, memory, growth, starts and plots; with networks so small that nothing takes time."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from benchmarks import cli, growth, memory, plot, starts, timings
from benchmarks.check import fingerprint
from benchmarks.cli import main
from benchmarks.high_water import high_water, reset_high_water
from benchmarks.measure import Effort, Outcome, Row, measure
from benchmarks.memory import Usage
from benchmarks.peers import Peer, PeerError, Process, mxnet, mxnet_default, ourselves
from benchmarks.suites import ops, rnn, start
from benchmarks.workload import NetworkWorkload

LEAST = Effort(rounds=2, seconds=1e-4, cold=1)
FACTS = {"version": "1", "python": "3", "numpy": "2"}
TINY = {"fused": NetworkWorkload("a tiny LSTM", lambda: rnn.fused(mx, True, 2, 2, 3), "tiny")}


def quiet(what: str) -> None:
    """No progress."""


def plain_jax() -> Peer:
    return Peer("jax", sys.executable, ourselves().environment)


def test_networks_are_measured_in_turn_and_compared() -> None:
    outcome = measure([ourselves(), plain_jax()], TINY, (), LEAST, quiet)
    (row,) = outcome.rows
    assert row.failures == row.lacks == {}
    assert {name: len(samples) for name, samples in row.samples.items()} == {"symgraph": 2, "jax": 2}


def test_a_library_that_computes_something_else_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"symgraph": 1.0, "jax": 2.0}
    asked = Process.ask

    def ask(process: Process, do: str, **request: Any) -> Any:
        if do == "check":
            return fingerprint({"output 0": np.full(3, answers[process.peer.name], np.float32)})
        return asked(process, do, **request)

    monkeypatch.setattr(Process, "ask", ask)
    (row,) = measure([ourselves(), plain_jax()], TINY, (), LEAST, quiet).rows
    assert row.failures["jax"].startswith("jax does not compute the same: its output differs from ours by ")
    assert "jax" not in row.samples


def test_a_library_without_an_operator_has_no_result() -> None:
    workloads = {"roi": ops.workloads(mx)["roi-pooling/forward"]}
    row = Row("roi", {"symgraph": 1.0}, {"symgraph": [1e-6]}, lacks={"jax": "ROIPooling"})
    found = timings.report("ops", Outcome([row], [], {"symgraph": FACTS, "jax": FACTS}), workloads, LEAST)
    assert not found.failed
    assert found.tables[0].rows[0][2:5] == ["-", "-", "-"]
    assert any(remark.endswith("forward: jax has no ROIPooling.") for remark in found.remarks)


def test_a_lacking_operator_is_told_by_the_worker() -> None:
    workload = ops.Row(
        "ROIPooling", {"pooled_size": (2, 2), "spatial_scale": 1.0}, {"data": (1, 1, 4, 4), "rois": (1, 5)}
    )
    problems = workload.problems(mx, "forward")
    with Process(plain_jax()) as process, pytest.raises(PeerError, match="^ROIPooling"):
        process.ask("start", workload="roi", problems=[problem.to_json() for problem in problems])


def test_memory_is_that_of_new_processes() -> None:
    peers = [ourselves(), plain_jax(), Peer("mxnet", "/no/such/python")]
    (usage,) = memory.measure_memory(peers, TINY, quiet)
    for name in ("symgraph", "jax"):
        assert 2**24 < usage.imported[name] < usage.start[name]
        assert usage.calls[name] <= usage.start[name]
    assert usage.plan["total"] > 0
    assert "cannot start" in usage.failures["mxnet"]


def test_the_table_of_memory() -> None:
    usage = Usage("fused", {"symgraph": 200, "mxnet": 100}, {"symgraph": 9 * 10**8, "mxnet": 10**9})
    usage.calls, usage.plan = {"symgraph": 3 * 10**8, "mxnet": 6 * 10**8}, {"total": 12_300_000}
    table = memory.table([usage], TINY, ["symgraph", "mxnet"])
    assert table.rows == [["a tiny LSTM", "12.3 MB", "300 MB", "600 MB", "0.50", "900 MB", "1 GB"]]
    assert memory.remarks([usage], TINY) == ["The import alone takes 0.0002 MB in symgraph, 0.0001 MB in mxnet."]
    assert memory.size(None) == "-"


def test_high_water_can_be_reset() -> None:
    held = bytearray(2**27)
    before = high_water()
    del held
    reset_high_water()
    assert high_water() <= before


@pytest.mark.parametrize(("power", "sizes"), [(1, (1, 2, 4)), (2.5, (3, 10, 50)), (0, (1, 7)), (-1, (2, 3, 9))])
def test_exponents(power: float, sizes: tuple[int, ...]) -> None:
    assert growth.exponent([(n, 5 * n**power) for n in sizes]) == pytest.approx(power)


def test_one_size_has_no_exponent() -> None:
    assert growth.exponent([(4, 1.0), (4, 2.0)]) is None
    assert growth.exponent([]) is None


def test_growth_of_what_was_measured() -> None:
    rows = [Row(f"depth/{n}", {"symgraph": 1.0 * n}, {"symgraph": [0.1 * n**2]}) for n in (2, 4)]
    usages = [Usage(f"depth/{n}", {"symgraph": 7}, {}, {"symgraph": 7 + n}, {"total": 5 * n}) for n in (2, 4)]
    found = growth.series(Outcome(rows, [], {"symgraph": FACTS}), usages, {"depth/2": 2, "depth/4": 4})
    table = growth.table({"depth": found}, ["symgraph", "mxnet"])
    assert table.rows == [
        ["time of a call against depth", "2.00", "-"],
        ["time of the first call against depth", "1.00", "-"],
        ["planned memory against depth", "1.00", "-"],
        ["memory above the import against depth", "1.00", "-"],
    ]


def test_starts_in_new_processes_with_and_without_a_cache() -> None:
    workloads = start.workloads(mx, ("mlp",), (2, 3))
    found, facts = starts.measure_starts([ourselves()], workloads, LEAST, quiet)
    assert [one.label for one in found] == ["symgraph", "symgraph, cache filled"]
    for one in found:
        ((first, second),) = one.stages
        assert set(first) == set(second) == set(starts.STAGES)
        assert second["build"] == 0
    report = starts.report(found, facts, workloads, LEAST)
    assert not report.failed
    assert [row[0] for row in report.tables[0].rows] == [f"mlp, batch 2 then 3, {one.label}" for one in found]


def test_a_start_that_fails_is_reported() -> None:
    workloads = start.workloads(mx, ("mlp",), (2,))
    found, facts = starts.measure_starts([Peer("mxnet", "/no/such/python")], workloads, LEAST, quiet)
    report = starts.report(found, facts, workloads, LEAST)
    assert report.failed
    assert "mxnet, mlp: FAILED: mxnet: cannot start /no/such/python" in report.remarks[0]
    assert report.tables[0].rows[0][1:] == ["-"] * 8


def test_mxnet_may_use_all_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert int(mxnet("python").environment["OMP_NUM_THREADS"]) >= 1
    assert "OMP_NUM_THREADS" not in mxnet_default("python").environment
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert mxnet("python").environment["OMP_NUM_THREADS"] == "7"


def test_several_suites_by_one_command() -> None:
    asked = cli._parser().parse_args(["all", "--suites", "small,rnn", "--against", "mxnet,jax", "--json", "a.json"])
    first, second = cli._expanded(cli._parser(), asked)
    assert (first.against, second.against) == (["mxnet"], ["mxnet", "jax"])
    assert (first.json, second.json) == (pathlib.Path("a-small.json"), pathlib.Path("a-rnn.json"))
    assert (second.length, second.only, second.memory) == (rnn.LENGTH, None, True)


def test_all_refuses_before_it_measures(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "results.md"
    document.write_text("<!-- small: begin -->\n<!-- small: end -->\n")
    with pytest.raises(SystemExit):
        main(["all", "--suites", "small,nets", "--markdown", str(document)])
    assert "needs a line '<!-- nets: begin -->'" in capsys.readouterr().err


def test_a_suite_of_networks_from_the_command_line(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "results.md"
    document.write_text("<!-- rnn: begin -->\n<!-- rnn: end -->\n")
    options = ["--length", "2", "--batch", "2", "--hidden", "3", "--only", "fused/infer", "--quick", "--memory"]
    files = ["--json", str(tmp_path / "results.json"), "--markdown", str(document)]
    assert main(["rnn", *options, *files]) == 0
    assert "Peak memory, of 3 calls" in capsys.readouterr().out
    assert "| LSTM, one operator, infer |" in document.read_text()
    assert json.loads((tmp_path / "results.json").read_text())["memory"][0]["plan"]["total"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nets", "--networks", "resnet-51"], "argument --networks: there is no 'resnet-51'; choose from mlp, lenet"),
        (["nets", "--batch", "0"], "--batch: expected positive whole numbers by comma, as in 1,16; given '0'"),
        (["nets", "--batch", "two"], "given 'two'"),
        (["ops", "--modes", "sideways"], "there is no 'sideways'; choose from forward, backward"),
        (["scaling", "--axes", "height"], "choose from depth, width, batch, length"),
        (["small", "--against", "torch"], "there is no 'torch'; choose from mxnet"),
        (["nets", "--against", "torch"], "--against torch needs --torch-python"),
        (["nets", "--against", "mxnet-default"], "--against mxnet-default needs --mxnet-python"),
        (["nets", "--plot", "picture.bmp"], "the name must end in one of .svg, .png, .pdf"),
        (["everything"], "invalid choice: 'everything'"),
    ],
)
def test_mistakes_on_the_command_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_plot_without_matplotlib_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        main(["small", "--plot", "picture.svg"])
    assert "which is not installed: pip install matplotlib" in capsys.readouterr().err


def test_plots(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("matplotlib")
    bars = plot.Bars("ratio", ["a", "b"], {"ours / theirs": [0.5, None]}, reference=1.0)
    curves = plot.Curves("time", "depth", {"symgraph": [(1, 0.1), (2, 0.2)]})
    plot.draw([bars, curves], tmp_path / "both.svg")
    assert "<svg" in (tmp_path / "both.svg").read_text()
