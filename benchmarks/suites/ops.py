"""Single operators on sizes that networks have: forward, and forward with backward."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Any

from benchmarks.options import one_of
from benchmarks.problem import Problem
from benchmarks.workload import NetworkWorkload

TITLE = "Operators"
MODES = ("forward", "backward")
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One operator on one size.

    Attributes:
        op: its name in ``mx.sym``.
        attributes: of the operator.
        shapes: of its inputs by name; the operator makes further ones itself.
        kinds: of the values of inputs, see `benchmarks.problem.draw`; inputs of whole numbers and boxes take no gradient.
        modes: forward, at inference; backward, forward in training with the gradients of all inputs.
    """

    op: str
    attributes: Mapping[str, Any]
    shapes: Mapping[str, Shape]
    kinds: Mapping[str, str] = field(default_factory=dict)
    modes: tuple[str, ...] = MODES

    def problems(self, mx: Any, mode: str) -> list[Problem]:
        """The operator as a network."""
        inputs = [mx.sym.Variable(name) for name in self.shapes]
        symbol = attrgetter(self.op)(mx.sym)(*inputs, **self.attributes, name="op")
        kinds = dict.fromkeys(self.shapes, "real") | dict(self.kinds)
        frozen = [name for name, kind in kinds.items() if kind.startswith(("below", "boxes", "zero"))]
        return [Problem.of(symbol, mode == "backward", self.shapes, frozen, kinds)]


def _conv(channels: int, filters: int, size: int, kernel: int, stride: int = 1, groups: int = 1) -> Row:
    attributes: dict[str, Any] = {"kernel": (kernel,) * 2, "stride": (stride,) * 2, "pad": (kernel // 2,) * 2}
    attributes |= {"num_filter": filters, "num_group": groups, "no_bias": True}
    return Row("Convolution", attributes, {"data": (16, channels, size, size)})


def _on(op: str, shape: Shape, kind: str = "real", modes: tuple[str, ...] = MODES, **attributes: Any) -> Row:
    return Row(op, attributes, {"data": shape}, {"data": kind}, modes)


def _two(op: str, first: Shape, second: Shape, kind: str = "real", **attributes: Any) -> Row:
    return Row(op, attributes, {"a": first, "b": second}, {"b": kind})


MAP, WIDE, LOGITS = (16, 256, 56, 56), (1024, 1024), (128, 10_000)
FORWARD = ("forward",)

ROWS: dict[str, Row] = {
    "conv-1x1-256-64": _conv(256, 64, 56, 1),
    "conv-1x1-512-128": _conv(512, 128, 28, 1),
    "conv-1x1-256-512-stride-2": _conv(256, 512, 56, 1, 2),
    "conv-3x3-64-64": _conv(64, 64, 56, 3),
    "conv-3x3-128-128": _conv(128, 128, 28, 3),
    "conv-3x3-512-512": _conv(512, 512, 7, 3),
    "conv-3x3-128-128-stride-2": _conv(128, 128, 56, 3, 2),
    "conv-7x7-3-64-stride-2": _conv(3, 64, 224, 7, 2),
    "conv-3x3-depthwise-128": _conv(128, 128, 56, 3, groups=128),
    "conv-3x3-depthwise-512": _conv(512, 512, 14, 3, groups=512),
    "conv-3x3-depthwise-128-stride-2": _conv(128, 128, 56, 3, 2, groups=128),
    "conv-3x3-grouped-256": _conv(256, 256, 28, 3, groups=32),
    "deconvolution": _on(
        "Deconvolution", (16, 64, 28, 28), kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=32, no_bias=True
    ),
    "pool-max-3x3-stride-2": _on("Pooling", (16, 64, 112, 112), kernel=(3, 3), stride=(2, 2), pad=(1, 1)),
    "pool-max-2x2-stride-2": _on("Pooling", (16, 64, 112, 112), kernel=(2, 2), stride=(2, 2)),
    "pool-avg-3x3": _on("Pooling", (16, 192, 28, 28), kernel=(3, 3), pad=(1, 1), pool_type="avg"),
    "pool-avg-global": _on("Pooling", (16, 2048, 7, 7), kernel=(1, 1), global_pool=True, pool_type="avg"),
    "batch-norm": _on("BatchNorm", MAP, fix_gamma=False),
    "layer-norm": _on("LayerNorm", (1024, 768)),
    "lrn": _on("LRN", (16, 96, 55, 55), nsize=5),
    "dense-4096": _on("FullyConnected", (16, 4096), num_hidden=4096),
    "dense-9216": _on("FullyConnected", (16, 9216), num_hidden=4096),
    "dot": _two("dot", WIDE, WIDE),
    "batch-dot": _two("batch_dot", (64, 128, 64), (64, 64, 128)),
    "relu": _on("Activation", MAP, act_type="relu"),
    "sigmoid": _on("Activation", MAP, act_type="sigmoid"),
    "tanh": _on("Activation", MAP, act_type="tanh"),
    "leaky-relu": _on("LeakyReLU", MAP, act_type="leaky", slope=0.1),
    "dropout": _on("Dropout", MAP, p=0.5),
    "softmax": _on("softmax", LOGITS),
    "log-softmax": _on("log_softmax", LOGITS),
    "softmax-output": _two("SoftmaxOutput", LOGITS, LOGITS[:1], "below 10000"),
    "embedding": _on("Embedding", (35, 32), "below 10000", input_dim=10_000, output_dim=512),
    "take": _two("take", (10_000, 512), (35, 32), "below 10000"),
    "pick": _two("pick", LOGITS, LOGITS[:1], "below 10000"),
    "one-hot": _on("one_hot", (4096,), "below 1000", FORWARD, depth=1000),
    "elemwise-add": _two("elemwise_add", MAP, MAP),
    "elemwise-mul": _two("elemwise_mul", MAP, MAP),
    "exp": _on("exp", MAP),
    "sqrt": _on("sqrt", MAP, "positive"),
    "clip": _on("clip", MAP, a_min=-1.0, a_max=1.0),
    "broadcast-add": _two("broadcast_add", MAP, (1, 256, 1, 1)),
    "broadcast-mul": _two("broadcast_mul", MAP, (16, 256, 1, 1)),
    "sum": _on("sum", MAP, axis=(0, 2, 3)),
    "mean": _on("mean", MAP, axis=(2, 3)),
    "max": _on("max", LOGITS, axis=1),
    "norm": _on("norm", WIDE),
    "argmax": _on("argmax", LOGITS, "real", FORWARD, axis=1),
    "sort": _on("sort", LOGITS, axis=1),
    "topk": _on("topk", LOGITS, "real", FORWARD, axis=1, k=5, ret_typ="value"),
    "transpose": _on("transpose", MAP, axes=(0, 2, 3, 1)),
    "concat": _two("Concat", MAP, MAP, dim=1),
    "slice-axis": _on("slice_axis", MAP, axis=1, begin=64, end=192),
    "upsampling": _on("UpSampling", (16, 64, 56, 56), scale=2, sample_type="nearest"),
    "roi-pooling": Row(
        "ROIPooling",
        {"pooled_size": (7, 7), "spatial_scale": 1 / 16},
        {"data": (1, 512, 38, 38), "rois": (128, 5)},
        {"rois": "boxes 600"},
    ),
    "roi-align": Row(
        "contrib.ROIAlign",
        {"pooled_size": (7, 7), "spatial_scale": 1 / 16, "sample_ratio": 2},
        {"data": (1, 512, 38, 38), "rois": (128, 5)},
        {"rois": "boxes 600"},
    ),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which operators, and what of them."""
    parser.add_argument(
        "--modes", type=one_of(MODES), default=MODES, metavar="NAMES", help=f"default: {','.join(MODES)}"
    )


def workloads(mx: Any, modes: tuple[str, ...] = MODES) -> Mapping[str, NetworkWorkload]:
    """Rows by name, as in ``softmax/forward``."""
    found = {}
    for name, row in ROWS.items():
        shapes = " · ".join(" × ".join(map(str, shape)) for shape in row.shapes.values())
        for mode in row.modes:
            if mode in modes:
                title = f"{name} on {shapes}, {'forward' if mode == 'forward' else 'forward + backward'}"
                make: Callable[[], list[Problem]] = partial(row.problems, mx, mode)
                found[f"{name}/{mode}"] = NetworkWorkload(title, make)
    return found
