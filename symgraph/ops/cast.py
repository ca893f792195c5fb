"""Operators that change the dtype."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from symgraph.errors import DTypeError
from symgraph.ir.attrs import Count, DType
from symgraph.ir.dtype import BFLOAT16, FLOAT32, as_dtype
from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge
from symgraph.ops.family import Array, Elementwise, converted

FLOAT16 = np.dtype(np.float16)
NARROW = (FLOAT16, BFLOAT16)


class _Conversion(Elementwise):
    """An element-wise operator whose outputs have dtypes of their own; gradients are converted back."""

    forward_mode = "transposed"

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        return tuple(converted(ct, np.dtype(x.dtype)) for x, ct in zip(ins, cotangents, strict=True))


@register("Cast", "_npi_cast", "_npx_cast", "cast")
class Cast(_Conversion):
    """The input in another dtype; the gradient passes, through integers and booleans too.

    data (any shape) -> output (same shape), of `dtype`

    Attributes:
        dtype: dtype of the output; integers truncate fractions.

    >>> import symgraph as mx
    >>> mx.nd.Cast(mx.nd.array([0.9, -1.3]), dtype="int32").asnumpy().tolist()
    [0, -1]
    """

    dtype: DType

    is_pointwise = True

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (converted(data, as_dtype(self.dtype)),)


@register("amp_cast")
class AmpCast(_Conversion):
    """float32 or narrower floats in another dtype, any other input as it is; used by automatic mixed precision.

    data (any shape) -> output (same shape), of `dtype` if data is float32, float16 or bfloat16

    Attributes:
        dtype: dtype of the output.

    >>> import symgraph as mx
    >>> mx.nd.amp_cast(mx.nd.array([0.9]), dtype="float16").dtype
    <class 'numpy.float16'>
    """

    dtype: Literal["bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"]

    is_pointwise = True
    is_precision_cast = True
    role = "cast"

    def _target(self, dtype: np.dtype) -> np.dtype:
        return as_dtype(self.dtype) if dtype in (FLOAT32, *NARROW) else dtype

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [None if ins[0] is None else self._target(ins[0])]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (converted(data, self._target(np.dtype(data.dtype))),)


@register("amp_multicast")
class AmpMultiCast(_Conversion):
    """All inputs that are float32 or narrower in their common widest (or narrowest) dtype; others as they are.

    data0 (any shape) · data1 (any shape) · ... -> output0 (as data0) · output1 (as data1) · ...

    Attributes:
        num_outputs: number of inputs and outputs; counted when left out.
        cast_narrow: cast to the narrowest rather than the widest dtype.

    >>> import symgraph as mx
    >>> half = mx.nd.array([1], dtype="float16")
    >>> [x.dtype.__name__ for x in mx.nd.amp_multicast(half, mx.nd.array([1, 2]), num_outputs=2)]
    ['float32', 'float32']
    """

    num_outputs: Count
    cast_narrow: bool = False

    variadic = "num_outputs"
    is_precision_cast = True
    role = "common cast"

    def arguments(self) -> tuple[str, ...]:
        return tuple(f"data_{i}" for i in range(self.num_outputs))

    def outputs(self) -> tuple[str, ...]:
        return ("output",) if self.num_outputs == 1 else tuple(f"output{i}" for i in range(self.num_outputs))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        both = [merge(data, out) for data, out in zip(ins, outs, strict=True)]
        return both, both

    def _targets(self, dtypes: list[np.dtype]) -> list[np.dtype]:
        narrow = [dtype for dtype in dtypes if dtype in NARROW]
        if len(set(narrow)) > 1:
            raise DTypeError("amp_multicast: float16 and bfloat16 have no common dtype; Cast one of them.")
        if not narrow or FLOAT32 not in dtypes:
            return dtypes
        common = narrow[0] if self.cast_narrow else FLOAT32
        return [common if dtype in (FLOAT32, narrow[0]) else dtype for dtype in dtypes]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        known = [dtype for dtype in ins if dtype is not None]
        return ins, self._targets(known) if len(known) == len(ins) else outs

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        targets = self._targets([np.dtype(x.dtype) for x in inputs])
        return tuple(converted(x, dtype) for x, dtype in zip(inputs, targets, strict=True))
