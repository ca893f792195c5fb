"""Convolutional networks: a training step (forward and backward with all gradients and new states) and inference."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.networks import NETWORKS
from benchmarks.options import one_of, sizes
from benchmarks.problem import Problem
from benchmarks.workload import NetworkWorkload

TITLE = "Convolutional networks"

BATCHES = {"resnet-152": 4, "vgg-16": 4}
"""Batch sizes of training where 16 would not fit into 24 GB in four libraries at once, or take too long."""

DROPPING = ("alexnet", "squeezenet", *(network for network in NETWORKS if network.startswith("vgg")))
"""Networks with dropout."""

CHOSEN = (
    "resnet-18",
    "resnet-50",
    "resnet-152",
    "inception-bn",
    "vgg-16",
    "alexnet",
    "mobilenet",
    "squeezenet",
    "densenet-121",
)
MODES = ("train", "infer")
ALL_MODES = (*MODES, "fit")
"""In ``fit``, a step also changes the parameters, by gradient descent with momentum; modules and optimizers do it."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which networks, in which sizes."""
    parser.add_argument(
        "--networks",
        type=one_of(NETWORKS),
        default=CHOSEN,
        metavar="NAMES",
        help=f"networks, by comma; default: {','.join(CHOSEN)}; also: {','.join(n for n in NETWORKS if n not in CHOSEN)}",
    )
    parser.add_argument(
        "--modes",
        type=one_of(ALL_MODES),
        default=MODES,
        metavar="NAMES",
        help=f"default: {','.join(MODES)}; fit is a training step that also updates the parameters",
    )
    parser.add_argument(
        "--batch",
        type=sizes,
        default=(),
        metavar="SIZES",
        help="batch sizes, by comma; default: 16 (4 for the largest networks), and 1 for inference, too",
    )


def batches(network: str, mode: str) -> tuple[int, ...]:
    """The batch sizes that are measured unless others are asked for."""
    usual = BATCHES.get(network, 16)
    return (1, usual) if mode == "infer" else (usual,)


def _note(network: str, mode: str) -> str:
    return "all libraries drop" if mode != "infer" and network in DROPPING else ""


def problems(mx: Any, network: str, mode: str, batch: int) -> list[Problem]:
    """A network for images of the usual size."""
    made = NETWORKS[network]
    shapes = {"data": (batch, *made.shape)}
    kinds = {"data": "real", "softmax_label": "below 10"}
    problem = Problem.of(made.build(mx), mode != "infer", shapes, tuple(kinds), kinds)
    return [replace(problem, update=mode == "fit")]


def workloads(
    mx: Any, networks: Sequence[str] = CHOSEN, modes: Sequence[str] = MODES, given: Sequence[int] = ()
) -> Mapping[str, NetworkWorkload]:
    """Rows by name, as in ``resnet-50/train/16``."""
    rows = {}
    for network in networks:
        for mode in modes:
            for batch in given or batches(network, mode):
                title = f"{network}, {mode}, batch {batch}"
                make = partial(problems, mx, network, mode, batch)
                rows[f"{network}/{mode}/{batch}"] = NetworkWorkload(title, make, _note(network, mode))
    return rows
