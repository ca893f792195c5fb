"""A training step against depth, width, batch size and sequence length."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks.networks.layers import classifier, conv, global_pool, relu
from benchmarks.options import one_of
from benchmarks.problem import Problem
from benchmarks.suites import rnn
from benchmarks.workload import NetworkWorkload

TITLE = "Time and memory against size"

AXES: dict[str, tuple[int, ...]] = {
    "depth": (4, 8, 16, 32, 64),
    "width": (16, 32, 64, 128, 256),
    "batch": (1, 4, 16, 64),
    "length": (16, 32, 64, 128, 256),
}
DEPTH, WIDTH, BATCH, IMAGE = 8, 32, 8, 28


def add_options(parser: argparse.ArgumentParser) -> None:
    """Against what."""
    usual = tuple(AXES)
    parser.add_argument("--axes", type=one_of(AXES), default=usual, metavar="NAMES", help=f"default: {','.join(AXES)}")


def chain(mx: Any, depth: int = DEPTH, width: int = WIDTH, batch: int = BATCH) -> list[Problem]:
    """So many 3×3 convolutions of so many filters, each with batch normalization, ReLU and a way around it, trained.

    Without the ways around, gradients of a deep chain grow so fast that rounding decides what they are.
    """
    net = mx.sym.Variable("data")
    for i in range(depth):
        layer = conv(mx, net, f"conv{i}", width, 3, no_bias=True)
        layer = relu(mx, mx.sym.BatchNorm(layer, fix_gamma=False, name=f"bn{i}"), f"relu{i}")
        net = net + layer if i else layer
    net = classifier(mx, mx.sym.Flatten(global_pool(mx, net, "pool"), name="flatten"), "fc", 10)
    kinds = {"data": "real", "softmax_label": "below 10"}
    return [Problem.of(net, True, {"data": (batch, 3, IMAGE, IMAGE)}, tuple(kinds), kinds)]


def recurrent(mx: Any, length: int) -> list[Problem]:
    """One LSTM layer of 128 units, batch 8, trained."""
    return rnn.fused(mx, True, length, 8, 128, layers=1)


def workloads(mx: Any, axes: tuple[str, ...] = tuple(AXES)) -> Mapping[str, NetworkWorkload]:
    """Rows by name, as in ``depth/16``."""
    rest = f"otherwise depth {DEPTH}, width {WIDTH}, batch {BATCH}, images of {IMAGE} × {IMAGE}"
    rows = {}
    for axis in axes:
        for size in AXES[axis]:
            make: Callable[[], list[Problem]]
            if axis == "length":
                make, what, note = partial(recurrent, mx, size), "LSTM", "one layer of 128 units, batch 8"
            else:
                make, what, note = partial(chain, mx, **{axis: size}), "convolutions", rest
            rows[f"{axis}/{size}"] = NetworkWorkload(f"{what}, {axis} {size}", make, note)
    return rows


def sizes(axis: str) -> dict[str, int]:
    """Size by name of the workload."""
    return {f"{axis}/{size}": size for size in AXES[axis]}
