"""Where the examples of a batch are in outputs, which decides which part of an output belongs to which worker of a job.

Shapes tell along which axis they are: it is as many times longer for a larger batch. Where there are several rows for an
example, as in a network over sequences, shapes do not tell whether these are side by side or one block apart; the network is
then asked, by a small batch of which one example is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import BindError, MXNetError
from symgraph.frontend.symbol import Symbol
from symgraph.runtime.context import Context
from symgraph.train.io.description import DataDesc

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Place:
    """Where examples are in an output: along an axis, whose length is ``blocks * examples * rows``."""

    axis: int
    blocks: int


def batch_axes(shapes: Sequence[DataDesc]) -> dict[str, int]:
    """The axis of examples in the inputs that have one."""
    axes = {d.name: DataDesc.get_batch_axis(d.layout) for d in shapes}
    return {d.name: axes[d.name] for d in shapes if 0 <= axes[d.name] < len(d.shape)}


def with_examples(shapes: Sequence[DataDesc], change: Any) -> list[DataDesc]:
    """Descriptions of a batch of another size: ``change(size)``."""
    axes, found = batch_axes(shapes), []
    for d in shapes:
        shape = [change(n) if axis == axes.get(d.name) else n for axis, n in enumerate(d.shape)]
        found.append(DataDesc(d.name, tuple(shape), d.dtype, d.layout))
    return found


def places(symbol: Symbol, context: Context, part: Sequence[DataDesc], workers: int) -> list[Place | None]:
    """Where examples are in each output; ``None`` for one that has none, such as a mean.

    Args:
        context: where the network may be asked.
        part: inputs of one worker.
        workers: how many such there are.

    Raises:
        BindError: that cannot be told, or a batch of all workers does not fit the network.
    """
    own, whole = _shapes(symbol, part), _shapes_for_all(symbol, part, workers)
    _check_parameters(symbol, part, own, whole)
    axes = batch_axes(part)
    size = next((d.shape[axes[d.name]] for d in part if d.name in axes), 0)
    found: list[Place | None] = []
    asked: Any = None
    for i, (mine, all_of_it) in enumerate(zip(own[1], whole[1], strict=True)):
        longer = [axis for axis, (a, b) in enumerate(zip(mine, all_of_it, strict=True)) if a != b]
        if not longer:
            found.append(None)
            continue
        axis = longer[0]
        if len(longer) > 1 or all_of_it[axis] != workers * mine[axis] or mine[axis] % size:
            raise _unclear(symbol, i, mine, all_of_it)
        blocks = 1
        if mine[axis] != size:
            asked = asked or _changed(symbol, context, part)
            blocks = _blocks(asked[i], axis)
            if not blocks:
                raise _unclear(symbol, i, mine, all_of_it)
        found.append(Place(axis, blocks))
    return found


def _shapes(symbol: Symbol, inputs: Sequence[DataDesc]) -> list[list]:
    return [found or [] for found in symbol.infer_shape(**{d.name: tuple(d.shape) for d in inputs})]


def _shapes_for_all(symbol: Symbol, part: Sequence[DataDesc], workers: int) -> list[list]:
    try:
        return _shapes(symbol, with_examples(part, lambda size: size * workers))
    except MXNetError as error:
        raise BindError(
            f"the network fits the batch of one worker, but not that of all {workers}, as which it is trained: the size of the "
            f"batch is written into it. {_REMEDY} In detail: {error}"
        ) from None


_REMEDY = "Write 0 or -1 in place of the size, as in Reshape(shape=(0, -1)) or zeros(shape=(0, 64))."


def _check_parameters(symbol: Symbol, part: Sequence[DataDesc], own: list, whole: list) -> None:
    fed = {d.name for d in part}
    names = [*symbol.list_arguments(), *symbol.list_auxiliary_states()]
    for name, mine, theirs in zip(names, [*own[0], *own[2]], [*whole[0], *whole[2]], strict=True):
        if name not in fed and mine != theirs:
            raise BindError(
                f"'{name}' has shape {tuple(mine)} for the batch of one worker, and would have {tuple(theirs)} for the batch "
                f"of all, as which it is trained: the size of the batch is written into the network, or the array has a row "
                f"for each example. {_REMEDY} Or feed the array with the data."
            )


def _unclear(symbol: Symbol, i: int, mine: tuple, whole: tuple) -> BindError:
    return BindError(
        f"output '{symbol.list_outputs()[i]}' has shape {tuple(mine)} for the batch of one worker, and {tuple(whole)} for that "
        f"of all; it does not show which part of it belongs to which example, and so to which worker. Let one of its axes be "
        f"the examples, or let it have none, as a mean."
    )


def _changed(symbol: Symbol, context: Context, part: Sequence[DataDesc]) -> list[np.ndarray]:
    """For each output of a batch of two, which elements are others if the first example is another one."""
    inputs = with_examples(part, lambda size: 2)
    axes, rng = batch_axes(inputs), np.random.RandomState(0)
    types = {d.name: d.dtype for d in inputs}
    executor = symbol.simple_bind(context, grad_req="null", type_dict=types, **{d.name: d.shape for d in inputs})
    for name, array in executor.arg_dict.items():
        array[:] = 0 if name in types else rng.uniform(-0.5, 0.5, array.shape)
    for array in executor.aux_dict.values():
        array[:] = 1
    before = [output.asnumpy() for output in executor.forward()]
    for name, axis in axes.items():
        values = np.zeros(executor.arg_dict[name].shape)
        np.moveaxis(values, axis, 0)[0] = 1
        executor.arg_dict[name][:] = values
    after = [output.asnumpy() for output in executor.forward()]
    return [np.not_equal(one, other) for one, other in zip(before, after, strict=True)]


def _blocks(changed: np.ndarray, axis: int) -> int:
    """In how many blocks of both examples the rows of the first one are; 0 if they are elsewhere."""
    others = tuple(i for i in range(changed.ndim) if i != axis)
    rows = np.asarray(changed.any(axis=others))
    starts = np.flatnonzero(np.diff(rows.astype(int), prepend=0) == 1)
    blocks = len(starts)
    if not blocks or rows.size % (2 * blocks):
        return 0
    expected = np.zeros((blocks, 2, rows.size // (2 * blocks)), bool)
    expected[:, 0] = True
    return blocks if (rows == expected.ravel()).all() else 0
