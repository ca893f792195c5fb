"""From nothing to the first training step: import, build, bind, first step, and the same for a second batch size."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from benchmarks.networks import NETWORKS
from benchmarks.options import one_of, sizes
from benchmarks.suites import nets
from benchmarks.workload import NetworkWorkload

TITLE = "Cold and warm starts"

CHOSEN = ("mlp", "resnet-50", "inception-bn")
BATCHES = (4, 8)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks, for which batches."""
    usual = ",".join(CHOSEN)
    parser.add_argument(
        "--networks", type=one_of(NETWORKS), default=CHOSEN, metavar="NAMES", help=f"by comma; default: {usual}"
    )
    parser.add_argument(
        "--batch", type=sizes, default=BATCHES, metavar="SIZES", help="batch sizes, one after the other; default: 4,8"
    )


def workloads(
    mx: Any, networks: tuple[str, ...] = CHOSEN, batches: tuple[int, ...] = BATCHES
) -> Mapping[str, NetworkWorkload]:
    """Rows by name; a problem for each batch size."""

    def row(network: str) -> NetworkWorkload:
        def problems() -> list[Any]:
            return [problem for batch in batches for problem in nets.problems(mx, network, "train", batch)]

        return NetworkWorkload(f"{network}, batch {' then '.join(map(str, batches))}", problems)

    return {network: row(network) for network in networks}
