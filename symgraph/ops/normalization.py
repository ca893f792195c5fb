"""Normalization within one example: layer, group and instance normalization, L2 and local response normalization."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count, Range
from symgraph.ir.layout import Order, Relaid, channels_last
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import IN_FLOAT32, Precision
from symgraph.ir.registry import register
from symgraph.ir.shape import PartialShape, merge, merge_all
from symgraph.ops.family import Array, relaid_alike
from symgraph.ops.floating import Floating, accumulator, along, axis_of, require_rank
from symgraph.ops.orders import relaid_channels_last


def _standardized(x: Array, axes: tuple[int, ...], eps: float) -> tuple[Array, Array, Array]:
    """x with zero mean and unit variance over `axes`; and mean and variance + eps, with those axes kept."""
    mean = jnp.mean(x, axes, keepdims=True)
    centered = x - mean
    shifted_var = jnp.mean(jnp.square(centered), axes, keepdims=True) + jnp.asarray(eps, x.dtype)
    return centered * lax.rsqrt(shifted_var), mean, shifted_var


def _outputs(data: Array, out: Array, *statistics: Array) -> tuple[Array, ...]:
    """All outputs in data's dtype; no gradient flows through the statistics."""
    return tuple(a.astype(data.dtype) for a in (out, *map(lax.stop_gradient, statistics)))


def _relaid_by_channels(op: Floating, orders: Sequence[Order]) -> Relaid | None:
    """A normalization of data, with channels last, by vectors."""
    if orders[0] is None:
        return None
    last = channels_last(len(orders[0]))
    return Relaid(replace(cast(Any, op), _is_channel_last=True), (last, None, None), (last, None, None))


class _Affine(Floating):
    """A normalization followed by scale gamma and shift beta, which are vectors of one length."""

    precision = IN_FLOAT32
    is_cheap = True
    tensors = ("data", "gamma", "beta")
    output_mean_var: bool

    def outputs(self) -> tuple[str, ...]:
        return ("output", "mean", "std")

    def visible_outputs(self) -> int:
        return 3 if self.output_mean_var else 1

    def _length(self, data: PartialShape) -> int | None:
        """Length of gamma and beta."""
        raise NotImplementedError

    def _statistics(self, data: PartialShape) -> PartialShape:
        """Shape of the second and third output."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        vector = merge_all((*ins[1:], (None,)))
        if data is None:
            return [None, vector, vector], [None, None, None]
        vector = merge(vector, (self._length(data),))
        statistics = self._statistics(data)
        return [data, vector, vector], [data, statistics, statistics]


@register("LayerNorm", "_npx_layer_norm")
class LayerNorm(_Affine):
    """Normalize along one axis to zero mean and unit variance, then scale and shift (Ba et al. 2016).

    data (any shape; c elements along ``axis``) · gamma (c,) · beta (c,)
    -> output (as data) · mean, std (as data, with 1 along ``axis``), where std = sqrt(variance + eps)

    Attributes:
        axis: the axis to normalize.
        eps: added to the variance.
        output_mean_var: make ``mean`` and ``std`` visible; they pass no gradient.

    >>> import symgraph as mx
    >>> x, ones, zeros = mx.nd.array([[1, 3]]), mx.nd.ones((2,)), mx.nd.zeros((2,))
    >>> mx.nd.LayerNorm(x, ones, zeros, eps=0).asnumpy().tolist()
    [[-1.0, 1.0]]
    """

    axis: int = -1
    eps: float = 1e-5
    output_mean_var: bool = False

    def _length(self, data: PartialShape) -> int | None:
        return data[axis_of(self, self.axis, data)]

    def _statistics(self, data: PartialShape) -> PartialShape:
        axis = axis_of(self, self.axis, data)
        return (*data[:axis], 1, *data[axis + 1 :])

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        order = orders[0]
        if order is None:
            return None
        op = replace(self, axis=order.index(axis_of(self, self.axis, shapes[0] or ())))
        return Relaid(op, (order, None, None), (order,) * 3)

    def lower(self, ctx: LowerContext, data: Array, gamma: Array, beta: Array) -> tuple[Array, ...]:
        axis = self.axis % data.ndim
        work = accumulator(data.dtype)
        normal, mean, shifted_var = _standardized(data.astype(work), (axis,), self.eps)
        out = normal * along(gamma.astype(work), axis, data.ndim) + along(beta.astype(work), axis, data.ndim)
        return _outputs(data, out, mean, jnp.sqrt(shifted_var))


@register("GroupNorm")
class GroupNorm(_Affine):
    """Normalize groups of channels to zero mean and unit variance, then scale and shift every group (Wu and He 2018).

    data (n, c, ...) · gamma (num_groups,) · beta (num_groups,)
    -> output (as data) · mean, std (n, num_groups), where std = sqrt(variance + eps).
    MXNet 1.9 has one gamma and beta per group; the paper has them per channel.

    Attributes:
        num_groups: into how many groups the channels are divided.
        eps: added to the variance.
        output_mean_var: make ``mean`` and ``std`` visible; they pass no gradient.

    >>> import symgraph as mx
    >>> symbol = mx.sym.GroupNorm(mx.sym.Variable("data"), num_groups=2)
    >>> symbol.infer_shape(data=(1, 6, 5))
    ([(1, 6, 5), (2,), (2,)], [(1, 6, 5)], [])
    """

    num_groups: Count = 1
    eps: float = 1e-5
    output_mean_var: bool = False
    _is_channel_last: bool = False

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return _relaid_by_channels(self, orders)

    def _length(self, data: PartialShape) -> int | None:
        require_rank(self, data, 3, "(batch, channel, spatial)")
        if data[1] is not None and data[1] % self.num_groups:
            raise ShapeError(
                f"GroupNorm: {data[1]} channels cannot be divided into num_groups={self.num_groups} groups."
            )
        return self.num_groups

    def _statistics(self, data: PartialShape) -> PartialShape:
        return (data[0], self.num_groups)

    def lower(self, ctx: LowerContext, data: Array, gamma: Array, beta: Array) -> tuple[Array, ...]:
        work = accumulator(data.dtype)
        shape, axis = [data.shape[0], self.num_groups, -1], 1
        folded: tuple[int, ...] = (2,)
        if self._is_channel_last:
            shape, axis, folded = [data.shape[0], math.prod(data.shape[1:-1]), self.num_groups, -1], 2, (1, 3)
        normal, mean, shifted_var = _standardized(data.astype(work).reshape(shape), folded, self.eps)
        rank = normal.ndim
        out = (normal * along(gamma.astype(work), axis, rank) + along(beta.astype(work), axis, rank)).reshape(
            data.shape
        )
        return _outputs(data, out, mean.squeeze(folded), jnp.sqrt(shifted_var.squeeze(folded)))


@register("InstanceNorm")
class InstanceNorm(_Affine):
    """Normalize channels of each example to zero mean and unit variance, then scale and shift (Ulyanov et al. 2016).

    data (n, c, ...) · gamma (c,) · beta (c,) -> output (as data) · hidden mean, var (n, c)

    Attributes:
        eps: added to the variance.

    >>> import symgraph as mx
    >>> one, zero = mx.nd.ones((1,)), mx.nd.zeros((1,))
    >>> mx.nd.InstanceNorm(mx.nd.array([[[1, 3]]]), one, zero, eps=0).asnumpy().tolist()
    [[[-1.0, 1.0]]]
    """

    eps: float = 1e-3
    _is_channel_last: bool = False

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return _relaid_by_channels(self, orders)

    def outputs(self) -> tuple[str, ...]:
        return ("output", "mean", "var")

    def visible_outputs(self) -> int:
        return 1

    def _length(self, data: PartialShape) -> int | None:
        require_rank(self, data, 3, "(batch, channel, spatial)")
        return data[1]

    def _statistics(self, data: PartialShape) -> PartialShape:
        return data[:2]

    def lower(self, ctx: LowerContext, data: Array, gamma: Array, beta: Array) -> tuple[Array, ...]:
        work = accumulator(data.dtype)
        axis, rank = data.ndim - 1 if self._is_channel_last else 1, data.ndim
        pixels = tuple(i for i in range(1, rank) if i != axis)
        normal, mean, shifted_var = _standardized(data.astype(work), pixels, self.eps)
        out = normal * along(gamma.astype(work), axis, rank) + along(beta.astype(work), axis, rank)
        return _outputs(data, out, mean.squeeze(pixels), shifted_var.squeeze(pixels) - self.eps)


@register("L2Normalization")
class L2Normalization(Floating):
    """Divide by the Euclidean norm: x / sqrt(Σ x² + eps).

    data (n, c, ...) -> output (as data) · hidden norm (the axes that were not summed)

    Attributes:
        mode: instance sums all axes but the first · channel sums axis 1 · spatial sums all axes from 2 on.
        eps: added to the sum of squares.

    >>> import symgraph as mx
    >>> mx.nd.L2Normalization(mx.nd.array([[3, 4]])).asnumpy().round(4)
    array([[0.6, 0.8]], dtype=float32)
    """

    eps: float = 1e-10
    mode: Literal["channel", "instance", "spatial"] = "instance"
    _is_channel_last: bool = False

    precision = IN_FLOAT32

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_channels_last(self, orders, (channels_last(len(orders[0] or ())), None))

    def outputs(self) -> tuple[str, ...]:
        return ("output", "norm")

    def visible_outputs(self) -> int:
        return 1

    def _axes(self, rank: int) -> tuple[int, ...]:
        channel = rank - 1 if self._is_channel_last else 1
        pixels = tuple(axis for axis in range(1, rank) if axis != channel)
        return {"instance": tuple(range(1, rank)), "channel": (channel,), "spatial": pixels}[self.mode]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        if data is None:
            return [None], [None, None]
        require_rank(self, data, 2 if self.mode == "instance" else 3, f"for mode={self.mode!r}")
        axes = self._axes(len(data))
        return [data], [data, tuple(n for i, n in enumerate(data) if i not in axes)]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        work = accumulator(data.dtype)
        x, axes = data.astype(work), self._axes(data.ndim)
        norm = jnp.sqrt(jnp.sum(jnp.square(x), axes, keepdims=True) + jnp.asarray(self.eps, work))
        return (x / norm).astype(data.dtype), jnp.squeeze(norm, axes).astype(data.dtype)


@register("LRN")
class LRN(Floating):
    """Local response normalization across channels (Krizhevsky et al. 2012).

    data (n, c, ...) -> output (as data) · hidden tmp_norm (as data); output = x / tmp_norm^beta with
    tmp_norm = knorm + alpha / nsize Σ x², summed over the nsize channels around each.

    Attributes:
        alpha, beta, knorm: as above.
        nsize: number of channels in the sum, which has one less if this is even.

    >>> import symgraph as mx
    >>> mx.nd.LRN(mx.nd.array([[[[3]], [[1]]]]), nsize=3, alpha=3, beta=0.5, knorm=6).asnumpy().ravel().tolist()
    [0.75, 0.25]
    """

    alpha: float = 1e-4
    beta: float = 0.75
    knorm: float = 2.0
    nsize: Annotated[int, Range(low=1)]
    _channel_axis: int = 1

    precision = Precision("float32", "any")

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        return None if order is None else relaid_alike(replace(self, _channel_axis=order.index(1)), orders)

    def outputs(self) -> tuple[str, ...]:
        return ("output", "tmp_norm")

    def visible_outputs(self) -> int:
        return 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge_all((*ins, *outs))
        require_rank(self, data, 2, "(batch, channel)")
        return [data], [data, data]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        x = data.astype(accumulator(data.dtype))
        half, channels = (self.nsize - 1) // 2, data.shape[self._channel_axis]
        border = [(half, half) if axis == self._channel_axis else (0, 0) for axis in range(x.ndim)]
        squares = jnp.pad(jnp.square(x), border)
        shifted = (lax.slice_in_dim(squares, i, i + channels, axis=self._channel_axis) for i in range(2 * half + 1))
        tmp_norm = self.knorm + self.alpha / self.nsize * functools.reduce(jnp.add, shifted)
        return (x * _inverse_power(tmp_norm, self.beta)).astype(data.dtype), tmp_norm.astype(data.dtype)


def _inverse_power(x: Array, exponent: float) -> Array:
    """x^-exponent; of the usual 3/4 by square roots, which cost a fraction of exponential and logarithm:
    ``python -m benchmarks ops --only lrn/forward`` shows it."""
    if exponent != 0.75:
        return x**-exponent
    root = jnp.sqrt(x)
    return 1 / (root * jnp.sqrt(root))
