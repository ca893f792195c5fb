"""Pooling: one number for every window of the spatial axes."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.layout import Order, Relaid, channels_last
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import ANYWHERE
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, show
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, accumulator, along
from symgraph.ops.strided_windows import Windows, gather, scatter
from symgraph.ops.window import (
    channels_first,
    check_window,
    is_channel_last,
    require_fit,
    require_spatial_rank,
    to_layout,
    window_label,
)


def _lengths(w: Windows, include_pad: bool) -> np.ndarray:
    """How many elements each window counts: those inside of the (padded) array, but never less than one."""
    start = np.arange(w.count) * w.stride - w.pad
    end = np.minimum(start + w.kernel, w.size + w.pad)
    counted = end - start if include_pad else np.minimum(end, w.size) - np.maximum(start, 0)
    return np.maximum(counted, 1)


@partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def _window_maximum(x: Array, axis: int, w: Windows) -> Array:
    """The largest element of every window along an axis; NaN is never larger. The gradient goes to the first of equals."""
    return _first_largest(x, axis, w)[0]


def _first_largest(x: Array, axis: int, w: Windows) -> tuple[Array, Array]:
    """The largest element of every window, and its tap; -1 if there is nothing but NaN."""
    lowest = float(jnp.finfo(x.dtype).min)
    best: Any = lowest
    place: Any = -1
    for tap, element in enumerate(gather(x, {axis: w}, lowest)):
        is_larger = element > best
        best = jnp.where(is_larger, element, jnp.asarray(best, x.dtype))
        place = jnp.where(is_larger, jnp.asarray(tap, jnp.int32), place)
    return best, place.astype(jnp.int8 if w.kernel < 128 else jnp.int32)


def _window_maximum_backward(axis: int, w: Windows, place: Array, cotangent: Array) -> tuple[Array]:
    zero = jnp.zeros((), cotangent.dtype)
    return (scatter(lambda tap: jnp.where(place == tap[0], cotangent, zero), {axis: w}),)


_window_maximum.defvjp(_first_largest, _window_maximum_backward)


def _sum_of_taps(x: Array, axis: int, w: Windows) -> Array:
    """The sum of every window along an axis."""
    return functools.reduce(jnp.add, gather(x, {axis: w}))


_window_sum = jax.custom_vjp(_sum_of_taps, nondiff_argnums=(1, 2))
_window_sum.defvjp(
    lambda x, axis, w: (_window_sum(x, axis, w), None),
    lambda axis, w, _, cotangent: (scatter(lambda tap: cotangent, {axis: w}),),
)


@jax.custom_jvp
def _tied_maximum(a: Array, b: Array) -> Array:
    """The larger one; on a tie both get the whole gradient."""
    return jnp.maximum(a, b)


@_tied_maximum.defjvp
def _tied_maximum_jvp(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    (a, b), (da, db) = primals, tangents
    return jnp.maximum(a, b), jnp.where(a >= b, da, jnp.zeros_like(da)) + jnp.where(b >= a, db, jnp.zeros_like(db))


def _max(x: Array, windows: Mapping[int, Windows], plain: bool) -> Array:
    """Maximum of every window, one axis at a time from the last: the first of equals in row-major order wins."""
    lowest = float(jnp.finfo(x.dtype).min)
    for axis, w in reversed(list(windows.items())):
        if w.covers_axis():
            winner = jnp.argmax(jnp.where(jnp.isnan(x), lowest, x), axis, keepdims=True)
            position = lax.broadcasted_iota(winner.dtype, x.shape, axis)
            x = jnp.sum(jnp.where(position == winner, x, jnp.zeros_like(x)), axis, keepdims=True)
        else:
            x = _first_largest(x, axis, w)[0] if plain else _window_maximum(x, axis, w)
    return x


def _sum(x: Array, windows: Mapping[int, Windows], plain: bool) -> Array:
    """Sum of every window, one axis at a time."""
    window_sum = _sum_of_taps if plain else _window_sum
    for axis, w in windows.items():
        x = jnp.sum(x, axis, keepdims=True) if w.covers_axis() else window_sum(x, axis, w)
    return x


def _mean(x: Array, windows: Mapping[int, Windows], include_pad: bool, plain: bool) -> Array:
    total = _sum(x, windows, plain)
    for axis, w in windows.items():
        total = total / along(jnp.asarray(_lengths(w, include_pad), x.dtype), axis, x.ndim)
    return total


def _p_norm(x: Array, windows: Mapping[int, Windows], p: int, plain: bool) -> Array:
    """(Σ x^p)^(1/p) without absolute values, as MXNet has it; gradient zero where the sum is zero."""
    total = _sum(x**p, windows, plain)
    if p == 1:
        return total
    is_zero = total == 0
    safe = jnp.where(is_zero, jnp.ones_like(total), total)
    return jnp.where(is_zero, jnp.zeros_like(total), jnp.sqrt(safe) if p == 2 else jnp.cbrt(safe))


def _count(convention: str, size: int, kernel: int, stride: int, pad: int) -> int:
    """Number of windows along an axis."""
    if convention == "same":
        return -(-size // stride)
    free = size + 2 * pad - kernel
    return (-(-free // stride) if convention == "full" else free // stride) + 1


class _Pool(Floating):
    """What both generations of the pooling layer share."""

    kernel: Shape
    stride: Shape
    pad: Shape
    global_pool: bool
    pool_type: str
    pooling_convention: str
    _is_channel_last: bool
    """Whether arrays have channels last, whatever the attributes say."""

    is_cheap = True
    picture = "pooling"

    def picture_label(self) -> str:
        return f"{self.name}\n{self.pool_type}, {window_label(self.kernel, self.stride)}"

    def _layout(self) -> str | None:
        return None

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        if orders[0] is None or is_channel_last(self._layout()):
            return None
        last = channels_last(len(orders[0]))
        return Relaid(replace(cast(Any, self), _is_channel_last=True), (last,), (last,) * len(self.outputs()))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if ins[0] is None:
            return [None], [None] * len(outs)
        data = channels_first(ins[0], self._layout())
        self._check(ins[0])
        sizes = [1 if self.global_pool else n and self._windows(i, n).count for i, n in enumerate(data[2:])]
        return [ins[0]], [to_layout((*data[:2], *sizes), self._layout())] * len(outs)

    def _check(self, data: PartialShape) -> None:
        if self.kernel:
            require_spatial_rank(self, data, layout=self._layout())
            if not self.global_pool and self.pooling_convention != "same":
                filled = tuple(n or None for n in data)  # there are no windows in what is empty
                require_fit(self, self.kernel, filled, self._layout())
        elif not 3 <= len(data) <= 5:
            raise ShapeError(
                f"{self.name} takes data with 1 to 3 spatial axes after batch and channel, given {show(data)}."
            )

    def _windows(self, i: int, size: int) -> Windows:
        """The windows along the spatial axis `i`."""
        if self.global_pool:
            return Windows(size, 1, size)
        kernel, stride, pad = self.kernel[i], self.stride[i] if self.stride else 1, self.pad[i] if self.pad else 0
        count = _count(self.pooling_convention, size, kernel, stride, pad)
        return Windows(size, count, kernel, stride, pad=pad)

    def _all_windows(self, data: Array) -> dict[int, Windows]:
        """The windows along each spatial axis of an array."""
        first = 1 if self._is_channel_last or is_channel_last(self._layout()) else 2
        return {first + i: self._windows(i, n) for i, n in enumerate(data.shape[first : first + data.ndim - 2])}


@register("Pooling", "_npx_pooling")
class Pooling(_Pool):
    """Maximum, mean, sum or p-norm of every window of the spatial axes.

    With k spatial axes: data (n, c, x1, ..., xk) -> output (n, c, y1, ..., yk). By ``pooling_convention`` y is
    floor((x + 2 pad - kernel) / stride) + 1 (valid), the same rounded up (full), or ceil(x / stride) (same; k = 1).
    The maximum ignores NaN, and its gradient goes to the first of equal elements.

    Attributes:
        kernel: extent of the windows, one entry per spatial axis (1 to 3).
        pool_type: max · avg · sum · lp, which is (Σ x^p)^(1/p) with p = ``p_value``.
        global_pool: one window that covers everything; ``kernel``, ``stride`` and ``pad`` are ignored.
        pooling_convention: how many windows there are, as above.
        stride, pad: step between windows, border at both ends (zeros; ignored by max).
        p_value: 1, 2 or 3, for lp.
        count_include_pad: whether avg divides by the padded window (default) or by the elements of data in it.
        layout: order of the axes; by default batch, channel, spatial.
        cudnn_off: accepted for compatibility.

    Where MXNet's files say so (max, with a kernel, channels first), there is a hidden output ``workspace``, a copy.
    MXNet 1.9.1 cannot run ``same``, which fails in its shape inference.

    >>> import symgraph as mx
    >>> mx.nd.Pooling(mx.nd.array([[[1, 5, 2, 4]]]), kernel=(2,), stride=(2,), pool_type="avg").asnumpy().tolist()
    [[[3.0, 3.0]]]
    """

    kernel: Shape = ()
    pool_type: Literal["avg", "lp", "max", "sum"] = "max"
    global_pool: bool = False
    cudnn_off: bool = False
    pooling_convention: Literal["full", "same", "valid"] = "valid"
    stride: Shape = ()
    pad: Shape = ()
    p_value: int | None = None
    count_include_pad: bool | None = None
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None
    _is_channel_last: bool = False

    precision = ANYWHERE

    def __post_init__(self) -> None:
        if self.kernel or not self.global_pool:
            check_window(self, (1, 2, 3), stride=1, pad=0)
        if self.pool_type == "lp" and self.p_value not in (1, 2, 3):
            raise OpAttributeError(f"operator Pooling: p_value={self.p_value}, but pool_type='lp' needs 1, 2 or 3.")
        if self.pooling_convention == "same" and (len(self.kernel) > 1 or any(self.pad)):
            raise OpAttributeError(
                "operator Pooling: pooling_convention='same' takes a kernel of one axis and no pad; use 'full'."
            )

    def _layout(self) -> str | None:
        return self.layout

    def _has_workspace(self) -> bool:
        return self.pool_type == "max" and bool(self.kernel) and not is_channel_last(self.layout)

    def outputs(self) -> tuple[str, ...]:
        return ("output", "workspace") if self._has_workspace() else ("output",)

    def visible_outputs(self) -> int:
        return 1

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        windows = self._all_windows(data)
        if self.pool_type == "max":
            out = _max(data, windows, ctx.plain)
            return (out, lax.stop_gradient(out)) if self._has_workspace() else (out,)
        x = data.astype(accumulator(data.dtype))
        if self.pool_type == "avg":
            out = _mean(x, windows, self.count_include_pad is not False, ctx.plain)
        elif self.pool_type == "lp":
            out = _p_norm(x, windows, self.p_value or 1, ctx.plain)
        else:
            out = _sum(x, windows, ctx.plain)
        return (out.astype(data.dtype),)


@register("Pooling_v1")
class PoolingV1(_Pool):
    """The Pooling of MXNet's first releases.

    data (n, c, *x) -> output (n, c, *y). Unlike Pooling, max sees the zeros of the border and gives every one of equal
    elements the whole gradient, and avg always divides by the full window.

    Attributes:
        kernel, pool_type, global_pool, pooling_convention, stride, pad: as for Pooling.

    MXNet's kernel for three spatial axes does not exist; here they work.

    >>> import symgraph as mx
    >>> mx.nd.Pooling_v1(mx.nd.array([[[[1, 5, 2, 4]]]]), kernel=(1, 2), stride=(1, 2)).asnumpy().tolist()
    [[[[5.0, 4.0]]]]
    """

    kernel: Shape = ()
    pool_type: Literal["avg", "max", "sum"] = "max"
    global_pool: bool = False
    pooling_convention: Literal["full", "valid"] = "valid"
    stride: Shape = ()
    pad: Shape = ()
    _is_channel_last: bool = False

    def __post_init__(self) -> None:
        if self.kernel or not self.global_pool:
            check_window(self, (2, 3), stride=1, pad=0)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        windows = self._all_windows(data)
        if self.pool_type == "max":
            return (self._max(data, windows),)
        out = _sum(data.astype(accumulator(data.dtype)), windows, ctx.plain)
        if self.pool_type == "avg":
            out = out / math.prod(w.kernel for w in windows.values())
        return (out.astype(data.dtype),)

    def _max(self, x: Array, windows: Mapping[int, Windows]) -> Array:
        """Maximum of every window over data with a border of zeros, but nothing beyond the border."""
        for axis, w in windows.items():
            x = jnp.pad(x, [(w.pad, w.pad) if i == axis else (0, 0) for i in range(x.ndim)])
            inner = Windows(w.size + 2 * w.pad, w.count, w.kernel, w.stride)
            x = functools.reduce(_tied_maximum, gather(x, {axis: inner}, -np.inf))
        return x
