"""The networks that benchmarks, tests and demos use, as Symbols; nowhere else are they defined.

Each module has ``build(mx, ...) -> symbol``, where `mx` is symgraph or real MXNet. `NETWORKS` lists them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.networks import alexnet, densenet, inception_bn, lenet, mlp, mobilenet, resnet, squeezenet, vgg


@dataclass(frozen=True)
class Network:
    """A network as it is usually run.

    Attributes:
        build: ``build(mx, ...) -> symbol``.
        shape: shape of one input, without the batch axis.
    """

    build: Callable[..., Any]
    shape: tuple[int, ...]


_IMAGE = (3, 224, 224)

NETWORKS: dict[str, Network] = {
    "mlp": Network(mlp.build, (784,)),
    "lenet": Network(lenet.build, (1, 28, 28)),
    "alexnet": Network(alexnet.build, _IMAGE),
    **{f"vgg-{d}": Network(partial(vgg.build, depth=d), _IMAGE) for d in vgg.CONVOLUTIONS},
    **{f"resnet-{d}": Network(partial(resnet.build, depth=d), _IMAGE) for d in resnet.UNITS},
    **{f"resnet-{d}-v1": Network(partial(resnet.build, depth=d, version=1), _IMAGE) for d in resnet.UNITS},
    "inception-bn": Network(inception_bn.build, _IMAGE),
    "mobilenet": Network(mobilenet.build, _IMAGE),
    "squeezenet": Network(squeezenet.build, _IMAGE),
    **{f"densenet-{d}": Network(partial(densenet.build, depth=d), _IMAGE) for d in densenet.BLOCKS},
}
