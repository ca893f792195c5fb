"""Writing that is cut short: by a kill, a full disk, a limit. The old file or the new one is there as a whole."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import FileError
from symgraph.runtime import atomic

SAVE_FOR_EVER = """
import sys
import symgraph as mx
net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=600, name="fc")
module = mx.mod.Module(net, label_names=None)
module.bind([("data", (1, 500))])
module.init_params()
module.init_optimizer(optimizer="sgd", optimizer_params={"momentum": 0.9})
number = 0
while True:
    number += 1
    values = {"fc_weight": mx.nd.full((600, 500), number), "fc_bias": mx.nd.full((600,), number)}
    module.set_params(values, {})
    module.save_checkpoint(sys.argv[1], 1, save_optimizer_states=True)
    if number == 2:
        print("going", flush=True)
"""


def start(prefix):
    """A process that saves a checkpoint again and again, which has been written twice by now."""
    process = subprocess.Popen([sys.executable, "-c", SAVE_FOR_EVER, prefix], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "going\n"
    return process


def test_a_killed_process_leaves_whole_files(tmp_path):
    prefix, rng = str(tmp_path / "net"), np.random.RandomState(0)
    for _ in range(4):
        process = start(prefix)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        module = mx.mod.Module.load(prefix, 1, load_optimizer_states=True, label_names=None)
        module.bind([("data", (1, 500))])
        module.init_optimizer(optimizer="sgd", optimizer_params={"momentum": 0.9})
        args, _ = module.get_params()
        (number,) = np.unique(np.concatenate([array.asnumpy().reshape(-1) for array in args.values()]))
        assert number >= 1
    names = {"net-symbol.json", "net-0001.params", "net-0001.states"}
    left = set(os.listdir(tmp_path)) - names
    # There is but a moment between naming and renaming.
    assert len(left) <= 1
    assert all(name.endswith(".part") for name in left)


def whole_file(tmp_path):
    """A file that is there before, and stays."""
    file = tmp_path / "net-0001.params"
    mx.nd.save(file, {"arg:w": mx.nd.ones((3,))})
    return file


@pytest.mark.parametrize("is_nameless", [True, False])
def test_a_limit_on_sizes_leaves_the_old_file(is_nameless, tmp_path):
    file = whole_file(tmp_path)
    code = (
        "import resource, sys\n"
        "import symgraph as mx\n"
        "from symgraph.runtime import atomic\n"
        f"atomic._OPEN_FILES = {atomic._OPEN_FILES if is_nameless else '/nowhere'!r}\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    mx.nd.save(sys.argv[1], {'arg:w': mx.nd.zeros((1000,))})\n"
        "except OSError as error:\n"
        "    print(error.errno, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert done.stdout == f"{errno.EFBIG} save: cannot write '{file}': File too large.\n", done.stderr
    assert mx.nd.load(file)["arg:w"].asnumpy().tolist() == [1, 1, 1]
    assert os.listdir(tmp_path) == [file.name]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_full_disk_is_named():
    with pytest.raises(FileError) as caught:
        mx.nd.save("/dev/full", [mx.nd.zeros((1000,))])
    assert str(caught.value) == "save: cannot write '/dev/full': No space left on device."
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize("is_nameless", [True, False])
def test_nothing_is_left_beside(is_nameless, tmp_path, monkeypatch):
    if not is_nameless:
        monkeypatch.setattr(atomic, "_OPEN_FILES", "/nowhere")
    file = whole_file(tmp_path)

    def stopped():
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic.write_atomically(file, stopped())
    assert mx.nd.load(file)["arg:w"].asnumpy().tolist() == [1, 1, 1]
    for number in range(3):
        mx.nd.save(file, {"arg:w": mx.nd.full((3,), number)})
    assert os.listdir(tmp_path) == [file.name]
    assert mx.nd.load(file)["arg:w"].asnumpy().tolist() == [2, 2, 2]
    mask = os.umask(0)
    os.umask(mask)
    assert file.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_module_says_where_it_could_not_save(tmp_path):
    module = mx.mod.Module(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2), label_names=None)
    module.bind([("data", (1, 3))])
    module.init_params()
    with pytest.raises(FileNotFoundError) as caught:
        module.save_checkpoint(str(tmp_path / "no" / "net"), 1)
    assert str(caught.value) == (
        f"save: there is no folder '{tmp_path}/no' for '{tmp_path}/no/net-symbol.json'; check the path, or make the folder."
    )
