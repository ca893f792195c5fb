"""Networks in the languages of others: inference by what `symgraph.export` writes, beside the executor."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.networks import NETWORKS
from benchmarks.options import one_of
from benchmarks.suites import nets, rnn
from benchmarks.workload import NetworkWorkload

TITLE = "Exported networks"

RECURRENT = "lstm"
CHOSEN = ("lenet", "resnet-18", "vgg-16", "inception-bn", "mobilenet", "squeezenet", "densenet-121", RECURRENT)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks, in which sizes."""
    parser.add_argument(
        "--networks",
        type=one_of((*NETWORKS, RECURRENT)),
        default=CHOSEN,
        metavar="NAMES",
        help=f"by comma; default: {','.join(CHOSEN)}",
    )
    parser.add_argument("--batch", type=int, default=1, metavar="N", help="examples, or sequences (default 1)")
    parser.add_argument("--length", type=int, default=rnn.LENGTH, metavar="T", help=f"of them (default {rnn.LENGTH})")
    parser.add_argument("--hidden", type=int, default=rnn.HIDDEN, metavar="H", help=f"units (default {rnn.HIDDEN})")


def workloads(
    mx: Any,
    networks: Sequence[str] = CHOSEN,
    batch: int = 1,
    length: int = rnn.LENGTH,
    hidden: int = rnn.HIDDEN,
) -> Mapping[str, NetworkWorkload]:
    """Rows by name."""
    rows = {}
    for network in networks:
        if network == RECURRENT:
            title = f"LSTM, {length} steps, batch {batch}"
            rows[network] = NetworkWorkload(title, partial(rnn.fused, mx, False, length, batch, hidden))
        else:
            title = f"{network}, batch {batch}"
            rows[network] = NetworkWorkload(title, partial(nets.problems, mx, network, "infer", batch))
    return rows
