"""Batch normalization in its MXNet variants."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ir.op import DTypes, LowerContext, Op, Shapes, register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge, merge_all
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator, along, axis_of, require_float


@shared_attributes
class _BatchNorm(Op):
    """What the variants share: rules, and a lowering that leaves open what the third output is."""

    eps: float = 1e-3
    momentum: float = 0.9
    fix_gamma: bool = True
    use_global_stats: bool = False
    output_mean_var: bool = False

    tensors = ("data", "gamma", "beta")
    states = ("moving_mean", "moving_var")
    picture = "normalization"
    input_inits = {"moving_mean": '["zero", {}]', "moving_var": '["one", {}]'}

    def _axis(self) -> int:
        return 1

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
        axis = axis_of(self, self._axis(), data.shape)
        others = [i for i in range(data.ndim) if i != axis]
        x = data.astype(gamma.dtype)
        batch_stats = ctx.is_train and not self.use_global_stats
        mean = jnp.mean(x, others) if batch_stats else moving_mean
        centered = x - along(mean, axis, x.ndim)
        # The second pass over the data keeps the variance exact when the mean is far from zero.
        var = jnp.mean(jnp.square(centered), others) if batch_stats else moving_var
        inverse_std = lax.rsqrt(var + jnp.asarray(self.eps, var.dtype))
        scale = inverse_std if self.fix_gamma else gamma * inverse_std
        out = centered * along(scale, axis, x.ndim) + along(beta, axis, x.ndim)
        if batch_stats:
            moving_mean = self._moved(moving_mean, mean)
            moving_var = self._moved(moving_var, var)
        statistics = (mean, self._spread(var, inverse_std), moving_mean, moving_var)
        return (out.astype(data.dtype), *map(lax.stop_gradient, statistics))

    def _moved(self, old: Array, new: Array) -> Array:
        return self.momentum * old + (1 - self.momentum) * new

    def _spread(self, var: Array, inverse_std: Array) -> Array:
        """The third output."""
        return var


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

    def _axis(self) -> int:
        return self.axis

    def _spread(self, var: Array, inverse_std: Array) -> Array:
        return inverse_std


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
