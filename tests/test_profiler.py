"""`mx.profiler`: what it measures, what it writes, what it refuses; and names of nodes in what XLA compiles."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import pytest

import symgraph as mx
from symgraph.profiler.session import SESSION
from symgraph.runtime import timing

profiler = mx.profiler


@pytest.fixture(autouse=True)
def clean(tmp_path: Path) -> Iterator[Path]:
    """A profiler that writes into a folder of its own, and is as new before and after."""
    file = tmp_path / "profile.json"
    profiler.set_config(filename=str(file))
    profiler.dumps(reset=True)
    yield file
    profiler.set_config(filename=str(file))
    profiler.dump()
    profiler.dumps(reset=True)


def statistics(**options: Any) -> dict[str, dict[str, dict[str, float]]]:
    found = json.loads(profiler.dumps(format="json", **options))
    return {**found["Time"], **found["Memory"]}


def classifier() -> mx.Executor:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(net, name="softmax").simple_bind(mx.current_context(), data=(4, 5))


def timeline(file: Path) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(file.read_text())["traceEvents"]
    return events


# -- what is measured -------------------------------------------------------------------------------------------------


def test_programs_by_what_they_compute() -> None:
    executor = classifier()
    profiler.set_state("run")
    for _ in range(3):
        executor.forward(is_train=True)
        executor.backward()
    executor.forward(is_train=True)[0].asnumpy()
    executor.backward()
    executor.forward()[0].asnumpy()
    profiler.set_state("stop")
    counts = {name: entry["Count"] for name, entry in statistics()["operator"].items() if "softmax" in name}
    assert counts == {"forward, backward softmax": 3, "forward softmax": 2, "backward softmax": 1}


def test_a_step_of_a_module(clean: Path) -> None:
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")
    module = mx.mod.Module(net)
    module.bind([("data", (4, 5))], [("softmax_label", (4,))])
    module.init_params()
    module.init_optimizer()
    batch = mx.io.DataBatch([mx.nd.ones((4, 5))], [mx.nd.zeros((4,))])
    profiler.set_config(filename=str(clean), profile_symbolic=True)
    profiler.set_state("run")
    for looks_between in (False, True):
        module.forward_backward(batch)
        if looks_between:
            module.get_outputs()[0].asnumpy()
        module.update()
        mx.nd.waitall()
    profiler.set_state("stop")
    names = set(statistics()["operator"])
    assert names == {"training step softmax", "forward, backward softmax", "update softmax"}


def test_operators_on_arrays() -> None:
    a = mx.nd.ones((3, 4))
    profiler.set_state("run")
    mx.nd.exp(a)
    mx.nd.exp(a)
    (a * 2).asnumpy()
    profiler.set_state("stop")
    found = statistics()["operator"]
    assert found["exp"]["Count"] == 2
    entry = found["exp"]
    assert 0 < entry["Min"] <= entry["Avg"] <= entry["Max"] <= entry["Total"]
    mx.nd.exp(a)
    assert statistics()["operator"]["exp"]["Count"] == 2, "what happens after the stop is not measured"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"profile_symbolic": True}, {"forward softmax"}),
        ({"profile_imperative": "1"}, {"exp"}),
        ({"profile_all": True}, {"forward softmax", "exp", "memory"}),
        ({}, {"forward softmax", "exp", "memory"}),
        ({"profile_symbolic": True, "profile_memory": "True"}, {"forward softmax", "memory"}),
    ],
)
def test_kinds(clean: Path, options: dict[str, Any], expected: set[str]) -> None:
    executor = classifier()
    profiler.set_config(filename=str(clean), **options)
    profiler.set_state("run")
    executor.forward()[0].asnumpy()
    mx.nd.exp(mx.nd.ones((2,))).asnumpy()
    profiler.set_state("stop")
    found = statistics()
    names = {name for name in found.get("operator", {}) if name in ("forward softmax", "exp")}
    assert names | ({"memory"} if "Device Storage" in found else set()) == expected


def test_memory_in_use() -> None:
    held = mx.nd.ones((256, 1024))
    held.wait_to_read()
    profiler.set_state("run")
    mx.nd.exp(held).wait_to_read()
    profiler.set_state("stop")
    ((name, entry),) = statistics()["Device Storage"].items()
    assert name == f"Memory: {mx.current_context().jax_device.platform}/0"
    assert entry["Min"] >= 2 * 1024
    assert "Total" not in entry


def test_python_code_of_the_user_is_part_of_a_program() -> None:
    @mx.operator.register("test_profiler_double")
    class Double(mx.operator.CustomOpProp):
        def create_operator(self, *_: Any) -> mx.operator.CustomOp:
            class Operator(mx.operator.CustomOp):
                def forward(self, is_train, req, in_data, out_data, aux):  # type: ignore[no-untyped-def]
                    self.assign(out_data[0], req[0], in_data[0] * 2)

            return Operator()

    symbol = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_profiler_double", name="twice")
    executor = symbol.bind(mx.current_context(), {"x": mx.nd.ones((2,))})
    profiler.set_state("run")
    assert executor.forward()[0].asnumpy().tolist() == [2, 2]
    profiler.set_state("stop")
    assert statistics()["operator"]["forward twice"]["Count"] == 1


def test_errors_pass_through() -> None:
    profiler.set_state("run")
    with pytest.raises(mx.MXNetError, match="dot"):
        mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))
    profiler.set_state("stop")


def test_nothing_is_in_the_way_of_a_program_otherwise() -> None:
    assert timing.programs is timing.operators is None
    profiler.set_state("run")
    assert timing.programs is not None
    profiler.pause()
    assert timing.programs is timing.operators is None


# -- states -----------------------------------------------------------------------------------------------------------


def test_a_pause_leaves_out_what_happens_in_it() -> None:
    a = mx.nd.ones((2,))
    profiler.set_state("run")
    mx.nd.exp(a)
    profiler.pause()
    profiler.pause()
    mx.nd.exp(a)
    profiler.resume()
    mx.nd.exp(a)
    profiler.set_state("stop")
    profiler.resume()
    mx.nd.exp(a)
    assert statistics()["operator"]["exp"]["Count"] == 2


def test_other_settings_while_it_runs(clean: Path) -> None:
    profiler.set_state("run")
    profiler.set_config(filename=str(clean), profile_symbolic=True)
    mx.nd.exp(mx.nd.ones((2,)))
    profiler.set_state("stop")
    assert "exp" not in statistics().get("operator", {})


def test_a_reset_forgets() -> None:
    profiler.set_state("run")
    mx.nd.exp(mx.nd.ones((2,)))
    profiler.set_state("stop")
    assert "exp" in profiler.dumps(reset=True)
    empty = "\nProfile Statistics:\n\tNote the difference in units for different entries.\n"
    assert profiler.dumps() == empty


# -- a user's own marks -----------------------------------------------------------------------------------------------


def test_marks(clean: Path) -> None:
    domain = profiler.Domain("loading")
    task, frame, event = domain.new_task("decode"), domain.new_frame("step"), profiler.Event("epoch")
    assert [str(mark) for mark in (domain, task, frame, event)] == ["loading", "decode", "step", "epoch"]
    task.start()
    task.stop()  # nothing runs yet
    profiler.set_state("run")
    task.stop()  # was not started
    for mark in (task, frame, event, task):
        mark.start()
        mark.stop()
    images = domain.new_counter("images", 5)
    images += 3
    images -= 1
    images.increment()
    images.decrement(2)
    images.set_value(2.7)
    domain.new_marker("here").mark()
    profiler.set_state("stop")
    found = statistics()
    assert found["loading"]["decode"]["Count"] == 2
    assert found["loading,frame"]["step"]["Count"] == found["event"]["epoch"]["Count"] == 1
    images_found = found["loading"]["images"]
    assert (images_found["Count"], images_found["Min"], images_found["Max"]) == (6, 2, 8)
    profiler.dump()
    events = timeline(clean)
    assert [e["args"]["images"] for e in events if e.get("ph") == "C"] == [5, 8, 7, 8, 6, 2]
    assert {"decode", "step", "epoch"} <= {e["name"] for e in events if e.get("ph") == "X"}
    (here,) = [e for e in events if e.get("ph") == "i"]
    assert (here["name"], here["cat"], here["s"]) == ("here", "loading", "p")


# -- what is written --------------------------------------------------------------------------------------------------


def test_a_timeline_of_all_stretches(clean: Path) -> None:
    a = mx.nd.ones((2,))
    profiler.set_state("run")
    mx.nd.exp(a)
    profiler.dump(finished=False)
    assert "exp" in {event["name"] for event in timeline(clean)}
    mx.nd.log(a)
    profiler.pause()
    mx.nd.sin(a)
    profiler.resume()
    mx.nd.cos(a)
    profiler.dump()
    begins = {event["name"]: event["ts"] for event in timeline(clean) if event.get("ph") == "X"}
    assert begins["exp"] < begins["log"] < begins["cos"]
    assert "sin" not in begins
    profiler.dump()
    assert "exp" not in {event["name"] for event in timeline(clean)}, "a finished timeline begins anew"


def test_a_file_whenever_it_stops(clean: Path) -> None:
    profiler.set_config(filename=str(clean), continuous_dump=True)
    profiler.set_state("run")
    mx.nd.exp(mx.nd.ones((2,)))
    profiler.set_state("stop")
    assert "exp" in {event["name"] for event in timeline(clean)}


def test_a_program_that_ends_leaves_its_file(clean: Path) -> None:
    program = (
        "import symgraph as mx\n"
        f"mx.profiler.set_config(filename={str(clean)!r})\n"
        "mx.profiler.set_state('run')\n"
        "mx.nd.exp(mx.nd.ones((2,)))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert "exp" in {event["name"] for event in timeline(clean)}


ROWS = """
Profile Statistics:
	Note the difference in units for different entries.
Device Storage
=================
Name                          Total Count    Min Use  (kB)    Max Use  (kB)    Avg Use  (kB)
----                          -----------    -------------    -------------    -------------
Memory: cpu/0                           2           1.0000           3.0000           2.0000

operator
=================
Name                          Total Count        Time (ms)    Min Time (ms)    Max Time (ms)    Avg Time (ms)
----                          -----------        ---------    -------------    -------------    -------------
{}
{}

"""
"""What MXNet's table of such entries looks like."""

ONE = (
    "a_name_longer_than_its_column               1           4.0000           4.0000           4.0000           4.0000"
)
TWO = "exp                                     3           3.0000           0.5000           1.5000           1.0000"


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({}, (ONE, TWO)),
        ({"sort_by": "count"}, (TWO, ONE)),
        ({"sort_by": "count", "ascending": True}, (ONE, TWO)),
        ({"sort_by": "avg", "ascending": True}, (TWO, ONE)),
        ({"sort_by": "min"}, (ONE, TWO)),
        ({"sort_by": "max", "ascending": True}, (TWO, ONE)),
    ],
)
def test_table(options: dict[str, Any], rows: tuple[str, str]) -> None:
    for value in (0.5, 1.5, 1.0):
        SESSION.statistics.add("operator", "exp", value)
    SESSION.statistics.add("operator", "a_name_longer_than_its_column", 4.0)
    for size in (1.0, 3.0):
        SESSION.statistics.add("Device Storage", "Memory: cpu/0", size)
    assert profiler.dumps(**options) == ROWS.format(*rows)
    found = json.loads(profiler.dumps(format="json", **options))
    assert found["Unit"] == {"Time": "ms", "Memory": "kB"}
    assert found["Memory"] == {"Device Storage": {"Memory: cpu/0": {"Count": 2, "Min": 1.0, "Max": 3.0, "Avg": 2.0}}}
    assert list(found["Time"]["operator"]) == [row.split()[0] for row in rows]


# -- names ------------------------------------------------------------------------------------------------------------

SIGNATURES = {
    "dump": "(finished=True, profile_process='worker')",
    "dump_profile": "()",
    "dumps": "(reset=False, format='table', sort_by='total', ascending=False)",
    "pause": "(profile_process='worker')",
    "profiler_set_config": "(mode='symbolic', filename='profile.json')",
    "profiler_set_state": "(state='stop')",
    "resume": "(profile_process='worker')",
    "set_config": "(**kwargs)",
    "set_kvstore_handle": "(handle)",
    "set_state": "(state='stop', profile_process='worker')",
    "Counter": "(domain, name, value=None)",
    "Domain": "(name)",
    "Event": "(name)",
    "Frame": "(domain, name)",
    "Marker": "(domain, name)",
    "Task": "(domain, name)",
}
"""Of MXNet 1.9.1."""


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_mxnets(name: str) -> None:
    signature = inspect.signature(getattr(profiler, name))
    parameters = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    assert str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)) == SIGNATURES[name]


def test_old_names_warn(clean: Path) -> None:
    with pytest.warns(UserWarning, match=r"profiler\.profiler_set_config is deprecated; use profiler\.set_config\."):
        profiler.profiler_set_config("all", str(clean))
    with pytest.warns(UserWarning, match="use profiler.set_state"):
        profiler.profiler_set_state("run")
    with pytest.warns(UserWarning, match="use profiler.dump"):
        profiler.dump_profile()
    assert clean.exists()
    profiler.set_kvstore_handle(None)


DOMAIN = profiler.Domain("d")

MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "keyword": (
        lambda: profiler.set_config(file_name="x"),
        profiler.ProfilerError,
        "set_config has no 'file_name'. Did you mean 'filename'? It takes filename, profile_all, ",
    ),
    "kind": (
        lambda: profiler.set_config(profile_all="maybe"),
        profiler.ProfilerError,
        "set_config: profile_all must be a bool, given 'maybe' of type str.",
    ),
    "no name": (lambda: profiler.set_config(filename=""), mx.MXNetError, "set_config: the file name is empty"),
    "state": (
        lambda: profiler.set_state("go"),
        ValueError,
        "set_state: state must be one of stop, run, given 'go' of type str.",
    ),
    "state of another type": (
        lambda: profiler.set_state([]),
        profiler.ProfilerError,
        "must be one of stop, run, given []",
    ),
    "server": (
        lambda: profiler.set_state("run", "server"),
        profiler.ProfilerError,
        "set_state: profile_process must be 'worker', as there are no servers to be profiled, given 'server' of type str.",
    ),
    "format": (
        lambda: profiler.dumps(format="xml"),
        profiler.ProfilerError,
        "dumps: format must be one of table, json, given 'xml' of type str.",
    ),
    "order": (
        lambda: profiler.dumps(sort_by="name"),
        profiler.ProfilerError,
        "dumps: sort_by must be one of total, avg, min, max, count, given 'name' of type str.",
    ),
    "reset": (
        lambda: profiler.dumps(reset=3),
        profiler.ProfilerError,
        "dumps: reset must be one of False, True, given 3",
    ),
    "domain": (lambda: profiler.Task("d", "t"), TypeError, "domain must be a profiler.Domain, given 'd' of type str."),
    "name": (lambda: profiler.Event(3), TypeError, "a name for the profiler must be a string, given 3 of type int."),
    "count": (
        lambda: DOMAIN.new_counter("c", "many"),
        TypeError,
        "a counter counts in whole numbers, given 'many' of type str.",
    ),
    "scope": (
        lambda: DOMAIN.new_marker("m").mark("here"),
        profiler.ProfilerError,
        "mark: scope must be one of global, process, thread, task, marker, given 'here' of type str.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    action, kind, text = MISTAKES[name]
    with pytest.raises(kind) as caught:
        action()
    assert text in str(caught.value)


def test_no_folder_to_write_to(tmp_path: Path) -> None:
    file = tmp_path / "none" / "profile.json"
    profiler.set_config(filename=str(file))
    with pytest.raises(profiler.ProfilerError) as caught:
        profiler.set_state("run")
    assert str(caught.value) == (
        f"the profiler cannot start: there is no folder '{file.parent}' for '{file}'; make it, or name another file in "
        f"set_config."
    )
    assert timing.programs is None
    with pytest.raises(mx.MXNetError, match=r"profiler\.dump: there is no folder"):
        profiler.dump()


def test_a_trace_of_somebody_else(tmp_path: Path) -> None:
    with jax.profiler.trace(str(tmp_path)):
        with pytest.raises(
            profiler.ProfilerError, match="the profiler cannot start, as JAX's says: .* End what was started"
        ):
            profiler.set_state("run")
        assert timing.programs is None
    profiler.set_state("run")
    jax.profiler.stop_trace()
    with pytest.raises(profiler.ProfilerError, match="the profiler's trace is lost, as JAX's says: No profile started"):
        profiler.set_state("stop")
    assert timing.programs is None
    profiler.set_state("stop")


# -- names of nodes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_train", [False, True])
def test_compiled_programs_name_the_nodes(is_train: bool) -> None:
    x = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="first_conv")
    x = mx.sym.Activation(x, act_type="tanh", name="bend")
    net = mx.sym.FullyConnected(x, num_hidden=3, name="last_fc")
    text = net.simple_bind(mx.current_context(), data=(2, 3, 8, 8)).as_text(is_train)
    assert all(f"/{name}/" in text for name in ("first_conv", "bend", "last_fc"))
    function = net.to_jax(is_train=is_train)
    parameters, _ = function.init(0, {"data": (2, 3, 8, 8)})
    given = {**parameters, "data": jax.numpy.ones((2, 3, 8, 8))}
    whole = jax.jit(jax.grad(lambda args: function(args)[0][0].sum()) if is_train else function)
    embedded = whole.lower(given).compile().as_text()
    assert all(name in embedded for name in ("first_conv", "bend", "last_fc"))


def test_traces_name_the_nodes(clean: Path) -> None:
    """In the file for XProf, beside the timeline: on it are the names that XLA gives to what it has made of the nodes."""
    executor = classifier()
    profiler.set_state("run")
    executor.forward(is_train=True)
    executor.backward()
    mx.nd.waitall()
    profiler.set_state("stop")
    (file,) = clean.parent.glob("plugins/profile/*/*.xplane.pb")
    assert b"/fc/" in file.read_bytes()
