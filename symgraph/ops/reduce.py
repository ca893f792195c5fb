"""Reductions: sums, products, extremes, norms and their positions along axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Range, Shape
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import ANY, IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ops.family import Array, Reduction, back_to, derivatives, reduced_axes, reduced_shape, relaid_reduction


def _sum(x: Array, axes: tuple[int, ...]) -> Array:
    return jnp.sum(x, axes, keepdims=True).astype(x.dtype)


def _mean(x: Array, axes: tuple[int, ...]) -> Array:
    """Mean; of integers it is truncated towards zero, and of booleans True unless all are False."""
    if jnp.issubdtype(x.dtype, jnp.floating):
        return jnp.mean(x, axes, keepdims=True)
    if x.dtype == jnp.bool_:
        return jnp.any(x, axes, keepdims=True)
    total = jnp.sum(x, axes, keepdims=True, dtype=jnp.int64)
    return jax.lax.div(total, jnp.full_like(total, x.size // max(total.size, 1))).astype(x.dtype)


def _prod(x: Array, axes: tuple[int, ...]) -> Array:
    return jnp.prod(x, axes, keepdims=True).astype(x.dtype)


class _Fold(Reduction):
    """A `Reduction` given by a function that keeps the folded axes with length 1."""

    precision = IN_FLOAT32

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        raise NotImplementedError

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        folded = self.fold(data, reduced_axes(self.axis, data.ndim, self.exclude))
        return (folded.reshape(reduced_shape(data.shape, self.axis, self.keepdims, self.exclude)),)

    def kept(self, x: Array, data: Array) -> Array:
        """An output or cotangent with the folded axes back, as length 1."""
        return x.reshape(reduced_shape(data.shape, self.axis, True, self.exclude))


@register("sum", "_sparse_sum", "sum_axis")
class Sum(_Fold):
    """Sum along axes; integers wrap around.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis: axes to fold, negative ones from the end; None or (): all.
        keepdims: keep the folded axes with length 1.
        exclude: fold all axes but those in `axis`.

    >>> import symgraph as mx
    >>> mx.nd.sum(mx.nd.array([[1, 2], [3, 4]]), axis=0).asnumpy().tolist()
    [4.0, 6.0]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _sum(x, axes)


@register("_square_sum")
class SquareSum(_Fold):
    """Sum of squares along axes.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    MXNet takes sparse arrays only.

    >>> import symgraph as mx
    >>> mx.nd._internal._square_sum(mx.nd.array([[1, 2], [3, 4]]), axis=1).asnumpy().tolist()
    [5.0, 25.0]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _sum(jnp.square(x), axes)


@register("mean", "_sparse_mean")
class Mean(_Fold):
    """Mean along axes; of integers it is truncated.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.mean(mx.nd.array([[1, 2], [3, 4]]), axis=-1, keepdims=True).asnumpy().tolist()
    [[1.5], [3.5]]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _mean(x, axes)


@register("prod")
class Prod(_Fold):
    """Product along axes; the gradient is the product divided by the element, NaN where that is 0/0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.prod(mx.nd.array([[1, 2], [3, 4]]), axis=1).asnumpy().tolist()
    [2.0, 12.0]
    """

    forward_mode = "transposed"

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _prod(x, axes)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (data,) = ins
        product, cotangent = (self.kept(x, data) for x in (outs[0], cotangents[0]))
        return ((cotangent * (product / data)).astype(data.dtype),)


@register("nansum")
class NanSum(_Fold):
    """Sum along axes, NaN counting as 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.nansum(mx.nd.array([1, float("nan"), 2])).asnumpy().tolist()
    [3.0]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _sum(jnp.where(jnp.isnan(x), jnp.zeros_like(x), x), axes)


@register("nanprod")
class NanProd(_Fold):
    """Product along axes, NaN counting as 1; the gradient is that of `prod`, and 0 for NaN.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.nanprod(mx.nd.array([3, float("nan"), 2])).asnumpy().tolist()
    [6.0]
    """

    forward_mode = "transposed"

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return _prod(jnp.where(jnp.isnan(x), jnp.ones_like(x), x), axes)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (data,) = ins
        product, cotangent = (self.kept(x, data) for x in (outs[0], cotangents[0]))
        grad = jnp.where(jnp.isnan(data), 0, cotangent * (product / data))
        return (grad.astype(data.dtype),)


class _Extreme(_Fold):
    """A `_Fold` whose gradient goes wholly to every element equal to the output, so to none if that is NaN."""

    precision = ANY
    forward_mode = "transposed"

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array, ...]:
        (data,) = ins
        extreme, cotangent = (self.kept(x, data) for x in (outs[0], cotangents[0]))
        return (jnp.where(data == extreme, cotangent, jnp.zeros_like(data)),)


@register("max", "max_axis")
class Max(_Extreme):
    """Maximum along axes; every element that ties for it gets the whole gradient, NaN none.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.max(mx.nd.array([[1, 2], [4, 3]]), axis=0).asnumpy().tolist()
    [4.0, 3.0]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return jnp.max(x, axes, keepdims=True)


@register("min", "min_axis")
class Min(_Extreme):
    """Minimum along axes; every element that ties for it gets the whole gradient, NaN none.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.

    >>> import symgraph as mx
    >>> mx.nd.min(mx.nd.array([[1, 2], [4, 3]]), axis=1, keepdims=True).asnumpy().tolist()
    [[1.0], [3.0]]
    """

    def fold(self, x: Array, axes: tuple[int, ...]) -> Array:
        return jnp.min(x, axes, keepdims=True)


@derivatives(lambda x: jnp.where(x > 0, 1, jnp.where(x < 0, -1, 0)))
def _magnitude(x: Array) -> Array:
    return jnp.abs(x)


def _euclidean(x: Array, axes: tuple[int, ...]) -> Array:
    """√(Σ x²), of x scaled to at most 1: squares neither overflow nor vanish, and the gradient at 0 is NaN."""
    largest = jax.lax.stop_gradient(jnp.max(jnp.abs(x), axes, keepdims=True))
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1)
    return scale * jnp.sqrt(jnp.sum(jnp.square(x / scale), axes, keepdims=True))


@register("norm", "_sparse_norm")
class Norm(Op):
    """Sum of absolute values (ord 1) or Euclidean norm (ord 2) along axes; the latter's gradient at 0 is NaN.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        ord: 1 or 2.
        axis: axes to fold, negative ones from the end; None or (): all.
        out_dtype: dtype of the output; None: that of data. (MXNet fails when it differs.)
        keepdims: keep the folded axes with length 1.

    >>> import symgraph as mx
    >>> mx.nd.norm(mx.nd.array([[3, 4], [6, 8]]), axis=1).asnumpy().tolist()
    [5.0, 10.0]
    """

    ord: Annotated[int, Range(1, 2)] = 2
    axis: Shape | None = None
    out_dtype: Literal["float16", "float32", "float64", "int32", "int64", "int8"] | None = None
    keepdims: bool = False

    precision = IN_FLOAT32

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [reduced_shape(ins[0], self.axis, self.keepdims)]

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_reduction(self, orders, self.axis, self.keepdims)

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        if self.out_dtype is not None:
            return ins, [np.dtype(self.out_dtype)]
        return super().infer_dtype(ins, outs)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axes = reduced_axes(self.axis, data.ndim)
        norm = _sum(_magnitude(data), axes) if self.ord == 1 else _euclidean(data, axes)
        norm = norm.reshape(reduced_shape(data.shape, self.axis, self.keepdims))
        return (back_to(self.out_dtype or data.dtype, norm),)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Position(Op):
    """Where along an axis an extreme stands, as a number of data's own dtype; the gradient is 0."""

    axis: int | None = None
    keepdims: bool = False

    function: ClassVar[Callable[..., Array]]

    blocks_gradient = True
    early_defaults = {"axis": "-1"}

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [reduced_shape(ins[0], None if self.axis is None else (self.axis,), self.keepdims)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        index = type(self).function(data, self.axis, keepdims=self.keepdims)
        return (jnp.atleast_1d(index).astype(data.dtype),)


@register("argmax")
class ArgMax(_Position):
    """Index of the maximum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

    Attributes:
        axis: axis to search along; None: all of data, flattened.
        keepdims: keep the searched axes with length 1.

    >>> import symgraph as mx
    >>> mx.nd.argmax(mx.nd.array([[1, 5, 5], [7, 2, 3]]), axis=1).asnumpy().tolist()
    [1.0, 0.0]
    """

    function = staticmethod(jnp.argmax)


@register("argmin")
class ArgMin(_Position):
    """Index of the minimum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

    Attributes:
        axis, keepdims: as of `argmax`.

    >>> import symgraph as mx
    >>> mx.nd.argmin(mx.nd.array([[1, 2], [4, 3]]), axis=1).asnumpy().tolist()
    [0.0, 1.0]
    """

    function = staticmethod(jnp.argmin)


@register("argmax_channel")
class ArgMaxChannel(Op):
    """Index of the maximum along axis 1; the gradient is 0.

    data (n, c, d2, ..., dk) -> output (n, d2, ..., dk), of data's dtype

    >>> import symgraph as mx
    >>> mx.nd.argmax_channel(mx.nd.array([[1, 5, 5], [7, 2, 3]])).asnumpy().tolist()
    [1.0, 0.0]
    """

    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [reduced_shape(ins[0], (1,), keepdims=False)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (jnp.argmax(data, 1).astype(data.dtype),)


@register("moments")
class Moments(Op):
    """Mean and (biased) variance along axes.

    data (d1, ..., dk) -> output0, output1: mean and variance (axes that remain; (1,) if none)

    Attributes:
        axes: axes to fold, negative ones from the end; at least one.
        keepdims: keep the folded axes with length 1.

    >>> import symgraph as mx
    >>> mean, var = mx.nd.moments(mx.nd.array([[1, 3], [2, 6]]), axes=1)
    >>> mean.asnumpy().tolist(), var.asnumpy().tolist()
    ([2.0, 4.0], [1.0, 4.0])
    """

    axes: Shape | None = None
    keepdims: bool = False

    precision = IN_FLOAT32

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if not self.axes:
            raise ShapeError("axes names no axis; for moments of all elements, name all axes.")
        return ins, [reduced_shape(ins[0], self.axes, self.keepdims)] * 2

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axes = reduced_axes(self.axes, data.ndim)
        mean = _mean(data, axes)
        variance = _mean(jnp.square(data - mean), axes)
        shape = reduced_shape(data.shape, self.axes, self.keepdims)
        return mean.reshape(shape), variance.reshape(shape)
