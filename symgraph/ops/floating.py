"""What layers that compute in floating point share: their dtype rule, and small helpers on arrays."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from symgraph.errors import DTypeError, ShapeError
from symgraph.ir.dtype import FLOAT32, is_float
from symgraph.ir.op import DTypes, Op
from symgraph.ir.shape import MaybeShape, normalize_axis, show
from symgraph.ops.family import Array


class Floating(Op):
    """All inputs and outputs have the same floating-point dtype."""

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), names_slot=True)
        return super().infer_dtype(ins, outs)


def require_float(op: Op, dtypes: DTypes, *choices: np.dtype, names_slot: bool = False) -> None:
    """Raise `DTypeError` when one of the known `dtypes` is not a floating-point type, or none of `choices` if given.

    Args:
        names_slot: whether the message names the input or output; `dtypes` are then those of all inputs, and of outputs behind.
    """
    for i, dtype in enumerate(dtypes):
        if dtype is not None and not (dtype in choices if choices else is_float(dtype)):
            where = " or ".join(choice.name for choice in choices) or "floating point"
            slot = f" as '{(*op.inputs(), *op.outputs())[i]}'" if names_slot else ""
            raise DTypeError(
                f"{op.name} computes in {where}, but was given {dtype.name}{slot}; convert it first, a symbol with "
                f"Cast(dtype='float32'), an array with astype('float32')."
            )


def axis_of(op: Op, axis: int, shape: Sequence[int | None]) -> int:
    """`axis` counted from the front, or a `ShapeError` when `shape` does not have it."""
    try:
        return normalize_axis(axis, len(shape))
    except ValueError as error:
        raise ShapeError(f"{op.name}: {error}.") from None


def require_rank(op: Op, shape: MaybeShape, low: int, what: str) -> None:
    """Raise `ShapeError` when data is known to have fewer than `low` axes."""
    if shape is not None and len(shape) < low:
        raise ShapeError(f"{op.name} takes data of at least {low} axes {what}, given {show(shape)}; reshape it.")


def accumulator(dtype: np.dtype) -> np.dtype:
    """The dtype to sum in: half precision accumulates in float32."""
    return FLOAT32 if np.dtype(dtype).itemsize < 4 else np.dtype(dtype)


def along(vector: Array, axis: int, ndim: int) -> Array:
    """A vector shaped to broadcast along one axis of an array of `ndim` axes."""
    return jnp.reshape(vector, [-1 if i == axis else 1 for i in range(ndim)])
