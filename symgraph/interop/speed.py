"""How long a model takes on this machine: its forward pass, and a step of training."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symgraph.errors import UnknownArgumentError, listed, suggestion
from symgraph.frontend.inference import all_shapes
from symgraph.frontend.symbol import Symbol
from symgraph.interop.checkpoint import LEARNT
from symgraph.runtime.context import Context
from symgraph.runtime.creation import array, ones, waitall
from symgraph.runtime.heads import outputs_without_loss
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io import DataBatch
from symgraph.train.module.module import Module

SAMPLES = 10


@dataclass(frozen=True)
class Times:
    """Seconds of the first call, which traces and compiles or reads from the cache; and per call afterwards."""

    first: float
    median: float
    least: float


def times_of(
    symbol: Symbol, shapes: Mapping[str, Sequence[int]], context: Context, seconds: float, trains: bool
) -> Times:
    """Times of the forward pass at inference, or of a step of training with plain SGD.

    Values are zeros for what is fed and random ones for parameters: they change no time.

    Args:
        shapes: of what is fed, by name; labels may be left out.
        seconds: how long to measure.
        trains: whether to measure a step of training.

    Raises:
        UnknownArgumentError: there is no input of a name.
        BindError: the shapes do not tell all others.
    """
    batch, module = _bound(symbol, shapes, context, trains)
    if trains:
        module.init_optimizer(optimizer="sgd")

    def call() -> None:
        if trains:
            module.forward_backward(batch)
            module.update()
        else:
            module.forward(batch, is_train=False)

    return _measured(call, seconds)


def open_outputs(symbol: Symbol, shapes: Mapping[str, Sequence[int]]) -> list[str]:
    """Outputs that keep a model from being trained as it is: they are no losses, but the way to parameters begins there."""
    graph = symbol.graph
    fed = (*shapes, *_labels(symbol, shapes))
    return outputs_without_loss(graph, [node.name not in fed for node in graph.arguments])


def _labels(symbol: Symbol, shapes: Mapping[str, Sequence[int]]) -> list[str]:
    return [name for name in symbol.list_arguments() if name.endswith("label") and name not in shapes]


def _bound(
    symbol: Symbol, shapes: Mapping[str, Sequence[int]], context: Context, trains: bool
) -> tuple[DataBatch, Module]:
    arguments = symbol.list_arguments()
    for name in shapes:
        if name not in arguments:
            known = [name for name in arguments if not name.endswith(LEARNT)]
            raise UnknownArgumentError(f"there is no input '{name}'.{suggestion(name, known)} Inputs: {listed(known)}.")
    found = {node.name: shape for node, shape in all_shapes(symbol.graph, "bench", shapes).items()}
    labels = _labels(symbol, shapes)
    module = Module(symbol, data_names=list(shapes), label_names=labels, context=context)
    described = [(name, found[name]) for name in shapes], [(name, found[name]) for name in labels]
    module.bind(*described, for_training=trains)
    learnt = [name for name in arguments if name not in shapes and name not in labels]
    rng = np.random.default_rng(0)
    args = {name: array(rng.uniform(-0.05, 0.05, found[name])) for name in learnt}
    aux: dict[str, NDArray] = {name: ones(found[name]) for name in symbol.list_auxiliary_states()}
    module.init_params(None, args, aux)
    data, label = ([array(np.zeros(shape)) for _, shape in part] for part in described)
    return DataBatch(data, label), module


def _measured(call: Callable[[], None], seconds: float) -> Times:
    """A sample is the mean of calls that follow one another without waiting, as those of a program do."""

    def sample(calls: int) -> float:
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        waitall()
        return (time.perf_counter() - begin) / calls

    first = sample(1)
    estimate = sample(1)
    calls = max(1, int(seconds / SAMPLES / estimate))
    samples = [sample(calls) for _ in range(SAMPLES if estimate * SAMPLES <= 2 * seconds else 3)]
    return Times(first, statistics.median(samples), min(samples))
