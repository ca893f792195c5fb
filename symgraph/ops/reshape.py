"""Operators that change the shape of an array and leave its elements and their order alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax.numpy as jnp

from symgraph.errors import ShapeError, counted
from symgraph.ir.attrs import Shape
from symgraph.ir.layout import Order, Relaid, stored
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, merge_dim, show, size
from symgraph.ops.family import Array
from symgraph.ops.following import FollowsFirst, checked_axis
from symgraph.ops.orders import reshaped


def _same_size(a: MaybeShape, b: MaybeShape) -> tuple[MaybeShape, MaybeShape]:
    """Shapes `a` and `b` of equally many elements, with what the size of one says about the other."""
    a, b = _complete(a, size(b)), _complete(b, size(a))
    have, wanted = size(a), size(b)
    if have is not None and wanted is not None and have != wanted:
        raise ShapeError(
            f"an array of shape {show(a)} has {counted(have, 'element')} and cannot take shape {show(b)} of {wanted}; "
            f"give shapes with equally many elements."
        )
    return a, b


def _complete(shape: MaybeShape, total: int | None) -> MaybeShape:
    """`shape` with its unknown dimension, if it is the only one, such that there are `total` elements."""
    if shape is None or total is None or shape.count(None) != 1:
        return shape
    known = math.prod(d for d in shape if d is not None)
    if known == 0 or total % known:
        raise ShapeError(
            f"no whole number in place of ? gives shape {show(shape)} {total} elements; "
            f"the known dimensions must divide their number."
        )
    return tuple(total // known if d is None else d for d in shape)


def _decode(codes: Sequence[int], source: Sequence[int | None]) -> PartialShape:
    """The shape that the codes of `Reshape` ask for; its only unknown dimension may be one that code -1 left open."""
    target: list[int | None] = []
    position = i = computed = 0

    def take(count: int) -> Sequence[int | None]:
        nonlocal position
        position += count
        if position > len(source):
            raise ShapeError(f"shape={tuple(codes)} uses more dimensions than data of shape {show(tuple(source))} has.")
        return source[position - count : position]

    while i < len(codes):
        code = codes[i]
        if code == 0:
            target.extend(take(1))
        elif code == -2:
            target.extend(source[position:])
            position = max(position, len(source))
        elif code == -3:
            target.append(size(take(2)))
        elif code == -4:
            target.extend(_split(codes[i + 1 : i + 3], take(1)[0]))
            i += 2
        elif code == -1 or code > 0:
            target.append(None if code == -1 else code)
            computed += code == -1
            position += 1
        else:
            raise ShapeError(f"{code} in shape={tuple(codes)} is no dimension and none of the codes 0 .. -4.")
        i += 1
    if computed > 1:
        raise ShapeError(f"shape={tuple(codes)} leaves {computed} dimensions to be computed; only one may be -1.")
    return tuple(target)


def _split(parts: Sequence[int], whole: int | None) -> PartialShape:
    """The two factors that follow code -4, for a dimension of length `whole`."""
    if len(parts) != 2 or any(p == 0 or p < -1 for p in parts) or tuple(parts) == (-1, -1):
        raise ShapeError(f"code -4 needs two factors after it, at most one of them -1, but got {tuple(parts)}.")
    first, second = parts
    if whole is None:
        return tuple(None if p == -1 else p for p in parts)
    first, second = (whole // second if first == -1 else first), (whole // first if second == -1 else second)
    if first * second != whole:
        raise ShapeError(f"code -4 cannot split a dimension of length {whole} into factors {tuple(parts)}.")
    return (first, second)


class _OfOne(Op):
    """An operator that gives one array another shape."""

    is_cheap = True

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (shape,), (target,) = self.infer_shape(shapes, [None])
        found = reshaped(shape or (), target or (), orders[0])
        if found is None:
            return None
        taken, delivered = found
        return Relaid(Reshape(shape=stored(target or (), delivered)), (taken,), (delivered,))


@register("Reshape", "reshape")
class Reshape(_OfOne):
    """Gives an array a new shape with equally many elements, in row-major order.

    data (any shape) -> output (the new shape). An unknown dimension of data is inferred from a known output.

    Attributes:
        shape: the new dimensions. Positive numbers stand for themselves; the codes read the dimensions of data from
            left to right: 0 copies one · -1 is computed from the others (once only) · -2 copies all that remain · -3
            multiplies two into one · -4 splits one into the two factors that follow, one of which may be -1.
        reverse: read `shape` and the dimensions of data from right to left.
        target_shape: old spelling, used when `shape` is empty: 0 is computed from the others.
        keep_highest: with `target_shape`, copy the first dimension of data.

    >>> import symgraph as mx
    >>> x = mx.sym.Variable("x")
    >>> mx.sym.Reshape(x, shape=(-4, 2, -1, -3)).infer_shape(x=(6, 4, 5))[1]
    [(2, 3, 20)]
    >>> mx.sym.Reshape(x, shape=(-1, 0), reverse=True).infer_shape(x=(10, 5, 4))[1]
    [(50, 4)]
    """

    shape: Shape = ()
    reverse: bool = False
    target_shape: Shape = ()
    keep_highest: bool = False

    picture = "reshaping"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = ins[0], outs[0]
        if data is None:
            return [data], [out]
        data, out = _same_size(data, merge(out, self._target(data)))
        return [data], [out]

    def _target(self, data: PartialShape) -> PartialShape:
        if not self.shape:
            return self._legacy_target(data)
        if self.reverse:
            return _decode(self.shape[::-1], data[::-1])[::-1]
        return _decode(self.shape, data)

    def _legacy_target(self, data: PartialShape) -> PartialShape:
        if not self.target_shape:
            raise ShapeError("Reshape needs the attribute shape, such as shape=(-1, 4).")
        kept = data[:1] if self.keep_highest else ()
        return kept + tuple(d or None for d in self.target_shape[len(kept) :])

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        (out,) = self.infer_shape([data.shape], [None])[1]
        return (data.reshape(out),)


@register("Flatten", "flatten", "_npx_batch_flatten")
class Flatten(_OfOne):
    """Collapses all axes but the first into one.

    data (n, d1, ..., dk) -> output (n, d1·…·dk); k = 0 gives (n, 1).

    >>> import symgraph as mx
    >>> mx.nd.Flatten(mx.nd.zeros((2, 3, 4))).shape
    (2, 12)
    """

    picture = "reshaping"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, (n, features) = ins[0], merge(outs[0], (None, None)) or (None, None)
        if data is None:
            return [None], [(n, features)]
        if not data:
            raise ShapeError("Flatten needs an array of at least one axis, but got a scalar.")
        n = merge_dim(data[0], n)
        rest, flat = _same_size(data[1:], (features,))
        return [(n, *(rest or ()))], [(n, *(flat or ()))]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data.reshape(data.shape[0], math.prod(data.shape[1:])),)


@register("reshape_like", "_npx_reshape_like")
class ReshapeLike(FollowsFirst):
    """Gives lhs the shape of rhs, or replaces a range of its axes by a range of the axes of rhs.

    lhs (any shape) · rhs (any shape, only its shape is used) -> output
    lhs.shape[:lhs_begin] + rhs.shape[rhs_begin:rhs_end] + lhs.shape[lhs_end:].

    Attributes:
        lhs_begin, lhs_end: range of axes of lhs to replace; negative counts from the end. Default: all.
        rhs_begin, rhs_end: range of axes of rhs to take. Default: all.

    >>> import symgraph as mx
    >>> x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    >>> z = mx.sym.reshape_like(x, y, lhs_begin=0, lhs_end=1, rhs_begin=0, rhs_end=2)
    >>> z.infer_shape(x=(30, 7), y=(15, 2, 4))[1]
    [(15, 2, 7)]
    """

    lhs_begin: int | None = None
    lhs_end: int | None = None
    rhs_begin: int | None = None
    rhs_end: int | None = None

    is_cheap = True
    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs, rhs, out = *ins, outs[0]
        if lhs is None or rhs is None:
            return [lhs, rhs], [out]
        begin, end = self._range("lhs", self.lhs_begin, self.lhs_end, len(lhs))
        first, last = self._range("rhs", self.rhs_begin, self.rhs_end, len(rhs))
        lhs, out = _same_size(lhs, merge(out, (*lhs[:begin], *rhs[first:last], *lhs[end:])))
        return [lhs, rhs], [out]

    def _range(self, side: str, begin: int | None, end: int | None, ndim: int) -> tuple[int, int]:
        low = 0 if begin is None else begin + ndim * (begin < 0)
        high = ndim if end is None else end + ndim * (end < 0)
        if not 0 <= low < high <= ndim:
            raise ShapeError(
                f"{side}_begin={begin}, {side}_end={end} is no range of the axes of a {ndim}-dimensional "
                f"{side}; begin must come before end."
            )
        return low, high

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        (out,) = self.infer_shape([lhs.shape, rhs.shape], [None])[1]
        return (lhs.reshape(out),)


@register("expand_dims", "_npi_expand_dims")
class ExpandDims(_OfOne):
    """Inserts an axis of length 1.

    data (d1, ..., dk) -> output with k + 1 axes

    Attributes:
        axis: position of the new axis in the output; negative counts from the output's end.

    >>> import symgraph as mx
    >>> mx.nd.expand_dims(mx.nd.zeros((2, 3)), axis=-1).shape
    (2, 3, 1)
    """

    axis: int

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = ins[0], outs[0]
        if data is None and out is not None:
            axis = self._axis(len(out) - 1)
            data = (*out[:axis], *out[axis + 1 :])
        if data is not None:
            axis = self._axis(len(data))
            out = merge(out, (*data[:axis], 1, *data[axis:]))
            data = None if out is None else (*out[:axis], *out[axis + 1 :])
        return [data], [out]

    def _axis(self, ndim: int) -> int:
        return checked_axis(self.axis, ndim + 1)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.expand_dims(data, self.axis),)


@register("squeeze")
class Squeeze(_OfOne):
    """Removes axes of length 1.

    data (any shape) -> output (data's shape without those axes; (1,) when none remains)

    Attributes:
        axis: the axes to remove, which must have length 1; by default all that do.

    >>> import symgraph as mx
    >>> mx.nd.squeeze(mx.nd.zeros((1, 3, 1)), axis=0).shape
    (3, 1)
    """

    axis: Shape | None = None

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = ins[0], outs[0]
        if data is None or (self.axis is None and None in data):
            return [data], [out]
        gone = self._gone(data)
        kept = [axis for axis in range(len(data)) if axis not in gone]
        out = merge(out, tuple(data[axis] for axis in kept) or (1,))
        known = dict(zip(kept, out or (), strict=False))
        return [tuple(known.get(axis, 1) for axis in range(len(data)))], [out]

    def _gone(self, data: PartialShape) -> set[int]:
        if self.axis is None:
            return {axis for axis, d in enumerate(data) if d == 1}
        axes = {checked_axis(axis, len(data)) for axis in self.axis}
        if len(axes) < len(self.axis):
            raise ShapeError(f"axis={self.axis} names an axis twice.")
        for axis in axes:
            if data[axis] not in (1, None):
                raise ShapeError(f"axis {axis} of data {show(data)} has length {data[axis]}, not 1.")
        return axes

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        (out,) = self.infer_shape([data.shape], [None])[1]
        return (data.reshape(out),)
