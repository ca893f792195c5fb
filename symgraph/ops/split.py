"""Operators that cut an array into several along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, Shape
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, merge, merge_all, show
from symgraph.ops.family import Array
from symgraph.ops.following import checked_axis
from symgraph.ops.orders import relaid_along


def _cut(data: Array, axis: int, bounds: tuple[int, ...], squeeze: bool) -> tuple[Array, ...]:
    pieces = (data[(slice(None),) * axis + (slice(low, high),)] for low, high in pairwise(bounds))
    return tuple(piece.squeeze(axis) if squeeze else piece for piece in pieces)


@register("SliceChannel", "split")
class SliceChannel(Op):
    """Cuts an array into equal parts along one axis.

    data (..., m·num_outputs, ...) -> num_outputs outputs (..., m, ...)

    Attributes:
        num_outputs: number of parts; must divide the axis.
        axis: the axis to cut; negative counts from the end.
        squeeze_axis: drop the axis from the parts, in which it must have length 1.

    >>> import symgraph as mx
    >>> [part.shape for part in mx.nd.split(mx.nd.zeros((4, 6)), num_outputs=3)]
    [(4, 2), (4, 2), (4, 2)]
    """

    num_outputs: Count
    axis: int = 1
    squeeze_axis: bool = False

    is_cheap = True

    def outputs(self) -> tuple[str, ...]:
        return tuple(f"output{i}" for i in range(self.num_outputs))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, part = ins[0], merge_all(outs)
        if part is not None:
            data = merge(data, self._whole(part))
        if data is None:
            return [data], list(outs)
        axis = checked_axis(self.axis, len(data))
        length = self._part_length(data, axis)
        part = merge(part, (*data[:axis], *(() if self.squeeze_axis else (length,)), *data[axis + 1 :]))
        return [data], [part] * len(outs)

    def _whole(self, part: PartialShape) -> PartialShape:
        axis = checked_axis(self.axis, len(part) + self.squeeze_axis)
        if self.squeeze_axis:
            return (*part[:axis], self.num_outputs, *part[axis:])
        length = part[axis]
        return (*part[:axis], None if length is None else length * self.num_outputs, *part[axis + 1 :])

    def _part_length(self, data: PartialShape, axis: int) -> int | None:
        length = data[axis]
        if length is None:
            return None
        if length % self.num_outputs or (self.squeeze_axis and length != self.num_outputs):
            wanted = "" if self.squeeze_axis else "a multiple of "
            raise ShapeError(
                f"axis {axis} of data {show(data)} must be {wanted}num_outputs={self.num_outputs} long to be cut into "
                f"that many parts."
            )
        return length // self.num_outputs

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axis = checked_axis(self.axis, data.ndim)
        length = data.shape[axis]
        bounds = tuple(range(0, length + 1, length // self.num_outputs))
        return _cut(data, axis, bounds, self.squeeze_axis)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return None if self.squeeze_axis else relaid_along(self, orders, "axis")


@register("_split_v2", "_npi_split")
class SplitV2(Op):
    """Cuts an array into parts of any length along one axis.

    data (..., d, ...) -> outputs (..., di, ...), whose lengths di sum to d

    Attributes:
        indices: where each part begins, in ascending order, the first being 0.
        axis: the axis to cut; negative counts from the end.
        squeeze_axis: drop the axis from the parts, in which it must have length 1.
        sections: if positive, used instead of `indices`: that many parts, the longer ones first if d is no multiple.

    >>> import symgraph as mx
    >>> first, second = mx.nd._internal._split_v2(mx.nd.array([1, 2, 3]), indices=(0, 1), axis=0)
    >>> first.asnumpy().tolist(), second.asnumpy().tolist()
    ([1.0], [2.0, 3.0])
    """

    indices: Shape
    axis: int = 1
    squeeze_axis: bool = False
    sections: int = 0

    is_cheap = True

    def outputs(self) -> tuple[str, ...]:
        parts = self.sections if self.sections > 0 else len(self.indices)
        if parts == 0:
            raise OpAttributeError(
                "operator _split_v2: give where the parts begin (indices) or their number (sections)."
            )
        return ("output",) if parts == 1 else tuple(f"output{i}" for i in range(parts))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = ins[0]
        if data is None:
            return ins, outs
        axis = checked_axis(self.axis, len(data))
        for part in outs:
            data = merge(data, self._beside(part, axis)) or data
        length = data[axis]
        lengths: list[int | None] = [None] * len(outs)
        if length is not None:
            lengths = [high - low for low, high in pairwise(self._bounds(length))]
        return [data], [(*data[:axis], *(() if self.squeeze_axis else (d,)), *data[axis + 1 :]) for d in lengths]

    def _beside(self, part: PartialShape | None, axis: int) -> PartialShape | None:
        """What a part says about data: all axes but the one that is cut."""
        return None if part is None else (*part[:axis], None, *part[axis + (not self.squeeze_axis) :])

    def _bounds(self, length: int) -> tuple[int, ...]:
        if self.sections > 0:
            size, longer = divmod(length, self.sections)
            return tuple(i * size + min(i, longer) for i in range(self.sections + 1))
        bounds = (*self.indices, length)
        if bounds[0] != 0 or list(bounds) != sorted(bounds):
            raise ShapeError(
                f"indices={self.indices} must begin with 0 and ascend within axis {self.axis} of length {length}."
            )
        if self.squeeze_axis and any(high - low != 1 for low, high in pairwise(bounds)):
            raise ShapeError(
                f"squeeze_axis needs parts of length 1, but indices={self.indices} cut an axis of length {length} into "
                f"others."
            )
        return bounds

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axis = checked_axis(self.axis, data.ndim)
        return _cut(data, axis, self._bounds(data.shape[axis]), self.squeeze_axis)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return None if self.squeeze_axis else relaid_along(self, orders, "axis")
