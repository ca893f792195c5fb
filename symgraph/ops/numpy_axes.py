"""Operators on the axes of arrays, of networks that were saved with MXNet's NumPy interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import DType, Shape
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, show, size
from symgraph.ops.axes import Permutation
from symgraph.ops.family import Array, reduced_axes
from symgraph.ops.floating import accumulator, axis_of, require_float
from symgraph.ops.join import Concatenation


@register("_npi_concatenate")
class NumpyConcatenate(Concatenation):
    """Lays arrays end to end along one axis.

    inputs (..., di, ...), equal on all other axes -> output (..., d1 + ... + dn, ...)

    Attributes:
        num_args: number of inputs; counted for you.
        axis: the axis; negative counts from the end.

    >>> import symgraph as mx
    >>> mx.nd._internal._npi_concatenate(mx.nd.zeros((2, 3)), mx.nd.zeros((1, 3))).shape
    (3, 3)
    """

    axis: int = 0

    along: ClassVar[str] = "axis"

    def outputs(self) -> tuple[str, ...]:
        return ("out",)


@register("_np_transpose")
class NumpyTranspose(Permutation):
    """Permutes the axes of an array.

    a (d1, ..., dk) -> output with the same dimensions in another order

    Attributes:
        axes: for each axis of the output, the axis of a it is; negative ones count from the end; None reverses them all.

    >>> import symgraph as mx
    >>> mx.nd._internal._np_transpose(mx.nd.zeros((2, 3, 4)), axes=(0, -1, 1)).shape
    (2, 4, 3)
    """

    axes: Shape | None = None

    tensors: ClassVar[tuple[str, ...]] = ("a",)

    def order(self, ndim: int) -> tuple[int, ...]:
        if not self.axes:
            return tuple(reversed(range(ndim)))
        order = tuple(axis_of(self, axis, (None,) * ndim) for axis in self.axes)
        if sorted(order) != list(range(ndim)):
            raise ShapeError(f"axes={self.axes} must name each of the {ndim} axes once.")
        return order


class _Reshaped(Op):
    """An array of equally many elements, of the shape that `target` tells."""

    is_cheap = True
    tensors: ClassVar[tuple[str, ...]] = ("a",)

    def target(self, source: Sequence[int | None]) -> MaybeShape:
        """The new shape; an unknown dimension is computed from the others."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if ins[0] is None:
            return ins, outs
        target, total = self.target(ins[0]), size(ins[0])
        if target is None or total is None:
            return ins, [target]
        known = size(tuple(1 if d is None else d for d in target))
        if not known or (total % known if None in target else total != known):
            raise ShapeError(f"an array of shape {show(ins[0])} cannot take the shape {show(target)}.")
        return ins, [tuple(total // known if d is None else d for d in target)]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        (shape,) = self.infer_shape([a.shape], [None])[1]
        return (a.reshape(shape),)


@register("_np_reshape")
class NumpyReshape(_Reshaped):
    """Gives an array a new shape, as NumPy does.

    a (any shape) -> output (the new shape)

    Attributes:
        newshape: the new dimensions; one may be -1 and is computed from the others.
        order: how elements follow each other; only ``"C"``.

    >>> import symgraph as mx
    >>> mx.nd._internal._np_reshape(mx.nd.zeros((2, 3, 4)), newshape=(4, -1)).shape
    (4, 6)
    """

    newshape: tuple[int, ...]
    order: str = "C"

    def target(self, source: Sequence[int | None]) -> MaybeShape:
        return _with_one_open(self, self.newshape)


@register("_npx_reshape")
class CodedReshape(_Reshaped):
    """Gives an array a new shape, by codes that read its dimensions from left to right.

    a (any shape) -> output (the new shape)

    Attributes:
        newshape: -1 is computed from the others, once · -2 copies a dimension · -3 drops one of length 1 · -4 copies all that
            remain · -5 multiplies two into one · -6 splits one into the two factors that follow, one of which may be -1.
        reverse: read `newshape` and the dimensions from right to left.
        order: how elements follow each other; only ``"C"``.

    >>> import symgraph as mx
    >>> mx.nd._internal._npx_reshape(mx.nd.zeros((2, 3, 4)), newshape=(-2, -5)).shape
    (2, 12)
    """

    newshape: tuple[int, ...]
    reverse: bool = False
    order: str = "C"

    def target(self, source: Sequence[int | None]) -> MaybeShape:
        if not self.reverse:
            return self._decoded(list(self.newshape), list(source))
        target = self._decoded(list(self.newshape[::-1]), list(source[::-1]))
        return None if target is None else target[::-1]

    def _decoded(self, codes: list[int], source: list[int | None]) -> MaybeShape:
        target: list[int | None] = []
        while codes:
            code = codes.pop(0)
            if code == -4:
                target += source
                source = []
            elif code in (-2, -3, -5, -6):
                taken = [source.pop(0) for _ in range(2 if code == -5 else 1) if source]
                factors = [codes.pop(0) for _ in range(2) if codes] if code == -6 else []
                target += self._by_code(code, taken, factors)
            else:
                target.append(code)
                source = source[1:]
        return _with_one_open(self, target)

    def _by_code(self, code: int, taken: list[int | None], factors: list[int]) -> list[int | None]:
        if len(taken) < (2 if code == -5 else 1) or (code == -6 and len(factors) < 2):
            raise ShapeError(f"{self.name}: code {code} in newshape={self.newshape} finds too few dimensions.")
        if code == -2:
            return taken
        if code == -3:
            if taken[0] not in (1, None):
                raise ShapeError(f"{self.name}: code -3 drops a dimension of length 1, not one of {taken[0]}.")
            return []
        if code == -5:
            return [size(tuple(taken))]
        whole = taken[0]
        if whole is None or -1 not in factors:
            return [None if factor == -1 else factor for factor in factors]
        other = max(factors)
        return [whole // other if factor == -1 else factor for factor in factors]


def _with_one_open(op: Op, shape: Sequence[int | None]) -> MaybeShape:
    """A shape in which -1 stands for what is not known yet.

    Raises:
        ShapeError: other negative numbers, or several of -1.
    """
    if list(shape).count(-1) > 1 or any(d is not None and d < -1 for d in shape):
        raise ShapeError(f"{op.name}: a dimension is at least 0, or -1, once, for what follows from the others.")
    return tuple(None if d == -1 else d for d in shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Folded(Op):
    """Some axes of an array folded into one number, as NumPy does: a full reduction has shape ()."""

    precision = IN_FLOAT32
    tensors: ClassVar[tuple[str, ...]] = ("a",)
    fold: ClassVar[Callable[..., Array]]

    axis: Shape | None = None
    dtype: DType | None = None
    keepdims: bool = False
    initial: float | None = None

    def __post_init__(self) -> None:
        if self.initial is not None:
            raise OpAttributeError(f"{self.name}: initial={self.initial} is not supported; add it to the result.")

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), names_slot=True)
        return super().infer_dtype(ins, outs) if self.dtype is None else (ins, [cast(np.dtype, self.dtype)])

    def _axes(self, ndim: int) -> tuple[int, ...]:
        return () if self.axis == () else reduced_axes(self.axis, ndim)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        (a,) = ins
        if a is None:
            return ins, outs
        axes = self._axes(len(a))
        kept = [1 if i in axes else d for i, d in enumerate(a)]
        return ins, [tuple(d for i, d in enumerate(kept) if self.keepdims or i not in axes)]

    def lower(self, ctx: LowerContext, a: Array) -> tuple[Array, ...]:
        folded = type(self).fold(a.astype(accumulator(a.dtype)), axis=self._axes(a.ndim), keepdims=self.keepdims)
        return (folded.astype(a.dtype if self.dtype is None else self.dtype),)


@register("_np_sum")
class NumpySum(_Folded):
    """Sum along axes.

    a (d1, ..., dk) -> output (axes that remain)

    Attributes:
        axis: axes to fold, negative ones from the end; None: all.
        dtype: of the result; None: that of a.
        keepdims: keep the folded axes with length 1.
        initial: None.

    >>> import symgraph as mx
    >>> mx.nd._internal._np_sum(mx.nd.ones((2, 3)), axis=1).asnumpy().tolist()
    [3.0, 3.0]
    """

    fold = staticmethod(jnp.sum)


@register("_npi_mean")
class NumpyMean(_Folded):
    """Mean along axes.

    a (d1, ..., dk) -> output (axes that remain)

    Attributes:
        axis: axes to fold, negative ones from the end; None: all.
        dtype: of the result; None: that of a.
        keepdims: keep the folded axes with length 1.
        initial: None.

    >>> import symgraph as mx
    >>> mx.nd._internal._npi_mean(mx.nd.array([[1, 2], [3, 4]]), axis=0, keepdims=True).asnumpy().tolist()
    [[2.0, 3.0]]
    """

    fold = staticmethod(jnp.mean)
