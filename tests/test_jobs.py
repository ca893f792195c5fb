"""Jobs of several processes: what they train together is what one trains, and none of them waits in vain."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import symgraph as mx
from symgraph.errors import BindError, JobError, StateError
from symgraph.runtime.roll_call import call_roll
from symgraph.train.module.examples import Place, places
from tests.eight_devices import cpu_devices

ROOT = pathlib.Path(__file__).parent.parent
PROGRAM = ROOT / "tests" / "job_blocks.py"
OF_FOUR = [
    "training_is_that_of_one_process_on_the_whole_batch",
    "networks_are_divided_within_a_worker",
    "stores_of_a_job",
]
LIMIT = 300
"""Seconds, for a machine that has much else to do; a test that waits for so long has found a process that hangs."""


def launched(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`symgraph launch`, on CPUs."""
    return subprocess.run(
        [sys.executable, "-m", "symgraph", "launch", *args],
        cwd=ROOT,
        env=os.environ | {"JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def wrong(folder: pathlib.Path, workers: int, *blocks: str, **environment: str) -> dict[str, str]:
    """What goes wrong, by worker and block of the program."""
    done = launched("-n", str(workers), str(PROGRAM), str(folder), *blocks, **environment)
    assert done.returncode == 0, done.stderr
    found = [json.loads((folder / f"{workers}-{rank}.json").read_text()) for rank in range(workers)]
    assert all(found), "each has run something"
    return {f"worker {rank}, {b}": text for rank, of in enumerate(found) for b, text in of.items() if text is not None}


@pytest.mark.cpu
def test_in_two_processes(tmp_path):
    assert wrong(tmp_path, 2) == {}


@pytest.mark.cpu
def test_in_four_processes_with_two_devices_each(tmp_path):
    assert wrong(tmp_path, 4, *OF_FOUR, **cpu_devices(2)) == {}


def script(folder: pathlib.Path, content: str) -> str:
    path = folder / "train.py"
    path.write_text(textwrap.dedent(content))
    return str(path)


@pytest.mark.cpu
def test_a_worker_that_dies_ends_the_job(tmp_path):
    program = script(
        tmp_path,
        """
        import os
        import signal
        import sys

        import mxnet as mx
        import numpy as np

        net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2), name="softmax")
        store = mx.kv.create("dist_sync")
        sys.stdout.write(f"{sys.argv[1:]} {store.rank} {mx.__version__}\\n")

        def ends(epoch, *rest):
            if store.rank == 1 and epoch == 1:
                os.kill(os.getpid(), signal.SIGKILL)

        data = mx.io.NDArrayIter(np.zeros((4, 3)), np.zeros(4), 2)
        mx.mod.Module(net).fit(data, kvstore=store, num_epoch=10**6, epoch_end_callback=ends)
        """,
    )
    done = launched("-n", "2", program, "--lr", "0.1")
    assert done.returncode == 128 + 9, done.stderr
    assert sorted(line for line in done.stdout.splitlines() if "1.9.1" in line) == [
        "['--lr', '0.1'] 0 1.9.1",
        "['--lr', '0.1'] 1 1.9.1",
    ]
    assert "symgraph launch: worker 1 of 2 was ended by the signal SIGKILL; " in done.stderr
    assert "worker 0 of 2 waited for the others at " in done.stderr
    assert "and another worker has left the job, or cannot be reached any more" in done.stderr
    assert "goes on from its last checkpoint: see docs/scaling.md." in done.stderr
    assert "Traceback" not in done.stderr.partition("symgraph launch:")[2]


@pytest.mark.cpu
def test_a_worker_that_ends_early_ends_the_job(tmp_path):
    program = script(
        tmp_path,
        """
        import symgraph as mx

        if mx.job.rank() == 0:
            mx.kv.create("dist_sync").barrier()
        """,
    )
    done = launched("-n", "2", program)
    assert done.returncode == 1
    text = "the workers of this job are not at the same point. worker 0: a barrier; worker 1: the end of its program. "
    assert done.stderr.count(text) == 2, "both say so"


INTERRUPTED = """
import pathlib
import signal
import sys
import time
import symgraph as mx

folder, kind = sys.argv[1:]
rank = mx.job.rank()
try:
    if kind == "deaf":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.write(f"ready {rank}\\n")
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(1.5 * rank)  # JAX would end worker 1 if worker 0 did not stay for it, and a second interrupt would, too
    pathlib.Path(folder, f"saved-{rank}").touch()
    if kind == "raises":
        raise
"""


def started(*args: str) -> subprocess.Popen[str]:
    """Two workers of the launcher, as from a terminal, each of which has begun with the program."""
    process = subprocess.Popen(
        [sys.executable, *args],
        cwd=ROOT,
        env=os.environ | {"JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert sorted(process.stdout.readline() for _ in range(2)) == ["ready 0\n", "ready 1\n"]
    return process


TOLD = "symgraph launch: interrupted; workers have {} seconds to save and end, a second Ctrl-C kills them.\n"


@pytest.mark.cpu
@pytest.mark.parametrize("kind", ["raises", "ends"])
def test_workers_save_after_an_interrupt(kind, tmp_path):
    process = started("-m", "symgraph", "launch", "-n", "2", script(tmp_path, INTERRUPTED), str(tmp_path), kind)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert told.startswith(TOLD.format(7))
    assert {path.name for path in tmp_path.glob("saved-*")} == {"saved-0", "saved-1"}
    assert "JAX" not in told


@pytest.mark.cpu
def test_a_second_interrupt_kills_at_once(tmp_path):
    process = started("-m", "symgraph", "launch", "-n", "2", script(tmp_path, INTERRUPTED), str(tmp_path), "deaf")
    assert process.stderr is not None
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    assert process.stderr.readline() == TOLD.format(7)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert time.monotonic() - start < 7


@pytest.mark.cpu
def test_workers_that_do_not_end_are_killed(tmp_path):
    program = script(tmp_path, INTERRUPTED)
    code = (
        "import sys\n"
        "from symgraph.interop import launch\n"
        "launch._TO_SAVE = launch._TO_END = 0.5\n"
        f"sys.exit(launch.start_workers(2, {program!r}, [{str(tmp_path)!r}, 'deaf'], 60))"
    )
    process = started("-c", code)
    os.kill(process.pid, signal.SIGTERM)
    _, told = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert told.startswith(TOLD.format(0.5))
    assert "symgraph launch: killed, as they have not ended: worker 0, 1 of 2.\n" in told


@pytest.mark.cpu
def test_without_a_launcher(tmp_path):
    program = script(
        tmp_path,
        f"""
        import sys
        import symgraph as mx

        mx.job.join("127.0.0.1:{free_port()}", 2, int(sys.argv[1]))
        mx.job.barrier()
        if mx.job.rank() == 1:
            raise ValueError("no data")
        mx.job.barrier()
        """,
    )
    workers = [
        subprocess.Popen(
            [sys.executable, program, str(rank)],
            env=os.environ | {"JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    told = [worker.communicate(timeout=LIMIT)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [mx.job.LOST, 1]
    assert "worker 0 of 2 waited for the others at a barrier, and another worker has left the job" in told[0]
    assert "ValueError: no data\nsymgraph: worker 1 of 2 leaves the job, which ends with it.\n" in told[1]


@pytest.mark.cpu
def test_a_worker_that_never_arrives(tmp_path):
    """Of a job over several machines; in one second it is known which."""
    program = script(tmp_path, "import symgraph")
    address = f"127.0.0.1:{free_port()}"
    done = launched("-n", "3", "--coordinator", address, "--rank", "0", "--timeout", "1", program)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: workers 1, 2 of 3 did not arrive within 1 seconds. Look whether they were started, with this coordinator, and "
        "can reach it; --timeout (of symgraph launch) or timeout= (of mx.job.join) waits longer.\n"
    )


@pytest.mark.cpu
def test_a_worker_that_a_cluster_does_not_start(tmp_path):
    names = {
        "JOB_ID": "77",
        "STEP_NODELIST": "localhost",
        "NTASKS": "2",
        "PROCID": "0",
        "LOCALID": "0",
        "STEP_NUM_NODES": "1",
    }
    slurm = {f"SLURM_{name}": value for name, value in names.items()}
    done = launched("--timeout", "1", script(tmp_path, "import symgraph"), **slurm)
    assert done.returncode == 1
    assert done.stderr == (
        "symgraph: this process waited 1 seconds for the other processes of its job, and not all of them came. Their output, "
        "or the manager of the cluster, tells which were not started; timeout= (of mx.job.join) or --timeout (of symgraph "
        "launch) waits longer.\n"
    )
    done = launched(script(tmp_path, "import symgraph"))
    assert (done.returncode, done.stderr) == (
        1,
        "Error: join: the environment tells of no job (coordinator_address should be defined). Start the program with "
        "`symgraph launch -n 2 script.py`, or give coordinator, workers and rank.\n",
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def called(*workers: tuple[int, int], timeout: float = 30.0) -> list[str]:
    """What each of several workers, given by number and supposed size of the job, is told."""
    port, told = free_port(), [""] * len(workers)

    def call(i: int, rank: int, size: int) -> None:
        try:
            call_roll("127.0.0.1", port, size, rank, timeout)
        except JobError as error:
            told[i] = str(error)

    threads = [threading.Thread(target=call, args=(i, *worker)) for i, worker in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return told


def test_roll_call():
    assert called((0, 4), (1, 4), (2, 4), (3, 4)) == [""] * 4
    assert called((0, 1)) == [""]
    told = called((0, 3), (2, 3), timeout=1.0)
    assert set(told) == {
        "worker 1 of 3 did not arrive within 1 seconds. Look whether they were started, with this coordinator, and can reach "
        "it; --timeout (of symgraph launch) or timeout= (of mx.job.join) waits longer."
    }
    told = called((0, 3), (2, 3), (2, 3))
    assert set(told) == {"two workers have the rank 2; give each of the 3 another one, from 0 to 2."}
    told = called((0, 2), (1, 3))
    assert set(told) == {"worker 1 was started for a job of 3, worker 0 for one of 2; give all of them the same -n."}


def test_nobody_to_call_the_roll():
    (told,) = called((1, 2), timeout=0.5)
    assert told.startswith("worker 1 could not reach worker 0 at 127.0.0.1:")
    assert "within 0.5 seconds (Connection refused). Look whether worker 0 was started" in told
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(
            JobError, match=rf"cannot listen at localhost:{port}: .* --coordinator localhost:{port + 1}"
        ):
            call_roll("localhost", port, 2, 0, 0.5)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"coordinator": "a:1"},
            "give all of coordinator, workers and rank, or none of them, given 'a:1' of type str, None and None.",
        ),
        (
            {"coordinator": "a", "workers": 2, "rank": 0},
            "coordinator is host:port, as '10.0.0.1:9876', given 'a' of type str.",
        ),
        (
            {"coordinator": "a:1", "workers": 2, "rank": 2},
            "rank is from 0 to workers - 1, given rank=2 of type int and workers=2 of type int.",
        ),
    ],
)
def test_what_join_is_given(given, text):
    with pytest.raises(StateError) as info:
        mx.job.join(**given)
    assert str(info.value) == f"join: {text}"


def test_a_process_that_has_computed_cannot_join():
    mx.nd.ones((2,)).asnumpy()
    with pytest.raises(StateError, match=r"join: JAX has begun to compute before .*; call mx\.job\.join\(\) first"):
        mx.job.join(f"127.0.0.1:{free_port()}", 1, 0)


def test_where_examples_are_in_outputs():
    """Of a batch of 3 for each of 2 workers."""
    data = mx.sym.Variable("data")
    rows = mx.sym.Reshape(data, shape=(-1, 4), name="rows")
    time_first = mx.sym.Reshape(mx.sym.SwapAxis(data, dim1=0, dim2=1), shape=(-1, 4))
    between = mx.sym.Reshape(
        mx.sym.transpose(mx.sym.Reshape(data, shape=(0, 5, 2, 2)), axes=(1, 0, 2, 3)), shape=(-1, 2)
    )
    outputs = [
        data,
        rows,
        time_first,
        between,
        mx.sym.sum(rows, axis=1),
        mx.sym.mean(data),
        mx.sym.SwapAxis(data, dim1=0, dim2=2),
    ]
    found = places(mx.sym.Group(outputs), mx.cpu(), [mx.io.DataDesc("data", (3, 5, 4))], 2)
    assert found == [Place(0, 1), Place(0, 1), Place(0, 5), Place(0, 5), Place(0, 1), None, Place(2, 1)]
    flat = mx.sym.Flatten(data)
    for symbol in (mx.sym.dot(flat, flat, transpose_b=True, name="gram"), mx.sym.Reshape(data, shape=(-1, 5, 12))):
        with pytest.raises(BindError, match="it does not show which part of it belongs to which example"):
            places(symbol, mx.cpu(), [mx.io.DataDesc("data", (3, 5, 4))], 2)


def test_a_process_alone_is_a_job_of_one(monkeypatch):
    store, out = mx.kv.create("dist_device_sync"), mx.nd.zeros((2,))
    assert (store.rank, store.num_workers, mx.job.rank(), mx.job.size()) == (0, 1, 0, 1)
    store.init("w", mx.nd.ones((2,)))
    store.push("w", [mx.nd.ones((2,))] * 3)
    store.pull("w", out=out)
    store.barrier()
    mx.job.barrier()
    mx.job.leave()
    assert out.asnumpy().tolist() == [3, 3]
    for variable, manager in (
        ("SLURM_STEP_NUM_TASKS", "SLURM"),
        ("DMLC_NUM_WORKER", "a tracker for MXNet's parameter server"),
    ):
        monkeypatch.setenv(variable, "4")
        with pytest.raises(JobError) as info:
            mx.kv.create("dist_sync")
        assert str(info.value) == (
            f"KVStore 'dist_sync': this process seems to be one of 4 that {manager} has started ({variable}=4), but it has not "
            f"joined the others. Call mx.job.join() first in the program, or start it with symgraph launch."
        )
        monkeypatch.delenv(variable)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--rank", "0"], "a process of a job over several machines needs -n, --coordinator and --rank."),
        (
            ["-n", "2", "--coordinator", "a:1", "--rank", "2"],
            "Invalid value for --rank: 2 is no number of a worker in a job of 2, from 0.",
        ),
        (["-n", "0"], "Invalid value for '-n' / '--workers': 0 is not in the range x>=1."),
    ],
)
def test_what_launch_is_given(args, text):
    from click.testing import CliRunner

    from symgraph.cli import main

    done = CliRunner().invoke(main, ["launch", *args, str(PROGRAM)])
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: {text}")
