"""Training steps that compute results again, to save memory: a residual network, and unrolled LSTMs of several lengths."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.networks import NETWORKS, lstm
from benchmarks.options import one_of, sizes
from benchmarks.problem import Problem
from benchmarks.suites import nets
from benchmarks.workload import NetworkWorkload

TITLE = "Memory of training steps that compute results again"

CHOSEN = ("resnet-50",)
LENGTHS = (32, 64, 128)
HIDDEN, BATCH = 128, 32


@dataclass(frozen=True)
class Mirrored(NetworkWorkload):
    """A training step, which is also run in a process with ``MXNET_BACKWARD_DO_MIRROR=1``.

    Attributes:
        marked: the same networks with marks on their nodes, for that process.
    """

    marked: Callable[[], Sequence[Problem]] | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks."""
    parser.add_argument(
        "--networks", type=one_of(NETWORKS), default=CHOSEN, metavar="NAMES", help="by comma; default: resnet-50"
    )
    parser.add_argument("--batch", type=int, default=16, metavar="N", help="of these networks (default 16)")
    usual = ",".join(map(str, LENGTHS))
    parser.add_argument(
        "--lengths", type=sizes, default=LENGTHS, metavar="SIZES", help=f"of LSTMs, by comma; default: {usual}"
    )


def _lstm(mx: Any, length: int, is_marked: bool) -> list[Problem]:
    with mx.AttrScope(**({"force_mirroring": "True"} if is_marked else {})):
        network = lstm.encoder(mx, length, HIDDEN, 1)
    state = dict.fromkeys(("l0_begin_h", "l0_begin_c"), (BATCH, HIDDEN))
    return [Problem.of(network, True, {"data": (length, BATCH, HIDDEN), **state}, ["data", *state])]


def workloads(
    mx: Any, networks: Sequence[str] = CHOSEN, batch: int = 16, lengths: Sequence[int] = LENGTHS
) -> Mapping[str, Mirrored]:
    """Rows by name."""
    rows = {
        f"{network}/{batch}": Mirrored(
            f"{network}, batch {batch}",
            partial(nets.problems, mx, network, "train", batch),
            "the environment variable MXNET_BACKWARD_DO_MIRROR: what is cheap is computed again",
        )
        for network in networks
    }
    for length in lengths:
        rows[f"lstm/{length}"] = Mirrored(
            f"unrolled LSTM, {length} steps",
            partial(_lstm, mx, length, False),
            f"force_mirroring on every node; {HIDDEN} units, batch {BATCH}, the state after the last step",
            partial(_lstm, mx, length, True),
        )
    return rows
