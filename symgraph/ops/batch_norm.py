"""Batch normalization in its MXNet variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import ANYWHERE, IN_FLOAT32
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge, merge_all
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator, along, axis_of, require_float


def _sample_mean(x: Array, axis: int) -> Array:
    """The mean of every channel over one column of the data, which is as far from that of all as a sample of its size is.

    Sums of squares lose the variance when the mean is far from zero. Relative to this mean they do not.
    """
    others = [i for i in range(x.ndim) if i != axis]
    sample = x
    for i in others[1:]:
        middle = x.shape[i] // 2
        sample = lax.slice_in_dim(sample, middle, middle + 1, axis=i)
    return jnp.mean(sample, others)


def _mean(x: Array, axis: int) -> Array:
    """The mean of every channel; zero if there is no data."""
    return jnp.sum(x, [i for i in range(x.ndim) if i != axis]) / max(x.size // max(x.shape[axis], 1), 1)


def _moments(x: Array, axis: int, is_centred: bool) -> tuple[Array, Array]:
    """Mean and biased variance of every channel, in one pass over data whose mean is not far from zero, or is zero."""
    square = _mean(jnp.square(x), axis)
    if is_centred:
        return jnp.zeros_like(square), square
    mean = _mean(x, axis)
    return mean, jnp.maximum(square - jnp.square(mean), 0)


@dataclass(frozen=True, eq=False)
class _ScaleAndShift(Op):
    """What normalization by moving statistics comes to.

    gamma (c,) · beta (c,) · mean (c,) · var (c,) -> scale (c,) · shift (c,)
    """

    eps: float
    fix_gamma: bool

    name = "scale and shift"
    tensors = ("gamma", "beta", "mean", "var")
    prepares = True

    def outputs(self) -> tuple[str, ...]:
        return ("scale", "shift")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [ins[0], ins[0]]

    def lower(self, ctx: LowerContext, gamma: Array, beta: Array, mean: Array, var: Array) -> tuple[Array, ...]:
        inverse_std = lax.rsqrt(var + jnp.asarray(self.eps, var.dtype))
        scale = inverse_std if self.fix_gamma else gamma * inverse_std
        return scale, beta - mean * scale


@shared_attributes
class _BatchNorm(Op):
    """What the variants share: rules, and a lowering that leaves open what the third output is."""

    eps: float = 1e-3
    momentum: float = 0.9
    fix_gamma: bool = True
    use_global_stats: bool = False
    output_mean_var: bool = False
    _stored_axis: int | None = None
    """Where the channel axis is, if not where the attributes say."""

    tensors = ("data", "gamma", "beta")
    states = ("moving_mean", "moving_var")
    is_cheap = True
    picture = "normalization"
    input_inits = {"moving_mean": '["zero", {}]', "moving_var": '["one", {}]'}

    forward_mode = "transposed"

    def _axis(self) -> int:
        return 1

    def _channel_axis(self, data: Array) -> int:
        return axis_of(self, self._axis(), data.shape) if self._stored_axis is None else self._stored_axis

    def outputs(self) -> tuple[str, ...]:
        return ("output", "mean", "var")

    def visible_outputs(self) -> int:
        return 3 if self.output_mean_var else 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        channel = merge_all((*ins[1:], *outs[1:], (None,)))
        if data is None:
            return [None, *[channel] * 4], [None, channel, channel]
        axis = axis_of(self, self._axis(), data)
        channel = merge(channel, (data[axis],))
        new_data: MaybeShape = (*data[:axis], *(channel or ()), *data[axis + 1 :])
        return [new_data, *[channel] * 4], [new_data, channel, channel]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        data = ins[0] if ins[0] is not None else outs[0]
        require_float(self, (data,))
        param: np.dtype | None = None if data is None else accumulator(data)
        return [data, *[param] * 4], [data, param, param]

    def lower(
        self, ctx: LowerContext, data: Array, gamma: Array, beta: Array, moving_mean: Array, moving_var: Array
    ) -> tuple[Array, ...]:
        axis = self._channel_axis(data)
        origin, x = self._from_origin(ctx, data, gamma.dtype, moving_mean)
        uses_batch = self._uses_batch(ctx)
        offset, var = _moments(x, axis, ctx.plain) if uses_batch else (jnp.zeros_like(moving_mean), moving_var)
        inverse_std = lax.rsqrt(var + jnp.asarray(self.eps, var.dtype))
        scale = inverse_std if self.fix_gamma else gamma * inverse_std
        out = (x - along(offset, axis, x.ndim)) * along(scale, axis, x.ndim) + along(beta, axis, x.ndim)
        mean = origin + offset
        if uses_batch:
            moving_mean = self._moved(moving_mean, mean)
            moving_var = self._moved(moving_var, var)
        return out.astype(data.dtype), mean, self._spread(var, inverse_std), moving_mean, moving_var

    def grad(
        self, ctx: LowerContext, inputs: Sequence[Array], outputs: Sequence[Array], cotangents: Sequence[Array]
    ) -> list[Any]:
        """The derivative of the first output; the others pass no gradient."""
        data, gamma, _, moving_mean, moving_var = inputs
        axis = self._channel_axis(data)
        others = [i for i in range(data.ndim) if i != axis]
        uses_batch = self._uses_batch(ctx)
        mean, var = outputs[1:3] if uses_batch else (moving_mean, moving_var)
        inverse_std = self._inverse_std(var) if uses_batch else lax.rsqrt(var + jnp.asarray(self.eps, var.dtype))
        origin, x = self._from_origin(ctx, data, gamma.dtype, moving_mean)
        head = cotangents[0].astype(gamma.dtype)
        offset = jnp.zeros_like(mean) if ctx.plain else mean - origin
        d_beta = jnp.sum(head, others)
        projection = (jnp.sum(head * x, others) - offset * d_beta) * inverse_std
        scale = inverse_std if self.fix_gamma else gamma * inverse_std
        d_data = head * along(scale, axis, x.ndim)
        if uses_batch:
            count = data.size // data.shape[axis] if data.size else 1
            slope, level = scale * inverse_std * projection / count, scale * d_beta / count
            d_data = (
                d_data - (x - along(offset, axis, x.ndim)) * along(slope, axis, x.ndim) - along(level, axis, x.ndim)
            )
        d_gamma = jnp.zeros_like(gamma) if self.fix_gamma else projection
        return [d_data.astype(data.dtype), d_gamma, d_beta, None, None]

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        order = orders[0]
        if order is None:
            return None
        op = replace(self, _stored_axis=order.index(axis_of(self, self._axis(), shapes[0] or ())))
        return Relaid(op, (order, *[None] * 4), (order, None, None, order)[: len(self.outputs())])

    def as_scale_and_shift(self, ctx: LowerContext, rank: int) -> tuple[Op, int] | None:
        if self._uses_batch(ctx) or self._stored_axis is not None:
            return None
        return _ScaleAndShift(self.eps, self.fix_gamma), self._axis() % rank

    def _from_origin(self, ctx: LowerContext, data: Array, dtype: Any, moving_mean: Array) -> tuple[Array, Array]:
        """A point near the mean of every channel, and the data relative to it.

        Forward and backward compute on these alone, so that there is one more array as large as the data in memory. Under
        JAX's transformations, which keep and recompute as they like, it is the mean itself: there is less to differentiate.
        """
        axis, x = self._channel_axis(data), data.astype(dtype)
        origin = moving_mean
        if self._uses_batch(ctx):
            origin = _mean(x, axis) if ctx.plain else _sample_mean(x, axis)
        return origin, x - along(origin, axis, x.ndim)

    def _uses_batch(self, ctx: LowerContext) -> bool:
        return ctx.is_train and not self.use_global_stats

    def _moved(self, old: Array, new: Array) -> Array:
        return self.momentum * old + (1 - self.momentum) * new

    def _spread(self, var: Array, inverse_std: Array) -> Array:
        """The third output."""
        return var

    def _inverse_std(self, spread: Array) -> Array:
        """What the third output says of the standard deviation."""
        return lax.rsqrt(spread + jnp.asarray(self.eps, spread.dtype))


@register("BatchNorm", "_npx_batch_norm")
class BatchNorm(_BatchNorm):
    """Normalize channels over the batch to zero mean and unit variance, then scale and shift (Ioffe and Szegedy 2015).

    data (any shape; c channels along ``axis``) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,). Despite its name ``var`` is 1 / sqrt(variance + eps), as in MXNet.

    In training the statistics are those of the batch, and ``moving = momentum * moving + (1 - momentum) * batch`` with
    the biased variance; otherwise the moving statistics are used. float16 data has float32 parameters.
    No gradient flows through ``mean`` and ``var``.

    Attributes:
        eps: added to the variance.
        momentum: of the moving statistics.
        fix_gamma: treat gamma as 1, with zero gradient.
        use_global_stats: use the moving statistics even in training.
        output_mean_var: make ``mean`` and ``var`` visible.
        axis: the channel axis.
        cudnn_off, min_calib_range, max_calib_range: accepted for compatibility.

    MXNet overwrites the argument gamma by ones when ``fix_gamma`` is set; here arguments are never written to.

    >>> import symgraph as mx
    >>> net = mx.sym.BatchNorm(mx.sym.Variable("data"), fix_gamma=False, name="bn")
    >>> net.list_arguments(), net.list_auxiliary_states()
    (['data', 'bn_gamma', 'bn_beta'], ['bn_moving_mean', 'bn_moving_var'])
    """

    axis: int = 1
    cudnn_off: bool = False
    min_calib_range: float | None = None
    max_calib_range: float | None = None

    precision = ANYWHERE

    def _axis(self) -> int:
        return self.axis

    def _spread(self, var: Array, inverse_std: Array) -> Array:
        return inverse_std

    def _inverse_std(self, spread: Array) -> Array:
        return spread


@register("_contrib_BatchNormWithReLU")
class BatchNormWithReLU(BatchNorm):
    """`BatchNorm` followed by max(x, 0).

    data (any shape; c channels along ``axis``) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,) · is_positive (as data), hidden: where the normalized data is above zero

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var, axis, cudnn_off, min_calib_range, max_calib_range: as
            for BatchNorm.

    MXNet has it with oneDNN only, for float32 data of 4 axes.

    >>> import symgraph as mx
    >>> net = mx.sym.contrib.BatchNormWithReLU(mx.sym.Variable("data"), name="bn")
    >>> net.list_outputs(), net.infer_shape(data=(2, 3, 4, 4))[1]
    (['bn_output'], [(2, 3, 4, 4)])
    """

    def outputs(self) -> tuple[str, ...]:
        return (*super().outputs(), "is_positive")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        inputs, found = super().infer_shape(ins, outs[:3])
        return inputs, [*found, found[0]]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        inputs, found = super().infer_dtype(ins, outs[:3])
        return inputs, [*found, np.dtype(np.bool_)]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        out, mean, var, *states = super().lower(ctx, *inputs)
        return jax.nn.relu(out), mean, var, out > 0, *states

    def as_scale_and_shift(self, ctx: LowerContext, rank: int) -> tuple[Op, int] | None:
        return None

    def grad(
        self, ctx: LowerContext, inputs: Sequence[Array], outputs: Sequence[Array], cotangents: Sequence[Array]
    ) -> list[Any]:
        head = jnp.where(outputs[3], cotangents[0], jnp.zeros_like(cotangents[0]))
        return super().grad(ctx, inputs, outputs, (head, *cotangents[1:]))


@register("BatchNorm_v1")
class BatchNormV1(_BatchNorm):
    """The BatchNorm of MXNet's first releases, along axis 1; its third output is the variance itself.

    data (n, c, ...) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,)

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var: as for BatchNorm.

    >>> import symgraph as mx
    >>> x, mean = mx.sym.Variable("x"), mx.sym.Variable("mean")
    >>> mx.sym.BatchNorm_v1(x, moving_mean=mean, name="bn").list_auxiliary_states()
    ['mean', 'bn_moving_var']
    """

    states_by_position = False


@register("_contrib_SyncBatchNorm")
class SyncBatchNorm(_BatchNorm):
    """BatchNorm along axis 1 whose batch is that of all devices; its third output is the variance.

    data (n, c, ...) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,)

    A program that XLA partitions over devices reduces over the whole batch by itself, so nothing is left to do here.

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var: as for BatchNorm.
        ndev, key: number of devices and name of the rendezvous; accepted for compatibility.

    Outside of training MXNet leaves ``mean`` and ``var`` unset; here they are the moving statistics.

    >>> import symgraph as mx
    >>> symbol = mx.sym.contrib.SyncBatchNorm(mx.sym.Variable("data"), key="all", name="bn")
    >>> symbol.infer_shape(data=(2, 3, 5))
    ([(2, 3, 5), (3,), (3,)], [(2, 3, 5)], [(3,), (3,)])
    """

    ndev: int = 1
    key: str

    precision = IN_FLOAT32
