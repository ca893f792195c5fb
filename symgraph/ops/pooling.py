"""Pooling: one number for every window of the spatial axes."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import LowerContext, Op, Shapes, register
from symgraph.ir.shape import PartialShape, show
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, accumulator, along
from symgraph.ops.window import (
    channels_first,
    check_window,
    is_channel_last,
    require_fit,
    require_spatial_rank,
    to_layout,
    window_label,
)

Combine = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Windows:
    """`count` windows along an axis of length `size`, `stride` apart, the first of them `pad` before the start."""

    axis: int
    size: int
    kernel: int
    stride: int
    pad: int
    count: int

    def covers_axis(self) -> bool:
        """Whether there is one window, and it is the whole axis."""
        return self.count == 1 and self.pad == 0 and self.kernel == self.size

    def taps(self, x: Array, fill: float) -> Iterator[Array]:
        """For every position in a window, that element of all windows; `fill` outside of the array."""
        reach = (self.count - 1) * self.stride
        after = max(reach + self.kernel - self.pad - self.size, 0)
        borders = [(self.pad, after, 0) if axis == self.axis else (0, 0, 0) for axis in range(x.ndim)]
        padded = lax.pad(x, jnp.asarray(fill, x.dtype), borders)
        for start in range(self.kernel):
            yield lax.slice_in_dim(padded, start, start + reach + 1, self.stride, self.axis)

    def fold(self, combine: Combine, x: Array, fill: float) -> Array:
        """Combine the elements of every window, first to last, starting from `fill`."""
        shape = [self.count if axis == self.axis else n for axis, n in enumerate(x.shape)]
        return functools.reduce(combine, self.taps(x, fill), jnp.full(shape, fill, x.dtype))

    def lengths(self, include_pad: bool) -> np.ndarray:
        """How many elements each window counts: those inside of the (padded) array, but never less than one."""
        start = np.arange(self.count) * self.stride - self.pad
        end = np.minimum(start + self.kernel, self.size + self.pad)
        counted = end - start if include_pad else np.minimum(end, self.size) - np.maximum(start, 0)
        return np.maximum(counted, 1)


def _first_maximum(a: Array, b: Array) -> Array:
    """The larger one; `a` on a tie, so that the gradient goes to the first of equals. NaN is never larger."""
    return jnp.where(b > a, b, a)


@jax.custom_jvp
def _tied_maximum(a: Array, b: Array) -> Array:
    """The larger one; on a tie both get the whole gradient."""
    return jnp.maximum(a, b)


@_tied_maximum.defjvp
def _tied_maximum_jvp(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    (a, b), (da, db) = primals, tangents
    return jnp.maximum(a, b), jnp.where(a >= b, da, jnp.zeros_like(da)) + jnp.where(b >= a, db, jnp.zeros_like(db))


def _max(x: Array, windows: list[Windows]) -> Array:
    """Maximum of every window, one axis at a time from the last: the first of equals in row-major order wins."""
    lowest = float(jnp.finfo(x.dtype).min)
    for w in reversed(windows):
        if w.covers_axis():
            winner = jnp.argmax(jnp.where(jnp.isnan(x), lowest, x), w.axis, keepdims=True)
            position = lax.broadcasted_iota(winner.dtype, x.shape, w.axis)
            x = jnp.sum(jnp.where(position == winner, x, jnp.zeros_like(x)), w.axis, keepdims=True)
        else:
            x = w.fold(_first_maximum, x, lowest)
    return x


def _sum(x: Array, windows: list[Windows]) -> Array:
    """Sum of every window, one axis at a time."""
    for w in windows:
        x = jnp.sum(x, w.axis, keepdims=True) if w.covers_axis() else w.fold(jnp.add, x, 0.0)
    return x


def _mean(x: Array, windows: list[Windows], include_pad: bool) -> Array:
    total = _sum(x, windows)
    for w in windows:
        total = total / along(jnp.asarray(w.lengths(include_pad), x.dtype), w.axis, x.ndim)
    return total


def _p_norm(x: Array, windows: list[Windows], p: int) -> Array:
    """(Σ x^p)^(1/p) without absolute values, as MXNet has it; gradient zero where the sum is zero."""
    total = _sum(x**p, windows)
    if p == 1:
        return total
    is_zero = total == 0
    safe = jnp.where(is_zero, jnp.ones_like(total), total)
    return jnp.where(is_zero, jnp.zeros_like(total), jnp.sqrt(safe) if p == 2 else jnp.cbrt(safe))


def _count(op: Op, convention: str, size: int, kernel: int, stride: int, pad: int) -> int:
    """Number of windows along an axis."""
    if convention == "same":
        return -(-size // stride)
    require_fit(op, kernel, size, pad)
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

    picture = "pooling"

    def picture_label(self) -> str:
        return f"{self.name}\n{self.pool_type}, {window_label(self.kernel, self.stride)}"

    def _layout(self) -> str | None:
        return None

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if ins[0] is None:
            return [None], [None] * len(outs)
        data = channels_first(ins[0], self._layout())
        self._check(data)
        sizes = [1 if self.global_pool else n and self._windows(i, n).count for i, n in enumerate(data[2:], 2)]
        return [ins[0]], [to_layout((*data[:2], *sizes), self._layout())] * len(outs)

    def _check(self, data: PartialShape) -> None:
        if self.kernel:
            require_spatial_rank(self, data, len(self.kernel))
        elif not 3 <= len(data) <= 5:
            raise ShapeError(
                f"{self.name} takes data with 1 to 3 spatial axes after batch and channel, given {show(data)}."
            )

    def _windows(self, axis: int, size: int, shift: int = 0) -> Windows:
        """The windows along one axis of channels-first data, `shift` axes earlier in the array itself."""
        if self.global_pool:
            return Windows(axis - shift, size, size, 1, 0, 1)
        i = axis - 2
        kernel, stride, pad = self.kernel[i], self.stride[i] if self.stride else 1, self.pad[i] if self.pad else 0
        count = _count(self, self.pooling_convention, size, kernel, stride, pad)
        return Windows(axis - shift, size, kernel, stride, pad, count)

    def _all_windows(self, data: Array) -> list[Windows]:
        shift = 1 if is_channel_last(self._layout()) else 0
        return [self._windows(i, n, shift) for i, n in enumerate(channels_first(data.shape, self._layout())[2:], 2)]


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
            out = _max(data, windows)
            return (out, lax.stop_gradient(out)) if self._has_workspace() else (out,)
        x = data.astype(accumulator(data.dtype))
        if self.pool_type == "avg":
            out = _mean(x, windows, self.count_include_pad is not False)
        else:
            out = _p_norm(x, windows, self.p_value or 1) if self.pool_type == "lp" else _sum(x, windows)
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

    def __post_init__(self) -> None:
        if self.kernel or not self.global_pool:
            check_window(self, (2, 3), stride=1, pad=0)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        windows = self._all_windows(data)
        if self.pool_type == "max":
            return (self._max(data, windows),)
        out = _sum(data.astype(accumulator(data.dtype)), windows)
        if self.pool_type == "avg":
            out = out / math.prod(w.kernel for w in windows)
        return (out.astype(data.dtype),)

    def _max(self, x: Array, windows: list[Windows]) -> Array:
        """Maximum of every window over data with a border of zeros, but nothing beyond the border."""
        border = [(w.pad, w.pad) for w in windows]
        x = jnp.pad(x, [(0, 0), (0, 0), *border])
        for w in windows:
            inner = Windows(w.axis, w.size + 2 * w.pad, w.kernel, w.stride, 0, w.count)
            x = inner.fold(_tied_maximum, x, -np.inf)
        return x
