"""Operators without tensor inputs, which make constants.

Their shape may be open (0: unknown) until inference learns it from where the constant is used. `complete` writes what
was learnt into the attributes, so that `lower` needs nothing else.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

import jax.numpy as jnp
import numpy as np

from symgraph.errors import DTypeError, OpAttributeError, ShapeError
from symgraph.ir.attrs import Count, DType, Range, Shape
from symgraph.ir.dtype import FROM_CODE, TYPE_CODES, as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import is_known, show, size
from symgraph.ops.family import Array, converted, number
from symgraph.ops.source import Source

Length = Annotated[int, Range(low=0)]
NumberType = Literal["bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"]


@shared_attributes
class _Constant(Source):
    """A tensor of one value."""

    shape: Shape = ()
    ctx: str = ""
    dtype: Any = "float32"

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def fill(self, value: float, dtype: np.dtype) -> tuple[Array, ...]:
        return (jnp.full(self.known_shape(), number(value, dtype)),)


@register("_zeros")
class Zeros(_Constant):
    """Zeros of a given shape.

    -> output (shape)

    Attributes:
        shape: shape of the output; a length of 0, or (), is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output.

    >>> import symgraph as mx
    >>> total = mx.sym.Variable("x") + mx.sym.zeros((0, 3))
    >>> total.infer_shape(x=(2, 3))
    ([(2, 3)], [(2, 3)], [])
    """

    dtype: DType = DType("float32")

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        return self.fill(0, as_dtype(self.dtype))


@register("_ones")
class Ones(_Constant):
    """Ones of a given shape.

    -> output (shape)

    Attributes:
        shape, ctx, dtype: as of `_zeros`.

    >>> import symgraph as mx
    >>> mx.nd._internal._ones(shape=(2, 2), dtype="int32").asnumpy().tolist()
    [[1, 1], [1, 1]]
    """

    dtype: DType = DType("float32")

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        return self.fill(1, as_dtype(self.dtype))


@register("_full", "_npi_full")
class Full(_Constant):
    """One value throughout a given shape.

    -> output (shape)

    Attributes:
        shape, ctx, dtype: as of `_zeros`.
        value: the value; an integer dtype truncates it.

    >>> import symgraph as mx
    >>> mx.nd._internal._full(shape=(3,), value=2.5).asnumpy().tolist()
    [2.5, 2.5, 2.5]
    """

    dtype: DType = DType("float32")
    value: float

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        return self.fill(self.value, as_dtype(self.dtype))


@register("_zeros_without_dtype")
class ZerosWithoutDType(_Constant):
    """Zeros of a given shape, whose dtype is inferred from where they are used.

    -> output (shape)

    Attributes:
        shape, ctx: as of `_zeros`.
        dtype: MXNet's type code of the dtype; -1: inferred.

    >>> import symgraph as mx
    >>> zeros = mx.sym._internal._zeros_without_dtype(shape=(2,))
    >>> (zeros + mx.sym.Variable("x")).infer_type(x="float64")[1]
    [<class 'numpy.float64'>]
    """

    dtype: int = -1

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [FROM_CODE.get(self.dtype, outs[0])]

    def complete(self, shapes: Shapes, dtypes: DTypes) -> Op:
        """The same operator with the inferred shape and dtype of its output in place of open ones."""
        if dtypes[0] is None or not is_known(shapes[0]):
            return self
        return replace(self, shape=cast(Shape, shapes[0]), dtype=TYPE_CODES[dtypes[0]])

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        if self.dtype not in FROM_CODE:
            raise DTypeError(f"the dtype of {self.name} is not known; use it together with a tensor, or take _zeros.")
        return self.fill(0, FROM_CODE[self.dtype])


@register("_arange")
class Arange(Op):
    """Evenly spaced numbers start, start + step, ... below stop, each `repeat` times.

    -> output (⌈(stop - start) / step⌉ · repeat,)

    Attributes:
        start: first number.
        stop: end, not itself included; None: start is the end, and 0 the first number.
        step: distance, not 0; an integer dtype truncates it, as it does `start`.
        repeat: how often each number is repeated.
        infer_range: with stop None, as many numbers as where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output.

    >>> import symgraph as mx
    >>> mx.nd.arange(1, 7, step=2, repeat=2).asnumpy().tolist()
    [1.0, 1.0, 3.0, 3.0, 5.0, 5.0]
    """

    start: float
    stop: float | None = None
    step: float = 1.0
    repeat: Count = 1
    infer_range: bool = False
    ctx: str = ""
    dtype: NumberType = "float32"

    tensors = ()

    def _range(self) -> tuple[float, float] | None:
        """First number and end; None while the end is to be inferred."""
        if self.stop is not None:
            return self.start, self.stop
        return None if self.infer_range else (0.0, self.start)

    def _count(self) -> int | None:
        limits = self._range()
        if self.step == 0:
            raise OpAttributeError("_arange: step is 0; the numbers would never reach stop.")
        if limits is None:
            return None
        count = math.ceil((limits[1] - limits[0]) / self.step)
        if count <= 0:
            raise OpAttributeError(
                f"_arange: no number lies between start={limits[0]} and stop={limits[1]} in steps of {self.step}."
            )
        return count * self.repeat

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        count = self._count()
        return ins, outs if count is None else [(count,)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def complete(self, shapes: Shapes, dtypes: DTypes) -> Op:
        """The same operator with `stop` from the inferred shape, if it was open; half a step less guards rounding."""
        length = size(shapes[0])
        if self._range() is not None or length is None:
            return self
        count, rest = divmod(length, self.repeat)
        if rest or not count:
            raise ShapeError(f"the inferred shape {show(shapes[0])} of _arange is no multiple of repeat={self.repeat}.")
        return replace(self, stop=self.start + self.step * (count - 0.5))

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        limits, count = self._range(), self._count()
        if limits is None or count is None:
            raise ShapeError("_arange: the length of the range is not known; give stop.")
        dtype = as_dtype(self.dtype)
        wide = np.dtype(np.float32) if dtype.itemsize == 2 else dtype
        steps = (jnp.arange(count) // self.repeat).astype(wide)
        return ((number(limits[0], dtype).astype(wide) + number(self.step, dtype).astype(wide) * steps).astype(dtype),)


@register("_linspace", "_npi_linspace")
class Linspace(Op):
    """A given number of evenly spaced numbers from start to stop.

    -> output (num,)

    Attributes:
        start: first number.
        stop: end of the interval.
        num: how many numbers.
        endpoint: whether stop is the last of them.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; integers are truncated.

    These are the attributes that MXNet takes, though its documentation lists those of `_arange`.

    >>> import symgraph as mx
    >>> mx.nd.linspace(0, 1, 5).asnumpy().tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """

    start: float
    stop: float
    num: Length
    endpoint: bool = True
    ctx: str = ""
    dtype: NumberType = "float32"

    tensors = ()

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(self.num,)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        gaps = self.num - 1 if self.endpoint else self.num
        step = (self.stop - self.start) / max(gaps, 1)
        points = self.start + step * jnp.arange(self.num, dtype=jnp.float64)
        return (converted(points, as_dtype(self.dtype)),)


@register("_eye")
class Eye(Op):
    """Ones on one diagonal, zeros elsewhere.

    -> output (N, M)

    Attributes:
        N: number of rows.
        M: number of columns; 0: as many as rows.
        k: the diagonal: 0 the main one, positive above, negative below it.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output.

    >>> import symgraph as mx
    >>> mx.nd.eye(2, 3, k=1).asnumpy().tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    N: Length
    M: Length = 0
    k: int = 0
    ctx: str = ""
    dtype: Literal["float16", "float32", "float64", "int32", "int64", "int8", "uint8"] = "float32"

    tensors = ()

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [(self.N, self.M or self.N)]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [as_dtype(self.dtype)]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        return (jnp.eye(self.N, self.M or self.N, self.k, dtype=as_dtype(self.dtype)),)
