"""What exported networks cost: time of inference, difference from what the executor computes, and size of the files.

Each form is written to files and read back by what a user of that form would take, in this process. All run in turn.
"""

from __future__ import annotations

import gc
import importlib.util
import pathlib
import platform
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import numpy as np

import symgraph as mx
from benchmarks import timings
from benchmarks.measure import Effort, Outcome, Row
from benchmarks.memory import size
from benchmarks.problem import Problem
from benchmarks.report import ABSENT, Report, Table
from benchmarks.workload import NetworkWorkload
from symgraph.export.onnx import to_onnx
from symgraph.export.python_source.source import save_python
from symgraph.export.stablehlo import save_stablehlo, to_stablehlo

OURS = "symgraph"
Outputs = Callable[[], list[np.ndarray]]


class Network:
    """A network at inference, with its values.

    Attributes:
        inputs: arrays that each call is given, by name.
        params: all others.
    """

    def __init__(self, problem: Problem):
        self.symbol = mx.sym.load_json(problem.symbol)
        values = problem.values()
        self.inputs = {name: values[name] for name in problem.frozen if not name.endswith("label")}
        self.params = {name: mx.nd.array(value) for name, value in values.items() if name not in problem.frozen}
        self.shapes: dict[str, Any] = {name: value.shape for name, value in self.inputs.items()}


def bound(network: Network, folder: pathlib.Path) -> Outputs:
    """The executor."""
    executor = network.symbol.simple_bind(mx.cpu(), grad_req="null", **network.shapes)
    executor.copy_params_from(network.params, network.params, allow_extra_params=True)
    given: dict[str, Any] = {name: mx.nd.array(value) for name, value in network.inputs.items()}
    return lambda: [output.asnumpy() for output in executor.forward(**given)]


def onnx(network: Network, folder: pathlib.Path) -> Outputs:
    """An ONNX file in ONNX Runtime."""
    import onnxruntime

    file = folder / "net.onnx"
    file.write_bytes(to_onnx(network.symbol, network.params, network.shapes).SerializeToString())
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    read = {one.name for one in session.get_inputs()}
    given = {name: value for name, value in network.inputs.items() if name in read}
    return lambda: session.run(None, given)


def stablehlo(network: Network, folder: pathlib.Path) -> Outputs:
    """A StableHLO file, compiled by JAX."""
    file = folder / "net.stablehlo"
    save_stablehlo(file, to_stablehlo(network.symbol, network.params, network.shapes))
    call = jax.jit(jax.export.deserialize(bytearray(file.read_bytes())).call)
    given = {name: jax.numpy.asarray(value) for name, value in network.inputs.items()}
    return lambda: [np.asarray(output) for output in call(**given)]


def python(network: Network, folder: pathlib.Path) -> Outputs:
    """A Python module, under `jax.jit`."""
    file = folder / "net.py"
    save_python(file, network.symbol, network.params, network.shapes)
    spec = importlib.util.spec_from_file_location("net", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    params = module.load(file.with_name(f"{file.stem}-params.npz"))
    compute = jax.jit(module.network)
    given = {name: jax.numpy.asarray(value) for name, value in network.inputs.items()}
    return lambda: [np.asarray(output) for output in jax.tree.leaves(compute(params, **given))]


FORMS: Mapping[str, Callable[[Network, pathlib.Path], Outputs]] = {
    OURS: bound,
    "onnx": onnx,
    "stablehlo": stablehlo,
    "python": python,
}


@dataclass
class Exported:
    """One network in all forms.

    Attributes:
        row: samples by form.
        differences: the largest difference of an output from the executor's, relative to the largest output.
        bytes: of the files.
    """

    row: Row
    differences: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)


def measure_export(
    workloads: Mapping[str, NetworkWorkload], effort: Effort, progress: Callable[[str], None]
) -> list[Exported]:
    """Every network in every form."""
    found = []
    for name, workload in workloads.items():
        progress(name)
        (problem,) = workload.problems()
        found.append(_measured(name, Network(problem.comparable()), effort))  # a softmax may hide differences
    return found


def _measured(name: str, network: Network, effort: Effort) -> Exported:
    one, forms, expected = Exported(Row(name)), {}, None
    for form, make in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                begin = time.perf_counter()
                compute = make(network, pathlib.Path(folder))
                outputs = compute()
            except Exception as error:  # the report says what went wrong with a form
                one.row.failures[form] = f"{form}: {type(error).__name__}: {error}"
                continue
            one.row.first[form] = time.perf_counter() - begin
            one.bytes[form] = sum(file.stat().st_size for file in pathlib.Path(folder).glob("net*"))
        expected = outputs if expected is None else expected
        one.differences[form] = max(map(_difference, outputs, expected))
        forms[form], one.row.samples[form] = compute, []
    calls = max(1, round(effort.seconds / max(_seconds(compute, 1) for compute in forms.values())))
    for _ in range(effort.rounds):
        for form, compute in forms.items():
            gc.collect()
            _seconds(compute, calls // 4)
            one.row.samples[form].append(_seconds(compute, calls) / calls)
    return one


def _difference(mine: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(mine - theirs).max() / np.abs(theirs).max())


def _seconds(compute: Outputs, calls: int) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        compute()
    return time.perf_counter() - begin


def report(found: list[Exported], workloads: Mapping[str, NetworkWorkload], effort: Effort) -> Report:
    """The report of the suite."""
    facts = {"python": platform.python_version(), "numpy": np.__version__}
    versions = {
        OURS: mx.__version__,
        "onnx": f"onnxruntime {_version('onnxruntime')}",
        "stablehlo": f"jax {jax.__version__}",
        "python": f"jax {jax.__version__}",
    }
    libraries = {form: {**facts, "version": version} for form, version in versions.items()}
    times = timings.report("export", Outcome([one.row for one in found], [], libraries), workloads, effort)
    others = [form for form in FORMS if form != OURS]
    header = ["network", *(f"difference, {form}" for form in others), *(f"size, {form}" for form in others)]
    rows = [
        [
            workloads[one.row.workload].title,
            *(f"{one.differences[form]:.1e}" if form in one.differences else ABSENT for form in others),
            *(size(one.bytes.get(form)) for form in others),
        ]
        for one in found
    ]
    table = Table(
        header, rows, "Largest difference from the executor's outputs, relative to the largest output; size of files"
    )
    remarks = [
        *times.remarks,
        "A call takes what enters the last softmax, as NumPy arrays, in all forms. The first call includes export, reading "
        "and compiling.",
    ]
    data = {**times.data, "differences": {one.row.workload: one.differences for one in found}}
    data["bytes"] = {one.row.workload: one.bytes for one in found}
    return replace(times, tables=[*times.tables, table], remarks=remarks, data=data)


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
