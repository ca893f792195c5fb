"""What operators share whose output follows from their first input: base classes and small helpers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import jax.numpy as jnp

from symgraph.errors import ShapeError, counted, no_gradient
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.shape import MaybeShape, PartialShape, normalize_axis, show
from symgraph.ops.family import Array, first_known


class Forward(Op):
    """One input, one output whose shape follows from data alone."""

    def output_shape(self, data: PartialShape) -> MaybeShape:
        """Shape of the output, as far as it is known."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = ins[0]
        return [data], [None if data is None else self.output_shape(data)]


class FollowsFirst(Op):
    """The outputs have the dtype of the first input; the other inputs may have any."""

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = first_known(ins[0], *outs)
        return [known, *ins[1:]], [known] * len(outs)


class NotDifferentiable(Op):
    """MXNet defines no gradient for the operator, and asking for one is an error."""

    has_gradient = False

    def grad(
        self, ctx: LowerContext, ins: Sequence[Array], outs: Sequence[Array], cotangents: Sequence[Array]
    ) -> NoReturn:
        raise no_gradient(f"operator {self.name}")


def as_indices(index: Array) -> Array:
    """Indices of any dtype as signed integers; fractions are cut off."""
    dtype: Any = index.dtype
    return index.astype(jnp.int64 if dtype.itemsize == 8 else jnp.int32)


def as_classes(label: Array) -> Array:
    """Class numbers as signed integers, as `as_indices`. NaN is the number of no class, which XLA would make 0 of."""
    numbers = as_indices(label)
    return jnp.where(jnp.isnan(label), -1 << 31, numbers) if jnp.issubdtype(label.dtype, jnp.inexact) else numbers


def checked_axis(axis: int, ndim: int) -> int:
    """`axis` counted from the front; raises `ShapeError` when there is no such axis."""
    try:
        return normalize_axis(axis, ndim)
    except ValueError as error:
        raise ShapeError(f"{error}.") from None


def of_rank(name: str, shape: MaybeShape, ndim: int) -> PartialShape:
    """`shape` of the input `name`, which must have `ndim` axes."""
    if shape is None:
        return (None,) * ndim
    if len(shape) != ndim:
        raise ShapeError(f"{name} must have {counted(ndim, 'axis', 'axes')}, but its shape is {show(shape)}.")
    return shape
