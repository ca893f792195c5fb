"""Networks of the public world, written from memory in the layout of the release that they were made with.

These modules run under symgraph and, for recording, under real MXNet: they import NumPy at most.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.old_graphs import classify, dense, detect, language, recurrent, tabular
from tests.old_graphs.writer import Writer


@dataclass(frozen=True)
class OldGraph:
    """A network, the release that wrote it, and what to feed.

    Attributes:
        build: writes the file.
        version: of MXNet, ``None`` for those that did not say.
        inputs: shape and kind of each: ``"normal"``, ``"int:N"`` for numbers below N, or ``"regions"``.
    """

    build: Callable[[Writer], str]
    version: int | None
    inputs: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.build.__name__

    def text(self) -> str:
        """The symbol file."""
        return self.build(Writer(self.version))

    def value(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """An input or a parameter, the same on every machine."""
        rng = np.random.RandomState(zlib.crc32(f"{self.name}:{name}".encode()) % 2**32)
        kind = self.inputs[name][1] if name in self.inputs else ""
        if kind == "normal":
            return rng.normal(size=shape)
        if kind.startswith("int:"):
            return rng.randint(0, int(kind[4:]), shape)
        if kind == "regions":
            corners = np.sort(rng.uniform(0, 16, (shape[0], 2, 2)), axis=1).reshape(-1, 4)
            return np.concatenate([np.zeros((shape[0], 1)), corners], axis=1)
        if kind:
            return np.broadcast_to(np.array(kind.split(","), "float64"), shape)
        if name.endswith(("gamma", "var")):
            return rng.uniform(0.5, 1.5, shape)
        return rng.normal(size=shape) * (np.sqrt(2.0 / np.prod(shape[1:])) if len(shape) > 1 else 0.1)


IMAGE = {"data": ((2, 3, 28, 28), "normal")}
SMALL = {"data": ((2, 3, 16, 16), "normal")}

GRAPHS = [
    OldGraph(classify.lenet, None, {"data": ((2, 1, 28, 28), "normal")}),
    OldGraph(classify.inception_bn, None, {"data": ((2, 3, 16, 16), "normal")}),
    OldGraph(classify.resnet_09, 901, SMALL),
    OldGraph(classify.alexnet_of_caffe, 903, IMAGE),
    OldGraph(classify.mobilenet_v3, 10700, SMALL),
    OldGraph(classify.stn, 904, IMAGE),
    OldGraph(classify.c3d, 905, {"data": ((1, 3, 4, 8, 8), "normal")}),
    OldGraph(
        classify.onnx_import,
        10300,
        {"input_0": ((2, 3, 16, 16), "normal"), "scale": ((1, 5), "3"), "shift": ((1, 5), "1")},
    ),
    OldGraph(detect.ssd_for_use, 905, SMALL),
    OldGraph(detect.ssd_for_training, 905, {**SMALL, "label": ((2, 1, 5), "1,0.1,0.2,0.5,0.7")}),
    OldGraph(detect.faster_rcnn, 1000, {"data": ((1, 3, 16, 16), "normal"), "im_info": ((1, 3), "16,16,1")}),
    OldGraph(detect.rfcn, 1001, {"data": ((1, 3, 16, 16), "normal"), "rois": ((3, 5), "regions")}),
    OldGraph(detect.retinaface, 10300, {"data": ((1, 3, 20, 20), "normal")}),
    OldGraph(detect.mtcnn, 903, {"data": ((2, 3, 13, 13), "normal")}),
    OldGraph(detect.arcface, 10000, {**SMALL, "softmax_label": ((2,), "int:5")}),
    OldGraph(detect.yolo3, 10400, {"data": ((1, 3, 16, 16), "normal"), "map": ((1, 1, 4, 4), "normal")}),
    OldGraph(
        recurrent.char_rnn,
        None,
        {
            "data": ((2, 3), "int:7"),
            "l0_init_c": ((2, 5), "normal"),
            "l0_init_h": ((2, 5), "normal"),
            "softmax_label": ((2, 3), "int:7"),
        },
    ),
    OldGraph(recurrent.crnn, 10200, {"data": ((2, 1, 8, 8), "normal"), "label": ((2, 2), "int:5")}),
    OldGraph(recurrent.fused, 1100, {"data": ((2, 5, 4), "normal"), "length": ((2,), "5,3")}),
    OldGraph(recurrent.gru_attention, 10100, {"data": ((2, 3), "int:9")}),
    OldGraph(recurrent.text_cnn, None, {"data": ((2, 8), "int:11")}),
    OldGraph(recurrent.wavenet, 1200, {"data": ((2, 3, 12), "normal")}),
    OldGraph(dense.fcn, 904, SMALL),
    OldGraph(dense.deeplab, 10500, {"data": ((2, 3, 16, 16), "normal")}),
    OldGraph(dense.style, 903, {"data": ((1, 3, 10, 10), "normal")}),
    OldGraph(
        dense.neural_art,
        None,
        {
            "data": ((1, 3, 6, 6), "normal"),
            "gram_0": ((4, 4), "normal"),
            "img": ((1, 3, 6, 6), "normal"),
            "kernel": ((1, 1, 3, 3), "normal"),
        },
    ),
    OldGraph(dense.dcgan, 905, {"rand": ((2, 5, 1, 1), "normal")}),
    OldGraph(dense.discriminator, 905, {"data": ((2, 3, 8, 8), "normal")}),
    OldGraph(dense.super_resolution, 10301, {"data": ((1, 1, 6, 6), "normal")}),
    OldGraph(language.bert, 10600, {"data0": ((2, 5), "int:13"), "data1": ((2, 5), "int:2"), "data2": ((2,), "5,3")}),
    OldGraph(language.interleaved, 10700, {"data": ((2, 5, 8), "normal")}),
    OldGraph(language.scan, 10400, {"data": ((4, 2, 3), "normal"), "state": ((2, 3), "normal")}),
    OldGraph(language.capsules, 10201, {"data": ((2, 1, 13, 13), "normal"), "softmax_label": ((2,), "int:3")}),
    OldGraph(tabular.factorization, None, {"user": ((4,), "int:9"), "item": ((4,), "int:7")}),
    OldGraph(tabular.two_losses, None, {"data": ((4, 6), "normal")}),
    OldGraph(
        tabular.word_vectors,
        900,
        {"data": ((2, 4), "int:12"), "label": ((2, 3), "int:12"), "label_weight": ((2, 3), "1,0,0")},
    ),
    OldGraph(tabular.matching, 902, {"query": ((3, 6), "normal"), "doc": ((3, 6), "normal")}),
    OldGraph(tabular.actor_critic, 10200, {"data": ((3, 5), "normal"), "action": ((3,), "int:4")}),
    OldGraph(tabular.autoencoder, 905, {"data": ((3, 6), "normal")}),
    OldGraph(tabular.lookups, 10000, {"data": ((4, 4), "normal"), "index": ((3,), "int:4")}),
]

TRAINED = (
    *("lenet", "inception_bn", "resnet_09", "rfcn", "gru_attention", "discriminator", "factorization", "two_losses"),
    *("matching", "word_vectors"),
)
"""Networks that are also trained for a little: they end in losses, and drop nothing at random."""
