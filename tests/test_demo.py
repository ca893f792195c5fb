"""The main job, as a new user runs it: ``make demo``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import symgraph as mx

ROOT = Path(__file__).parent.parent
FILES = ("model-0000.params", "model-symbol.json", "network.svg", "summary.txt")


def test_networks_learn_and_are_written(tmp_path: Path) -> None:
    # Compiled as for users: it computes for so long that the machine code of other tests would take more time than it saves.
    as_users_have_it = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "examples" / "digits.py", "--output", tmp_path],
        env={**as_users_have_it, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.findall(r"(\w+): ([\d.]+)% of 360 held-out digits .* loaded back: ([\d.]+)%", done.stdout)
    assert [name for name, _, _ in found] == ["MLP", "LeNet"]
    for _, before, after in found:
        assert float(before) >= 97
        assert after == before
    for network in ("mlp", "lenet"):
        assert sorted(p.name for p in (tmp_path / network).iterdir()) == sorted(FILES)
        assert "SoftmaxOutput" in (tmp_path / network / "summary.txt").read_text()
        assert (tmp_path / network / "network.svg").read_text().rstrip().endswith("</svg>")


def test_checkpoint_is_complete(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import digits
    finally:
        sys.path.pop(0)
    net = digits.lenet()
    known, unseen = digits.split_digits()
    module = digits.train(net, known[:128], 1, 0.1, "a little")
    module.save_checkpoint(str(tmp_path / "model"), 0)
    saved = mx.nd.load(str(tmp_path / "model-0000.params"))
    assert sorted(saved) == sorted(f"arg:{n}" for n in net.list_arguments() if n not in ("data", "out_label"))
    restored = digits.load(str(tmp_path / "model"))
    for before, after in zip(module.get_params(), restored.get_params(), strict=True):
        assert before.keys() == after.keys()
        for name, array in before.items():
            np.testing.assert_array_equal(array.asnumpy(), after[name].asnumpy())
    assert digits.accuracy(module, unseen) == digits.accuracy(restored, unseen)
