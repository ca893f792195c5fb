"""Long runs, in which nothing may grow: training steps, and executors that come and go."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.networks import mlp
from benchmarks.workload import Body, Workload

TITLE = "Long runs"

HIDDEN, FEATURES, BATCH, SMALLER = (64, 32), 100, 32, 16


def add_options(parser: argparse.ArgumentParser) -> None:
    """How long."""
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help=f"of training (default {STEPS})")
    parser.add_argument("--executors", type=int, default=EXECUTORS, metavar="N", help=f"default {EXECUTORS}")


def _bound(mx: Any, net: Any) -> Any:
    requests = {name: "null" if name in ("data", "softmax_label") else "write" for name in net.list_arguments()}
    return net.simple_bind(mx.current_context(), grad_req=requests, data=(BATCH, FEATURES))


def _train(mx: Any, reads_between: bool) -> Body:
    """A step as a training loop makes it: NumPy batch, forward, backward, update, outputs as NumPy."""
    executor = _bound(mx, mlp.build(mx, HIDDEN))
    draw = np.random.RandomState(0)
    learned = [(executor.arg_dict[name], grad) for name, grad in executor.grad_dict.items() if grad is not None]
    for weight, _ in learned:
        weight[:] = draw.normal(0, 0.05, size=weight.shape)

    def run() -> None:
        data = draw.normal(size=(BATCH, FEATURES)).astype(np.float32)
        label = draw.randint(0, 10, size=BATCH).astype(np.float32)
        executor.forward(is_train=True, data=mx.nd.array(data), softmax_label=mx.nd.array(label))
        if reads_between:
            executor.outputs[0].asnumpy()
        executor.backward()
        for weight, grad in learned:
            mx.nd.sgd_update(weight, grad, lr=0.01, out=weight)
        executor.outputs[0].asnumpy()
        mx.nd.waitall()

    return Body(run)


def _cycle(mx: Any, net: Any) -> None:
    """Bind, train, bind for another batch, infer; and drop all of it."""
    executor = _bound(mx, net)
    executor.forward(is_train=True)
    executor.backward()
    smaller = executor.reshape(data=(SMALLER, FEATURES), softmax_label=(SMALLER,))
    smaller.forward()
    smaller.outputs[0].asnumpy()
    executor.grad_arrays[1].asnumpy()


def _bind(mx: Any) -> Body:
    net = mlp.build(mx, HIDDEN)
    return Body(lambda: _cycle(mx, net))


def _build(mx: Any) -> Body:
    return Body(lambda: _cycle(mx, mlp.build(mx, HIDDEN)))


@dataclass(frozen=True)
class LongRun(Workload):
    """A workload, and how often it runs."""

    calls: int = 0


STEPS, EXECUTORS = 2000, 200

WORKLOADS: dict[str, LongRun] = {
    "train": LongRun("training step", lambda mx: _train(mx, False), calls=STEPS),
    "train_read": LongRun("training step, output read before backward", lambda mx: _train(mx, True), calls=STEPS),
    "bind": LongRun("bind, train, reshape, infer, drop", _bind, "the same symbol every time", EXECUTORS),
    "build": LongRun(
        "build, bind, train, reshape, infer, drop",
        _build,
        "a new symbol, which symgraph compiles, every time",
        EXECUTORS,
    ),
}


def workloads(steps: int = STEPS, executors: int = EXECUTORS) -> Mapping[str, LongRun]:
    """Rows by name."""
    counts = {STEPS: steps, EXECUTORS: executors}
    return {name: replace(row, calls=counts[row.calls]) for name, row in WORKLOADS.items()}
