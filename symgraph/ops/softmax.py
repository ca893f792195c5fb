"""Softmax and its relatives that are not loss layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import jax.numpy as jnp
from jax import lax

from symgraph.errors import DTypeError, OpAttributeError
from symgraph.ir.dtype import as_dtype
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, merge, merge_all
from symgraph.ops.family import Array, relaid_alike
from symgraph.ops.floating import Floating, accumulator, axis_of, require_float, require_rank
from symgraph.ops.orders import relaid_along

FloatName = Literal["float16", "float32", "float64"]


def _log_normalizer(x: Array, axis: int | tuple[int, ...]) -> tuple[Array, Array]:
    """x shifted to a maximum of 0, and the logarithm of the sum of its exponentials."""
    shifted = x - lax.stop_gradient(jnp.max(x, axis, keepdims=True))
    return shifted, jnp.log(jnp.sum(jnp.exp(shifted), axis, keepdims=True))


def log_softmax(x: Array, axis: int | tuple[int, ...]) -> Array:
    """x - log Σ exp(x)."""
    shifted, log_sum = _log_normalizer(x, axis)
    return shifted - log_sum


def softmax(x: Array, axis: int | tuple[int, ...], mask: Array | None = None) -> Array:
    """exp(x) / Σ exp(x) over the elements in `mask`; 0 elsewhere."""
    if mask is None:
        exps = jnp.exp(x - lax.stop_gradient(jnp.max(x, axis, keepdims=True)))
        return exps / jnp.sum(exps, axis, keepdims=True)
    lowest = jnp.asarray(jnp.finfo(x.dtype).min, x.dtype)
    inside = jnp.where(mask, x, lowest)
    shifted = inside - lax.stop_gradient(jnp.max(inside, axis, keepdims=True))
    exps = jnp.where(mask, jnp.exp(shifted), jnp.zeros_like(x))
    total = jnp.sum(exps, axis, keepdims=True)
    return exps / jnp.where(total == 0, jnp.ones_like(total), total)


class _AlongAxis(Op):
    """A softmax along one axis, with a temperature and a choice of output dtype."""

    axis: int
    temperature: float | None
    dtype: FloatName | None

    precision = IN_FLOAT32
    is_cheap = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, *outs))
        if shape is not None:
            axis_of(self, self.axis, shape)
        return [shape], [shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, ins[:1])
        if self.dtype is not None:
            dtype = as_dtype(self.dtype)
            return [dtype if ins[0] is None else ins[0], *ins[1:]], [dtype]
        known = ins[0] if ins[0] is not None else outs[0]
        return [known, *ins[1:]], [known]

    def _scaled(self, data: Array) -> Array:
        """Data over temperature, in the dtype to compute in."""
        work = jnp.promote_types(accumulator(data.dtype), self.dtype or data.dtype)
        x = data.astype(work)
        return x if self.temperature is None else x / jnp.asarray(self.temperature, work)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_along(self, orders, "axis") if len(orders) == 1 else None

    def _result(self, data: Array, out: Array) -> tuple[Array, ...]:
        return (out.astype(self.dtype or data.dtype),)


@register("softmax", "_npx_softmax")
class Softmax(_AlongAxis):
    """exp(x / temperature) / Σ exp(x / temperature) along one axis.

    data (any shape) · length (data without ``axis``, at least (1,); integers, only with ``use_length``) -> output (as data).
    With lengths, elements from ``length`` on are left out of the sum and are 0.

    Attributes:
        axis: the axis that sums to one.
        temperature: divisor of data; None is 1.
        dtype: dtype of the output, by default that of data.
        use_length: whether there is an input ``length``.

    >>> import symgraph as mx
    >>> mx.nd.softmax(mx.nd.array([[0, 0, 5]]), mx.nd.array([2], dtype="int32"), use_length=True).asnumpy().tolist()
    [[0.5, 0.5, 0.0]]
    """

    axis: int = -1
    temperature: float | None = None
    dtype: FloatName | None = None
    use_length: bool | None = False

    tensors = ("data", "length")

    def arguments(self) -> tuple[str, ...]:
        return self.tensors if self.use_length else self.tensors[:1]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = super().infer_shape(ins[:1], outs)
        if len(ins) == 1:
            return data, out
        length: MaybeShape = None
        if data[0] is not None:
            axis = axis_of(self, self.axis, data[0])
            length = (*data[0][:axis], *data[0][axis + 1 :]) or (1,)
        return [*data, length], out

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        if len(ins) == 2 and ins[1] is not None and ins[1].kind not in "iu":
            raise DTypeError(
                f"softmax: length must be of an integer type, given {ins[1].name}; use Cast(dtype='int32')."
            )
        return super().infer_dtype(ins, outs)

    def lower(self, ctx: LowerContext, data: Array, length: Array | None = None) -> tuple[Array, ...]:
        mask = None
        if length is not None:
            axis = self.axis % data.ndim
            position = lax.broadcasted_iota(length.dtype, data.shape, axis)
            mask = position < length.reshape([*data.shape[:axis], 1, *data.shape[axis + 1 :]])
        return self._result(data, softmax(self._scaled(data), self.axis, mask))


class _WithoutLengths(_AlongAxis):
    """A softmax that has the attribute `use_length` but, in MXNet, no input for lengths."""

    use_length: bool | None

    def __post_init__(self) -> None:
        if self.use_length:
            raise OpAttributeError(
                f"operator {self.name}: use_length=True, but it takes no lengths; use softmax, which does."
            )


@register("softmin")
class Softmin(_WithoutLengths):
    """Softmax of -x: exp(-x / temperature) / Σ exp(-x / temperature) along one axis.

    data (any shape) -> output (same shape)

    Attributes:
        axis, temperature, dtype: as for softmax.
        use_length: must be false; there are no lengths.

    >>> import symgraph as mx
    >>> mx.nd.softmin(mx.nd.array([[2, 2]]), axis=1).asnumpy().tolist()
    [[0.5, 0.5]]
    """

    axis: int = -1
    temperature: float | None = None
    dtype: FloatName | None = None
    use_length: bool | None = False

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return self._result(data, softmax(-self._scaled(data), self.axis))


@register("log_softmax", "_npx_log_softmax")
class LogSoftmax(_WithoutLengths):
    """Logarithm of the softmax, x / temperature - log Σ exp(x / temperature), without overflow.

    data (any shape) -> output (same shape)

    Attributes:
        axis, temperature, dtype: as for softmax.
        use_length: must be false; there are no lengths.

    >>> import symgraph as mx
    >>> mx.nd.log_softmax(mx.nd.array([[1000, 0]])).asnumpy().tolist()
    [[0.0, -1000.0]]
    """

    axis: int = -1
    temperature: float | None = None
    dtype: FloatName | None = None
    use_length: bool | None = False

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return self._result(data, log_softmax(self._scaled(data), self.axis))


@register("SoftmaxActivation")
class SoftmaxActivation(Floating):
    """Softmax along the last axis, or over channels.

    data (n, c, ...), of any rank for instance -> output (same shape)

    Attributes:
        mode: instance makes the last axis sum to one · channel makes axis 1.

    >>> import symgraph as mx
    >>> mx.nd.SoftmaxActivation(mx.nd.zeros((1, 2, 4)), mode="channel").asnumpy().tolist()
    [[[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]]]
    """

    mode: Literal["channel", "instance"] = "instance"
    _stored_axis: int | None = None
    """The axis that sums to one, if not where `mode` says."""

    precision = IN_FLOAT32

    def _axis(self, rank: int) -> int:
        return 1 if self.mode == "channel" else rank - 1

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        (order,) = orders
        return (
            None
            if order is None
            else relaid_alike(replace(self, _stored_axis=order.index(self._axis(len(order)))), orders)
        )

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge(ins[0], outs[0])
        require_rank(self, shape, 3 if self.mode == "channel" else 1, f"for mode={self.mode!r}")
        return [shape], [shape]

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        axis = self._axis(data.ndim) if self._stored_axis is None else self._stored_axis
        return (softmax(data.astype(accumulator(data.dtype)), axis).astype(data.dtype),)
