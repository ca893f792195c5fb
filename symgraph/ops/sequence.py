"""Operators on batches of sequences of different lengths, padded to the longest."""

from __future__ import annotations

import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, merge, show
from symgraph.ops.family import Array, first_known, number
from symgraph.ops.following import as_indices


class SequenceOp(Op):
    """Data whose time axis is the first or second, and the lengths of its sequences."""

    use_sequence_length: bool
    axis: int

    tensors = ("data", "sequence_length")

    def arguments(self) -> tuple[str, ...]:
        return self.tensors if self.use_sequence_length else ("data",)

    def result_shape(self, data: PartialShape) -> PartialShape:
        """Shape of the output."""
        return data

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.axis not in (0, 1):
            raise ShapeError(f"axis={self.axis} must be 0 (time, batch, ...) or 1 (batch, time, ...).")
        data = ins[0]
        if data is None:
            return ins, outs
        if len(data) < 2:
            raise ShapeError(f"data {show(data)} must have a time and a batch axis.")
        return [data, (data[1 - self.axis],)][: len(ins)], [self.result_shape(data)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], *outs)
        return [known, *(first_known(length, known) for length in ins[1:])], [known]

    def time(self, data: Array) -> Array:
        """The time of each element, shaped to broadcast with data."""
        return jnp.arange(data.shape[self.axis]).reshape(-1, *(1,) * (data.ndim - 1 - self.axis))

    def length(self, data: Array, sequence_length: Array) -> Array:
        """The length of each element's sequence, shaped to broadcast with data."""
        shape = [1] * data.ndim
        shape[1 - self.axis] = -1
        return as_indices(sequence_length).reshape(shape)


class SameShapeSequenceOp(SequenceOp):
    """A sequence operator whose output has the shape of data."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return super().infer_shape([merge(ins[0], outs[0]), *ins[1:]], outs)


@register("SequenceMask", "_npx_sequence_mask")
class SequenceMask(SameShapeSequenceOp):
    """Overwrites what comes after the end of each sequence.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (shape
    of data). The gradient is zero where data is overwritten, and for sequence_length.

    Attributes:
        use_sequence_length: take lengths as second input; without it data is returned as it is.
        value: what to write, cut to a whole number for integer data.
        axis: the time axis, 0 or 1; the batch axis is the other one.

    >>> import symgraph as mx
    >>> x, lengths = mx.nd.ones((3, 2)), mx.nd.array([1, 3])
    >>> mx.nd.SequenceMask(x, lengths, use_sequence_length=True, value=-1).asnumpy().T.tolist()
    [[1.0, -1.0, -1.0], [1.0, 1.0, 1.0]]
    """

    use_sequence_length: bool = False
    value: float = 0.0
    axis: int = 0

    def lower(self, ctx: LowerContext, data: Array, sequence_length: Array | None = None) -> tuple[Array, ...]:
        if sequence_length is None:
            return (data,)
        inside = self.time(data) < self.length(data, sequence_length)
        return (jnp.where(inside, data, number(self.value, data.dtype)),)


@register("SequenceLast")
class SequenceLast(SequenceOp):
    """The last element of each sequence.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (batch,
    ...). A length outside of [1, time] takes the nearest inside (MXNet reads outside of the array).

    Attributes:
        use_sequence_length: take lengths as second input; without it every sequence ends with the time axis.
        axis: the time axis, 0 or 1; the batch axis is the other one.

    >>> import symgraph as mx
    >>> x, lengths = mx.nd.array([[1, 2], [3, 4], [5, 6]]), mx.nd.array([1, 3])
    >>> mx.nd.SequenceLast(x, lengths, use_sequence_length=True).asnumpy().tolist()
    [1.0, 6.0]
    """

    use_sequence_length: bool = False
    axis: int = 0

    def result_shape(self, data: PartialShape) -> PartialShape:
        return (*data[: self.axis], *data[self.axis + 1 :])

    def lower(self, ctx: LowerContext, data: Array, sequence_length: Array | None = None) -> tuple[Array, ...]:
        steps = data.shape[self.axis]
        if sequence_length is None:
            return (data[(slice(None),) * self.axis + (steps - 1,)],)
        last = jnp.clip(self.length(data, sequence_length) - 1, 0, steps - 1)
        return (jnp.take_along_axis(data, last, axis=self.axis, mode="promise_in_bounds").squeeze(self.axis),)


@register("SequenceReverse")
class SequenceReverse(SameShapeSequenceOp):
    """Reverses each sequence and leaves what comes after its end in place.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (shape
    of data)

    Attributes:
        use_sequence_length: take lengths as second input; without it the whole time axis is reversed.
        axis: the time axis; only 0, as in MXNet.

    >>> import symgraph as mx
    >>> x, lengths = mx.nd.array([[1, 2], [3, 4], [5, 6]]), mx.nd.array([2, 3])
    >>> mx.nd.SequenceReverse(x, lengths, use_sequence_length=True).asnumpy().T.tolist()
    [[3.0, 1.0, 5.0], [6.0, 4.0, 2.0]]
    """

    use_sequence_length: bool = False
    axis: int = 0

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if self.axis != 0:
            raise ShapeError(f"axis={self.axis} must be 0; bring the time axis to the front (swapaxes) first.")
        return super().infer_shape(ins, outs)

    def lower(self, ctx: LowerContext, data: Array, sequence_length: Array | None = None) -> tuple[Array, ...]:
        if sequence_length is None:
            return (jnp.flip(data, 0),)
        time, length = self.time(data), self.length(data, sequence_length)
        return (jnp.take_along_axis(data, jnp.where(time < length, length - 1 - time, time), axis=0, mode="clip"),)
