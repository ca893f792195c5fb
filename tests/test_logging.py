"""What is logged goes to the root logger, as in MXNet, and leaves to the program how it is shown."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import logging
import numpy as np
import symgraph as mx

net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")
data = mx.io.NDArrayIter(np.ones((4, 5)), np.arange(4) % 3, 2)
module = mx.mod.Module(net)
module.fit(data, num_epoch=1, batch_end_callback=mx.callback.Speedometer(2, 1))
logging.root.warning("a warning")
assert logging.root.handlers == []

logging.basicConfig(level=logging.INFO)
data.reset()
module.fit(data, num_epoch=2, begin_epoch=1)
"""


def test_progress_can_be_shown_after_a_first_fit():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    before, _, after = run.stderr.partition("a warning\n")
    assert "Epoch" not in before
    assert "INFO:root:Epoch[1] Train-accuracy=" in after
