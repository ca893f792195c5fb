"""Operators that cut a box out of an array, or write into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Range, Shape
from symgraph.ir.layout import Order, Relaid, stored
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, PartialShape, merge, show
from symgraph.ops.family import Array, number, relaid_alike
from symgraph.ops.following import FollowsFirst, Forward, checked_axis, of_rank
from symgraph.ops.orders import relaid_along, relaid_channels_last

Bounds = tuple[int | None, ...]
"""Annotation of a bound per axis, None for the end that the sign of the step implies."""


def _box(begin: Bounds, end: Bounds, step: Bounds, ndim: int) -> tuple[slice, ...]:
    """One slice for each leading axis that the bounds name."""
    if not len(begin) == len(end) <= ndim or len(step) not in (0, len(begin)):
        raise ShapeError(
            f"begin={begin}, end={end}, step={step} must be equally long (step may be empty) and name at most the "
            f"{ndim} axes of data."
        )
    if 0 in step:
        raise ShapeError(f"step={step} must not contain 0.")
    return tuple(slice(*bounds) for bounds in zip(begin, end, step or (None,) * len(begin), strict=True))


def _box_shape(data: PartialShape, box: tuple[slice, ...]) -> PartialShape:
    sliced = (None if d is None else len(range(*s.indices(d))) for d, s in zip(data, box, strict=False))
    return (*sliced, *data[len(box) :])


@dataclass(frozen=True, kw_only=True, eq=False)
class Boxed(Op):
    """Attributes and rules of the operators that work on a box ``data[begin:end:step]``."""

    begin: Bounds
    end: Bounds
    step: Bounds = ()

    def box(self, ndim: int) -> tuple[slice, ...]:
        """The box in an array with `ndim` axes."""
        return _box(self.begin, self.end, self.step, ndim)


@register("slice", "crop", "_sparse_slice", "_npi_slice", "_npx_slice")
class Slice(Boxed, Forward):
    """Cuts out data[begin:end:step], as Python slices do, on the leading axes.

    data (any shape) -> output (data's rank)

    Attributes:
        begin, end: bounds of each leading axis; negative counts from the end, None means up to the end, and what lies
            outside is cut off.
        step: stride of each axis, negative to go backwards; empty or None means 1.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[1, 2, 3], [4, 5, 6]])
    >>> mx.nd.slice(x, begin=(None, 2), end=(None, None), step=(1, -2)).asnumpy().tolist()
    [[3.0, 1.0], [6.0, 4.0]]
    """

    is_cheap = True

    def output_shape(self, data: PartialShape) -> MaybeShape:
        return _box_shape(data, self.box(len(data)))

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data[self.box(data.ndim)],)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        if order is None:
            return None
        rest = len(order) - len(self.begin)
        bounds = {"begin": self.begin, "end": self.end, "step": self.step or (None,) * len(self.begin)}
        return relaid_alike(
            replace(self, **{name: stored((*bound, *[None] * rest), order) for name, bound in bounds.items()}), orders
        )


@register("_slice_assign", "_crop_assign", "_npi_slice_assign")
class SliceAssign(Boxed):
    """A copy of lhs in which the box lhs[begin:end:step] is rhs.

    lhs (any shape) · rhs (shape of the box) -> output (shape of lhs). MXNet defines no gradient; ours is the natural
    one.

    Attributes:
        begin, end, step: as for `slice`.

    >>> import symgraph as mx
    >>> x = mx.nd._internal._slice_assign(mx.nd.zeros((4,)), mx.nd.array([7, 8]), begin=(1,), end=(3,))
    >>> x.asnumpy().tolist()
    [0.0, 7.0, 8.0, 0.0]
    """

    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs = merge(ins[0], outs[0])
        if lhs is None:
            return ins, outs
        return [lhs, _box_shape(lhs, self.box(len(lhs)))], [lhs]

    def lower(self, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (lhs.at[self.box(lhs.ndim)].set(rhs),)


@register("_slice_assign_scalar", "_crop_assign_scalar", "_npi_slice_assign_scalar")
class SliceAssignScalar(Op):
    """A copy of data in which every element of the box data[begin:end:step] is a number.

    data (any shape) -> output (same shape). MXNet defines no gradient; ours is the natural one.

    Attributes:
        scalar: the number, cut to a whole one for integer data.
        begin, end, step: as for `slice`.

    >>> import symgraph as mx
    >>> mx.nd._internal._slice_assign_scalar(mx.nd.zeros((4,)), scalar=9, begin=(1,), end=(3,)).asnumpy().tolist()
    [0.0, 9.0, 9.0, 0.0]
    """

    scalar: float = 0.0
    begin: Bounds
    end: Bounds
    step: Bounds = ()

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge(ins[0], outs[0])
        if shape is not None:
            _box(self.begin, self.end, self.step, len(shape))
        return [shape], [shape]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (data.at[_box(self.begin, self.end, self.step, data.ndim)].set(number(self.scalar, data.dtype)),)


@register("slice_axis")
class SliceAxis(Forward):
    """Cuts out data[..., begin:end, ...] along one axis.

    data (any shape) -> output (data's shape, axis `axis` being end - begin long)

    Attributes:
        axis: the axis to cut; negative counts from the end.
        begin, end: bounds, which must lie inside of the axis; negative counts from the end; ``end=None`` is its end.

    >>> import symgraph as mx
    >>> mx.nd.slice_axis(mx.nd.array([[1, 2, 3], [4, 5, 6]]), axis=1, begin=-2, end=None).asnumpy().tolist()
    [[2.0, 3.0], [5.0, 6.0]]
    """

    axis: int
    begin: int
    end: int | None

    is_cheap = True

    def output_shape(self, data: PartialShape) -> MaybeShape:
        axis = checked_axis(self.axis, len(data))
        begin, end = self._bounds(data, axis)
        return (*data[:axis], None if data[axis] is None else end - begin, *data[axis + 1 :])

    def _bounds(self, data: PartialShape, axis: int) -> tuple[int, int]:
        length = data[axis]
        if length is None:
            return 0, 0
        begin = self.begin + length * (self.begin < 0)
        end = length if self.end is None else self.end + length * (self.end < 0)
        if not 0 <= begin < end <= length:
            raise ShapeError(
                f"begin={self.begin}, end={self.end} is no range of axis {axis} of data {show(data)}; begin must come "
                f"before end, and both lie within its length."
            )
        return begin, end

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axis = checked_axis(self.axis, data.ndim)
        begin, end = self._bounds(data.shape, axis)
        return (data[(slice(None),) * axis + (slice(begin, end),)],)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_along(self, orders, "axis")


@register("slice_like")
class SliceLike(FollowsFirst):
    """Cuts data to the lengths of another array, from the front of each axis.

    data (any shape) · shape_like (any shape, only its shape is used) -> output (data's rank, with the lengths of
    shape_like on the axes in question)

    Attributes:
        axes: the axes to cut, negative ones counting from the end; empty means all, and then the ranks must agree.

    >>> import symgraph as mx
    >>> mx.nd.slice_like(mx.nd.zeros((5, 6)), mx.nd.zeros((3, 4)), axes=(-1,)).shape
    (5, 4)
    """

    axes: Shape = ()
    _like_axes: Shape = ()
    """The axes of shape_like, if they are not those of data."""

    tensors = ("data", "shape_like")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, like = ins
        if data is None or like is None:
            return ins, outs
        out = list(data)
        for axis in self._checked_axes(data, like):
            out[axis] = like[axis]
        return ins, [tuple(out)]

    def _checked_axes(self, data: PartialShape, like: PartialShape) -> list[int]:
        if not self.axes and len(data) != len(like):
            raise ShapeError(
                f"data {show(data)} and shape_like {show(like)} differ in rank; name the axes to cut by the "
                f"attribute axes."
            )
        axes = [checked_axis(axis, len(data)) for axis in self.axes] or list(range(len(data)))
        for axis in axes:
            if axis >= len(like):
                raise ShapeError(f"shape_like {show(like)} has no axis {axis}, along which data is to be cut.")
            wanted, given = like[axis], data[axis]
            if wanted is not None and given is not None and wanted > given:
                raise ShapeError(
                    f"data {show(data)} cannot be cut to length {wanted} along axis {axis}, which is only {given} long."
                )
        return axes

    def lower(self, ctx: LowerContext, data: Array, shape_like: Array) -> tuple[Array, ...]:
        box = [slice(None)] * data.ndim
        axes = self.axes if self._like_axes else self._checked_axes(data.shape, shape_like.shape)
        for axis, like in zip(axes, self._like_axes or axes, strict=True):
            box[axis] = slice(shape_like.shape[like])
        return (data[tuple(box)],)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        data, like = (
            range(len(shape or ())) if order is None else order for shape, order in zip(shapes, orders, strict=True)
        )
        axes = self._checked_axes(shapes[0] or (), shapes[1] or ())
        if not axes or orders == [None, None]:
            return None
        op = replace(self, axes=tuple(map(data.index, axes)), _like_axes=tuple(map(like.index, axes)))
        return Relaid(op, tuple(orders), (orders[0],))


@register("Crop")
class Crop(Op):
    """Cuts a window out of the height and width of a stack of pictures.

    data (n, c, h, w) · crop_like (any, any, h', w'), only with ``num_args=2`` -> output (n, c, h', w')

    Attributes:
        num_args: 2 to take the size of the window from a second input, 1 to take it from `h_w`.
        offset: row and column of the window's upper left corner.
        h_w: height and width of the window when there is one input.
        center_crop: put the window into the middle instead.

    >>> import symgraph as mx
    >>> mx.nd.Crop(mx.nd.zeros((1, 3, 8, 8)), h_w=(5, 4), offset=(2, 2)).shape
    (1, 3, 5, 4)
    """

    num_args: Annotated[int, Range(1, 2)]
    offset: Shape = (0, 0)
    h_w: Shape = (0, 0)
    center_crop: bool = False
    _is_channel_last: bool = False

    variadic = "num_args"

    def arguments(self) -> tuple[str, ...]:
        return ("arg0", "arg1")[: self.num_args]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = of_rank("data", ins[0], 4)
        window: PartialShape = self.h_w if len(ins) == 1 else of_rank("the second input", ins[1], 4)[2:]
        if len(window) != 2 or 0 in window or len(self.offset) != 2:
            raise ShapeError(f"h_w={self.h_w} and offset={self.offset} must be two numbers each, and h_w positive.")
        self._corner(data[2:], window)
        return [data, *ins[1:]], [(*data[:2], *window)]

    def _corner(self, size: PartialShape, window: PartialShape) -> tuple[int, ...]:
        """Upper left corner of the window in pictures of a size, zero where a length is still unknown."""
        corner = []
        for length, wanted, offset in zip(size, window, self.offset, strict=True):
            room = 0 if length is None or wanted is None else length - wanted
            start = room // 2 if self.center_crop else offset
            if room < 0 or (length is not None and wanted is not None and start > room):
                raise ShapeError(
                    f"a window of {show(window)} at {self.offset} does not fit into pictures of {show(size)}; "
                    f"give a smaller size or offset."
                )
            corner.append(start)
        return tuple(corner)

    def lower(self, ctx: LowerContext, data: Array, crop_like: Array | None = None) -> tuple[Array, ...]:
        first = 1 if self._is_channel_last else 2
        window = self.h_w if crop_like is None else crop_like.shape[first : first + 2]
        corner = self._corner(data.shape[first : first + 2], window)
        box = (slice(start, start + length) for start, length in zip(corner, window, strict=True))
        return (data[(slice(None),) * first + tuple(box)],)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_channels_last(self, orders)
