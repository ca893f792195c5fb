"""Connectionist temporal classification."""

from __future__ import annotations

from typing import Any, Literal

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import show
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import accumulator, require_float
from symgraph.ops.softmax import log_softmax

# Stands for log 0; finite, so that the difference of two of them stays defined in the backward pass.
LOG_ZERO = -1e30


@register("CTCLoss", "_contrib_CTCLoss", "_contrib_ctc_loss", "ctc_loss")
class CTCLoss(Op):
    """Negative log likelihood of label sequences, over all alignments with a sequence of scores (Graves et al. 2006).

    data (time, n, classes), before the softmax · label (n, l), class numbers, padded at the end · data_lengths (n,) ·
    label_lengths (n,) -> output0 (n,) · hidden output1 (as data), its gradient. No other input gets a gradient.
    A label that no alignment can spell, for want of time, has a loss and gradient of zero.

    Attributes:
        use_data_lengths: whether there is an input ``data_lengths``; by default all sequences fill data.
        use_label_lengths: whether there is an input ``label_lengths``; by default the first padding ends a label.
        blank_label: which class means "nothing": first, class 0, with 0 for padding · last, the last class, with -1.

    >>> import symgraph as mx
    >>> mx.nd.CTCLoss(mx.nd.zeros((2, 1, 3)), mx.nd.array([[1]])).asnumpy().round(4)
    array([1.0986], dtype=float32)
    """

    use_data_lengths: bool = False
    use_label_lengths: bool = False
    blank_label: Literal["first", "last"] = "first"

    precision = IN_FLOAT32
    tensors = ("data", "label", "data_lengths", "label_lengths")

    def arguments(self) -> tuple[str, ...]:
        wanted = (True, True, self.use_data_lengths, self.use_label_lengths)
        return tuple(name for name, want in zip(self.tensors, wanted, strict=True) if want)

    def outputs(self) -> tuple[str, ...]:
        return ("output0", "output1")

    def visible_outputs(self) -> int:
        return 1

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, label = ins[0], ins[1]
        for name, shape, rank in (("data", data, 3), ("label", label, 2)):
            if shape is not None and len(shape) != rank:
                raise ShapeError(f"CTCLoss: {name} must have {rank} axes, given shape {show(shape)}.")
        time, batch, classes = data or (None, None, None)
        longest = None if label is None else label[1]
        if time is not None and longest is not None and longest > time:
            raise ShapeError(f"CTCLoss: labels of {longest} classes do not fit into {time} steps of data.")
        batch = first_known(batch, None if label is None else label[0])
        data = None if data is None else (time, batch, classes)
        lengths = [(batch,)] * (len(ins) - 2)
        return [data, None if label is None else (batch, longest), *lengths], [(batch,), data]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        data = ins[0] if ins[0] is not None else outs[0]
        require_float(self, (data,))
        return [data, *ins[1:]], [data, data]

    def lower(self, ctx: LowerContext, data: Array, label: Array, *lengths: Array) -> tuple[Array, ...]:
        given = iter(lengths)
        data_lengths = next(given) if self.use_data_lengths else None
        label_lengths = next(given) if self.use_label_lengths else None
        label = label.astype(jnp.int32)
        if label_lengths is None:
            padding = 0 if self.blank_label == "first" else -1
            label_lengths = jnp.sum(jnp.cumprod(label != padding, 1), 1)
        blank = 0 if self.blank_label == "first" else data.shape[2] - 1

        def loss(scores: Array) -> Array:
            log_p = log_softmax(scores.astype(accumulator(scores.dtype)), 2)
            return _negative_log_likelihood(log_p, label, label_lengths.astype(jnp.int32), data_lengths, blank)

        values, pullback = jax.vjp(loss, data)
        (gradient,) = pullback(jnp.ones_like(values))
        return values.astype(data.dtype), gradient

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        return outs[1] * cotangents[0][None, :, None], *[None] * (len(ins) - 1)


def _negative_log_likelihood(
    log_p: Array, label: Array, label_lengths: Array, data_lengths: Array | None, blank: int
) -> Array:
    """The forward recursion over labels interleaved with blanks, in logarithms.

    log_p (time, n, classes) · label (n, l) · lengths (n,) -> (n,)
    """
    time, batch, _ = log_p.shape
    path = jnp.full((batch, 2 * label.shape[1] + 1), blank, jnp.int32).at[:, 1::2].set(label)
    emitted = jnp.take_along_axis(log_p, jnp.broadcast_to(path, (time, *path.shape)), 2, mode="clip")
    may_skip = (path != blank) & (path != _shifted(path, 2, blank))
    start = jnp.full(path.shape, LOG_ZERO, log_p.dtype).at[:, :2].set(emitted[0, :, :2])
    ends = jnp.full((batch,), time) if data_lengths is None else data_lengths

    def step(alpha: Array, at: tuple[Array, Array]) -> tuple[Array, None]:
        t, emission = at
        skip = jnp.where(may_skip, _shifted(alpha, 2, LOG_ZERO), LOG_ZERO)
        reached = jnp.logaddexp(jnp.logaddexp(alpha, _shifted(alpha, 1, LOG_ZERO)), skip) + emission
        return jnp.where((t < ends)[:, None], reached, alpha), None

    alpha, _ = lax.scan(step, start, (jnp.arange(1, time), emitted[1:]))
    last = 2 * label_lengths[:, None]
    on_blank = jnp.take_along_axis(alpha, last, 1)[:, 0]
    on_label = jnp.take_along_axis(alpha, jnp.maximum(last - 1, 0), 1)[:, 0]
    log_likelihood = jnp.logaddexp(on_blank, jnp.where(label_lengths > 0, on_label, LOG_ZERO))
    return jnp.where(log_likelihood > LOG_ZERO / 2, -log_likelihood, jnp.zeros_like(log_likelihood))


def _shifted(x: Array, by: int, fill: float) -> Array:
    """x (n, s) moved `by` places to the right, with `fill` coming in."""
    return jnp.pad(x, ((0, 0), (by, 0)), constant_values=fill)[:, : x.shape[1]]
