"""Likelihood of events in continuous time."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import merge_dim
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import require_float
from symgraph.ops.following import of_rank

INT32 = np.dtype(np.int32)


@register("_contrib_hawkesll")
class HawkesLL(Op):
    """Log-likelihood of marked events under a self-exciting point process with exponential decay (Hawkes, 1971).

    An event of mark k raises the intensity of further events of mark k: it is λk + αk βk Σ exp(-βk · time since), summed
    over earlier events of mark k.

    lda λ (n, k), background intensities · alpha α (k,), branching ratios · beta β (k,), decay rates · state (n, k), the
    decayed count of events before the interval · lags (n, t), times since the event before · marks (n, t), int32 ·
    valid_length (n,), number of events · max_time (n,), end of the interval
    -> output (n,), log-likelihoods · out_state (n, k), the decayed count at the end

    As in MXNet, the gradient flows from the log-likelihood to lda, alpha and beta; that of other inputs is zero, and
    MXNet raises when that of lags, marks, valid_length or max_time is asked for. Marks outside of [0, k) are clipped.

    >>> import symgraph as mx
    >>> one, row = mx.nd.ones((1,)), mx.nd.ones((1, 1))
    >>> marks = mx.nd.zeros((1, 1), dtype="int32")
    >>> output, _ = mx.nd.contrib.hawkesll(row, one * 0, one, row * 0, row * 0.5, marks, one, one)
    >>> output.asnumpy().tolist()
    [-1.0]
    """

    precision = IN_FLOAT32
    tensors = ("lda", "alpha", "beta", "state", "lags", "marks", "valid_length", "max_time")

    def outputs(self) -> tuple[str, ...]:
        return ("output", "out_state")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        letters = ("nk", "k", "k", "nk", "nt", "nt", "n", "n", "n", "nk")
        known: dict[str, int | None] = {"n": None, "k": None, "t": None}
        names = (*self.tensors, *self.outputs())
        for name, axes, shape in zip(names, letters, (*ins, *outs), strict=True):
            for axis, dim in zip(axes, of_rank(name, shape, len(axes)), strict=True):
                known[axis] = merge_dim(known[axis], dim)
        shapes = [tuple(known[axis] for axis in axes) for axes in letters]
        return shapes[:-2], shapes[-2:]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        others = (*ins[:5], *ins[6:], *outs)
        require_float(self, others)
        known = first_known(*others)
        return [known] * 5 + [INT32] + [known] * 2, [known] * 2

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        lda, alpha, beta, *fixed = inputs
        state, lags, marks, valid_length, max_time = map(lax.stop_gradient, fixed)
        n, k = lda.shape
        is_valid = jnp.arange(lags.shape[1], dtype=valid_length.dtype) < valid_length[:, None]
        times = jnp.cumsum(jnp.where(is_valid, lags, 0), axis=1)
        is_marked = jnp.clip(marks, 0, k - 1)[..., None] == jnp.arange(k)

        def decayed(state: Array, since: Array) -> tuple[Array, Array]:
            """The state after some time, and the integral of the intensities over it."""
            decay = jnp.exp(-beta * since)
            return state * decay, lda * since + alpha * state * (1 - decay)

        def step(carry: Any, event: Any) -> tuple[Any, None]:
            total, state, last = carry
            time, occurs = event
            old, integral = decayed(state, time[:, None] - last)
            # Not the logarithm of an intensity that is 0 where nothing occurs: its derivative would be NaN.
            intensity = jnp.where(occurs, lda + alpha * beta * old, 1)
            total = total + jnp.where(occurs, jnp.log(intensity) - integral, 0).sum(-1)
            return (total, jnp.where(occurs, 1 + old, state), jnp.where(occurs, time[:, None], last)), None

        start = (jnp.zeros(n, lda.dtype), state, jnp.zeros((n, k), lda.dtype))
        events = (times.T, jnp.swapaxes(is_marked & is_valid[..., None], 0, 1))
        (total, state, last), _ = lax.scan(step, start, events)
        out_state, integral = decayed(state, max_time[:, None] - last)
        return total - integral.sum(-1), lax.stop_gradient(out_state)
