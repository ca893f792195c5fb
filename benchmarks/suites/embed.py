"""Symbols inside of programs for JAX: `Symbol.to_jax` beside the same network written by hand, training and inference."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.networks import NETWORKS
from benchmarks.options import one_of, sizes
from benchmarks.suites import nets
from benchmarks.workload import NetworkWorkload

TITLE = "Symbols inside of JAX"

BATCHES = {"mlp": 64, "lenet": 64, "resnet-50": 4}
"""Networks, and batch sizes."""

MODES = ("train", "infer")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks, in which sizes."""
    usual = ",".join(BATCHES)
    parser.add_argument(
        "--networks", type=one_of(NETWORKS), default=tuple(BATCHES), metavar="NAMES", help=f"by comma; default: {usual}"
    )
    parser.add_argument("--modes", type=one_of(MODES), default=MODES, metavar="NAMES", help="default: train,infer")
    usual = ", ".join(f"{batch} for {network}" for network, batch in BATCHES.items())
    parser.add_argument("--batch", type=sizes, default=(), metavar="SIZES", help=f"default: {usual}")


def workloads(
    mx: Any, networks: Sequence[str] = tuple(BATCHES), modes: Sequence[str] = MODES, given: Sequence[int] = ()
) -> Mapping[str, NetworkWorkload]:
    """Rows by name, as in ``lenet/train/64``."""
    rows: dict[str, NetworkWorkload] = {}
    for network in networks:
        rows |= nets.workloads(mx, [network], modes, given or (BATCHES.get(network, 4),))
    return rows
