"""Recurrent networks: an LSTM as one operator and unrolled, and a language model for sequences of several lengths."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from typing import Any

from benchmarks.networks import lstm
from benchmarks.options import sizes
from benchmarks.problem import Problem
from benchmarks.workload import NetworkWorkload

TITLE = "Recurrent networks"

LENGTH, BATCH, HIDDEN, LAYERS = 35, 32, 512, 2

WORDS, WORD_SIZE, LENGTHS = 10_000, 200, (10, 20, 30, 40, 60)
"""Of the language model: the small one for the Penn treebank that bucketing is usually shown with."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Sizes of the LSTMs."""
    parser.add_argument("--length", type=int, default=LENGTH, metavar="T", help=f"steps (default {LENGTH})")
    parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"sequences (default {BATCH})")
    parser.add_argument("--hidden", type=int, default=HIDDEN, metavar="H", help=f"units of a layer (default {HIDDEN})")
    usual = ",".join(map(str, LENGTHS))
    parser.add_argument("--lengths", type=sizes, default=LENGTHS, metavar="SIZES", help=f"buckets (default {usual})")


def fused(mx: Any, train: bool, length: int, batch: int, hidden: int, layers: int = LAYERS) -> list[Problem]:
    """The operator RNN."""
    frozen = ("data", "lstm_state", "lstm_state_cell")
    kinds = {"lstm_state": "zero", "lstm_state_cell": "zero"}
    shapes = {"data": (length, batch, hidden)}
    return [Problem.of(lstm.fused(mx, hidden, layers), train, shapes, frozen, kinds)]


def unrolled(mx: Any, train: bool, length: int, batch: int, hidden: int, layers: int = LAYERS) -> list[Problem]:
    """The same from dense layers."""
    begin = {f"l{i}_begin_{part}": (batch, hidden) for i in range(layers) for part in "hc"}
    shapes = {"data": (length, batch, hidden), **begin}
    symbol = lstm.unrolled(mx, length, hidden, layers)
    return [Problem.of(symbol, train, shapes, tuple(shapes), dict.fromkeys(begin, "zero"))]


def bucketing(
    mx: Any, train: bool, lengths: tuple[int, ...], batch: int, words: int = WORDS, hidden: int = WORD_SIZE
) -> list[Problem]:
    """The language model for each length; all with the same parameters."""
    symbol = lstm.language_model(mx, words, hidden, LAYERS)
    frozen = ("data", "softmax_label", "lstm_state", "lstm_state_cell")
    kinds = {"data": f"below {words}", "softmax_label": f"below {words}"}
    kinds |= {"lstm_state": "zero", "lstm_state_cell": "zero"}
    return [Problem.of(symbol, train, {"data": (length, batch)}, frozen, kinds) for length in lengths]


def workloads(
    mx: Any, length: int = LENGTH, batch: int = BATCH, hidden: int = HIDDEN, lengths: tuple[int, ...] = LENGTHS
) -> Mapping[str, NetworkWorkload]:
    """Rows by name, as in ``fused/train``."""
    size = f"{LAYERS} × {hidden} units, {length} steps, batch {batch}"
    spans = ", ".join(map(str, lengths))
    rows = {}
    for mode in ("train", "infer"):
        train = mode == "train"
        make = partial(fused, mx, train, length, batch, hidden)
        rows[f"fused/{mode}"] = NetworkWorkload(f"LSTM, one operator, {mode}", make, size)
        make = partial(unrolled, mx, train, length, batch, hidden)
        rows[f"unrolled/{mode}"] = NetworkWorkload(f"LSTM, unrolled, {mode}", make, f"{size}; in all libraries")
        make = partial(bucketing, mx, train, lengths, batch)
        note = f"a pass over one batch of {batch} of each of the lengths {spans}; {WORDS} words, {LAYERS} × {WORD_SIZE} units"
        rows[f"bucketing/{mode}"] = NetworkWorkload(f"language model, buckets, {mode}", make, note)
    return rows
