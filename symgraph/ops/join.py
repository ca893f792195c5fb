"""Operators that put several arrays together into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import WIDEST, WIDEST_IN_FLOAT16
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge_all, show
from symgraph.ops.family import Array
from symgraph.ops.following import checked_axis
from symgraph.ops.orders import relaid_along


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined(Op):
    """Any number of inputs of the same dtype and one output."""

    num_args: Count

    variadic = "num_args"

    def arguments(self) -> tuple[str, ...]:
        return tuple(f"arg{i}" for i in range(self.num_args))


@dataclass(frozen=True, kw_only=True, eq=False)
class Concatenation(Joined):
    """Inputs that agree on all axes but one, along which they are laid end to end."""

    along: ClassVar[str] = "dim"
    """The attribute that tells the axis."""

    unknown_lengths: ClassVar[int] = 1
    """How many unknown lengths of inputs may follow from that of the output: several are equal."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        out = outs[0]
        ranks = {len(shape) for shape in (*ins, out) if shape is not None}
        if not ranks:
            return ins, outs
        axis = checked_axis(getattr(self, self.along), min(ranks))
        around = merge_all(self._around(shape, axis) for shape in (*ins, out))
        lengths = [None if shape is None else shape[axis] for shape in ins]
        total = None if out is None else out[axis]
        lengths, total = _balance(lengths, total, self.unknown_lengths)
        return [self._with(around, axis, length) for length in lengths], [self._with(around, axis, total)]

    @staticmethod
    def _around(shape: MaybeShape, axis: int) -> MaybeShape:
        return None if shape is None else (*shape[:axis], None, *shape[axis + 1 :])

    @staticmethod
    def _with(around: MaybeShape, axis: int, length: int | None) -> MaybeShape:
        return None if around is None else (*around[:axis], length, *around[axis + 1 :])

    def lower(self, ctx: LowerContext, *arrays: Array) -> tuple[Array, ...]:
        return (jnp.concatenate(arrays, axis=getattr(self, self.along)),)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_along(self, orders, self.along)


def _balance(lengths: list[int | None], total: int | None, limit: int) -> tuple[list[int | None], int | None]:
    """Lengths that sum to `total`, with those that are unknown, if there are not more than `limit`."""
    known = sum(d for d in lengths if d is not None)
    if None not in lengths:
        return lengths, known
    unknown = lengths.count(None)
    if total is None or unknown > limit:
        return lengths, total
    if known > total:
        raise ShapeError(f"the known lengths {show(tuple(lengths))} of the inputs exceed that of the output, {total}.")
    if (total - known) % unknown:
        return lengths, total
    return [(total - known) // unknown if d is None else d for d in lengths], total


@register("Concat", "concat", "_sparse_concat")
class Concat(Concatenation):
    """Lays arrays end to end along one axis.

    inputs (..., di, ...), equal on all other axes -> output (..., d1 + ... + dn, ...). One unknown di is inferred from
    the output.

    Attributes:
        num_args: number of inputs; counted for you.
        dim: the axis; negative counts from the end.

    >>> import symgraph as mx
    >>> mx.nd.concat(mx.nd.zeros((2, 3)), mx.nd.zeros((2, 4)), dim=1).shape
    (2, 7)
    """

    dim: int = 1

    precision = WIDEST_IN_FLOAT16
    picture = "reshaping"


@register("_rnn_param_concat", "_npi_rnn_param_concat")
class RNNParamConcat(Concatenation):
    """Lays the weights and biases of a recurrent layer end to end, as its one parameter vector; same as `Concat`.

    inputs (..., di, ...) -> output (..., d1 + ... + dn, ...). Two unknown di are inferred from the output, as equal: they
    are the input weights of both directions.

    Attributes:
        num_args: number of inputs; counted for you.
        dim: the axis; negative counts from the end.

    >>> import symgraph as mx
    >>> weight, bias = mx.nd.array([1, 2, 3]), mx.nd.array([4])
    >>> mx.nd._internal._rnn_param_concat(weight, bias, dim=0).asnumpy().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """

    dim: int = 1

    unknown_lengths: ClassVar[int] = 2


@register("stack")
class Stack(Joined):
    """Puts arrays of the same shape side by side along a new axis.

    inputs (d1, ..., dk) -> output with k + 1 axes, `num_args` long on the new one

    Attributes:
        num_args: number of inputs; counted for you.
        axis: position of the new axis in the output; negative counts from the output's end.

    >>> import symgraph as mx
    >>> mx.nd.stack(mx.nd.array([1, 2]), mx.nd.array([3, 4]), axis=1).asnumpy().tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """

    axis: int = 0

    precision = WIDEST

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, self._without_axis(outs[0])))
        if shape is None:
            return ins, outs
        axis = checked_axis(self.axis, len(shape) + 1)
        return [shape] * len(ins), [(*shape[:axis], self.num_args, *shape[axis:])]

    def _without_axis(self, out: MaybeShape) -> PartialShape | None:
        if out is None:
            return None
        axis = checked_axis(self.axis, len(out))
        return (*out[:axis], *out[axis + 1 :])

    def lower(self, ctx: LowerContext, *arrays: Array) -> tuple[Array, ...]:
        return (jnp.stack(arrays, axis=self.axis),)
