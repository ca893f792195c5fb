"""A training step on several devices: batches divided among them, and layers of a recurrent network in groups of their own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from benchmarks.networks import NETWORKS, lstm
from benchmarks.options import one_of, sizes
from benchmarks.problem import Problem
from benchmarks.suites import nets
from benchmarks.workload import NetworkWorkload

TITLE = "Several devices"

CHOSEN = ("mlp", "resnet-18")
BATCH, COUNTS = 32, (2, 4, 8)
LAYERS, LENGTH, HIDDEN, CLASSES = 4, 16, 128, 10


@dataclass(frozen=True)
class Spread(NetworkWorkload):
    """A training step with its update, on one device and on several.

    Attributes:
        counts: of devices.
        groups: what is divided among them; without, the batch is.
    """

    counts: Sequence[int] = COUNTS
    groups: Sequence[str] = ()

    def on(self, count: int) -> list[Problem]:
        """The step on so many devices."""
        return [replace(problem, update=True, devices=count, groups=self.groups) for problem in self.problems()]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks, on how many devices."""
    usual = ",".join(CHOSEN)
    parser.add_argument(
        "--networks", type=one_of(NETWORKS), default=CHOSEN, metavar="NAMES", help=f"by comma; default: {usual}"
    )
    parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"of all devices (default {BATCH})")
    usual = ",".join(map(str, COUNTS))
    parser.add_argument(
        "--counts", type=sizes, default=COUNTS, metavar="NUMBERS", help=f"of devices, by comma; default: {usual}"
    )
    parser.add_argument("--length", type=int, default=LENGTH, metavar="T", help=f"steps of the LSTM (default {LENGTH})")
    parser.add_argument("--hidden", type=int, default=HIDDEN, metavar="H", help=f"units of a layer (default {HIDDEN})")


def _layers(mx: Any, length: int, hidden: int, batch: int) -> list[Problem]:
    begin = {f"l{i}_begin_{part}": (batch, hidden) for i in range(LAYERS) for part in "hc"}
    shapes = {"data": (batch, length, hidden), **begin}
    kinds = {**dict.fromkeys(begin, "zero"), "softmax_label": f"below {CLASSES}"}
    symbol = lstm.classifier(mx, length, hidden, LAYERS, CLASSES)
    return [Problem.of(symbol, True, shapes, [*shapes, "softmax_label"], kinds)]


def workloads(
    mx: Any,
    networks: Sequence[str] = CHOSEN,
    batch: int = BATCH,
    counts: Sequence[int] = COUNTS,
    length: int = LENGTH,
    hidden: int = HIDDEN,
) -> Mapping[str, Spread]:
    """Rows by name."""
    rows = {}
    for network in networks:
        make: Callable[[], Sequence[Problem]] = partial(nets.problems, mx, network, "fit", batch)
        rows[network] = Spread(f"{network}, batch {batch}", make, "the batch is divided", counts)
    groups = [f"layer{i}" for i in range(LAYERS)]
    note = f"{LAYERS} × {hidden} units, {length} steps: the layers are divided, by group2ctx"
    make = partial(_layers, mx, length, hidden, batch)
    few = [count for count in counts if count <= LAYERS]
    return {**rows, "lstm": Spread(f"LSTM, batch {batch}", make, note, few, groups)}
