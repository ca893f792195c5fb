"""Monitors and what they see of a small network: cases that real MXNet answered (``tests/golden/monitors.json``)."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

MONITORS = {
    "outputs": "mx.mon.Monitor(1)",
    "sorted": "mx.mon.Monitor(1, sort=True)",
    "inputs, too": "mx.mon.Monitor(1, monitor_all=True)",
    "weights": "mx.mon.Monitor(1, pattern='.*weight')",
    "one layer": "mx.monitor.Monitor(interval=1, pattern='fc1')",
    "every second batch": "mx.mon.Monitor(2, pattern='.*output')",
    "greatest": "mx.mon.Monitor(1, stat_func=lambda array: array.max())",
    "two values": "mx.mon.Monitor(1, lambda array: [array.min(), array.max()], 'fc.*')",
    "arrays": "mx.mon.Monitor(1, lambda array: array * 2, '.*bias|.*gamma')",
}


def network(mx: Any) -> Any:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc1")
    net = mx.sym.BatchNorm(mx.sym.Activation(net, act_type="relu", name="relu1"), fix_gamma=False, name="bn")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=2, name="fc2"), name="softmax")


def seen(mx: Any, text: str) -> list[list[Any]]:
    """What a monitor tells of three batches: number, name and values; without what MXNet shows of backward passes."""
    monitor = eval(text, {"mx": mx})
    executor = network(mx).simple_bind(mx.current_context(), data=(4, 5), softmax_label=(4,))
    rng = np.random.RandomState(0)
    for _, array in sorted(executor.arg_dict.items()):
        array[:] = rng.uniform(-1, 1, array.shape)
    monitor.install(executor)
    told = []
    for _ in range(3):
        monitor.tic()
        executor.forward(is_train=True)
        if not monitor.monitor_all:  # MXNet shows inputs of its gradient graph, too
            executor.backward()
        for step, name, values in monitor.toc():
            if "backward" not in name:
                numbers = values.replace("[", " ").replace("]", " ").split()
                told.append([step, name.replace("_input0", "_data"), [float(number) for number in numbers]])
    return told


def printed(mx: Any) -> list[str]:
    """Log lines of a batch, without the values."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.levelname} {record.name} {record.getMessage()[:46]}")
    logger, monitor = logging.getLogger(), mx.mon.Monitor(1, pattern="fc1_(weight|bias|output)|bn_moving_mean")
    level = logger.level
    executor = network(mx).simple_bind(mx.current_context(), data=(4, 5), softmax_label=(4,))
    monitor.install(executor)
    monitor.tic()
    executor.forward()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        monitor.toc_print()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return lines
