"""What operators of linear algebra share: stacks of matrices along the last two axes, in float32 or float64."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.op import DTypes, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.shape import MaybeShape, PartialShape, merge, merge_dim, show
from symgraph.ops.family import Array
from symgraph.ops.floating import require_float


class OnMatrices(Op):
    """All inputs and outputs are float32, or all are float64; MXNet's linear algebra has no other dtype."""

    tensors: ClassVar[tuple[str, ...]] = ("A",)

    precision = IN_FLOAT32

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), FLOAT32, np.dtype(np.float64), names_slot=True)
        return super().infer_dtype(ins, outs)


class SquareToSquare(OnMatrices):
    """From square matrices to as many of the same size."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = square("A", merge(ins[0], outs[0]))
        return [shape], [shape]


def matrices(name: str, shape: MaybeShape) -> MaybeShape:
    """`shape` of the input `name`; raises `ShapeError` when it is known to have fewer than two axes."""
    if shape is not None and len(shape) < 2:
        raise ShapeError(
            f"{name} must be a matrix or a stack of matrices, but its shape is {show(shape)}; give it two axes or more."
        )
    return shape


def square(name: str, shape: MaybeShape) -> MaybeShape:
    """`shape` of the input `name`, with the last two axes made equal; raises `ShapeError` when they cannot be."""
    shape = matrices(name, shape)
    if shape is None:
        return None
    rows, columns = shape[-2:]
    if rows is not None and columns is not None and rows != columns:
        raise ShapeError(f"{name} must be square in its last two axes, but its shape is {show(shape)}.")
    n = merge_dim(rows, columns)
    return (*shape[:-2], n, n)


def per_matrix(batch: PartialShape) -> PartialShape:
    """The shape of one number for each matrix of a stack."""
    return batch or (1,)


def transposed(x: Array) -> Array:
    """The transpose of every matrix."""
    return jnp.swapaxes(x, -1, -2)
